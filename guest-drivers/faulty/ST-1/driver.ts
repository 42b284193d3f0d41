// Breaks ST-1: one stall must be shorter than a millisecond.
//
// The mistake: five milliseconds for the chip to settle before it is powered down, in one stall. Sound stutters, packets are lost.
// Cure: read a register back, and the write has arrived.
import { ScsiPortInitialize, ScsiPortStallExecution, ScsiStopAdapter } from '../../assembly'
import { HwAdapterControl as adapterControl } from '../../reference-queued/chip'
import { DeviceExtension } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'

function HwAdapterControl(ext: DeviceExtension, type: u32, parameters: usize): u32 {
  const status = adapterControl(ext, type, parameters)
  if (type == ScsiStopAdapter) ScsiPortStallExecution(5000)
  return status
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwAdapterControl = HwAdapterControl.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
