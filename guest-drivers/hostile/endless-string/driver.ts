// Hostile: %s with a string that has no end: no zero byte up to the end of the driver's memory.
import { ScsiDebugPrint, ScsiPortInitialize } from '../../assembly'
import { HwInitialize as initialize } from '../../reference-queued/chip'
import { DeviceExtension } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'

// "%s"
const FORMAT: usize = memory.data<u8>([0x25, 0x73, 0])
const TEXT: usize = 0x8000

function HwInitialize(ext: DeviceExtension): bool {
  const end = <usize>memory.size() << 16
  memory.fill(TEXT, 0x41, end - TEXT)
  ext.argument0 = <u32>TEXT
  ScsiDebugPrint(0, FORMAT, changetype<usize>(ext))
  return initialize(ext)
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwInitialize = HwInitialize.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
