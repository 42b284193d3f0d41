// A measurement for people: every cell with both clocks side by side, what was not called, and how far the figures can be trusted.
import type { BaselineCell, EntryFigures, HostSpread } from '../../schemas/baseline.ts'
import { count, duration, percent, table, wrap } from '../report/format.ts'
import type { Style } from '../report/style.ts'
import { Routine } from '../trace/events.ts'
import { confidenceOf } from './comparison.ts'
import { ENTRY_NAMES, START } from './entry-points.ts'
import type { Measurement } from './measurement.ts'

const WIDTH = 110

const COLUMNS = [
  { title: 'entry point' },
  { title: 'calls', right: true },
  { title: 'p50', right: true },
  { title: 'p90', right: true },
  { title: 'p99', right: true },
  { title: 'p99.9', right: true },
  { title: 'max', right: true },
  { title: 'instr', right: true },
  { title: 'reads', right: true },
  { title: 'writes', right: true },
]
const HOST_COLUMNS = [
  { title: '  host p50', right: true },
  { title: '(lowest–highest)' },
  { title: 'p99', right: true },
]

export function measurementText({ baseline, leftOut, runs }: Measurement, style: Style): string[] {
  const { host, cells } = baseline
  const stepNs = host === null ? undefined : host.timerStepNs
  return [
    ...cells.flatMap(cell => [...cellLines(cell, stepNs, style), '']),
    ...notCalled(cells, runs[0]!.report.guests[0]!.adapter.kind),
    ...leftOut.map(({ name, reason }) => `Left out: ${name} (${reason})`),
    ...paragraph('Virtual time', VIRTUAL),
    ...paragraph('Host time', hostWords(baseline)),
  ]
}

const VIRTUAL =
  'exact and the same on every machine. The bus scan and the end of a run are left out; nothing needs to warm up. instr, reads and writes are those of the typical call, the first one that took as long as the median.'

function cellLines(cell: BaselineCell, stepNs: number | undefined, style: Style): string[] {
  const { name, ios, durationNs, driverNs, entries } = cell
  const head =
    ios === 0
      ? ''
      : `  ${count(ios)} requests with read-back, ${duration(durationNs)} of virtual time, ${duration(driverNs)} (${percent(driverNs, durationNs)}) of it in the driver`
  const withHost = stepNs !== undefined && entries.some(entry => entry.hostNs !== undefined)
  const lines = table(
    [...COLUMNS, ...(withHost ? HOST_COLUMNS : [])],
    entries.map(entry => [...virtualCells(entry), ...hostCells(entry.hostNs, stepNs)]),
  )
  return [`${style('strong', name)}${head}`, style('dim', lines[0]!), ...lines.slice(1)]
}

const virtualCells = ({ name, calls, virtualNs: v, typical }: EntryFigures): string[] => [
  name,
  count(calls),
  ...[v.p50, v.p90, v.p99, v.p999, v.max].map(duration),
  count(typical.instructions),
  count(typical.reads),
  count(typical.writes),
]

function hostCells(host: HostSpread | undefined, stepNs: number | undefined): string[] {
  if (host === undefined || stepNs === undefined) return []
  const { p50, p99 } = host
  const shown = (ns: number): string => (ns <= 2 * stepNs ? `< ${duration(2 * stepNs)}` : duration(ns))
  return [shown(p50.median), `(${duration(p50.low)}–${duration(p50.high)})`, shown(p99.median)]
}

/** Entry points that no cell has called. */
function notCalled(cells: readonly BaselineCell[], adapter: string): string[] {
  const called = new Set(cells.flatMap(cell => cell.entries.map(entry => entry.name)))
  const missing = ENTRY_NAMES.filter(
    (name, entry) => !called.has(name) && !START.has(entry) && entry !== Routine.AdapterControl,
  )
  return missing.length === 0 ? [] : paragraph('Not called', `${missing.join('; ')} (adapter '${adapter}')`)
}

function hostWords({ host, cells }: Measurement['baseline']): string {
  if (host === null) return 'not measured.'
  const spreads = cells.flatMap(cell => cell.entries.flatMap(entry => entry.hostNs ?? []))
  const calls = spreads.reduce((sum, s) => sum + s.calls, 0)
  const below = spreads.reduce((sum, s) => sum + s.belowTimer, 0)
  const { rounds, warmUpRounds, timerStepNs, timerOverheadNs, noiseFloorNs: floor } = host
  return [
    `information, never a verdict by itself. ${roundWords(rounds, warmUpRounds)}`,
    `Timer: steps of ${duration(timerStepNs)}; one reading costs ${duration(timerOverheadNs)}, subtracted.`,
    `Noise floor, a routine that does nothing: p50 ${duration(floor.p50)}, p99 ${duration(floor.p99)}, max ${duration(floor.max)}.`,
    `Saturation: ${count(below)} of ${count(calls)} timed calls (${percent(below, calls)}) were no longer than two steps of the timer; of these it is only known that they were short.`,
    'In each round the first 4,096 calls of a routine are timed, then one in four.',
  ].join(' ')
}

const roundWords = (rounds: number, warmUp: number): string =>
  rounds === 1
    ? `1 round after ${warmUp} that warms up: how far another one would be from it is not known.`
    : `${rounds} rounds after ${warmUp} that warms up; median of the rounds' p50 with the lowest and highest of them (which hold the true median with ${confidenceText(confidenceOf(rounds))} confidence), median of their p99.`

export const confidenceText = (part: number): string => `${(Math.floor(part * 1000) / 10).toFixed(1)} %`

const paragraph = (title: string, text: string): string[] =>
  wrap(`${title}: ${text}`, WIDTH).map((line, n) => (n === 0 ? line : `  ${line}`))
