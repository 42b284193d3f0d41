// Breaks AC-5: ScsiSetRunningConfig must not make the adapter interrupt.
//
// The mistake: the driver starts its chip here already, to save time later, and resets the bus. The chip reports the reset with an interrupt
// that is not connected yet.
// Cure: restore configuration space here, and start the chip in ScsiRestartAdapter.
import {
  ScsiAdapterControlSuccess, ScsiPortInitialize, ScsiPortStallExecution, ScsiQuerySupportedControlTypes, ScsiSetRunningConfig,
  SupportedControlTypeList,
} from '../../assembly'
import * as hw from '../../assembly/whba'
import { HwAdapterControl as adapterControl, RUN, startChip, write } from '../../reference-queued/chip'
import { DeviceExtension } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'

function HwAdapterControl(ext: DeviceExtension, type: u32, parameters: usize): u32 {
  if (type == ScsiSetRunningConfig) {
    startChip(ext)
    ext.ownReset = true
    write(ext, hw.WHBA_CONTROL, RUN | hw.WHBA_CONTROL_BUS_RESET)
    ScsiPortStallExecution(50)
    return ScsiAdapterControlSuccess
  }
  if (type == ScsiQuerySupportedControlTypes) changetype<SupportedControlTypeList>(parameters).support(ScsiSetRunningConfig)
  return adapterControl(ext, type, parameters)
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwAdapterControl = HwAdapterControl.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
