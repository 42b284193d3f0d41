// Breaks AC-2: a Plug and Play miniport needs HwAdapterControl.
//
// The mistake: the routine is missing, as in drivers written before there was Plug and Play. Nobody tells the driver that its adapter is
// taken away or powered down.
// Cure: fill it in, and support stop and restart.
import { ScsiPortInitialize } from '../../assembly'
import { initializationData } from '../../reference-queued/initialization-data'

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwAdapterControl = 0
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
