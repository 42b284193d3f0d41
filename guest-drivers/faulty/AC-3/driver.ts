// Breaks AC-3: a stopped adapter must be quiet.
//
// The mistake: ScsiStopAdapter notes that the adapter is stopped and leaves it as it is. The next event on the bus makes it interrupt, and
// HwInterrupt is not called any more.
// Cure: mask every cause, and disable the adapter.
import { ScsiAdapterControlSuccess, ScsiPortInitialize, ScsiStopAdapter } from '../../assembly'
import { HwAdapterControl as adapterControl } from '../../reference-queued/chip'
import { DeviceExtension, STOPPED } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'

function HwAdapterControl(ext: DeviceExtension, type: u32, parameters: usize): u32 {
  if (type != ScsiStopAdapter) return adapterControl(ext, type, parameters)
  ext.state = STOPPED
  return ScsiAdapterControlSuccess
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwAdapterControl = HwAdapterControl.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
