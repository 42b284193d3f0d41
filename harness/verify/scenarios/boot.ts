// Trouble while the adapter comes up: interrupts before the driver is ready for them, resources that are refused.
import type { CampaignScenario } from '../campaign-scenario.ts'
import { withFaults } from '../fault-scenario.ts'
import { INTERRUPT_ENABLE } from '../on-adapter.ts'

const FEW = { workload: { ios: 10 } }

export const BOOT: readonly CampaignScenario[] = [
  withFaults(
    'connected-interrupt',
    'an interrupt between connecting the line and HwInitialize',
    [{ when: { phase: 'connected' }, then: [{ do: 'spurious-interrupt' }] }],
    FEW,
  ),
  withFaults(
    'connected-causes',
    'causes pending before HwInitialize was called',
    [{ when: { phase: 'connected' }, then: [{ do: 'several-causes' }, { do: 'spurious-interrupt' }] }],
    FEW,
  ),
  withFaults(
    'initialize-interrupt',
    'an interrupt while HwInitialize runs',
    [{ when: { routine: 'HwInitialize' }, then: [{ do: 'spurious-interrupt' }] }],
    FEW,
  ),
  withFaults(
    'initialize-enable',
    'causes that become pending the moment HwInitialize enables interrupts',
    [
      {
        when: { routine: 'HwInitialize', register: INTERRUPT_ENABLE, access: 'write' },
        then: [{ do: 'several-causes' }],
      },
    ],
    FEW,
  ),
  withFaults('null-device-base', 'ScsiPortGetDeviceBase returns NULL', [
    { when: { phase: 'boot' }, then: [{ do: 'null-result', routine: 'ScsiPortGetDeviceBase' }] },
  ]),
  withFaults('null-uncached', 'ScsiPortGetUncachedExtension returns NULL', [
    { when: { phase: 'boot' }, then: [{ do: 'null-result', routine: 'ScsiPortGetUncachedExtension' }] },
  ]),
  withFaults(
    'null-logical-unit',
    'ScsiPortGetLogicalUnit returns NULL now and then, also when a command fails',
    [
      { when: { phase: 'run', every: 2 }, then: [{ do: 'null-result', routine: 'ScsiPortGetLogicalUnit' }] },
      { when: { phase: 'run', every: 4 }, then: [{ do: 'parity-error' }] },
    ],
    FEW,
  ),
  withFaults(
    'null-srb',
    'ScsiPortGetSrb returns NULL when an abort asks for it',
    [
      { when: { phase: 'run', every: 6 }, then: [{ do: 'abort' }] },
      { when: { phase: 'run', every: 2 }, then: [{ do: 'null-result', routine: 'ScsiPortGetSrb' }] },
    ],
    { adapter: { autosense: true } },
  ),
  withFaults(
    'refuse-range',
    'ScsiPortValidateRange returns FALSE',
    [{ when: { phase: 'boot' }, then: [{ do: 'refuse-range' }] }],
    FEW,
  ),
  withFaults('short-config', 'a PORT_CONFIGURATION_INFORMATION shorter than the driver was compiled for', [
    { when: { phase: 'boot' }, then: [{ do: 'short-config-info', bytes: 100 }] },
  ]),
]
