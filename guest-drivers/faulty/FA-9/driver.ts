// Breaks FA-9: HwContext is left alone when ranges are supplied.
//
// The mistake: whatever was supplied, HwFindAdapter looks into the context of ScsiPortInitialize first, for the addresses that are to be
// tried. Long after DriverEntry there is nothing where it points to, and the driver is stopped.
// Cure: look at AccessRanges first, and at HwContext only when all of them are zero.
import { PortConfigurationInformation, ScsiPortInitialize } from '../../assembly'
import { DeviceExtension } from '../../reference-queued/extension'
import { HwFindAdapter as findAdapter } from '../../reference-queued/find-adapter'
import { initializationData } from '../../reference-queued/initialization-data'

function HwFindAdapter(
  ext: DeviceExtension, hwContext: usize, busInformation: usize, argumentString: usize,
  config: PortConfigurationInformation, again: usize): u32 {
  if (hwContext != 0) ext.argument3 = load<u32>(hwContext)
  return findAdapter(ext, hwContext, busInformation, argumentString, config, again)
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwFindAdapter = HwFindAdapter.index
  return ScsiPortInitialize(argument1, argument2, data, changetype<usize>(data))
}
