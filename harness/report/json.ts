// The JSON reporter: the report as it is, keys in the order of the schema, one newline at the end.
import { Report } from '../../schemas/report.ts'
import { Suite } from '../../schemas/suite.ts'

/** Checked against its own schema, which also puts the keys into its order. @throws when the bench made a report that is none */
export const jsonReport = (report: Report): string => `${JSON.stringify(Report.parse(report), null, 2)}\n`

/** @throws when the bench made a suite that is none */
export const jsonSuite = (suite: Suite): string => `${JSON.stringify(Suite.parse(suite), null, 2)}\n`

/** A copy without host figures: what two runs of one scenario and seed have in common. */
export function withoutHostFigures<T>(value: T): T {
  if (Array.isArray(value)) return value.map(withoutHostFigures) as T
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== 'hostNs' && key !== 'noiseFloorNs')
      .map(([key, inner]) => [key, withoutHostFigures(inner)]),
  ) as T
}
