// Breaks AC-6: HwAdapterControl has two results.
//
// The mistake: the result is made as in other parts of the system, STATUS_PENDING for something that goes on by itself. The port driver
// knows 0 and 1.
// Cure: ScsiAdapterControlSuccess or ScsiAdapterControlUnsuccessful.
import { ScsiPortInitialize, ScsiStopAdapter } from '../../assembly'
import { HwAdapterControl as adapterControl } from '../../reference-queued/chip'
import { DeviceExtension } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'

const STATUS_PENDING: u32 = 0x103

function HwAdapterControl(ext: DeviceExtension, type: u32, parameters: usize): u32 {
  const status = adapterControl(ext, type, parameters)
  return type == ScsiStopAdapter ? STATUS_PENDING : status
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwAdapterControl = HwAdapterControl.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
