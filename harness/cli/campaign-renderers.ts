// The report of a conformance campaign in every form, for `hba verify` and `hba merge`.
import type { Suite } from '../../schemas/suite.ts'
import { suiteChecks } from '../report/checks.ts'
import { annotations, jobSummary } from '../report/github.ts'
import { htmlSuite, type SuiteMoments } from '../report/html/suite-page.ts'
import { jsonSuite } from '../report/json.ts'
import { junitReport } from '../report/junit.ts'
import { tapReport } from '../report/tap.ts'
import { shortSuite, suiteText } from '../report/text-suite.ts'
import type { Renderers } from './outputs.ts'

/** @param moments what went wrong as it was drawn while it ran; a report in JSON has none */
export function campaignRenderers(suite: Suite, quiet: boolean, moments?: SuiteMoments): Renderers {
  const checks = suiteChecks(suite)
  return {
    text: (style, width) => (quiet ? shortSuite(suite, style, width) : suiteText(suite, style, width)),
    json: () => jsonSuite(suite),
    junit: () => junitReport(checks),
    github: () => annotations(checks),
    html: () => htmlSuite(suite, moments),
    tap: () => tapReport(checks),
    summary: () => jobSummary(checks),
  }
}
