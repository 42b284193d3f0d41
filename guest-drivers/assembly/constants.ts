// Names of the ScsiPort contract, as in the public headers srb.h and scsi.h.
// The test beside compares each of them with abi.json.

// SRB functions.
export const SRB_FUNCTION_EXECUTE_SCSI: u8 = 0x00
export const SRB_FUNCTION_CLAIM_DEVICE: u8 = 0x01
export const SRB_FUNCTION_IO_CONTROL: u8 = 0x02
export const SRB_FUNCTION_RECEIVE_EVENT: u8 = 0x03
export const SRB_FUNCTION_RELEASE_QUEUE: u8 = 0x04
export const SRB_FUNCTION_ATTACH_DEVICE: u8 = 0x05
export const SRB_FUNCTION_RELEASE_DEVICE: u8 = 0x06
export const SRB_FUNCTION_SHUTDOWN: u8 = 0x07
export const SRB_FUNCTION_FLUSH: u8 = 0x08
export const SRB_FUNCTION_ABORT_COMMAND: u8 = 0x10
export const SRB_FUNCTION_RELEASE_RECOVERY: u8 = 0x11
export const SRB_FUNCTION_RESET_BUS: u8 = 0x12
export const SRB_FUNCTION_RESET_DEVICE: u8 = 0x13
export const SRB_FUNCTION_TERMINATE_IO: u8 = 0x14
export const SRB_FUNCTION_FLUSH_QUEUE: u8 = 0x15
export const SRB_FUNCTION_REMOVE_DEVICE: u8 = 0x16
export const SRB_FUNCTION_WMI: u8 = 0x17
export const SRB_FUNCTION_LOCK_QUEUE: u8 = 0x18
export const SRB_FUNCTION_UNLOCK_QUEUE: u8 = 0x19
export const SRB_FUNCTION_RESET_LOGICAL_UNIT: u8 = 0x20
export const SRB_FUNCTION_SET_LINK_TIMEOUT: u8 = 0x21
export const SRB_FUNCTION_LINK_TIMEOUT_OCCURRED: u8 = 0x22
export const SRB_FUNCTION_LINK_TIMEOUT_COMPLETE: u8 = 0x23
export const SRB_FUNCTION_POWER: u8 = 0x24
export const SRB_FUNCTION_PNP: u8 = 0x25
export const SRB_FUNCTION_DUMP_POINTERS: u8 = 0x26

// SRB status: the low six bits; AUTOSENSE_VALID is a flag beside them.
export const SRB_STATUS_PENDING: u8 = 0x00
export const SRB_STATUS_SUCCESS: u8 = 0x01
export const SRB_STATUS_ABORTED: u8 = 0x02
export const SRB_STATUS_ABORT_FAILED: u8 = 0x03
export const SRB_STATUS_ERROR: u8 = 0x04
export const SRB_STATUS_BUSY: u8 = 0x05
export const SRB_STATUS_INVALID_REQUEST: u8 = 0x06
export const SRB_STATUS_INVALID_PATH_ID: u8 = 0x07
export const SRB_STATUS_NO_DEVICE: u8 = 0x08
export const SRB_STATUS_TIMEOUT: u8 = 0x09
export const SRB_STATUS_SELECTION_TIMEOUT: u8 = 0x0a
export const SRB_STATUS_COMMAND_TIMEOUT: u8 = 0x0b
export const SRB_STATUS_MESSAGE_REJECTED: u8 = 0x0d
export const SRB_STATUS_BUS_RESET: u8 = 0x0e
export const SRB_STATUS_PARITY_ERROR: u8 = 0x0f
export const SRB_STATUS_REQUEST_SENSE_FAILED: u8 = 0x10
export const SRB_STATUS_NO_HBA: u8 = 0x11
export const SRB_STATUS_DATA_OVERRUN: u8 = 0x12
export const SRB_STATUS_UNEXPECTED_BUS_FREE: u8 = 0x13
export const SRB_STATUS_PHASE_SEQUENCE_FAILURE: u8 = 0x14
export const SRB_STATUS_BAD_SRB_BLOCK_LENGTH: u8 = 0x15
export const SRB_STATUS_REQUEST_FLUSHED: u8 = 0x16
export const SRB_STATUS_INVALID_LUN: u8 = 0x20
export const SRB_STATUS_INVALID_TARGET_ID: u8 = 0x21
export const SRB_STATUS_BAD_FUNCTION: u8 = 0x22
export const SRB_STATUS_ERROR_RECOVERY: u8 = 0x23
export const SRB_STATUS_NOT_POWERED: u8 = 0x24
export const SRB_STATUS_LINK_DOWN: u8 = 0x25
export const SRB_STATUS_INTERNAL_ERROR: u8 = 0x30
export const SRB_STATUS_QUEUE_FROZEN: u8 = 0x40
export const SRB_STATUS_AUTOSENSE_VALID: u8 = 0x80

// SRB flags.
export const SRB_FLAGS_NO_DATA_TRANSFER: u32 = 0x00
export const SRB_FLAGS_QUEUE_ACTION_ENABLE: u32 = 0x02
export const SRB_FLAGS_DISABLE_DISCONNECT: u32 = 0x04
export const SRB_FLAGS_DISABLE_SYNCH_TRANSFER: u32 = 0x08
export const SRB_FLAGS_BYPASS_FROZEN_QUEUE: u32 = 0x10
export const SRB_FLAGS_DISABLE_AUTOSENSE: u32 = 0x20
export const SRB_FLAGS_DATA_IN: u32 = 0x40
export const SRB_FLAGS_DATA_OUT: u32 = 0x80
export const SRB_FLAGS_UNSPECIFIED_DIRECTION: u32 = 0xc0
export const SRB_FLAGS_NO_QUEUE_FREEZE: u32 = 0x100
export const SRB_FLAGS_ADAPTER_CACHE_ENABLE: u32 = 0x200
export const SRB_FLAGS_FREE_SENSE_BUFFER: u32 = 0x400
export const SRB_FLAGS_IS_ACTIVE: u32 = 0x10000
export const SRB_FLAGS_BYPASS_LOCKED_QUEUE: u32 = 0x80000
export const SRB_FLAGS_NO_KEEP_AWAKE: u32 = 0x100000
export const SRB_FLAGS_DONT_START_NEXT_PACKET: u32 = 0x800000

// Queue actions: the SCSI-2 tag messages.
export const SRB_SIMPLE_TAG_REQUEST: u8 = 0x20
export const SRB_HEAD_OF_QUEUE_TAG_REQUEST: u8 = 0x21
export const SRB_ORDERED_QUEUE_TAG_REQUEST: u8 = 0x22

// SCSI status bytes.
export const SCSISTAT_GOOD: u8 = 0x00
export const SCSISTAT_CHECK_CONDITION: u8 = 0x02
export const SCSISTAT_CONDITION_MET: u8 = 0x04
export const SCSISTAT_BUSY: u8 = 0x08
export const SCSISTAT_INTERMEDIATE: u8 = 0x10
export const SCSISTAT_INTERMEDIATE_COND_MET: u8 = 0x14
export const SCSISTAT_RESERVATION_CONFLICT: u8 = 0x18
export const SCSISTAT_COMMAND_TERMINATED: u8 = 0x22
export const SCSISTAT_QUEUE_FULL: u8 = 0x28

// Operation codes.
export const SCSIOP_TEST_UNIT_READY: u8 = 0x00
export const SCSIOP_REQUEST_SENSE: u8 = 0x03
export const SCSIOP_READ6: u8 = 0x08
export const SCSIOP_WRITE6: u8 = 0x0a
export const SCSIOP_INQUIRY: u8 = 0x12
export const SCSIOP_MODE_SELECT: u8 = 0x15
export const SCSIOP_MODE_SENSE: u8 = 0x1a
export const SCSIOP_START_STOP_UNIT: u8 = 0x1b
export const SCSIOP_READ_CAPACITY: u8 = 0x25
export const SCSIOP_READ: u8 = 0x28
export const SCSIOP_WRITE: u8 = 0x2a
export const SCSIOP_WRITE_VERIFY: u8 = 0x2e
export const SCSIOP_VERIFY: u8 = 0x2f
export const SCSIOP_SYNCHRONIZE_CACHE: u8 = 0x35
export const SCSIOP_WRITE_DATA_BUFF: u8 = 0x3b
export const SCSIOP_WRITE_SAME: u8 = 0x41
export const SCSIOP_UNMAP: u8 = 0x42
export const SCSIOP_MODE_SELECT10: u8 = 0x55
export const SCSIOP_MODE_SENSE10: u8 = 0x5a
export const SCSIOP_READ16: u8 = 0x88
export const SCSIOP_WRITE16: u8 = 0x8a
export const SCSIOP_VERIFY16: u8 = 0x8f
export const SCSIOP_SYNCHRONIZE_CACHE16: u8 = 0x91
export const SCSIOP_WRITE_SAME16: u8 = 0x93
export const SCSIOP_READ_CAPACITY16: u8 = 0x9e
export const SCSIOP_REPORT_LUNS: u8 = 0xa0
export const SCSIOP_READ12: u8 = 0xa8
export const SCSIOP_WRITE12: u8 = 0xaa

// Sense keys.
export const SCSI_SENSE_NO_SENSE: u8 = 0x00
export const SCSI_SENSE_RECOVERED_ERROR: u8 = 0x01
export const SCSI_SENSE_NOT_READY: u8 = 0x02
export const SCSI_SENSE_MEDIUM_ERROR: u8 = 0x03
export const SCSI_SENSE_HARDWARE_ERROR: u8 = 0x04
export const SCSI_SENSE_ILLEGAL_REQUEST: u8 = 0x05
export const SCSI_SENSE_UNIT_ATTENTION: u8 = 0x06
export const SCSI_SENSE_DATA_PROTECT: u8 = 0x07
export const SCSI_SENSE_BLANK_CHECK: u8 = 0x08
export const SCSI_SENSE_UNIQUE: u8 = 0x09
export const SCSI_SENSE_COPY_ABORTED: u8 = 0x0a
export const SCSI_SENSE_ABORTED_COMMAND: u8 = 0x0b
export const SCSI_SENSE_EQUAL: u8 = 0x0c
export const SCSI_SENSE_VOL_OVERFLOW: u8 = 0x0d
export const SCSI_SENSE_MISCOMPARE: u8 = 0x0e
export const SCSI_SENSE_RESERVED: u8 = 0x0f

// 64-bit DMA.
export const SCSI_DMA64_MINIPORT_SUPPORTED: u8 = 0x01
export const SCSI_DMA64_MINIPORT_FULL64BIT_SUPPORTED: u8 = 0x02
export const SCSI_DMA64_SYSTEM_SUPPORTED: u8 = 0x80

// What HwFindAdapter returns.
export const SP_RETURN_NOT_FOUND: u32 = 0x00
export const SP_RETURN_FOUND: u32 = 0x01
export const SP_RETURN_ERROR: u32 = 0x02
export const SP_RETURN_BAD_CONFIG: u32 = 0x03

// Error codes of ScsiPortLogError and other SP_ values.
export const SP_BUS_PARITY_ERROR: u32 = 0x01
export const SP_UNEXPECTED_DISCONNECT: u32 = 0x02
export const SP_INVALID_RESELECTION: u32 = 0x03
export const SP_BUS_TIME_OUT: u32 = 0x04
export const SP_PROTOCOL_ERROR: u32 = 0x05
export const SP_INTERNAL_ADAPTER_ERROR: u32 = 0x06
export const SP_REQUEST_TIMEOUT: u32 = 0x07
export const SP_IRQ_NOT_RESPONDING: u32 = 0x08
export const SP_BAD_FW_WARNING: u32 = 0x09
export const SP_BAD_FW_ERROR: u32 = 0x0a
export const SP_LOST_WMI_MINIPORT_REQUEST: u32 = 0x0b
export const SP_VER_TRACE_SUPPORT: u32 = 0x10
export const SP_UNTAGGED: u8 = 0xff
export const SP_UNINITIALIZED_VALUE: u32 = 0xffffffff

// Notification types.
export const RequestComplete: u32 = 0
export const NextRequest: u32 = 1
export const NextLuRequest: u32 = 2
export const ResetDetected: u32 = 3
export const CallDisableInterrupts: u32 = 4
export const CallEnableInterrupts: u32 = 5
export const RequestTimerCall: u32 = 6
export const BusChangeDetected: u32 = 7

// INTERFACE_TYPE.
export const Isa: i32 = 1
export const PCIBus: i32 = 5

// KINTERRUPT_MODE.
export const LevelSensitive: u32 = 0
export const Latched: u32 = 1

// DMA_WIDTH.
export const Width8Bits: u32 = 0
export const Width16Bits: u32 = 1
export const Width32Bits: u32 = 2

// BUS_DATA_TYPE.
export const PCIConfiguration: u32 = 4

// SCSI_ADAPTER_CONTROL_TYPE and SCSI_ADAPTER_CONTROL_STATUS.
export const ScsiQuerySupportedControlTypes: u32 = 0
export const ScsiStopAdapter: u32 = 1
export const ScsiRestartAdapter: u32 = 2
export const ScsiSetBootConfig: u32 = 3
export const ScsiSetRunningConfig: u32 = 4
export const ScsiAdapterControlSuccess: u32 = 0
export const ScsiAdapterControlUnsuccessful: u32 = 1
