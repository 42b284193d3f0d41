// What `hba diff` found out about two reports of `hba test`, or of `hba verify` (`wasm-hba/suite-diff@1`): case by case.
import { z } from 'zod'
import { DiffFigure } from './diff.ts'
import { RuleReport, Verdict } from './report.ts'

export const SUITE_DIFF_SCHEMA = 'wasm-hba/suite-diff@1'

const Count = z.int().min(0)
const Same = z.enum(['same', 'different'])

/** What became of a case. */
export const CaseState = z
  .enum([...Verdict.options, 'broken', 'not-run', 'missing'])
  .describe('broken: no scenario, not-run: left out after a failure, missing: not in this report')

export const CaseDiff = z.strictObject({
  name: z.string().describe('of the scenario, or its file'),
  a: CaseState,
  b: CaseState,
  reason: z
    .strictObject({ side: z.enum(['a', 'b']), message: z.string() })
    .nullable()
    .describe('of one that passes on one side alone: the first reason why the other does not'),
  incomparable: z.string().nullable().describe('why figures were not compared; null: they were'),
  behaviour: Same,
  timing: Same,
  figures: z.array(DiffFigure).describe('those that changed'),
})

const SuiteSide = z.strictObject({
  path: z.string().describe('as typed'),
  sha256: z.string().nullable().describe('of the driver of a campaign'),
  verdict: Verdict,
  cases: Count,
})

export const SuiteDiff = z.strictObject({
  schema: z.literal(SUITE_DIFF_SCHEMA),
  tool: z.strictObject({ name: z.literal('wasm-hba'), version: z.string() }),
  result: Same,
  ignored: z.array(z.enum(['timing'])),
  a: SuiteSide,
  b: SuiteSide,
  cases: Count.describe('in a or in b'),
  rules: z
    .array(
      z.strictObject({
        id: z.string(),
        a: RuleReport.shape.status.nullable().describe('null: it was off'),
        b: RuleReport.shape.status.nullable(),
      }),
    )
    .describe('of campaigns: rules of which something else is said over all runs'),
  different: z.array(CaseDiff).describe('cases that differ, in the order of a, then those that are in b alone'),
})

export type CaseState = z.output<typeof CaseState>
export type CaseDiff = z.output<typeof CaseDiff>
export type SuiteDiff = z.output<typeof SuiteDiff>
