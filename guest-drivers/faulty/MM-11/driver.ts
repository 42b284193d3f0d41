// Breaks MM-11: a stopped miniport must keep what it was given.
//
// The mistake: ScsiStopAdapter tidies up and gives the mapping of the registers back. The adapter is started again after a standby
// without HwFindAdapter, and the first access goes nowhere.
// Cure: leave everything in place.
import { ScsiPortFreeDeviceBase, ScsiPortInitialize, ScsiStopAdapter } from '../../assembly'
import { HwAdapterControl as adapterControl } from '../../reference-queued/chip'
import { DeviceExtension } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'

function HwAdapterControl(ext: DeviceExtension, type: u32, parameters: usize): u32 {
  const status = adapterControl(ext, type, parameters)
  if (type == ScsiStopAdapter) ScsiPortFreeDeviceBase(ext, ext.registers)
  return status
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwAdapterControl = HwAdapterControl.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
