// Many reports in one (`wasm-hba/suite@1`): what `hba test`, `hba verify` and `hba merge` write.
import { z } from 'zod'
import { Report, Verdict } from './report.ts'

export const SUITE_SCHEMA = 'wasm-hba/suite@1'

export const Suite = z.strictObject({
  schema: z.literal(SUITE_SCHEMA),
  tool: z.strictObject({ name: z.literal('wasm-hba'), version: z.string() }),
  verdict: Verdict.describe('fail if any failed, else no-data if any had none or there are no reports, else pass'),
  hash: z
    .string()
    .regex(/^[0-9a-f]{16}$/)
    .describe("over the reports' trace hashes, sorted by name"),
  reports: z.array(z.strictObject({ name: z.string(), report: Report })),
})

export type Suite = z.output<typeof Suite>
