// The meter on a trace made by hand, and rounds that differ.
import { expect, it } from 'vitest'
import { Clock } from '../../device/clock.ts'
import { checkScenario, type Scenario } from '../../schemas/scenario.ts'
import { sampleReport } from '../report/testing/sample.ts'
import type { RunIo } from '../run-io.ts'
import { Event, Notification, Routine } from '../trace/events.ts'
import { Trace } from '../trace/trace.ts'
import { EntryMeter } from './entry-meter.ts'
import { ENTRY_NAMES, UNCLAIMED } from './entry-points.ts'
import { measure } from './measurement.ts'

const NAMES = { guest: () => 'd', register: (_: number, offset: number) => (offset === 0 ? 'STATUS' : 'ACK') }

/** A trace with one driver, in steps of a nanosecond. */
function scene(timer?: { now(): number }) {
  const clock = new Clock()
  const trace = new Trace(clock, 1024)
  const meter = new EntryMeter(timer)
  meter.begin(trace, NAMES)
  const after = (ns: number): void => {
    clock.nowPs += ns * 1000
  }
  let invocation = 0
  return {
    meter,
    trace,
    after,
    /** @param inside runs between Enter and Exit; each thing it does takes its own time */
    call(routine: number, result: number, inside: () => void, instructions = 5, guest = 0) {
      const number = ++invocation
      trace.emit(Event.Enter, guest, routine, number, -1, 0)
      const started = meter.stopwatch?.start() ?? 0
      inside()
      meter.stopwatch?.stop(guest, routine, started)
      trace.emit(Event.Exit, guest, routine, number, result, instructions)
    },
    read: (offset = 0) => trace.emit(Event.Read, 0, offset, 1, 1, 4),
    write: (offset = 4) => trace.emit(Event.Write, 0, offset, 1, 1, 4),
  }
}

it('counts what runs while the workload does, HwInterrupt by what it returned', () => {
  const { meter, call, after, read, write, trace } = scene()
  call(Routine.Initialize, 1, () => after(7))
  call(Routine.Interrupt, 1, () => after(1000)) // the bus scan
  meter.workload(true)
  for (const ns of [30, 10, 20, 10])
    call(Routine.Interrupt, 1, () => {
      read()
      after(ns)
      write()
      trace.emit(Event.Notify, 0, Notification.RequestComplete, 3, 0, 0)
    })
  call(Routine.Interrupt, 0, () => read())
  meter.workload(false)
  call(Routine.Interrupt, 1, () => after(1000)) // the end
  const figures = meter.entries[Routine.Interrupt]!.figures('isr')
  expect(figures).toMatchObject({ calls: 4, totalNs: 70, reads: 4, writes: 4, instructions: 20 })
  expect(figures.virtualNs).toEqual({ p50: 10, p90: 30, p99: 30, p999: 30, max: 30 })
  expect(figures.typical).toEqual({
    ...{ durationNs: 10, instructions: 5, reads: 1, writes: 1, accessesOmitted: 0 },
    accesses: ['read STATUS', 'write ACK', 'notify RequestComplete'],
  })
  expect(figures.worst.durationNs).toBe(30)
  expect(meter.entries[UNCLAIMED]!.figures('spurious')).toMatchObject({ calls: 1, reads: 1, totalNs: 0 })
  expect(meter.entries[Routine.Initialize]!.figures('start').totalNs).toBe(7)
  expect(meter.driverPs).toBe(70_000)
})

it('a routine that was interrupted is not charged for it; one that was stopped is in no figure', () => {
  const { meter, call, after, trace } = scene()
  meter.workload(true)
  call(Routine.StartIo, 1, () => {
    after(5)
    call(Routine.Interrupt, 1, () => after(100))
    after(6)
  })
  call(Routine.Timer, 0, () => {
    after(9)
    trace.emit(Event.Stopped, 0, 4, Routine.Timer, 1, 0)
  })
  expect(meter.entries[Routine.StartIo]!.figures('').totalNs).toBe(11)
  expect(meter.entries[Routine.Interrupt]!.figures('').totalNs).toBe(100)
  expect(meter.entries[Routine.Timer]!.ps.count).toBe(0)
  expect(meter.driverPs).toBe(111_000)
})

it('ways beside the typical and the longest call are kept, each once', () => {
  const { meter, call, after, read, write } = scene()
  meter.workload(true)
  const ways: [number, () => void][] = [
    [10, read],
    [10, read],
    [30, write],
    [20, () => [read(), write()]],
    [21, () => [read(), write()]],
  ]
  for (const [ns, way] of ways)
    call(Routine.Interrupt, 1, () => {
      way()
      after(ns)
    })
  const { typical, worst, otherWays } = meter.entries[Routine.Interrupt]!.figures('')
  expect([typical.accesses, worst.accesses, otherWays]).toEqual([
    ['read STATUS', 'write ACK'],
    ['write ACK'],
    [['read STATUS']],
  ])
})

it('host time goes to the entry point that the routine turned out to be', () => {
  let hostNs = 0
  const { meter, call } = scene({ now: () => hostNs })
  meter.workload(true)
  call(Routine.Interrupt, 1, () => (hostNs += 500))
  call(Routine.Interrupt, 0, () => (hostNs += 40))
  expect(meter.host!.round(Routine.Interrupt)).toMatchObject({ calls: 1, p50: 500, belowTimer: 0 })
  expect(meter.host!.round(UNCLAIMED)).toMatchObject({ calls: 1, p50: 40 })
  expect(meter.host!.round(Routine.StartIo)).toBeUndefined()
})

/** Every run the same but for the trace's hash. */
function runs(hashes: readonly string[]) {
  let n = 0
  let hostNs = 0
  return {
    hostTimer: { now: () => (hostNs += 100) },
    runScenario: async (_: Scenario, io: RunIo) => {
      const { meter, call } = fromListener(io)
      meter.workload(true)
      call(Routine.Interrupt, 1, () => (hostNs += 1000 * (n + 1)))
      meter.workload(false)
      const report = sampleReport()
      return { report: { ...report, trace: { ...report.trace, hash: hashes[n++ % hashes.length]! } }, exitCode: 0 }
    },
  }
}

function fromListener(io: RunIo) {
  const made = scene()
  const meter = io.listener as EntryMeter
  meter.begin(made.trace, NAMES)
  return {
    meter,
    call(routine: number, result: number, inside: () => void) {
      made.trace.emit(Event.Enter, 0, routine, 1, -1, 0)
      const started = meter.stopwatch?.start() ?? 0
      inside()
      meter.stopwatch?.stop(0, routine, started)
      made.trace.emit(Event.Exit, 0, routine, 1, result, 1)
    },
  }
}

const base = checkScenario({ machine: { adapters: [{ kind: 'reference', driver: 'd.wasm' }] } }, 'test')
const measured = (hashes: readonly string[]) =>
  measure(base, { version: '1' } as RunIo, {
    ...{ driver: { name: 'd', sha256: 'a'.repeat(64) }, adapter: 'reference', rounds: 3, machine: 'here' },
    load: { depths: [1], sizesBytes: [4096], readPercent: 70, ios: 10 },
    ...runs(hashes),
  })

it('the median of the rounds stands with the lowest and the highest; the first round has no timer', async () => {
  const { baseline, unsteady } = await measured(['0'.repeat(16)])
  expect(unsteady).toEqual([])
  const isr = baseline.cells[1]!.entries.find(entry => entry.name === ENTRY_NAMES[Routine.Interrupt])!
  // Rounds 1 to 3 took 2, 3 and 4 µs, and a reading of the timer takes 100 ns. The histogram has steps of 3 %.
  const { low, median, high } = isr.hostNs!.p50
  for (const [value, ns] of [
    [low, 2000],
    [median, 3000],
    [high, 4000],
  ] as const) {
    expect(value).toBeGreaterThanOrEqual(ns)
    expect(value).toBeLessThan(ns * 1.035)
  }
  expect(isr.hostNs!.calls).toBe(3)
  expect(baseline.host).toMatchObject({ rounds: 3, warmUpRounds: 1, timerStepNs: 100, timerOverheadNs: 100 })
})

it('rounds with different traces are found out', async () => {
  const { unsteady } = await measured(['0'.repeat(16), '1'.repeat(16)])
  expect(unsteady).toContain('4KiB, depth 1')
})
