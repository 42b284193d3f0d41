// Reference adapter: registers and memory formats. Generated from device/adapters/reference/registers.ts. Do not edit.

// Register window.
/** Size of the register window. */
export const WHBA_WINDOW_BYTES: u32 = 0x1000

// ID: Identification.
/** Offset; 32 bits. */
export const WHBA_ID: u32 = 0x0
/** ro. 'WHBA' in ASCII, low byte first. */
export const WHBA_ID_MAGIC_MASK: u32 = 0xffffffff
export const WHBA_ID_MAGIC_SHIFT: u32 = 0

// CAPS: Capabilities.
/** Offset; 32 bits. */
export const WHBA_CAPS: u32 = 0x4
/** ro. Commands at once in queued mode. */
export const WHBA_CAPS_TAGS_MASK: u32 = 0xff
export const WHBA_CAPS_TAGS_SHIFT: u32 = 0
/** ro. Target ids on the bus. */
export const WHBA_CAPS_TARGETS_MASK: u32 = 0xff00
export const WHBA_CAPS_TARGETS_SHIFT: u32 = 8
/** ro. Longest scatter/gather list, in elements. */
export const WHBA_CAPS_MAX_SG_MASK: u32 = 0xff0000
export const WHBA_CAPS_MAX_SG_SHIFT: u32 = 16
/** ro. System DMA channel the adapter is wired to, for data-phase mode. */
export const WHBA_CAPS_DMA_CHANNEL_MASK: u32 = 0xf000000
export const WHBA_CAPS_DMA_CHANNEL_SHIFT: u32 = 24
/** ro. The adapter fetches sense data itself after CHECK CONDITION. Set by configuration. */
export const WHBA_CAPS_AUTOSENSE: u32 = 0x10000000
/** ro. Version of this register map. */
export const WHBA_CAPS_VERSION_MASK: u32 = 0xe0000000
export const WHBA_CAPS_VERSION_SHIFT: u32 = 29

// CONTROL: Control.
/** Offset; 32 bits. */
export const WHBA_CONTROL: u32 = 0x8
/** rw. Accept commands. Cleared: new commands and doorbells are ignored and reported; outstanding ones go on. */
export const WHBA_CONTROL_ENABLE: u32 = 0x1
/** rw. Mode: 0 data-phase, 1 queued. Changing it while a command is outstanding is ignored and reported. */
export const WHBA_CONTROL_QUEUED: u32 = 0x2
/** wo. Write 1: drop every command, set every register to its reset value; STATUS.READY is 0 until the adapter is ready again (20 µs). */
export const WHBA_CONTROL_ADAPTER_RESET: u32 = 0x100
/** wo. Write 1: drop every command, reset the SCSI bus (25 µs), then raise BUS_RESET. Commands started in between are lost. */
export const WHBA_CONTROL_BUS_RESET: u32 = 0x200

// STATUS: What the adapter is doing.
/** Offset; 32 bits. */
export const WHBA_STATUS: u32 = 0xc
/** ro. The adapter accepts register writes; 0 during an adapter reset, when writes are ignored and reported. */
export const WHBA_STATUS_READY: u32 = 0x1
/** ro. Data-phase mode: a command is outstanding. */
export const WHBA_STATUS_BUSY: u32 = 0x2
/** ro. Data-phase mode: a transfer is running. */
export const WHBA_STATUS_DMA_ACTIVE: u32 = 0x4
/** ro. The SCSI bus is held in reset. */
export const WHBA_STATUS_BUS_RESETTING: u32 = 0x8
/** ro. Queued mode: completions wait for room in the completion ring. */
export const WHBA_STATUS_RING_FULL: u32 = 0x10

// INT_STATUS: Interrupt status: causes pending, enabled or not. The adapter drives its line while INT_STATUS & INT_ENABLE is not 0.
/** Offset; 32 bits. */
export const WHBA_INT_STATUS: u32 = 0x10
/** ro. Pending: a command ended (data-phase mode: CMD_STATUS is valid; queued mode: an entry was posted to the completion ring) */
export const WHBA_INT_STATUS_COMMAND_COMPLETE: u32 = 0x1
/** ro. Pending: a selected target is ready for data, DMA_READY tells which */
export const WHBA_INT_STATUS_DMA_READY: u32 = 0x2
/** ro. Pending: a transfer ended early: no channel, no grant, or the channel's count ran out */
export const WHBA_INT_STATUS_DMA_ERROR: u32 = 0x4
/** ro. Pending: ERROR_INFO holds the reason */
export const WHBA_INT_STATUS_SCSI_ERROR: u32 = 0x8
/** ro. Pending: a bus reset was seen; every command is gone */
export const WHBA_INT_STATUS_BUS_RESET: u32 = 0x10
/** ro. Pending: a target came or went */
export const WHBA_INT_STATUS_DEVICE_CHANGE: u32 = 0x20

// INT_ACK: Interrupt acknowledge: write 1 to dismiss a cause; reads 0.
/** Offset; 32 bits. */
export const WHBA_INT_ACK: u32 = 0x14
/** wo. Dismiss: a command ended (data-phase mode: CMD_STATUS is valid; queued mode: an entry was posted to the completion ring) */
export const WHBA_INT_ACK_COMMAND_COMPLETE: u32 = 0x1
/** wo. Dismiss: a selected target is ready for data, DMA_READY tells which */
export const WHBA_INT_ACK_DMA_READY: u32 = 0x2
/** wo. Dismiss: a transfer ended early: no channel, no grant, or the channel's count ran out */
export const WHBA_INT_ACK_DMA_ERROR: u32 = 0x4
/** wo. Dismiss: ERROR_INFO holds the reason */
export const WHBA_INT_ACK_SCSI_ERROR: u32 = 0x8
/** wo. Dismiss: a bus reset was seen; every command is gone */
export const WHBA_INT_ACK_BUS_RESET: u32 = 0x10
/** wo. Dismiss: a target came or went */
export const WHBA_INT_ACK_DEVICE_CHANGE: u32 = 0x20

// INT_ENABLE: Interrupt enable.
/** Offset; 32 bits. */
export const WHBA_INT_ENABLE: u32 = 0x18
/** rw. Enable: a command ended (data-phase mode: CMD_STATUS is valid; queued mode: an entry was posted to the completion ring) */
export const WHBA_INT_ENABLE_COMMAND_COMPLETE: u32 = 0x1
/** rw. Enable: a selected target is ready for data, DMA_READY tells which */
export const WHBA_INT_ENABLE_DMA_READY: u32 = 0x2
/** rw. Enable: a transfer ended early: no channel, no grant, or the channel's count ran out */
export const WHBA_INT_ENABLE_DMA_ERROR: u32 = 0x4
/** rw. Enable: ERROR_INFO holds the reason */
export const WHBA_INT_ENABLE_SCSI_ERROR: u32 = 0x8
/** rw. Enable: a bus reset was seen; every command is gone */
export const WHBA_INT_ENABLE_BUS_RESET: u32 = 0x10
/** rw. Enable: a target came or went */
export const WHBA_INT_ENABLE_DEVICE_CHANGE: u32 = 0x20

// ERROR_INFO: The last SCSI error, valid from SCSI_ERROR until the next one.
/** Offset; 32 bits. */
export const WHBA_ERROR_INFO: u32 = 0x1c
/** ro. A host status (HOST_…). */
export const WHBA_ERROR_INFO_CODE_MASK: u32 = 0xff
export const WHBA_ERROR_INFO_CODE_SHIFT: u32 = 0
/** ro. Target id. */
export const WHBA_ERROR_INFO_TARGET_MASK: u32 = 0xff00
export const WHBA_ERROR_INFO_TARGET_SHIFT: u32 = 8
/** ro. Logical unit number. */
export const WHBA_ERROR_INFO_LUN_MASK: u32 = 0xff0000
export const WHBA_ERROR_INFO_LUN_SHIFT: u32 = 16
/** ro. Tag (queued mode), 0xFF when none or unknown. */
export const WHBA_ERROR_INFO_TAG_MASK: u32 = 0xff000000
export const WHBA_ERROR_INFO_TAG_SHIFT: u32 = 24

// DMA_READY: Data-phase mode: the target that is ready for data, valid while VALID is 1. The cause DMA_READY stays pending until it is acknowledged, also when VALID is 0 again after an abort or a reset.
/** Offset; 32 bits. */
export const WHBA_DMA_READY: u32 = 0x20
/** ro. Target id. */
export const WHBA_DMA_READY_TARGET_MASK: u32 = 0xff
export const WHBA_DMA_READY_TARGET_SHIFT: u32 = 0
/** ro. Logical unit number. */
export const WHBA_DMA_READY_LUN_MASK: u32 = 0xff00
export const WHBA_DMA_READY_LUN_SHIFT: u32 = 8
/** ro. Tag of the command, as written to CMD_TARGET. */
export const WHBA_DMA_READY_TAG_MASK: u32 = 0xff0000
export const WHBA_DMA_READY_TAG_SHIFT: u32 = 16
/** ro. 1: data in (target to memory). 0: data out. */
export const WHBA_DMA_READY_TO_MEMORY: u32 = 0x1000000
/** ro. A target waits for DMA_CONTROL. */
export const WHBA_DMA_READY_VALID: u32 = 0x80000000

// DMA_READY_COUNT: Data-phase mode: bytes the target still wants to move.
/** Offset; 32 bits. */
export const WHBA_DMA_READY_COUNT: u32 = 0x24
/** ro. Bytes. */
export const WHBA_DMA_READY_COUNT_BYTES_MASK: u32 = 0xffffffff
export const WHBA_DMA_READY_COUNT_BYTES_SHIFT: u32 = 0

// DMA_COUNT: Data-phase mode: bytes to move with the next START.
/** Offset; 32 bits. */
export const WHBA_DMA_COUNT: u32 = 0x28
/** rw. Bytes; 0 is refused with DMA_ERROR, and the target goes on waiting. More than DMA_READY_COUNT: all the target has moves, then the command ends with HOST_UNDERRUN. */
export const WHBA_DMA_COUNT_BYTES_MASK: u32 = 0xffffffff
export const WHBA_DMA_COUNT_BYTES_SHIFT: u32 = 0

// DMA_CONTROL: Data-phase mode: runs the data phase. Ignored and reported unless DMA_READY.VALID is 1.
/** Offset; 32 bits. */
export const WHBA_DMA_CONTROL: u32 = 0x2c
/** wo. Write 1: move DMA_COUNT bytes over the system DMA channel. When the target has more, DMA_READY is raised again. */
export const WHBA_DMA_CONTROL_START: u32 = 0x1
/** wo. Write 1: end the data phase; what the target still wants to move is reported as HOST_OVERRUN. */
export const WHBA_DMA_CONTROL_END: u32 = 0x2

// DMA_STATUS: Data-phase mode: the last transfer. When the channel failed it, the command ends with HOST_DMA_ERROR.
/** Offset; 32 bits. */
export const WHBA_DMA_STATUS: u32 = 0x30
/** ro. A transfer is running. */
export const WHBA_DMA_STATUS_ACTIVE: u32 = 0x1
/** ro. The last transfer moved all of DMA_COUNT. */
export const WHBA_DMA_STATUS_DONE: u32 = 0x2
/** ro. The system DMA channel was not programmed. */
export const WHBA_DMA_STATUS_NO_CHANNEL: u32 = 0x4
/** ro. The channel's count ran out first. */
export const WHBA_DMA_STATUS_SHORT_CHANNEL: u32 = 0x8
/** ro. The channel is programmed for the other direction. */
export const WHBA_DMA_STATUS_WRONG_DIRECTION: u32 = 0x10

// DMA_MOVED: Data-phase mode: bytes moved since the command was started.
/** Offset; 32 bits. */
export const WHBA_DMA_MOVED: u32 = 0x34
/** ro. Bytes. */
export const WHBA_DMA_MOVED_BYTES_MASK: u32 = 0xffffffff
export const WHBA_DMA_MOVED_BYTES_SHIFT: u32 = 0

// CMD_TARGET: Data-phase mode: whom the next command is for.
/** Offset; 32 bits. */
export const WHBA_CMD_TARGET: u32 = 0x40
/** rw. Target id. */
export const WHBA_CMD_TARGET_TARGET_MASK: u32 = 0xff
export const WHBA_CMD_TARGET_TARGET_SHIFT: u32 = 0
/** rw. Logical unit number. */
export const WHBA_CMD_TARGET_LUN_MASK: u32 = 0xff00
export const WHBA_CMD_TARGET_LUN_SHIFT: u32 = 8
/** rw. Any number; comes back in DMA_READY and CMD_STATUS. */
export const WHBA_CMD_TARGET_TAG_MASK: u32 = 0xff0000
export const WHBA_CMD_TARGET_TAG_SHIFT: u32 = 16
/** rw. 6, 10, 12 or 16. */
export const WHBA_CMD_TARGET_CDB_LENGTH_MASK: u32 = 0x1f000000
export const WHBA_CMD_TARGET_CDB_LENGTH_SHIFT: u32 = 24

// CMD_CDB0: Data-phase mode: bytes 0 to 3 of the CDB, low byte first.
/** Offset; 32 bits. */
export const WHBA_CMD_CDB0: u32 = 0x44
/** rw. Four CDB bytes. */
export const WHBA_CMD_CDB0_BYTES_MASK: u32 = 0xffffffff
export const WHBA_CMD_CDB0_BYTES_SHIFT: u32 = 0

// CMD_CDB1: Data-phase mode: bytes 4 to 7 of the CDB, low byte first.
/** Offset; 32 bits. */
export const WHBA_CMD_CDB1: u32 = 0x48
/** rw. Four CDB bytes. */
export const WHBA_CMD_CDB1_BYTES_MASK: u32 = 0xffffffff
export const WHBA_CMD_CDB1_BYTES_SHIFT: u32 = 0

// CMD_CDB2: Data-phase mode: bytes 8 to 11 of the CDB, low byte first.
/** Offset; 32 bits. */
export const WHBA_CMD_CDB2: u32 = 0x4c
/** rw. Four CDB bytes. */
export const WHBA_CMD_CDB2_BYTES_MASK: u32 = 0xffffffff
export const WHBA_CMD_CDB2_BYTES_SHIFT: u32 = 0

// CMD_CDB3: Data-phase mode: bytes 12 to 15 of the CDB, low byte first.
/** Offset; 32 bits. */
export const WHBA_CMD_CDB3: u32 = 0x50
/** rw. Four CDB bytes. */
export const WHBA_CMD_CDB3_BYTES_MASK: u32 = 0xffffffff
export const WHBA_CMD_CDB3_BYTES_SHIFT: u32 = 0

// CMD_CONTROL: Data-phase mode: starts and aborts.
/** Offset; 32 bits. */
export const WHBA_CMD_CONTROL: u32 = 0x54
/** wo. Write 1: select the target and send the CDB. Ignored and reported while BUSY. */
export const WHBA_CMD_CONTROL_START: u32 = 0x1
/** wo. Write 1: drop the outstanding command; it ends with HOST_ABORTED. */
export const WHBA_CMD_CONTROL_ABORT: u32 = 0x2

// CMD_STATUS: Data-phase mode: how the last command ended, valid from COMMAND_COMPLETE until the next START.
/** Offset; 32 bits. */
export const WHBA_CMD_STATUS: u32 = 0x58
/** ro. SCSI status byte. */
export const WHBA_CMD_STATUS_SCSI_STATUS_MASK: u32 = 0xff
export const WHBA_CMD_STATUS_SCSI_STATUS_SHIFT: u32 = 0
/** ro. HOST_… */
export const WHBA_CMD_STATUS_HOST_STATUS_MASK: u32 = 0xff00
export const WHBA_CMD_STATUS_HOST_STATUS_SHIFT: u32 = 8
/** ro. Tag as written to CMD_TARGET. */
export const WHBA_CMD_STATUS_TAG_MASK: u32 = 0xff0000
export const WHBA_CMD_STATUS_TAG_SHIFT: u32 = 16
/** ro. Valid bytes in SENSE0…; 0 without autosense. */
export const WHBA_CMD_STATUS_SENSE_LENGTH_MASK: u32 = 0x7f000000
export const WHBA_CMD_STATUS_SENSE_LENGTH_SHIFT: u32 = 24
/** ro. This register is valid. */
export const WHBA_CMD_STATUS_VALID: u32 = 0x80000000

// SENSE0: Data-phase mode with autosense: bytes 0 to 3 of the sense data, low byte first.
/** Offset; 32 bits. */
export const WHBA_SENSE0: u32 = 0x60
/** ro. Four sense bytes. */
export const WHBA_SENSE0_BYTES_MASK: u32 = 0xffffffff
export const WHBA_SENSE0_BYTES_SHIFT: u32 = 0

// SENSE1: Data-phase mode with autosense: bytes 4 to 7 of the sense data, low byte first.
/** Offset; 32 bits. */
export const WHBA_SENSE1: u32 = 0x64
/** ro. Four sense bytes. */
export const WHBA_SENSE1_BYTES_MASK: u32 = 0xffffffff
export const WHBA_SENSE1_BYTES_SHIFT: u32 = 0

// SENSE2: Data-phase mode with autosense: bytes 8 to 11 of the sense data, low byte first.
/** Offset; 32 bits. */
export const WHBA_SENSE2: u32 = 0x68
/** ro. Four sense bytes. */
export const WHBA_SENSE2_BYTES_MASK: u32 = 0xffffffff
export const WHBA_SENSE2_BYTES_SHIFT: u32 = 0

// SENSE3: Data-phase mode with autosense: bytes 12 to 15 of the sense data, low byte first.
/** Offset; 32 bits. */
export const WHBA_SENSE3: u32 = 0x6c
/** ro. Four sense bytes. */
export const WHBA_SENSE3_BYTES_MASK: u32 = 0xffffffff
export const WHBA_SENSE3_BYTES_SHIFT: u32 = 0

// SENSE4: Data-phase mode with autosense: bytes 16 to 19 of the sense data, low byte first.
/** Offset; 32 bits. */
export const WHBA_SENSE4: u32 = 0x70
/** ro. Four sense bytes. */
export const WHBA_SENSE4_BYTES_MASK: u32 = 0xffffffff
export const WHBA_SENSE4_BYTES_SHIFT: u32 = 0

// COMMAND_TABLE_LOW: Queued mode: physical address of the command table (64-byte aligned, or the write is ignored and reported), bits 31 to 0. The block of tag t lies at t × COMMAND_BLOCK_SIZE.
/** Offset; 32 bits. */
export const WHBA_COMMAND_TABLE_LOW: u32 = 0x80
/** rw. Address bits 31 to 0. */
export const WHBA_COMMAND_TABLE_LOW_ADDRESS_MASK: u32 = 0xffffffff
export const WHBA_COMMAND_TABLE_LOW_ADDRESS_SHIFT: u32 = 0

// COMMAND_TABLE_HIGH: Address bits 63 to 32.
/** Offset; 32 bits. */
export const WHBA_COMMAND_TABLE_HIGH: u32 = 0x84
/** rw. Address bits 63 to 32. */
export const WHBA_COMMAND_TABLE_HIGH_ADDRESS_MASK: u32 = 0xffffffff
export const WHBA_COMMAND_TABLE_HIGH_ADDRESS_SHIFT: u32 = 0

// RING_BASE_LOW: Queued mode: physical address of the completion ring (16-byte aligned, or the write is ignored and reported), bits 31 to 0.
/** Offset; 32 bits. */
export const WHBA_RING_BASE_LOW: u32 = 0x88
/** rw. Address bits 31 to 0. */
export const WHBA_RING_BASE_LOW_ADDRESS_MASK: u32 = 0xffffffff
export const WHBA_RING_BASE_LOW_ADDRESS_SHIFT: u32 = 0

// RING_BASE_HIGH: Address bits 63 to 32.
/** Offset; 32 bits. */
export const WHBA_RING_BASE_HIGH: u32 = 0x8c
/** rw. Address bits 63 to 32. */
export const WHBA_RING_BASE_HIGH_ADDRESS_MASK: u32 = 0xffffffff
export const WHBA_RING_BASE_HIGH_ADDRESS_SHIFT: u32 = 0

// RING_SIZE: Queued mode: entries in the completion ring. Writing it empties the ring: the next entry is posted at index 0 with PHASE = 1, and RING_HEAD becomes 0.
/** Offset; 32 bits. */
export const WHBA_RING_SIZE: u32 = 0x90
/** rw. A power of two, 2 to 1024. 0: no ring. Anything else is reported and leaves no ring. */
export const WHBA_RING_SIZE_ENTRIES_MASK: u32 = 0xffff
export const WHBA_RING_SIZE_ENTRIES_SHIFT: u32 = 0

// RING_HEAD: Queued mode: index of the first entry the driver has not consumed. The adapter posts at most ENTRIES − 1 entries ahead of it. It moves only over entries that were posted; another index is ignored and reported.
/** Offset; 32 bits. */
export const WHBA_RING_HEAD: u32 = 0x94
/** rw. Index. */
export const WHBA_RING_HEAD_INDEX_MASK: u32 = 0xffff
export const WHBA_RING_HEAD_INDEX_SHIFT: u32 = 0

// DOORBELL: Queued mode: fetch and run the command block of a tag. A tag that is busy or beyond CAPS.TAGS is refused with SCSI_ERROR, code HOST_BAD_TAG. Ignored and reported without ENABLE, QUEUED and a ring.
/** Offset; 32 bits. */
export const WHBA_DOORBELL: u32 = 0x98
/** wo. Tag. */
export const WHBA_DOORBELL_TAG_MASK: u32 = 0xff
export const WHBA_DOORBELL_TAG_SHIFT: u32 = 0

// ABORT_TAG: Queued mode: drop the command of a tag; it ends with HOST_ABORTED. A tag that is not busy, or whose command has ended, is ignored.
/** Offset; 32 bits. */
export const WHBA_ABORT_TAG: u32 = 0x9c
/** wo. Tag. */
export const WHBA_ABORT_TAG_TAG_MASK: u32 = 0xff
export const WHBA_ABORT_TAG_TAG_SHIFT: u32 = 0

// Memory formats and numbers.
/** PCI vendor id (for emulation only, not assigned by the PCI-SIG). */
export const WHBA_PCI_VENDOR: u32 = 0x57a8
/** PCI device id. */
export const WHBA_PCI_DEVICE: u32 = 0x1
/** Bytes a command block. */
export const WHBA_COMMAND_BLOCK_SIZE: u32 = 0x40
/** u8: target id. */
export const WHBA_BLOCK_TARGET: u32 = 0x0
/** u8: logical unit number. */
export const WHBA_BLOCK_LUN: u32 = 0x1
/** u8: 6, 10, 12 or 16. */
export const WHBA_BLOCK_CDB_LENGTH: u32 = 0x2
/** u8: BLOCK_FLAG_… */
export const WHBA_BLOCK_FLAGS: u32 = 0x3
/** u32: bytes the initiator expects to move: the sum of the list. */
export const WHBA_BLOCK_DATA_LENGTH: u32 = 0x4
/** 16 bytes: CDB. */
export const WHBA_BLOCK_CDB: u32 = 0x8
/** u64: physical address of the scatter/gather list, 8-byte aligned unless the list is empty. */
export const WHBA_BLOCK_SG_ADDRESS: u32 = 0x18
/** u32: elements in the list, at most CAPS.MAX_SG; 0 exactly when there is no data. */
export const WHBA_BLOCK_SG_COUNT: u32 = 0x20
/** u32: room for sense data in bytes, 0 for none. */
export const WHBA_BLOCK_SENSE_LENGTH: u32 = 0x24
/** u64: physical address of the sense buffer. */
export const WHBA_BLOCK_SENSE_ADDRESS: u32 = 0x28
/** 16 bytes: must be 0. */
export const WHBA_BLOCK_RESERVED: u32 = 0x30
/** Data flows from target to memory. */
export const WHBA_BLOCK_FLAG_DATA_IN: u32 = 0x1
/** Data flows from memory to target. */
export const WHBA_BLOCK_FLAG_DATA_OUT: u32 = 0x2
/** SIMPLE task attribute; no attribute bit: untagged. */
export const WHBA_BLOCK_FLAG_SIMPLE: u32 = 0x4
/** ORDERED task attribute. */
export const WHBA_BLOCK_FLAG_ORDERED: u32 = 0x8
/** HEAD OF QUEUE task attribute. */
export const WHBA_BLOCK_FLAG_HEAD: u32 = 0x10
/** Do not fetch sense data for this command. */
export const WHBA_BLOCK_FLAG_NO_AUTOSENSE: u32 = 0x20
/** The target may not disconnect. */
export const WHBA_BLOCK_FLAG_NO_DISCONNECT: u32 = 0x40
/** Bytes a scatter/gather element. */
export const WHBA_SG_SIZE: u32 = 0x10
/** u64: physical address. */
export const WHBA_SG_ADDRESS: u32 = 0x0
/** u32: bytes, not 0. */
export const WHBA_SG_LENGTH: u32 = 0x8
/** u32: must be 0. */
export const WHBA_SG_RESERVED: u32 = 0xc
/** Bytes a completion entry. */
export const WHBA_RING_ENTRY_SIZE: u32 = 0x10
/** u8: tag. */
export const WHBA_ENTRY_TAG: u32 = 0x0
/** u8: HOST_… */
export const WHBA_ENTRY_HOST_STATUS: u32 = 0x1
/** u8: SCSI status byte. */
export const WHBA_ENTRY_SCSI_STATUS: u32 = 0x2
/** u8: ENTRY_FLAG_…; written last. */
export const WHBA_ENTRY_FLAGS: u32 = 0x3
/** u32: bytes moved. */
export const WHBA_ENTRY_BYTES: u32 = 0x4
/** u32: sense bytes written. */
export const WHBA_ENTRY_SENSE_LENGTH: u32 = 0x8
/** u32: number of this completion since RING_SIZE was written, from 0. */
export const WHBA_ENTRY_SEQUENCE: u32 = 0xc
/** 1 in the first pass through the ring, then inverted with every pass. */
export const WHBA_ENTRY_FLAG_PHASE: u32 = 0x1
/** Sense data was written to the sense buffer. */
export const WHBA_ENTRY_FLAG_SENSE: u32 = 0x2
/** The command ran; see the SCSI status. */
export const WHBA_HOST_OK: u32 = 0x0
/** No target answered. */
export const WHBA_HOST_SELECTION_TIMEOUT: u32 = 0x1
/** Parity error on the bus. */
export const WHBA_HOST_PARITY: u32 = 0x2
/** The target left the bus in mid-command. */
export const WHBA_HOST_UNEXPECTED_DISCONNECT: u32 = 0x3
/** The target wanted to move more than the initiator allowed, or the other way. */
export const WHBA_HOST_OVERRUN: u32 = 0x4
/** The target moved less than the initiator expected. */
export const WHBA_HOST_UNDERRUN: u32 = 0x5
/** A target reselected with an unknown tag. */
export const WHBA_HOST_BAD_RESELECTION: u32 = 0x6
/** Aborted by the driver. */
export const WHBA_HOST_ABORTED: u32 = 0x7
/** The bus was reset. Never in a completion: a reset drops commands without one. */
export const WHBA_HOST_BUS_RESET: u32 = 0x8
/** A transfer touched memory it was not granted, or the channel ended early. */
export const WHBA_HOST_DMA_ERROR: u32 = 0x9
/** The command block, its list or CMD_TARGET is not valid. */
export const WHBA_HOST_BAD_BLOCK: u32 = 0xa
/** The tag is busy or out of range. */
export const WHBA_HOST_BAD_TAG: u32 = 0xb
