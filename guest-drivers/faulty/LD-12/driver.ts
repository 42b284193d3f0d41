// Breaks LD-12: several requests of a unit at once need autosense.
//
// The mistake: on an adapter that does not fetch sense data the driver takes AutoRequestSense back, but goes on to ask for several requests
// of a unit at once. After CHECK CONDITION the next of them in line takes the sense data of the first.
// Cure: take back MultipleRequestPerLu as well.
import { PortConfigurationInformation, ScsiPortInitialize } from '../../assembly'
import { DeviceExtension } from '../../reference-queued/extension'
import { HwFindAdapter as findAdapter } from '../../reference-queued/find-adapter'
import { initializationData } from '../../reference-queued/initialization-data'

function HwFindAdapter(
  ext: DeviceExtension, hwContext: usize, busInformation: usize, argumentString: usize,
  config: PortConfigurationInformation, again: usize): u32 {
  const result = findAdapter(ext, hwContext, busInformation, argumentString, config, again)
  config.MultipleRequestPerLu = true
  return result
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwFindAdapter = HwFindAdapter.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
