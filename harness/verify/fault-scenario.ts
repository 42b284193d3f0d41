// Scenarios with a fault plan: one adapter with one drive, few I/Os, short time-outs.
import { ADAPTER_KINDS } from '../../device/adapters/kinds.ts'
import type { ScenarioInput } from '../../schemas/scenario.ts'
import { type AdapterSettings, adapter, type CampaignScenario, type Subject } from './campaign-scenario.ts'

type Faults = NonNullable<ScenarioInput['faults']>
type Port = NonNullable<ScenarioInput['machine']['port']>

export interface FaultScenarioOptions {
  adapter?: AdapterSettings
  port?: Port
  workload?: ScenarioInput['workload']
  only?: NonNullable<CampaignScenario['only']>
}

/** Virtual seconds cost ticks only, but recovery is to be over before the run is. */
const PORT: Port = { srbTimeout: '2s', resetHold: '1s' }

/** What makes an adapter recover: a reset by somebody else, or a command that is never answered where there is no bus. */
export const upset = ({ adapter }: Subject): 'bus-reset' | 'drop-command' =>
  ADAPTER_KINDS[adapter]?.immune['bus-reset'] === undefined ? 'bus-reset' : 'drop-command'

/** @param name kebab-case @param about what it puts in the driver's way */
export const withFaults = (
  name: string,
  about: string,
  faults: Faults | ((subject: Subject) => Faults),
  options: FaultScenarioOptions = {},
): CampaignScenario => ({
  name,
  about,
  input: subject => ({
    machine: { adapters: [adapter(subject, options.adapter)], port: { ...PORT, ...options.port } },
    workload: { ios: 40, depth: 4, ...options.workload },
    faults: typeof faults === 'function' ? faults(subject) : faults,
  }),
  ...(options.only === undefined ? {} : { only: options.only }),
})

/** One request at a time: between two of them the adapter is idle. */
export const ONE_BY_ONE = { ios: 30, depth: 1 } as const
