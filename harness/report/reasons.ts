// Sentences that more than one part of the bench must agree on.
import type { RuleReport } from '../../schemas/report.ts'

/** Why a broken rule fails a run. */
export const ruleReason = (guest: string, { id, title, first }: RuleReport): string =>
  `${guest} breaks ${id}: ${first?.message ?? title}`

/** Does a violation fail the run? */
export const fails = ({ status, severity }: RuleReport, strict: boolean): boolean =>
  status === 'violated' && (severity === 'F' || severity === 'E' || (strict && severity === 'W'))
