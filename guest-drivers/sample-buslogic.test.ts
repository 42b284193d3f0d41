// The C sample driver of the BT-958 on the real bench. Each time it must come through without breaking a rule, and the hardware must have
// no complaint. What its routines do one by one: sample-mailbox.test.ts.
import { describe, expect, it } from 'vitest'
import type { CommandFault } from '../device/adapters/faults.ts'
import { Event, Notification, Routine } from '../harness/trace/events.ts'
import { type BenchGuest, type BenchOptions, type Booted, bootDrivers, runDrivers } from './testing/bench-run.ts'

const GUEST: BenchGuest = { driver: 'buslogic-c', name: 'guest', kind: 'buslogic' }
/** 16-byte commands do not exist for this adapter. */
const CDB = { 6: 1, 10: 1, 12: 1 }

describe('a whole run', () => {
  it.each<[string, BenchOptions & Pick<BenchGuest, 'drives'>]>([
    ['one at a time', { workload: { ios: 60, depth: 1, cdb: CDB, blockSizes: [{ size: '512B' }, { size: '64KiB' }] } }],
    ['32 at once', { workload: { ios: 150, depth: 32, cdb: CDB, blockSizes: [{ size: '512B' }, { size: '16KiB' }] } }],
    ['without resources', { workload: { ios: 30 }, machine: { port: { resources: 'none' } } }],
    [
      'more than the adapter holds, on four units, all tags',
      {
        drives: [{}, { lun: 1 }, { target: 3, lun: 2 }, { target: 15 }],
        machine: { port: { numberOfRequests: 254 } },
        workload: { ios: 600, depth: 240, cdb: CDB, tags: { simple: 5, ordered: 1, untagged: 1 }, flushEvery: 50 },
      },
    ],
  ])('%s', async (_, { drives, ...options }) => {
    const { report } = await runDrivers([{ ...GUEST, ...(drives === undefined ? {} : { drives }) }], options)
    expect(report.reasons).toEqual([])
    const [guest] = report.guests
    expect(guest!.rules.filter(r => r.status === 'violated')).toEqual([])
    expect(guest!.adapter.diagnostics).toEqual([])
    expect(guest!.log).toEqual([])
    expect(guest!.io.completed).toBe(guest!.io.submitted)
    expect(guest!.io.miscompares).toBe(0)
    expect(guest!.isr.virtualNs!.max).toBeLessThan(25_000)
  })

  // Each is looked for while those before it are connected already: none may hold the line then.
  it('shares its line with a reference adapter and another of its kind', async () => {
    const other: BenchGuest = { driver: 'reference-c', name: 'other', autosense: true }
    const { report } = await runDrivers([other, GUEST, { ...GUEST, name: 'twin' }], {
      machine: { chain: 'rotating' },
      workload: { ios: 60, depth: 8 },
    })
    expect(report.reasons).toEqual([])
    for (const guest of report.guests) expect(guest.rules.filter(r => r.status === 'violated')).toEqual([])
  })

  it('what the commands of a script must come back with', async () => {
    const { report } = await runDrivers([GUEST], {
      workload: {
        kind: 'script',
        steps: [
          { cdb: '12 00 00 00 ff 00', length: '255B', expect: { srb: 'data overrun', bytes: 36 } },
          {
            cdb: 'c1 00 00 00 00 00',
            expect: { status: 'check condition', sense: { key: 'illegal request', asc: 0x20, ascq: 0 } },
          },
          {
            cdb: '28 00 ff ff ff ff 00 00 01 00',
            length: '512B',
            expect: { status: 'check condition', sense: { key: 'illegal request', asc: 0x21, ascq: 0 }, bytes: 0 },
          },
          { lun: 5, cdb: '00 00 00 00 00 00', expect: { status: 'check condition' } },
          { target: 5, cdb: '00 00 00 00 00 00', expect: { srb: 'selection timeout' } },
          {
            cdb: '88 00 00 00 00 00 00 00 00 00 00 00 00 01 00 00',
            length: '512B',
            expect: { srb: 'invalid request' },
          },
          {
            name: 'more than fits',
            cdb: '28 00 00 00 00 00 00 00 02 00',
            length: '512B',
            expect: { srb: 'data overrun' },
          },
          { function: 'io control', data: '1c 00 00 00', length: '32B', expect: { srb: 'invalid request' } },
          { cdb: '28 00 00 00 00 00 00 00 01 00', length: '512B' },
        ],
      },
    })
    const [guest] = report.guests
    expect(guest!.io.problems).toEqual([])
    expect(guest!.log.map(l => l.name)).toEqual(['SP_PROTOCOL_ERROR'])
    expect(report.reasons).toEqual([])
  })
})

/** Counts events. */
function count({ machine }: Booted, kind: number, a?: number): () => number {
  let times = 0
  const { trace } = machine
  trace.subscribe({
    kind,
    reader: {
      on: index => {
        if (a === undefined || trace.a[index] === a) times++
      },
    },
  })
  return () => times
}

const violations = ({ rules }: Booted) => rules.report(0).filter(r => r.status === 'violated')

function expectDone({ feeders, machine }: Booted): void {
  expect(feeders[0]!.workload.report()).toMatchObject({ failed: 0, miscompares: 0, problems: [] })
  expect(feeders[0]!.workload.report().completed).toBe(feeders[0]!.workload.report().submitted)
  expect(machine.stations[0]!.port.dead).toBe(false)
  expect(machine.stations[0]!.adapter.outstanding).toBe(0)
}

function expectHealthy(booted: Booted): void {
  expect(violations(booted)).toEqual([])
  expectDone(booted)
}

describe('trouble', () => {
  const boot = (options: BenchOptions = {}) => bootDrivers([GUEST], { workload: { ios: 100, depth: 8 }, ...options })
  const adapterOf = (booted: Booted) => booted.machine.stations[0]!.adapter
  const logOf = (booted: Booted) => [...booted.machine.stations[0]!.port.log.values()].map(e => [e.code, e.count])
  const runTo = (booted: Booted, returned: number) =>
    expect(booted.until(() => booted.feeders[0]!.returned >= returned)).toBe(true)

  /** The nth command from now on goes wrong. */
  function fault(booted: Booted, nth: number, action: CommandFault['action']): void {
    let seen = 0
    adapterOf(booted).faults = { decide: () => (++seen === nth ? { action, index: 0 } : undefined) }
  }

  it.each(['drop', 'lost-completion'] as const)(
    '%s: the bus is reset, every request comes back, work goes on',
    async action => {
      const booted = await boot()
      const ordered = count(booted, Event.Enter, Routine.ResetBus)
      const seen = count(booted, Event.BusReset)
      fault(booted, 30, action)
      booted.bench.run()
      expect([ordered(), seen()]).toEqual([1, 1])
      expect(booted.feeders[0]!.retried).toBeGreaterThan(0)
      expectDone(booted)
    },
  )

  it('a dropped command is aborted first when the port driver wants it so', async () => {
    const booted = await boot({ machine: { port: { abortFirst: true } } })
    const resets = count(booted, Event.Enter, Routine.ResetBus)
    fault(booted, 30, 'drop')
    booted.bench.run()
    expect(resets()).toBe(0)
    expect(violations(booted)).toEqual([])
  })

  it.each([
    ['parity', 0x01],
    ['unexpected-disconnect', 0x05],
    ['overrun', 0x05],
    ['dma-error', 0x06],
  ] as const)('%s is logged, once, and only its request fails', async (action, code) => {
    const booted = await boot()
    fault(booted, 30, action)
    booted.bench.run()
    expect(logOf(booted)).toEqual([[code, 1]])
    expect(violations(booted)).toEqual([])
    expect(booted.feeders[0]!.workload.report().failed).toBeLessThanOrEqual(1)
  })

  it('a reset of the bus from outside is reported, and everything is done again', async () => {
    const booted = await boot()
    const reported = count(booted, Event.Notify, Notification.ResetDetected)
    for (const returned of [20, 60]) {
      runTo(booted, returned)
      adapterOf(booted).injectBusReset()
    }
    booted.bench.run()
    expect(reported()).toBe(2)
    expectHealthy(booted)
  })

  it('survives every cause at once with nothing behind them', async () => {
    const booted = await boot()
    runTo(booted, 30)
    adapterOf(booted).injectCauses()
    booted.bench.run()
    expectHealthy(booted)
  })

  it('an adapter that is pulled out leaves no loop, no storm and no open request', async () => {
    const booted = await boot()
    runTo(booted, 30)
    adapterOf(booted).remove()
    booted.bench.run()
    const { port } = booted.machine.stations[0]!
    expect(port.dead).toBe(false)
    expect(booted.machine.cpu.stops.size).toBe(0)
    expect(port.activeCount).toBe(0)
  })

  it('works again after stop and restart', async () => {
    const booted = await boot({ workload: { ios: 30 } })
    booted.bench.run()
    const [station] = booted.machine.stations
    booted.bench.stop(station!)
    expect(station!.adapter.mayInterrupt).toBe(false)
    booted.bench.restart(station!)
    expect(station!.adapter.mayInterrupt).toBe(true)
    expectHealthy(booted)
  })
})
