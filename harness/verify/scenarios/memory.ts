// Transfers: sizes beyond a page, and addresses that do not fit into 32 bits.
import { adapter, type CampaignScenario } from '../campaign-scenario.ts'

export const MEMORY: readonly CampaignScenario[] = [
  {
    name: 'transfers',
    about: 'transfers over several pages',
    input: subject => ({
      machine: { adapters: [adapter(subject)], port: { srbTimeout: '2s', resetHold: '1s' } },
      workload: { ios: 60, depth: 4, blockSizes: [{ size: '4KiB' }, { size: '8KiB', weight: 3 }] },
    }),
  },
  {
    name: 'above-4gib',
    about: 'physical addresses above 4 GiB, for drivers that take them',
    input: subject => ({
      machine: { adapters: [adapter(subject)], memory: { above4GiB: true } },
      workload: { ios: 60, depth: 4, blockSizes: '8KiB' },
    }),
  },
]
