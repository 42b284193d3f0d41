// Interrupt latency for a terminal: the table per driver, the bucket table, the worst call taken apart, host figures.
import type {
  Access,
  BudgetReport,
  GuestReport,
  Invocation,
  IsrReport,
  Percentiles,
  Report,
} from '../../schemas/report.ts'
import { bar, type Column, count, duration, hex, percent, table } from './format.ts'
import type { Style } from './style.ts'

/** Accesses of an invocation shown at its beginning and at its end; the report has more. */
const FIRST_ACCESSES = 20
const LAST_ACCESSES = 4
const BAR_WIDTH = 40

const ABSENT = '–'

export const verdictOf = (budget: { pass: boolean; actualNs: number | null } | undefined, style: Style): string =>
  budget === undefined
    ? ''
    : budget.pass
      ? style('good', 'pass')
      : style('bad', budget.actualNs === null ? 'no data' : 'FAIL')

const figures = (percentiles: Percentiles | null): string[] =>
  percentiles === null
    ? [ABSENT, ABSENT, ABSENT, ABSENT, ABSENT]
    : [percentiles.p50, percentiles.p90, percentiles.p99, percentiles.p999, percentiles.max].map(duration)

const PERCENTILE_COLUMNS: readonly Column[] = ['p50', 'p90', 'p99', 'p99.9', 'max'].map(title => ({
  title,
  right: true,
}))

/** The budgets of one quantity: `isr` has isr.p50 … isr.max, but not isr.unclaimed.max. */
const ofQuantity = (budgets: readonly BudgetReport[], quantity: string): BudgetReport[] =>
  budgets.filter(b => b.name.slice(0, b.name.lastIndexOf('.')) === quantity)

/** The one that speaks for the others in a table: the first that fails, else the one for the maximum. */
const leading = (budgets: readonly BudgetReport[]): BudgetReport | undefined =>
  budgets.find(b => !b.pass) ?? budgets.find(b => b.name.endsWith('.max')) ?? budgets[0]

export function isrTable(report: Report, style: Style): string[] {
  const row = (name: string, calls: number | undefined, percentiles: Percentiles | null, budget?: BudgetReport) => [
    name,
    calls === undefined ? '' : count(calls),
    ...figures(percentiles),
    budget === undefined ? '' : duration(budget.limitNs),
    verdictOf(budget, style),
  ]
  const rows = report.guests.flatMap(({ name, isr, budgets }) => [
    row(`${name} claimed`, isr.claimed, isr.virtualNs, leading(ofQuantity(budgets, 'isr'))),
    row('  unclaimed', isr.unclaimed, isr.unclaimedNs, leading(ofQuantity(budgets, 'isr.unclaimed'))),
    ...(isr.raiseToEnterNs === null ? [] : [row('  raise → enter', undefined, isr.raiseToEnterNs)]),
  ])
  const columns: Column[] = [
    { title: 'HwInterrupt' },
    { title: 'count', right: true },
    ...PERCENTILE_COLUMNS,
    { title: 'budget', right: true },
    { title: 'verdict' },
  ]
  return [style('strong', 'ISR, virtual time'), ...table(columns, rows), ...isrTotals(report)]
}

function isrTotals({ guests }: Report): string[] {
  return guests
    .filter(({ isr }) => isr.count > 0)
    .map(({ name, isr }) => {
      const each = (value: number) => (value / isr.count).toFixed(1)
      const stalls = isr.stalls === 0 ? 'no stalls' : `${count(isr.stalls)} stalls, ${duration(isr.stallUs * 1000)}`
      return `  ${name}: ${each(isr.reads)} reads, ${each(isr.writes)} writes, ${each(isr.instructions)} instructions a call; ${stalls}`
    })
}

export function budgetTable({ guests }: Report, style: Style): string[] {
  const rows = guests.flatMap(({ name, budgets }) =>
    budgets.map(budget => [
      name,
      budget.name,
      duration(budget.limitNs),
      budget.actualNs === null ? ABSENT : duration(budget.actualNs),
      budget.pass && budget.actualNs === null ? 'none ran' : verdictOf(budget, style),
    ]),
  )
  if (rows.length === 0) return []
  const columns = [
    { title: 'driver' },
    { title: 'budget' },
    { title: 'limit', right: true },
    { title: 'actual', right: true },
    { title: 'verdict' },
  ]
  return [style('strong', 'Budgets'), ...table(columns, rows)]
}

const ROUTINES_ASIDE = new Set(['HwInterrupt'])

export function routineTable({ guests }: Report, style: Style): string[] {
  const rows = guests.flatMap(({ name, routines }) =>
    routines
      .filter(routine => !ROUTINES_ASIDE.has(routine.name))
      .map(routine => [name, routine.name, count(routine.count), ...figures(routine.virtualNs)]),
  )
  if (rows.length === 0) return []
  const columns = [{ title: 'driver' }, { title: 'routine' }, { title: 'count', right: true }, ...PERCENTILE_COLUMNS]
  return [style('strong', 'Other routines, virtual time'), ...table(columns, rows)]
}

/** The rows of Windows' own report. Empty rows below the first and above the last that counts are left out. */
export function bucketTable(isr: IsrReport, style: Style): string[] {
  if (isr.count === 0) return []
  const { buckets } = isr
  const last = buckets.findLastIndex(bucket => bucket.count > 0)
  const largest = Math.max(...buckets.map(bucket => bucket.count))
  const rows = buckets.slice(0, last + 1).map(({ uptoUs, count: calls }, i) => {
    const low = i === 0 ? 0 : buckets[i - 1]!.uptoUs!
    const range = uptoUs === null ? `over ${low} µs` : `${low} – ${uptoUs} µs`
    return [range, count(calls), percent(calls, isr.count), bar(calls, largest, BAR_WIDTH)]
  })
  const columns = [
    { title: 'duration', right: true },
    { title: 'calls', right: true },
    { title: 'percent', right: true },
    { title: '' },
  ]
  return [style('strong', 'Distribution of all ISR execution times'), ...table(columns, rows)]
}

/** One call taken apart: what it was, its phases with bars, its accesses by name and value. */
export function anatomy(title: string, worst: Invocation, style: Style): string[] {
  const kind = worst.claimed === null ? '' : worst.claimed ? ', claimed' : ', not claimed'
  const srb = worst.srb === null ? '' : `, SRB #${worst.srb}`
  const ended = worst.unfinished ? `stopped after ${duration(worst.durationNs)}` : duration(worst.durationNs)
  const longest = Math.max(...worst.phases.map(phase => phase.ns))
  const phases = worst.phases.map(phase => [phase.name, duration(phase.ns), bar(phase.ns, longest, BAR_WIDTH)])
  const [, ...phaseLines] = table([{ title: '' }, { title: '', right: true }, { title: '' }], phases)
  const stall = worst.stallUs === 0 ? 'no stall' : `${duration(worst.stallUs * 1000)} of stalls`
  return [
    style('strong', title),
    `  ${worst.routine} of ${worst.guest}, call ${worst.number}${srb}, at ${duration(worst.atNs)}${kind}: ${style('strong', ended)}`,
    `  ${plural(worst.instructions, 'instruction')}, ${plural(worst.reads, 'read')}, ${plural(worst.writes, 'write')}, ${stall}`,
    ...(worst.waitedFor === undefined ? [] : [`  waited for ${worst.waitedFor}`]),
    ...phaseLines,
    ...accessLines(worst, style),
  ]
}

const plural = (n: number, word: string): string => `${count(n)} ${word}${n === 1 ? '' : 's'}`

function accessLines({ accesses, accessesOmitted, atNs }: Invocation, style: Style): string[] {
  if (accesses.length === 0) return []
  const fits = accesses.length <= FIRST_ACCESSES + LAST_ACCESSES
  const shown = fits ? accesses : [...accesses.slice(0, FIRST_ACCESSES), ...accesses.slice(-LAST_ACCESSES)]
  const columns = [
    { title: '#', right: true },
    { title: 'at', right: true },
    { title: 'took', right: true },
    { title: 'access' },
    { title: 'name' },
    { title: 'value', right: true },
  ]
  const lines = table(
    columns,
    shown.map(access => [
      access.ordinal === 0 ? '' : String(access.ordinal),
      `+${duration(access.atNs - atNs)}`,
      duration(access.ns),
      access.kind,
      access.name,
      shownValue(access),
    ]),
  )
  if (!fits) {
    const hidden = accesses.length - FIRST_ACCESSES - LAST_ACCESSES
    lines.splice(1 + FIRST_ACCESSES, 0, style('dim', `  … ${count(hidden)} more …`))
  }
  if (accessesOmitted > 0) lines.push(style('dim', `  … and ${count(accessesOmitted)} more, not recorded`))
  return lines
}

function shownValue({ kind, value }: Access): string {
  if (value === null) return ''
  if (kind === 'stall') return `${count(value)} µs`
  return kind === 'notify' ? `SRB #${value}` : hex(value)
}

/** Of failed budgets, the calls that are not the worst ISR anyway. */
export function brokenBudgets({ guests, isr }: Report, style: Style): string[][] {
  const shown = new Set(isr.worst === null ? [] : [key(isr.worst)])
  const failed = guests.flatMap(guest => guest.budgets.filter(b => !b.pass).map(budget => ({ guest, budget })))
  return failed.flatMap(({ guest, budget }) => {
    const { worst } = budget
    if (worst === undefined || shown.has(key(worst))) return []
    shown.add(key(worst))
    return [anatomy(`Worst call for ${budget.name} of ${guest.name}`, worst, style)]
  })
}

const key = (worst: Invocation): string => `${worst.guest} ${worst.routine} ${worst.number}`

/** The sentence that says why a budget failed. */
export const brokenBudget = (guest: GuestReport, budget: BudgetReport): string => {
  if (budget.actualNs === null) return `${budget.name} of ${guest.name}: no data, nothing was measured`
  const { worst } = budget
  const by = worst === undefined ? '' : `; worst: ${worst.routine} call ${worst.number} at ${duration(worst.atNs)}`
  return `${budget.name} of ${guest.name}: ${duration(budget.actualNs)}, limit ${duration(budget.limitNs)}${by}`
}

export function hostTable({ guests, isr }: Report, style: Style): string[] {
  const rows = guests.flatMap(({ name, isr: { hostNs } }) =>
    hostNs === null ? [] : [[name, ...[hostNs.p50, hostNs.p90, hostNs.p99, hostNs.p999, hostNs.max].map(duration)]],
  )
  if (rows.length === 0) return []
  const floor = isr.noiseFloorNs
  if (floor !== null)
    rows.push(['noise floor (null ISR)', duration(floor.p50), '', duration(floor.p99), '', duration(floor.max)])
  const overhead = isr.hostNs === null ? '' : `; timer overhead ${duration(isr.hostNs.timerOverheadNs)}, subtracted`
  return [
    `${style('strong', 'ISR, host time')}${style('dim', ` (information, no verdict${overhead})`)}`,
    ...table([{ title: 'HwInterrupt' }, ...PERCENTILE_COLUMNS], rows),
  ]
}
