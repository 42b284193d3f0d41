// Scenarios with a fault plan: one adapter with one drive, few I/Os, short time-outs.
import type { AdapterInput } from '../../schemas/machine.ts'
import type { ScenarioInput } from '../../schemas/scenario.ts'
import { adapter, type CampaignScenario } from './campaign-scenario.ts'

type Faults = NonNullable<ScenarioInput['faults']>
type Port = NonNullable<ScenarioInput['machine']['port']>

export interface FaultScenarioOptions {
  adapter?: Partial<AdapterInput>
  port?: Port
  workload?: ScenarioInput['workload']
}

/** Virtual seconds cost ticks only, but recovery is to be over before the run is. */
const PORT: Port = { srbTimeout: '2s', resetHold: '1s' }

/** @param name kebab-case @param about what it puts in the driver's way */
export const withFaults = (
  name: string,
  about: string,
  faults: Faults,
  options: FaultScenarioOptions = {},
): CampaignScenario => ({
  name,
  about,
  input: subject => ({
    machine: { adapters: [adapter(subject, options.adapter)], port: { ...PORT, ...options.port } },
    workload: { ios: 40, depth: 4, ...options.workload },
    faults,
  }),
})

/** One request at a time: between two of them the adapter is idle. */
export const ONE_BY_ONE = { ios: 30, depth: 1 } as const
