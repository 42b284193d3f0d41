// Breaks IN-1: who fails to start says why.
//
// The mistake: HwInitialize turns an adapter down without a word. It is missing from the system, and nobody finds out why.
// Cure: ScsiPortLogError before FALSE.
import { ScsiPortInitialize } from '../../assembly'
import { HwInitialize as initialize } from '../../reference-queued/chip'
import { DeviceExtension } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'

function HwInitialize(ext: DeviceExtension): bool {
  if (!ext.autosense) return false
  return initialize(ext)
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwInitialize = HwInitialize.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
