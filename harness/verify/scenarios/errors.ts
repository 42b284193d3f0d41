// Commands that end badly: on the bus, in the target, in the data path.
import { AUTOSENSE_CHOICE, type CampaignScenario } from '../campaign-scenario.ts'
import { withFaults } from '../fault-scenario.ts'

const MEDIUM = { key: 'medium error', asc: 0x11, ascq: 0x01 } as const
const HARDWARE = { key: 'hardware error', asc: 0x44, ascq: 0x00 } as const
const AUTOSENSE = { adapter: { autosense: true } }

export const ERRORS: readonly CampaignScenario[] = [
  withFaults('selection-timeout', 'a target that does not answer', [
    { when: { phase: 'run', every: 10 }, then: [{ do: 'selection-timeout' }] },
  ]),
  withFaults('parity-error', 'parity errors on the bus', [
    { when: { phase: 'run', every: 10 }, then: [{ do: 'parity-error' }] },
  ]),
  withFaults(
    'many-errors',
    'every second command ends with a parity error',
    [{ when: { phase: 'run', every: 2 }, then: [{ do: 'parity-error' }] }],
    { workload: { ios: 80 } },
  ),
  withFaults('disconnect', 'a target that leaves the bus', [
    { when: { phase: 'run', every: 10 }, then: [{ do: 'unexpected-disconnect' }] },
  ]),
  withFaults('overrun', 'a target that wants to move more than the buffer holds', [
    { when: { phase: 'run', every: 10 }, then: [{ do: 'overrun', bytes: 512 }] },
  ]),
  withFaults('underrun', 'a target that moves less than was asked for', [
    { when: { phase: 'run', every: 10 }, then: [{ do: 'underrun', bytes: 512 }] },
  ]),
  withFaults('dma-error', 'transfers that fail on the way to memory', [
    { when: { phase: 'run', every: 10 }, then: [{ do: 'dma-error' }] },
  ]),
  withFaults(
    'check-condition',
    'CHECK CONDITION, the adapter fetches the sense data',
    [
      { when: { phase: 'run', opcode: 0x28, every: 8 }, then: [{ do: 'check-condition', sense: MEDIUM }] },
      { when: { phase: 'run', opcode: 0x2a, every: 4 }, then: [{ do: 'check-condition', sense: HARDWARE }] },
    ],
    AUTOSENSE,
  ),
  withFaults(
    'sense-without-autosense',
    'CHECK CONDITION, the sense data must be asked for',
    [
      { when: { phase: 'run', opcode: 0x28, every: 8 }, then: [{ do: 'check-condition', sense: MEDIUM }] },
      { when: { phase: 'run', opcode: 0x2a, every: 4 }, then: [{ do: 'check-condition', sense: HARDWARE }] },
    ],
    { only: AUTOSENSE_CHOICE },
  ),
  withFaults('busy', 'a target that is busy', [{ when: { phase: 'run', every: 10 }, then: [{ do: 'busy' }] }]),
  withFaults(
    'queue-full',
    'a target whose queue is full',
    [{ when: { phase: 'run', every: 15 }, then: [{ do: 'queue-full' }] }],
    AUTOSENSE,
  ),
  withFaults('reservation-conflict', 'a target reserved for somebody else', [
    { when: { phase: 'run', every: 10 }, then: [{ do: 'reservation-conflict' }] },
  ]),
]
