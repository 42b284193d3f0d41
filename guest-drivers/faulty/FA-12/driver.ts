// Breaks FA-12: the number of buses is given.
//
// The mistake: NumberOfBuses is left at 0. There is no bus that could be scanned, and the port driver refuses the adapter.
// Cure: set it, and InitiatorBusId for each bus.
import { PortConfigurationInformation, ScsiPortInitialize } from '../../assembly'
import { DeviceExtension } from '../../reference-queued/extension'
import { HwFindAdapter as findAdapter } from '../../reference-queued/find-adapter'
import { initializationData } from '../../reference-queued/initialization-data'

function HwFindAdapter(
  ext: DeviceExtension, hwContext: usize, busInformation: usize, argumentString: usize,
  config: PortConfigurationInformation, again: usize): u32 {
  const result = findAdapter(ext, hwContext, busInformation, argumentString, config, again)
  config.NumberOfBuses = 0
  return result
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwFindAdapter = HwFindAdapter.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
