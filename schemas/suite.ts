// Many reports in one (`wasm-hba/suite@1`): what `hba test`, `hba verify` and `hba merge` write.
import { z } from 'zod'
import { CoverageReport, Report, RuleReport, Verdict } from './report.ts'

export const SUITE_SCHEMA = 'wasm-hba/suite@1'

const Count = z.int().min(0)

/** A rule over all runs: violated if violated anywhere, else held if exercised anywhere. */
export const SuiteRule = RuleReport.omit({ first: true, guests: true }).extend({
  precondition: z.string().describe('what must occur for the rule to count as exercised'),
  scenarios: z.array(z.string()).describe('runs in which it was violated, in campaign order'),
  first: RuleReport.shape.first
    .unwrap()
    .extend({
      scenario: z.string(),
      rerun: z.string().describe('a command line that runs this one scenario again, with a full report'),
    })
    .optional(),
})

/** Something that failed a run and is no rule's: a miscompare, a stop, a boot that failed, a budget. */
export const SuiteFailure = z.strictObject({ scenario: z.string(), message: z.string(), rerun: z.string() })

export const Suite = z.strictObject({
  schema: z.literal(SUITE_SCHEMA),
  tool: z.strictObject({ name: z.literal('wasm-hba'), version: z.string() }),
  verdict: Verdict.describe('fail if any failed, else no-data if any had none or there are no reports, else pass'),
  rerun: z.string().describe('a command line that runs all of it again, without output options').optional(),
  seed: Report.shape.seed.optional(),
  strict: z.boolean().describe('warnings fail it, too').optional(),
  driver: z
    .strictObject({ path: z.string().describe('as typed'), sha256: z.string(), adapter: z.string() })
    .describe('of a conformance campaign: the driver that was tried')
    .optional(),
  hash: z
    .string()
    .regex(/^[0-9a-f]{16}$/)
    .describe("over the reports' trace hashes, sorted by name"),
  rules: z.array(SuiteRule).describe('of a conformance campaign: each rule over all runs').optional(),
  applicable: z
    .strictObject({ total: Count, exercised: Count })
    .describe('rules that concern the driver, and those of them that were exercised')
    .optional(),
  leftOut: z
    .array(z.strictObject({ name: z.string(), about: z.string(), reason: z.string() }))
    .describe('scenarios that cannot be on this adapter, and why')
    .optional(),
  failures: z.array(SuiteFailure).describe('what failed beside the rules').optional(),
  coverage: CoverageReport.describe("what of the driver's own code all runs together reached").optional(),
  reports: z.array(
    z.strictObject({
      name: z.string(),
      about: z.string().describe('what the run puts in the way of the driver').optional(),
      report: Report,
    }),
  ),
})

export type SuiteRule = z.output<typeof SuiteRule>
export type SuiteFailure = z.output<typeof SuiteFailure>
export type Suite = z.output<typeof Suite>
