// Breaks FA-16: *Again is always answered.
//
// The mistake: *Again is not set. It holds whatever it held, here neither TRUE nor FALSE, and the port driver calls once more for an
// adapter that does not exist.
// Cure: *Again = FALSE at the beginning.
import { PortConfigurationInformation, ScsiPortInitialize } from '../../assembly'
import { DeviceExtension } from '../../reference-queued/extension'
import { HwFindAdapter as findAdapter } from '../../reference-queued/find-adapter'
import { initializationData } from '../../reference-queued/initialization-data'

function HwFindAdapter(
  ext: DeviceExtension, hwContext: usize, busInformation: usize, argumentString: usize,
  config: PortConfigurationInformation, again: usize): u32 {
  // Into a variable of our own, and never copied.
  const mine = changetype<usize>(ext) + offsetof<DeviceExtension>('argument3')
  return findAdapter(ext, hwContext, busInformation, argumentString, config, mine)
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwFindAdapter = HwFindAdapter.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
