// Which scenarios run and which rules are on, from words somebody typed: names of scenarios, ids of rules, `*` for anything.
import { unknownWord } from '../../schemas/errors.ts'
import { RULES } from '../rules/catalogue.ts'
import { CAMPAIGN } from './campaign.ts'
import type { CampaignScenario } from './campaign-scenario.ts'
import { rulesNamed, select } from './rule-selection.ts'

export interface Selection {
  /** In campaign order. */
  scenarios: readonly CampaignScenario[]
  /** Ids of the rules that are switched off. */
  off: string[]
}

/** A word that selects nothing. */
export class UnknownSelection extends Error {
  override name = 'UnknownSelection'
}

const RULE = /^[A-Z]{2,4}-[\d*]+$/i

/** @param words each of one or more, separated by commas; none: everything @throws UnknownSelection, UnknownRuleError */
export function selectRuns(words: readonly string[]): Selection {
  const all = words.flatMap(word => word.split(',').map(part => part.trim()))
  const names = all.filter(word => !RULE.test(word))
  const ids = all.filter(word => RULE.test(word))
  const scenarios = select(
    names,
    CAMPAIGN.map(s => s.name),
    word =>
      new UnknownSelection(
        unknownWord(
          'scenario',
          word,
          CAMPAIGN.map(s => s.name),
        ),
      ),
  )
  const on = new Set(rulesNamed(ids))
  return {
    scenarios: CAMPAIGN.filter(({ name }) => scenarios.has(name)),
    off: RULES.map(rule => rule.id).filter(id => !on.has(id)),
  }
}
