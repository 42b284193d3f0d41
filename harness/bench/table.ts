// The result for people.
import { type Column, count, table } from '../report/format.ts'
import type { TimerFigures } from './measure.ts'
import type { Row, Target, Unit } from './row.ts'

/** What the machine was like while all this was measured. */
export interface Surroundings {
  node: string
  cpu: string
  cores: number
  /** Load average over one minute, before and after; 0 where the system does not tell. */
  load: readonly [before: number, after: number]
  timer: TimerFigures
  /** Longest over shortest time of one and the same loop. */
  loopSpread: number
  /** Smallest and median CPU time over wall time of all rounds, 1 when the machine was all ours. */
  cpuShare: { min: number; median: number }
}

const DIGITS: Record<Unit, number> = { ns: 1, ms: 2, IOPS: 0, x: 2, MiB: 2, events: 1, 'a call': 1, count: 0 }
const SIGNS: Record<Unit, string> = {
  ns: ' ns',
  ms: ' ms',
  IOPS: ' IOPS',
  x: ' ×',
  MiB: ' MiB',
  events: '',
  'a call': '',
  count: '',
}

const number = (value: number, unit: Unit): string =>
  DIGITS[unit] === 0 || value >= 1000 ? count(Math.round(value)) : value.toFixed(DIGITS[unit])

function targetText({ atLeast, atMost }: Target, unit: Unit): string {
  const text = (value: number): string => `${unit === 'IOPS' ? count(value) : value}`
  if (atLeast === undefined) return `≤ ${text(atMost!)}${SIGNS[unit]}`
  if (atMost === undefined) return `≥ ${text(atLeast)}${SIGNS[unit]}`
  return `${text(atLeast)} to ${text(atMost)}${SIGNS[unit]}`
}

const COLUMNS: readonly Column[] = [
  { title: '' },
  { title: 'median', right: true },
  { title: 'min – max', right: true },
  { title: 'target', right: true },
  { title: '' },
]

const cells = ({ name, unit, median, min, max, rounds, target, met }: Row): string[] => [
  name,
  `${number(median, unit)}${SIGNS[unit]}`,
  rounds === 1 ? '' : `${number(min, unit)} – ${number(max, unit)}`,
  target === undefined ? '' : targetText(target, unit),
  met === undefined ? '' : met ? 'met' : 'missed',
]

/** One table: a line for each figure, a head line for each group. */
export function benchTable(groups: readonly { title: string; rows: readonly Row[] }[]): string {
  const rows = groups.flatMap(({ title, rows }) => [[title], ...rows.map(cells)])
  // Titles of groups may be longer than the column of names: they stand alone in their line.
  const widest = Math.max(...groups.flatMap(g => g.rows.map(r => r.name.length)))
  const short = rows.map(line => (line.length === 1 ? [line[0]!.slice(0, widest)] : line))
  const lines = table(COLUMNS, short)
  rows.forEach((line, n) => {
    if (line.length === 1) lines[n + 1] = `\n${line[0]}`
  })
  return `${lines.join('\n')}\n`
}

const percent = (part: number): string => `${Math.round(part * 100)} %`

export function surroundingsText({ node, cpu, cores, load, timer, loopSpread, cpuShare }: Surroundings): string {
  return [
    `Node ${node}, ${cores} × ${cpu}, load ${load[0].toFixed(1)} before and ${load[1].toFixed(1)} after.`,
    'Medians of 5 rounds after warm-up (long run: of 3 runs), compared figures in turns; each configuration in a worker of its own.',
    `Timer: ${timer.overheadNs} ns a reading, steps of ${timer.stepNs} ns (${timer.verdict}); nothing shorter than milliseconds is timed at once.`,
    `Noise: one and the same loop took up to ${percent(loopSpread - 1)} longer; CPU time was ${percent(cpuShare.median)} of wall time,`,
    `at worst ${percent(cpuShare.min)}: where it is below 100 % others used the machine.`,
    'Without metering: the same module without counting, deadline and depth checks; the host side of the clock stays.',
  ].join('\n')
}
