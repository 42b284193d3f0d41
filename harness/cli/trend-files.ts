// Earlier reports, for the trend in the HTML report: of each file only the figures that are drawn.
import { basename } from 'node:path'
import { z } from 'zod'
import { Percentiles, REPORT_SCHEMA } from '../../schemas/report.ts'
import type { TrendPoint } from '../report/html/trend.ts'
import { readInput } from './files.ts'
import { UsageError } from './io.ts'

/** The rest of a report is left alone: a later version may have more in it. */
const Earlier = z.object({
  schema: z.literal(REPORT_SCHEMA),
  isr: z.object({ virtualNs: Percentiles.nullable() }),
})

/** @param files as typed, oldest first @throws UsageError */
export function trendOf(files: readonly string[], cwd: string): TrendPoint[] {
  return files.map(typed => {
    const text = readInput('earlier report', typed, cwd).toString('utf8')
    let value: unknown
    try {
      value = JSON.parse(text)
    } catch {
      throw new UsageError(`--trend: '${typed}' is no JSON`, 'run')
    }
    const earlier = Earlier.safeParse(value)
    if (!earlier.success)
      throw new UsageError(
        `--trend: '${typed}' is no report of 'hba run --json' (expected schema '${REPORT_SCHEMA}')`,
        'run',
      )
    return { label: basename(typed).replace(/\.json$/, ''), isr: earlier.data.isr.virtualNs }
  })
}
