// A report as a list of checks that passed or failed: what JUnit, GitHub and their like can show.
import type { CoverageReport, Report, RuleReport } from '../../schemas/report.ts'
import type { Suite } from '../../schemas/suite.ts'
import { duration } from './format.ts'
import { fails, ruleReason } from './reasons.ts'

export interface Check {
  group: 'rules' | 'scenarios'
  name: string
  /** What is checked, in one line. */
  title: string
  /** Warned: it is said, and fails nothing. */
  outcome: 'passed' | 'failed' | 'warned' | 'skipped'
  /** Why it did not pass, in one line. */
  message: string
  /** More about it. */
  details: readonly string[]
  /** A command line that shows it again. */
  rerun: string
  /** Source file and line to blame, as far as known. */
  file: string
  line?: number | undefined
  /** Virtual time it took, in seconds. */
  seconds: number
  /** When it has one of its own. */
  seed?: number
}

export interface Checks {
  name: string
  verdict: Report['verdict']
  /** Undefined: each check has its own. */
  seed: number | undefined
  rerun: string
  checks: readonly Check[]
  coverage?: CoverageReport | undefined
}

const SEVERITIES = { F: 'fatal', E: 'error', W: 'warning', I: 'information' } as const

interface RuleContext {
  fails: boolean
  /** Where the first violation was, when that is not plain. */
  scenario?: string | undefined
  seed: number
  rerun: string
  driver: string
  coverage: CoverageReport | undefined
}

function ruleCheck(rule: RuleReport & { precondition?: string }, context: RuleContext): Check {
  const { id, title, status, severity, first, precondition, reason } = rule
  const base = {
    group: 'rules',
    name: id,
    title,
    file: context.driver,
    rerun: context.rerun,
    seconds: 0,
    details: [],
  } as const
  if (status === 'held') return { ...base, outcome: 'passed', message: '' }
  if (status === 'not-applicable') return { ...base, outcome: 'skipped', message: `not applicable: ${reason ?? ''}` }
  if (status === 'not-exercised')
    return {
      ...base,
      outcome: 'skipped',
      message: `not exercised${precondition === undefined ? '' : `; it would take: ${precondition}`}`,
    }
  const srb = first === undefined || first.srb === null ? '' : `, SRB #${first.srb}`
  const where = first === undefined ? '' : ` (in ${first.entryPoint}${srb}, at ${duration(first.atNs)})`
  const place = placeOf(context.coverage, first?.entryPoint)
  return {
    ...base,
    ...(place ?? {}),
    outcome: context.fails ? 'failed' : 'warned',
    message: `${first?.message ?? title}${where}`,
    details: [
      `${id}, ${SEVERITIES[severity]}: ${title}`,
      `${rule.count} times${context.scenario === undefined ? '' : `, first in scenario ${context.scenario}`}, seed ${context.seed}`,
      ...(first?.evidence ?? []),
    ],
  }
}

/** The routine in the driver's source. Its function bears the routine's name by custom only. */
function placeOf(coverage: CoverageReport | undefined, routine: string | undefined) {
  const found = coverage?.perFunction.find(({ name }) => name.split('/').pop() === routine)
  return found?.file === undefined ? undefined : { file: found.file, line: found.line }
}

export function suiteChecks(suite: Suite): Checks {
  const { driver, rules = [], failures = [], reports, strict = false, seed = 0, coverage, rerun = '', shard } = suite
  const path = driver?.path ?? ''
  const byScenario = reports.map(({ name, about = '', report }): Check => {
    const own = failures.filter(failure => failure.scenario === name).map(failure => failure.message)
    return {
      group: 'scenarios',
      name,
      title: about,
      outcome: own.length > 0 ? 'failed' : 'passed',
      message: own[0] ?? '',
      details: own.length > 0 ? [...own, `seed ${report.seed}`] : [],
      rerun: report.rerun,
      file: path,
      seconds: report.virtual.durationNs / 1e9,
    }
  })
  return {
    name: shard === undefined ? path : `${path}, shard ${shard.index}/${shard.of}`,
    verdict: suite.verdict,
    seed,
    rerun,
    coverage,
    checks: [
      ...rules.map(rule =>
        ruleCheck(rule, {
          fails: fails(rule, strict),
          scenario: rule.first?.scenario,
          seed,
          rerun: rule.first?.rerun ?? rerun,
          driver: path,
          coverage,
        }),
      ),
      ...byScenario,
    ],
  }
}

export function runChecks(report: Report): Checks {
  const { name = report.guests.map(guest => guest.name).join(', '), rules, reasons, seed, rerun, verdict } = report
  const [first] = report.guests
  const path = first?.driver.path ?? ''
  const ofRule = (rule: RuleReport): Check => {
    const guest = report.guests.find(g => g.name === rule.first?.guest)
    const reason = guest === undefined ? undefined : ruleReason(guest.name, rule)
    return ruleCheck(rule, {
      fails: reason !== undefined && reasons.includes(reason),
      seed,
      rerun,
      driver: guest?.driver.path ?? path,
      coverage: guest?.coverage,
    })
  }
  const byRules = new Set(report.guests.flatMap(g => g.rules.map(rule => ruleReason(g.name, rule))))
  const own = reasons.filter(reason => !byRules.has(reason))
  const run: Check = {
    group: 'scenarios',
    name: name === '' ? 'run' : name,
    title: '',
    outcome: own.length > 0 ? 'failed' : 'passed',
    message: own[0] ?? '',
    details: own.length > 0 ? [...own, `seed ${seed}`] : [],
    rerun,
    file: path,
    seconds: report.virtual.durationNs / 1e9,
  }
  return { name: run.name, verdict, seed, rerun, coverage: first?.coverage, checks: [...rules.map(ofRule), run] }
}

/** Of `hba test`: one check a case, in the order of their names. */
export function caseChecks(suite: Suite): Checks {
  const { reports, broken = [], notRun = [], verdict, rerun = '', shard } = suite
  const base = { group: 'scenarios', title: '', details: [], rerun: '', seconds: 0 } as const
  const checks: Check[] = [
    ...reports.map(({ name, about = '', report }): Check => {
      const passed = report.verdict === 'pass'
      const { seed, reasons } = report
      return {
        ...base,
        name,
        title: about,
        outcome: passed ? 'passed' : 'failed',
        message: passed ? '' : (reasons[0] ?? report.verdict),
        details: passed ? [] : [...reasons, `seed ${seed}`],
        rerun: report.rerun,
        file: name,
        seconds: report.virtual.durationNs / 1e9,
        seed,
      }
    }),
    ...broken.map(
      ({ name, message, rerun: again }): Check => ({
        ...base,
        name,
        outcome: 'failed',
        message: message.split('\n')[0]!,
        details: message.split('\n'),
        rerun: again,
        file: name,
      }),
    ),
    ...notRun.map(
      (name): Check => ({ ...base, name, outcome: 'skipped', message: 'not run after a failure', file: name }),
    ),
  ].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
  const name = shard === undefined ? 'test' : `test, shard ${shard.index}/${shard.of}`
  return { name, verdict, seed: undefined, rerun, checks }
}
