// Structure layouts of the ScsiPort contract for 32-bit guests (ILP32): byte offsets and sizes.
// Source: the public srb.h, scsi.h and miniport.h of the Windows driver kit; asserted against wasm32 and i686 builds.

/** SCSI_REQUEST_BLOCK. */
export const SRB = {
  bytes: 64,
  Length: 0,
  Function: 2,
  SrbStatus: 3,
  ScsiStatus: 4,
  PathId: 5,
  TargetId: 6,
  Lun: 7,
  QueueTag: 8,
  QueueAction: 9,
  CdbLength: 10,
  SenseInfoBufferLength: 11,
  SrbFlags: 12,
  DataTransferLength: 16,
  TimeOutValue: 20,
  DataBuffer: 24,
  SenseInfoBuffer: 28,
  NextSrb: 32,
  OriginalRequest: 36,
  SrbExtension: 40,
  QueueSortKey: 44,
  Cdb: 48,
} as const

/** SCSI_REQUEST_BLOCK: every field but the CDB with its offset and bytes, in order; the CDB as its four words. */
export const SRB_FIELDS: readonly (readonly [name: string, at: number, bytes: 1 | 2 | 4])[] = [
  ['Length', 0, 2],
  ['Function', 2, 1],
  ['SrbStatus', 3, 1],
  ['ScsiStatus', 4, 1],
  ['PathId', 5, 1],
  ['TargetId', 6, 1],
  ['Lun', 7, 1],
  ['QueueTag', 8, 1],
  ['QueueAction', 9, 1],
  ['CdbLength', 10, 1],
  ['SenseInfoBufferLength', 11, 1],
  ['SrbFlags', 12, 4],
  ['DataTransferLength', 16, 4],
  ['TimeOutValue', 20, 4],
  ['DataBuffer', 24, 4],
  ['SenseInfoBuffer', 28, 4],
  ['NextSrb', 32, 4],
  ['OriginalRequest', 36, 4],
  ['SrbExtension', 40, 4],
  ['QueueSortKey', 44, 4],
  ['Cdb[0]', 48, 4],
  ['Cdb[4]', 52, 4],
  ['Cdb[8]', 56, 4],
  ['Cdb[12]', 60, 4],
]

/** SRB_IO_CONTROL: the header of the data buffer of an IO_CONTROL request. */
export const IO_CONTROL = {
  bytes: 28,
  HeaderLength: 0,
  Signature: 4,
  Timeout: 12,
  ControlCode: 16,
  ReturnCode: 20,
  Length: 24,
} as const

/** HW_INITIALIZATION_DATA. */
export const HWID = {
  bytes: 80,
  /** NT 4 miniports end before HwAdapterControl. */
  bytesNt4: 76,
  HwInitializationDataSize: 0,
  AdapterInterfaceType: 4,
  HwInitialize: 8,
  HwStartIo: 12,
  HwInterrupt: 16,
  HwFindAdapter: 20,
  HwResetBus: 24,
  HwDmaStarted: 28,
  HwAdapterState: 32,
  DeviceExtensionSize: 36,
  SpecificLuExtensionSize: 40,
  SrbExtensionSize: 44,
  NumberOfAccessRanges: 48,
  Reserved: 52,
  MapBuffers: 56,
  NeedPhysicalAddresses: 57,
  TaggedQueuing: 58,
  AutoRequestSense: 59,
  MultipleRequestPerLu: 60,
  ReceiveEvent: 61,
  VendorIdLength: 62,
  VendorId: 64,
  ReservedUshort: 68,
  DeviceIdLength: 70,
  DeviceId: 72,
  HwAdapterControl: 76,
} as const

/** PORT_CONFIGURATION_INFORMATION. */
export const CONFIG = {
  bytes: 140,
  Length: 0,
  SystemIoBusNumber: 4,
  AdapterInterfaceType: 8,
  BusInterruptLevel: 12,
  BusInterruptVector: 16,
  InterruptMode: 20,
  MaximumTransferLength: 24,
  NumberOfPhysicalBreaks: 28,
  DmaChannel: 32,
  DmaPort: 36,
  DmaWidth: 40,
  DmaSpeed: 44,
  AlignmentMask: 48,
  NumberOfAccessRanges: 52,
  AccessRanges: 56,
  Reserved: 60,
  NumberOfBuses: 64,
  InitiatorBusId: 65,
  ScatterGather: 73,
  Master: 74,
  CachesData: 75,
  AdapterScansDown: 76,
  Dma32BitAddresses: 79,
  DemandMode: 80,
  MapBuffers: 81,
  NeedPhysicalAddresses: 82,
  TaggedQueuing: 83,
  AutoRequestSense: 84,
  MultipleRequestPerLu: 85,
  ReceiveEvent: 86,
  MaximumNumberOfTargets: 89,
  SlotNumber: 92,
  DmaChannel2: 108,
  DmaPort2: 112,
  DeviceExtensionSize: 124,
  SpecificLuExtensionSize: 128,
  SrbExtensionSize: 132,
  Dma64BitAddresses: 136,
  MaximumNumberOfLogicalUnits: 138,
  WmiDataProvider: 139,
} as const

/** HW_INITIALIZATION_DATA: every field with its offset and bytes, in order. */
export const HWID_FIELDS: readonly (readonly [name: string, at: number, bytes: 1 | 2 | 4])[] = [
  ['HwInitializationDataSize', 0, 4],
  ['AdapterInterfaceType', 4, 4],
  ['HwInitialize', 8, 4],
  ['HwStartIo', 12, 4],
  ['HwInterrupt', 16, 4],
  ['HwFindAdapter', 20, 4],
  ['HwResetBus', 24, 4],
  ['HwDmaStarted', 28, 4],
  ['HwAdapterState', 32, 4],
  ['DeviceExtensionSize', 36, 4],
  ['SpecificLuExtensionSize', 40, 4],
  ['SrbExtensionSize', 44, 4],
  ['NumberOfAccessRanges', 48, 4],
  ['Reserved', 52, 4],
  ['MapBuffers', 56, 1],
  ['NeedPhysicalAddresses', 57, 1],
  ['TaggedQueuing', 58, 1],
  ['AutoRequestSense', 59, 1],
  ['MultipleRequestPerLu', 60, 1],
  ['ReceiveEvent', 61, 1],
  ['VendorIdLength', 62, 2],
  ['VendorId', 64, 4],
  ['ReservedUshort', 68, 2],
  ['DeviceIdLength', 70, 2],
  ['DeviceId', 72, 4],
  ['HwAdapterControl', 76, 4],
]

/** PORT_CONFIGURATION_INFORMATION: every field with its offset and bytes, in order. */
export const CONFIG_FIELDS: readonly (readonly [name: string, at: number, bytes: 1 | 2 | 4])[] = [
  ['Length', 0, 4],
  ['SystemIoBusNumber', 4, 4],
  ['AdapterInterfaceType', 8, 4],
  ['BusInterruptLevel', 12, 4],
  ['BusInterruptVector', 16, 4],
  ['InterruptMode', 20, 4],
  ['MaximumTransferLength', 24, 4],
  ['NumberOfPhysicalBreaks', 28, 4],
  ['DmaChannel', 32, 4],
  ['DmaPort', 36, 4],
  ['DmaWidth', 40, 4],
  ['DmaSpeed', 44, 4],
  ['AlignmentMask', 48, 4],
  ['NumberOfAccessRanges', 52, 4],
  ['AccessRanges', 56, 4],
  ['Reserved', 60, 4],
  ['NumberOfBuses', 64, 1],
  ['InitiatorBusId[0]', 65, 1],
  ['InitiatorBusId[1]', 66, 1],
  ['InitiatorBusId[2]', 67, 1],
  ['InitiatorBusId[3]', 68, 1],
  ['InitiatorBusId[4]', 69, 1],
  ['InitiatorBusId[5]', 70, 1],
  ['InitiatorBusId[6]', 71, 1],
  ['InitiatorBusId[7]', 72, 1],
  ['ScatterGather', 73, 1],
  ['Master', 74, 1],
  ['CachesData', 75, 1],
  ['AdapterScansDown', 76, 1],
  ['AtdiskPrimaryClaimed', 77, 1],
  ['AtdiskSecondaryClaimed', 78, 1],
  ['Dma32BitAddresses', 79, 1],
  ['DemandMode', 80, 1],
  ['MapBuffers', 81, 1],
  ['NeedPhysicalAddresses', 82, 1],
  ['TaggedQueuing', 83, 1],
  ['AutoRequestSense', 84, 1],
  ['MultipleRequestPerLu', 85, 1],
  ['ReceiveEvent', 86, 1],
  ['RealModeInitialized', 87, 1],
  ['BufferAccessScsiPortControlled', 88, 1],
  ['MaximumNumberOfTargets', 89, 1],
  ['ReservedUchars', 90, 2],
  ['SlotNumber', 92, 4],
  ['BusInterruptLevel2', 96, 4],
  ['BusInterruptVector2', 100, 4],
  ['InterruptMode2', 104, 4],
  ['DmaChannel2', 108, 4],
  ['DmaPort2', 112, 4],
  ['DmaWidth2', 116, 4],
  ['DmaSpeed2', 120, 4],
  ['DeviceExtensionSize', 124, 4],
  ['SpecificLuExtensionSize', 128, 4],
  ['SrbExtensionSize', 132, 4],
  ['Dma64BitAddresses', 136, 1],
  ['ResetTargetSupported', 137, 1],
  ['MaximumNumberOfLogicalUnits', 138, 1],
  ['WmiDataProvider', 139, 1],
]

/** ACCESS_RANGE. */
export const RANGE = { bytes: 16, RangeStart: 0, RangeLength: 8, RangeInMemory: 12 } as const

/** INTERFACE_TYPE values the port knows. */
export const INTERFACE = { Internal: 0, Isa: 1, Eisa: 2, MicroChannel: 3, PCIBus: 5 } as const

/** KINTERRUPT_MODE. */
export const INTERRUPT_MODE = { LevelSensitive: 0, Latched: 1 } as const

export const SP_RETURN = { NOT_FOUND: 0, FOUND: 1, ERROR: 2, BAD_CONFIG: 3 } as const

export const SRB_FUNCTION = {
  EXECUTE_SCSI: 0x00,
  IO_CONTROL: 0x02,
  RECEIVE_EVENT: 0x03,
  SHUTDOWN: 0x07,
  FLUSH: 0x08,
  ABORT_COMMAND: 0x10,
  RESET_BUS: 0x12,
  TERMINATE_IO: 0x14,
  WMI: 0x17,
  POWER: 0x24,
  PNP: 0x25,
} as const

export const SRB_STATUS = {
  PENDING: 0x00,
  SUCCESS: 0x01,
  ABORTED: 0x02,
  ABORT_FAILED: 0x03,
  ERROR: 0x04,
  BUSY: 0x05,
  INVALID_REQUEST: 0x06,
  NO_DEVICE: 0x08,
  TIMEOUT: 0x09,
  SELECTION_TIMEOUT: 0x0a,
  BUS_RESET: 0x0e,
  REQUEST_SENSE_FAILED: 0x10,
  NO_HBA: 0x11,
  DATA_OVERRUN: 0x12,
  REQUEST_FLUSHED: 0x16,
  INTERNAL_ERROR: 0x30,
  QUEUE_FROZEN: 0x40,
  AUTOSENSE_VALID: 0x80,
  MASK: 0x3f,
} as const

export const SRB_FLAGS = {
  QUEUE_ACTION_ENABLE: 0x2,
  DISABLE_DISCONNECT: 0x4,
  DISABLE_SYNCH_TRANSFER: 0x8,
  BYPASS_FROZEN_QUEUE: 0x10,
  DISABLE_AUTOSENSE: 0x20,
  DATA_IN: 0x40,
  DATA_OUT: 0x80,
  UNSPECIFIED_DIRECTION: 0xc0,
  NO_QUEUE_FREEZE: 0x100,
  IS_ACTIVE: 0x10000,
} as const

export const SCSI_STATUS = {
  GOOD: 0,
  CHECK_CONDITION: 2,
  BUSY: 8,
  RESERVATION_CONFLICT: 0x18,
  COMMAND_TERMINATED: 0x22,
  QUEUE_FULL: 0x28,
} as const

export const QUEUE_ACTION = { simple: 0x20, head: 0x21, ordered: 0x22 } as const

/** SP_UNTAGGED: the queue tag of an untagged SRB, and the wildcard of ScsiPortCompleteRequest. */
export const SP_UNTAGGED = 0xff
export const SENSE_BUFFER_BYTES = 18
export const MAXIMUM_LOGICAL_UNITS = 8

/** SCSI_ADAPTER_CONTROL_TYPE. */
export const ADAPTER_CONTROL = {
  QuerySupportedControlTypes: 0,
  StopAdapter: 1,
  RestartAdapter: 2,
  SetBootConfig: 3,
  SetRunningConfig: 4,
  Max: 5,
} as const

/** NTSTATUS values ScsiPortInitialize returns. */
export const NTSTATUS = { SUCCESS: 0, REVISION_MISMATCH: 0xc0000059 | 0, NO_SUCH_DEVICE: 0xc000000e | 0 } as const
