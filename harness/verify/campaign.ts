// The conformance campaign: short runs that together try every rule and every fault on one driver. Scenarios are data; each file in
// scenarios/ holds one group of them.
import { unknownWord } from '../../schemas/errors.ts'
import { checkScenario, type Scenario, type ScenarioInput } from '../../schemas/scenario.ts'
import type { CampaignScenario, Subject } from './campaign-scenario.ts'
import { BOOT } from './scenarios/boot.ts'
import { CONTROL } from './scenarios/control.ts'
import { ERRORS } from './scenarios/errors.ts'
import { INTERRUPTS } from './scenarios/interrupts.ts'
import { LIFE } from './scenarios/life.ts'
import { LINE } from './scenarios/line.ts'
import { LOAD } from './scenarios/load.ts'
import { LOADING } from './scenarios/loading.ts'
import { MEMORY } from './scenarios/memory.ts'
import { RECOVERY } from './scenarios/recovery.ts'
import { REQUESTS } from './scenarios/requests.ts'

export const CAMPAIGN: readonly CampaignScenario[] = [
  ...LOAD,
  ...REQUESTS,
  ...LOADING,
  ...BOOT,
  ...LINE,
  ...INTERRUPTS,
  ...ERRORS,
  ...MEMORY,
  ...RECOVERY,
  ...LIFE,
  ...CONTROL,
]

/**
 * @param rules on top of the scenario's own
 * @throws RangeError for a name that is not in the campaign
 */
export function campaignScenario(name: string, subject: Subject, rules: ScenarioInput['rules'] = {}): Scenario {
  const found = CAMPAIGN.find(s => s.name === name)
  if (found === undefined)
    throw new RangeError(
      unknownWord(
        'scenario',
        name,
        CAMPAIGN.map(s => s.name),
      ),
    )
  const input = found.input(subject)
  const off = [...(input.rules?.off ?? []), ...(rules.off ?? [])]
  return checkScenario(
    { name, description: found.about, seed: subject.seed ?? 1, ...input, rules: { ...input.rules, ...rules, off } },
    `scenario '${name}'`,
  )
}
