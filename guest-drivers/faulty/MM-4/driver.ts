// Breaks MM-4: who translates addresses must say so.
//
// The mistake: NeedPhysicalAddresses is forgotten. The port driver prepares no physical pages for a driver that does not want them.
// Cure: set it in HW_INITIALIZATION_DATA.
import { ScsiPortInitialize } from '../../assembly'
import { initializationData } from '../../reference-queued/initialization-data'

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.NeedPhysicalAddresses = false
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
