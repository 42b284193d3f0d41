// Matchers of a driver's behaviour. Each says what was seen, not only that it was not so.
import { unknownWord } from '../../schemas/errors.ts'
import type { BudgetReport, Report, RuleReport } from '../../schemas/report.ts'
import { count, duration, hex } from '../report/format.ts'
import { plainStyle } from '../report/style.ts'
import { anatomy } from '../report/text-isr.ts'
import { ROUTINE_NAMES } from '../trace/events.ts'
import { OpenBench, SRB_STATUS_NAMES, type SrbResult, type SrbStatusName } from './open-bench.ts'
import type { Deed } from './record.ts'

export interface MatcherAnswer {
  pass: boolean
  message: () => string
  actual?: unknown
  expected?: unknown
}

export interface ViolationOptions {
  /** Warnings count, too. */
  strict?: boolean
  /** Rules that may be violated. */
  except?: readonly string[]
}

export interface SrbExpectation {
  /** SCSI status. */
  scsi?: number
  sense?: { key?: number; asc?: number; ascq?: number }
  /** Bytes moved. */
  transferred?: number
}

export interface DeedExpectation {
  /** How often; default: at least once. */
  times?: number
  /** In which routine, for example 'HwInterrupt'. */
  in?: string
}

export interface WriteExpectation extends DeedExpectation {
  value?: number
  /** Only these bits of the value are looked at. */
  mask?: number
}

const timesText = (n: number): string => `${count(n)} ${n === 1 ? 'time' : 'times'}`
const lines = (...parts: (string | readonly string[])[]): string => parts.flat().join('\n')
const indent = (text: readonly string[]): string[] => text.map(line => `    ${line}`)

/** @throws TypeError that says what the matcher is for */
function asBench(matcher: string, received: unknown): OpenBench {
  if (received instanceof OpenBench) return received
  throw new TypeError(`${matcher} is for what openBench() gives, found ${whatIs(received)}`)
}

const whatIs = (value: unknown): string => (value === null ? 'null' : Array.isArray(value) ? 'an array' : typeof value)

const isReport = (value: unknown): value is Report =>
  typeof value === 'object' && value !== null && (value as Report).schema === 'wasm-hba/report@1'

// --- budgets ---

/** @param limits for example 'isr.max=10us'; none: the budgets of the scenario */
export function toMeetBudget(received: unknown, ...limits: string[]): MatcherAnswer {
  const budgets = budgetsOf(received, limits)
  const failed = budgets.filter(budget => !budget.pass)
  const said = (budget: BudgetReport): string => {
    const actual = budget.actualNs === null ? 'nothing was measured' : duration(budget.actualNs)
    return `${budget.guest === undefined ? '' : `${budget.guest}: `}${budget.name} of ${duration(budget.limitNs)}: ${actual}`
  }
  return {
    pass: failed.length === 0,
    message: () =>
      failed.length === 0
        ? lines('expected a budget to be exceeded, all are kept:', indent(budgets.map(said)))
        : lines(
            'expected the driver to meet its budgets, exceeded:',
            indent(failed.map(said)),
            ...failed.flatMap(({ name, worst }) =>
              worst === undefined ? [] : ['', ...anatomy(`Anatomy of the call that broke ${name}`, worst, plainStyle)],
            ),
          ),
  }
}

function budgetsOf(received: unknown, limits: readonly string[]): BudgetReport[] {
  if (received instanceof OpenBench) return received.budgets(limits)
  if (!isReport(received))
    throw new TypeError(`toMeetBudget is for what openBench() gives, or for a report, found ${whatIs(received)}`)
  if (limits.length > 0)
    throw new TypeError(
      'a report has been judged by the budgets of its scenario: give limits to the bench, or to openBench({ budgets })',
    )
  if (received.budgets.length === 0) throw new TypeError('the scenario of this report has no budgets')
  return received.budgets
}

// --- rules ---

export function toHaveNoViolations(received: unknown, options: ViolationOptions = {}): MatcherAnswer {
  const rules = rulesOf(received)
  const { strict = false, except = [] } = options
  for (const id of except)
    if (!rules.some(rule => rule.id === id))
      throw new TypeError(
        unknownWord(
          'rule',
          id,
          rules.map(rule => rule.id),
        ),
      )
  const severities = strict ? 'FEW' : 'FE'
  const violated = rules.filter(
    rule => rule.status === 'violated' && severities.includes(rule.severity) && !except.includes(rule.id),
  )
  const exercised = rules.filter(rule => rule.status === 'held').length
  return {
    pass: violated.length === 0,
    message: () =>
      violated.length === 0
        ? `expected a rule to be violated, ${exercised} rules were exercised and held`
        : lines(
            `expected no rule to be violated, found ${violated.map(rule => rule.id).join(', ')}:`,
            ...violated.map(violation),
          ),
  }
}

function violation({ id, title, count: times, first }: RuleReport): string {
  const srb = first === undefined || first.srb === null ? '' : `, SRB #${first.srb}`
  return lines(
    '',
    `${id}, ${timesText(times)}: ${title}`,
    ...(first === undefined
      ? []
      : [
          `  ${first.message} (in ${first.entryPoint}, at ${duration(first.atNs)}${srb})`,
          ...indent(first.evidence ?? []),
        ]),
    `  Why, and what to do instead: hba rules ${id}`,
  )
}

function rulesOf(received: unknown): readonly RuleReport[] {
  if (received instanceof OpenBench) return received.rules
  if (isReport(received)) return received.rules
  throw new TypeError(`toHaveNoViolations is for what openBench() gives, or for a report, found ${whatIs(received)}`)
}

// --- requests ---

export function toHaveSrbStatus(
  received: unknown,
  status: SrbStatusName | 'LOST',
  expected: SrbExpectation = {},
): MatcherAnswer {
  const srb = received as SrbResult
  if (typeof srb !== 'object' || srb === null || typeof srb.srbStatus !== 'number' || !Array.isArray(srb.evidence))
    throw new TypeError(`toHaveSrbStatus is for what bench.send() gives, found ${whatIs(received)}`)
  if (!SRB_STATUS_NAMES.includes(status)) throw new TypeError(unknownWord('SRB status', status, SRB_STATUS_NAMES))
  const { scsi, sense, transferred } = expected
  const wrong = [
    srb.status === status ? '' : 'SRB status',
    scsi === undefined || srb.scsiStatus === scsi ? '' : 'SCSI status',
    transferred === undefined || srb.transferred === transferred ? '' : 'bytes moved',
    ...(['key', 'asc', 'ascq'] as const).map(part =>
      sense?.[part] === undefined || srb.sense?.[part] === sense[part] ? '' : `sense ${part.toUpperCase()}`,
    ),
  ].filter(word => word !== '')
  const end = `SRB_STATUS_${srb.status}, SCSI status ${byte(srb.scsiStatus)}, ${count(srb.transferred)} bytes, ${senseWords(srb.sense)}`
  const wanted = [
    `SRB_STATUS_${status}`,
    ...(scsi === undefined ? [] : [`SCSI status ${byte(scsi)}`]),
    ...(transferred === undefined ? [] : [`${count(transferred)} bytes`]),
    ...(sense === undefined ? [] : [senseWords(sense)]),
  ].join(', ')
  return {
    pass: wrong.length === 0,
    actual: srb.status,
    expected: status,
    message: () =>
      lines(
        `expected ${srb.name} ${wrong.length === 0 ? 'not ' : ''}to come back with ${wanted}`,
        `  it came back after ${duration(srb.doneNs - srb.queuedNs)} with ${end}${wrong.length === 0 ? '' : ` (${wrong.join(', ')})`}`,
        '  before that:',
        indent(srb.evidence),
      ),
  }
}

const byte = (value: number): string => `0x${value.toString(16).toUpperCase().padStart(2, '0')}`

const senseWords = (sense: SrbExpectation['sense'] | null): string => {
  if (sense === null || sense === undefined) return 'no sense data'
  const part = (value: number | undefined): string => (value === undefined ? 'any' : byte(value))
  return `sense ${part(sense.key)}/${part(sense.asc)}/${part(sense.ascq)}`
}

// --- registers and causes ---

export function toHaveWritten(
  received: unknown,
  register: string,
  expected: number | WriteExpectation = {},
): MatcherAnswer {
  const bench = asBench('toHaveWritten', received)
  if (!bench.registers.includes(register)) throw new TypeError(unknownWord('register', register, bench.registers))
  const wanted = typeof expected === 'number' ? { value: expected } : expected
  checkRoutine(wanted.in)
  const { value, mask = 0xffff_ffff } = wanted
  const writes = bench.deeds.filter(deed => deed.kind === 'write' && deed.register === register)
  const fits = (deed: Deed): boolean =>
    (value === undefined || ((deed.value ^ value) & mask) === 0) && inRoutine(deed, wanted)
  const bits = mask === 0xffff_ffff ? '' : ` in the bits ${hex(mask)}`
  const what = `written ${register}${value === undefined ? '' : ` with ${hex(value)}${bits}`}${where(wanted)}`
  return timesOf(bench, what, writes, writes.filter(fits), wanted, deed => hex(deed.value))
}

/** @param cause none: every cause that was raised */
export function toHaveAcknowledged(received: unknown, cause?: string, expected: DeedExpectation = {}): MatcherAnswer {
  const bench = asBench('toHaveAcknowledged', received)
  const { causes } = bench
  if (causes.size === 0)
    throw new TypeError('this adapter has no interrupt status register: there is nothing to be acknowledged')
  if (cause !== undefined && !causes.has(cause)) throw new TypeError(unknownWord('cause', cause, [...causes.keys()]))
  checkRoutine(expected.in)
  const words = (deed: Deed): string =>
    `${deed.kind} ${[...causes].flatMap(([name, bit]) => ((deed.value & bit) === 0 ? [] : [name])).join(', ') || hex(deed.value)}`
  const about = cause === undefined ? 0xffff_ffff : causes.get(cause)!
  const deeds = bench.deeds.filter(
    deed => (deed.kind === 'raised' || deed.kind === 'cleared') && (deed.value & about) !== 0,
  )
  const acknowledged = deeds.filter(deed => deed.kind === 'cleared' && deed.routine !== '' && inRoutine(deed, expected))
  if (cause !== undefined) {
    const what = `acknowledged ${cause}${where(expected)}`
    return timesOf(bench, what, deeds, acknowledged, expected, words)
  }
  let pending = 0
  for (const deed of deeds) pending = deed.kind === 'raised' ? pending | deed.value : pending & ~deed.value
  const left = [...causes].filter(([, bit]) => (pending & bit) !== 0).map(([name]) => name)
  return {
    pass: left.length === 0 && acknowledged.length > 0,
    message: () =>
      lines(
        left.length > 0
          ? `expected the driver to have acknowledged every cause, pending still: ${left.join(', ')}`
          : acknowledged.length === 0
            ? 'expected the driver to have acknowledged every cause, none was raised and acknowledged'
            : 'expected the driver not to have acknowledged every cause, it did',
        seen(bench, deeds, words),
      ),
  }
}

const inRoutine = (deed: Deed, { in: routine }: DeedExpectation): boolean =>
  routine === undefined || deed.routine === routine

function checkRoutine(routine: string | undefined): void {
  if (routine !== undefined && !(ROUTINE_NAMES as readonly string[]).includes(routine))
    throw new TypeError(unknownWord('routine', routine, ROUTINE_NAMES))
}

const where = ({ in: routine }: DeedExpectation): string => (routine === undefined ? '' : ` in ${routine}`)

function timesOf(
  bench: OpenBench,
  what: string,
  all: readonly Deed[],
  fitting: readonly Deed[],
  { times }: DeedExpectation,
  words: (deed: Deed) => string,
): MatcherAnswer {
  const pass = times === undefined ? fitting.length > 0 : fitting.length === times
  const wanted = times === undefined ? '' : ` ${timesText(times)}`
  return {
    pass,
    actual: fitting.length,
    ...(times === undefined ? {} : { expected: times }),
    message: () =>
      lines(
        `expected the driver ${pass ? 'not ' : ''}to have ${what}${wanted}, it did so ${fitting.length === 0 ? 'never' : timesText(fitting.length)}`,
        seen(bench, all, words),
      ),
  }
}

/** The last deeds that the matcher looked at, and the last things that happened at all. */
function seen(bench: OpenBench, deeds: readonly Deed[], words: (deed: Deed) => string): string[] {
  const shown = deeds.slice(-12)
  const line = (deed: Deed): string =>
    `${duration(bench.nowNs - deed.atNs)} ago${deed.routine === '' ? '' : `, ${deed.routine} #${deed.call}`}: ${words(deed)}`
  return [
    ...(shown.length === 0
      ? ['  nothing of the kind was seen']
      : [`  seen${deeds.length > shown.length ? `, the last ${shown.length} of ${count(deeds.length)}` : ''}:`]),
    ...indent(shown.map(line)),
    ...(bench.deedsOmitted > 0 ? [`  ${count(bench.deedsOmitted)} older accesses and causes are not kept`] : []),
    '  the driver did last:',
    ...indent(bench.history()),
  ]
}
