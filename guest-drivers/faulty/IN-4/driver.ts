// Breaks IN-4: HwInitialize has five seconds.
//
// The mistake: HwInitialize waits for a self-test of the adapter that takes six seconds. Nothing else of the system moves meanwhile.
// Cure: start the test, return, and look at its result in HwScsiTimer.
import { ScsiPortInitialize, ScsiPortStallExecution } from '../../assembly'
import { HwInitialize as initialize } from '../../reference-queued/chip'
import { DeviceExtension } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'

const SELF_TEST_US: u32 = 6_000_000
const STEP_US: u32 = 900

function HwInitialize(ext: DeviceExtension): bool {
  for (let waited: u32 = 0; waited < SELF_TEST_US; waited += STEP_US) ScsiPortStallExecution(STEP_US)
  return initialize(ext)
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwInitialize = HwInitialize.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
