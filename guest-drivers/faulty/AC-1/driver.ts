// Breaks AC-1: the list of control types has MaxControlType places.
//
// The mistake: the types the driver supports are marked without a look at MaxControlType. On a system that knows fewer types the mark lands
// in memory of the port driver.
// Cure: mark a type only when it is less than MaxControlType.
import {
  ScsiAdapterControlSuccess, ScsiPortInitialize, ScsiQuerySupportedControlTypes, ScsiRestartAdapter, ScsiStopAdapter,
} from '../../assembly'
import { HwAdapterControl as adapterControl } from '../../reference-queued/chip'
import { DeviceExtension } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'

const LIST: usize = 4

function HwAdapterControl(ext: DeviceExtension, type: u32, parameters: usize): u32 {
  if (type != ScsiQuerySupportedControlTypes) return adapterControl(ext, type, parameters)
  store<u8>(parameters + ScsiQuerySupportedControlTypes, 1, LIST)
  store<u8>(parameters + ScsiStopAdapter, 1, LIST)
  store<u8>(parameters + ScsiRestartAdapter, 1, LIST)
  return ScsiAdapterControlSuccess
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwAdapterControl = HwAdapterControl.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
