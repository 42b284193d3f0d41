// From what was compared to one answer.
import { DIFF_SCHEMA, Diff } from '../../schemas/diff.ts'
import type { Report } from '../../schemas/report.ts'
import { type CompareOptions, compareDrivers, type DiffSide } from './compare.ts'
import { changedFigures } from './figures.ts'

export interface DiffNames {
  /** As typed. */
  a: string
  b: string
  version: string
}

/** @param guest index of the adapter whose driver is exchanged */
export async function diffDrivers(
  a: DiffSide,
  b: DiffSide,
  guest: number,
  names: DiffNames,
  options: CompareOptions,
): Promise<Diff> {
  const { ignoreTiming } = options
  const compared = await compareDrivers(a, b, options)
  const { reports, accesses, parting, timingParting, behaviour, timing } = compared
  const changed = changedFigures(
    { report: reports.a, accesses: accesses.a },
    { report: reports.b, accesses: accesses.b },
  ).filter(figure => !ignoreTiming || figure.kind === 'behaviour')
  const side = (path: string, report: Report): Diff['a'] => ({
    path,
    sha256: report.guests[guest]!.driver.sha256,
    verdict: report.verdict,
  })
  const different = behaviour === 'different' || (!ignoreTiming && timing === 'different')
  return {
    schema: DIFF_SCHEMA,
    tool: { name: 'wasm-hba', version: names.version },
    result: different ? 'different' : 'same',
    ignored: ignoreTiming ? ['timing'] : [],
    a: side(names.a, reports.a),
    b: side(names.b, reports.b),
    seed: reports.a.seed,
    costModel: reports.a.costModel.preset,
    behaviour,
    timing: ignoreTiming ? 'same' : timing,
    compared: 'traces',
    events: { a: reports.a.trace.events, b: reports.b.trace.events },
    parting,
    timingParting,
    figures: changed,
  }
}

/** Two reports that were made under other conditions. */
export class NotComparable extends Error {
  override name = 'NotComparable'
  /** What is not the same. */
  readonly difference: string

  constructor(difference: string) {
    super(`the two reports are not of the same conditions: ${difference}`)
    this.difference = difference
  }
}

/** @throws NotComparable */
export function diffReports(a: Report, b: Report, names: DiffNames, ignoreTiming: boolean): Diff {
  checkConditions(a, b)
  const all = changedFigures({ report: a, accesses: [] }, { report: b, accesses: [] })
  const figures = all.filter(figure => !ignoreTiming || figure.kind === 'behaviour')
  const some = (kind: 'behaviour' | 'timing'): 'different' | 'same' =>
    all.some(figure => figure.kind === kind) ? 'different' : 'same'
  const timing = a.trace.hash === b.trace.hash ? 'same' : 'different'
  const behaviour = some('behaviour')
  const side = (path: string, report: Report): Diff['a'] => ({
    path,
    sha256: report.guests.length === 1 ? report.guests[0]!.driver.sha256 : null,
    verdict: report.verdict,
  })
  return {
    schema: DIFF_SCHEMA,
    tool: { name: 'wasm-hba', version: names.version },
    result: behaviour === 'different' || (!ignoreTiming && timing === 'different') ? 'different' : 'same',
    ignored: ignoreTiming ? ['timing'] : [],
    a: side(names.a, a),
    b: side(names.b, b),
    seed: a.seed,
    costModel: a.costModel.preset,
    behaviour,
    timing: ignoreTiming ? 'same' : timing,
    compared: 'reports',
    events: { a: a.trace.events, b: b.trace.events },
    parting: null,
    timingParting: null,
    figures,
  }
}

/** Figures of two runs can be held against each other only when everything but the driver was the same. */
function checkConditions(a: Report, b: Report): void {
  const conditions = ({ seed, name, costModel, metering, guests, faults }: Report) => ({
    seed: String(seed),
    scenario: name ?? 'none',
    'cost model': JSON.stringify(costModel),
    'version of the metering': String(metering.version),
    adapters: guests.map(guest => guest.adapter.kind).join(', '),
    faults: faults.map(fault => fault.description).join('; '),
  })
  const [left, right] = [conditions(a), conditions(b)]
  for (const [what, value] of Object.entries(left) as [keyof typeof left, string][])
    if (right[what] !== value) throw new NotComparable(`${what} ${value} in a, ${right[what]} in b`)
}

export const jsonDiff = (diff: Diff): string => `${JSON.stringify(Diff.parse(diff), null, 2)}\n`
