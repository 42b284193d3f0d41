// Many reports in one (`wasm-hba/suite@1`): what `hba test`, `hba verify` and `hba merge` write.
import { z } from 'zod'
import { Bucket, CoverageReport, IoReport, Report, RuleReport, Verdict } from './report.ts'

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

/** A case of `hba test` of which there is no report. */
export const BrokenCase = z.strictObject({
  name: z.string().describe('its scenario file'),
  message: z.string().describe('why it could not be run'),
  rerun: z.string(),
})

/** Sums over all reports, exact. */
export const SuiteTotals = z.strictObject({
  cases: Count.describe('with those that could not be run, without those that were not run'),
  passed: Count,
  io: IoReport.omit({ problems: true }),
  isr: z.strictObject({
    count: Count,
    claimed: Count,
    unclaimed: Count,
    reads: Count,
    writes: Count,
    instructions: Count,
    stalls: Count,
    buckets: z.array(Bucket).describe('virtual durations of all calls'),
  }),
})

/** What of the driver a shard reached, block by block: figures alone do not add up. */
export const CoverageData = z
  .strictObject({
    map: z.strictObject({
      sha256: z.string(),
      functions: z.array(z.strictObject({ name: z.string(), runtime: z.boolean() })),
      blocks: z.array(
        z.strictObject({ func: Count, codeOffset: Count, operators: Count, lines: z.array(Count).describe('indices') }),
      ),
      lines: z.array(z.strictObject({ file: z.string(), line: Count })),
      lineSource: z.enum(['dwarf', 'source-map']).nullable(),
    }),
    hits: z.strictObject({ sha256: z.string(), reached: z.base64().describe('bit set, block 0 in bit 0 of byte 0') }),
  })
  .refine(
    ({ map: { functions, blocks, lines } }) =>
      blocks.every(block => block.func < functions.length && block.lines.every(line => line < lines.length)),
    'a block is of a function or a line that is not there',
  )

export const Suite = z.strictObject({
  schema: z.literal(SUITE_SCHEMA),
  tool: z.strictObject({ name: z.literal('wasm-hba'), version: z.string() }),
  verdict: Verdict.describe('fail if any failed, else no-data if any had none or there are no reports, else pass'),
  rerun: z.string().describe('a command line that runs all of it again, without output options').optional(),
  shard: z
    .strictObject({ index: z.int().min(1), of: z.int().min(1) })
    .describe(
      "of 'hba test --shard' and 'hba verify --shard': which part this is; 'hba merge' makes the whole of the parts",
    )
    .optional(),
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
  broken: z.array(BrokenCase).describe("of 'hba test': cases that could not be run").optional(),
  notRun: z.array(z.string()).describe("of 'hba test --bail': cases that were left out").optional(),
  totals: SuiteTotals.describe("of 'hba test': over all cases").optional(),
  coverage: CoverageReport.describe("what of the driver's own code all runs together reached").optional(),
  coverageData: CoverageData.describe(
    "of a shard of a conformance campaign: what 'hba merge' makes the coverage of",
  ).optional(),
  reports: z.array(
    z.strictObject({
      name: z.string(),
      about: z.string().describe('what the run puts in the way of the driver').optional(),
      exitCode: Count.describe('of this run alone').optional(),
      report: Report,
    }),
  ),
})

export type SuiteRule = z.output<typeof SuiteRule>
export type SuiteFailure = z.output<typeof SuiteFailure>
export type BrokenCase = z.output<typeof BrokenCase>
export type SuiteTotals = z.output<typeof SuiteTotals>
export type CoverageData = z.output<typeof CoverageData>
export type Suite = z.output<typeof Suite>
