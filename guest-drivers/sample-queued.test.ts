// The queued-mode driver, in AssemblyScript and in C, on a fake port: what it writes, in which order, and what it answers.
// Layouts and duties: WDK pages on HwScsiFindAdapter, HwScsiStartIo, HwScsiInterrupt, ScsiPortNotification.
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { REFERENCE_REGISTERS } from '../device/adapters/reference/registers.ts'
import { buildDrivers } from './build.mjs'
import { BUFFER, FakePort, Notify, PHYSICAL_OFFSET, type SrbFields } from './testing/fake-port.ts'

const at = (name: string) => REFERENCE_REGISTERS.registers.find(r => r.name === name)!.offset
const K = Object.fromEntries(REFERENCE_REGISTERS.constants.map(c => [c.name, c.value])) as Record<string, number>
const CAUSE = { complete: 1, dmaError: 4, scsiError: 8, busReset: 16, deviceChange: 32 }
const DATA_IN = 0x40
const DATA_OUT = 0x80
const CAPS = 0x2550_0000 | (128 << 16) | (16 << 8) | 64
const AUTOSENSE = 1 << 28
const TABLES = 0x4000
const RING = TABLES + 64 * 64

let file: string
let port: FakePort
let ringNext: number

function boot(caps = CAPS | AUTOSENSE): void {
  port = new FakePort(file)
  port.registers.set(at('ID'), 0x41424857)
  port.registers.set(at('CAPS'), caps)
  port.registers.set(at('STATUS'), 1)
  expect(port.findAdapter()).toBe(1)
  expect(port.call('initialize')).toBe(1)
  ringNext = 0
  port.clear()
}

function start(fields: Partial<SrbFields> = {}): number {
  const srb = port.srb(fields)
  expect(port.call('startIo', srb)).toBe(1)
  return srb
}

/** The tag the last doorbell rang for. */
function lastTag(): number {
  return port.accesses.findLast(a => a.kind === 'write' && a.offset === at('DOORBELL'))!.value
}

function post(tag: number, fields: { host?: number; scsi?: number; bytes?: number; sense?: number } = {}): void {
  const entry = RING + 16 * (ringNext % 128)
  const phase = Math.floor(ringNext / 128) % 2 === 0 ? 1 : 0
  ringNext++
  port.u8[entry] = tag
  port.u8[entry + 1] = fields.host ?? 0
  port.u8[entry + 2] = fields.scsi ?? 0
  port.view.setUint32(entry + 4, fields.bytes ?? 0, true)
  port.view.setUint32(entry + 8, fields.sense ?? 0, true)
  port.u8[entry + 3] = phase | ((fields.sense ?? 0) > 0 ? 2 : 0)
}

function interrupt(causes = CAUSE.complete): number {
  port.clear()
  port.registers.set(at('INT_STATUS'), causes)
  return port.call('interrupt')
}

describe.each(['reference-queued', 'reference-c'])('%s', driver => {
  beforeAll(async () => {
    const [built] = await buildDrivers({ only: [driver] })
    file = built!.file
  }, 60_000)

  beforeEach(() => boot())

  describe('DriverEntry', () => {
    it('describes a bus master with tagged queuing and nothing it does not have', () => {
      const { hwid } = port
      expect(hwid.getUint32(0, true)).toBe(80)
      expect(hwid.getUint32(4, true)).toBe(5)
      expect(hwid.getUint32(28, true), 'HwDmaStarted').toBe(0)
      expect(hwid.getUint32(32, true), 'HwAdapterState').toBe(0)
      expect([56, 57, 58, 59, 60, 61].map(o => hwid.getUint8(o))).toEqual([0, 1, 1, 1, 1, 0])
      const text = (o: number, n: number) =>
        String.fromCharCode(...port.u8.subarray(hwid.getUint32(o, true)).slice(0, n))
      expect(text(64, hwid.getUint16(62, true))).toBe('57a8')
      expect(text(72, hwid.getUint16(70, true))).toBe('0001')
    })
  })

  describe('HwFindAdapter', () => {
    it('answers every member of the configuration', () => {
      expect(port.again).toBe(0)
      expect({
        transfer: port.config(24, 4),
        breaks: port.config(28, 4),
        alignment: port.config(48, 4),
        buses: port.config(64, 1),
        initiator: port.config(65, 1),
        scatterGather: port.config(73, 1),
        master: port.config(74, 1),
        dma32: port.config(79, 1),
        autosense: port.config(84, 1),
        multiple: port.config(85, 1),
        targets: port.config(89, 1),
        luns: port.config(138, 1),
        dma64: port.config(136, 1),
      }).toEqual({
        transfer: 65536,
        breaks: 17,
        alignment: 0,
        buses: 1,
        initiator: 7,
        scatterGather: 1,
        master: 1,
        dma32: 1,
        autosense: 1,
        multiple: 1,
        targets: 16,
        luns: 8,
        dma64: 0,
      })
    })

    it('chooses 64-bit addresses where the system has them, and then not 32-bit ones', () => {
      port.findAdapter({ dma64: true })
      expect([port.config(136, 1), port.config(79, 1)]).toEqual([1, 0])
    })

    it('does not ask for several requests a unit without autosense', () => {
      boot(CAPS)
      expect([port.config(84, 1), port.config(85, 1), port.config(83, 1)]).toEqual([0, 0, 1])
    })

    it('refuses a structure that is too short before it looks at the rest', () => {
      port.clear()
      expect(port.findAdapter({ length: 136 })).toBe(3)
      expect(port.again).toBe(0)
      expect(port.calls).toEqual([])
    })

    it('looks at the bus when no range was supplied, and maps nothing', () => {
      port.clear()
      expect(port.findAdapter({ rangeLength: 0 })).toBe(0)
      expect(port.calls.map(([name]) => name)).toEqual(['ScsiPortGetBusData'])
    })

    it('logs a range that cannot be mapped', () => {
      port.mapDevice = false
      expect(port.findAdapter()).toBe(2)
      expect(port.callsOf('ScsiPortLogError')).toHaveLength(1)
    })

    it('unmaps an adapter that is not ours', () => {
      port.registers.set(at('ID'), 0x1234)
      expect(port.findAdapter()).toBe(0)
      expect(port.callsOf('ScsiPortFreeDeviceBase')).toEqual([[0x7000_0000]])
    })
  })

  describe('HwInitialize', () => {
    it('logs and fails when the chip does not come out of reset', () => {
      port.registers.set(at('STATUS'), 0)
      expect(port.call('initialize')).toBe(0)
      expect(port.callsOf('ScsiPortLogError')).toHaveLength(1)
    })

    it('gives up at once when the chip is gone', () => {
      port.registers.set(at('STATUS'), -1)
      expect(port.call('initialize')).toBe(0)
      expect(port.accesses.filter(a => a.kind === 'read')).toHaveLength(1)
    })

    it('gives the chip 64-bit table addresses before it enables it', () => {
      port.call('initialize')
      const writes = port.accesses.filter(a => a.kind === 'write').map(a => [a.offset, a.value])
      const table = (TABLES + PHYSICAL_OFFSET) % 2 ** 32
      expect(writes).toEqual([
        [at('CONTROL'), 0x100],
        [at('COMMAND_TABLE_LOW'), table],
        [at('COMMAND_TABLE_HIGH'), 1],
        [at('RING_BASE_LOW'), table + 64 * 64],
        [at('RING_BASE_HIGH'), 1],
        [at('RING_SIZE'), 128],
        [at('CONTROL'), 3],
        [at('INT_ENABLE'), 0x3d],
      ])
    })
  })

  describe('HwStartIo', () => {
    it('turns an SRB into a command block and one doorbell', () => {
      port.contiguous = va => 4096 - (va % 4096)
      start({
        target: 3,
        lun: 2,
        queueTag: 9,
        flags: DATA_IN,
        bytes: 6000,
        buffer: BUFFER + 100,
        cdb: [0x28, 1, 2, 3, 4, 5, 6, 7, 8, 9],
      })
      expect(port.accesses).toHaveLength(1)
      const tag = lastTag()
      const block = TABLES + 64 * tag
      const list = port.view.getBigUint64(block + K.BLOCK_SG_ADDRESS!, true)
      expect({
        target: port.u8[block],
        lun: port.u8[block + 1],
        cdbLength: port.u8[block + 2],
        flags: port.u8[block + 3],
        bytes: port.view.getUint32(block + 4, true),
        cdb: [...port.u8.subarray(block + 8, block + 18)],
        elements: port.view.getUint32(block + 32, true),
        senseRoom: port.view.getUint32(block + 36, true),
        reserved: port.u8.subarray(block + 48, block + 64).every(b => b === 0),
        listAligned: list % 8n,
      }).toEqual({
        target: 3,
        lun: 2,
        cdbLength: 10,
        flags: K.BLOCK_FLAG_DATA_IN! | K.BLOCK_FLAG_SIMPLE!,
        bytes: 6000,
        cdb: [0x28, 1, 2, 3, 4, 5, 6, 7, 8, 9],
        elements: 2,
        senseRoom: 32,
        reserved: true,
        listAligned: 0n,
      })
      const element = Number(list) - PHYSICAL_OFFSET
      expect(port.view.getBigUint64(element, true)).toBe(BigInt(BUFFER + 100 + PHYSICAL_OFFSET))
      expect(port.view.getUint32(element + 8, true)).toBe(3996)
      expect(port.view.getUint32(element + 24, true)).toBe(2004)
    })

    it.each([
      [
        'a tagged request opens its unit again',
        { queueTag: 5, target: 1, lun: 2 },
        { type: Notify.nextLu, args: [0, 1, 2] },
      ],
      ['an untagged one keeps it closed', { queueTag: 0xff }, { type: Notify.next, args: [] }],
    ])('%s', (_, fields, expected) => {
      start(fields)
      expect(port.notifications).toEqual([expected])
    })

    it.each([
      ['untagged', { queueTag: 0xff, flags: 2, queueAction: 0x20 }, 0],
      ['SIMPLE by default', { queueTag: 1 }, K.BLOCK_FLAG_SIMPLE!],
      ['ORDERED on request', { queueTag: 1, flags: 2, queueAction: 0x22 }, K.BLOCK_FLAG_ORDERED!],
      ['HEAD OF QUEUE on request', { queueTag: 1, flags: 2, queueAction: 0x21 }, K.BLOCK_FLAG_HEAD!],
      ['no disconnect', { flags: 4 }, K.BLOCK_FLAG_NO_DISCONNECT!],
      ['no autosense', { flags: 0x20 }, K.BLOCK_FLAG_NO_AUTOSENSE!],
      ['data out', { flags: DATA_OUT, bytes: 8 }, K.BLOCK_FLAG_DATA_OUT!],
      [
        'open direction of a READ',
        { flags: 0xc0, bytes: 8, cdb: [0x28, 0, 0, 0, 0, 0, 0, 0, 0, 0] },
        K.BLOCK_FLAG_DATA_IN!,
      ],
      [
        'open direction of a WRITE',
        { flags: 0xc0, bytes: 8, cdb: [0x2a, 0, 0, 0, 0, 0, 0, 0, 0, 0] },
        K.BLOCK_FLAG_DATA_OUT!,
      ],
    ])('block flags: %s', (_, fields, flags) => {
      start(fields)
      expect(port.u8[TABLES + 64 * lastTag() + 3]).toBe(flags)
    })

    it.each([
      ['an unknown function', { function: 0x17 }, 0x06],
      ['FLUSH', { function: 0x08 }, 0x01],
      ['SHUTDOWN', { function: 0x07 }, 0x01],
      ['a target beyond the bus', { target: 16 }, 0x21],
      ['a CDB of 8 bytes', { cdb: [1, 2, 3, 4, 5, 6, 7, 8] }, 0x06],
      ['a buffer without addresses', { flags: DATA_IN, bytes: 100, buffer: BUFFER + 1 }, 0x04],
    ])('ends %s at once and asks for more', (_, fields, status) => {
      port.contiguous = va => (va === BUFFER + 1 ? 0 : 4096)
      const srb = start(fields)
      expect(port.status(srb).srb).toBe(status)
      expect(port.accesses).toEqual([])
      expect(port.notifications.map(n => n.type)).toEqual([Notify.complete, Notify.next])
    })

    it('refuses a list of more pieces than it promised', () => {
      port.contiguous = () => 16
      expect(port.status(start({ flags: DATA_IN, bytes: 16 * 18 })).srb).toBe(0x04)
      expect(port.status(start({ flags: DATA_IN, bytes: 16 * 17 })).srb).toBe(0)
    })

    it('stops asking when every tag is taken, and asks again when one is free', () => {
      for (let i = 0; i < 63; i++) start({ queueTag: i + 1 })
      port.clear()
      start({ queueTag: 64, target: 2 })
      const tags = new Set([lastTag()])
      expect(port.notifications).toEqual([])
      post(7)
      interrupt()
      expect(port.notifications.map(n => n.type)).toEqual([Notify.complete, Notify.nextLu])
      expect(port.notifications[1]!.args).toEqual([0, 2, 0])
      start({ queueTag: 65 })
      tags.add(lastTag())
      expect([...tags][1]).toBe(7)
    })
  })

  describe('HwInterrupt', () => {
    it.each([
      ['nothing pending', 0],
      ['pending causes that are not enabled', 0x40],
      ['the adapter gone', -1],
    ])('%s: FALSE after one read', (_, status) => {
      expect(interrupt(status)).toBe(0)
      expect(port.accessWords).toEqual(['read 10'])
      expect(port.calls).toEqual([])
    })

    it('is not confused before HwInitialize and after stop, when nothing is enabled', () => {
      port.call('adapterControl', 1, 0)
      expect(interrupt(CAUSE.complete)).toBe(0)
      expect(port.accessWords).toEqual(['read 10'])
    })

    it.each([1, 5, 40])('completes %i commands with four register accesses, acknowledge first', count => {
      const srbs = Array.from({ length: count }, (_, i) => {
        const srb = start({ queueTag: i + 1 })
        post(lastTag())
        return srb
      })
      expect(interrupt()).toBe(1)
      expect(port.accessWords).toEqual(['read 10', 'write 14=1', 'read 10', `write 94=${count.toString(16)}`])
      expect(port.notifications).toEqual(srbs.map(srb => ({ type: Notify.complete, args: [srb] })))
      expect(port.calls).toEqual([])
    })

    it('follows the phase bit through three passes of the ring', () => {
      for (let i = 0; i < 300; i++) {
        const srb = start({ queueTag: 1 })
        post(lastTag())
        expect(interrupt()).toBe(1)
        expect(port.status(srb).srb).toBe(1)
        expect(port.accesses.at(-1)).toEqual({ kind: 'write', offset: at('RING_HEAD'), value: (i + 1) % 128 })
      }
      expect(interrupt()).toBe(1)
      expect(port.notifications).toEqual([])
    })

    it('takes a completion that is posted between its two reads of the status', () => {
      const srb = start()
      const tag = lastTag()
      let reads = 0
      port.onAccess = access => {
        if (access.kind === 'read' && ++reads === 2) post(tag)
      }
      expect(interrupt()).toBe(1)
      expect(port.status(srb).srb).toBe(1)
    })

    const CHECK = 2
    it.each([
      ['success', {}, { bytes: 512 }, { srb: 0x01, scsi: 0, bytes: 512 }, undefined],
      ['underrun', {}, { host: 5, bytes: 100 }, { srb: 0x12, scsi: 0, bytes: 100 }, undefined],
      ['overrun', {}, { host: 4, bytes: 512 }, { srb: 0x12, scsi: 0, bytes: 512 }, 5],
      ['selection timeout', {}, { host: 1 }, { srb: 0x0a, scsi: 0, bytes: 512 }, undefined],
      ['parity error', {}, { host: 2 }, { srb: 0x0f, scsi: 0, bytes: 512 }, 1],
      ['unexpected disconnect', {}, { host: 3 }, { srb: 0x13, scsi: 0, bytes: 512 }, 5],
      ['bad reselection', {}, { host: 6 }, { srb: 0x14, scsi: 0, bytes: 512 }, 3],
      ['aborted', {}, { host: 7 }, { srb: 0x02, scsi: 0, bytes: 512 }, undefined],
      ['bus reset', {}, { host: 8 }, { srb: 0x0e, scsi: 0, bytes: 512 }, undefined],
      ['DMA error', {}, { host: 9 }, { srb: 0x04, scsi: 0, bytes: 512 }, 6],
      ['bad block', {}, { host: 10 }, { srb: 0x04, scsi: 0, bytes: 512 }, 6],
      ['a host status nobody knows', {}, { host: 77 }, { srb: 0x04, scsi: 0, bytes: 512 }, 6],
      ['BUSY keeps the length for the next try', {}, { scsi: 8 }, { srb: 0x04, scsi: 8, bytes: 512 }, undefined],
      ['QUEUE FULL too', {}, { scsi: 0x28 }, { srb: 0x04, scsi: 0x28, bytes: 512 }, undefined],
      ['CHECK CONDITION without sense data', {}, { scsi: CHECK }, { srb: 0x04, scsi: 2, bytes: 0 }, undefined],
      [
        'with sense data',
        { senseBytes: 18 },
        { scsi: CHECK, sense: 18 },
        { srb: 0x84, scsi: 2, bytes: 0, senseBytes: 18 },
        undefined,
      ],
      [
        'with more than fits',
        { senseBytes: 8 },
        { scsi: CHECK, sense: 18 },
        { srb: 0x84, scsi: 2, bytes: 0, senseBytes: 8 },
        undefined,
      ],
      [
        'that nobody wants',
        { senseBytes: 18, flags: DATA_IN | 0x20 },
        { scsi: CHECK, sense: 18 },
        { srb: 0x04, senseBytes: 18 },
        undefined,
      ],
    ])('%s', (_, fields, entry, expected, logged) => {
      const srb = start({ flags: DATA_IN, bytes: 512, target: 1, ...fields })
      const tag = lastTag()
      const sense = TABLES + 64 * 64 + 128 * 16 + 64 * 17 * 16 + tag * 32
      port.u8.fill(0x77, sense, sense + 32)
      port.sense.fill(0)
      post(tag, entry)
      expect(interrupt(CAUSE.complete | CAUSE.scsiError)).toBe(1)
      expect(port.status(srb)).toMatchObject(expected)
      const copied = (expected.srb & 0x80) !== 0 ? (expected as { senseBytes: number }).senseBytes : 0
      expect(port.sense.filter(b => b === 0x77)).toHaveLength(copied)
      const logs = port.callsOf('ScsiPortLogError')
      expect(logs.map(l => l[4])).toEqual(logged === undefined ? [] : [logged])
      if (logged !== undefined) expect(logs[0]!.slice(0, 4)).toEqual([srb, 0, 1, 0])
    })

    it('logs a tag nobody waits for and completes nothing', () => {
      start()
      post(lastTag() + 1)
      post(200)
      expect(interrupt()).toBe(1)
      expect(port.notifications).toEqual([])
      expect(port.callsOf('ScsiPortLogError').map(l => l[4])).toEqual([3, 3])
    })

    it('logs a reselection that the chip itself could not place', () => {
      port.registers.set(at('ERROR_INFO'), 0xff000000 | (2 << 16) | (4 << 8) | 6)
      expect(interrupt(CAUSE.scsiError)).toBe(1)
      expect(port.callsOf('ScsiPortLogError').map(l => l.slice(0, 5))).toEqual([[0, 0, 4, 2, 3]])
    })

    it('reports a device change', () => {
      expect(interrupt(CAUSE.deviceChange)).toBe(1)
      expect(port.notifications).toEqual([{ type: Notify.busChange, args: [0] }])
    })
  })

  describe('abort', () => {
    it('aborts on the adapter and completes both, victim first', () => {
      const victim = start({ queueTag: 3 })
      const tag = lastTag()
      port.activeSrb = victim
      port.clear()
      const abort = start({ function: 0x10, nextSrb: victim })
      expect(port.accessWords).toEqual([`write 9c=${tag.toString(16)}`])
      expect(port.notifications.map(n => n.type)).toEqual([Notify.next])
      post(tag, { host: 7 })
      interrupt()
      expect(port.notifications.map(n => n.args[0])).toEqual([victim, abort])
      expect([port.status(victim).srb, port.status(abort).srb]).toEqual([0x02, 0x01])
    })

    it('fails when the victim ends by itself', () => {
      const victim = start({ queueTag: 3 })
      port.activeSrb = victim
      const abort = start({ function: 0x10, nextSrb: victim })
      post(0)
      interrupt()
      expect([port.status(victim).srb, port.status(abort).srb]).toEqual([0x01, 0x03])
    })

    it.each(['never ours', 'not the port driver’s any more'])('fails for a victim that is %s', which => {
      const victim = start({ queueTag: 3 })
      port.activeSrb = which === 'never ours' ? victim : 0
      port.clear()
      const abort = start({ function: 0x10, nextSrb: which === 'never ours' ? victim + 64 * 8 : victim })
      expect(port.status(abort).srb).toBe(0x03)
      expect(port.accesses).toEqual([])
    })
  })

  describe('resets', () => {
    it('HwResetBus finishes what has ended, completes the rest and asks for more', () => {
      const ended = start({ queueTag: 1 })
      post(lastTag())
      start({ queueTag: 2 })
      port.clear()
      expect(port.call('resetBus', 0)).toBe(1)
      expect(port.accessWords).toEqual(['write 8=203', 'read c', 'write 94=1'])
      expect(port.notifications).toEqual([{ type: Notify.complete, args: [ended] }])
      expect(port.callsOf('ScsiPortCompleteRequest')).toEqual([[0, 0xff, 0xff, 0x0e]])
      // The echo of it is no news.
      expect(interrupt(CAUSE.busReset)).toBe(1)
      expect(port.notifications).toEqual([])
      expect(port.calls).toEqual([])
    })

    it('HwResetBus gives the Next that was still owed', () => {
      for (let i = 0; i < 64; i++) start({ queueTag: i + 1 })
      port.clear()
      port.call('resetBus', 0)
      expect(port.notifications.map(n => n.type)).toEqual([Notify.nextLu])
    })

    it('HwResetBus fails, logs and resets the chip when it is gone', () => {
      port.registers.set(at('STATUS'), -1)
      expect(port.call('resetBus', 0)).toBe(0)
      expect(port.callsOf('ScsiPortCompleteRequest')).toHaveLength(1)
      expect(port.callsOf('ScsiPortLogError')).toHaveLength(1)
    })

    it('a reset from outside: reported, everything completed, chip started again by the timer', () => {
      start({ queueTag: 1 })
      expect(interrupt(CAUSE.busReset)).toBe(1)
      expect(port.callsOf('ScsiPortCompleteRequest')).toEqual([[0, 0xff, 0xff, 0x0e]])
      expect(port.notifications.map(n => n.type)).toEqual([Notify.timer, Notify.resetDetected])
      const [timer] = port.notifications[0]!.args
      expect(port.accessWords).toContain('write 8=100')

      // Until then requests are BUSY and nobody asks for more.
      port.clear()
      expect(port.status(start()).srb).toBe(0x05)
      expect(port.notifications.map(n => n.type)).toEqual([Notify.complete])
      port.clear()
      port.callIndex(timer!)
      expect(port.accessWords).toContain('write 8=3')
      expect(port.notifications.map(n => n.type)).toEqual([Notify.next])

      // A timer that fires late does nothing.
      port.clear()
      port.callIndex(timer!)
      expect(port.accesses).toEqual([])
    })

    it('gives up a chip that does not come back', () => {
      interrupt(CAUSE.busReset)
      const [timer] = port.notifications[0]!.args
      port.registers.set(at('STATUS'), 0)
      port.clear()
      for (let i = 0; i < 10; i++) port.callIndex(timer!)
      expect(port.callsOf('ScsiPortLogError')).toHaveLength(1)
      expect(port.status(start()).srb).toBe(0x11)
    })

    it('a RESET_BUS request is completed before the bus is cleared', () => {
      const srb = start({ function: 0x12 })
      expect(port.status(srb).srb).toBe(0x01)
      expect(port.notifications.map(n => n.type)).toEqual([Notify.complete, Notify.next, Notify.resetDetected])
    })
  })

  describe('HwAdapterControl', () => {
    const LIST = 0xb000

    it.each([5, 2, 1])('marks what it supports in a list of %i and writes nothing behind it', max => {
      port.u8.fill(0xaa, LIST, LIST + 32)
      port.view.setUint32(LIST, max, true)
      port.u8.fill(0, LIST + 4, LIST + 4 + max)
      expect(port.call('adapterControl', 0, LIST)).toBe(0)
      expect([...port.u8.subarray(LIST + 4, LIST + 10)]).toEqual(
        [1, 1, 1, 0, 0, 0xaa].map((b, i) => (i < max ? b : 0xaa)),
      )
    })

    it('stops by writing only, and starts again', () => {
      port.registers.set(at('STATUS'), -1)
      expect(port.call('adapterControl', 1, 0)).toBe(0)
      expect(port.accessWords).toEqual(['write 18=0', 'write 8=0'])
      expect(port.call('adapterControl', 2, 0)).toBe(1)
      port.registers.set(at('STATUS'), 1)
      expect(port.call('adapterControl', 2, 0)).toBe(0)
      start()
      post(lastTag())
      expect(interrupt()).toBe(1)
    })

    it('knows no other type', () => {
      expect(port.call('adapterControl', 3, 0)).toBe(1)
    })
  })
})
