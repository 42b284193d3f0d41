// Which figures of two reports differ. What people decide by comes first; host time is no figure.
import type { DiffFigure } from '../../schemas/diff.ts'
import type { GuestReport, IsrReport, Percentiles, Report } from '../../schemas/report.ts'
import { ROUTINE_NAMES } from '../trace/events.ts'
import type { AccessName } from './compare.ts'

type Value = DiffFigure['a']

/** Figures of one report, by name; the same names on both sides where there is something to compare. */
class Figures {
  readonly all = new Map<string, DiffFigure>()
  readonly #guest: string | null

  constructor(guest: string | null) {
    this.#guest = guest
  }

  add(kind: DiffFigure['kind'], unit: DiffFigure['unit'], name: string, value: Value): void {
    this.all.set(name, { guest: this.#guest, name, kind, unit, a: value, b: null })
  }

  percentiles(name: string, values: Percentiles | null): void {
    if (values === null) return
    for (const [key, ns] of Object.entries(values)) this.add('timing', 'ns', `${name} ${WORDS[key] ?? key}`, ns)
  }
}

const WORDS: Readonly<Record<string, string>> = { p999: 'p99.9' }

function isr(to: Figures, report: IsrReport): void {
  to.percentiles('ISR claimed', report.virtualNs)
  to.percentiles('ISR unclaimed', report.unclaimedNs)
  to.percentiles('raise to enter', report.raiseToEnterNs)
  to.add('behaviour', 'count', 'interrupts claimed', report.claimed)
  to.add('behaviour', 'count', 'interrupts unclaimed', report.unclaimed)
}

function guestFigures(report: GuestReport, accesses: readonly AccessName[]): Figures {
  const to = new Figures(report.name)
  for (const rule of report.rules) {
    to.add('behaviour', 'text', `rule ${rule.id}`, rule.status)
    to.add('behaviour', 'count', `rule ${rule.id}, violations`, rule.count)
  }
  to.add(
    'behaviour',
    'text',
    'stopped by',
    report.stopped === undefined ? null : `${report.stopped.kind} in ${report.stopped.routine}`,
  )
  for (const [name, value] of Object.entries(report.io))
    if (typeof value === 'number') to.add('behaviour', /[bB]ytes$/.test(name) ? 'bytes' : 'count', `I/O ${name}`, value)
  for (const budget of report.budgets)
    to.add('timing', 'text', `budget ${budget.name}`, budget.pass ? 'kept' : 'exceeded')
  isr(to, report.isr)
  for (const { routine, register, side, count } of accesses)
    to.add('behaviour', 'count', `${side}s of ${register} in ${ROUTINE_NAMES[routine] ?? 'no routine'}`, count)
  for (const { name, count, virtualNs, instructions, reads, writes, stallUs } of report.routines) {
    to.add('behaviour', 'count', `${name} calls`, count)
    to.add('timing', 'count', `${name} instructions`, instructions)
    if (accesses.length === 0) {
      to.add('behaviour', 'count', `${name} reads`, reads)
      to.add('behaviour', 'count', `${name} writes`, writes)
    }
    to.add('behaviour', 'count', `${name} stalls, µs`, stallUs)
    if (name === 'HwInterrupt' || virtualNs === null) continue
    to.add('timing', 'ns', `${name} p50`, virtualNs.p50)
    if (count > 1) to.add('timing', 'ns', `${name} max`, virtualNs.max)
  }
  for (const entry of report.log) to.add('behaviour', 'count', `ScsiPortLogError ${entry.name}`, entry.count)
  for (const { code, register, count } of report.adapter.diagnostics)
    to.add('behaviour', 'count', `${code} at ${register}`, count)
  return to
}

function runFigures({ verdict, virtual, lines }: Report): Figures {
  const to = new Figures(null)
  to.add('timing', 'text', 'verdict', verdict)
  to.add('timing', 'ns', 'virtual time of the run', virtual.durationNs)
  for (const line of lines) to.add('behaviour', 'count', `line ${line.name} raised`, line.raised)
  return to
}

export interface FigureSide {
  report: Report
  accesses: readonly AccessName[]
}

/** Those that differ. Miniports are paired by their place in the scenario. */
export function changedFigures(a: FigureSide, b: FigureSide): DiffFigure[] {
  const figures = ({ report, accesses }: FigureSide): Figures[] => [
    runFigures(report),
    ...report.guests.map((guest, n) =>
      guestFigures(
        guest,
        accesses.filter(access => access.guest === n),
      ),
    ),
  ]
  const [left, right] = [figures(a), figures(b)]
  return left.flatMap((own, n) => changed(own.all, right[n]?.all ?? new Map()))
}

function changed(a: ReadonlyMap<string, DiffFigure>, b: ReadonlyMap<string, DiffFigure>): DiffFigure[] {
  const found: DiffFigure[] = []
  for (const [name, figure] of a) {
    const other = b.get(name)?.a ?? none(figure)
    if (figure.a !== other) found.push({ ...figure, b: other })
  }
  for (const [name, figure] of b)
    if (!a.has(name) && figure.a !== none(figure)) found.push({ ...figure, a: none(figure), b: figure.a })
  return found
}

/** What stands for a figure that one side does not have. */
const none = ({ unit }: DiffFigure): Value => (unit === 'count' || unit === 'bytes' ? 0 : null)
