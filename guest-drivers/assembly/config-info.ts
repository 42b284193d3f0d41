// PORT_CONFIGURATION_INFORMATION: what HwFindAdapter is told about the adapter and what it answers. 140 bytes.

/** ACCESS_RANGE, 16 bytes: a bus-relative range, all zero when unknown. */
@unmanaged
export class AccessRange {
  RangeStart: u64
  RangeLength: u32
  RangeInMemory: bool
  private pad0: u8
  private pad1: u16
}

@unmanaged
export class PortConfigurationInformation {
  Length: u32
  SystemIoBusNumber: u32
  AdapterInterfaceType: i32
  BusInterruptLevel: u32
  BusInterruptVector: u32
  InterruptMode: u32
  /** Bytes. */
  MaximumTransferLength: u32
  /** Elements of a scatter/gather list. */
  NumberOfPhysicalBreaks: u32
  DmaChannel: u32
  DmaPort: u32
  DmaWidth: u32
  DmaSpeed: u32
  AlignmentMask: u32
  NumberOfAccessRanges: u32
  /** Address of the first AccessRange. */
  AccessRanges: usize
  Reserved: usize
  NumberOfBuses: u8
  /** Of bus 0; those of buses 1 to 7 follow. */
  InitiatorBusId: u8
  InitiatorBusId1: u8
  InitiatorBusId2: u8
  InitiatorBusId3: u8
  InitiatorBusId4: u8
  InitiatorBusId5: u8
  InitiatorBusId6: u8
  InitiatorBusId7: u8
  ScatterGather: bool
  Master: bool
  CachesData: bool
  AdapterScansDown: bool
  AtdiskPrimaryClaimed: bool
  AtdiskSecondaryClaimed: bool
  Dma32BitAddresses: bool
  DemandMode: bool
  MapBuffers: bool
  NeedPhysicalAddresses: bool
  TaggedQueuing: bool
  AutoRequestSense: bool
  MultipleRequestPerLu: bool
  ReceiveEvent: bool
  RealModeInitialized: bool
  BufferAccessScsiPortControlled: bool
  MaximumNumberOfTargets: u8
  private reserved0: u8
  private reserved1: u8
  SlotNumber: u32
  BusInterruptLevel2: u32
  BusInterruptVector2: u32
  InterruptMode2: u32
  DmaChannel2: u32
  DmaPort2: u32
  DmaWidth2: u32
  DmaSpeed2: u32
  DeviceExtensionSize: u32
  SpecificLuExtensionSize: u32
  SrbExtensionSize: u32
  Dma64BitAddresses: u8
  ResetTargetSupported: bool
  MaximumNumberOfLogicalUnits: u8
  WmiDataProvider: bool

  /** The n-th access range; n must be below NumberOfAccessRanges. */
  @inline accessRange(n: u32): AccessRange {
    return changetype<AccessRange>(this.AccessRanges + n * offsetof<AccessRange>())
  }
}
