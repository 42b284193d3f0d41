// Breaks ST-2: the stalls of one call must stay below a millisecond together.
//
// The mistake: the limit of a single stall is known and kept, so three of them follow each other. It is the sum that shuts interrupts out.
// Cure: go on in a timer routine.
import { ScsiPortInitialize, ScsiPortStallExecution, ScsiStopAdapter } from '../../assembly'
import { HwAdapterControl as adapterControl } from '../../reference-queued/chip'
import { DeviceExtension } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'

function HwAdapterControl(ext: DeviceExtension, type: u32, parameters: usize): u32 {
  const status = adapterControl(ext, type, parameters)
  if (type == ScsiStopAdapter) for (let n = 0; n < 3; n++) ScsiPortStallExecution(400)
  return status
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwAdapterControl = HwAdapterControl.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
