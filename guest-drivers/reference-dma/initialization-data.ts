// HW_INITIALIZATION_DATA: everything the port driver must know before it has seen an adapter.
import { HwInitializationData, PCIBus } from '../assembly'
import { HwAdapterControl, HwInitialize } from './chip'
import { HwDmaStarted } from './data-phase'
import { DeviceExtension } from './extension'
import { HwFindAdapter } from './find-adapter'
import { HwInterrupt } from './interrupt'
import { HwResetBus } from './reset'
import { HwStartIo } from './start-io'
import { UnitExtension } from './unit'

// "57a8" and "0001": PCI vendor and device id as the port driver wants them, four hexadecimal digits each.
const VENDOR_ID: usize = memory.data<u8>([0x35, 0x37, 0x61, 0x38, 0])
const DEVICE_ID: usize = memory.data<u8>([0x30, 0x30, 0x30, 0x31, 0])
// In C this is a local variable of DriverEntry: the port driver copies it.
const INITIALIZATION_DATA: usize = memory.data(80, 8)

export function initializationData(): HwInitializationData {
  memory.fill(INITIALIZATION_DATA, 0, offsetof<HwInitializationData>())
  const data = changetype<HwInitializationData>(INITIALIZATION_DATA)
  data.HwInitializationDataSize = offsetof<HwInitializationData>()
  data.AdapterInterfaceType = PCIBus
  data.HwInitialize = HwInitialize.index
  data.HwStartIo = HwStartIo.index
  data.HwInterrupt = HwInterrupt.index
  data.HwFindAdapter = HwFindAdapter.index
  data.HwResetBus = HwResetBus.index
  data.HwDmaStarted = HwDmaStarted.index
  data.HwAdapterControl = HwAdapterControl.index
  data.DeviceExtensionSize = offsetof<DeviceExtension>()
  data.SpecificLuExtensionSize = offsetof<UnitExtension>()
  data.NumberOfAccessRanges = 1
  // MapBuffers and NeedPhysicalAddresses stay FALSE: the data goes past this driver, by system DMA.
  // TaggedQueuing and MultipleRequestPerLu stay FALSE: one command at a time.
  data.VendorId = VENDOR_ID
  data.VendorIdLength = 4
  data.DeviceId = DEVICE_ID
  data.DeviceIdLength = 4
  return data
}
