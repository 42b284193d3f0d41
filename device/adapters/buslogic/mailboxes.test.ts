// Outgoing and incoming mailboxes. Sources by letter as in host-commands.test.ts.
import { describe, expect, it } from 'vitest'
import { fixedLatency } from '../../block/store.ts'
import { GrantAccess } from '../../bus-memory.ts'
import { PS } from '../../clock.ts'
import { DeviceEvent, HostStatus } from '../../probe.ts'
import { Cause, Control, K, SLOTS, Status } from './format.ts'
import { Bench, read10, TABLES } from './testing/bench.ts'

const GOOD = { btstat: K.BTSTAT_OK, status: 0, completion: K.COMPLETION_GOOD }

describe.each([
  ['24-bit', true],
  ['32-bit', false],
])('%s mailboxes', (_name, is24Bit) => {
  it('A L F N V: initializing them ends INITIALIZATION_REQUIRED', () => {
    const bench = new Bench({ is24Bit })
    bench.initialize(3, { ready: false })
    expect(bench.status).toBe(Status.hostAdapterReady)
  })

  it('A L F N: a CCB goes out and comes back; the outgoing mailbox is free, the next incoming one is used', () => {
    const bench = new Bench({ is24Bit })
    bench.initialize(3)
    for (let i = 0; i < 7; i++) {
      bench.start({ slot: i })
      bench.settle()
      expect(bench.take()).toMatchObject([{ slot: i, ...GOOD }])
      for (let box = 0; box < 3; box++) expect(bench.isLoaded(box)).toBe(false)
      expect(bench.interrupt).toBe(Cause.incomingLoaded | Cause.valid)
      bench.control(Control.interruptReset)
    }
    expect(bench.status).toBe(Status.hostAdapterReady)
  })

  it('A: one ring serves every loaded mailbox', () => {
    const bench = new Bench({ is24Bit })
    bench.initialize(4)
    for (const slot of [0, 1, 2, 3]) bench.load(bench.build({ slot }))
    bench.ring()
    bench.settle()
    expect(bench.take().map(m => m.slot)).toEqual([0, 1, 2, 3])
  })

  it('L V B: strict round robin looks at the next mailbox in turn only', () => {
    const bench = new Bench({ is24Bit })
    bench.initialize(4, { ready: false })
    bench.load(bench.build({ slot: 1 }), K.ACTION_START, 1)
    bench.ring()
    bench.settle()
    expect([bench.take(), bench.isLoaded(1)]).toEqual([[], true])
    bench.load(bench.build({ slot: 0 }), K.ACTION_START, 0)
    bench.ring()
    bench.settle()
    expect(bench.take().map(m => m.slot)).toEqual([0, 1])
  })

  it('A L V: aggressive scanning finds it wherever it is, in turn', () => {
    const bench = new Bench({ is24Bit })
    bench.initialize(5, { strict: false, ready: false })
    for (const box of [4, 1, 3]) bench.load(bench.build({ slot: box }), K.ACTION_START, box)
    bench.ring()
    bench.settle()
    expect(bench.take().map(m => m.slot)).toEqual([1, 3, 4])
    bench.load(bench.build({ slot: 2 }), K.ACTION_START, 2)
    bench.ring()
    bench.settle()
    expect(bench.take().map(m => m.slot)).toEqual([2])
  })

  it('an incoming mailbox that was not given back is waited for; none is overwritten, none is lost', () => {
    const bench = new Bench({ is24Bit })
    bench.initialize(2)
    for (const slot of [0, 1, 2, 3, 4]) {
      bench.start({ slot })
      bench.advance(PS.ms)
    }
    expect(bench.adapter.outstanding).toBe(3)
    expect(bench.take().map(m => m.slot)).toEqual([0, 1])
    bench.advance(30 * PS.ms)
    expect(bench.take().map(m => m.slot)).toEqual([2, 3])
    bench.control(Control.interruptReset)
    bench.advance(10 * PS.us)
    expect(bench.take().map(m => m.slot)).toEqual([4])
    expect(bench.adapter.outstanding).toBe(0)
  })

  it('A L N: abort of a CCB under way, then of one that is not there', () => {
    const bench = new Bench({ is24Bit, latency: fixedLatency({ readPs: PS.s, writePs: 0, blockPs: 0, otherPs: 0 }) })
    bench.initialize(4)
    bench.start({ slot: 2, cdb: read10(0, 1), bytes: 512, data: bench.buffer(512) })
    bench.advance(PS.ms)
    bench.load(2, K.ACTION_ABORT)
    bench.ring()
    bench.advance(PS.ms)
    expect(bench.take()).toMatchObject([{ slot: 2, btstat: K.BTSTAT_QUEUE_ABORTED, completion: K.COMPLETION_ABORTED }])
    expect(bench.memory[bench.ccbAt(2) + K.CCB_BTSTAT]).toBe(K.BTSTAT_QUEUE_ABORTED)
    bench.memory[bench.ccbAt(2) + K.CCB_BTSTAT] = 0x77
    bench.load(2, K.ACTION_ABORT)
    bench.ring()
    bench.settle()
    expect(bench.take()).toMatchObject([{ slot: 2, completion: K.COMPLETION_NOT_FOUND }])
    expect(bench.memory[bench.ccbAt(2) + K.CCB_BTSTAT]).toBe(0x77)
    expect(bench.eventsOf(DeviceEvent.CommandFinished)).toMatchObject([{ c: HostStatus.aborted, d: 0 }])
    expect(bench.adapter.outstanding).toBe(0)
  })

  it('L F N V: an unknown action', () => {
    const bench = new Bench({ is24Bit })
    bench.initialize(2)
    bench.load(bench.build({}), 0x5a)
    bench.ring()
    bench.settle()
    const [mail] = bench.take()
    expect(mail).toMatchObject({ slot: 0, completion: K.COMPLETION_ERROR })
    if (!is24Bit) expect(mail!.btstat).toBe(K.BTSTAT_INVALID_ACTION)
    expect(bench.eventsOf(DeviceEvent.CommandFetched)).toEqual([])
  })

  it('A N: OUTGOING_MAILBOX_AVAILABLE only when asked for, as soon as a mailbox is free', () => {
    const bench = new Bench({ is24Bit })
    bench.initialize(2)
    bench.start({})
    bench.settle()
    expect(bench.interrupt).toBe(Cause.incomingLoaded | Cause.valid)
    bench.take()
    bench.control(Control.interruptReset)
    bench.order(K.CMD_ENABLE_OUTGOING_AVAILABLE, 1)
    bench.start({})
    bench.advance(PS.us)
    expect(bench.interrupt).toBe(Cause.outgoingAvailable | Cause.valid)
    bench.settle()
    expect(bench.interrupt).toBe(Cause.incomingLoaded | Cause.outgoingAvailable | Cause.valid)
  })
})

it('A V: mailbox causes wait while COMMAND_COMPLETE is set', () => {
  const bench = new Bench()
  bench.initialize(2)
  bench.write(K.CMD_TEST_COMMAND_COMPLETE)
  bench.settle()
  bench.start({})
  bench.settle()
  expect(bench.interrupt).toBe(Cause.commandComplete | Cause.valid)
  expect(bench.take()).toHaveLength(1)
  bench.control(Control.interruptReset)
  expect([bench.interrupt, bench.pin.level]).toEqual([Cause.incomingLoaded | Cause.valid, true])
  bench.control(Control.interruptReset)
  expect(bench.interrupt).toBe(0)
})

it('V: COMMAND_COMPLETE comes beside a mailbox cause', () => {
  const bench = new Bench()
  bench.initialize(2)
  bench.start({})
  bench.settle()
  bench.write(K.CMD_TEST_COMMAND_COMPLETE)
  bench.settle()
  expect(bench.interrupt).toBe(Cause.incomingLoaded | Cause.commandComplete | Cause.valid)
})

it('L: a mailbox may be rung while nothing is loaded, and while HOST_ADAPTER_READY stays', () => {
  const bench = new Bench()
  bench.initialize(2)
  for (let i = 0; i < 300; i++) bench.ring()
  expect(bench.status).toBe(Status.hostAdapterReady)
  bench.settle()
  expect([bench.interrupt, bench.adapter.outstanding]).toEqual([0, 0])
})

it('A: ringing inside another command is a parameter', () => {
  const bench = new Bench()
  bench.initialize(2)
  bench.load(bench.build({}))
  bench.write(K.CMD_ECHO)
  bench.settle()
  bench.ring()
  bench.settle()
  expect(bench.readData()).toBe(K.CMD_START_MAILBOX)
  bench.settle()
  expect(bench.isLoaded(0) || bench.isLoaded(1)).toBe(true)
})

it('a count of 255: the last mailbox is reached, then the first', () => {
  const bench = new Bench()
  bench.initialize(255, { ready: false })
  for (let i = 0; i < 257; i++) {
    bench.load(bench.build({ slot: i % 4 }))
    bench.ring()
    bench.settle()
    expect(bench.take()).toHaveLength(1)
  }
  bench.initialize(255, { strict: false, ready: false })
  bench.load(bench.build({ slot: 1 }), K.ACTION_START, 254)
  bench.ring()
  bench.settle()
  expect(bench.take()).toMatchObject([{ slot: 1 }])
})

it('L: more CCBs than the adapter holds wait in their mailboxes', () => {
  const bench = new Bench({ latency: fixedLatency({ readPs: PS.ms, writePs: 0, blockPs: 0, otherPs: 0 }) })
  bench.initialize(255)
  const data = bench.buffer(512)
  const request = { cdb: read10(0, 1), data, bytes: 512, direction: K.CONTROL_DATA_IN, tag: K.TAG_ENABLE }
  for (let slot = 0; slot < 200; slot++) bench.load(bench.build({ ...request, slot }))
  bench.ring()
  bench.advance(900 * PS.us)
  expect(bench.adapter.outstanding).toBe(SLOTS)
  expect([bench.isLoaded(192), bench.isLoaded(193)]).toEqual([false, true])
  bench.settle()
  expect(new Set(bench.take().map(m => m.slot)).size).toBe(200)
  expect(bench.adapter.outstanding).toBe(0)
})

describe('memory that is not granted', () => {
  it.each([
    ['outgoing mailboxes cannot be read', 0],
    ['outgoing mailboxes cannot be written', GrantAccess.read],
  ])('%s: the scan ends, once', (_what, access) => {
    const bench = new Bench()
    bench.initialize(4, { strict: false })
    bench.load(bench.build({}))
    bench.slice.revoke(TABLES, 0x2000)
    if (access !== 0) bench.slice.grant(TABLES, 0x2000, access)
    bench.ring()
    bench.settle()
    expect(bench.eventsOf(DeviceEvent.DmaFault)).toHaveLength(1)
    expect([bench.adapter.outstanding, bench.interrupt]).toEqual([0, 0])
  })

  it('incoming mailboxes: the CCB is told, nobody else', () => {
    const bench = new Bench()
    bench.initialize(1)
    bench.start({ slot: 0 })
    bench.advance(5 * PS.us)
    bench.slice.revoke(TABLES, 0x2000)
    bench.settle()
    expect(bench.eventsOf(DeviceEvent.CommandFinished)).toHaveLength(1)
    expect([bench.adapter.outstanding, bench.interrupt]).toEqual([0, 0])
    bench.slice.grant(TABLES, 0x2000, GrantAccess.both)
    expect(bench.command({ slot: 1 })).toMatchObject(GOOD)
  })

  it('a mailbox that points nowhere: 20h in the incoming one', () => {
    const bench = new Bench()
    bench.initialize(2)
    bench.loadAddress(0x0bad_0000)
    bench.ring()
    bench.settle()
    const [mail] = bench.take()
    expect(mail).toMatchObject({
      address: 0x0bad_0000,
      btstat: K.BTSTAT_HARDWARE_FAILURE,
      completion: K.COMPLETION_ERROR,
    })
    expect(bench.eventsOf(DeviceEvent.DmaFault)).toHaveLength(1)
  })

  it('a CCB that cannot be written: its mailbox comes all the same', () => {
    const bench = new Bench()
    bench.initialize(2)
    bench.build({ slot: 0 })
    bench.slice.revoke(TABLES + 0x2000, 0x1000)
    bench.slice.grant(TABLES + 0x2000, 0x1000, GrantAccess.read)
    bench.load(0)
    bench.ring()
    bench.settle()
    expect(bench.take()).toMatchObject([{ slot: 0, ...GOOD }])
    expect(bench.eventsOf(DeviceEvent.DmaFault)).toHaveLength(1)
  })
})
