// Sample drivers and twins in scenarios of the conformance campaign.
import { METERING_VERSION } from '../../harness/guest/meter.ts'
import { runScenario } from '../../harness/run.ts'
import type { RunResult } from '../../harness/run-io.ts'
import { campaignScenario } from '../../harness/verify/campaign.ts'
import type { Scenario } from '../../schemas/scenario.ts'
import { buildDrivers } from '../build.mjs'
import { supply } from './bench-run.ts'

const NEIGHBOUR = 'reference-dma'

/** @param scenario name in the campaign @param driver as in `driverNames`; a neighbour on its line is the good data-phase driver */
export async function runCampaign(
  scenario: string,
  driver: string,
  rules: Partial<Scenario['rules']> = {},
): Promise<RunResult> {
  const [subject, neighbour] = await buildDrivers({ only: [driver, NEIGHBOUR] })
  const made = campaignScenario(scenario, {
    driver: subject!.file,
    adapter: 'reference',
    neighbour: neighbour!.file,
  })
  return runScenario(
    { ...made, rules: { ...made.rules, ...rules } },
    { ...supply, rerun: 'test', version: METERING_VERSION },
  )
}
