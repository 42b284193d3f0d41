// The conformance campaign: short runs that together try every rule and every fault on one driver. Scenarios are data; each file in
// scenarios/ holds one group of them.
import { checkScenario, type Scenario } from '../../schemas/scenario.ts'
import type { CampaignScenario, Subject } from './campaign-scenario.ts'
import { LOAD } from './scenarios/load.ts'
import { REQUESTS } from './scenarios/requests.ts'

export const CAMPAIGN: readonly CampaignScenario[] = [...LOAD, ...REQUESTS]

/** @throws RangeError for a name that is not in the campaign */
export function campaignScenario(name: string, subject: Subject): Scenario {
  const found = CAMPAIGN.find(s => s.name === name)
  if (found === undefined) throw new RangeError(`no scenario '${name}' in the campaign`)
  return checkScenario({ name, seed: subject.seed ?? 1, ...found.input(subject) }, `scenario '${name}'`)
}
