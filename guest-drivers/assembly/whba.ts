// Generated from device/adapters/reference/registers.ts. Do not edit.

export const WHBA_ID: u32 = 0x0
export const WHBA_ID_MAGIC_MASK: u32 = 0xffffffff
export const WHBA_ID_MAGIC_SHIFT: u32 = 0

export const WHBA_CAPS: u32 = 0x4
export const WHBA_CAPS_TAGS_MASK: u32 = 0xff
export const WHBA_CAPS_TAGS_SHIFT: u32 = 0
export const WHBA_CAPS_TARGETS_MASK: u32 = 0xff00
export const WHBA_CAPS_TARGETS_SHIFT: u32 = 8
export const WHBA_CAPS_MAX_SG_MASK: u32 = 0xff0000
export const WHBA_CAPS_MAX_SG_SHIFT: u32 = 16
export const WHBA_CAPS_DMA_CHANNEL_MASK: u32 = 0xf000000
export const WHBA_CAPS_DMA_CHANNEL_SHIFT: u32 = 24
export const WHBA_CAPS_AUTOSENSE: u32 = 0x10000000
export const WHBA_CAPS_VERSION_MASK: u32 = 0xe0000000
export const WHBA_CAPS_VERSION_SHIFT: u32 = 29

export const WHBA_CONTROL: u32 = 0x8
export const WHBA_CONTROL_ENABLE: u32 = 0x1
export const WHBA_CONTROL_QUEUED: u32 = 0x2
export const WHBA_CONTROL_ADAPTER_RESET: u32 = 0x100
export const WHBA_CONTROL_BUS_RESET: u32 = 0x200

export const WHBA_STATUS: u32 = 0xc
export const WHBA_STATUS_READY: u32 = 0x1
export const WHBA_STATUS_BUSY: u32 = 0x2
export const WHBA_STATUS_DMA_ACTIVE: u32 = 0x4
export const WHBA_STATUS_BUS_RESETTING: u32 = 0x8
export const WHBA_STATUS_RING_FULL: u32 = 0x10

export const WHBA_INT_STATUS: u32 = 0x10
export const WHBA_INT_STATUS_COMMAND_COMPLETE: u32 = 0x1
export const WHBA_INT_STATUS_DMA_READY: u32 = 0x2
export const WHBA_INT_STATUS_DMA_ERROR: u32 = 0x4
export const WHBA_INT_STATUS_SCSI_ERROR: u32 = 0x8
export const WHBA_INT_STATUS_BUS_RESET: u32 = 0x10
export const WHBA_INT_STATUS_DEVICE_CHANGE: u32 = 0x20

export const WHBA_INT_ACK: u32 = 0x14
export const WHBA_INT_ACK_COMMAND_COMPLETE: u32 = 0x1
export const WHBA_INT_ACK_DMA_READY: u32 = 0x2
export const WHBA_INT_ACK_DMA_ERROR: u32 = 0x4
export const WHBA_INT_ACK_SCSI_ERROR: u32 = 0x8
export const WHBA_INT_ACK_BUS_RESET: u32 = 0x10
export const WHBA_INT_ACK_DEVICE_CHANGE: u32 = 0x20

export const WHBA_INT_ENABLE: u32 = 0x18
export const WHBA_INT_ENABLE_COMMAND_COMPLETE: u32 = 0x1
export const WHBA_INT_ENABLE_DMA_READY: u32 = 0x2
export const WHBA_INT_ENABLE_DMA_ERROR: u32 = 0x4
export const WHBA_INT_ENABLE_SCSI_ERROR: u32 = 0x8
export const WHBA_INT_ENABLE_BUS_RESET: u32 = 0x10
export const WHBA_INT_ENABLE_DEVICE_CHANGE: u32 = 0x20

export const WHBA_ERROR_INFO: u32 = 0x1c
export const WHBA_ERROR_INFO_CODE_MASK: u32 = 0xff
export const WHBA_ERROR_INFO_CODE_SHIFT: u32 = 0
export const WHBA_ERROR_INFO_TARGET_MASK: u32 = 0xff00
export const WHBA_ERROR_INFO_TARGET_SHIFT: u32 = 8
export const WHBA_ERROR_INFO_LUN_MASK: u32 = 0xff0000
export const WHBA_ERROR_INFO_LUN_SHIFT: u32 = 16
export const WHBA_ERROR_INFO_TAG_MASK: u32 = 0xff000000
export const WHBA_ERROR_INFO_TAG_SHIFT: u32 = 24

export const WHBA_DMA_READY: u32 = 0x20
export const WHBA_DMA_READY_TARGET_MASK: u32 = 0xff
export const WHBA_DMA_READY_TARGET_SHIFT: u32 = 0
export const WHBA_DMA_READY_LUN_MASK: u32 = 0xff00
export const WHBA_DMA_READY_LUN_SHIFT: u32 = 8
export const WHBA_DMA_READY_TAG_MASK: u32 = 0xff0000
export const WHBA_DMA_READY_TAG_SHIFT: u32 = 16
export const WHBA_DMA_READY_TO_MEMORY: u32 = 0x1000000
export const WHBA_DMA_READY_VALID: u32 = 0x80000000

export const WHBA_DMA_READY_COUNT: u32 = 0x24
export const WHBA_DMA_READY_COUNT_BYTES_MASK: u32 = 0xffffffff
export const WHBA_DMA_READY_COUNT_BYTES_SHIFT: u32 = 0

export const WHBA_DMA_COUNT: u32 = 0x28
export const WHBA_DMA_COUNT_BYTES_MASK: u32 = 0xffffffff
export const WHBA_DMA_COUNT_BYTES_SHIFT: u32 = 0

export const WHBA_DMA_CONTROL: u32 = 0x2c
export const WHBA_DMA_CONTROL_START: u32 = 0x1
export const WHBA_DMA_CONTROL_END: u32 = 0x2

export const WHBA_DMA_STATUS: u32 = 0x30
export const WHBA_DMA_STATUS_ACTIVE: u32 = 0x1
export const WHBA_DMA_STATUS_DONE: u32 = 0x2
export const WHBA_DMA_STATUS_NO_CHANNEL: u32 = 0x4
export const WHBA_DMA_STATUS_SHORT_CHANNEL: u32 = 0x8
export const WHBA_DMA_STATUS_WRONG_DIRECTION: u32 = 0x10

export const WHBA_DMA_MOVED: u32 = 0x34
export const WHBA_DMA_MOVED_BYTES_MASK: u32 = 0xffffffff
export const WHBA_DMA_MOVED_BYTES_SHIFT: u32 = 0

export const WHBA_CMD_TARGET: u32 = 0x40
export const WHBA_CMD_TARGET_TARGET_MASK: u32 = 0xff
export const WHBA_CMD_TARGET_TARGET_SHIFT: u32 = 0
export const WHBA_CMD_TARGET_LUN_MASK: u32 = 0xff00
export const WHBA_CMD_TARGET_LUN_SHIFT: u32 = 8
export const WHBA_CMD_TARGET_TAG_MASK: u32 = 0xff0000
export const WHBA_CMD_TARGET_TAG_SHIFT: u32 = 16
export const WHBA_CMD_TARGET_CDB_LENGTH_MASK: u32 = 0x1f000000
export const WHBA_CMD_TARGET_CDB_LENGTH_SHIFT: u32 = 24

export const WHBA_CMD_CDB0: u32 = 0x44
export const WHBA_CMD_CDB0_BYTES_MASK: u32 = 0xffffffff
export const WHBA_CMD_CDB0_BYTES_SHIFT: u32 = 0

export const WHBA_CMD_CDB1: u32 = 0x48
export const WHBA_CMD_CDB1_BYTES_MASK: u32 = 0xffffffff
export const WHBA_CMD_CDB1_BYTES_SHIFT: u32 = 0

export const WHBA_CMD_CDB2: u32 = 0x4c
export const WHBA_CMD_CDB2_BYTES_MASK: u32 = 0xffffffff
export const WHBA_CMD_CDB2_BYTES_SHIFT: u32 = 0

export const WHBA_CMD_CDB3: u32 = 0x50
export const WHBA_CMD_CDB3_BYTES_MASK: u32 = 0xffffffff
export const WHBA_CMD_CDB3_BYTES_SHIFT: u32 = 0

export const WHBA_CMD_CONTROL: u32 = 0x54
export const WHBA_CMD_CONTROL_START: u32 = 0x1
export const WHBA_CMD_CONTROL_ABORT: u32 = 0x2

export const WHBA_CMD_STATUS: u32 = 0x58
export const WHBA_CMD_STATUS_SCSI_STATUS_MASK: u32 = 0xff
export const WHBA_CMD_STATUS_SCSI_STATUS_SHIFT: u32 = 0
export const WHBA_CMD_STATUS_HOST_STATUS_MASK: u32 = 0xff00
export const WHBA_CMD_STATUS_HOST_STATUS_SHIFT: u32 = 8
export const WHBA_CMD_STATUS_TAG_MASK: u32 = 0xff0000
export const WHBA_CMD_STATUS_TAG_SHIFT: u32 = 16
export const WHBA_CMD_STATUS_SENSE_LENGTH_MASK: u32 = 0x7f000000
export const WHBA_CMD_STATUS_SENSE_LENGTH_SHIFT: u32 = 24
export const WHBA_CMD_STATUS_VALID: u32 = 0x80000000

export const WHBA_SENSE0: u32 = 0x60
export const WHBA_SENSE0_BYTES_MASK: u32 = 0xffffffff
export const WHBA_SENSE0_BYTES_SHIFT: u32 = 0

export const WHBA_SENSE1: u32 = 0x64
export const WHBA_SENSE1_BYTES_MASK: u32 = 0xffffffff
export const WHBA_SENSE1_BYTES_SHIFT: u32 = 0

export const WHBA_SENSE2: u32 = 0x68
export const WHBA_SENSE2_BYTES_MASK: u32 = 0xffffffff
export const WHBA_SENSE2_BYTES_SHIFT: u32 = 0

export const WHBA_SENSE3: u32 = 0x6c
export const WHBA_SENSE3_BYTES_MASK: u32 = 0xffffffff
export const WHBA_SENSE3_BYTES_SHIFT: u32 = 0

export const WHBA_SENSE4: u32 = 0x70
export const WHBA_SENSE4_BYTES_MASK: u32 = 0xffffffff
export const WHBA_SENSE4_BYTES_SHIFT: u32 = 0

export const WHBA_COMMAND_TABLE_LOW: u32 = 0x80
export const WHBA_COMMAND_TABLE_LOW_ADDRESS_MASK: u32 = 0xffffffff
export const WHBA_COMMAND_TABLE_LOW_ADDRESS_SHIFT: u32 = 0

export const WHBA_COMMAND_TABLE_HIGH: u32 = 0x84
export const WHBA_COMMAND_TABLE_HIGH_ADDRESS_MASK: u32 = 0xffffffff
export const WHBA_COMMAND_TABLE_HIGH_ADDRESS_SHIFT: u32 = 0

export const WHBA_RING_BASE_LOW: u32 = 0x88
export const WHBA_RING_BASE_LOW_ADDRESS_MASK: u32 = 0xffffffff
export const WHBA_RING_BASE_LOW_ADDRESS_SHIFT: u32 = 0

export const WHBA_RING_BASE_HIGH: u32 = 0x8c
export const WHBA_RING_BASE_HIGH_ADDRESS_MASK: u32 = 0xffffffff
export const WHBA_RING_BASE_HIGH_ADDRESS_SHIFT: u32 = 0

export const WHBA_RING_SIZE: u32 = 0x90
export const WHBA_RING_SIZE_ENTRIES_MASK: u32 = 0xffff
export const WHBA_RING_SIZE_ENTRIES_SHIFT: u32 = 0

export const WHBA_RING_HEAD: u32 = 0x94
export const WHBA_RING_HEAD_INDEX_MASK: u32 = 0xffff
export const WHBA_RING_HEAD_INDEX_SHIFT: u32 = 0

export const WHBA_DOORBELL: u32 = 0x98
export const WHBA_DOORBELL_TAG_MASK: u32 = 0xff
export const WHBA_DOORBELL_TAG_SHIFT: u32 = 0

export const WHBA_ABORT_TAG: u32 = 0x9c
export const WHBA_ABORT_TAG_TAG_MASK: u32 = 0xff
export const WHBA_ABORT_TAG_TAG_SHIFT: u32 = 0

export const WHBA_PCI_VENDOR: u32 = 0x57a8
export const WHBA_PCI_DEVICE: u32 = 0x1
export const WHBA_COMMAND_BLOCK_SIZE: u32 = 0x40
export const WHBA_BLOCK_TARGET: u32 = 0x0
export const WHBA_BLOCK_LUN: u32 = 0x1
export const WHBA_BLOCK_CDB_LENGTH: u32 = 0x2
export const WHBA_BLOCK_FLAGS: u32 = 0x3
export const WHBA_BLOCK_DATA_LENGTH: u32 = 0x4
export const WHBA_BLOCK_CDB: u32 = 0x8
export const WHBA_BLOCK_SG_ADDRESS: u32 = 0x18
export const WHBA_BLOCK_SG_COUNT: u32 = 0x20
export const WHBA_BLOCK_SENSE_LENGTH: u32 = 0x24
export const WHBA_BLOCK_SENSE_ADDRESS: u32 = 0x28
export const WHBA_BLOCK_RESERVED: u32 = 0x30
export const WHBA_BLOCK_FLAG_DATA_IN: u32 = 0x1
export const WHBA_BLOCK_FLAG_DATA_OUT: u32 = 0x2
export const WHBA_BLOCK_FLAG_SIMPLE: u32 = 0x4
export const WHBA_BLOCK_FLAG_ORDERED: u32 = 0x8
export const WHBA_BLOCK_FLAG_HEAD: u32 = 0x10
export const WHBA_BLOCK_FLAG_NO_AUTOSENSE: u32 = 0x20
export const WHBA_BLOCK_FLAG_NO_DISCONNECT: u32 = 0x40
export const WHBA_SG_SIZE: u32 = 0x10
export const WHBA_SG_ADDRESS: u32 = 0x0
export const WHBA_SG_LENGTH: u32 = 0x8
export const WHBA_SG_RESERVED: u32 = 0xc
export const WHBA_RING_ENTRY_SIZE: u32 = 0x10
export const WHBA_ENTRY_TAG: u32 = 0x0
export const WHBA_ENTRY_HOST_STATUS: u32 = 0x1
export const WHBA_ENTRY_SCSI_STATUS: u32 = 0x2
export const WHBA_ENTRY_FLAGS: u32 = 0x3
export const WHBA_ENTRY_BYTES: u32 = 0x4
export const WHBA_ENTRY_SENSE_LENGTH: u32 = 0x8
export const WHBA_ENTRY_SEQUENCE: u32 = 0xc
export const WHBA_ENTRY_FLAG_PHASE: u32 = 0x1
export const WHBA_ENTRY_FLAG_SENSE: u32 = 0x2
export const WHBA_HOST_OK: u32 = 0x0
export const WHBA_HOST_SELECTION_TIMEOUT: u32 = 0x1
export const WHBA_HOST_PARITY: u32 = 0x2
export const WHBA_HOST_UNEXPECTED_DISCONNECT: u32 = 0x3
export const WHBA_HOST_OVERRUN: u32 = 0x4
export const WHBA_HOST_UNDERRUN: u32 = 0x5
export const WHBA_HOST_BAD_RESELECTION: u32 = 0x6
export const WHBA_HOST_ABORTED: u32 = 0x7
export const WHBA_HOST_BUS_RESET: u32 = 0x8
export const WHBA_HOST_DMA_ERROR: u32 = 0x9
export const WHBA_HOST_BAD_BLOCK: u32 = 0xa
export const WHBA_HOST_BAD_TAG: u32 = 0xb
