// A measurement against its baseline. Virtual figures are exact, so that every difference is one; host figures say only whether the rounds of
// one lie above all rounds of the other.
import type { Baseline, BaselineCell, EntryFigures, MeasuredCall, Spread } from '../../schemas/baseline.ts'
import { type AccessChange, accessDiff } from './access-diff.ts'
import { wayOf } from './entry-calls.ts'

/** How much longer something may take: so many ns, or so much of what it took. */
export type Tolerance = { ns: number } | { part: number }

export const EXACT: Tolerance = { ns: 0 }

export type ChangeVerdict = 'worse' | 'better' | 'changed'

export interface FigureChange {
  cell: string
  /** undefined: of the cell as a whole. */
  entry: string | undefined
  figure: string
  unit: 'ns' | 'count'
  before: number
  after: number
  /** 'changed': shown, judged by nothing; or longer within the tolerance. */
  verdict: ChangeVerdict
}

/** What the typical or the longest call of an entry point does otherwise. */
export interface CallChange {
  cell: string
  entry: string
  which: 'typical' | 'worst'
  ns: number
  instructions: number
  reads: number
  writes: number
  accesses: AccessChange[]
  /** The lists are too long to be whole. */
  cut: boolean
}

/** A way through an entry point that no call of the baseline went, against the nearest that one did. */
export interface WayChange {
  cell: string
  entry: string
  accesses: AccessChange[]
}

export interface HostChange {
  cell: string
  entry: string
  before: Spread
  after: Spread
  /** Of the medians of the rounds' p50: now divided by before. */
  ratio: number
  low: number
  high: number
  verdict: 'slower' | 'faster' | 'no difference'
  /** Slower beyond the tolerance that was given. */
  failed: boolean
}

export interface Comparison {
  figures: FigureChange[]
  calls: CallChange[]
  /** Beside the typical and the longest call; what is new in one of them is not said again. */
  ways: WayChange[]
  host: HostChange[]
  /** Why host figures were not compared; undefined: they were. */
  hostReason: string | undefined
  /** That each ratio lies between its bounds. */
  hostConfidence: number
  sameDriver: boolean
  worse: number
  better: number
  changed: number
  failed: boolean
}

const exactPs = (ns: number): number => Math.round(ns * 1000)

const PERCENTILES = [
  ['p50', 'p50'],
  ['p90', 'p90'],
  ['p99', 'p99'],
  ['p999', 'p99.9'],
  ['max', 'max'],
] as const

const TOTALS = [
  ['calls', 'calls'],
  ['instructions', 'instructions of all calls'],
  ['reads', 'register reads of all calls'],
  ['writes', 'register writes of all calls'],
] as const

/** The median of n rounds lies between the lowest and the highest with this probability, whatever their distribution. */
export const confidenceOf = (rounds: number): number => (rounds < 1 ? 0 : 1 - 2 ** (1 - rounds))

/** Rounds of each side: with fewer the confidence in the bounds of a ratio would be below a half, with one there is none. */
export const FEWEST_ROUNDS = 3

/** @param hostTolerance part by which host figures may be slower; undefined: they never fail */
export function compare(
  before: Baseline,
  after: Baseline,
  tolerance: Tolerance = EXACT,
  hostTolerance?: number,
): Comparison {
  const figures: FigureChange[] = []
  const calls: CallChange[] = []
  const ways: WayChange[] = []
  const judge = (was: number, is: number): ChangeVerdict => {
    const more = exactPs(is) - exactPs(was)
    if (more < 0) return 'better'
    const allowed = 'ns' in tolerance ? exactPs(tolerance.ns) : exactPs(was) * tolerance.part
    return more > allowed ? 'worse' : 'changed'
  }
  const note = (figure: Omit<FigureChange, 'verdict'>, verdict?: ChangeVerdict): void => {
    const { unit, before: was, after: is } = figure
    if (unit === 'ns' ? exactPs(was) === exactPs(is) : was === is) return
    figures.push({ ...figure, verdict: verdict ?? (unit === 'ns' ? judge(was, is) : 'changed') })
  }
  for (const [was, is] of pairs(before.cells, after.cells)) {
    const cell = (is ?? was)!.name
    if (was === undefined || is === undefined) {
      const there = { before: was === undefined ? 0 : 1, after: is === undefined ? 0 : 1 }
      note(
        { cell, entry: undefined, figure: 'cells', unit: 'count', ...there },
        was === undefined ? 'changed' : 'worse',
      )
      continue
    }
    const whole = { cell, entry: undefined }
    // With time-outs and resets in it the whole is mostly waiting: a faster driver may wait longer for the next tick.
    const waits = is.kind === 'load' ? undefined : 'changed'
    note({ ...whole, figure: 'virtual time', unit: 'ns', before: was.durationNs, after: is.durationNs }, waits)
    note({ ...whole, figure: 'time in the driver', unit: 'ns', before: was.driverNs, after: is.driverNs })
    note({ ...whole, figure: 'requests', unit: 'count', before: was.ios, after: is.ios })
    for (const [entryWas, entryIs] of pairs(was.entries, is.entries)) {
      const entry = (entryIs ?? entryWas)!.name
      if (entryWas === undefined || entryIs === undefined) {
        const [callsWas, callsIs] = [entryWas?.calls ?? 0, entryIs?.calls ?? 0]
        // New work is work: nobody finds out from the other figures alone.
        const verdict = entryWas === undefined ? 'worse' : 'changed'
        note({ cell, entry, figure: 'calls', unit: 'count', before: callsWas, after: callsIs }, verdict)
        continue
      }
      for (const [key, figure] of PERCENTILES)
        note({ cell, entry, figure, unit: 'ns', before: entryWas.virtualNs[key], after: entryIs.virtualNs[key] })
      for (const [key, figure] of TOTALS)
        note({ cell, entry, figure, unit: 'count', before: entryWas[key], after: entryIs[key] })
      const changes = callChanges(cell, entryWas, entryIs)
      calls.push(...changes)
      ways.push(...wayChanges(cell, entryWas, entryIs, changes))
    }
  }
  const { hostReason, host } = compareHost(before, after, hostTolerance)
  const count = (verdict: ChangeVerdict) => figures.filter(f => f.verdict === verdict).length
  const worse = count('worse')
  return {
    figures,
    calls,
    ways,
    host,
    hostReason,
    hostConfidence: 1 - (1 - confidenceOf(before.host?.rounds ?? 0)) - (1 - confidenceOf(after.host?.rounds ?? 0)),
    sameDriver: before.driver.sha256 === after.driver.sha256,
    worse,
    better: count('better'),
    changed: count('changed'),
    failed: worse > 0 || host.some(h => h.failed),
  }
}

/** By name: those of `before` in its order, then what is new. */
function pairs<T extends { name: string }>(
  before: readonly T[],
  after: readonly T[],
): [T | undefined, T | undefined][] {
  return [
    ...before.map((was): [T, T | undefined] => [was, after.find(is => is.name === was.name)]),
    ...after.filter(is => !before.some(was => was.name === is.name)).map((is): [undefined, T] => [undefined, is]),
  ]
}

function callChanges(cell: string, before: EntryFigures, after: EntryFigures): CallChange[] {
  const found: CallChange[] = []
  for (const which of ['typical', 'worst'] as const) {
    const was = before[which]
    const is = after[which]
    const change: CallChange = {
      cell,
      entry: after.name,
      which,
      ns: (exactPs(is.durationNs) - exactPs(was.durationNs)) / 1000,
      instructions: is.instructions - was.instructions,
      reads: is.reads - was.reads,
      writes: is.writes - was.writes,
      accesses: accessDiff(was.accesses, is.accesses),
      cut: was.accessesOmitted + is.accessesOmitted > 0,
    }
    if (!isNothing(change) && !same(before.typical, after.typical, before.worst, after.worst, which)) found.push(change)
  }
  return found
}

/** The same accesses more and less, wherever they stand. */
const gist = (changes: readonly AccessChange[]): string =>
  changes.map(({ kind, access }) => `${kind} ${access}`).join('\n')

function wayChanges(
  cell: string,
  before: EntryFigures,
  after: EntryFigures,
  said: readonly { accesses: readonly AccessChange[] }[],
): WayChange[] {
  const waysOf = ({ typical, worst, otherWays }: EntryFigures) => [typical.accesses, worst.accesses, ...otherWays]
  const known = waysOf(before)
  const ways = new Set(known.map(wayOf))
  const gists = new Set(said.map(({ accesses }) => gist(accesses)))
  const found: WayChange[] = []
  for (const way of after.otherWays) {
    if (ways.has(wayOf(way))) continue
    const accesses = known.map(other => accessDiff(other, way)).reduce((a, b) => (b.length < a.length ? b : a))
    if (gists.has(gist(accesses))) continue
    gists.add(gist(accesses))
    found.push({ cell, entry: after.name, accesses })
  }
  return found
}

const isNothing = ({ ns, instructions, accesses }: CallChange): boolean =>
  ns === 0 && instructions === 0 && accesses.length === 0

/** The longest call is the typical one, before and now: it was shown already. */
const same = (
  typicalWas: MeasuredCall,
  typicalIs: MeasuredCall,
  worstWas: MeasuredCall,
  worstIs: MeasuredCall,
  which: 'typical' | 'worst',
): boolean =>
  which === 'worst' && typicalWas.durationNs === worstWas.durationNs && typicalIs.durationNs === worstIs.durationNs

function compareHost(
  before: Baseline,
  after: Baseline,
  tolerance: number | undefined,
): { host: HostChange[]; hostReason: string | undefined } {
  if (before.host === null) return { host: [], hostReason: 'the baseline has none' }
  if (after.host === null) return { host: [], hostReason: 'none were measured' }
  if (before.host.machine !== after.host.machine)
    return { host: [], hostReason: `those of the baseline are of another machine (${before.host.machine})` }
  const rounds = [before.host.rounds, after.host.rounds]
  if (Math.min(...rounds) < FEWEST_ROUNDS)
    return {
      host: [],
      hostReason: `${rounds[0]} rounds there and ${rounds[1]} here cannot be told from noise: ${FEWEST_ROUNDS} of each is the least`,
    }
  const host = after.cells.flatMap(is =>
    hostOf(
      before.cells.find(was => was.name === is.name),
      is,
      tolerance,
    ),
  )
  return { host, hostReason: undefined }
}

function hostOf(was: BaselineCell | undefined, is: BaselineCell, tolerance: number | undefined): HostChange[] {
  return is.entries.flatMap(({ name, hostNs }) => {
    const earlier = was?.entries.find(entry => entry.name === name)?.hostNs
    if (hostNs === undefined || earlier === undefined) return []
    // Below the timer's steps a ratio says nothing.
    if (earlier.p50.low <= 0 || hostNs.p50.low <= 0) return []
    const [b, a] = [earlier.p50, hostNs.p50]
    return [
      {
        cell: is.name,
        entry: name,
        before: b,
        after: a,
        ratio: a.median / b.median,
        low: a.low / b.high,
        high: a.high / b.low,
        verdict: a.low > b.high ? 'slower' : a.high < b.low ? 'faster' : 'no difference',
        failed: tolerance !== undefined && a.low > b.high * (1 + tolerance),
      } satisfies HostChange,
    ]
  })
}
