// Breaks LD-8: entry points must have the documented types.
//
// The mistake: HwResetBus forgets its second parameter, the path, since this adapter has one bus only. In C a cast would
// hide it, and with a calling convention in which the callee takes the parameters off the stack, every bus reset would
// destroy the stack of the port driver.
// Cure: declare all of them, used or not, and assign without a cast.
import { ScsiPortInitialize } from '../../assembly'
import { DeviceExtension } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'
import { HwResetBus as resetBus } from '../../reference-queued/reset'

function HwResetBus(ext: DeviceExtension): bool {
  return resetBus(ext, 0)
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwResetBus = HwResetBus.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
