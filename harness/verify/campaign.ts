// The conformance campaign: short runs that together try every rule and every fault on one driver. Scenarios are data; each file in
// scenarios/ holds one group of them.
import { checkScenario, type Scenario } from '../../schemas/scenario.ts'
import type { CampaignScenario, Subject } from './campaign-scenario.ts'
import { BOOT } from './scenarios/boot.ts'
import { ERRORS } from './scenarios/errors.ts'
import { LIFE } from './scenarios/life.ts'
import { LINE } from './scenarios/line.ts'
import { LOAD } from './scenarios/load.ts'
import { LOADING } from './scenarios/loading.ts'
import { RECOVERY } from './scenarios/recovery.ts'

export const CAMPAIGN: readonly CampaignScenario[] = [
  ...LOAD,
  ...LOADING,
  ...BOOT,
  ...LINE,
  ...ERRORS,
  ...RECOVERY,
  ...LIFE,
]

/** @throws RangeError for a name that is not in the campaign */
export function campaignScenario(name: string, subject: Subject): Scenario {
  const found = CAMPAIGN.find(s => s.name === name)
  if (found === undefined) throw new RangeError(`no scenario '${name}' in the campaign`)
  return checkScenario({ name, seed: subject.seed ?? 1, ...found.input(subject) }, `scenario '${name}'`)
}
