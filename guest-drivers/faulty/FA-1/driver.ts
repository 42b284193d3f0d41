// Breaks FA-1: Length of PORT_CONFIGURATION_INFORMATION comes first.
//
// The mistake: HwFindAdapter fills the structure it was compiled with. An older port driver passes a shorter one, and Dma64BitAddresses
// lies behind its end, in memory of somebody else.
// Cure: compare Length with the size of the structure before anything else.
import { PortConfigurationInformation, SP_RETURN_FOUND, ScsiPortInitialize } from '../../assembly'
import { DeviceExtension, TABLES_ALIGNMENT, TABLES_BYTES } from '../../reference-queued/extension'
import { claimTables, describe, identify } from '../../reference-queued/find-adapter'
import { initializationData } from '../../reference-queued/initialization-data'

function HwFindAdapter(
  ext: DeviceExtension, hwContext: usize, busInformation: usize, argumentString: usize,
  config: PortConfigurationInformation, again: usize): u32 {
  store<u8>(again, 0)
  const found = identify(ext, config)
  if (found != SP_RETURN_FOUND) return found
  describe(ext, config)
  return claimTables(ext, config, TABLES_BYTES + TABLES_ALIGNMENT)
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwFindAdapter = HwFindAdapter.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
