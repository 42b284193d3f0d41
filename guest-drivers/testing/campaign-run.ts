// Sample drivers and twins in scenarios of the conformance campaign.
import { METERING_VERSION } from '../../harness/guest/meter.ts'
import { runScenario } from '../../harness/run.ts'
import type { RunResult } from '../../harness/run-io.ts'
import { campaignScenario } from '../../harness/verify/campaign.ts'
import type { AdapterName } from '../../harness/verify/campaign-scenario.ts'
import type { Scenario } from '../../schemas/scenario.ts'
import { fileOf, supply } from './bench-run.ts'

/** Who shares the line with drivers of an adapter: a good one of about the same speed, so that both are busy at the same time. */
const NEIGHBOURS = {
  reference: { driver: 'reference-dma', adapter: 'reference' },
  buslogic: { driver: 'reference-dma', adapter: 'reference' },
  nvme: { driver: 'nvme-c', adapter: 'nvme' },
} as const

/** What a sample driver or a twin drives. */
export const adapterOf = (driver: string): AdapterName => {
  const [, kind] = /^(?:faulty\/)?(buslogic|nvme)[-/]/.exec(driver) ?? []
  return (kind as AdapterName | undefined) ?? 'reference'
}

/** @param scenario name in the campaign @param driver as in `driverNames` */
export async function runCampaign(
  scenario: string,
  driver: string,
  rules: Partial<Scenario['rules']> = {},
): Promise<RunResult> {
  const adapter = adapterOf(driver)
  const beside = NEIGHBOURS[adapter]
  const made = campaignScenario(scenario, {
    ...{ driver: await fileOf(driver), adapter },
    ...{ neighbour: await fileOf(beside.driver), neighbourAdapter: beside.adapter },
  })
  return runScenario(
    { ...made, rules: { ...made.rules, ...rules } },
    { ...supply, rerun: 'test', version: METERING_VERSION },
  )
}
