// HwFindAdapter: is this our adapter, and what can it do?
import {
  PortConfigurationInformation, SCSI_DMA64_MINIPORT_SUPPORTED, SCSI_DMA64_SYSTEM_SUPPORTED,
  SP_INTERNAL_ADAPTER_ERROR, SP_RETURN_BAD_CONFIG, SP_RETURN_ERROR, SP_RETURN_FOUND, SP_RETURN_NOT_FOUND,
  ScsiPortFreeDeviceBase, ScsiPortGetUncachedExtension, getDeviceBase, getPhysicalAddress,
} from '../assembly'
import * as hw from '../assembly/whba'
import { read, write } from './chip'
import { DeviceExtension, LIST_ELEMENTS, MAX_TAGS, MAX_TRANSFER_BYTES, TABLES_ALIGNMENT, TABLES_BYTES } from './extension'
import { detectAdapter } from './legacy'
import { Site, logAdapterError } from './log'

const MAGIC: u32 = 0x41424857
const VERSION: u32 = 1
const INITIATOR_ID: u8 = 7

export function HwFindAdapter(
  ext: DeviceExtension, hwContext: usize, busInformation: usize, argumentString: usize,
  config: PortConfigurationInformation, again: usize): u32 {
  store<u8>(again, 0)
  if (config.Length < offsetof<PortConfigurationInformation>()) return SP_RETURN_BAD_CONFIG
  const found = identify(ext, config)
  if (found != SP_RETURN_FOUND) return found
  describe(ext, config)
  // Once, and after the DMA members: the port driver reads them here.
  return claimTables(ext, config, TABLES_BYTES + TABLES_ALIGNMENT)
}

/** Maps the registers and asks whether this is our adapter. */
export function identify(ext: DeviceExtension, config: PortConfigurationInformation): u32 {
  // A PCI driver takes the range the port driver supplies and looks nowhere else, unless it supplied none.
  if (config.NumberOfAccessRanges == 0) return SP_RETURN_NOT_FOUND
  const range = config.accessRange(0)
  if (range.RangeLength == 0 && !detectAdapter(ext, config)) return SP_RETURN_NOT_FOUND
  if (range.RangeLength < hw.WHBA_WINDOW_BYTES) return SP_RETURN_NOT_FOUND
  ext.registers = getDeviceBase(
    ext, config.AdapterInterfaceType, config.SystemIoBusNumber, range.RangeStart, range.RangeLength, !range.RangeInMemory)
  if (ext.registers == 0) {
    logAdapterError(ext, SP_INTERNAL_ADAPTER_ERROR, Site.NoMapping)
    return SP_RETURN_ERROR
  }

  const caps = read(ext, hw.WHBA_CAPS)
  if (read(ext, hw.WHBA_ID) != MAGIC || (caps & hw.WHBA_CAPS_VERSION_MASK) >> hw.WHBA_CAPS_VERSION_SHIFT != VERSION) {
    return giveUp(ext, SP_RETURN_NOT_FOUND)
  }
  // The interrupt is connected when this routine returns: whatever the firmware left enabled, nobody would dismiss it.
  write(ext, hw.WHBA_INT_ENABLE, 0)
  return SP_RETURN_FOUND
}

/** Tells the port driver what the adapter can do. */
export function describe(ext: DeviceExtension, config: PortConfigurationInformation): void {
  const caps = read(ext, hw.WHBA_CAPS)
  ext.tags = min((caps & hw.WHBA_CAPS_TAGS_MASK) >> hw.WHBA_CAPS_TAGS_SHIFT, MAX_TAGS)
  ext.targets = <u8>((caps & hw.WHBA_CAPS_TARGETS_MASK) >> hw.WHBA_CAPS_TARGETS_SHIFT)
  ext.autosense = (caps & hw.WHBA_CAPS_AUTOSENSE) != 0
  const elements = min((caps & hw.WHBA_CAPS_MAX_SG_MASK) >> hw.WHBA_CAPS_MAX_SG_SHIFT, LIST_ELEMENTS)

  config.NumberOfBuses = 1
  config.InitiatorBusId = INITIATOR_ID
  config.MaximumNumberOfTargets = ext.targets
  config.MaximumNumberOfLogicalUnits = 8
  config.Master = true
  config.ScatterGather = true
  // The lists take any byte address and any length.
  config.AlignmentMask = 0
  // Both limits may be lowered, never raised.
  config.MaximumTransferLength = min(config.MaximumTransferLength, MAX_TRANSFER_BYTES)
  config.NumberOfPhysicalBreaks = min(config.NumberOfPhysicalBreaks, elements)
  // Addresses are 64 bits wide everywhere in this adapter. One of the two, never both.
  if (config.Dma64BitAddresses & SCSI_DMA64_SYSTEM_SUPPORTED) {
    config.Dma64BitAddresses = SCSI_DMA64_MINIPORT_SUPPORTED
    config.Dma32BitAddresses = false
  } else {
    config.Dma32BitAddresses = true
  }
  // Only a chip that fetches sense data by itself can hold several requests of a unit: whoever has to ask for it with a
  // command of its own must find the unit waiting.
  if (!ext.autosense) {
    config.AutoRequestSense = false
    config.MultipleRequestPerLu = false
  }
}

/** The memory that driver and adapter share. */
export function claimTables(ext: DeviceExtension, config: PortConfigurationInformation, bytes: u32): u32 {
  const tables = ScsiPortGetUncachedExtension(ext, config, bytes)
  if (tables == 0) {
    logAdapterError(ext, SP_INTERNAL_ADAPTER_ERROR, Site.NoTables)
    return giveUp(ext, SP_RETURN_ERROR)
  }
  const address = getPhysicalAddress(ext, null, tables)
  const skip = -<u32>address & (TABLES_ALIGNMENT - 1)
  if (ext.addressLength < skip + TABLES_BYTES) {
    logAdapterError(ext, SP_INTERNAL_ADAPTER_ERROR, Site.NoTables)
    return giveUp(ext, SP_RETURN_ERROR)
  }
  ext.tables = tables + skip
  ext.tablesAddress = address + skip
  return SP_RETURN_FOUND
}

function giveUp(ext: DeviceExtension, result: u32): u32 {
  ScsiPortFreeDeviceBase(ext, ext.registers)
  ext.registers = 0
  return result
}
