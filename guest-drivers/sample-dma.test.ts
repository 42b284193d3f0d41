// The data-phase driver on a fake port: the order of ScsiPortIoMapTransfer, HwDmaStarted and ScsiPortFlushDma, and all the rest.
// Duties: WDK pages on HwScsiInterrupt, HwScsiDmaStarted, ScsiPortIoMapTransfer, ScsiPortFlushDma.
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { REFERENCE_REGISTERS } from '../device/adapters/reference/registers.ts'
import { buildDrivers } from './build.mjs'
import { BUFFER, FakePort, Notify, type SrbFields } from './testing/fake-port.ts'

const at = (name: string) => REFERENCE_REGISTERS.registers.find(r => r.name === name)!.offset
const CAUSE = { complete: 1, dmaReady: 2, dmaError: 4, scsiError: 8, busReset: 16, deviceChange: 32 }
const DATA_IN = 0x40
const DATA_OUT = 0x80
const CAPS = 0x2580_0000 | (16 << 8) | 64
const AUTOSENSE = 1 << 28
const VALID = 0x8000_0000
const TO_MEMORY = 1 << 24

let file: string
let port: FakePort
let tag: number

beforeAll(async () => {
  const [built] = await buildDrivers({ only: ['reference-dma'] })
  file = built!.file
}, 60_000)

function boot(caps = CAPS): void {
  port = new FakePort(file)
  port.registers.set(at('ID'), 0x41424857)
  port.registers.set(at('CAPS'), caps)
  port.registers.set(at('STATUS'), 1)
  expect(port.findAdapter()).toBe(1)
  expect(port.call('initialize')).toBe(1)
  tag = 0
  port.clear()
}

beforeEach(() => boot())

/** Starts a request and takes its tag from what the driver wrote. */
function start(fields: Partial<SrbFields> = {}): number {
  const srb = port.srb(fields)
  expect(port.call('startIo', srb)).toBe(1)
  const target = port.accesses.findLast(a => a.offset === at('CMD_TARGET'))
  if (target !== undefined) tag = (target.value >>> 16) & 0xff
  return srb
}

function interrupt(causes: number): number {
  port.clear()
  port.registers.set(at('INT_STATUS'), causes)
  return port.call('interrupt')
}

/** A target announces data: DMA_READY, then the interrupt. */
function dataReady(bytes: number, toMemory: boolean, ofTag = tag): number {
  port.registers.set(at('DMA_READY'), VALID | (toMemory ? TO_MEMORY : 0) | (ofTag << 16))
  port.registers.set(at('DMA_READY_COUNT'), bytes)
  return interrupt(CAUSE.dmaReady)
}

function commandEnds(
  fields: { host?: number; scsi?: number; sense?: number; causes?: number; ofTag?: number } = {},
): number {
  const { host = 0, scsi = 0, sense = 0, causes = 0, ofTag = tag } = fields
  port.registers.set(at('CMD_STATUS'), VALID | (sense << 24) | (ofTag << 16) | (host << 8) | scsi)
  return interrupt(CAUSE.complete | causes)
}

const order = () => port.calls.map(c => c[0])

describe('HwFindAdapter', () => {
  it('describes a subordinate adapter on the channel it is wired to', () => {
    expect({
      dmaStarted: port.hwid.getUint32(28, true) !== 0,
      flags: [56, 57, 58, 59, 60, 61].map(o => port.hwid.getUint8(o)),
      again: port.again,
      transfer: port.config(24, 4),
      breaks: port.config(28, 4),
      channel: port.config(32, 4),
      port: port.config(36, 4),
      buses: port.config(64, 1),
      initiator: port.config(65, 1),
      scatterGather: port.config(73, 1),
      master: port.config(74, 1),
      dma32: port.config(79, 1),
      autosense: port.config(84, 1),
      targets: port.config(89, 1),
      luns: port.config(138, 1),
    }).toEqual({
      dmaStarted: true,
      flags: [0, 0, 0, 0, 0, 0],
      again: 0,
      transfer: 65536,
      breaks: 17,
      channel: 5,
      port: 0xffffffff,
      buses: 1,
      initiator: 7,
      scatterGather: 0,
      master: 0,
      dma32: 0,
      autosense: 0,
      targets: 16,
      luns: 8,
    })
    expect(port.callsOf('ScsiPortGetUncachedExtension')).toEqual([])
  })

  it('says so when the chip fetches sense data itself', () => {
    boot(CAPS | AUTOSENSE)
    expect(port.config(84, 1)).toBe(1)
  })

  it('a short structure', () => {
    port.clear()
    expect(port.findAdapter({ length: 100 })).toBe(3)
    expect(port.calls).toEqual([])
  })

  it('no range: looks at the bus, and maps nothing', () => {
    port.clear()
    expect(port.findAdapter({ rangeLength: 0 })).toBe(0)
    expect(port.calls.map(([name]) => name)).toEqual(['ScsiPortGetBusData'])
  })

  it('unmaps an adapter that is not ours, logs one that cannot be mapped', () => {
    port.registers.set(at('CAPS'), 0)
    expect(port.findAdapter()).toBe(0)
    expect(port.callsOf('ScsiPortFreeDeviceBase')).toEqual([[0x7000_0000]])
    port.mapDevice = false
    expect(port.findAdapter()).toBe(2)
    expect(port.callsOf('ScsiPortLogError')).toHaveLength(1)
  })
})

describe('HwStartIo', () => {
  it('writes the address, the CDB in whole words, and START last', () => {
    start({ target: 2, lun: 1, cdb: [0x28, 1, 2, 3, 4, 5, 6, 7, 8, 9] })
    expect(port.accessWords).toEqual([
      'write 40=a010102',
      'write 44=3020128',
      'write 48=7060504',
      'write 4c=908',
      'write 54=1',
    ])
    expect(port.notifications).toEqual([])
  })

  it.each([
    [6, 2],
    [12, 3],
    [16, 4],
  ])('a CDB of %i bytes takes %i words', (bytes, words) => {
    start({ cdb: Array(bytes).fill(0) })
    expect(port.accesses).toHaveLength(2 + words)
  })

  it.each([
    ['an unknown function', { function: 0x14 }, 0x06],
    ['FLUSH', { function: 0x08 }, 0x01],
    ['a target beyond the bus', { target: 99 }, 0x21],
    ['a CDB of 5 bytes', { cdb: [0, 0, 0, 0, 0] }, 0x06],
  ])('ends %s at once and asks for more', (_, fields, status) => {
    expect(port.status(start(fields)).srb).toBe(status)
    expect(port.accesses).toEqual([])
    expect(port.notifications.map(n => n.type)).toEqual([Notify.complete, Notify.next])
  })

  it('refuses a second command with BUSY and does not ask for more before the first has ended', () => {
    start()
    expect(port.status(start()).srb).toBe(0x05)
    expect(port.notifications.map(n => n.type)).toEqual([Notify.complete])
    commandEnds()
    expect(port.notifications.map(n => n.type)).toEqual([Notify.complete, Notify.next])
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

  it('a command without data: complete, next, two reads', () => {
    const srb = start()
    expect(commandEnds()).toBe(1)
    expect(port.accessWords).toEqual(['read 10', 'write 14=1', 'read 58'])
    expect(port.notifications).toEqual([
      { type: Notify.complete, args: [srb] },
      { type: Notify.next, args: [] },
    ])
    expect(port.status(srb).srb).toBe(1)
  })

  it.each([
    ['in', DATA_IN, true],
    ['out', DATA_OUT, false],
  ])('data %s: map in the ISR, start in HwDmaStarted, flush before the completion', (_, flags, toMemory) => {
    const srb = start({ flags, bytes: 4096 })
    expect(dataReady(4096, toMemory)).toBe(1)
    expect(port.accessWords).toEqual(['read 10', 'write 14=2', 'read 20', 'read 24'])
    expect(port.callsOf('ScsiPortIoMapTransfer')).toEqual([[srb, BUFFER, 4096]])
    port.clear()
    port.call('dmaStarted')
    expect(port.accessWords).toEqual(['write 28=1000', 'write 2c=1'])
    commandEnds()
    expect(order()).toEqual(['ScsiPortFlushDma'])
    expect(port.status(srb)).toMatchObject({ srb: 1, bytes: 4096 })
  })

  it('data in two pieces: flush between them, and the second begins where the first ended', () => {
    const srb = start({ flags: DATA_IN, bytes: 1000 })
    dataReady(600, true)
    port.call('dmaStarted')
    dataReady(900, true)
    expect(order()).toEqual(['ScsiPortFlushDma', 'ScsiPortIoMapTransfer'])
    expect(port.callsOf('ScsiPortIoMapTransfer')).toEqual([[srb, BUFFER + 600, 400]])
    port.call('dmaStarted')
    // The target wants 500 more, there is no room: END, and the adapter reports the overrun.
    dataReady(500, true)
    expect(order()).toEqual(['ScsiPortFlushDma'])
    expect(port.accessWords.at(-1)).toBe('write 2c=2')
    commandEnds({ host: 4, causes: CAUSE.scsiError })
    expect(port.status(srb)).toMatchObject({ srb: 0x12, bytes: 1000 })
    expect(port.callsOf('ScsiPortLogError').map(l => l[4])).toEqual([5])
  })

  it('ends a data phase that goes the wrong way', () => {
    start({ flags: DATA_IN, bytes: 512 })
    dataReady(512, false)
    expect(port.callsOf('ScsiPortIoMapTransfer')).toEqual([])
    expect(port.accessWords.at(-1)).toBe('write 2c=2')
  })

  it('settles an open direction before it maps', () => {
    const srb = start({ flags: 0xc0, bytes: 512 })
    dataReady(512, false)
    expect(port.view.getUint32(srb + 12, true)).toBe(DATA_OUT)
    expect(port.callsOf('ScsiPortIoMapTransfer')).toHaveLength(1)
  })

  it('ends the data phase of a tag it does not know, and logs', () => {
    start({ flags: DATA_IN, bytes: 512 })
    dataReady(512, true, tag + 1)
    expect(port.accessWords.at(-1)).toBe('write 2c=2')
    expect(port.callsOf('ScsiPortLogError').map(l => l[4])).toEqual([3])
    expect(port.callsOf('ScsiPortIoMapTransfer')).toEqual([])
  })

  it('does not start a transfer whose command has ended in between', () => {
    start({ flags: DATA_IN, bytes: 512 })
    dataReady(512, true)
    commandEnds({ host: 7 })
    expect(order()).toEqual(['ScsiPortFlushDma'])
    port.clear()
    port.call('dmaStarted')
    expect(port.accesses).toEqual([])
  })

  it('takes several causes at once', () => {
    const srb = start({ flags: DATA_IN, bytes: 512 })
    dataReady(512, true)
    port.call('dmaStarted')
    port.registers.set(at('DMA_READY'), 0)
    expect(commandEnds({ causes: CAUSE.dmaReady | CAUSE.deviceChange })).toBe(1)
    expect(port.accesses.filter(a => a.kind === 'write')).toEqual([
      { kind: 'write', offset: at('INT_ACK'), value: 0x23 },
    ])
    expect(port.notifications.map(n => n.type)).toEqual([Notify.complete, Notify.busChange, Notify.next])
    expect(port.status(srb).srb).toBe(1)
  })

  const CHECK = 2
  it.each([
    ['nothing moved', { scsi: 0 }, { srb: 0x12, scsi: 0, bytes: 0 }, undefined],
    ['selection timeout', { host: 1 }, { srb: 0x0a, scsi: 0, bytes: 512 }, undefined],
    ['parity error', { host: 2 }, { srb: 0x0f, scsi: 0, bytes: 512 }, 1],
    ['unexpected disconnect', { host: 3 }, { srb: 0x13, scsi: 0, bytes: 512 }, 5],
    ['bad reselection', { host: 6 }, { srb: 0x14, scsi: 0, bytes: 512 }, 3],
    ['DMA error', { host: 9, causes: CAUSE.dmaError }, { srb: 0x04, scsi: 0, bytes: 512 }, 6],
    ['BUSY', { scsi: 8 }, { srb: 0x04, scsi: 8, bytes: 512 }, undefined],
    ['CHECK CONDITION', { scsi: CHECK }, { srb: 0x04, scsi: 2, bytes: 0 }, undefined],
  ])('%s', (_, end, expected, logged) => {
    const srb = start({ flags: DATA_IN, bytes: 512 })
    commandEnds(end)
    expect(port.status(srb)).toMatchObject(expected)
    expect(port.callsOf('ScsiPortLogError').map(l => l[4])).toEqual(logged === undefined ? [] : [logged])
    expect(port.notifications.map(n => n.type)).toEqual([Notify.complete, Notify.next])
  })

  it.each([
    ['18 bytes', 18, 18, 0, 5],
    ['as much as fits', 18, 7, 0, 2],
    ['nothing when nobody wants it', 18, 18, 0x20, 0],
  ])('sense data: %s', (_, fetched, room, flags, words) => {
    boot(CAPS | AUTOSENSE)
    for (let n = 0; n < 5; n++) port.registers.set(at(`SENSE${n}`), 0x77777777)
    const srb = start({ senseBytes: room, flags })
    port.sense.fill(0)
    commandEnds({ scsi: CHECK, sense: fetched })
    const copied = words === 0 ? 0 : Math.min(fetched, room)
    expect(port.sense.filter(b => b === 0x77)).toHaveLength(copied)
    expect(port.accesses.filter(a => a.offset >= at('SENSE0') && a.offset <= at('SENSE4'))).toHaveLength(words)
    expect(port.status(srb)).toMatchObject({ srb: words === 0 ? 0x04 : 0x84, senseBytes: words === 0 ? room : copied })
  })
})

describe('abort', () => {
  it('ends both, victim first', () => {
    const victim = start({ flags: DATA_IN, bytes: 512 })
    port.activeSrb = victim
    port.clear()
    const abort = start({ function: 0x10, nextSrb: victim })
    expect(port.accessWords).toEqual(['write 54=2'])
    expect(port.notifications).toEqual([])
    commandEnds({ host: 7 })
    expect(port.notifications.map(n => n.args[0])).toEqual([victim, abort, undefined])
    expect([port.status(victim).srb, port.status(abort).srb]).toEqual([0x02, 0x01])
  })

  it('fails for a victim that is not there', () => {
    const victim = start()
    expect(port.status(start({ function: 0x10, nextSrb: victim })).srb).toBe(0x03)
    port.activeSrb = victim
    expect(port.status(start({ function: 0x10, nextSrb: victim + 64 })).srb).toBe(0x03)
  })
})

describe('resets', () => {
  it('HwResetBus flushes, completes everything and asks for more; the echo of it is no news', () => {
    start({ flags: DATA_IN, bytes: 512 })
    dataReady(512, true)
    port.clear()
    expect(port.call('resetBus', 0)).toBe(1)
    expect(port.accessWords).toEqual(['write 8=201', 'read c'])
    expect(order()).toEqual(['ScsiPortFlushDma', 'ScsiPortCompleteRequest'])
    expect(port.notifications.map(n => n.type)).toEqual([Notify.next])
    port.clear()
    port.call('dmaStarted')
    expect(port.accesses).toEqual([])
    expect(interrupt(CAUSE.busReset)).toBe(1)
    expect(port.calls).toEqual([])
    expect(port.notifications).toEqual([])
  })

  it('a reset from outside: reported, the command completed, the chip started again by the timer', () => {
    start()
    expect(interrupt(CAUSE.busReset)).toBe(1)
    expect(port.callsOf('ScsiPortCompleteRequest')).toEqual([[0, 0xff, 0xff, 0x0e]])
    expect(port.notifications.map(n => n.type)).toEqual([Notify.timer, Notify.resetDetected])
    const [timer] = port.notifications[0]!.args
    port.clear()
    port.callIndex(timer!)
    expect(port.accessWords).toEqual(['read c', 'write 8=1', 'write 18=3f'])
    expect(port.notifications.map(n => n.type)).toEqual([Notify.next])
    port.clear()
    port.callIndex(timer!)
    expect(port.accesses).toEqual([])
  })

  it('gives up a chip that does not come back', () => {
    start()
    interrupt(CAUSE.busReset)
    const [timer] = port.notifications[0]!.args
    port.registers.set(at('STATUS'), -1)
    port.clear()
    for (let i = 0; i < 10; i++) port.callIndex(timer!)
    expect(port.callsOf('ScsiPortLogError')).toHaveLength(1)
    expect(port.status(start()).srb).toBe(0x11)
  })

  it('an idle adapter needs no restart after a reset from outside', () => {
    expect(interrupt(CAUSE.busReset)).toBe(1)
    expect(port.notifications.map(n => n.type)).toEqual([Notify.resetDetected])
  })
})

describe('HwAdapterControl', () => {
  it('stops by writing only, and is deaf to its own causes afterwards', () => {
    expect(port.call('adapterControl', 1, 0)).toBe(0)
    expect(port.accessWords).toEqual(['write 18=0', 'write 8=0'])
    expect(interrupt(CAUSE.deviceChange)).toBe(0)
    expect(port.call('adapterControl', 2, 0)).toBe(0)
    expect(interrupt(CAUSE.deviceChange)).toBe(1)
  })
})
