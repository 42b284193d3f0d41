/* Reference adapter: registers and memory formats. Generated from device/adapters/reference/registers.ts. Do not edit. */
#ifndef WHBA_REGISTERS_H
#define WHBA_REGISTERS_H

/* Register window. */
#define WHBA_WINDOW_BYTES 0x1000u /* Size of the register window. */

/* ID: Identification. */
#define WHBA_ID 0x0u /* Offset; 32 bits. */
#define WHBA_ID_MAGIC_MASK 0xffffffffu /* ro. 'WHBA' in ASCII, low byte first. */
#define WHBA_ID_MAGIC_SHIFT 0u

/* CAPS: Capabilities. */
#define WHBA_CAPS 0x4u /* Offset; 32 bits. */
#define WHBA_CAPS_TAGS_MASK 0xffu /* ro. Commands at once in queued mode. */
#define WHBA_CAPS_TAGS_SHIFT 0u
#define WHBA_CAPS_TARGETS_MASK 0xff00u /* ro. Target ids on the bus. */
#define WHBA_CAPS_TARGETS_SHIFT 8u
#define WHBA_CAPS_MAX_SG_MASK 0xff0000u /* ro. Longest scatter/gather list, in elements. */
#define WHBA_CAPS_MAX_SG_SHIFT 16u
#define WHBA_CAPS_DMA_CHANNEL_MASK 0xf000000u /* ro. System DMA channel the adapter is wired to, for data-phase mode. */
#define WHBA_CAPS_DMA_CHANNEL_SHIFT 24u
#define WHBA_CAPS_AUTOSENSE 0x10000000u /* ro. The adapter fetches sense data itself after CHECK CONDITION. Set by configuration. */
#define WHBA_CAPS_VERSION_MASK 0xe0000000u /* ro. Version of this register map. */
#define WHBA_CAPS_VERSION_SHIFT 29u

/* CONTROL: Control. */
#define WHBA_CONTROL 0x8u /* Offset; 32 bits. */
#define WHBA_CONTROL_ENABLE 0x1u /* rw. Accept commands. Cleared: new commands and doorbells are ignored and reported; outstanding ones go on. */
#define WHBA_CONTROL_QUEUED 0x2u /* rw. Mode: 0 data-phase, 1 queued. Changing it while a command is outstanding is ignored and reported. */
#define WHBA_CONTROL_ADAPTER_RESET 0x100u /* wo. Write 1: drop every command, set every register to its reset value; STATUS.READY is 0 until the adapter is ready again (20 µs). */
#define WHBA_CONTROL_BUS_RESET 0x200u /* wo. Write 1: drop every command, reset the SCSI bus (25 µs), then raise BUS_RESET. Commands started in between are lost. */

/* STATUS: What the adapter is doing. */
#define WHBA_STATUS 0xcu /* Offset; 32 bits. */
#define WHBA_STATUS_READY 0x1u /* ro. The adapter accepts register writes; 0 during an adapter reset, when writes are ignored and reported. */
#define WHBA_STATUS_BUSY 0x2u /* ro. Data-phase mode: a command is outstanding. */
#define WHBA_STATUS_DMA_ACTIVE 0x4u /* ro. Data-phase mode: a transfer is running. */
#define WHBA_STATUS_BUS_RESETTING 0x8u /* ro. The SCSI bus is held in reset. */
#define WHBA_STATUS_RING_FULL 0x10u /* ro. Queued mode: completions wait for room in the completion ring. */

/* INT_STATUS: Interrupt status: causes pending, enabled or not. The adapter drives its line while INT_STATUS & INT_ENABLE is not 0. */
#define WHBA_INT_STATUS 0x10u /* Offset; 32 bits. */
#define WHBA_INT_STATUS_COMMAND_COMPLETE 0x1u /* ro. Pending: a command ended (data-phase mode: CMD_STATUS is valid; queued mode: an entry was posted to the completion ring) */
#define WHBA_INT_STATUS_DMA_READY 0x2u /* ro. Pending: a selected target is ready for data, DMA_READY tells which */
#define WHBA_INT_STATUS_DMA_ERROR 0x4u /* ro. Pending: a transfer ended early: no channel, no grant, or the channel's count ran out */
#define WHBA_INT_STATUS_SCSI_ERROR 0x8u /* ro. Pending: ERROR_INFO holds the reason */
#define WHBA_INT_STATUS_BUS_RESET 0x10u /* ro. Pending: a bus reset was seen; every command is gone */
#define WHBA_INT_STATUS_DEVICE_CHANGE 0x20u /* ro. Pending: a target came or went */

/* INT_ACK: Interrupt acknowledge: write 1 to dismiss a cause; reads 0. */
#define WHBA_INT_ACK 0x14u /* Offset; 32 bits. */
#define WHBA_INT_ACK_COMMAND_COMPLETE 0x1u /* wo. Dismiss: a command ended (data-phase mode: CMD_STATUS is valid; queued mode: an entry was posted to the completion ring) */
#define WHBA_INT_ACK_DMA_READY 0x2u /* wo. Dismiss: a selected target is ready for data, DMA_READY tells which */
#define WHBA_INT_ACK_DMA_ERROR 0x4u /* wo. Dismiss: a transfer ended early: no channel, no grant, or the channel's count ran out */
#define WHBA_INT_ACK_SCSI_ERROR 0x8u /* wo. Dismiss: ERROR_INFO holds the reason */
#define WHBA_INT_ACK_BUS_RESET 0x10u /* wo. Dismiss: a bus reset was seen; every command is gone */
#define WHBA_INT_ACK_DEVICE_CHANGE 0x20u /* wo. Dismiss: a target came or went */

/* INT_ENABLE: Interrupt enable. */
#define WHBA_INT_ENABLE 0x18u /* Offset; 32 bits. */
#define WHBA_INT_ENABLE_COMMAND_COMPLETE 0x1u /* rw. Enable: a command ended (data-phase mode: CMD_STATUS is valid; queued mode: an entry was posted to the completion ring) */
#define WHBA_INT_ENABLE_DMA_READY 0x2u /* rw. Enable: a selected target is ready for data, DMA_READY tells which */
#define WHBA_INT_ENABLE_DMA_ERROR 0x4u /* rw. Enable: a transfer ended early: no channel, no grant, or the channel's count ran out */
#define WHBA_INT_ENABLE_SCSI_ERROR 0x8u /* rw. Enable: ERROR_INFO holds the reason */
#define WHBA_INT_ENABLE_BUS_RESET 0x10u /* rw. Enable: a bus reset was seen; every command is gone */
#define WHBA_INT_ENABLE_DEVICE_CHANGE 0x20u /* rw. Enable: a target came or went */

/* ERROR_INFO: The last SCSI error, valid from SCSI_ERROR until the next one. */
#define WHBA_ERROR_INFO 0x1cu /* Offset; 32 bits. */
#define WHBA_ERROR_INFO_CODE_MASK 0xffu /* ro. A host status (HOST_…). */
#define WHBA_ERROR_INFO_CODE_SHIFT 0u
#define WHBA_ERROR_INFO_TARGET_MASK 0xff00u /* ro. Target id. */
#define WHBA_ERROR_INFO_TARGET_SHIFT 8u
#define WHBA_ERROR_INFO_LUN_MASK 0xff0000u /* ro. Logical unit number. */
#define WHBA_ERROR_INFO_LUN_SHIFT 16u
#define WHBA_ERROR_INFO_TAG_MASK 0xff000000u /* ro. Tag (queued mode), 0xFF when none or unknown. */
#define WHBA_ERROR_INFO_TAG_SHIFT 24u

/* DMA_READY: Data-phase mode: the target that is ready for data, valid while VALID is 1. The cause DMA_READY stays pending until it is acknowledged, also when VALID is 0 again after an abort or a reset. */
#define WHBA_DMA_READY 0x20u /* Offset; 32 bits. */
#define WHBA_DMA_READY_TARGET_MASK 0xffu /* ro. Target id. */
#define WHBA_DMA_READY_TARGET_SHIFT 0u
#define WHBA_DMA_READY_LUN_MASK 0xff00u /* ro. Logical unit number. */
#define WHBA_DMA_READY_LUN_SHIFT 8u
#define WHBA_DMA_READY_TAG_MASK 0xff0000u /* ro. Tag of the command, as written to CMD_TARGET. */
#define WHBA_DMA_READY_TAG_SHIFT 16u
#define WHBA_DMA_READY_TO_MEMORY 0x1000000u /* ro. 1: data in (target to memory). 0: data out. */
#define WHBA_DMA_READY_VALID 0x80000000u /* ro. A target waits for DMA_CONTROL. */

/* DMA_READY_COUNT: Data-phase mode: bytes the target still wants to move. */
#define WHBA_DMA_READY_COUNT 0x24u /* Offset; 32 bits. */
#define WHBA_DMA_READY_COUNT_BYTES_MASK 0xffffffffu /* ro. Bytes. */
#define WHBA_DMA_READY_COUNT_BYTES_SHIFT 0u

/* DMA_COUNT: Data-phase mode: bytes to move with the next START. */
#define WHBA_DMA_COUNT 0x28u /* Offset; 32 bits. */
#define WHBA_DMA_COUNT_BYTES_MASK 0xffffffffu /* rw. Bytes; 0 is refused with DMA_ERROR, and the target goes on waiting. More than DMA_READY_COUNT: all the target has moves, then the command ends with HOST_UNDERRUN. */
#define WHBA_DMA_COUNT_BYTES_SHIFT 0u

/* DMA_CONTROL: Data-phase mode: runs the data phase. Ignored and reported unless DMA_READY.VALID is 1. */
#define WHBA_DMA_CONTROL 0x2cu /* Offset; 32 bits. */
#define WHBA_DMA_CONTROL_START 0x1u /* wo. Write 1: move DMA_COUNT bytes over the system DMA channel. When the target has more, DMA_READY is raised again. */
#define WHBA_DMA_CONTROL_END 0x2u /* wo. Write 1: end the data phase; what the target still wants to move is reported as HOST_OVERRUN. */

/* DMA_STATUS: Data-phase mode: the last transfer. When the channel failed it, the command ends with HOST_DMA_ERROR. */
#define WHBA_DMA_STATUS 0x30u /* Offset; 32 bits. */
#define WHBA_DMA_STATUS_ACTIVE 0x1u /* ro. A transfer is running. */
#define WHBA_DMA_STATUS_DONE 0x2u /* ro. The last transfer moved all of DMA_COUNT. */
#define WHBA_DMA_STATUS_NO_CHANNEL 0x4u /* ro. The system DMA channel was not programmed. */
#define WHBA_DMA_STATUS_SHORT_CHANNEL 0x8u /* ro. The channel's count ran out first. */
#define WHBA_DMA_STATUS_WRONG_DIRECTION 0x10u /* ro. The channel is programmed for the other direction. */

/* DMA_MOVED: Data-phase mode: bytes moved since the command was started. */
#define WHBA_DMA_MOVED 0x34u /* Offset; 32 bits. */
#define WHBA_DMA_MOVED_BYTES_MASK 0xffffffffu /* ro. Bytes. */
#define WHBA_DMA_MOVED_BYTES_SHIFT 0u

/* CMD_TARGET: Data-phase mode: whom the next command is for. */
#define WHBA_CMD_TARGET 0x40u /* Offset; 32 bits. */
#define WHBA_CMD_TARGET_TARGET_MASK 0xffu /* rw. Target id. */
#define WHBA_CMD_TARGET_TARGET_SHIFT 0u
#define WHBA_CMD_TARGET_LUN_MASK 0xff00u /* rw. Logical unit number. */
#define WHBA_CMD_TARGET_LUN_SHIFT 8u
#define WHBA_CMD_TARGET_TAG_MASK 0xff0000u /* rw. Any number; comes back in DMA_READY and CMD_STATUS. */
#define WHBA_CMD_TARGET_TAG_SHIFT 16u
#define WHBA_CMD_TARGET_CDB_LENGTH_MASK 0x1f000000u /* rw. 6, 10, 12 or 16. */
#define WHBA_CMD_TARGET_CDB_LENGTH_SHIFT 24u

/* CMD_CDB0: Data-phase mode: bytes 0 to 3 of the CDB, low byte first. */
#define WHBA_CMD_CDB0 0x44u /* Offset; 32 bits. */
#define WHBA_CMD_CDB0_BYTES_MASK 0xffffffffu /* rw. Four CDB bytes. */
#define WHBA_CMD_CDB0_BYTES_SHIFT 0u

/* CMD_CDB1: Data-phase mode: bytes 4 to 7 of the CDB, low byte first. */
#define WHBA_CMD_CDB1 0x48u /* Offset; 32 bits. */
#define WHBA_CMD_CDB1_BYTES_MASK 0xffffffffu /* rw. Four CDB bytes. */
#define WHBA_CMD_CDB1_BYTES_SHIFT 0u

/* CMD_CDB2: Data-phase mode: bytes 8 to 11 of the CDB, low byte first. */
#define WHBA_CMD_CDB2 0x4cu /* Offset; 32 bits. */
#define WHBA_CMD_CDB2_BYTES_MASK 0xffffffffu /* rw. Four CDB bytes. */
#define WHBA_CMD_CDB2_BYTES_SHIFT 0u

/* CMD_CDB3: Data-phase mode: bytes 12 to 15 of the CDB, low byte first. */
#define WHBA_CMD_CDB3 0x50u /* Offset; 32 bits. */
#define WHBA_CMD_CDB3_BYTES_MASK 0xffffffffu /* rw. Four CDB bytes. */
#define WHBA_CMD_CDB3_BYTES_SHIFT 0u

/* CMD_CONTROL: Data-phase mode: starts and aborts. */
#define WHBA_CMD_CONTROL 0x54u /* Offset; 32 bits. */
#define WHBA_CMD_CONTROL_START 0x1u /* wo. Write 1: select the target and send the CDB. Ignored and reported while BUSY. */
#define WHBA_CMD_CONTROL_ABORT 0x2u /* wo. Write 1: drop the outstanding command; it ends with HOST_ABORTED. */

/* CMD_STATUS: Data-phase mode: how the last command ended, valid from COMMAND_COMPLETE until the next START. */
#define WHBA_CMD_STATUS 0x58u /* Offset; 32 bits. */
#define WHBA_CMD_STATUS_SCSI_STATUS_MASK 0xffu /* ro. SCSI status byte. */
#define WHBA_CMD_STATUS_SCSI_STATUS_SHIFT 0u
#define WHBA_CMD_STATUS_HOST_STATUS_MASK 0xff00u /* ro. HOST_… */
#define WHBA_CMD_STATUS_HOST_STATUS_SHIFT 8u
#define WHBA_CMD_STATUS_TAG_MASK 0xff0000u /* ro. Tag as written to CMD_TARGET. */
#define WHBA_CMD_STATUS_TAG_SHIFT 16u
#define WHBA_CMD_STATUS_SENSE_LENGTH_MASK 0x7f000000u /* ro. Valid bytes in SENSE0…; 0 without autosense. */
#define WHBA_CMD_STATUS_SENSE_LENGTH_SHIFT 24u
#define WHBA_CMD_STATUS_VALID 0x80000000u /* ro. This register is valid. */

/* SENSE0: Data-phase mode with autosense: bytes 0 to 3 of the sense data, low byte first. */
#define WHBA_SENSE0 0x60u /* Offset; 32 bits. */
#define WHBA_SENSE0_BYTES_MASK 0xffffffffu /* ro. Four sense bytes. */
#define WHBA_SENSE0_BYTES_SHIFT 0u

/* SENSE1: Data-phase mode with autosense: bytes 4 to 7 of the sense data, low byte first. */
#define WHBA_SENSE1 0x64u /* Offset; 32 bits. */
#define WHBA_SENSE1_BYTES_MASK 0xffffffffu /* ro. Four sense bytes. */
#define WHBA_SENSE1_BYTES_SHIFT 0u

/* SENSE2: Data-phase mode with autosense: bytes 8 to 11 of the sense data, low byte first. */
#define WHBA_SENSE2 0x68u /* Offset; 32 bits. */
#define WHBA_SENSE2_BYTES_MASK 0xffffffffu /* ro. Four sense bytes. */
#define WHBA_SENSE2_BYTES_SHIFT 0u

/* SENSE3: Data-phase mode with autosense: bytes 12 to 15 of the sense data, low byte first. */
#define WHBA_SENSE3 0x6cu /* Offset; 32 bits. */
#define WHBA_SENSE3_BYTES_MASK 0xffffffffu /* ro. Four sense bytes. */
#define WHBA_SENSE3_BYTES_SHIFT 0u

/* SENSE4: Data-phase mode with autosense: bytes 16 to 19 of the sense data, low byte first. */
#define WHBA_SENSE4 0x70u /* Offset; 32 bits. */
#define WHBA_SENSE4_BYTES_MASK 0xffffffffu /* ro. Four sense bytes. */
#define WHBA_SENSE4_BYTES_SHIFT 0u

/* COMMAND_TABLE_LOW: Queued mode: physical address of the command table (64-byte aligned, or the write is ignored and reported), bits 31 to 0. The block of tag t lies at t × COMMAND_BLOCK_SIZE. */
#define WHBA_COMMAND_TABLE_LOW 0x80u /* Offset; 32 bits. */
#define WHBA_COMMAND_TABLE_LOW_ADDRESS_MASK 0xffffffffu /* rw. Address bits 31 to 0. */
#define WHBA_COMMAND_TABLE_LOW_ADDRESS_SHIFT 0u

/* COMMAND_TABLE_HIGH: Address bits 63 to 32. */
#define WHBA_COMMAND_TABLE_HIGH 0x84u /* Offset; 32 bits. */
#define WHBA_COMMAND_TABLE_HIGH_ADDRESS_MASK 0xffffffffu /* rw. Address bits 63 to 32. */
#define WHBA_COMMAND_TABLE_HIGH_ADDRESS_SHIFT 0u

/* RING_BASE_LOW: Queued mode: physical address of the completion ring (16-byte aligned, or the write is ignored and reported), bits 31 to 0. */
#define WHBA_RING_BASE_LOW 0x88u /* Offset; 32 bits. */
#define WHBA_RING_BASE_LOW_ADDRESS_MASK 0xffffffffu /* rw. Address bits 31 to 0. */
#define WHBA_RING_BASE_LOW_ADDRESS_SHIFT 0u

/* RING_BASE_HIGH: Address bits 63 to 32. */
#define WHBA_RING_BASE_HIGH 0x8cu /* Offset; 32 bits. */
#define WHBA_RING_BASE_HIGH_ADDRESS_MASK 0xffffffffu /* rw. Address bits 63 to 32. */
#define WHBA_RING_BASE_HIGH_ADDRESS_SHIFT 0u

/* RING_SIZE: Queued mode: entries in the completion ring. Writing it empties the ring: the next entry is posted at index 0 with PHASE = 1, and RING_HEAD becomes 0. */
#define WHBA_RING_SIZE 0x90u /* Offset; 32 bits. */
#define WHBA_RING_SIZE_ENTRIES_MASK 0xffffu /* rw. A power of two, 2 to 1024. 0: no ring. Anything else is reported and leaves no ring. */
#define WHBA_RING_SIZE_ENTRIES_SHIFT 0u

/* RING_HEAD: Queued mode: index of the first entry the driver has not consumed. The adapter posts at most ENTRIES − 1 entries ahead of it. It moves only over entries that were posted; another index is ignored and reported. */
#define WHBA_RING_HEAD 0x94u /* Offset; 32 bits. */
#define WHBA_RING_HEAD_INDEX_MASK 0xffffu /* rw. Index. */
#define WHBA_RING_HEAD_INDEX_SHIFT 0u

/* DOORBELL: Queued mode: fetch and run the command block of a tag. A tag that is busy or beyond CAPS.TAGS is refused with SCSI_ERROR, code HOST_BAD_TAG. Ignored and reported without ENABLE, QUEUED and a ring. */
#define WHBA_DOORBELL 0x98u /* Offset; 32 bits. */
#define WHBA_DOORBELL_TAG_MASK 0xffu /* wo. Tag. */
#define WHBA_DOORBELL_TAG_SHIFT 0u

/* ABORT_TAG: Queued mode: drop the command of a tag; it ends with HOST_ABORTED. A tag that is not busy, or whose command has ended, is ignored. */
#define WHBA_ABORT_TAG 0x9cu /* Offset; 32 bits. */
#define WHBA_ABORT_TAG_TAG_MASK 0xffu /* wo. Tag. */
#define WHBA_ABORT_TAG_TAG_SHIFT 0u

/* Memory formats and numbers. */
#define WHBA_PCI_VENDOR 0x57a8u /* PCI vendor id (for emulation only, not assigned by the PCI-SIG). */
#define WHBA_PCI_DEVICE 0x1u /* PCI device id. */
#define WHBA_COMMAND_BLOCK_SIZE 0x40u /* Bytes a command block. */
#define WHBA_BLOCK_TARGET 0x0u /* u8: target id. */
#define WHBA_BLOCK_LUN 0x1u /* u8: logical unit number. */
#define WHBA_BLOCK_CDB_LENGTH 0x2u /* u8: 6, 10, 12 or 16. */
#define WHBA_BLOCK_FLAGS 0x3u /* u8: BLOCK_FLAG_… */
#define WHBA_BLOCK_DATA_LENGTH 0x4u /* u32: bytes the initiator expects to move: the sum of the list. */
#define WHBA_BLOCK_CDB 0x8u /* 16 bytes: CDB. */
#define WHBA_BLOCK_SG_ADDRESS 0x18u /* u64: physical address of the scatter/gather list, 8-byte aligned unless the list is empty. */
#define WHBA_BLOCK_SG_COUNT 0x20u /* u32: elements in the list, at most CAPS.MAX_SG; 0 exactly when there is no data. */
#define WHBA_BLOCK_SENSE_LENGTH 0x24u /* u32: room for sense data in bytes, 0 for none. */
#define WHBA_BLOCK_SENSE_ADDRESS 0x28u /* u64: physical address of the sense buffer. */
#define WHBA_BLOCK_RESERVED 0x30u /* 16 bytes: must be 0. */
#define WHBA_BLOCK_FLAG_DATA_IN 0x1u /* Data flows from target to memory. */
#define WHBA_BLOCK_FLAG_DATA_OUT 0x2u /* Data flows from memory to target. */
#define WHBA_BLOCK_FLAG_SIMPLE 0x4u /* SIMPLE task attribute; no attribute bit: untagged. */
#define WHBA_BLOCK_FLAG_ORDERED 0x8u /* ORDERED task attribute. */
#define WHBA_BLOCK_FLAG_HEAD 0x10u /* HEAD OF QUEUE task attribute. */
#define WHBA_BLOCK_FLAG_NO_AUTOSENSE 0x20u /* Do not fetch sense data for this command. */
#define WHBA_BLOCK_FLAG_NO_DISCONNECT 0x40u /* The target may not disconnect. */
#define WHBA_SG_SIZE 0x10u /* Bytes a scatter/gather element. */
#define WHBA_SG_ADDRESS 0x0u /* u64: physical address. */
#define WHBA_SG_LENGTH 0x8u /* u32: bytes, not 0. */
#define WHBA_SG_RESERVED 0xcu /* u32: must be 0. */
#define WHBA_RING_ENTRY_SIZE 0x10u /* Bytes a completion entry. */
#define WHBA_ENTRY_TAG 0x0u /* u8: tag. */
#define WHBA_ENTRY_HOST_STATUS 0x1u /* u8: HOST_… */
#define WHBA_ENTRY_SCSI_STATUS 0x2u /* u8: SCSI status byte. */
#define WHBA_ENTRY_FLAGS 0x3u /* u8: ENTRY_FLAG_…; written last. */
#define WHBA_ENTRY_BYTES 0x4u /* u32: bytes moved. */
#define WHBA_ENTRY_SENSE_LENGTH 0x8u /* u32: sense bytes written. */
#define WHBA_ENTRY_SEQUENCE 0xcu /* u32: number of this completion since RING_SIZE was written, from 0. */
#define WHBA_ENTRY_FLAG_PHASE 0x1u /* 1 in the first pass through the ring, then inverted with every pass. */
#define WHBA_ENTRY_FLAG_SENSE 0x2u /* Sense data was written to the sense buffer. */
#define WHBA_HOST_OK 0x0u /* The command ran; see the SCSI status. */
#define WHBA_HOST_SELECTION_TIMEOUT 0x1u /* No target answered. */
#define WHBA_HOST_PARITY 0x2u /* Parity error on the bus. */
#define WHBA_HOST_UNEXPECTED_DISCONNECT 0x3u /* The target left the bus in mid-command. */
#define WHBA_HOST_OVERRUN 0x4u /* The target wanted to move more than the initiator allowed, or the other way. */
#define WHBA_HOST_UNDERRUN 0x5u /* The target moved less than the initiator expected. */
#define WHBA_HOST_BAD_RESELECTION 0x6u /* A target reselected with an unknown tag. */
#define WHBA_HOST_ABORTED 0x7u /* Aborted by the driver. */
#define WHBA_HOST_BUS_RESET 0x8u /* The bus was reset. Never in a completion: a reset drops commands without one. */
#define WHBA_HOST_DMA_ERROR 0x9u /* A transfer touched memory it was not granted, or the channel ended early. */
#define WHBA_HOST_BAD_BLOCK 0xau /* The command block, its list or CMD_TARGET is not valid. */
#define WHBA_HOST_BAD_TAG 0xbu /* The tag is busy or out of range. */

#endif
