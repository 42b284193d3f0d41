// Resets and surprise removal. Sources by letter as in host-commands.test.ts.
import { describe, expect, it } from 'vitest'
import { fixedLatency } from '../../block/store.ts'
import { PS } from '../../clock.ts'
import { DeviceEvent, DiagnosticCode, HostStatus } from '../../probe.ts'
import { Cause, Control, K, Status } from './format.ts'
import { Bench, read10 } from './testing/bench.ts'

const READY = Status.hostAdapterReady | Status.initializationRequired
const slow = { latency: fixedLatency({ readPs: 10 * PS.ms, writePs: 0, blockPs: 0, otherPs: 0 }) }

/** A bench with reads under way in slots 0, 1 (the disk works on them) and 2 (nobody answers). */
function busy(): Bench {
  const bench = new Bench({ ...slow, units: [[1, 0]] })
  bench.initialize(8)
  for (const [slot, target] of [
    [0, 0],
    [1, 1],
    [2, 5],
  ] as const)
    bench.start({ slot, target, cdb: read10(0, 1), data: bench.buffer(512), bytes: 512, direction: K.CONTROL_DATA_IN })
  bench.advance(PS.ms)
  expect(bench.adapter.outstanding).toBe(3)
  return bench
}

describe.each([
  ['hard', Control.hardReset, 50 * PS.ms],
  ['soft', Control.softReset, 5 * PS.ms],
  ['hard and soft', Control.hardReset | Control.softReset, 50 * PS.ms],
] as const)('%s reset', (_name, bits, testPs) => {
  it('L F R: diagnostic active at once, then mailboxes wanted, then ready', () => {
    const bench = new Bench()
    bench.initialize()
    bench.control(bits)
    expect(bench.status).toBe(Status.diagnosticActive)
    bench.advance(testPs - 1)
    expect(bench.status).toBe(Status.diagnosticActive)
    bench.advance(1)
    expect(bench.status).toBe(Status.initializationRequired)
    bench.advance(200 * PS.us)
    expect(bench.status).toBe(READY)
    expect(bench.interrupt).toBe(0)
  })

  it('L F: every command, mailbox and setting is gone', () => {
    const bench = busy()
    bench.order(K.CMD_SET_BUS_ON_TIME, 9)
    bench.order(K.CMD_DISABLE_INTERRUPT, 0)
    bench.events.length = 0
    bench.control(bits)
    expect(bench.adapter.outstanding).toBe(0)
    expect(bench.eventsOf(DeviceEvent.AdapterReset)).toMatchObject([{ a: 3 }])
    bench.settle()
    expect(bench.take()).toEqual([])
    expect(bench.eventsOf(DeviceEvent.CommandFinished)).toEqual([])
    expect(bench.adapter.mayInterrupt).toBe(true)
    expect(bench.order(K.CMD_INQUIRE_SETUP, 5).answer).toEqual([3, 0, 0, 0, 0])
    expect(bench.order(K.CMD_START_MAILBOX).invalid).toBe(true)
    bench.initialize(4)
    expect(bench.command({}).completion).not.toBe(K.COMPLETION_FREE)
  })

  it('ends a command to the adapter that was under way', () => {
    const bench = new Bench()
    bench.write(K.CMD_INQUIRE_BOARD_ID)
    bench.settle()
    bench.control(bits)
    bench.settle()
    expect(bench.status).toBe(READY)
    expect(bench.order(K.CMD_ECHO, 3).answer).toEqual([3])
  })

  it('what is written meanwhile is ignored and reported', () => {
    const bench = new Bench()
    bench.control(bits)
    bench.write(K.CMD_TEST_COMMAND_COMPLETE)
    bench.settle()
    expect(bench.interrupt).toBe(0)
    expect(bench.diagnostics()).toEqual([DiagnosticCode.IgnoredWhileBusy])
  })
})

it('A L: a hard reset resets the bus, a soft reset does not', () => {
  const bench = new Bench()
  bench.initialize()
  bench.control(Control.softReset)
  expect(bench.eventsOf(DeviceEvent.BusReset)).toEqual([])
  bench.settle()
  bench.control(Control.hardReset)
  expect(bench.eventsOf(DeviceEvent.BusReset)).toMatchObject([{ a: 1, b: 0 }])
  bench.settle()
  bench.initialize(8, { ready: false })
  expect(bench.command({})).toMatchObject({ btstat: K.BTSTAT_OK, status: 2 })
})

it('B: CMD_DIAGNOSTIC is a hard reset', () => {
  const bench = new Bench()
  bench.initialize()
  bench.write(K.CMD_DIAGNOSTIC)
  bench.advance(PS.ms)
  expect(bench.status).toBe(Status.diagnosticActive)
  bench.settle()
  expect([bench.status, bench.interrupt]).toEqual([READY, 0])
})

describe('bus reset', () => {
  it('A L N: ordered by the driver: CCBs end with 22h, no EXTERNAL_BUS_RESET', () => {
    const bench = busy()
    bench.events.length = 0
    bench.control(Control.busReset)
    expect(bench.eventsOf(DeviceEvent.BusReset)).toMatchObject([{ a: 1, b: 3 }])
    bench.advance(24 * PS.us)
    expect(bench.take()).toEqual([])
    bench.settle()
    expect(bench.interrupt).toBe(Cause.incomingLoaded | Cause.valid)
    const ends = { btstat: K.BTSTAT_ADAPTER_RESET_BUS, status: 0, completion: K.COMPLETION_ERROR }
    expect(bench.take()).toMatchObject([
      { slot: 0, ...ends },
      { slot: 1, ...ends },
      { slot: 2, ...ends },
    ])
    expect(bench.eventsOf(DeviceEvent.CommandFinished).map(e => e.c)).toEqual(Array(3).fill(HostStatus.busReset))
    expect(bench.adapter.outstanding).toBe(0)
    expect(bench.status & Status.initializationRequired).toBe(0)
  })

  it('A L F N R: by somebody else: EXTERNAL_BUS_RESET first, then CCBs with 23h', () => {
    const bench = busy()
    bench.adapter.injectBusReset()
    bench.adapter.injectBusReset()
    bench.settle()
    expect(bench.interrupt).toBe(Cause.busReset | Cause.valid)
    bench.control(Control.interruptReset)
    expect(bench.interrupt).toBe(Cause.incomingLoaded | Cause.valid)
    expect(bench.take().map(m => m.btstat)).toEqual(Array(3).fill(K.BTSTAT_OTHER_RESET_BUS))
    expect(bench.eventsOf(DeviceEvent.BusReset)).toMatchObject([{ a: 0, b: 3 }])
  })

  it('L F: a soft reset after EXTERNAL_BUS_RESET takes what was not told yet', () => {
    const bench = busy()
    bench.adapter.injectBusReset()
    bench.advance(25 * PS.us)
    bench.control(Control.softReset)
    bench.settle()
    expect([bench.take(), bench.interrupt]).toEqual([[], 0])
  })

  it('commands that come while RST is held are selected afterwards', () => {
    const bench = new Bench()
    bench.initialize()
    bench.control(Control.busReset)
    const atPs = bench.clock.nowPs
    bench.start({})
    bench.control(Control.busReset)
    bench.settle()
    expect(bench.take()).toMatchObject([{ btstat: K.BTSTAT_OK, status: 2 }])
    expect(bench.clock.nowPs - atPs).toBeGreaterThan(30 * PS.us)
    expect(bench.diagnostics()).toEqual([DiagnosticCode.IgnoredWhileBusy])
  })
})

it('surprise removal: all ones, no DMA, the line is released', () => {
  const bench = busy()
  bench.write(K.CMD_TEST_COMMAND_COMPLETE)
  bench.advance(50 * PS.us)
  expect(bench.pin.level).toBe(true)
  bench.adapter.remove()
  bench.adapter.remove()
  bench.adapter.injectBusReset()
  bench.adapter.injectCauses()
  bench.adapter.injectReselection()
  bench.control(Control.hardReset)
  bench.write(0)
  bench.bus.detach(0, 0)
  bench.settle()
  expect([bench.pin.level, bench.status, bench.interrupt, bench.readData()]).toEqual([false, 0xff, 0xff, 0xff])
  expect([bench.adapter.outstanding, bench.adapter.mayInterrupt, bench.dma.enabled]).toEqual([0, false, false])
})

it('injected causes: all that can be, at once; no COMMAND_COMPLETE into a command, no OUTGOING_MAILBOX_AVAILABLE unasked', () => {
  const bench = new Bench()
  bench.adapter.injectCauses()
  expect(bench.interrupt).toBe(0x85)
  bench.control(Control.interruptReset)
  bench.order(K.CMD_ENABLE_OUTGOING_AVAILABLE, 1)
  bench.adapter.injectCauses()
  expect(bench.interrupt).toBe(0x87)
  expect(bench.adapter.causes()).toBe(7)
  bench.control(Control.interruptReset)
  bench.write(K.CMD_ECHO)
  bench.adapter.injectCauses()
  expect(bench.interrupt).toBe(0x83)
  bench.control(Control.hardReset)
  bench.adapter.injectCauses()
  expect(bench.interrupt).toBe(0)
})
