/* BusLogic BT-958: registers and memory formats. Generated from device/adapters/buslogic/registers.ts. Do not edit. */
#ifndef BL_REGISTERS_H
#define BL_REGISTERS_H

/* Register window. */
#define BL_WINDOW_BYTES 0x4u /* Size of the register window. */

/* STATUS: What the adapter is doing. */
#define BL_STATUS 0x0u /* Offset; 8 bits. */
#define BL_STATUS_COMMAND_INVALID 0x1u /* ro. The last command or one of its parameters was not valid. Valid with COMMAND_COMPLETE; cleared by an interrupt reset and by the next command. */
#define BL_STATUS_DATA_IN_READY 0x4u /* ro. DATA_IN holds the next byte of an answer. Cleared by reading it. */
#define BL_STATUS_COMMAND_PARAMETER_BUSY 0x8u /* ro. The adapter has not taken the last byte written to COMMAND_PARAMETER. Do not write. */
#define BL_STATUS_HOST_ADAPTER_READY 0x10u /* ro. A new command may be written. 0 from the first byte of a command until its end: until then what is written is a parameter. */
#define BL_STATUS_INITIALIZATION_REQUIRED 0x20u /* ro. There are no mailboxes yet. */
#define BL_STATUS_DIAGNOSTIC_FAILURE 0x40u /* ro. The test after a hard reset failed. */
#define BL_STATUS_DIAGNOSTIC_ACTIVE 0x80u /* ro. The adapter tests itself after a hard reset; nothing else in this register means anything. */

/* CONTROL: Resets. */
#define BL_CONTROL 0x0u /* Offset; 8 bits. */
#define BL_CONTROL_BUS_RESET 0x10u /* wo. Write 1: reset the SCSI bus. What targets were doing ends with BTSTAT_ADAPTER_RESET_BUS; EXTERNAL_BUS_RESET is not raised. */
#define BL_CONTROL_INTERRUPT_RESET 0x20u /* wo. Write 1: dismiss every cause in INTERRUPT and STATUS.COMMAND_INVALID; the line is released. */
#define BL_CONTROL_SOFT_RESET 0x40u /* wo. Write 1: drop every command, forget the mailboxes and the settings, test the adapter; the bus is not reset. */
#define BL_CONTROL_HARD_RESET 0x80u /* wo. Write 1: as SOFT_RESET, with a longer test and a reset of the SCSI bus. */

/* DATA_IN: Bytes of an answer. */
#define BL_DATA_IN 0x1u /* Offset; 8 bits. */
#define BL_DATA_IN_BYTE_MASK 0xffu /* ro. Valid while STATUS.DATA_IN_READY is 1. */
#define BL_DATA_IN_BYTE_SHIFT 0u

/* COMMAND_PARAMETER: A command, then its parameters. */
#define BL_COMMAND_PARAMETER 0x1u /* Offset; 8 bits. */
#define BL_COMMAND_PARAMETER_BYTE_MASK 0xffu /* wo. CMD_… while STATUS.HOST_ADAPTER_READY is 1, else a parameter. What is written while STATUS.COMMAND_PARAMETER_BUSY is 1, or while an answer waits to be read, is ignored and reported. */
#define BL_COMMAND_PARAMETER_BYTE_SHIFT 0u

/* INTERRUPT: Interrupt status. The adapter drives its line while VALID is 1, unless CMD_DISABLE_INTERRUPT said no. */
#define BL_INTERRUPT 0x2u /* Offset; 8 bits. */
#define BL_INTERRUPT_INCOMING_MAILBOX_LOADED 0x1u /* ro. An incoming mailbox was filled. */
#define BL_INTERRUPT_OUTGOING_MAILBOX_AVAILABLE 0x2u /* ro. An outgoing mailbox was emptied (when CMD_ENABLE_OUTGOING_AVAILABLE asked for it). */
#define BL_INTERRUPT_COMMAND_COMPLETE 0x4u /* ro. A command to the adapter ended. */
#define BL_INTERRUPT_EXTERNAL_BUS_RESET 0x8u /* ro. Somebody else reset the SCSI bus. */
#define BL_INTERRUPT_VALID 0x80u /* ro. Any of the others. */

/* GEOMETRY: How the BIOS translates disks. */
#define BL_GEOMETRY 0x3u /* Offset; 8 bits. */
#define BL_GEOMETRY_DISK0_MASK 0x3u /* ro. First disk. */
#define BL_GEOMETRY_DISK0_SHIFT 0u
#define BL_GEOMETRY_DISK0_NO_DISK 0u /* Value, not shifted. */
#define BL_GEOMETRY_DISK0_H64_S32 1u /* Value, not shifted. */
#define BL_GEOMETRY_DISK0_H128_S32 2u /* Value, not shifted. */
#define BL_GEOMETRY_DISK0_H255_S63 3u /* Value, not shifted. */
#define BL_GEOMETRY_DISK1_MASK 0xcu /* ro. Second disk. */
#define BL_GEOMETRY_DISK1_SHIFT 2u
#define BL_GEOMETRY_DISK1_NO_DISK 0u /* Value, not shifted. */
#define BL_GEOMETRY_DISK1_H64_S32 1u /* Value, not shifted. */
#define BL_GEOMETRY_DISK1_H128_S32 2u /* Value, not shifted. */
#define BL_GEOMETRY_DISK1_H255_S63 3u /* Value, not shifted. */
#define BL_GEOMETRY_EXTENDED_TRANSLATION 0x80u /* ro. More than 1 GiB is reached by larger geometries. */

/* Memory formats and numbers. */
#define BL_PCI_VENDOR 0x104bu /* PCI vendor id (BusLogic). */
#define BL_PCI_DEVICE 0x1040u /* PCI device id (MultiMaster). */
#define BL_INITIATOR_ID 0x7u /* Target id of the adapter itself. */
#define BL_MAX_SG 0x2000u /* Longest scatter/gather list, in elements (INQUIRE EXTENDED SETUP). */
#define BL_CMD_TEST_COMMAND_COMPLETE 0x0u /* No parameter; COMMAND_COMPLETE is the answer. */
#define BL_CMD_INITIALIZE_MAILBOX 0x1u /* 24-bit mailboxes. Parameters: count, address (3 bytes, high byte first). */
#define BL_CMD_START_MAILBOX 0x2u /* Scan the outgoing mailboxes. No parameter, no COMMAND_COMPLETE, and HOST_ADAPTER_READY stays; not while another command is under way. Invalid before there are mailboxes. */
#define BL_CMD_EXECUTE_BIOS 0x3u /* For the BIOS of the card. Not modelled: invalid. */
#define BL_CMD_INQUIRE_BOARD_ID 0x4u /* Answers 4 bytes: board type, custom features, first and second digit of the firmware version. */
#define BL_CMD_ENABLE_OUTGOING_AVAILABLE 0x5u /* Parameter 1 or 0: OUTGOING_MAILBOX_AVAILABLE may or may not be raised. No COMMAND_COMPLETE unless it is invalid. */
#define BL_CMD_SET_SELECTION_TIMEOUT 0x6u /* Parameters: 1 (0: no time-out at all), 0, milliseconds (high byte, low byte). */
#define BL_CMD_SET_BUS_ON_TIME 0x7u /* Parameter: microseconds. */
#define BL_CMD_SET_BUS_OFF_TIME 0x8u /* Parameter: microseconds. */
#define BL_CMD_SET_TRANSFER_RATE 0x9u /* Parameter: rate code of the ISA bus. */
#define BL_CMD_INQUIRE_DEVICES_LOW 0xau /* Answers 8 bytes: the LUNs of targets 0 to 7, a bit each. */
#define BL_CMD_INQUIRE_CONFIGURATION 0xbu /* Answers 3 bytes: DMA channel, interrupt channel, target id. */
#define BL_CMD_ENABLE_TARGET_MODE 0xcu /* Target mode is not modelled: invalid. */
#define BL_CMD_INQUIRE_SETUP 0xdu /* Parameter: bytes wanted. Answers up to SETUP_SIZE bytes. */
#define BL_CMD_WRITE_LOCAL_RAM 0x1au /* Parameter: address (3 bytes, high byte first). Copies LOCAL_BUFFER_SIZE bytes of memory into the adapter. */
#define BL_CMD_READ_LOCAL_RAM 0x1bu /* Parameter: address (3 bytes, high byte first). Copies LOCAL_BUFFER_SIZE bytes of the adapter to memory. */
#define BL_CMD_WRITE_FIFO 0x1cu /* Parameter: address (3 bytes, high byte first). Copies FIFO_SIZE bytes of memory into the FIFO. */
#define BL_CMD_READ_FIFO 0x1du /* Parameter: address (3 bytes, high byte first). Copies FIFO_SIZE bytes of the FIFO to memory. */
#define BL_CMD_ECHO 0x1fu /* Parameter: a byte. Answers the same byte. */
#define BL_CMD_DIAGNOSTIC 0x20u /* Tests the adapter: as a hard reset. No COMMAND_COMPLETE. */
#define BL_CMD_SET_OPTIONS 0x21u /* Parameters: length, then so many bytes. */
#define BL_CMD_INQUIRE_DEVICES_HIGH 0x23u /* Answers 8 bytes: the LUNs of targets 8 to 15, a bit each. */
#define BL_CMD_INQUIRE_TARGETS 0x24u /* Answers 2 bytes: the targets that answer, a bit each, low byte first. */
#define BL_CMD_DISABLE_INTERRUPT 0x25u /* Parameter 0: the adapter does not drive its line; 1: it does. COMMAND_COMPLETE is set, but does not drive the line. */
#define BL_CMD_EXTENDED_BIOS_INFORMATION 0x28u /* AHA-1542C only: invalid here. */
#define BL_CMD_UNLOCK_MAILBOX 0x29u /* AHA-1542C only: invalid here. */
#define BL_CMD_INITIALIZE_EXTENDED_MAILBOX 0x81u /* 32-bit mailboxes. Parameters: count, address (4 bytes, low byte first). */
#define BL_CMD_EXECUTE_SCSI 0x83u /* 12 parameters and a CDB, without a mailbox. Not modelled: invalid. */
#define BL_CMD_INQUIRE_FIRMWARE_DIGIT 0x84u /* Answers 1 byte: third digit of the firmware version. */
#define BL_CMD_INQUIRE_FIRMWARE_LETTER 0x85u /* Answers 1 byte: letter of the firmware version. */
#define BL_CMD_INQUIRE_PCI 0x86u /* Answers 4 bytes: ISA base code, interrupt line, termination, 0. */
#define BL_CMD_INQUIRE_MODEL 0x8bu /* Parameter: bytes wanted. Answers the model number in ASCII, filled up with zeros. */
#define BL_CMD_INQUIRE_SYNCHRONOUS_PERIOD 0x8cu /* Parameter: bytes wanted. Answers the period of each target, in 10 ns. */
#define BL_CMD_INQUIRE_EXTENDED_SETUP 0x8du /* Parameter: bytes wanted. Answers up to EXTENDED_SETUP_SIZE bytes. */
#define BL_CMD_ENABLE_STRICT_ROUND_ROBIN 0x8fu /* Parameter 1: each outgoing scan takes mailboxes strictly in turn; 0: aggressive, whatever is in use. */
#define BL_CMD_STORE_LOCAL_RAM 0x90u /* Parameters: offset, count, then so many bytes for the local RAM. */
#define BL_CMD_FETCH_LOCAL_RAM 0x91u /* Parameters: offset, bytes wanted. Answers bytes of the local RAM. No COMMAND_COMPLETE: HOST_ADAPTER_READY is the end. */
#define BL_CMD_STORE_EEPROM 0x92u /* Parameter: ignored. The local RAM becomes what a hard reset brings back. */
#define BL_CMD_UPLOAD_AUTOSCSI 0x94u /* Not modelled: invalid. */
#define BL_CMD_MODIFY_IO_ADDRESS 0x95u /* Parameter: ISA base code (ISA_…). No COMMAND_COMPLETE unless it is invalid. */
#define BL_CMD_SET_CCB_FORMAT 0x96u /* Parameter 0: LUN and tag in byte 17; 1: tag in byte 1, a wide LUN in byte 17. */
#define BL_CMD_FLASH_DOWNLOAD 0x97u /* Not modelled: invalid. */
#define BL_CMD_FLASH_WRITE_ENABLE 0x98u /* Not modelled: invalid. */
#define BL_CMD_WRITE_INQUIRY_BUFFER 0x9au /* For target mode. Not modelled: invalid. */
#define BL_CMD_READ_INQUIRY_BUFFER 0x9bu /* For target mode. Not modelled: invalid. */
#define BL_CMD_FLASH_UPLOAD_DOWNLOAD 0xa7u /* Not modelled: invalid. */
#define BL_CMD_READ_SCAM 0xa8u /* Not modelled: invalid. */
#define BL_CMD_WRITE_SCAM 0xa9u /* Not modelled: invalid. */
#define BL_SETUP_SIZE 0x22u /* Bytes INQUIRE SETUP answers at most. */
#define BL_EXTENDED_SETUP_SIZE 0xeu /* Bytes INQUIRE EXTENDED SETUP answers at most. */
#define BL_EXTENDED_SETUP_BUS 0x0u /* u8: bus, 'A' with 24-bit addresses, 'E' with 32-bit addresses. */
#define BL_EXTENDED_SETUP_BIOS 0x1u /* u8: address of the BIOS, bits 19 to 12. */
#define BL_EXTENDED_SETUP_SG 0x2u /* u16: longest scatter/gather list. */
#define BL_EXTENDED_SETUP_MAILBOXES 0x4u /* u8: mailboxes each way. */
#define BL_EXTENDED_SETUP_ADDRESS 0x5u /* u32: address of the mailboxes. */
#define BL_EXTENDED_SETUP_FLAGS 0x9u /* u8: EXTENDED_SETUP_FLAG_… */
#define BL_EXTENDED_SETUP_FIRMWARE 0xau /* 3 bytes: digits after the first of the firmware version, in ASCII. */
#define BL_EXTENDED_SETUP_FEATURES 0xdu /* u8: EXTENDED_SETUP_FEATURE_… */
#define BL_EXTENDED_SETUP_FLAG_LEVEL 0x40u /* The interrupt is level-triggered. */
#define BL_EXTENDED_SETUP_FEATURE_WIDE 0x1u /* Wide: 16 targets. */
#define BL_EXTENDED_SETUP_FEATURE_DIFFERENTIAL 0x2u /* Differential. */
#define BL_EXTENDED_SETUP_FEATURE_SCAM 0x4u /* SCAM. */
#define BL_EXTENDED_SETUP_FEATURE_ULTRA 0x8u /* Ultra. */
#define BL_EXTENDED_SETUP_FEATURE_TERMINATION 0x10u /* Smart termination. */
#define BL_ISA_330 0x0u /* ISA base code: port 0x330. */
#define BL_ISA_334 0x1u /* ISA base code: port 0x334. */
#define BL_ISA_230 0x2u /* ISA base code: port 0x230. */
#define BL_ISA_234 0x3u /* ISA base code: port 0x234. */
#define BL_ISA_130 0x4u /* ISA base code: port 0x130. */
#define BL_ISA_134 0x5u /* ISA base code: port 0x134. */
#define BL_ISA_DISABLED 0x6u /* ISA base code: none. */
#define BL_ISA_DISABLED_2 0x7u /* ISA base code: none. */
#define BL_LOCAL_BUFFER_SIZE 0x40u /* Bytes of WRITE and READ ADAPTER LOCAL RAM. */
#define BL_FIFO_SIZE 0x36u /* Bytes of WRITE and READ BUS MASTER FIFO. */
#define BL_LOCAL_RAM_SIZE 0x100u /* Bytes of local RAM: BIOS data, then the AutoSCSI structure. */
#define BL_AUTOSCSI_OFFSET 0x40u /* Where the AutoSCSI structure begins in the local RAM. */
#define BL_AUTOSCSI_SIZE 0x40u /* Bytes of the AutoSCSI structure. */
#define BL_MAX_MAILBOXES 0xffu /* Mailboxes each way; 0 is refused. */
#define BL_MAILBOX_SIZE 0x8u /* 32-bit: bytes a mailbox. */
#define BL_MAILBOX_CCB 0x0u /* 32-bit: u32, physical address of the CCB. */
#define BL_OUTGOING_ACTION 0x7u /* 32-bit, outgoing: u8 ACTION_…; write it last. */
#define BL_INCOMING_BTSTAT 0x4u /* 32-bit, incoming: u8 BTSTAT_… */
#define BL_INCOMING_STATUS 0x5u /* 32-bit, incoming: u8 SCSI status. */
#define BL_INCOMING_COMPLETION 0x7u /* 32-bit, incoming: u8 COMPLETION_…; written last. Write COMPLETION_FREE to give the mailbox back. */
#define BL_MAILBOX24_SIZE 0x4u /* 24-bit: bytes a mailbox. */
#define BL_MAILBOX24_CODE 0x0u /* 24-bit: u8 ACTION_… (outgoing) or COMPLETION_… (incoming). */
#define BL_MAILBOX24_CCB 0x1u /* 24-bit: 3 bytes, high byte first: physical address of the CCB. */
#define BL_ACTION_FREE 0x0u /* The adapter has taken what was in the outgoing mailbox. */
#define BL_ACTION_START 0x1u /* Start the CCB. */
#define BL_ACTION_ABORT 0x2u /* Abort the CCB that was started. */
#define BL_COMPLETION_FREE 0x0u /* The incoming mailbox is the adapter's. */
#define BL_COMPLETION_GOOD 0x1u /* The CCB ended without error. */
#define BL_COMPLETION_ABORTED 0x2u /* The CCB was aborted. */
#define BL_COMPLETION_NOT_FOUND 0x3u /* The CCB to abort is not there. */
#define BL_COMPLETION_ERROR 0x4u /* The CCB ended with an error: see BTSTAT and status. */
#define BL_COMPLETION_INVALID_CCB 0x5u /* The CCB is not valid. The adapter never posts it (BusLogic.h: firmware uses 0 to 4). */
#define BL_CCB_SIZE 0x28u /* 32-bit: bytes of a CCB. */
#define BL_CCB_OPCODE 0x0u /* 32-bit: u8 OPCODE_… */
#define BL_CCB_CONTROL 0x1u /* 32-bit: u8 CONTROL_…; with the wide format also TAG_… */
#define BL_CCB_CDB_LENGTH 0x2u /* 32-bit: u8, bytes of the CDB, 1 to 12. */
#define BL_CCB_SENSE_LENGTH 0x3u /* 32-bit: u8, room for sense data. 0: SENSE_DEFAULT bytes; 1: no sense data is fetched. */
#define BL_CCB_DATA_LENGTH 0x4u /* 32-bit: u32, bytes of data, or bytes of the scatter/gather list. With a residual opcode the adapter writes what did not move, less than 0 when the target wanted more. */
#define BL_CCB_DATA_ADDRESS 0x8u /* 32-bit: u32, physical address of the data or of the list. */
#define BL_CCB_BTSTAT 0xeu /* u8 BTSTAT_…, written by the adapter. */
#define BL_CCB_STATUS 0xfu /* u8 SCSI status, written by the adapter. */
#define BL_CCB_TARGET 0x10u /* 32-bit: u8 target id. */
#define BL_CCB_LUN 0x11u /* 32-bit: u8, LUN in bits 2 to 0 and TAG_…; in the wide format LUN in bits 5 to 0 and no tag. */
#define BL_CCB_CDB 0x12u /* 12 bytes: CDB. */
#define BL_CCB_LINK_ID 0x1fu /* 32-bit: u8, for linked commands. Not modelled. */
#define BL_CCB_LINK_ADDRESS 0x20u /* 32-bit: u32, for linked commands. Not modelled. */
#define BL_CCB_SENSE_ADDRESS 0x24u /* 32-bit: u32, physical address of the sense buffer. */
#define BL_SG_SIZE 0x8u /* 32-bit: bytes a scatter/gather element. */
#define BL_SG_LENGTH 0x0u /* 32-bit: u32, bytes. */
#define BL_SG_ADDRESS 0x4u /* 32-bit: u32, physical address. */
#define BL_OPCODE_INITIATOR 0x0u /* One data buffer. Fewer bytes are no error. */
#define BL_OPCODE_TARGET 0x1u /* Target mode: refused. */
#define BL_OPCODE_INITIATOR_SG 0x2u /* A scatter/gather list. */
#define BL_OPCODE_INITIATOR_RESIDUAL 0x3u /* One data buffer; CCB_DATA_LENGTH comes back as what did not move. */
#define BL_OPCODE_INITIATOR_SG_RESIDUAL 0x4u /* A scatter/gather list; CCB_DATA_LENGTH comes back as what did not move. */
#define BL_OPCODE_BUS_DEVICE_RESET 0x81u /* Reset the target. */
#define BL_CONTROL_DATA_IN 0x8u /* Data in, length checked. Neither bit: whichever way the target wants, and fewer bytes are no error. */
#define BL_CONTROL_DATA_OUT 0x10u /* Data out, length checked. Both bits: no data. */
#define BL_CONTROL_DIRECTION_MASK 0x18u /* Both direction bits. */
#define BL_TAG_ENABLE 0x20u /* Tagged. */
#define BL_TAG_SIMPLE 0x0u /* Simple queue tag. */
#define BL_TAG_HEAD 0x40u /* Head of queue tag. */
#define BL_TAG_ORDERED 0x80u /* Ordered queue tag. */
#define BL_TAG_TYPE_MASK 0xc0u /* Type of the tag. Both bits: reserved. */
#define BL_SENSE_DEFAULT 0xeu /* Bytes of sense data when CCB_SENSE_LENGTH is 0. */
#define BL_SENSE_DISABLED 0x1u /* CCB_SENSE_LENGTH: no sense data is fetched. */
#define BL_MAX_CDB 0xcu /* Longest CDB. */
#define BL_CCB24_SIZE 0x1eu /* 24-bit: bytes of a CCB with the longest CDB; sense data lies behind the CDB. */
#define BL_CCB24_TARGET 0x1u /* 24-bit: u8, target id << 5 | CONTROL_… | LUN. */
#define BL_CCB24_DATA_LENGTH 0x4u /* 24-bit: 3 bytes, high byte first. */
#define BL_CCB24_DATA_ADDRESS 0x7u /* 24-bit: 3 bytes, high byte first. */
#define BL_CCB24_LINK_ADDRESS 0xau /* 24-bit: 3 bytes, high byte first, for linked commands. Not modelled. */
#define BL_CCB24_LINK_ID 0xdu /* 24-bit: u8, for linked commands. Not modelled. */
#define BL_SG24_SIZE 0x6u /* 24-bit: bytes a scatter/gather element. */
#define BL_SG24_LENGTH 0x0u /* 24-bit: 3 bytes, high byte first. */
#define BL_SG24_ADDRESS 0x3u /* 24-bit: 3 bytes, high byte first. */
#define BL_BTSTAT_OK 0x0u /* See the SCSI status. */
#define BL_BTSTAT_LINKED 0xau /* A linked command ended. Not modelled. */
#define BL_BTSTAT_LINKED_FLAG 0xbu /* A linked command with flag ended. Not modelled. */
#define BL_BTSTAT_DATA_UNDERRUN 0xcu /* The target moved less. FlashPoint only: this adapter reports 0x12 (BusLogic.h). */
#define BL_BTSTAT_SELECTION_TIMEOUT 0x11u /* No target answered. */
#define BL_BTSTAT_DATA_OVERRUN 0x12u /* The target wanted to move more, or the other way; or it moved less, the length is checked and the opcode is not OPCODE_INITIATOR. */
#define BL_BTSTAT_UNEXPECTED_BUS_FREE 0x13u /* The target left the bus. */
#define BL_BTSTAT_INVALID_PHASE 0x14u /* The target asked for a phase that makes no sense. */
#define BL_BTSTAT_INVALID_ACTION 0x15u /* The outgoing mailbox holds an unknown action. */
#define BL_BTSTAT_INVALID_OPCODE 0x16u /* The CCB has an unknown opcode. */
#define BL_BTSTAT_LINKED_LUN 0x17u /* Linked CCBs of two LUNs. Not modelled. */
#define BL_BTSTAT_INVALID_DIRECTION 0x18u /* Target mode: wrong direction (bhareg.h). Not modelled. */
#define BL_BTSTAT_DUPLICATE_CCB 0x19u /* The CCB is being carried out already (bhareg.h). */
#define BL_BTSTAT_INVALID_PARAMETER 0x1au /* A field of the CCB or its list is not valid. */
#define BL_BTSTAT_SENSE_FAILED 0x1bu /* Sense data could not be fetched. */
#define BL_BTSTAT_TAG_REJECTED 0x1cu /* The target rejects tags. */
#define BL_BTSTAT_UNSUPPORTED_MESSAGE 0x1du /* The target sent an unknown message. */
#define BL_BTSTAT_HARDWARE_FAILURE 0x20u /* Failure of the adapter; here: a transfer to or from memory was refused. */
#define BL_BTSTAT_IGNORED_ATTENTION 0x21u /* The target ignores attention. */
#define BL_BTSTAT_ADAPTER_RESET_BUS 0x22u /* This adapter reset the bus. */
#define BL_BTSTAT_OTHER_RESET_BUS 0x23u /* Somebody else reset the bus. */
#define BL_BTSTAT_BAD_RECONNECT 0x24u /* A target reselected improperly. Not modelled. */
#define BL_BTSTAT_BUS_DEVICE_RESET 0x25u /* The target was reset by a CCB. */
#define BL_BTSTAT_QUEUE_ABORTED 0x26u /* In the CCB and mailbox of an aborted command (DevBusLogic.cpp, scsi_x54x.c). */
#define BL_BTSTAT_SOFTWARE_ERROR 0x27u /* Failure of the firmware. */
#define BL_BTSTAT_TIMEOUT 0x30u /* Watchdog of the adapter (BusLogic.h, bhareg.h, DevBusLogic.cpp; btreg.h calls 0x28 so, and 0x30 the parity error). */
#define BL_BTSTAT_PARITY 0x34u /* Parity error on the bus (BusLogic.h, bhareg.h, DevBusLogic.cpp). */

#endif
