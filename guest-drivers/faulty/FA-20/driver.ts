// Breaks FA-20: the common buffer is small.
//
// The mistake: room for the data of all commands is asked for as common buffer. So much contiguous memory is hardly ever there, and then the
// adapter does not start.
// Cure: only what the adapter reads by itself; data lies where the SRB says.
import { PortConfigurationInformation, SP_RETURN_BAD_CONFIG, SP_RETURN_FOUND, ScsiPortInitialize } from '../../assembly'
import { DeviceExtension } from '../../reference-queued/extension'
import { claimTables, describe, identify } from '../../reference-queued/find-adapter'
import { initializationData } from '../../reference-queued/initialization-data'

const BUFFER_BYTES: u32 = 256 * 1024

function HwFindAdapter(
  ext: DeviceExtension, hwContext: usize, busInformation: usize, argumentString: usize,
  config: PortConfigurationInformation, again: usize): u32 {
  store<u8>(again, 0)
  if (config.Length < offsetof<PortConfigurationInformation>()) return SP_RETURN_BAD_CONFIG
  const found = identify(ext, config)
  if (found != SP_RETURN_FOUND) return found
  describe(ext, config)
  return claimTables(ext, config, BUFFER_BYTES)
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwFindAdapter = HwFindAdapter.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
