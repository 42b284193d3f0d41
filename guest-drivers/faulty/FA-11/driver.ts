// Breaks FA-11: MaximumTransferLength is known.
//
// The mistake: it is left at 0xFFFFFFFF, as supplied: without limit. The transfer counter of the adapter has one.
// Cure: set it to what one command can move.
import { PortConfigurationInformation, ScsiPortInitialize } from '../../assembly'
import { DeviceExtension } from '../../reference-dma/extension'
import { HwFindAdapter as findAdapter } from '../../reference-dma/find-adapter'
import { initializationData } from '../../reference-dma/initialization-data'

const UNLIMITED: u32 = 0xffffffff

function HwFindAdapter(
  ext: DeviceExtension, hwContext: usize, busInformation: usize, argumentString: usize,
  config: PortConfigurationInformation, again: usize): u32 {
  const result = findAdapter(ext, hwContext, busInformation, argumentString, config, again)
  config.MaximumTransferLength = UNLIMITED
  return result
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwFindAdapter = HwFindAdapter.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
