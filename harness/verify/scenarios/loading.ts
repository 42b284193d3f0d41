// Loading and start: few requests, but everything around DriverEntry, HwFindAdapter and HwInitialize.
import { adapter, type CampaignScenario } from '../campaign-scenario.ts'
import { withFaults } from '../fault-scenario.ts'

const workload = { ios: 20, depth: 4 }

export const LOADING: readonly CampaignScenario[] = [
  {
    name: 'start',
    about: 'a HwContext that points nowhere, 16 pieces of data at most, patience with HwInitialize',
    input: subject => ({
      machine: {
        adapters: [adapter(subject)],
        limits: { initialize: '10s' },
        port: { hwContext: 'poison', maximumSgList: 16 },
      },
      workload,
    }),
  },
  {
    name: 'start-autosense',
    about: 'an adapter that fetches sense data itself; no limit but that of the driver',
    input: subject => ({ machine: { adapters: [adapter(subject, { autosense: true })] }, workload }),
  },
  {
    name: 'detection',
    about: 'no resources assigned: the driver looks for its adapter itself, as before Plug and Play',
    input: subject => ({ machine: { adapters: [adapter(subject)], port: { resources: 'none' } }, workload }),
  },
  withFaults(
    'detection-refused',
    'the adapter that the driver finds by itself is taken by another driver',
    [{ when: { phase: 'boot' }, then: [{ do: 'refuse-range' }] }],
    { port: { resources: 'none' } },
  ),
  withFaults('removal-find', 'the adapter is gone when HwFindAdapter looks at it', [
    { when: { routine: 'HwFindAdapter', access: 'read', ordinal: 1 }, then: [{ do: 'surprise-removal' }] },
  ]),
]
