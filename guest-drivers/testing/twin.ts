// A faulty twin, and what it did.
import type { GuestReport, RuleReport } from '../../schemas/report.ts'

export interface Twin {
  rule: string
  /** Name in the campaign. */
  scenario: string
  /** Routine that is to blame. */
  entryPoint: string
  /** The violation names an SRB; left out: either. */
  srb?: boolean
  /** Rules that cannot but break with it. */
  alsoBreaks: string[]
}

/** Broken rules, in the order in which they were first broken. */
export const violated = (guest: GuestReport): RuleReport[] =>
  guest.rules.filter(r => r.status === 'violated').sort((a, b) => a.first!.event! - b.first!.event!)
