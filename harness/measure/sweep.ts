// The same load under other hardware: one cost goes through a range, and the percentiles and the verdict are looked at on the way. Where the
// verdict turns is found to the nanosecond.
import { COST_PRESETS, type CostValues } from '../../schemas/cost.ts'
import { ConfigError, unknownWord } from '../../schemas/errors.ts'
import type { Percentiles, Verdict } from '../../schemas/report.ts'
import type { Scenario } from '../../schemas/scenario.ts'
import { parseDurationPs, TIME_UNITS, UnitError } from '../../schemas/units.ts'
import { duration, table } from '../report/format.ts'
import type { Style } from '../report/style.ts'
import type { RunIo, RunResult } from '../run-io.ts'
import { Routine } from '../trace/events.ts'
import { type CellPlan, cellsOf, type Load } from './cells.ts'
import { EntryMeter } from './entry-meter.ts'
import { ENTRY_NAMES } from './entry-points.ts'

const DEFAULT_STEPS = 5
const MOST_STEPS = 100
/** The verdict is followed to this. */
const FINEST_PS = TIME_UNITS.ns

export interface Sweep {
  /** As in `CostValues`. */
  key: keyof CostValues
  /** As people write it: 'mmioRead'. */
  name: string
  valuesPs: readonly number[]
}

export interface SweepPoint {
  valuePs: number
  isr: Percentiles | null
  startIo: Percentiles | null
  verdict: Verdict
  /** Why it does not pass. */
  reason: string
}

export interface SweepResult {
  cell: string
  points: readonly SweepPoint[]
  /** Where the verdict turns: the last value with the one, the first with the other. */
  turns: readonly { before: SweepPoint; after: SweepPoint }[]
}

const KEYS = Object.keys(COST_PRESETS.pcie) as (keyof CostValues)[]
const nameOf = (key: string): string => key.replace(/Ps$/, '')

/** `access.mmioReadNs=100..2000`, `mmioRead=100ns..2us:9` @throws ConfigError */
export function parseSweep(text: string, flag = '--sweep'): Sweep {
  const fail = (message: string): never => {
    throw new ConfigError(flag, [{ path: '$', message }])
  }
  const match = /^(?:access\.|cost\.)?([A-Za-z]+)=([^.=:]+(?:\.\d+\w*)?)\.\.([^=:]+?)(?::(\d{1,6}))?$/.exec(text)
  if (match === null)
    return fail(`found '${text}', expected NAME=FROM..TO[:STEPS], for example access.mmioReadNs=100..2000`)
  const [, typed, from, to, steps] = match as unknown as [string, string, string, string, string | undefined]
  const key = KEYS.find(k => nameOf(k) === typed.replace(/Ns$/, ''))
  if (key === undefined) return fail(unknownWord('cost', typed, KEYS.map(nameOf)))
  const value = (word: string): number => {
    try {
      return parseDurationPs(/^[\d.]+$/.test(word) && /Ns$/.test(typed) ? `${word}ns` : word)
    } catch (error) {
      if (error instanceof UnitError) return fail(error.message)
      throw error
    }
  }
  const [low, high] = [value(from), value(to)]
  if (low >= high) return fail(`found '${text}', where the range does not rise`)
  if (key === 'instructionPs' && low === 0)
    return fail('an instruction must cost something, or a loop would take no time')
  const count = steps === undefined ? DEFAULT_STEPS : Number(steps)
  if (count < 2 || count > MOST_STEPS) return fail(`found ${count} steps, expected 2 to ${MOST_STEPS}`)
  const valuesPs = Array.from({ length: count }, (_, n) => low + Math.round(((high - low) * n) / (count - 1)))
  return { key, name: nameOf(key), valuesPs: [...new Set(valuesPs)] }
}

export interface SweepOptions {
  runScenario(scenario: Scenario, io: RunIo): Promise<RunResult>
  progress?(done: number, total: number, name: string): void
}

export async function runSweep(
  base: Scenario,
  load: Load,
  { key, valuesPs }: Sweep,
  io: RunIo,
  { runScenario, progress }: SweepOptions,
): Promise<SweepResult[]> {
  const cells = cellsOf(base, load).cells.filter(cell => cell.load)
  const total = cells.length * valuesPs.length
  let done = 0
  const pointAt = async ({ scenario }: CellPlan, valuePs: number): Promise<SweepPoint> => {
    const { machine } = scenario
    const meter = new EntryMeter()
    const { report } = await runScenario(
      { ...scenario, machine: { ...machine, cost: { ...machine.cost, [key]: valuePs } } },
      { ...io, listener: meter },
    )
    const of = (routine: number): Percentiles | null =>
      meter.entries[routine]!.ps.count === 0 ? null : meter.entries[routine]!.figures(ENTRY_NAMES[routine]!).virtualNs
    return {
      valuePs,
      isr: of(Routine.Interrupt),
      startIo: of(Routine.StartIo),
      verdict: report.verdict,
      reason: report.reasons[0] ?? '',
    }
  }
  const results: SweepResult[] = []
  for (const cell of cells) {
    const points: SweepPoint[] = []
    const turns: { before: SweepPoint; after: SweepPoint }[] = []
    for (const valuePs of valuesPs) {
      points.push(await pointAt(cell, valuePs))
      progress?.(++done, total, cell.name)
      let [before, after] = points.slice(-2) as [SweepPoint, SweepPoint | undefined]
      if (after === undefined || before.verdict === after.verdict) continue
      while (after.valuePs - before.valuePs > FINEST_PS) {
        const steps = Math.floor((after.valuePs - before.valuePs) / FINEST_PS / 2)
        const middle: SweepPoint = await pointAt(cell, before.valuePs + Math.max(1, steps) * FINEST_PS)
        if (middle.verdict === before.verdict) before = middle
        else after = middle
      }
      turns.push({ before, after })
    }
    results.push({ cell: cell.name, points, turns })
  }
  return results
}

export function sweepText({ name }: Sweep, results: readonly SweepResult[], style: Style): string[] {
  const ns = (of: Percentiles | null, key: keyof Percentiles) => (of === null ? '–' : duration(of[key]))
  const lines = results.flatMap(({ cell, points, turns }) => {
    const lines = table(
      [
        { title: name, right: true },
        ...['HwInterrupt p50', 'p99', 'max', 'HwStartIo p50', 'p99', 'max'].map(title => ({ title, right: true })),
        { title: 'verdict' },
      ],
      points.map(({ valuePs, isr, startIo, verdict, reason }) => [
        duration(valuePs / 1000),
        ...[ns(isr, 'p50'), ns(isr, 'p99'), ns(isr, 'max')],
        ...[ns(startIo, 'p50'), ns(startIo, 'p99'), ns(startIo, 'max')],
        verdict === 'pass' ? verdict : `${verdict}: ${reason}`,
      ]),
    )
    return [
      `${style('strong', cell)}  while ${name} goes up, everything else as above`,
      style('dim', lines[0]!),
      ...lines.slice(1).map((line, n) => (points[n]!.verdict === 'pass' ? line : style('bad', line))),
      ...turns.map(
        ({ before, after }) =>
          `  The verdict turns: ${before.verdict} at ${exact(before.valuePs)}, ${after.verdict} at ${exact(after.valuePs)}.`,
      ),
      ...(turns.length === 0 ? [`  The verdict stays the same over the range: ${points[0]!.verdict}.`] : []),
      '',
    ]
  })
  return [...lines, 'Sweep: a verdict is that of the whole run as hba run gives it: the bus scan counts, too.']
}

const exact = (ps: number): string => `${ps / 1000} ns`
