// Breaks FA-5: InIoSpace is the inverse of RangeInMemory.
//
// The mistake: RangeInMemory is passed as it is. The registers are then looked for among the ports, where there is nothing.
// Cure: !RangeInMemory.
import { PortConfigurationInformation, SP_INTERNAL_ADAPTER_ERROR, SP_RETURN_ERROR, ScsiPortFreeDeviceBase, ScsiPortInitialize, getDeviceBase } from '../../assembly'
import { DeviceExtension } from '../../reference-queued/extension'
import { HwFindAdapter as findAdapter } from '../../reference-queued/find-adapter'
import { initializationData } from '../../reference-queued/initialization-data'
import { Site, logAdapterError } from '../../reference-queued/log'

function HwFindAdapter(
  ext: DeviceExtension, hwContext: usize, busInformation: usize, argumentString: usize,
  config: PortConfigurationInformation, again: usize): u32 {
  const range = config.accessRange(0)
  const registers = getDeviceBase(
    ext, config.AdapterInterfaceType, config.SystemIoBusNumber, range.RangeStart, range.RangeLength, range.RangeInMemory)
  if (registers == 0) {
    store<u8>(again, 0)
    logAdapterError(ext, SP_INTERNAL_ADAPTER_ERROR, Site.NoMapping)
    return SP_RETURN_ERROR
  }
  ScsiPortFreeDeviceBase(ext, registers)
  return findAdapter(ext, hwContext, busInformation, argumentString, config, again)
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwFindAdapter = HwFindAdapter.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
