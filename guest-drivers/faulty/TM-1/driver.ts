// Breaks TM-1: waiting for the adapter is the timer's work.
//
// The mistake: before the adapter is stopped the driver waits for it to become idle, and looks every 10 µs. The chip reports READY,
// which the loop takes for busy: so it polls to the very end, 1.5 ms with interrupts shut out.
// Cure: the queue is empty when ScsiStopAdapter comes. For other waits: RequestTimerCall, and look again in the timer routine.
import { ScsiPortInitialize, ScsiPortStallExecution, ScsiStopAdapter } from '../../assembly'
import * as hw from '../../assembly/whba'
import { HwAdapterControl as adapterControl, read } from '../../reference-dma/chip'
import { DeviceExtension } from '../../reference-dma/extension'
import { initializationData } from '../../reference-dma/initialization-data'

function HwAdapterControl(ext: DeviceExtension, type: u32, parameters: usize): u32 {
  if (type == ScsiStopAdapter) {
    for (let polls = 0; polls < 150 && read(ext, hw.WHBA_STATUS) != 0; polls++) ScsiPortStallExecution(10)
  }
  return adapterControl(ext, type, parameters)
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwAdapterControl = HwAdapterControl.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
