// An adapter's life: stopped and started again under load, pulled out, timers that come late.
import type { CampaignScenario } from '../campaign-scenario.ts'
import { ONE_BY_ONE, upset, withFaults } from '../fault-scenario.ts'

export const LIFE: readonly CampaignScenario[] = [
  withFaults('stop-restart', 'the adapter is stopped and restarted in the middle of the load', [
    { when: { phase: 'busy', every: 15 }, times: 2, then: [{ do: 'stop-adapter' }] },
  ]),
  withFaults(
    'removal-busy',
    'the adapter is pulled out while requests are with it',
    [{ when: { phase: 'busy', nth: 10 }, then: [{ do: 'surprise-removal' }] }],
    { workload: { ios: 20 } },
  ),
  withFaults(
    'removal-idle',
    'the adapter is pulled out while no request is with it',
    [{ when: { phase: 'idle', nth: 10 }, then: [{ do: 'surprise-removal' }] }],
    { workload: ONE_BY_ONE },
  ),
  withFaults('removal-isr', 'the adapter is pulled out while HwInterrupt runs', [
    { when: { phase: 'run', routine: 'HwInterrupt', nth: 10 }, then: [{ do: 'surprise-removal' }] },
  ]),
  withFaults('removal-boot', 'the adapter is pulled out while HwInitialize runs', [
    { when: { routine: 'HwInitialize' }, then: [{ do: 'surprise-removal' }] },
  ]),
  withFaults('removal-timer', 'the adapter is pulled out while it recovers from a reset', subject => [
    { when: { phase: 'busy', nth: 10 }, then: [{ do: upset(subject) }] },
    { when: { routine: 'HwTimer', access: 'read', ordinal: 1 }, then: [{ do: 'surprise-removal' }] },
  ]),
  withFaults('timer-jitter', 'HwTimer comes late', subject => [
    { when: { phase: 'run', nth: 10 }, then: [{ do: upset(subject) }] },
    { when: { phase: 'run', every: 1 }, then: [{ do: 'timer-jitter', for: '300ms' }] },
  ]),
]
