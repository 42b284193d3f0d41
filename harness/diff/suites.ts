// Two reports of suites, or of campaigns: case by case, what became of each and which figures changed.
import type { Report } from '../../schemas/report.ts'
import type { Suite } from '../../schemas/suite.ts'
import { type CaseDiff, type CaseState, SUITE_DIFF_SCHEMA, SuiteDiff } from '../../schemas/suite-diff.ts'
import { type DiffNames, diffReports, NotComparable } from './diff.ts'

/** A case of one side. */
interface Side {
  state: CaseState
  report: Report | undefined
  /** Why it does not pass. */
  reason: string | undefined
}

const MISSING: Side = { state: 'missing', report: undefined, reason: undefined }

/** @throws NotComparable */
export function diffSuites(a: Suite, b: Suite, names: DiffNames, ignoreTiming: boolean): SuiteDiff {
  checkConditions(a, b)
  const [left, right] = [sidesOf(a), sidesOf(b)]
  const all = [...new Set([...left.keys(), ...right.keys()])]
  if (all.length > 0 && ![...left.keys()].some(name => right.has(name)))
    throw new NotComparable(`they have no case in common, a has ${some(left)}, b has ${some(right)}`)
  const different = all.flatMap(name => {
    const found = caseDiff(name, left.get(name) ?? MISSING, right.get(name) ?? MISSING, names, ignoreTiming)
    return found === undefined ? [] : [found]
  })
  const side = (path: string, { driver, verdict }: Suite, sides: ReadonlyMap<string, Side>): SuiteDiff['a'] => ({
    path,
    sha256: driver?.sha256 ?? null,
    verdict,
    cases: sides.size,
  })
  const rules = ruleChanges(a, b)
  return {
    schema: SUITE_DIFF_SCHEMA,
    tool: { name: 'wasm-hba', version: names.version },
    result: different.length > 0 || rules.length > 0 ? 'different' : 'same',
    ignored: ignoreTiming ? ['timing'] : [],
    a: side(names.a, a, left),
    b: side(names.b, b, right),
    cases: all.length,
    rules,
    different,
  }
}

/** In the order of the report. */
function sidesOf({ reports, broken = [], notRun = [] }: Suite): Map<string, Side> {
  return new Map<string, Side>([
    ...reports.map(({ name, report }): [string, Side] => [
      name,
      { state: report.verdict, report, reason: report.reasons[0] },
    ]),
    ...broken.map(({ name, message }): [string, Side] => [
      name,
      { state: 'broken', report: undefined, reason: message.split('\n')[0] },
    ]),
    ...notRun.map((name): [string, Side] => [name, { state: 'not-run', report: undefined, reason: undefined }]),
  ])
}

/** @returns undefined: there is no difference that counts */
function caseDiff(name: string, a: Side, b: Side, names: DiffNames, ignoreTiming: boolean): CaseDiff | undefined {
  const base = { name, a: a.state, b: b.state, reason: reasonOf(a, b) }
  if (a.report === undefined || b.report === undefined) {
    if (a.state === b.state) return undefined
    return { ...base, incomparable: null, behaviour: 'different', timing: 'same', figures: [] }
  }
  try {
    const { result, behaviour, timing, figures } = diffReports(a.report, b.report, names, ignoreTiming)
    // What is expected of one and the same run may have changed.
    const judged = !ignoreTiming && a.state !== b.state
    if (result === 'same' && !judged) return undefined
    return { ...base, incomparable: null, behaviour: behaviour === 'same' ? 'same' : 'different', timing, figures }
  } catch (error) {
    if (!(error instanceof NotComparable)) throw error
    return { ...base, incomparable: error.difference, behaviour: 'different', timing: 'different', figures: [] }
  }
}

function reasonOf(a: Side, b: Side): CaseDiff['reason'] {
  if ((a.state === 'pass') === (b.state === 'pass')) return null
  const [side, { reason }] = a.state === 'pass' ? (['b', b] as const) : (['a', a] as const)
  return reason === undefined ? null : { side, message: reason }
}

function ruleChanges({ rules: a = [] }: Suite, { rules: b = [] }: Suite): SuiteDiff['rules'] {
  const status = (of: typeof a, id: string) => of.find(rule => rule.id === id)?.status ?? null
  return [...new Set([...a, ...b].map(({ id }) => id))]
    .map(id => ({ id, a: status(a, id), b: status(b, id) }))
    .filter(rule => rule.a !== rule.b)
}

/** Two suites of different kinds or parts have nothing to say of each other. */
function checkConditions(a: Suite, b: Suite): void {
  const conditions = ({ driver, seed, shard, reports: [first] }: Suite) => ({
    kind: driver === undefined ? "of 'hba test'" : "of 'hba verify'",
    adapter: driver?.adapter ?? '',
    seed: seed === undefined ? '' : String(seed),
    shard: shard === undefined ? 'none' : `${shard.index}/${shard.of}`,
    'version of the metering': first === undefined ? undefined : String(first.report.metering.version),
  })
  const [left, right] = [conditions(a), conditions(b)]
  for (const [what, value] of Object.entries(left) as [keyof typeof left, string | undefined][])
    if (value !== undefined && right[what] !== undefined && right[what] !== value)
      throw new NotComparable(`${what} ${value} in a, ${right[what]} in b`)
}

const SHOWN = 3

const some = (sides: ReadonlyMap<string, Side>): string => {
  const [first = 'none', ...more] = [...sides.keys()]
  return `'${[first, ...more.slice(0, SHOWN - 1)].join("', '")}'${more.length < SHOWN ? '' : ', …'}`
}

export const jsonSuiteDiff = (diff: SuiteDiff): string => `${JSON.stringify(SuiteDiff.parse(diff), null, 2)}\n`
