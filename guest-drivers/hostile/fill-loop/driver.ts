// Hostile: few instructions, many bytes: 32 KiB a turn, for ever, all inside the driver's own memory.
import { ScsiPortInitialize } from '../../assembly'
import { DeviceExtension } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'
import { pendingCauses } from '../../reference-queued/interrupt'

const OWN: usize = 0x8000
const BYTES: usize = 0x8000

function HwInterrupt(ext: DeviceExtension): bool {
  if (pendingCauses(ext) == 0) return false
  while (true) memory.fill(OWN, 0xee, BYTES)
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwInterrupt = HwInterrupt.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
