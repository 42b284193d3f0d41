// Hostile: a buffer read of four billion bytes from a port, into a buffer of sixteen.
import { ScsiPortInitialize, ScsiPortReadPortBufferUchar, ScsiRequestBlock } from '../../assembly'
import { DeviceExtension } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'

function HwStartIo(ext: DeviceExtension, srb: ScsiRequestBlock): bool {
  ScsiPortReadPortBufferUchar(ext.registers, changetype<usize>(ext), 0xffffffff)
  return true
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwStartIo = HwStartIo.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
