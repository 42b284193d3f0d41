// HW_INITIALIZATION_DATA: what DriverEntry tells the port driver. 80 bytes, to be zeroed before use.
//
// The routine members are function table indices: assign `HwStartIo.index`.

@unmanaged
export class HwInitializationData {
  HwInitializationDataSize: u32
  AdapterInterfaceType: i32
  HwInitialize: u32
  HwStartIo: u32
  HwInterrupt: u32
  HwFindAdapter: u32
  HwResetBus: u32
  HwDmaStarted: u32
  HwAdapterState: u32
  /** Bytes, as are the two below. */
  DeviceExtensionSize: u32
  SpecificLuExtensionSize: u32
  SrbExtensionSize: u32
  NumberOfAccessRanges: u32
  Reserved: usize
  MapBuffers: bool
  NeedPhysicalAddresses: bool
  TaggedQueuing: bool
  AutoRequestSense: bool
  MultipleRequestPerLu: bool
  ReceiveEvent: bool
  VendorIdLength: u16
  VendorId: usize
  ReservedUshort: u16
  DeviceIdLength: u16
  DeviceId: usize
  HwAdapterControl: u32
}
