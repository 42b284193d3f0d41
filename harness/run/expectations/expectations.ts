// Judges what a scenario expects of its run, and makes the verdict of it: what is expected passes, whatever it is.
import type { Expectations, ExpectedAmount, ExpectedLatency } from '../../../schemas/expectations.ts'
import type { ExpectationReport, Report } from '../../../schemas/report.ts'
import type { Scenario } from '../../../schemas/scenario.ts'
import { Distribution, RANK } from '../../latency/distribution.ts'
import type { LatencyReader } from '../../latency/reader.ts'
import { count, duration } from '../../report/format.ts'
import { ruleReason } from '../../report/reasons.ts'
import { ROUTINE_NAMES } from '../../trace/events.ts'
import type { Machine } from '../machine.ts'
import { AccessCount, Calls, guestsOf, OrderCheck } from './accesses.ts'
import { SrbReader } from './srbs.ts'

function amountWords({ min, max }: ExpectedAmount): string {
  if (max === undefined) return `at least ${count(min)}`
  if (min === max) return count(min)
  return min === 0 ? `at most ${count(max)}` : `${count(min)} to ${count(max)}`
}

const IO_WORDS: Readonly<Record<keyof Expectations['io'], string>> = {
  submitted: 'I/Os submitted',
  completed: 'I/Os completed',
  failed: 'I/Os failed',
  bytes: 'bytes moved',
  verifiedBytes: 'bytes read back and right',
  miscompares: 'blocks that differ from what was written',
  reads: 'reads',
  writes: 'writes',
  writtenBytes: 'bytes written',
  unverifiedBytes: 'bytes written and never read back',
  expectedErrors: 'I/Os that failed as a fault or medium error explains',
}

const ISR_WORDS: Readonly<Record<keyof Expectations['isr'], string>> = {
  count: 'calls of HwInterrupt',
  claimed: 'calls of HwInterrupt that returned TRUE',
  unclaimed: 'calls of HwInterrupt that returned FALSE',
  reads: 'register reads in HwInterrupt',
  writes: 'register writes in HwInterrupt',
  instructions: 'instructions in HwInterrupt',
  stalls: 'stalls in HwInterrupt',
}

const timesWords = (amount: ExpectedAmount): string =>
  `${amountWords(amount)} time${(amount.max ?? amount.min) === 1 ? '' : 's'}`

const within = (value: number, { min, max }: ExpectedAmount): boolean =>
  value >= min && value <= (max ?? Number.POSITIVE_INFINITY)

/** Listens for what is expected of a run. */
export class ExpectationReader {
  readonly #expect: Expectations
  readonly #scenario: Scenario
  readonly #machine: Machine
  readonly #srbs: SrbReader | undefined
  readonly #registers: readonly AccessCount[]
  readonly #order: readonly OrderCheck[]

  /** Before anything boots. @throws MachineError for adapters and registers that are not there */
  constructor(machine: Machine, expect: Expectations) {
    this.#machine = machine
    this.#expect = expect
    this.#scenario = machine.scenario
    const { srbs, registers, order, latencies } = expect
    for (const [n, { adapter }] of latencies.entries()) guestsOf(machine, adapter, `expect.latencies[${n}]`)
    this.#srbs = srbs.length > 0 || latencies.some(l => l.of === 'srb') ? new SrbReader(machine, srbs) : undefined
    // Accesses ask for the running routine: whoever keeps it hears of an entry first.
    const calls = registers.length + order.length > 0 ? new Calls(machine) : undefined
    this.#registers = registers.map((one, n) => new AccessCount(machine, one, `expect.registers[${n}]`, calls!))
    this.#order = order.map((one, n) => new OrderCheck(machine, one, `expect.order[${n}]`, calls!))
  }

  /** @param report of the run without expectations */
  judge(report: Report, latency: LatencyReader): ExpectationReport[] {
    const { rules, io, isr, registers, order, latencies, findings, faults, hash } = this.#expect
    const rows: ExpectationReport[] = []
    const amount = (path: string, what: string, value: number, expected: ExpectedAmount, evidence = ''): void => {
      rows.push({
        path: `expect.${path}`,
        expected: `${amountWords(expected)} ${what}`,
        found: `${count(value)}${evidence === '' ? '' : ` (${evidence})`}`,
        pass: within(value, expected),
      })
    }
    for (const [id, status] of Object.entries(rules)) {
      const rule = report.rules.find(r => r.id === id)
      const found = rule?.status ?? 'not checked'
      rows.push({ path: `expect.rules.${id}`, expected: `${id} ${status}`, found, pass: found === status })
    }
    for (const [name, expected] of Object.entries(io))
      amount(`io.${name}`, IO_WORDS[name as keyof typeof io], report.io[name as keyof typeof io], expected)
    for (const [name, expected] of Object.entries(isr))
      amount(`isr.${name}`, ISR_WORDS[name as keyof typeof isr], report.isr[name as keyof typeof isr], expected)
    for (const [n, { words, count: value }] of (this.#srbs?.counts ?? []).entries())
      amount(`srbs[${n}]`, words, value, this.#expect.srbs[n]!.count)
    for (const [n, { words, count: value, evidence }] of this.#registers.entries())
      amount(`registers[${n}]`, words, value, registers[n]!.count, evidence)
    for (const [n, { words, complete, broken }] of this.#order.entries()) {
      const expected = order[n]!.count
      rows.push({
        path: `expect.order[${n}]`,
        expected: `${words}, all of it ${timesWords(expected)}`,
        found: broken === '' ? timesWords({ min: complete, max: complete }) : broken,
        pass: broken === '' && within(complete, expected),
      })
    }
    for (const [n, expected] of latencies.entries()) rows.push(this.#latency(n, expected, latency))
    for (const [n, { text, severity, count: expected }] of findings.entries()) {
      const matching = report.findings.filter(
        f => f.message.includes(text) && (severity === undefined || f.severity === severity),
      )
      amount(
        `findings[${n}]`,
        `findings${severity === undefined ? '' : ` (${severity})`}: '${text}'`,
        matching.length,
        expected,
      )
    }
    for (const [name, expected] of Object.entries(faults)) {
      const fired = this.#scenario.faults.flatMap((fault, n) =>
        fault.name === name ? [report.faults.find(f => f.index === n)?.fired ?? 0] : [],
      )
      amount(
        `faults.${name}`,
        `times fault '${name}' acts`,
        fired.reduce((a, b) => a + b, 0),
        expected,
      )
    }
    if (hash !== undefined)
      rows.push({
        path: 'expect.hash',
        expected: `trace hash ${hash}`,
        found: report.trace.hash,
        pass: report.trace.hash === hash,
      })
    return rows
  }

  #latency(n: number, expected: ExpectedLatency, { guests }: LatencyReader): ExpectationReport {
    const { of, statistic, atLeastPs, atMostPs, adapter } = expected
    const path = `expect.latencies[${n}]`
    const all = new Distribution()
    for (const index of guestsOf(this.#machine, adapter, path)) {
      const own = guests[index]!
      if (of === 'srb') all.merge(this.#srbs!.latencies[index]!)
      else if (of === 'raise to enter') all.merge(own.raiseToEnter)
      else all.merge(own.routines[ROUTINE_NAMES.indexOf(of)]!.ps)
    }
    const limits = [
      ...(atLeastPs === undefined ? [] : [`at least ${duration(atLeastPs / 1000)}`]),
      ...(atMostPs === undefined ? [] : [`at most ${duration(atMostPs / 1000)}`]),
    ]
    const name = of === 'srb' ? 'SRB, HwStartIo to completion' : of
    const row = { path, expected: `${name}, ${statistic}: ${limits.join(', ')}` }
    if (all.count === 0) return { ...row, found: 'nothing was measured', pass: false }
    const ps = all.percentile(RANK[statistic])
    const pass = ps >= (atLeastPs ?? 0) && ps <= (atMostPs ?? Number.POSITIVE_INFINITY)
    return { ...row, found: duration(ps / 1000), pass }
  }
}

/**
 * The report of a run with expectations, and its exit code: 0 when all is as expected, otherwise that of the run, or 1 when the run passed.
 * @param report of the run without them @param exitCode of the run without them
 */
export function withExpectations(
  report: Report,
  exitCode: number,
  expect: Expectations,
  rows: readonly ExpectationReport[],
): { report: Report; exitCode: number } {
  const own = { path: 'expect.verdict', expected: expect.verdict, found: report.verdict }
  const code = expect.exitCode
  const first: ExpectationReport[] = [
    { ...own, pass: report.verdict === expect.verdict },
    ...(code === undefined
      ? []
      : [{ path: 'expect.exitCode', expected: String(code), found: String(exitCode), pass: code === exitCode }]),
    ...(expect.verdict === 'fail' ? reasonRows(report, expect) : []),
  ]
  const expectations = [...first, ...rows]
  const missed = expectations.filter(row => !row.pass)
  const asExpected = first.every(row => row.pass)
  const said = missed.filter(row => row.path !== 'expect.verdict' || expect.verdict !== 'pass')
  const reasons = [
    // What an expectation quotes is not said twice.
    ...(asExpected ? [] : report.reasons.filter(reason => !said.some(row => row.found === `'${reason}'`))),
    ...said.map(row => `${row.path}: expected ${row.expected}, found ${row.found}`),
  ]
  if (missed.length === 0)
    return {
      report: {
        ...report,
        verdict: 'pass',
        reasons: [],
        findings: [
          ...report.findings,
          ...report.reasons.map(reason => ({ severity: 'note' as const, message: `as expected: ${reason}` })),
        ],
        expectations,
      },
      exitCode: 0,
    }
  const verdict = asExpected || report.verdict === 'pass' ? 'fail' : report.verdict
  return { report: { ...report, verdict, reasons, expectations }, exitCode: exitCode === 0 ? 1 : exitCode }
}

/** Each reason must be an expected one, and each expected one must occur. */
function reasonRows({ reasons, guests }: Report, expect: Expectations): ExpectationReport[] {
  const byRules = new Set(
    guests.flatMap(guest =>
      guest.rules.filter(rule => expect.rules[rule.id] === 'violated').map(rule => ruleReason(guest.name, rule)),
    ),
  )
  const others = reasons.filter(reason => !byRules.has(reason) && !expect.reasons.some(part => reason.includes(part)))
  return [
    ...expect.reasons.map((part, n) => {
      const pass = reasons.some(reason => reason.includes(part))
      return { path: `expect.reasons[${n}]`, expected: `a reason with '${part}'`, found: pass ? 'it' : 'none', pass }
    }),
    ...others
      .filter(() => expect.exitCode !== 2 || expect.reasons.length > 0)
      .map(reason => ({ path: 'expect.reasons', expected: 'no other reason', found: `'${reason}'`, pass: false })),
  ]
}
