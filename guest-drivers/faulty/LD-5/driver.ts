// Breaks LD-5: HwFindAdapter, HwInitialize, HwStartIo and HwResetBus are mandatory.
//
// The mistake: there is no HwResetBus, "our adapter never hangs". The port driver calls it after every time-out; without it the driver is
// refused.
// Cure: write one. It resets the bus and completes what was outstanding.
import { ScsiPortInitialize } from '../../assembly'
import { initializationData } from '../../reference-queued/initialization-data'

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwResetBus = 0
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
