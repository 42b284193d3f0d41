// Breaks FA-10: NumberOfPhysicalBreaks may be lowered, never raised.
//
// The mistake: it is set to what the adapter can do, although the port driver supplied less. Requests come that this machine cannot map.
// Cure: the smaller one of both.
import { PortConfigurationInformation, ScsiPortInitialize } from '../../assembly'
import { DeviceExtension } from '../../reference-dma/extension'
import { HwFindAdapter as findAdapter } from '../../reference-dma/find-adapter'
import { initializationData } from '../../reference-dma/initialization-data'

function HwFindAdapter(
  ext: DeviceExtension, hwContext: usize, busInformation: usize, argumentString: usize,
  config: PortConfigurationInformation, again: usize): u32 {
  const result = findAdapter(ext, hwContext, busInformation, argumentString, config, again)
  config.NumberOfPhysicalBreaks = 17
  return result
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwFindAdapter = HwFindAdapter.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
