// Measures a driver: every cell once for each round, with the virtual figures of the first and the host figures of all but the warm-up.
import {
  BASELINE_SCHEMA,
  type Baseline,
  type BaselineCell,
  type HostSpread,
  type Spread,
} from '../../schemas/baseline.ts'
import type { Report } from '../../schemas/report.ts'
import type { Scenario } from '../../schemas/scenario.ts'
import { METERING_VERSION } from '../guest/meter.ts'
import { Distribution } from '../latency/distribution.ts'
import type { HostTimer } from '../latency/host-time.ts'
import type { RunIo, RunResult } from '../run-io.ts'
import { Routine } from '../trace/events.ts'
import { type CellPlan, cellsOf, type LeftOutCell, type Load } from './cells.ts'
import { EntryMeter } from './entry-meter.ts'
import { ENTRY_NAMES, START } from './entry-points.ts'
import type { HostEntries, HostRound } from './host-entries.ts'
import { setupOf } from './setup.ts'

/** Rounds without a timer before the others: the virtual figures come from it, compilers and caches warm up in it. */
export const WARM_UP_ROUNDS = 1
export const DEFAULT_ROUNDS = 7

export interface MeasureOptions {
  driver: { name: string; sha256: string }
  adapter: string
  load: Load
  /** Measured rounds; 0: no host figures. */
  rounds: number
  /** Processor and runtime, for the baseline. */
  machine: string
  hostTimer?: HostTimer
  runScenario(scenario: Scenario, io: RunIo): Promise<RunResult>
  progress?(done: number, total: number, name: string): void
}

/** What only logs need: every value of an entry point, with its count. */
export interface EntryValues {
  cell: string
  entry: string
  clock: 'virtual' | 'host'
  unit: 'ps' | 'ns'
  durationNs: number
  values: readonly (readonly [value: number, count: number])[]
}

export interface Measurement {
  baseline: Baseline
  leftOut: readonly LeftOutCell[]
  /** Of each cell, its first round. */
  runs: readonly { name: string; load: boolean; report: Report; exitCode: number }[]
  values: readonly EntryValues[]
  /** Two rounds of a cell had different traces: the bench itself is at fault. */
  unsteady: readonly string[]
}

/** @param base see `cellsOf` @throws what a run throws: nothing was measured */
export async function measure(base: Scenario, io: RunIo, options: MeasureOptions): Promise<Measurement> {
  const { load, driver, adapter } = options
  const timer = options.rounds > 0 ? options.hostTimer : undefined
  const { cells: plans, leftOut } = cellsOf(base, load)
  const rounds = timer === undefined ? 1 : WARM_UP_ROUNDS + options.rounds
  const total = plans.length * rounds
  const cells: BaselineCell[] = []
  const runs: Measurement['runs'][number][] = []
  const values: EntryValues[] = []
  const unsteady: string[] = []
  const hosts: HostEntries[] = []
  let start: BaselineCell | undefined
  let done = 0
  for (const plan of plans) {
    const first = await runCell(plan, io, options, undefined)
    const { meter, result } = first
    options.progress?.(++done, total, plan.name)
    runs.push({ name: plan.name, load: plan.load, report: result.report, exitCode: result.exitCode })
    start ??= startCell(meter, result.report)
    const cell = workloadCell(plan, meter, result.report)
    cells.push(cell)
    for (const [entry, calls] of measured(meter))
      values.push({
        cell: plan.name,
        entry: ENTRY_NAMES[entry]!,
        clock: 'virtual',
        unit: 'ps',
        durationNs: cell.durationNs,
        values: [...calls.ps.entries()],
      })
    // A driver that was stopped has nothing to repeat.
    if (timer === undefined || result.exitCode === 3) {
      done += rounds - 1
      continue
    }
    const own: HostEntries[] = []
    for (let round = 1; round <= options.rounds; round++) {
      const again = await runCell(plan, io, options, timer)
      options.progress?.(++done, total, plan.name)
      again.meter.host!.calibrate()
      if (again.result.report.trace.hash !== result.report.trace.hash) unsteady.push(plan.name)
      own.push(again.meter.host!)
    }
    hosts.push(...own)
    for (const [n, [entry]] of measured(meter).entries()) {
      cell.entries[n]!.hostNs = spreadOf(own.flatMap(host => host.round(entry) ?? []))
      values.push({
        cell: plan.name,
        entry: ENTRY_NAMES[entry]!,
        clock: 'host',
        unit: 'ns',
        durationNs: 0,
        values: together(own.map(host => host.distribution(entry))),
      })
    }
  }
  return {
    baseline: {
      schema: BASELINE_SCHEMA,
      tool: { name: 'wasm-hba', version: io.version },
      driver,
      metering: { version: Number(METERING_VERSION) },
      setup: setupOf(base, load, adapter),
      cells: [start!, ...cells],
      host: hosts.length === 0 ? null : hostOf(hosts, options),
    },
    leftOut,
    runs,
    values,
    unsteady: [...new Set(unsteady)],
  }
}

async function runCell(
  { scenario }: CellPlan,
  io: RunIo,
  { runScenario }: MeasureOptions,
  timer: HostTimer | undefined,
) {
  const meter = new EntryMeter(timer)
  const result = await runScenario(scenario, { ...io, listener: meter })
  return { meter, result }
}

/** Entry points that the workload called, by number. */
const measured = ({ entries }: EntryMeter) =>
  [...entries.entries()].filter(([entry, { ps }]) => ps.count > 0 && !START.has(entry))

function workloadCell({ name, load }: CellPlan, meter: EntryMeter, report: Report): BaselineCell {
  const entries = measured(meter).map(([entry, calls]) => calls.figures(ENTRY_NAMES[entry]!))
  return {
    name,
    kind: load ? 'load' : 'events',
    ios: meter.requests,
    durationNs: (meter.endedPs - meter.beganPs) / 1000,
    driverNs: meter.driverPs / 1000,
    traceHash: report.trace.hash,
    isr: entries.find(entry => entry.name === ENTRY_NAMES[Routine.Interrupt])?.virtualNs ?? null,
    entries,
  }
}

/** DriverEntry, HwFindAdapter, HwInitialize: the same in every cell. */
function startCell({ entries }: EntryMeter, report: Report): BaselineCell {
  const figures = [...START].flatMap(entry =>
    entries[entry]!.ps.count === 0 ? [] : [entries[entry]!.figures(ENTRY_NAMES[entry]!)],
  )
  const driverNs = figures.reduce((sum, { totalNs }) => sum + Math.round(totalNs * 1000), 0) / 1000
  return {
    name: 'start',
    kind: 'start',
    ios: 0,
    durationNs: driverNs,
    driverNs,
    traceHash: report.trace.hash,
    isr: null,
    entries: figures,
  }
}

const middle = (sorted: readonly number[]): number => sorted[(sorted.length - 1) >> 1]!

function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b)
  return { median: middle(sorted), low: sorted[0]!, high: sorted.at(-1)! }
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)

function spreadOf(rounds: readonly HostRound[]): HostSpread {
  return {
    p50: spread(rounds.map(r => r.p50)),
    p99: spread(rounds.map(r => r.p99)),
    calls: sum(rounds.map(r => r.calls)),
    belowTimer: sum(rounds.map(r => r.belowTimer)),
  }
}

function hostOf(hosts: readonly HostEntries[], { machine, rounds }: MeasureOptions): NonNullable<Baseline['host']> {
  const median = (of: (host: HostEntries) => number) => middle(hosts.map(of).sort((a, b) => a - b))
  return {
    machine,
    rounds,
    warmUpRounds: WARM_UP_ROUNDS,
    timerStepNs: Math.round(Math.min(...hosts.map(host => host.stepNs))),
    timerOverheadNs: Math.round(median(host => host.overheadNs)),
    noiseFloorNs: {
      p50: median(host => host.noiseFloorNs.p50),
      p99: median(host => host.noiseFloorNs.p99),
      max: Math.max(...hosts.map(host => host.noiseFloorNs.max)),
    },
  }
}

function together(parts: readonly Iterable<readonly [number, number]>[]): [number, number][] {
  const all = new Distribution()
  for (const part of parts) for (const [value, count] of part) all.add(value, count)
  return [...all.entries()].map(([value, count]) => [value, count])
}
