// What a contract level (Driver Verifier's VerifyLevel) means here: rules that are off, and limits on time that are lifted.
import type { Scenario } from '../../schemas/scenario.ts'
import type { CheckGroup, VerifyLevel } from '../../schemas/verify-level.ts'
import { RULES } from '../rules/catalogue.ts'

/** Rules that belong to a group of checks. The groups about time are limits of the machine. */
export const GROUP_RULES: Readonly<Record<CheckGroup, readonly string[]>> = {
  memory: ['IO-4', 'IO-12', 'MM-10', 'MM-11'],
  resetHold: ['RB-1'],
  nextLu: ['IO-16'],
  adapterControlTime: [],
  initializeTime: [],
}

/** Ids of the rules that a scenario switches off, by name or by level. */
export function rulesOff({ off, level }: Scenario['rules']): string[] {
  const byLevel = (Object.keys(GROUP_RULES) as CheckGroup[]).filter(group => !level[group]).flatMap(g => GROUP_RULES[g])
  return [...new Set([...off, ...byLevel.filter(id => RULES.some(rule => rule.id === id))])]
}

type Limits = Scenario['machine']['limits']

/** Limits on the time of a routine, without those that the level lifts. */
export const limitsAt = (limits: Limits, level: VerifyLevel): Limits => ({
  ...limits,
  ...(level.initializeTime ? {} : { initializePs: limits.runPs }),
  ...(level.adapterControlTime ? {} : { adapterControlPs: limits.runPs }),
})
