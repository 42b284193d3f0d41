// Breaks LD-14: no state in global variables.
//
// The mistake: HwStartIo counts its requests in a global variable. With two adapters the second one goes on where the first one stopped,
// and on two processors both count at once.
// Cure: a member of the device extension.
import { ScsiPortInitialize, ScsiRequestBlock } from '../../assembly'
import { DeviceExtension } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'
import { HwStartIo as startIo } from '../../reference-queued/start-io'

let requests: u32 = 0

function HwStartIo(ext: DeviceExtension, srb: ScsiRequestBlock): bool {
  ext.argument3 = ++requests
  return startIo(ext, srb)
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwStartIo = HwStartIo.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
