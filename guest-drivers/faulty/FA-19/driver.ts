// Breaks FA-19: the common buffer is asked for once.
//
// The mistake: a second piece is asked for, for a table that was added later. There is one common buffer for each adapter: the second call
// returns NULL, or destroys the layout of the first.
// Cure: add up what you need, and ask once.
import { PortConfigurationInformation, SP_RETURN_FOUND, ScsiPortGetUncachedExtension, ScsiPortInitialize } from '../../assembly'
import { DeviceExtension } from '../../reference-queued/extension'
import { HwFindAdapter as findAdapter } from '../../reference-queued/find-adapter'
import { initializationData } from '../../reference-queued/initialization-data'

const MORE_BYTES: u32 = 512

function HwFindAdapter(
  ext: DeviceExtension, hwContext: usize, busInformation: usize, argumentString: usize,
  config: PortConfigurationInformation, again: usize): u32 {
  const result = findAdapter(ext, hwContext, busInformation, argumentString, config, again)
  if (result != SP_RETURN_FOUND) return result
  ScsiPortGetUncachedExtension(ext, config, MORE_BYTES)
  return result
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwFindAdapter = HwFindAdapter.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
