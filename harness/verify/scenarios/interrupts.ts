// Interrupts in company: a neighbour on the line while something happens to the driver's own adapter.
import { adapter, type CampaignScenario, neighbour } from '../campaign-scenario.ts'

export const INTERRUPTS: readonly CampaignScenario[] = [
  {
    name: 'removal-shared',
    about: 'the adapter is pulled out, and its neighbour on the line goes on interrupting',
    input: subject => ({
      machine: {
        adapters: [adapter(subject, { name: 'subject' }), neighbour(subject)],
        chain: 'rotating',
        port: { srbTimeout: '2s', resetHold: '1s' },
      },
      workload: { ios: 40, depth: 4 },
      faults: [{ when: { adapter: 'subject', phase: 'busy', nth: 10 }, then: [{ do: 'surprise-removal' }] }],
    }),
  },
]
