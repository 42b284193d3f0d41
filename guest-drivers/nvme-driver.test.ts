// The NVMe driver on a fake port and a fake controller: what it writes, in which order, and what it answers.
// Formats: NVM Express 1.4 as in device/adapters/nvme/registers.ts; SCSI: Seagate, SCSI Commands Reference Manual 100293068 Rev. J.
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { buildDrivers } from './build.mjs'
import { at, type Command, type FakeController, FakeNvme, K } from './testing/fake-nvme.ts'
import { BUFFER, FakePort, Notify, PHYSICAL_OFFSET, type SrbFields } from './testing/fake-port.ts'

const DATA_IN = 0x40
const DATA_OUT = 0x80
const NO_AUTOSENSE = 0x20
const SUCCESS = 0x01
const OVERRUN = 0x12
const SENSED = 0x84
const PLAIN: FakeController = { namespaces: [{ blocks: 0x20_0000 }, { blocks: 1000, shift: 12, writeProtected: true }] }
const SQ1 = 0x1008
const CQ1 = 0x100c

let file: string
let port: FakePort
let nvme: FakeNvme

beforeAll(async () => {
  const [built] = await buildDrivers({ only: ['nvme-c'] })
  file = built!.file
}, 60_000)

function find(controller: FakeController = PLAIN): number {
  port = new FakePort(file)
  nvme = new FakeNvme(port, controller)
  return port.findAdapter({ rangeLength: 0x4000 })
}

function boot(controller: FakeController = PLAIN): void {
  expect(find(controller)).toBe(1)
  expect(port.call('initialize')).toBe(1)
  port.clear()
  nvme.commands = []
}

beforeEach(() => boot())

function start(fields: Partial<SrbFields> = {}): number {
  const srb = port.srb(fields)
  expect(port.call('startIo', srb)).toBe(1)
  return srb
}

const hex = (text: string) => text.split(' ').map(b => Number.parseInt(b, 16))
const READ = hex('28 00 00 00 00 10 00 00 08 00')
const read = (fields: Partial<SrbFields> = {}) =>
  start({ cdb: READ, flags: DATA_IN, bytes: 4096, senseBytes: 18, ...fields })

/** A request that the driver answers itself. @returns what it wrote */
function ask(cdb: string, bytes: number, fields: Partial<SrbFields> = {}): { srb: number; data: number[] } {
  port.u8.fill(0xee, BUFFER, BUFFER + 512)
  const srb = start({ cdb: hex(cdb), flags: DATA_IN, bytes, senseBytes: 18, ...fields })
  expect(port.accesses).toEqual([])
  return { srb, data: [...port.u8.subarray(BUFFER, BUFFER + bytes)] }
}

function end(command: Command, status = 0, result = 0): number {
  nvme.complete(command, status, result)
  return port.call('interrupt')
}

const last = () => nvme.commands.at(-1)!
const senseOf = () => [port.sense[2]! & 15, port.sense[12], port.sense[13]]
const text = (bytes: readonly number[]) => String.fromCharCode(...bytes)

describe('DriverEntry', () => {
  it('describes a bus master that looks at its buffers', () => {
    const { hwid } = port
    expect([0, 4, 28, 32].map(o => hwid.getUint32(o, true))).toEqual([80, 5, 0, 0])
    expect([56, 57, 58, 59, 60, 61].map(o => hwid.getUint8(o))).toEqual([1, 1, 1, 1, 1, 0])
    const words = (o: number) => text([...port.u8.subarray(hwid.getUint32(o, true)).slice(0, 4)])
    expect([words(64), words(72)]).toEqual(['1b36', '0010'])
  })
})

describe('HwFindAdapter', () => {
  it('answers every member of the configuration and leaves the controller disabled and masked', () => {
    expect(find()).toBe(1)
    const answers = [24, 28, 48].map(o => port.config(o, 4))
    expect(answers).toEqual([65536, 17, 3])
    expect([64, 65, 73, 74, 75, 79, 89, 138].map(o => port.config(o, 1))).toEqual([1, 7, 1, 1, 1, 1, 1, 8])
    expect(port.accesses.filter(a => a.kind === 'write').map(a => [a.offset, a.value])).toEqual([
      [at('INTMS'), 1],
      [at('CC'), 0],
    ])
  })

  it('chooses 64-bit addresses where the system has them', () => {
    port.findAdapter({ rangeLength: 0x4000, dma64: true })
    expect([port.config(136, 1), port.config(79, 1)]).toEqual([1, 0])
  })

  it.each<[string, Partial<FakeController>]>([
    ['that is gone', { version: -1 }],
    ['without the NVM command set', { cssNvm: false }],
    ['whose doorbells lie beyond the range', { stride: 13 }],
  ])('unmaps a controller %s', (_, changes) => {
    expect(find({ ...PLAIN, ...changes })).toBe(0)
    expect(port.callsOf('ScsiPortFreeDeviceBase')).toHaveLength(1)
    expect(port.accesses.filter(a => a.kind === 'write')).toEqual([])
  })

  it('refuses a structure that is too short, and a range that is', () => {
    expect(port.findAdapter({ length: 136 })).toBe(3)
    expect(port.findAdapter({ rangeLength: 0x1000 })).toBe(0)
    port.mapDevice = false
    expect(port.findAdapter({ rangeLength: 0x4000 })).toBe(2)
    expect(port.callsOf('ScsiPortLogError')).toHaveLength(1)
  })
})

describe('HwInitialize', () => {
  it('resets, enables, identifies, creates the queues, unmasks last', () => {
    find()
    port.clear()
    nvme.commands = []
    expect(port.call('initialize')).toBe(1)
    const table = (0x4000 + PHYSICAL_OFFSET) % 2 ** 32
    const writes = port.accesses.filter(a => a.kind === 'write' && a.offset < 0x1000).map(a => [a.offset, a.value])
    expect(writes).toEqual([
      [at('INTMS'), 1],
      [at('CC'), 0],
      [at('INTMS'), 1],
      [at('AQA'), 0x000f_000f],
      [at('ASQ_LOW'), table + 0x2000],
      [at('ASQ_HIGH'), 1],
      [at('ACQ_LOW'), table + 0x3000],
      [at('ACQ_HIGH'), 1],
      [at('CC'), 0x0046_0001],
      [at('INTMC'), 1],
    ])
    expect(nvme.commands.map(c => [c.opcode, c.nsid, c.cdw[0], c.cdw[1]])).toEqual([
      [K.ADMIN_IDENTIFY, 0, K.CNS_CONTROLLER, 0],
      [K.ADMIN_IDENTIFY, 1, K.CNS_NAMESPACE, 0],
      [K.ADMIN_IDENTIFY, 2, K.CNS_NAMESPACE, 0],
      [K.ADMIN_CREATE_CQ, 0, (63 << 16) | 1, 3],
      [K.ADMIN_CREATE_SQ, 0, (63 << 16) | 1, 0x10001],
    ])
    expect(port.callsOf('ScsiPortLogError')).toEqual([])
  })

  it.each([
    ['does not become ready', () => Object.assign(nvme, { follows: false })],
    ['answers nothing', () => Object.assign(nvme, { answers: false })],
    ['refuses a command', () => Object.assign(nvme, { failAdmin: { nth: 3, status: K.STATUS_INVALID_QUEUE_SIZE! } })],
  ])('logs and fails when the controller %s', (_, spoil) => {
    find()
    spoil()
    port.clear()
    expect(port.call('initialize')).toBe(0)
    expect(port.callsOf('ScsiPortLogError')).toHaveLength(1)
    const stalls = port.calls.filter(c => c[0] === 'ScsiPortStallExecution').map(c => c[1]!)
    expect(Math.max(0, ...stalls)).toBeLessThan(1000)
    expect(stalls.reduce((sum, us) => sum + us, 0)).toBeLessThan(5_000_000)
  })

  it('gives up at once when the controller is gone', () => {
    find()
    port.clear()
    nvme.follows = false
    port.registers.set(at('CSTS'), -1)
    expect(port.call('initialize')).toBe(0)
    expect(port.accesses.filter(a => a.kind === 'read')).toHaveLength(1)
  })

  it('refuses a controller whose commands move less than was promised', () => {
    expect(find({ ...PLAIN, mdts: 3 })).toBe(1)
    expect(port.call('initialize')).toBe(0)
    boot({ ...PLAIN, mdts: 4 })
  })

  it('is content with smaller queues and wider doorbells', () => {
    boot({ ...PLAIN, mqes: 3, stride: 2 })
    for (let i = 1; i <= 3; i++) read({ queueTag: i })
    expect(nvme.io).toHaveLength(3)
    expect(port.accesses.map(a => a.offset)).toEqual([0x1020, 0x1020, 0x1020])
    expect(port.notifications.map(n => n.type)).toEqual([Notify.nextLu, Notify.nextLu])
  })
})

describe('HwStartIo', () => {
  it.each<[string, string, number, number, number]>([
    ['READ (6)', '08 01 02 03 08 00', K.IO_READ!, 0x10203, 8],
    ['READ (6) of 0, which are 256', '08 00 00 00 00 00', K.IO_READ!, 0, 256],
    ['READ (10)', '28 00 00 01 02 03 00 00 08 00', K.IO_READ!, 0x10203, 8],
    ['READ (12)', 'a8 00 00 01 02 03 00 00 00 08 00 00', K.IO_READ!, 0x10203, 8],
    ['READ (16)', '88 00 00 00 00 01 00 00 00 02 00 00 00 08 00 00', K.IO_READ!, 0x1_0000_0002, 8],
    ['WRITE (6)', '0a 01 02 03 08 00', K.IO_WRITE!, 0x10203, 8],
    ['WRITE (10)', '2a 00 00 01 02 03 00 00 08 00', K.IO_WRITE!, 0x10203, 8],
    ['WRITE (12)', 'aa 00 00 01 02 03 00 00 00 08 00 00', K.IO_WRITE!, 0x10203, 8],
    ['WRITE (16)', '8a 00 00 00 00 01 00 00 00 02 00 00 00 08 00 00', K.IO_WRITE!, 0x1_0000_0002, 8],
    ['VERIFY (10) with BYTCHK', '2f 02 00 01 02 03 00 00 08 00', K.IO_COMPARE!, 0x10203, 8],
  ])('turns %s into a command and one doorbell', (_, cdb, opcode, lba, blocks) => {
    port.contiguous = () => 0x20000
    const bytes = Math.min(blocks * 512, 65536) // 256 blocks need 128 KiB: refused below
    const srb = start({ cdb: hex(cdb), bytes, flags: opcode === K.IO_READ ? DATA_IN : DATA_OUT, senseBytes: 18 })
    if (blocks === 256) {
      expect(port.status(srb).srb).toBe(SENSED)
      expect(senseOf()).toEqual([5, 0x24, 0])
      return
    }
    expect(port.accessWords).toEqual([`write ${SQ1.toString(16)}=1`])
    const { cdw, ...rest } = last()
    expect(rest).toMatchObject({ queue: 1, opcode, nsid: 1, prp1: BigInt(BUFFER + PHYSICAL_OFFSET), prp2: 0n })
    expect(cdw).toEqual([lba % 2 ** 32, Math.floor(lba / 2 ** 32), blocks - 1, 0, 0, 0])
  })

  it('hands FUA on, where the form has it', () => {
    start({ cdb: hex('2a 08 00 00 00 10 00 00 08 00'), flags: DATA_OUT, bytes: 4096 })
    start({ cdb: hex('0a 08 00 10 08 00'), flags: DATA_OUT, bytes: 4096 })
    expect(nvme.io.map(c => c.cdw[2])).toEqual([K.RW_FUA! + 7, 7])
  })

  it('addresses the namespace behind the LUN', () => {
    read({ lun: 1, bytes: 32768, queueTag: 1 })
    expect(last()).toMatchObject({ nsid: 2, cdw: [0x10, 0, 7, 0, 0, 0] })
  })

  const page = (n: number) => BigInt(PHYSICAL_OFFSET + n * 4096)
  it.each<[string, number, number, (va: number) => number, bigint, bigint[]]>([
    ['one page', BUFFER, 4096, () => 0x10000, page(12), []],
    ['the end of a page', BUFFER + 512, 3584, va => 4096 - (va % 4096), page(12) + 512n, []],
    ['two pages', BUFFER + 512, 4096, va => 4096 - (va % 4096), page(12) + 512n, [page(13)]],
    ['many pages in one piece', BUFFER, 16384, () => 0x10000, page(12), [page(13), page(14), page(15)]],
    ['a page in pieces', BUFFER, 8192, () => 512, page(12), [page(13)]],
    ['pieces across pages', BUFFER + 1024, 12288, () => 6144, page(12) + 1024n, [page(13), page(14), page(15)]],
  ])('describes %s', (_, buffer, bytes, contiguous, first, rest) => {
    port.contiguous = contiguous
    const cdb = [0x28, 0, 0, 0, 0, 0, 0, 0, bytes / 512, 0]
    expect(port.status(start({ cdb, flags: DATA_IN, bytes, buffer })).srb).toBe(0)
    const { prp1, prp2 } = last()
    expect(prp1).toBe(first)
    if (rest.length < 2) {
      expect(prp2).toBe(rest[0] ?? 0n)
      return
    }
    const list = Number(prp2) - PHYSICAL_OFFSET
    expect(list % 128).toBe(0)
    expect(rest.map((_, n) => port.view.getBigUint64(list + 8 * n, true))).toEqual(rest)
  })

  it.each([
    ['without addresses', 0, 0],
    ['at an odd address', 4096, 2],
  ])('refuses a buffer %s, logs it, keeps the tag', (_, contiguous, skip) => {
    port.contiguous = () => contiguous
    const srb = read({ buffer: BUFFER + skip })
    expect(port.status(srb).srb).toBe(0x04)
    expect(port.accesses).toEqual([])
    expect(port.callsOf('ScsiPortLogError')).toHaveLength(1)
    port.contiguous = () => 4096
    for (let i = 0; i < 63; i++) read({ queueTag: i + 1 })
    expect(nvme.io).toHaveLength(63)
  })

  it.each<[string, Partial<SrbFields>, number]>([
    ['an unknown function', { function: 0x17 }, 0x06],
    ['another target', { target: 1 }, 0x0a],
    ['a CDB that is cut off', { cdb: READ.slice(0, 8) }, 0x06],
    ['a CDB that moves more than the buffer holds', { cdb: READ, bytes: 512, flags: DATA_IN }, OVERRUN],
    ['TEST UNIT READY', {}, SUCCESS],
    ['START STOP UNIT', { cdb: hex('1b 00 00 00 01 00') }, SUCCESS],
    ['READ of no blocks', { cdb: hex('28 00 00 00 00 10 00 00 00 00') }, SUCCESS],
    ['VERIFY without BYTCHK', { cdb: hex('2f 00 00 00 00 10 00 00 08 00') }, SUCCESS],
  ])('ends %s at once and asks for more', (_, fields, status) => {
    const srb = start(fields)
    expect(port.status(srb)).toMatchObject({ srb: status, scsi: 0 })
    expect(port.accesses).toEqual([])
    expect(port.notifications.map(n => n.type)).toEqual([Notify.complete, Notify.next])
  })

  it.each([
    ['an unknown operation', 'c1 00 00 00 00 00', 0, [5, 0x20, 0]],
    ['a unit that is not there', '00 00 00 00 00 00', 5, [5, 0x25, 0]],
    ['VERIFY beyond the end', '2f 00 00 20 00 00 00 00 01 00', 0, [5, 0x21, 0]],
    ['an unknown VPD page', '12 01 b7 00 ff 00', 0, [5, 0x24, 0]],
    ['an unknown mode page', '1a 00 19 00 ff 00', 0, [5, 0x24, 0]],
    ['saved mode pages', '1a 00 c8 00 ff 00', 0, [5, 0x39, 0]],
    ['WRITE SAME of more than a command can count', '93 00 00 00 00 00 00 00 00 00 00 02 00 00 00 00', 0, [5, 0x24, 0]],
  ])('refuses %s with sense data', (_, cdb, lun, sense) => {
    const { srb } = ask(cdb, 255, { lun })
    expect(port.status(srb)).toEqual({ srb: SENSED, scsi: 2, bytes: 0, senseBytes: 18 })
    expect(senseOf()).toEqual(sense)
    expect(port.sense[0]).toBe(0x70)
  })

  it('writes no more sense data than there is room for, and none when it is not wanted', () => {
    port.sense.fill(0xaa)
    expect(port.status(ask('c1 00 00 00 00 00', 0, { senseBytes: 8 }).srb)).toMatchObject({
      srb: SENSED,
      senseBytes: 8,
    })
    expect([...port.sense.subarray(6, 10)]).toEqual([0, 10, 0xaa, 0xaa])
    port.sense.fill(0xaa)
    expect(port.status(ask('c1 00 00 00 00 00', 0, { flags: NO_AUTOSENSE }).srb)).toMatchObject({ srb: 0x04, scsi: 2 })
    expect(port.sense.every(b => b === 0xaa)).toBe(true)
    // Then it waits for REQUEST SENSE, once.
    for (const expected of [
      [5, 0x20],
      [0, 0],
    ]) {
      const { srb, data } = ask('03 00 00 00 12 00', 18)
      expect(port.status(srb).srb).toBe(SUCCESS)
      expect([data[2], data[12]]).toEqual(expected)
    }
  })

  it('stops asking when every tag is taken, and asks again when one is free', () => {
    for (let i = 0; i < 62; i++) read({ queueTag: i + 1 })
    port.clear()
    read({ queueTag: 63 })
    expect(port.notifications).toEqual([])
    expect(port.status(read({ queueTag: 64 })).srb).toBe(0x05)
    port.clear()
    expect(end(nvme.io[7]!)).toBe(1)
    expect(port.notifications.map(n => n.type)).toEqual([Notify.complete, Notify.nextLu])
    read({ queueTag: 65 })
    expect(last().id).toBe(nvme.io[7]!.id)
  })

  it('SYNCHRONIZE CACHE, FLUSH and SHUTDOWN wait for a flush of the namespace', () => {
    const srbs = [
      start({ cdb: hex('35 00 00 00 00 00 00 00 00 00'), queueTag: 1 }),
      start({ function: 0x08, cdb: [], lun: 1 }),
      start({ function: 0x07, cdb: [] }),
    ]
    expect(nvme.io.map(c => [c.opcode, c.nsid])).toEqual([
      [K.IO_FLUSH, 1],
      [K.IO_FLUSH, 2],
      [K.IO_FLUSH, 1],
    ])
    expect(srbs.map(s => port.status(s).srb)).toEqual([0, 0, 0])
    for (const command of nvme.io) end(command)
    expect(srbs.map(s => port.status(s).srb)).toEqual([SUCCESS, SUCCESS, SUCCESS])
  })

  it('FLUSH of what caches nothing is done at once', () => {
    expect(port.status(start({ function: 0x08, lun: 6 })).srb).toBe(SUCCESS)
    boot({ ...PLAIN, vwc: 0 })
    expect(port.status(start({ function: 0x08 })).srb).toBe(SUCCESS)
    expect(nvme.io).toEqual([])
  })

  it('UNMAP becomes dataset management', () => {
    const list = [0, 38, 0, 32, 0, 0, 0, 0, ...[0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 9, 0, 0, 0, 0], ...Array(16).fill(0)]
    port.u8.set(list, BUFFER)
    const srb = start({ cdb: hex('42 00 00 00 00 00 00 00 28 00'), flags: DATA_OUT, bytes: 40 })
    const command = last()
    expect(command).toMatchObject({ opcode: K.IO_DATASET_MANAGEMENT, nsid: 1, cdw: [1, K.DSM_DEALLOCATE, 0, 0, 0, 0] })
    const ranges = Number(command.prp1) - PHYSICAL_OFFSET
    expect(port.view.getUint32(ranges + 4, true)).toBe(9)
    expect(port.view.getBigUint64(ranges + 8, true)).toBe(0x1_0000_0002n)
    end(command)
    expect(port.status(srb)).toMatchObject({ srb: SUCCESS, bytes: 40 })
  })

  it.each([
    ['too many descriptors', [0, 150, 0, 144], 152, [5, 0x26, 0]],
    ['a list longer than the buffer', [0, 0, 0, 0], 4, [5, 0x1a, 0]],
  ])('UNMAP refuses %s', (_, header, bytes, sense) => {
    port.u8.set(header, BUFFER)
    start({ cdb: [0x42, 0, 0, 0, 0, 0, 0, 0, Math.max(bytes, 8), 0], flags: DATA_OUT, bytes, senseBytes: 18 })
    expect(senseOf()).toEqual(sense)
    expect(nvme.io).toEqual([])
  })

  it('WRITE SAME writes zeroes, and nothing else', () => {
    port.u8.fill(0, BUFFER, BUFFER + 512)
    const fields = {
      cdb: hex('93 08 00 00 00 00 00 00 00 20 00 00 01 00 00 00'),
      flags: DATA_OUT,
      bytes: 512,
      senseBytes: 18,
    }
    start(fields)
    expect(last()).toMatchObject({
      opcode: K.IO_WRITE_ZEROES,
      cdw: [0x20, 0, K.WRITE_ZEROES_DEALLOCATE! + 255, 0, 0, 0],
    })
    port.u8[BUFFER + 511] = 1
    expect(port.status(start(fields)).srb).toBe(SENSED)
    expect(nvme.io).toHaveLength(1)
    start({ cdb: hex('93 01 00 00 00 00 00 00 00 20 00 00 01 00 00 00') })
    expect(last()).toMatchObject({ opcode: K.IO_WRITE_ZEROES, cdw: [0x20, 0, 255, 0, 0, 0] })
    expect(port.status(start({ cdb: hex('41 01 00 00 00 20 00 00 08 00'), senseBytes: 18 })).srb).toBe(SENSED)
  })

  it('VERIFY without BYTCHK is the controller’s business where it has a command for it', () => {
    boot({ ...PLAIN, oncs: 0x80 })
    const srb = start({ cdb: hex('2f 00 00 00 00 10 00 00 08 00') })
    expect(last()).toMatchObject({ opcode: 0x0c, nsid: 1, prp1: 0n, cdw: [0x10, 0, 7, 0, 0, 0] })
    end(last())
    expect(port.status(srb).srb).toBe(SUCCESS)
  })

  it('does without what the controller does not offer', () => {
    boot({ ...PLAIN, oncs: 0 })
    for (const cdb of ['42 00 00 00 00 00 00 00 18 00', '93 00 00 00 00 00 00 00 00 00 00 00 00 08 00 00'])
      expect(port.status(ask(cdb, 24).srb).srb).toBe(SENSED)
    expect(port.status(ask('2f 02 00 00 00 10 00 00 08 00', 4096).srb).srb).toBe(SENSED)
    expect(ask('12 01 b2 00 ff 00', 8).data[5]).toBe(0)
  })
})

describe('answers', () => {
  it('INQUIRY: model and firmware of the controller', () => {
    const { srb, data } = ask('12 00 00 00 24 00', 36)
    expect(port.status(srb).srb).toBe(SUCCESS)
    expect(data.slice(0, 8)).toEqual([0, 0, 6, 2, 31, 0, 0, 2])
    expect(text(data.slice(8))).toBe('NVMe    Fake controller 1.0 ')
  })

  it.each([
    ['more room than answer', '12 00 00 00 ff 00', 255, OVERRUN, 36],
    ['less room than answer', '12 00 00 00 24 00', 10, SUCCESS, 10],
    ['less asked for', '12 00 00 00 05 00', 36, OVERRUN, 5],
  ])('%s', (_, cdb, bytes, status, moved) => {
    const { srb } = ask(cdb, bytes)
    expect(port.status(srb)).toMatchObject({ srb: status, bytes: moved })
    expect(port.u8[BUFFER + moved]).toBe(0xee)
  })

  it('INQUIRY of a unit that is not there', () => {
    const { srb, data } = ask('12 00 00 00 24 00', 36, { lun: 3 })
    expect([port.status(srb).srb, data[0]]).toEqual([SUCCESS, 0x7f])
  })

  it('vital product data', () => {
    expect(ask('12 01 00 00 ff 00', 10).data).toEqual([0, 0, 0, 6, 0, 0x80, 0x83, 0xb0, 0xb1, 0xb2])
    expect(text(ask('12 01 80 00 ff 00', 29, { lun: 1 }).data.slice(4))).toBe('SN0001              -0002')
    expect(text(ask('12 01 83 00 ff 00', 41).data.slice(8))).toBe('NVMe    SN0001              -0001')
    expect(ask('12 01 b1 00 ff 00', 64).data.slice(4, 6)).toEqual([0, 1])
    expect(ask('12 01 b0 00 ff 00', 64).data.slice(4, 32)).toEqual([
      1, 0, 0, 0, 0, 0, 0, 128, 0, 0, 0, 128, 0, 0, 0, 0, 255, 255, 255, 255, 0, 0, 0, 8, 0, 0, 0, 0,
    ])
    boot({ namespaces: [{ blocks: 8, eui64: [1, 2, 3, 4, 5, 6, 7, 8] }] })
    expect(ask('12 01 83 00 ff 00', 16).data).toEqual([0, 0x83, 0, 12, 1, 2, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8])
  })

  it('capacity, also beyond 2 TiB', () => {
    expect(ask('25 00 00 00 00 00 00 00 00 00', 8).data).toEqual([0, 0x1f, 255, 255, 0, 0, 2, 0])
    expect(ask('9e 10 00 00 00 00 00 00 00 00 00 00 00 20 00 00', 32, { lun: 1 }).data.slice(0, 15)).toEqual([
      0, 0, 0, 0, 0, 0, 3, 231, 0, 0, 16, 0, 0, 0, 0x80,
    ])
    boot({ namespaces: [{ blocks: 0x1_0000_0001 }] })
    expect(ask('25 00 00 00 00 00 00 00 00 00', 8).data.slice(0, 4)).toEqual([255, 255, 255, 255])
    expect(ask('9e 10 00 00 00 00 00 00 00 00 00 00 00 20 00 00', 32).data.slice(0, 8)).toEqual([
      0, 0, 0, 1, 0, 0, 0, 0,
    ])
  })

  it('mode pages', () => {
    expect(ask('1a 00 3f 00 ff 00', 44).data.slice(0, 15)).toEqual([
      43, 0, 0x10, 8, 0, 0x20, 0, 0, 0, 0, 2, 0, 8, 18, 4,
    ])
    expect(ask('1a 08 08 00 ff 00', 24, { lun: 1 }).data.slice(0, 7)).toEqual([23, 0, 0x90, 0, 8, 18, 4])
    expect(ask('5a 08 48 00 00 00 00 00 ff 00', 28).data.slice(0, 11)).toEqual([0, 26, 0, 0x10, 0, 0, 0, 0, 8, 18, 0])
    boot({ ...PLAIN, vwc: 0 })
    expect(ask('1a 08 08 00 ff 00', 24).data[6]).toBe(0)
  })

  it('REPORT LUNS leaves gaps out', () => {
    boot({ namespaces: [{ blocks: 8 }, { blocks: 0 }, { blocks: 8 }, { blocks: 8, shift: 13 }] })
    const { data } = ask('a0 00 00 00 00 00 00 00 00 40 00 00', 24)
    expect(data).toEqual([0, 0, 0, 16, 0, 0, 0, 0, ...[0, 0, 0, 0, 0, 0, 0, 0], ...[0, 2, 0, 0, 0, 0, 0, 0]])
    expect(port.status(ask('00 00 00 00 00 00', 0, { lun: 1 }).srb).srb).toBe(SENSED)
    expect(port.status(ask('00 00 00 00 00 00', 0, { lun: 2 }).srb).srb).toBe(SUCCESS)
  })
})

describe('HwInterrupt', () => {
  it.each(['idle', 'busy', 'before HwInitialize', 'after stop'])(
    '%s: a foreign interrupt costs no register access',
    when => {
      if (when === 'busy') read()
      if (when === 'before HwInitialize') find()
      if (when === 'after stop') port.call('adapterControl', 1, 0)
      port.clear()
      expect(port.call('interrupt')).toBe(0)
      expect(port.accesses).toEqual([])
      expect(port.calls).toEqual([])
      expect(port.notifications).toEqual([])
    },
  )

  it.each([1, 5, 40])('completes %i commands with one register access', count => {
    const srbs = Array.from({ length: count }, (_, i) => read({ queueTag: i + 1 }))
    port.clear()
    for (const command of nvme.io) nvme.complete(command)
    let completedAtDoorbell = -1
    port.onAccess = () => {
      completedAtDoorbell = port.notifications.length
    }
    expect(port.call('interrupt')).toBe(1)
    expect(port.accessWords).toEqual([`write ${CQ1.toString(16)}=${count.toString(16)}`])
    expect(completedAtDoorbell, 'the line falls first').toBe(0)
    const ended = port.notifications.filter(n => n.type === Notify.complete)
    expect(ended.map(n => n.args[0])).toEqual(srbs)
    expect(port.call('interrupt')).toBe(0)
  })

  it('follows the phase through three passes of the queue', () => {
    for (let i = 0; i < 200; i++) {
      const srb = read({ queueTag: 1 })
      expect(end(last())).toBe(1)
      expect(port.status(srb)).toMatchObject({ srb: SUCCESS, bytes: 4096 })
      expect(port.accesses.at(-1)).toEqual({ kind: 'write', offset: CQ1, value: (i + 1) % 64 })
    }
    expect(port.call('interrupt')).toBe(0)
  })

  it('takes entries across the end of the queue at once', () => {
    for (let i = 0; i < 60; i++) {
      read({ queueTag: 1 })
      end(last())
    }
    nvme.commands = []
    for (let i = 0; i < 8; i++) read({ queueTag: i + 1 })
    for (const command of nvme.io) nvme.complete(command)
    port.clear()
    expect(port.call('interrupt')).toBe(1)
    expect(port.accessWords).toEqual([`write ${CQ1.toString(16)}=4`])
    expect(port.notifications.filter(n => n.type === Notify.complete)).toHaveLength(8)
  })

  it('reports what was moved when the buffer was larger', () => {
    const srb = read({ bytes: 8192 })
    end(last())
    expect(port.status(srb)).toMatchObject({ srb: OVERRUN, bytes: 4096 })
  })

  const DNR = K.STATUS_DNR!
  it.each<[string, number, number, number, number[] | undefined, number | undefined]>([
    ['invalid opcode', K.STATUS_INVALID_OPCODE! | DNR, SENSED, 2, [5, 0x20, 0], undefined],
    ['invalid field', K.STATUS_INVALID_FIELD! | DNR, SENSED, 2, [5, 0x24, 0], undefined],
    ['invalid namespace', K.STATUS_INVALID_NAMESPACE! | DNR, SENSED, 2, [5, 0x25, 0], undefined],
    ['LBA out of range', K.STATUS_LBA_OUT_OF_RANGE! | DNR, SENSED, 2, [5, 0x21, 0], undefined],
    ['write protected', K.STATUS_WRITE_PROTECTED! | DNR, SENSED, 2, [7, 0x27, 0], undefined],
    ['write fault', K.STATUS_WRITE_FAULT!, SENSED, 2, [3, 0x0c, 0], undefined],
    ['unrecovered read', K.STATUS_UNRECOVERED_READ! | K.STATUS_MORE!, SENSED, 2, [3, 0x11, 0], undefined],
    ['compare failure', K.STATUS_COMPARE_FAILURE! | DNR, SENSED, 2, [14, 0x1d, 0], undefined],
    ['namespace never ready', K.STATUS_NAMESPACE_NOT_READY! | DNR, SENSED, 2, [2, 0x04, 0], undefined],
    ['namespace not ready yet', K.STATUS_NAMESPACE_NOT_READY!, 0x04, 8, undefined, undefined],
    ['interrupted', K.STATUS_COMMAND_INTERRUPTED!, 0x04, 8, undefined, undefined],
    ['reservation conflict', K.STATUS_RESERVATION_CONFLICT!, 0x04, 0x18, undefined, undefined],
    ['aborted', K.STATUS_ABORTED!, 0x02, 0, undefined, undefined],
    ['queue deleted', K.STATUS_SQ_DELETED!, 0x02, 0, undefined, undefined],
    ['transport error', K.STATUS_TRANSPORT_ERROR!, 0x0f, 0, undefined, 1],
    ['data transfer error', K.STATUS_DATA_TRANSFER_ERROR!, 0x04, 0, undefined, 6],
    ['internal error', K.STATUS_INTERNAL_ERROR!, SENSED, 2, [4, 0x44, 0], 6],
    ['a status nobody knows', 0x7c3, SENSED, 2, [4, 0x44, 0], 6],
  ])('%s', (_, status, srbStatus, scsi, sense, logged) => {
    const srb = read()
    port.sense.fill(0)
    expect(end(last(), status)).toBe(1)
    expect(port.status(srb)).toMatchObject({ srb: srbStatus, scsi, bytes: sense === undefined ? 4096 : 0 })
    if (sense !== undefined) expect(senseOf()).toEqual(sense)
    const logs = port.callsOf('ScsiPortLogError')
    expect(logs.map(l => l[4])).toEqual(logged === undefined ? [] : [logged])
    if (logged !== undefined) expect(logs[0]!.slice(0, 4)).toEqual([srb, 0, 0, 0])
  })

  it.each([62, 63, 0xffff])('logs command id %i, which nobody waits for, and completes nothing', id => {
    read()
    port.clear()
    expect(end({ ...last(), id })).toBe(1)
    expect(port.notifications).toEqual([])
    expect(port.callsOf('ScsiPortLogError').map(l => l[4])).toEqual([3])
  })
})

describe('abort', () => {
  function abort(): { victim: number; srb: number; command: Command } {
    const victim = read({ queueTag: 3 })
    const command = last()
    port.activeSrb = victim
    port.clear()
    const srb = start({ function: 0x10, nextSrb: victim })
    return { victim, srb, command }
  }
  const both = ({ victim, srb }: { victim: number; srb: number }) => [port.status(victim).srb, port.status(srb).srb]

  it('aborts by queue and command id, and completes both, victim first', () => {
    const pair = abort()
    expect(last()).toMatchObject({ queue: 0, opcode: K.ADMIN_ABORT, cdw: [(pair.command.id << 16) | 1, 0, 0, 0, 0, 0] })
    expect(port.accessWords).toHaveLength(1)
    port.clear()
    end(last(), 0, 0)
    expect(port.notifications).toEqual([])
    end(pair.command, K.STATUS_ABORTED)
    expect(both(pair)).toEqual([0x02, SUCCESS])
    expect(port.notifications.map(n => n.args[0])).toEqual([pair.victim, pair.srb])
  })

  it('takes both answers in one interrupt', () => {
    const pair = abort()
    port.clear()
    nvme.complete(last(), 0, 0)
    expect(end(pair.command, K.STATUS_ABORTED)).toBe(1)
    expect(both(pair)).toEqual([0x02, SUCCESS])
    expect(port.accesses.map(a => a.offset)).toEqual([0x100c, 0x1004])
  })

  it('fails when the victim ends by itself, before or after the answer', () => {
    const pair = abort()
    const answer = last()
    end(pair.command)
    expect(both(pair)).toEqual([SUCCESS, 0x03])
    // The late answer is about nobody.
    port.clear()
    expect(end(answer, 0, 1)).toBe(1)
    expect(port.notifications).toEqual([])
  })

  it('fails when the controller could not, and the victim goes on', () => {
    const pair = abort()
    end(last(), 0, 1)
    expect(both(pair)).toEqual([0, 0x03])
    end(pair.command)
    expect(both(pair)).toEqual([SUCCESS, 0x03])
  })

  it('does not take the late answer of one abort for that of the next', () => {
    const first = abort()
    const late = last()
    end(first.command)
    const second = abort()
    expect(last().id).not.toBe(late.id)
    end(late, 0, 1)
    expect(both(second)).toEqual([0, 0])
    end(last(), 0, 0)
    end(second.command, K.STATUS_ABORTED)
    expect(both(second)).toEqual([0x02, SUCCESS])
  })

  it.each(['never ours', 'not the port driver’s any more'])('fails for a victim that is %s', which => {
    const victim = read({ queueTag: 3 })
    port.activeSrb = which === 'never ours' ? victim : 0
    port.clear()
    const srb = start({ function: 0x10, nextSrb: which === 'never ours' ? victim + 64 * 8 : victim })
    expect(port.status(srb).srb).toBe(0x03)
    expect(port.accesses).toEqual([])
  })
})

describe('resets', () => {
  function reset(): number {
    port.clear()
    return port.call('resetBus', 0)
  }
  const timer = () => port.notifications.findLast(n => n.type === Notify.timer)!.args[0]!

  it('HwResetBus finishes what has ended, completes the rest, and HwTimer starts the controller again', () => {
    const ended = read({ queueTag: 1 })
    nvme.complete(last())
    read({ queueTag: 2 })
    expect(reset()).toBe(1)
    expect(port.accessWords.slice(0, 2)).toEqual(['write c=1', 'write 14=0'])
    expect(port.accessWords).not.toContain(`write ${CQ1.toString(16)}=1`)
    expect(port.status(ended).srb).toBe(SUCCESS)
    expect(port.callsOf('ScsiPortCompleteRequest')).toEqual([[0, 0xff, 0xff, 0x0e]])
    expect(port.callsOf('ScsiPortLogError')).toEqual([])

    // Until then requests are BUSY and nobody asks for more.
    const index = timer()
    port.clear()
    expect(port.call('interrupt')).toBe(0)
    expect(port.status(read()).srb).toBe(0x05)
    expect(port.notifications.map(n => n.type)).toEqual([Notify.complete])
    port.clear()
    port.callIndex(index)
    expect(port.notifications.map(n => n.type)).toEqual([Notify.next])
    expect(port.accesses.at(-1)).toMatchObject({ offset: at('INTMC') })

    // It works, and a timer that fires late does nothing.
    port.clear()
    port.callIndex(index)
    expect(port.accesses).toEqual([])
    nvme.commands = []
    const srb = read()
    end(last())
    expect(port.status(srb).srb).toBe(SUCCESS)
  })

  it('an abort that was under way succeeds with the reset', () => {
    const victim = read({ queueTag: 3 })
    port.activeSrb = victim
    const srb = start({ function: 0x10, nextSrb: victim })
    reset()
    expect(port.status(srb).srb).toBe(SUCCESS)
  })

  it('waits for a slow controller, a little each time', () => {
    nvme.follows = false
    port.registers.set(at('CSTS'), 1)
    expect(reset()).toBe(0)
    expect(port.callsOf('ScsiPortCompleteRequest')).toHaveLength(1)
    expect(port.callsOf('ScsiPortLogError')).toHaveLength(1)
    const index = timer()
    for (let i = 0; i < 3; i++) {
      port.clear()
      port.callIndex(index)
      expect(port.notifications.map(n => n.type)).toEqual([Notify.timer])
      const stalled = port.calls.filter(c => c[0] === 'ScsiPortStallExecution').reduce((sum, c) => sum + c[1]!, 0)
      expect(stalled).toBeLessThan(1000)
    }
    nvme.follows = true
    port.registers.set(at('CSTS'), 0)
    port.callIndex(index)
    nvme.commands = []
    read()
    expect(nvme.io).toHaveLength(1)
  })

  it('gives up a controller that is gone, once', () => {
    read()
    nvme.follows = false
    port.registers.set(at('CSTS'), -1)
    expect(reset()).toBe(0)
    const index = timer()
    port.clear()
    port.callIndex(index)
    expect(port.callsOf('ScsiPortLogError')).toHaveLength(1)
    expect(port.notifications.map(n => n.type)).toEqual([])
    expect(port.status(read()).srb).toBe(0x11)
    expect(port.call('interrupt')).toBe(0)
  })

  it('gives up a controller that does not come back', () => {
    nvme.follows = false
    port.registers.set(at('CSTS'), 1)
    reset()
    const index = timer()
    port.clear()
    for (let i = 0; i < 200; i++) port.callIndex(index)
    expect(port.callsOf('ScsiPortLogError')).toHaveLength(1)
    // The next reset tries again.
    nvme.follows = true
    port.registers.set(at('CSTS'), 0)
    expect(reset()).toBe(1)
    port.callIndex(timer())
    nvme.commands = []
    read()
    expect(nvme.io).toHaveLength(1)
  })

  it('a RESET_BUS request is completed before the controller is reset', () => {
    const srb = start({ function: 0x12 })
    expect(port.status(srb).srb).toBe(SUCCESS)
    expect(port.notifications.map(n => n.type)).toEqual([Notify.complete, Notify.timer, Notify.resetDetected])
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

  it('stops with a shutdown notification, disables, and starts again', () => {
    expect(port.call('adapterControl', 1, 0)).toBe(0)
    const writes = port.accesses.filter(a => a.kind === 'write').map(a => [a.offset, a.value])
    expect(writes).toEqual([
      [at('INTMS'), 1],
      [at('CC'), 0x0046_4001],
      [at('CC'), 0],
    ])
    expect(port.call('adapterControl', 2, 0)).toBe(0)
    nvme.commands = []
    const srb = read()
    end(last())
    expect(port.status(srb).srb).toBe(SUCCESS)
  })

  it('stops a controller that is gone with one read, and one that does not answer soon', () => {
    nvme.follows = false
    port.registers.set(at('CSTS'), -1)
    expect(port.call('adapterControl', 1, 0)).toBe(0)
    expect(port.accesses.filter(a => a.kind === 'read')).toHaveLength(1)
    expect(port.call('adapterControl', 2, 0)).toBe(1)
    boot()
    nvme.follows = false
    port.call('adapterControl', 1, 0)
    expect(port.calls.filter(c => c[0] === 'ScsiPortStallExecution').reduce((sum, c) => sum + c[1]!, 0)).toBeLessThan(
      1000,
    )
  })

  it('knows no other type', () => {
    expect(port.call('adapterControl', 3, 0)).toBe(1)
  })
})
