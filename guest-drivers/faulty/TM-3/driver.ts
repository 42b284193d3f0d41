// Breaks TM-3: the timer routine must have the documented type.
//
// The mistake: the routine is also called from elsewhere in the driver, with a reason, and returns whether all is well. The port
// driver passes one argument and expects nothing back.
// Cure: a routine of its own for the timer, and the reason in the device extension.
import { ScsiPortInitialize, requestTimerCall } from '../../assembly'
import { HwInitialize as initialize } from '../../reference-dma/chip'
import { DeviceExtension } from '../../reference-dma/extension'
import { initializationData } from '../../reference-dma/initialization-data'

function checkAdapter(ext: DeviceExtension, reason: u32): bool {
  ext.argument3 = reason
  return true
}

function HwInitialize(ext: DeviceExtension): bool {
  const done = initialize(ext)
  requestTimerCall(ext, checkAdapter.index, 100000)
  return done
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwInitialize = HwInitialize.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
