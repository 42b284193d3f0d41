// Breaks RB-7: a reset pulse must not be timed with a stall.
//
// The mistake: before the driver resets the bus it waits two milliseconds for the wires to calm down, with interrupts shut out.
// Cure: order the reset at once. A chip that leaves the length of the pulse to its driver is served with RequestTimerCall.
import { ScsiPortInitialize, ScsiPortStallExecution } from '../../assembly'
import { DeviceExtension } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'
import { HwResetBus as resetBus } from '../../reference-queued/reset'

function HwResetBus(ext: DeviceExtension, path: u32): bool {
  ScsiPortStallExecution(2000)
  return resetBus(ext, path)
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwResetBus = HwResetBus.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
