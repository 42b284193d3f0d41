// The NVMe sample driver on the real bench: boot and scan, verified I/O, refused commands, missing units, lost commands, aborts,
// resets, removal. Each time without a broken rule, and without a complaint of the hardware.
import { describe, expect, it } from 'vitest'
import type { CommandFault } from '../device/adapters/faults.ts'
import { DeviceEvent } from '../device/probe.ts'
import { Event, Notification, Routine } from '../harness/trace/events.ts'
import { type BenchGuest, type BenchOptions, type Booted, bootDrivers, runDrivers } from './testing/bench-run.ts'

const guest = (rest: Partial<BenchGuest> = {}): BenchGuest => ({
  driver: 'nvme-c',
  name: 'nvme',
  kind: 'nvme',
  ...rest,
})
const FOUR = [{}, { lun: 1, blockSize: 4096 }, { lun: 3 }, { lun: 7 }] as const

describe('a whole run', () => {
  it.each<[string, BenchOptions, BenchGuest['drives'] | undefined]>([
    ['one at a time', { workload: { ios: 120, depth: 1 } }, undefined],
    [
      'deep queues on four namespaces, all CDB forms, all tags, all sizes, unaligned buffers',
      {
        workload: {
          ios: 600,
          depth: 100,
          blockSizes: [{ size: '4KiB' }, { size: '12KiB' }, { size: '64KiB' }],
          cdb: { 6: 1, 10: 1, 12: 1, 16: 1 },
          tags: { simple: 5, ordered: 1, untagged: 1 },
          flushEvery: 50,
        },
      },
      [...FOUR],
    ],
    [
      'small blocks at depth 32',
      { workload: { ios: 300, depth: 32, blockSizes: [{ size: '512B' }, { size: '1536B' }] } },
      undefined,
    ],
    [
      'posted writes',
      { machine: { cost: { postedWriteDelay: '300ns' } }, workload: { ios: 120, depth: 8 } },
      undefined,
    ],
  ])('%s', async (_, options, drives) => {
    const { report } = await runDrivers([guest(drives === undefined ? {} : { drives })], options)
    expect(report.reasons).toEqual([])
    const [only] = report.guests
    expect(only!.rules.filter(r => r.status === 'violated')).toEqual([])
    expect(only!.adapter.diagnostics).toEqual([])
    expect(only!.log).toEqual([])
    expect(only!.io).toMatchObject({ miscompares: 0, failed: 0 })
    expect(only!.io.submitted).toBeGreaterThanOrEqual(120)
    expect(only!.isr.virtualNs!.max).toBeLessThan(10_000)
  })

  it('shares its line with another adapter', async () => {
    const { report } = await runDrivers([guest(), { driver: 'reference-c', name: 'other', autosense: true }], {
      workload: { ios: 100, depth: 8 },
    })
    expect(report.reasons).toEqual([])
    for (const one of report.guests) expect(one.rules.filter(r => r.status === 'violated')).toEqual([])
  })

  it('what the commands of a script must come back with', async () => {
    const sense = (asc: number, key = 'illegal request' as const) => ({
      status: 'check condition' as const,
      sense: { key, asc, ascq: 0 },
    })
    const { report } = await runDrivers([guest({ drives: [{}, { lun: 2, readOnly: true }] })], {
      workload: {
        kind: 'script',
        steps: [
          { cdb: '12 00 00 00 ff 00', length: '255B', expect: { srb: 'data overrun', bytes: 36 } },
          { cdb: '12 01 83 00 ff 00', length: '255B', expect: { srb: 'data overrun', bytes: 16 } },
          { cdb: '1a 00 3f 00 ff 00', length: '255B', expect: { srb: 'data overrun', bytes: 44 } },
          { cdb: '9e 10 00 00 00 00 00 00 00 00 00 00 00 20 00 00', length: '32B' },
          { cdb: 'a0 00 00 00 00 00 00 00 00 18 00 00', length: '24B' },
          { cdb: 'c1 00 00 00 00 00', expect: sense(0x20) },
          { cdb: '28 00 ff ff ff ff 00 00 01 00', length: '512B', expect: { ...sense(0x21), bytes: 0 } },
          { lun: 1, cdb: '00 00 00 00 00 00', expect: sense(0x25) },
          { lun: 1, cdb: '12 00 00 00 24 00', length: '36B' },
          { target: 5, cdb: '00 00 00 00 00 00', expect: { srb: 'selection timeout' } },
          { cdb: '28 00 00 00 00 00 00 00 02 00', length: '512B', expect: { srb: 'data overrun', bytes: 0 } },
          { cdb: '28 00 00 00 00 00 00 00 01 00', length: '1KiB', expect: { srb: 'data overrun', bytes: 512 } },
          { cdb: '2a 08 00 00 00 10 00 00 01 00', direction: 'out', length: '512B' },
          { cdb: '2f 00 00 00 00 10 00 00 01 00' },
          { cdb: '35 00 00 00 00 00 00 00 00 00' },
          {
            lun: 2,
            cdb: '2a 00 00 00 00 00 00 00 01 00',
            direction: 'out',
            length: '512B',
            expect: { status: 'check condition', sense: { key: 'data protect', asc: 0x27, ascq: 0 } },
          },
          { cdb: '93 00 00 00 00 00 00 00 00 10 00 00 00 08 00 00', direction: 'out', length: '512B', data: '00' },
          {
            cdb: '42 00 00 00 00 00 00 00 18 00',
            direction: 'out',
            length: '24B',
            data: '00 16 00 10 00 00 00 00 00 00 00 00 00 00 00 40 00 00 00 08 00 00 00 00',
          },
          { function: 'flush' },
          { function: 'shutdown' },
          { cdb: '28 00 00 00 00 00 00 00 01 00', length: '512B' },
        ],
      },
    })
    const [only] = report.guests
    expect(only!.io.problems).toEqual([])
    expect(only!.rules.filter(r => r.status === 'violated')).toEqual([])
    expect(only!.log.map(l => l.name)).toEqual(['SP_PROTOCOL_ERROR'])
    expect(report.reasons).toEqual([])
  })
})

/** Counts events. */
function count(booted: Booted, kind: number, a?: number): () => number {
  let times = 0
  const { trace } = booted.machine
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

const violated = (booted: Booted) => booted.rules.report(0).filter(r => r.status === 'violated')

/** No rule is broken, and all work is done. */
function expectHealthy(booted: Booted): void {
  const [station] = booted.machine.stations
  expect(violated(booted)).toEqual([])
  expect(station!.port.dead).toBe(false)
  expect(station!.adapter.outstanding).toBe(0)
  const io = booted.feeders[0]!.workload.report()
  expect(io).toMatchObject({ failed: 0, miscompares: 0, problems: [] })
  expect(io.completed).toBe(io.submitted)
}

/** The nth command from now on goes wrong. */
function fault(booted: Booted, nth: number, action: CommandFault['action']): void {
  let seen = 0
  booted.machine.stations[0]!.adapter.faults = {
    decide: () => (++seen === nth ? { action, index: 0 } : undefined),
  }
}

const SHORT = { workload: { ios: 60, depth: 8 } } as const

describe('misfortunes', () => {
  const boot = (options: BenchOptions = SHORT, drives?: BenchGuest['drives']) =>
    bootDrivers([guest(drives === undefined ? {} : { drives })], options)

  it('finds its units, also behind a gap', async () => {
    const booted = await boot(SHORT, [...FOUR])
    expect(booted.machine.stations[0]!.port.units.map(u => u.lu.address & 0xff)).toEqual([0, 1, 3, 7])
    booted.bench.run()
    expectHealthy(booted)
  })

  it('costs one register access a request and one an interrupt', async () => {
    const booted = await boot({ workload: { ios: 60, depth: 1 } })
    const reads = count(booted, Event.Read)
    const writes = count(booted, Event.Write)
    const commands = count(booted, DeviceEvent.CommandFetched)
    const interrupts = count(booted, Event.Enter, Routine.Interrupt)
    booted.bench.run()
    expect(commands()).toBeGreaterThanOrEqual(60)
    expect([reads(), writes()]).toEqual([0, commands() + interrupts()])
  })

  it.each(['drop', 'lost-completion'] as const)(
    '%s: the controller is reset, every request comes back, work goes on',
    async action => {
      const booted = await boot()
      const resets = count(booted, Event.Enter, Routine.ResetBus)
      const controllerResets = count(booted, DeviceEvent.AdapterReset)
      fault(booted, 20, action)
      booted.bench.run()
      expect([resets(), controllerResets()]).toEqual([1, 1])
      expect(booted.feeders[0]!.retried).toBeGreaterThan(0)
      expectHealthy(booted)
    },
  )

  it('a dropped command is aborted first when the port driver wants it so', async () => {
    const booted = await boot({ ...SHORT, machine: { port: { abortFirst: true } } })
    const resets = count(booted, Event.Enter, Routine.ResetBus)
    fault(booted, 20, 'drop')
    booted.bench.run()
    expect(resets()).toBe(0)
    expect(violated(booted)).toEqual([])
  })

  it('a transfer that fails is logged, once, and only its request fails', async () => {
    const booted = await boot()
    fault(booted, 20, 'dma-error')
    booted.bench.run()
    const { port } = booted.machine.stations[0]!
    expect([...port.log.values()].map(e => [e.code, e.count])).toEqual([[6, 1]])
    expect(violated(booted)).toEqual([])
    expect(booted.feeders[0]!.workload.report().failed).toBeLessThanOrEqual(1)
  })

  it('a class driver resets the bus', async () => {
    const { report } = await runDrivers([guest()], {
      workload: {
        kind: 'script',
        depth: 8,
        steps: [
          { cdb: '28 00 00 00 00 10 00 00 08 00', length: '4KiB', repeat: 12, expect: { any: true } },
          { function: 'reset bus', expect: { any: true } },
          { cdb: '28 00 00 00 00 10 00 00 08 00', length: '4KiB', repeat: 12, expect: { any: true } },
        ],
      },
    })
    expect(report.reasons).toEqual([])
    expect(report.guests[0]!.rules.filter(r => r.status === 'violated')).toEqual([])
  })

  it('survives causes with nothing behind them', async () => {
    const booted = await boot()
    expect(booted.until(() => booted.feeders[0]!.returned >= 20)).toBe(true)
    booted.machine.stations[0]!.adapter.injectCauses()
    booted.bench.run()
    expectHealthy(booted)
  })

  it('a controller that is pulled out leaves no loop, no storm and no open request', async () => {
    const booted = await boot()
    expect(booted.until(() => booted.feeders[0]!.returned >= 20)).toBe(true)
    booted.machine.stations[0]!.adapter.remove()
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
    expectHealthy(booted)
  })

  it('reports no bus reset that was none', async () => {
    const booted = await boot()
    const reported = count(booted, Event.Notify, Notification.ResetDetected)
    fault(booted, 20, 'drop')
    booted.bench.run()
    expect(reported()).toBe(0)
  })
})
