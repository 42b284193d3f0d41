// Ordinary work: nothing goes wrong, but everything a driver may meet on a good day comes up.
import { AUTOSENSE_CHOICE, adapter, type CampaignScenario, neighbour } from '../campaign-scenario.ts'

export const LOAD: readonly CampaignScenario[] = [
  {
    name: 'load',
    about: 'mixed sizes, all CDB forms, tagged, ordered and untagged requests',
    input: subject => ({
      machine: { adapters: [adapter(subject)] },
      workload: {
        ios: 200,
        depth: 8,
        blockSizes: [{ size: '512B' }, { size: '4KiB', weight: 3 }, { size: '16KiB' }],
        cdb: { 6: 1, 10: 3, 12: 1, 16: 1 },
        tags: { simple: 6, ordered: 1, untagged: 1 },
        flushEvery: 50,
      },
    }),
  },
  {
    name: 'shared-line',
    about: 'another driver on the same interrupt line',
    input: subject => ({
      machine: {
        adapters: [adapter(subject, { name: 'subject' }), neighbour(subject)],
        chain: 'rotating',
      },
      workload: { ios: 150, depth: 8 },
    }),
  },
  {
    name: 'autosense',
    about: 'an adapter that fetches sense data itself, a neighbour on the line',
    only: AUTOSENSE_CHOICE,
    input: subject => ({
      machine: {
        adapters: [adapter(subject, { name: 'subject', autosense: true }), neighbour(subject)],
        chain: 'rotating',
      },
      workload: { ios: 150, depth: 8 },
    }),
  },
]
