// The conformance campaign: short runs that together try every rule and every fault on one driver. Scenarios are data; each file in
// scenarios/ holds one group of them.
import { unknownWord } from '../../schemas/errors.ts'
import { checkScenario, type Scenario, type ScenarioInput } from '../../schemas/scenario.ts'
import type { CampaignScenario, Subject } from './campaign-scenario.ts'
import { inputOn, whyNot } from './on-adapter.ts'
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

/** A scenario of the campaign that cannot be on an adapter, for the reason in its message. */
export class NotOnAdapter extends Error {
  override name = 'NotOnAdapter'
}

/** A scenario that is not run, and why. */
export interface LeftOut {
  name: string
  about: string
  reason: string
}

/** What of the campaign can be on the subject's adapter. @param from in campaign order */
export function campaignOn(
  subject: Subject,
  from: readonly CampaignScenario[] = CAMPAIGN,
): { scenarios: CampaignScenario[]; leftOut: LeftOut[] } {
  const scenarios: CampaignScenario[] = []
  const leftOut: LeftOut[] = []
  for (const scenario of from) {
    const reason = whyNot(scenario, subject)
    if (reason === undefined) scenarios.push(scenario)
    else leftOut.push({ name: scenario.name, about: scenario.about, reason })
  }
  return { scenarios, leftOut }
}

/**
 * @param rules on top of the scenario's own
 * @throws RangeError for a name that is not in the campaign; NotOnAdapter for one that cannot be on the subject's adapter
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
  const reason = whyNot(found, subject)
  if (reason !== undefined)
    throw new NotOnAdapter(`scenario '${name}' cannot be on the adapter '${subject.adapter}': ${reason}`)
  const input = inputOn(found, subject)
  const off = [...(input.rules?.off ?? []), ...(rules.off ?? [])]
  return checkScenario(
    { name, description: found.about, seed: subject.seed ?? 1, ...input, rules: { ...input.rules, ...rules, off } },
    `scenario '${name}'`,
  )
}
