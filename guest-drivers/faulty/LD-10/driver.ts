// Breaks LD-10: DriverEntry returns what ScsiPortInitialize returned.
//
// The mistake: TRUE for success. To the loader any value but 0 is a failure, so it unloads a driver whose adapter was found.
// Cure: return the result of ScsiPortInitialize, of several the lowest.
import { ScsiPortInitialize } from '../../assembly'
import { initializationData } from '../../reference-queued/initialization-data'

const TRUE: u32 = 1

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  ScsiPortInitialize(argument1, argument2, initializationData(), 0)
  return TRUE
}
