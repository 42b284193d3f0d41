// Hostile: HwInterrupt never returns. No register access, no import, nothing the bench could hold on to but its own counting.
import { ScsiPortInitialize } from '../../assembly'
import { DeviceExtension } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'
import { pendingCauses } from '../../reference-queued/interrupt'

function HwInterrupt(ext: DeviceExtension): bool {
  if (pendingCauses(ext) == 0) return false
  while (true) ext.argument3 += 1
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwInterrupt = HwInterrupt.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
