// HwFindAdapter: is this our adapter, and what can it do?
import {
  PortConfigurationInformation, SP_INTERNAL_ADAPTER_ERROR, SP_RETURN_BAD_CONFIG, SP_RETURN_ERROR, SP_RETURN_FOUND,
  SP_RETURN_NOT_FOUND, ScsiPortFreeDeviceBase, Width8Bits, getDeviceBase,
} from '../assembly'
import * as hw from '../assembly/whba'
import { read, write } from './chip'
import { DeviceExtension } from './extension'
import { detectAdapter } from './legacy'
import { Site, logAdapterError } from './log'

const MAGIC: u32 = 0x41424857
const VERSION: u32 = 1
const INITIATOR_ID: u8 = 7
const MAX_TRANSFER_BYTES: u32 = 64 * 1024
/** 16 pages, and one more because a buffer may begin in mid-page. */
const MAX_BREAKS: u32 = 17

export function HwFindAdapter(
  ext: DeviceExtension, hwContext: usize, busInformation: usize, argumentString: usize,
  config: PortConfigurationInformation, again: usize): u32 {
  store<u8>(again, 0)
  if (config.Length < offsetof<PortConfigurationInformation>()) return SP_RETURN_BAD_CONFIG

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
    ScsiPortFreeDeviceBase(ext, ext.registers)
    ext.registers = 0
    return SP_RETURN_NOT_FOUND
  }
  // The interrupt is connected when this routine returns: whatever the firmware left enabled, nobody would dismiss it.
  write(ext, hw.WHBA_INT_ENABLE, 0)

  ext.targets = <u8>((caps & hw.WHBA_CAPS_TARGETS_MASK) >> hw.WHBA_CAPS_TARGETS_SHIFT)
  ext.autosense = (caps & hw.WHBA_CAPS_AUTOSENSE) != 0

  config.NumberOfBuses = 1
  config.InitiatorBusId = INITIATOR_ID
  config.MaximumNumberOfTargets = ext.targets
  config.MaximumNumberOfLogicalUnits = 8
  // The system's DMA controller moves the data, over the channel the adapter is wired to. It knows any byte address.
  config.Master = false
  config.ScatterGather = false
  config.DmaChannel = (caps & hw.WHBA_CAPS_DMA_CHANNEL_MASK) >> hw.WHBA_CAPS_DMA_CHANNEL_SHIFT
  config.DmaWidth = Width8Bits
  config.AlignmentMask = 0
  // Both limits may be lowered, never raised.
  config.MaximumTransferLength = min(config.MaximumTransferLength, MAX_TRANSFER_BYTES)
  config.NumberOfPhysicalBreaks = min(config.NumberOfPhysicalBreaks, MAX_BREAKS)
  // Without it the port driver asks a unit for its sense data with a REQUEST SENSE of its own.
  config.AutoRequestSense = ext.autosense
  return SP_RETURN_FOUND
}
