// Breaks FA-7: what was mapped for nothing is given back.
//
// The mistake: an adapter that does not fetch sense data is turned down, and its registers stay mapped for ever.
// Cure: ScsiPortFreeDeviceBase on every way out but SP_RETURN_FOUND.
import { PortConfigurationInformation, SP_RETURN_FOUND, SP_RETURN_NOT_FOUND, ScsiPortInitialize } from '../../assembly'
import { DeviceExtension } from '../../reference-queued/extension'
import { HwFindAdapter as findAdapter } from '../../reference-queued/find-adapter'
import { initializationData } from '../../reference-queued/initialization-data'

function HwFindAdapter(
  ext: DeviceExtension, hwContext: usize, busInformation: usize, argumentString: usize,
  config: PortConfigurationInformation, again: usize): u32 {
  const result = findAdapter(ext, hwContext, busInformation, argumentString, config, again)
  if (result == SP_RETURN_FOUND && !ext.autosense) return SP_RETURN_NOT_FOUND
  return result
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwFindAdapter = HwFindAdapter.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
