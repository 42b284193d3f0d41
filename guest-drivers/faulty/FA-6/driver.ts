// Breaks FA-6: NULL from ScsiPortGetDeviceBase is noticed.
//
// The mistake: the result is used without a look at it. When the range cannot be mapped, the first register read goes to address 0. It is a
// register access outside every mapping, so MM-7 breaks with it.
// Cure: compare with NULL; log, and return SP_RETURN_ERROR.
import {
  PortConfigurationInformation, SP_RETURN_BAD_CONFIG, SP_RETURN_FOUND, SP_RETURN_NOT_FOUND, ScsiPortInitialize, getDeviceBase,
} from '../../assembly'
import * as hw from '../../assembly/whba'
import { read } from '../../reference-queued/chip'
import { DeviceExtension, TABLES_ALIGNMENT, TABLES_BYTES } from '../../reference-queued/extension'
import { claimTables, describe } from '../../reference-queued/find-adapter'
import { initializationData } from '../../reference-queued/initialization-data'

const MAGIC: u32 = 0x41424857

function HwFindAdapter(
  ext: DeviceExtension, hwContext: usize, busInformation: usize, argumentString: usize,
  config: PortConfigurationInformation, again: usize): u32 {
  store<u8>(again, 0)
  if (config.Length < offsetof<PortConfigurationInformation>()) return SP_RETURN_BAD_CONFIG
  const range = config.accessRange(0)
  ext.registers = getDeviceBase(
    ext, config.AdapterInterfaceType, config.SystemIoBusNumber, range.RangeStart, range.RangeLength, !range.RangeInMemory)
  if (read(ext, hw.WHBA_ID) != MAGIC) return SP_RETURN_NOT_FOUND
  describe(ext, config)
  return claimTables(ext, config, TABLES_BYTES + TABLES_ALIGNMENT)
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwFindAdapter = HwFindAdapter.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
