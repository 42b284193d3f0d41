// Breaks LD-13: AutoRequestSense is a promise.
//
// The mistake: AutoRequestSense is TRUE whatever the adapter can do. This one does not fetch sense data, so a CHECK CONDITION comes back
// without any, and who relies on the flag never learns what happened.
// Cure: set it to what the capabilities of the adapter say.
import { PortConfigurationInformation, ScsiPortInitialize } from '../../assembly'
import { DeviceExtension } from '../../reference-dma/extension'
import { HwFindAdapter as findAdapter } from '../../reference-dma/find-adapter'
import { initializationData } from '../../reference-dma/initialization-data'

function HwFindAdapter(
  ext: DeviceExtension, hwContext: usize, busInformation: usize, argumentString: usize,
  config: PortConfigurationInformation, again: usize): u32 {
  const result = findAdapter(ext, hwContext, busInformation, argumentString, config, again)
  config.AutoRequestSense = true
  return result
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwFindAdapter = HwFindAdapter.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
