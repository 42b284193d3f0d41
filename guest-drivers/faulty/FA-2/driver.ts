// Breaks FA-2: HwFindAdapter has four answers.
//
// The mistake: an adapter that this driver does not want is turned down with an NTSTATUS, as a kernel driver would. It is none of the values
// the port driver knows.
// Cure: SP_RETURN_NOT_FOUND.
import { PortConfigurationInformation, SP_RETURN_FOUND, ScsiPortFreeDeviceBase, ScsiPortInitialize } from '../../assembly'
import { DeviceExtension } from '../../reference-queued/extension'
import { HwFindAdapter as findAdapter } from '../../reference-queued/find-adapter'
import { initializationData } from '../../reference-queued/initialization-data'

const STATUS_DEVICE_DOES_NOT_EXIST: u32 = 0xc00000c0

function HwFindAdapter(
  ext: DeviceExtension, hwContext: usize, busInformation: usize, argumentString: usize,
  config: PortConfigurationInformation, again: usize): u32 {
  const result = findAdapter(ext, hwContext, busInformation, argumentString, config, again)
  if (result != SP_RETURN_FOUND || ext.autosense) return result
  ScsiPortFreeDeviceBase(ext, ext.registers)
  return STATUS_DEVICE_DOES_NOT_EXIST
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwFindAdapter = HwFindAdapter.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
