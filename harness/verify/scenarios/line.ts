// What the interrupt line does to a driver: interrupts that are not its own, that come at the wrong moment, or not at all.
import type { CampaignScenario } from '../campaign-scenario.ts'
import { ONE_BY_ONE, withFaults } from '../fault-scenario.ts'

// Each several-causes has the driver report a change of devices: few of them, or it reports too many (BC-1).

export const LINE: readonly CampaignScenario[] = [
  withFaults(
    'spurious-idle',
    'interrupts without a cause while no request is with the adapter',
    [{ when: { phase: 'idle', every: 4 }, then: [{ do: 'spurious-interrupt' }] }],
    { workload: ONE_BY_ONE },
  ),
  withFaults('spurious-busy', 'interrupts without a cause while requests are with the adapter', [
    { when: { phase: 'busy', every: 4 }, then: [{ do: 'spurious-interrupt' }] },
  ]),
  withFaults('spurious-start', 'interrupts without a cause while HwStartIo runs', [
    { when: { phase: 'run', routine: 'HwStartIo', every: 5 }, then: [{ do: 'spurious-interrupt' }] },
  ]),
  withFaults('spurious-complete', 'an interrupt without a cause between completion and the end of HwInterrupt', [
    { when: { phase: 'run', between: 'complete and exit', every: 5 }, then: [{ do: 'spurious-interrupt' }] },
  ]),
  withFaults('map-transfer-interrupt', 'an interrupt between ScsiPortIoMapTransfer and HwDmaStarted', [
    { when: { between: 'map-transfer and dma-started', every: 3 }, then: [{ do: 'spurious-interrupt' }] },
  ]),
  withFaults('map-transfer-causes', 'causes that become pending between ScsiPortIoMapTransfer and HwDmaStarted', [
    { when: { between: 'map-transfer and dma-started', every: 3 }, times: 4, then: [{ do: 'several-causes' }] },
  ]),
  withFaults('dma-started-interrupt', 'an interrupt between HwDmaStarted and ScsiPortFlushDma', [
    { when: { between: 'dma-started and flush', every: 3 }, then: [{ do: 'spurious-interrupt' }] },
  ]),
  withFaults('several-causes', 'several causes pending at once, with nothing behind most of them', [
    { when: { phase: 'busy', every: 6 }, times: 4, then: [{ do: 'several-causes' }] },
  ]),
  withFaults(
    'several-causes-idle',
    'the same while no request is with the adapter',
    [{ when: { phase: 'idle', every: 6 }, times: 4, then: [{ do: 'several-causes' }] }],
    { workload: ONE_BY_ONE },
  ),
  withFaults('stuck-line', 'somebody else holds the line for a while', [
    { when: { phase: 'run', every: 15 }, then: [{ do: 'stuck-line', for: '40us' }] },
  ]),
  withFaults('lost-interrupt', 'an interrupt that never reaches the processor', [
    { when: { phase: 'run', nth: 10 }, then: [{ do: 'lost-interrupt' }] },
  ]),
]
