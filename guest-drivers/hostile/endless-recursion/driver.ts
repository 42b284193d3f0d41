// Hostile: HwStartIo calls itself until there is no stack any more.
import { ScsiPortInitialize, ScsiRequestBlock } from '../../assembly'
import { DeviceExtension } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'

function descend(ext: DeviceExtension, depth: u32): u32 {
  ext.argument2 = depth
  // Not the last thing it does, so it cannot be made a loop.
  return descend(ext, depth + 1) + load<u32>(changetype<usize>(ext), offsetof<DeviceExtension>('argument2'))
}

function HwStartIo(ext: DeviceExtension, srb: ScsiRequestBlock): bool {
  ext.argument3 = descend(ext, 0)
  return true
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwStartIo = HwStartIo.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
