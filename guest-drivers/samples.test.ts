// The sample drivers on the real bench, under conditions a driver meets: posted writes, deep queues, several units, errors, resets,
// lost commands, removal. Each time they must come through without breaking a rule, and the hardware must have no complaint.
import { describe, expect, it } from 'vitest'
import type { CommandFault } from '../device/adapters/faults.ts'
import type { ReferenceAdapter } from '../device/adapters/reference/adapter.ts'
import { Event, Notification, Routine } from '../harness/trace/events.ts'
import { type BenchOptions, type Booted, bootDrivers, runDrivers } from './testing/bench-run.ts'

const samples = (autosense = false, drives?: { target?: number; lun?: number }[]) =>
  ['queued', 'c', 'dma'].map(mode => ({
    driver: `reference-${mode}`,
    name: mode,
    autosense,
    ...(drives === undefined ? {} : { drives }),
  }))

describe('a whole run', () => {
  it.each<[string, boolean, BenchOptions & { drives?: { target?: number; lun?: number }[] }]>([
    ['plain', false, {}],
    ['with autosense', true, {}],
    ['posted writes', true, { machine: { cost: { postedWriteDelay: '300ns' } } }],
    ['rotating chain', false, { machine: { chain: 'rotating' } }],
    [
      'deep queues on four units, all CDB forms, all tags, all sizes',
      true,
      {
        drives: [{}, { lun: 1 }, { target: 3, lun: 2 }, { target: 15 }],
        machine: { port: { numberOfRequests: 200 } },
        workload: {
          ios: 1500,
          depth: 190,
          blockSizes: [{ size: '512B' }, { size: '4KiB' }, { size: '64KiB' }],
          cdb: { 6: 1, 10: 1, 12: 1, 16: 1 },
          tags: { simple: 5, ordered: 1, untagged: 1 },
          flushEvery: 50,
        },
      },
    ],
  ])('%s', async (_, autosense, { drives, ...options }) => {
    const { report } = await runDrivers(samples(autosense, drives), options)
    expect(report.reasons).toEqual([])
    for (const guest of report.guests) {
      expect(guest.rules.filter(r => r.status === 'violated')).toEqual([])
      expect(guest.adapter.diagnostics).toEqual([])
      expect(guest.log).toEqual([])
      expect(guest.io.submitted).toBeGreaterThan(300)
      expect(guest.io.miscompares).toBe(0)
      expect(guest.isr.virtualNs!.max).toBeLessThan(10_000)
    }
  })

  it.each([false, true])('what the commands of a script must come back with (autosense: %s)', async autosense => {
    const { report } = await runDrivers(samples(autosense), {
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
            name: 'more than fits',
            cdb: '28 00 00 00 00 00 00 00 02 00',
            length: '512B',
            expect: { srb: 'data overrun' },
          },
          { cdb: '28 00 00 00 00 00 00 00 01 00', length: '512B' },
        ],
      },
    })
    for (const guest of report.guests) {
      expect(guest.io.problems).toEqual([])
      expect(guest.log.map(l => l.name)).toEqual(['SP_PROTOCOL_ERROR'])
    }
    expect(report.reasons).toEqual([])
  })
})

/** Counts events of one guest. */
function count(booted: Booted, guest: number, kind: number, a?: number): () => number {
  let times = 0
  const { trace } = booted.machine
  trace.subscribe({
    kind,
    reader: {
      on: index => {
        if (trace.guest[index] === guest && (a === undefined || trace.a[index] === a)) times++
      },
    },
  })
  return () => times
}

/** No rule is broken, and all work is done. */
function expectHealthy(booted: Booted): void {
  for (const station of booted.machine.stations) {
    expect(booted.rules.report(station.index).filter(r => r.status === 'violated')).toEqual([])
    expect(station.port.dead).toBe(false)
  }
  expectDone(booted)
}

function expectDone({ feeders }: Booted): void {
  for (const feeder of feeders) {
    const io = feeder.workload.report()
    expect(io).toMatchObject({ failed: 0, miscompares: 0, problems: [] })
    expect(io.completed).toBe(io.submitted)
  }
}

describe.each(['reference-queued', 'reference-deferred', 'reference-c', 'reference-dma'])('%s', driver => {
  const boot = (options: BenchOptions = {}) => bootDrivers([{ driver, name: 'guest', autosense: true }], options)

  /** The nth command from now on goes wrong. */
  function fault(booted: Booted, nth: number, action: CommandFault['action']): void {
    let seen = 0
    booted.machine.stations[0]!.adapter.faults = {
      decide: () => (++seen === nth ? { action, index: 0 } : undefined),
    }
  }

  it.each(['drop', 'lost-completion'] as const)(
    '%s: the bus is reset, every request comes back, work goes on',
    async action => {
      const booted = await boot()
      const resets = count(booted, 0, Event.Enter, Routine.ResetBus)
      fault(booted, 100, action)
      booted.bench.run()
      expect(resets()).toBe(1)
      expect(booted.feeders[0]!.retried).toBeGreaterThan(0)
      expectDone(booted)
    },
  )

  // An adapter that takes one command at a time stands still with it: there the port driver resets the bus at once.
  it.runIf(driver !== 'reference-dma')(
    'a dropped command is aborted first when the port driver wants it so',
    async () => {
      const booted = await boot({ machine: { port: { abortFirst: true } } })
      const resets = count(booted, 0, Event.Enter, Routine.ResetBus)
      fault(booted, 100, 'drop')
      booted.bench.run()
      expect(resets()).toBe(0)
      expect(booted.rules.report(0).filter(r => r.status === 'violated')).toEqual([])
    },
  )

  it.each([
    ['parity', 0x01],
    ['unexpected-disconnect', 0x05],
    ['overrun', 0x05],
    ['dma-error', 0x06],
  ] as const)('%s is logged, once, and only its request fails', async (action, code) => {
    const booted = await boot()
    fault(booted, 100, action)
    booted.bench.run()
    const { port } = booted.machine.stations[0]!
    expect([...port.log.values()].map(e => [e.code, e.count])).toEqual([[code, 1]])
    expect(booted.rules.report(0).filter(r => r.status === 'violated')).toEqual([])
    expect(booted.feeders[0]!.workload.report().failed).toBeLessThanOrEqual(1)
  })

  it('a reset of the bus from outside is reported, and everything is done again', async () => {
    const booted = await boot()
    const reported = count(booted, 0, Event.Notify, Notification.ResetDetected)
    const [feeder] = booted.feeders
    for (const returned of [50, 120]) {
      expect(booted.until(() => feeder!.returned >= returned)).toBe(true)
      booted.machine.stations[0]!.adapter.injectBusReset()
    }
    booted.bench.run()
    expect(reported()).toBe(2)
    expectHealthy(booted)
  })

  it('a reselection with an unknown tag is logged and completes nothing', async () => {
    const booted = await boot()
    expect(booted.until(() => booted.feeders[0]!.returned >= 50)).toBe(true)
    booted.machine.stations[0]!.adapter.injectReselection(2, 1, 63)
    booted.bench.run()
    expect([...booted.machine.stations[0]!.port.log.values()].map(e => [e.code, e.count])).toEqual([[3, 1]])
    expectHealthy(booted)
  })

  it('a device change is reported', async () => {
    const booted = await boot()
    const reported = count(booted, 0, Event.Notify, Notification.BusChangeDetected)
    expect(booted.until(() => booted.feeders[0]!.returned >= 50)).toBe(true)
    ;(booted.machine.stations[0]!.adapter as ReferenceAdapter).injectDeviceChange()
    booted.bench.run()
    expect(reported()).toBe(1)
    expectHealthy(booted)
  })

  it('survives every cause at once with nothing behind them', async () => {
    const booted = await boot()
    expect(booted.until(() => booted.feeders[0]!.returned >= 50)).toBe(true)
    booted.machine.stations[0]!.adapter.injectCauses()
    booted.bench.run()
    expectHealthy(booted)
  })

  it('an adapter that is pulled out leaves no loop, no storm and no open request', async () => {
    const booted = await boot()
    expect(booted.until(() => booted.feeders[0]!.returned >= 50)).toBe(true)
    booted.machine.stations[0]!.adapter.remove()
    booted.bench.run()
    const { port } = booted.machine.stations[0]!
    expect(port.dead).toBe(false)
    expect(booted.machine.cpu.stops.size).toBe(0)
    expect(port.activeCount).toBe(0)
  })

  it('works again after stop and restart', async () => {
    const booted = await boot({ workload: { ios: 50 } })
    booted.bench.run()
    const [station] = booted.machine.stations
    booted.bench.stop(station!)
    booted.bench.restart(station!)
    expectHealthy(booted)
    expect(station!.adapter.outstanding).toBe(0)
  })
})
