// Breaks LD-2: what DriverEntry gets goes to ScsiPortInitialize as it is.
//
// The mistake: Argument1 and Argument2 are exchanged. Both are pointers, so no compiler objects; the port driver takes the registry
// path for the driver object and writes into it.
// Cure: pass them on in the order in which they came.
import { ScsiPortInitialize } from '../../assembly'
import { initializationData } from '../../reference-queued/initialization-data'

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  return ScsiPortInitialize(argument2, argument1, initializationData(), 0)
}
