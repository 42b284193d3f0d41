// Hostile: one instruction that writes four gigabytes.
import { ScsiPortInitialize, ScsiRequestBlock } from '../../assembly'
import { DeviceExtension } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'

function HwStartIo(ext: DeviceExtension, srb: ScsiRequestBlock): bool {
  memory.fill(changetype<usize>(srb), 0xee, 0xffffffff)
  return true
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwStartIo = HwStartIo.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
