// The report of a conformance campaign or of a suite of cases in every form, for `hba verify`, `hba test` and `hba merge`.
import type { Suite } from '../../schemas/suite.ts'
import { type Checks, caseChecks, suiteChecks } from '../report/checks.ts'
import { annotations, caseSummary, jobSummary } from '../report/github.ts'
import { htmlSuite, type SuiteMoments } from '../report/html/suite-page.ts'
import { jsonSuite } from '../report/json.ts'
import { junitReport } from '../report/junit.ts'
import { tapReport } from '../report/tap.ts'
import { casesText, shortCases } from '../report/text-cases.ts'
import { shortSuite, suiteText } from '../report/text-suite.ts'
import type { Renderers } from './outputs.ts'

/** What the two say differently. */
interface Words {
  checks(suite: Suite): Checks
  text: typeof suiteText
  short: typeof shortSuite
  summary(checks: Checks): string
}

const CAMPAIGN: Words = { checks: suiteChecks, text: suiteText, short: shortSuite, summary: jobSummary }
const CASES: Words = { checks: caseChecks, text: casesText, short: shortCases, summary: caseSummary }

/** @param moments what went wrong as it was drawn while it ran; a report in JSON has none */
type Make = (suite: Suite, quiet: boolean, moments?: SuiteMoments) => Renderers

const renderers =
  (words: Words): Make =>
  (suite, quiet, moments) => {
    const checks = words.checks(suite)
    return {
      text: (style, width) => (quiet ? words.short : words.text)(suite, style, width),
      json: () => jsonSuite(suite),
      junit: () => junitReport(checks),
      github: () => annotations(checks),
      html: () => htmlSuite(suite, moments),
      tap: () => tapReport(checks),
      summary: () => words.summary(checks),
    }
  }

export const campaignRenderers = renderers(CAMPAIGN)
export const caseRenderers = renderers(CASES)
