// Ways back: requests that never end, aborts, resets by the port driver and by others.
import type { ScenarioInput } from '../../../schemas/scenario.ts'
import type { CampaignScenario } from '../campaign-scenario.ts'
import { withFaults } from '../fault-scenario.ts'

type When = NonNullable<ScenarioInput['faults']>[number]['when']

const TAGGED = { adapter: { autosense: true } }
const abort = (name: string, about: string, when: When): CampaignScenario =>
  withFaults(name, about, [{ when, then: [{ do: 'abort' }] }], TAGGED)

export const RECOVERY: readonly CampaignScenario[] = [
  withFaults('drop-command', 'a command that is never answered: time-out, HwResetBus', [
    { when: { phase: 'run', nth: 10 }, then: [{ do: 'drop-command' }] },
  ]),
  withFaults('lost-completion', 'a command that is carried out and never reported', [
    { when: { phase: 'run', nth: 10 }, then: [{ do: 'lost-completion' }] },
  ]),
  withFaults('late-completion', 'a command that ends after its time-out', [
    { when: { phase: 'run', nth: 10 }, then: [{ do: 'late-completion', for: '3500ms' }] },
  ]),
  withFaults(
    'abort-first',
    'commands that are never answered: the port driver asks for an abort before it resets the bus',
    [{ when: { phase: 'run', every: 12 }, times: 2, then: [{ do: 'drop-command' }] }],
    { ...TAGGED, port: { abortFirst: true } },
  ),
  abort('abort-selected', 'an abort while the command is on its way to the target', { phase: 'run', every: 8 }),
  abort('abort-started', 'an abort right after HwStartIo', { phase: 'run', routine: 'HwStartIo', every: 8 }),
  abort('abort-mapped', 'an abort between ScsiPortIoMapTransfer and HwDmaStarted', {
    phase: 'run',
    between: 'map-transfer and dma-started',
    every: 8,
  }),
  abort('abort-ending', 'an abort when the command has ended and its interrupt is on the way', {
    phase: 'run',
    between: 'raise and enter',
    every: 8,
  }),
  withFaults('bus-reset', 'resets of the bus by somebody else while requests are with the adapter', [
    { when: { phase: 'busy', every: 15 }, times: 2, then: [{ do: 'bus-reset' }] },
  ]),
  withFaults(
    'bus-reset-idle',
    'a reset of the bus by somebody else while no request is with the adapter',
    [{ when: { phase: 'idle', every: 10 }, times: 2, then: [{ do: 'bus-reset' }] }],
    { workload: { ios: 30, depth: 1 } },
  ),
  withFaults('interrupt-after-reset', 'an interrupt right after HwResetBus', [
    { when: { phase: 'run', nth: 10 }, then: [{ do: 'drop-command' }] },
    { when: { routine: 'HwResetBus' }, then: [{ do: 'spurious-interrupt' }] },
  ]),
  withFaults('causes-after-reset', 'causes that become pending while HwResetBus runs', [
    { when: { phase: 'run', nth: 10 }, then: [{ do: 'drop-command' }] },
    { when: { routine: 'HwResetBus' }, then: [{ do: 'several-causes' }] },
  ]),
  withFaults('reselection', 'a target that reselects with a tag nobody waits for', [
    { when: { phase: 'busy', every: 12 }, then: [{ do: 'reselect-unknown-tag' }] },
  ]),
]
