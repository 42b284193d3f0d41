// Breaks AC-4: ScsiRestartAdapter must do with what the driver has.
//
// The mistake: when it is started again the driver looks up its adapter in configuration space, as HwFindAdapter may. Here it runs at device
// IRQL, where configuration space is out of reach.
// Cure: keep in the device extension what is needed again, or use ScsiSetRunningConfig.
import { ScsiPortGetBusData, ScsiPortInitialize, ScsiRestartAdapter } from '../../assembly'
import { HwAdapterControl as adapterControl } from '../../reference-queued/chip'
import { DeviceExtension } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'

const PCI_CONFIGURATION: u32 = 4
const SLOT: u32 = 3

function HwAdapterControl(ext: DeviceExtension, type: u32, parameters: usize): u32 {
  if (type == ScsiRestartAdapter)
    ScsiPortGetBusData(ext, PCI_CONFIGURATION, 0, SLOT, changetype<usize>(ext) + offsetof<DeviceExtension>('text'), 4)
  return adapterControl(ext, type, parameters)
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwAdapterControl = HwAdapterControl.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
