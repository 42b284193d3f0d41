// Breaks LD-11: ScsiPortInitialize is called from DriverEntry only.
//
// The mistake: HwFindAdapter has found one adapter and registers the driver once more, so that a second one be looked for. The arguments
// of DriverEntry are gone by then, and so is the time when adapters can be registered.
// Cure: *Again, or a call for every bus type in DriverEntry.
import { PortConfigurationInformation, ScsiPortInitialize } from '../../assembly'
import { DeviceExtension } from '../../reference-queued/extension'
import { HwFindAdapter as findAdapter } from '../../reference-queued/find-adapter'
import { initializationData } from '../../reference-queued/initialization-data'

function HwFindAdapter(
  ext: DeviceExtension, hwContext: usize, busInformation: usize, argumentString: usize,
  config: PortConfigurationInformation, again: usize): u32 {
  const result = findAdapter(ext, hwContext, busInformation, argumentString, config, again)
  const data = initializationData()
  data.HwFindAdapter = HwFindAdapter.index
  ScsiPortInitialize(0, 0, data, 0)
  return result
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwFindAdapter = HwFindAdapter.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
