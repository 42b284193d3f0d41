// The rules over all runs of a campaign: violated if violated anywhere, held if exercised anywhere, not applicable if it concerns the
// driver in no run.
import type { GuestReport, RuleReport } from '../../schemas/report.ts'
import type { SuiteRule } from '../../schemas/suite.ts'
import { RULES } from '../rules/catalogue.ts'
import { worse } from '../rules/rule.ts'
import type { CampaignRun } from './campaign-run.ts'

/** What one guest of one run says of one rule. */
interface Saying {
  run: CampaignRun
  guest: GuestReport
  row: RuleReport
}

/** The guests of a run that are the driver under test, which may be its own neighbour. */
export const subjects = (run: CampaignRun, sha256: string): GuestReport[] =>
  run.report.guests.filter(guest => guest.driver.sha256 === sha256)

/** @param runs in campaign order @returns one row a rule that was on in some run, in the order of the catalogue */
export function summarise(runs: readonly CampaignRun[], sha256: string): SuiteRule[] {
  const sayings = new Map<string, Saying[]>(RULES.map(rule => [rule.id, []]))
  for (const run of runs)
    for (const guest of subjects(run, sha256))
      for (const row of guest.rules) sayings.get(row.id)?.push({ run, guest, row })
  return RULES.flatMap(rule => {
    const all = sayings.get(rule.id)!
    return all.length === 0 ? [] : [summary(rule, all)]
  })
}

function summary(rule: (typeof RULES)[number], all: readonly Saying[]): SuiteRule {
  const { id, title, precondition } = rule
  const exercised = all.reduce((sum, { row }) => sum + (row.exercised ?? 0), 0)
  const broken = all.filter(({ row }) => row.status === 'violated')
  const base = { id, title, precondition, exercised }
  if (broken.length === 0) {
    const reason = exercised > 0 ? undefined : exemption(all)
    const status = exercised > 0 ? 'held' : reason === undefined ? 'not-exercised' : 'not-applicable'
    const { severity } = rule
    return { ...base, severity, status, ...(reason === undefined ? {} : { reason }), count: 0, scenarios: [] }
  }
  const [{ run }] = broken as [Saying]
  const { row } = broken.filter(b => b.run === run).reduce((a, b) => (number(b) < number(a) ? b : a))
  const { name, report } = run
  return {
    ...base,
    severity: broken.map(b => b.row.severity).reduce(worse),
    status: 'violated',
    count: broken.reduce((sum, b) => sum + b.row.count, 0),
    scenarios: [...new Set(broken.map(b => b.run.name))],
    ...(row.first === undefined ? {} : { first: { ...row.first, scenario: name, rerun: report.rerun } }),
  }
}

const number = ({ row }: Saying): number => row.first?.event ?? Number.POSITIVE_INFINITY

/** Why the rule does not concern the driver: what every run says in which it got as far as working. */
function exemption(all: readonly Saying[]): string | undefined {
  const working = all.filter(({ guest }) => guest.isr.count > 0 || guest.io.submitted > 0)
  const asked = working.length > 0 ? working : all
  return asked.every(({ row }) => row.status === 'not-applicable') ? asked[0]!.row.reason : undefined
}
