// Breaks LD-4: HwInitializationDataSize is the size of the structure.
//
// The mistake: the size was counted by hand, and two members were forgotten. The port driver knows no structure of 72 bytes and refuses
// the driver.
// Cure: sizeof.
import { ScsiPortInitialize } from '../../assembly'
import { initializationData } from '../../reference-queued/initialization-data'

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwInitializationDataSize = 72
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
