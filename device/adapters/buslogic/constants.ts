// Numbers of the BusLogic MultiMaster that are no registers: commands, mailboxes, command control blocks (CCBs), statuses.
//
// Sources, all opened: Linux drivers/scsi/BusLogic.h and aha1542.h, FreeBSD sys/dev/buslogic/btreg.h, NetBSD sys/dev/ic/bhareg.h,
// VirtualBox src/VBox/Devices/Storage/DevBusLogic.cpp, 86Box src/scsi/scsi_buslogic.c and scsi_x54x.c, and for the 24-bit formats
// and the commands below 80h the Adaptec AHA-1740A/1742A/1744 Technical Reference Manual, chapters 4 and 5 (standard mode), whose
// interface the MultiMaster family extends. Where one of them differs from the others the description says so.

const PCI = [
  { name: 'PCI_VENDOR', value: 0x104b, description: 'PCI vendor id (BusLogic).' },
  { name: 'PCI_DEVICE', value: 0x1040, description: 'PCI device id (MultiMaster).' },
  { name: 'INITIATOR_ID', value: 7, description: 'Target id of the adapter itself.' },
  { name: 'MAX_SG', value: 8192, description: 'Longest scatter/gather list, in elements (INQUIRE EXTENDED SETUP).' },
] as const

/** Command codes, written to COMMAND_PARAMETER while the host adapter is ready. */
const COMMANDS = [
  { name: 'CMD_TEST_COMMAND_COMPLETE', value: 0x00, description: 'No parameter; COMMAND_COMPLETE is the answer.' },
  {
    name: 'CMD_INITIALIZE_MAILBOX',
    value: 0x01,
    description: '24-bit mailboxes. Parameters: count, address (3 bytes, high byte first).',
  },
  {
    name: 'CMD_START_MAILBOX',
    value: 0x02,
    description:
      'Scan the outgoing mailboxes. No parameter, no COMMAND_COMPLETE, and HOST_ADAPTER_READY stays; not while another command is under way. Invalid before there are mailboxes.',
  },
  { name: 'CMD_EXECUTE_BIOS', value: 0x03, description: 'For the BIOS of the card. Not modelled: invalid.' },
  {
    name: 'CMD_INQUIRE_BOARD_ID',
    value: 0x04,
    description: 'Answers 4 bytes: board type, custom features, first and second digit of the firmware version.',
  },
  {
    name: 'CMD_ENABLE_OUTGOING_AVAILABLE',
    value: 0x05,
    description:
      'Parameter 1 or 0: OUTGOING_MAILBOX_AVAILABLE may or may not be raised. No COMMAND_COMPLETE unless it is invalid.',
  },
  {
    name: 'CMD_SET_SELECTION_TIMEOUT',
    value: 0x06,
    description: 'Parameters: 1 (0: no time-out at all), 0, milliseconds (high byte, low byte).',
  },
  { name: 'CMD_SET_BUS_ON_TIME', value: 0x07, description: 'Parameter: microseconds.' },
  { name: 'CMD_SET_BUS_OFF_TIME', value: 0x08, description: 'Parameter: microseconds.' },
  { name: 'CMD_SET_TRANSFER_RATE', value: 0x09, description: 'Parameter: rate code of the ISA bus.' },
  {
    name: 'CMD_INQUIRE_DEVICES_LOW',
    value: 0x0a,
    description: 'Answers 8 bytes: the LUNs of targets 0 to 7, a bit each.',
  },
  {
    name: 'CMD_INQUIRE_CONFIGURATION',
    value: 0x0b,
    description: 'Answers 3 bytes: DMA channel, interrupt channel, target id.',
  },
  { name: 'CMD_ENABLE_TARGET_MODE', value: 0x0c, description: 'Target mode is not modelled: invalid.' },
  { name: 'CMD_INQUIRE_SETUP', value: 0x0d, description: 'Parameter: bytes wanted. Answers up to SETUP_SIZE bytes.' },
  {
    name: 'CMD_WRITE_LOCAL_RAM',
    value: 0x1a,
    description:
      'Parameter: address (3 bytes, high byte first). Copies LOCAL_BUFFER_SIZE bytes of memory into the adapter.',
  },
  {
    name: 'CMD_READ_LOCAL_RAM',
    value: 0x1b,
    description:
      'Parameter: address (3 bytes, high byte first). Copies LOCAL_BUFFER_SIZE bytes of the adapter to memory.',
  },
  {
    name: 'CMD_WRITE_FIFO',
    value: 0x1c,
    description: 'Parameter: address (3 bytes, high byte first). Copies FIFO_SIZE bytes of memory into the FIFO.',
  },
  {
    name: 'CMD_READ_FIFO',
    value: 0x1d,
    description: 'Parameter: address (3 bytes, high byte first). Copies FIFO_SIZE bytes of the FIFO to memory.',
  },
  { name: 'CMD_ECHO', value: 0x1f, description: 'Parameter: a byte. Answers the same byte.' },
  { name: 'CMD_DIAGNOSTIC', value: 0x20, description: 'Tests the adapter: as a hard reset. No COMMAND_COMPLETE.' },
  { name: 'CMD_SET_OPTIONS', value: 0x21, description: 'Parameters: length, then so many bytes.' },
  {
    name: 'CMD_INQUIRE_DEVICES_HIGH',
    value: 0x23,
    description: 'Answers 8 bytes: the LUNs of targets 8 to 15, a bit each.',
  },
  {
    name: 'CMD_INQUIRE_TARGETS',
    value: 0x24,
    description: 'Answers 2 bytes: the targets that answer, a bit each, low byte first.',
  },
  {
    name: 'CMD_DISABLE_INTERRUPT',
    value: 0x25,
    description:
      'Parameter 0: the adapter does not drive its line; 1: it does. COMMAND_COMPLETE is set, but does not drive the line.',
  },
  { name: 'CMD_EXTENDED_BIOS_INFORMATION', value: 0x28, description: 'AHA-1542C only: invalid here.' },
  { name: 'CMD_UNLOCK_MAILBOX', value: 0x29, description: 'AHA-1542C only: invalid here.' },
  {
    name: 'CMD_INITIALIZE_EXTENDED_MAILBOX',
    value: 0x81,
    description: '32-bit mailboxes. Parameters: count, address (4 bytes, low byte first).',
  },
  {
    name: 'CMD_EXECUTE_SCSI',
    value: 0x83,
    description: '12 parameters and a CDB, without a mailbox. Not modelled: invalid.',
  },
  {
    name: 'CMD_INQUIRE_FIRMWARE_DIGIT',
    value: 0x84,
    description: 'Answers 1 byte: third digit of the firmware version.',
  },
  { name: 'CMD_INQUIRE_FIRMWARE_LETTER', value: 0x85, description: 'Answers 1 byte: letter of the firmware version.' },
  {
    name: 'CMD_INQUIRE_PCI',
    value: 0x86,
    description: 'Answers 4 bytes: ISA base code, interrupt line, termination, 0.',
  },
  {
    name: 'CMD_INQUIRE_MODEL',
    value: 0x8b,
    description: 'Parameter: bytes wanted. Answers the model number in ASCII, filled up with zeros.',
  },
  {
    name: 'CMD_INQUIRE_SYNCHRONOUS_PERIOD',
    value: 0x8c,
    description: 'Parameter: bytes wanted. Answers the period of each target, in 10 ns.',
  },
  {
    name: 'CMD_INQUIRE_EXTENDED_SETUP',
    value: 0x8d,
    description: 'Parameter: bytes wanted. Answers up to EXTENDED_SETUP_SIZE bytes.',
  },
  {
    name: 'CMD_ENABLE_STRICT_ROUND_ROBIN',
    value: 0x8f,
    description: 'Parameter 1: each outgoing scan takes mailboxes strictly in turn; 0: aggressive, whatever is in use.',
  },
  {
    name: 'CMD_STORE_LOCAL_RAM',
    value: 0x90,
    description: 'Parameters: offset, count, then so many bytes for the local RAM.',
  },
  {
    name: 'CMD_FETCH_LOCAL_RAM',
    value: 0x91,
    description:
      'Parameters: offset, bytes wanted. Answers bytes of the local RAM. No COMMAND_COMPLETE: HOST_ADAPTER_READY is the end.',
  },
  {
    name: 'CMD_STORE_EEPROM',
    value: 0x92,
    description: 'Parameter: ignored. The local RAM becomes what a hard reset brings back.',
  },
  { name: 'CMD_UPLOAD_AUTOSCSI', value: 0x94, description: 'Not modelled: invalid.' },
  {
    name: 'CMD_MODIFY_IO_ADDRESS',
    value: 0x95,
    description: 'Parameter: ISA base code (ISA_…). No COMMAND_COMPLETE unless it is invalid.',
  },
  {
    name: 'CMD_SET_CCB_FORMAT',
    value: 0x96,
    description: 'Parameter 0: LUN and tag in byte 17; 1: tag in byte 1, a wide LUN in byte 17.',
  },
  { name: 'CMD_FLASH_DOWNLOAD', value: 0x97, description: 'Not modelled: invalid.' },
  { name: 'CMD_FLASH_WRITE_ENABLE', value: 0x98, description: 'Not modelled: invalid.' },
  { name: 'CMD_WRITE_INQUIRY_BUFFER', value: 0x9a, description: 'For target mode. Not modelled: invalid.' },
  { name: 'CMD_READ_INQUIRY_BUFFER', value: 0x9b, description: 'For target mode. Not modelled: invalid.' },
  { name: 'CMD_FLASH_UPLOAD_DOWNLOAD', value: 0xa7, description: 'Not modelled: invalid.' },
  { name: 'CMD_READ_SCAM', value: 0xa8, description: 'Not modelled: invalid.' },
  { name: 'CMD_WRITE_SCAM', value: 0xa9, description: 'Not modelled: invalid.' },
] as const

/** What the commands answer. */
const ANSWERS = [
  { name: 'SETUP_SIZE', value: 34, description: 'Bytes INQUIRE SETUP answers at most.' },
  { name: 'EXTENDED_SETUP_SIZE', value: 14, description: 'Bytes INQUIRE EXTENDED SETUP answers at most.' },
  {
    name: 'EXTENDED_SETUP_BUS',
    value: 0,
    description: "u8: bus, 'A' with 24-bit addresses, 'E' with 32-bit addresses.",
  },
  { name: 'EXTENDED_SETUP_BIOS', value: 1, description: 'u8: address of the BIOS, bits 19 to 12.' },
  { name: 'EXTENDED_SETUP_SG', value: 2, description: 'u16: longest scatter/gather list.' },
  { name: 'EXTENDED_SETUP_MAILBOXES', value: 4, description: 'u8: mailboxes each way.' },
  { name: 'EXTENDED_SETUP_ADDRESS', value: 5, description: 'u32: address of the mailboxes.' },
  { name: 'EXTENDED_SETUP_FLAGS', value: 9, description: 'u8: EXTENDED_SETUP_FLAG_…' },
  {
    name: 'EXTENDED_SETUP_FIRMWARE',
    value: 10,
    description: '3 bytes: digits after the first of the firmware version, in ASCII.',
  },
  { name: 'EXTENDED_SETUP_FEATURES', value: 13, description: 'u8: EXTENDED_SETUP_FEATURE_…' },
  { name: 'EXTENDED_SETUP_FLAG_LEVEL', value: 0x40, description: 'The interrupt is level-triggered.' },
  { name: 'EXTENDED_SETUP_FEATURE_WIDE', value: 0x01, description: 'Wide: 16 targets.' },
  { name: 'EXTENDED_SETUP_FEATURE_DIFFERENTIAL', value: 0x02, description: 'Differential.' },
  { name: 'EXTENDED_SETUP_FEATURE_SCAM', value: 0x04, description: 'SCAM.' },
  { name: 'EXTENDED_SETUP_FEATURE_ULTRA', value: 0x08, description: 'Ultra.' },
  { name: 'EXTENDED_SETUP_FEATURE_TERMINATION', value: 0x10, description: 'Smart termination.' },
  { name: 'ISA_330', value: 0, description: 'ISA base code: port 0x330.' },
  { name: 'ISA_334', value: 1, description: 'ISA base code: port 0x334.' },
  { name: 'ISA_230', value: 2, description: 'ISA base code: port 0x230.' },
  { name: 'ISA_234', value: 3, description: 'ISA base code: port 0x234.' },
  { name: 'ISA_130', value: 4, description: 'ISA base code: port 0x130.' },
  { name: 'ISA_134', value: 5, description: 'ISA base code: port 0x134.' },
  { name: 'ISA_DISABLED', value: 6, description: 'ISA base code: none.' },
  { name: 'ISA_DISABLED_2', value: 7, description: 'ISA base code: none.' },
  { name: 'LOCAL_BUFFER_SIZE', value: 64, description: 'Bytes of WRITE and READ ADAPTER LOCAL RAM.' },
  { name: 'FIFO_SIZE', value: 54, description: 'Bytes of WRITE and READ BUS MASTER FIFO.' },
  { name: 'LOCAL_RAM_SIZE', value: 256, description: 'Bytes of local RAM: BIOS data, then the AutoSCSI structure.' },
  { name: 'AUTOSCSI_OFFSET', value: 64, description: 'Where the AutoSCSI structure begins in the local RAM.' },
  { name: 'AUTOSCSI_SIZE', value: 64, description: 'Bytes of the AutoSCSI structure.' },
] as const

/** Mailboxes: all outgoing ones, then all incoming ones, at the address of the initialize command. */
const MAILBOXES = [
  { name: 'MAX_MAILBOXES', value: 255, description: 'Mailboxes each way; 0 is refused.' },
  { name: 'MAILBOX_SIZE', value: 8, description: '32-bit: bytes a mailbox.' },
  { name: 'MAILBOX_CCB', value: 0, description: '32-bit: u32, physical address of the CCB.' },
  { name: 'OUTGOING_ACTION', value: 7, description: '32-bit, outgoing: u8 ACTION_…; write it last.' },
  { name: 'INCOMING_BTSTAT', value: 4, description: '32-bit, incoming: u8 BTSTAT_…' },
  { name: 'INCOMING_STATUS', value: 5, description: '32-bit, incoming: u8 SCSI status.' },
  {
    name: 'INCOMING_COMPLETION',
    value: 7,
    description: '32-bit, incoming: u8 COMPLETION_…; written last. Write COMPLETION_FREE to give the mailbox back.',
  },
  { name: 'MAILBOX24_SIZE', value: 4, description: '24-bit: bytes a mailbox.' },
  { name: 'MAILBOX24_CODE', value: 0, description: '24-bit: u8 ACTION_… (outgoing) or COMPLETION_… (incoming).' },
  { name: 'MAILBOX24_CCB', value: 1, description: '24-bit: 3 bytes, high byte first: physical address of the CCB.' },
  { name: 'ACTION_FREE', value: 0x00, description: 'The adapter has taken what was in the outgoing mailbox.' },
  { name: 'ACTION_START', value: 0x01, description: 'Start the CCB.' },
  { name: 'ACTION_ABORT', value: 0x02, description: 'Abort the CCB that was started.' },
  { name: 'COMPLETION_FREE', value: 0x00, description: "The incoming mailbox is the adapter's." },
  { name: 'COMPLETION_GOOD', value: 0x01, description: 'The CCB ended without error.' },
  { name: 'COMPLETION_ABORTED', value: 0x02, description: 'The CCB was aborted.' },
  { name: 'COMPLETION_NOT_FOUND', value: 0x03, description: 'The CCB to abort is not there.' },
  { name: 'COMPLETION_ERROR', value: 0x04, description: 'The CCB ended with an error: see BTSTAT and status.' },
  {
    name: 'COMPLETION_INVALID_CCB',
    value: 0x05,
    description: 'The CCB is not valid. The adapter never posts it (BusLogic.h: firmware uses 0 to 4).',
  },
] as const

/** Command control block, 32-bit form. */
const CCB = [
  { name: 'CCB_SIZE', value: 40, description: '32-bit: bytes of a CCB.' },
  { name: 'CCB_OPCODE', value: 0, description: '32-bit: u8 OPCODE_…' },
  { name: 'CCB_CONTROL', value: 1, description: '32-bit: u8 CONTROL_…; with the wide format also TAG_…' },
  { name: 'CCB_CDB_LENGTH', value: 2, description: '32-bit: u8, bytes of the CDB, 1 to 12.' },
  {
    name: 'CCB_SENSE_LENGTH',
    value: 3,
    description: '32-bit: u8, room for sense data. 0: SENSE_DEFAULT bytes; 1: no sense data is fetched.',
  },
  {
    name: 'CCB_DATA_LENGTH',
    value: 4,
    description:
      '32-bit: u32, bytes of data, or bytes of the scatter/gather list. With a residual opcode the adapter writes what did not move, less than 0 when the target wanted more.',
  },
  { name: 'CCB_DATA_ADDRESS', value: 8, description: '32-bit: u32, physical address of the data or of the list.' },
  { name: 'CCB_BTSTAT', value: 14, description: 'u8 BTSTAT_…, written by the adapter.' },
  { name: 'CCB_STATUS', value: 15, description: 'u8 SCSI status, written by the adapter.' },
  { name: 'CCB_TARGET', value: 16, description: '32-bit: u8 target id.' },
  {
    name: 'CCB_LUN',
    value: 17,
    description: '32-bit: u8, LUN in bits 2 to 0 and TAG_…; in the wide format LUN in bits 5 to 0 and no tag.',
  },
  { name: 'CCB_CDB', value: 18, description: '12 bytes: CDB.' },
  { name: 'CCB_LINK_ID', value: 31, description: '32-bit: u8, for linked commands. Not modelled.' },
  { name: 'CCB_LINK_ADDRESS', value: 32, description: '32-bit: u32, for linked commands. Not modelled.' },
  { name: 'CCB_SENSE_ADDRESS', value: 36, description: '32-bit: u32, physical address of the sense buffer.' },
  { name: 'SG_SIZE', value: 8, description: '32-bit: bytes a scatter/gather element.' },
  { name: 'SG_LENGTH', value: 0, description: '32-bit: u32, bytes.' },
  { name: 'SG_ADDRESS', value: 4, description: '32-bit: u32, physical address.' },
  { name: 'OPCODE_INITIATOR', value: 0x00, description: 'One data buffer. Fewer bytes are no error.' },
  { name: 'OPCODE_TARGET', value: 0x01, description: 'Target mode: refused.' },
  { name: 'OPCODE_INITIATOR_SG', value: 0x02, description: 'A scatter/gather list.' },
  {
    name: 'OPCODE_INITIATOR_RESIDUAL',
    value: 0x03,
    description: 'One data buffer; CCB_DATA_LENGTH comes back as what did not move.',
  },
  {
    name: 'OPCODE_INITIATOR_SG_RESIDUAL',
    value: 0x04,
    description: 'A scatter/gather list; CCB_DATA_LENGTH comes back as what did not move.',
  },
  { name: 'OPCODE_BUS_DEVICE_RESET', value: 0x81, description: 'Reset the target.' },
  {
    name: 'CONTROL_DATA_IN',
    value: 0x08,
    description: 'Data in, length checked. Neither bit: whichever way the target wants, and fewer bytes are no error.',
  },
  { name: 'CONTROL_DATA_OUT', value: 0x10, description: 'Data out, length checked. Both bits: no data.' },
  { name: 'CONTROL_DIRECTION_MASK', value: 0x18, description: 'Both direction bits.' },
  { name: 'TAG_ENABLE', value: 0x20, description: 'Tagged.' },
  { name: 'TAG_SIMPLE', value: 0x00, description: 'Simple queue tag.' },
  { name: 'TAG_HEAD', value: 0x40, description: 'Head of queue tag.' },
  { name: 'TAG_ORDERED', value: 0x80, description: 'Ordered queue tag.' },
  { name: 'TAG_TYPE_MASK', value: 0xc0, description: 'Type of the tag. Both bits: reserved.' },
  { name: 'SENSE_DEFAULT', value: 14, description: 'Bytes of sense data when CCB_SENSE_LENGTH is 0.' },
  { name: 'SENSE_DISABLED', value: 1, description: 'CCB_SENSE_LENGTH: no sense data is fetched.' },
  { name: 'MAX_CDB', value: 12, description: 'Longest CDB.' },
  {
    name: 'CCB24_SIZE',
    value: 30,
    description: '24-bit: bytes of a CCB with the longest CDB; sense data lies behind the CDB.',
  },
  { name: 'CCB24_TARGET', value: 1, description: '24-bit: u8, target id << 5 | CONTROL_… | LUN.' },
  { name: 'CCB24_DATA_LENGTH', value: 4, description: '24-bit: 3 bytes, high byte first.' },
  { name: 'CCB24_DATA_ADDRESS', value: 7, description: '24-bit: 3 bytes, high byte first.' },
  {
    name: 'CCB24_LINK_ADDRESS',
    value: 10,
    description: '24-bit: 3 bytes, high byte first, for linked commands. Not modelled.',
  },
  { name: 'CCB24_LINK_ID', value: 13, description: '24-bit: u8, for linked commands. Not modelled.' },
  { name: 'SG24_SIZE', value: 6, description: '24-bit: bytes a scatter/gather element.' },
  { name: 'SG24_LENGTH', value: 0, description: '24-bit: 3 bytes, high byte first.' },
  { name: 'SG24_ADDRESS', value: 3, description: '24-bit: 3 bytes, high byte first.' },
] as const

/** Host adapter status of a CCB. */
const BTSTAT = [
  { name: 'BTSTAT_OK', value: 0x00, description: 'See the SCSI status.' },
  { name: 'BTSTAT_LINKED', value: 0x0a, description: 'A linked command ended. Not modelled.' },
  { name: 'BTSTAT_LINKED_FLAG', value: 0x0b, description: 'A linked command with flag ended. Not modelled.' },
  {
    name: 'BTSTAT_DATA_UNDERRUN',
    value: 0x0c,
    description: 'The target moved less. FlashPoint only: this adapter reports 0x12 (BusLogic.h).',
  },
  { name: 'BTSTAT_SELECTION_TIMEOUT', value: 0x11, description: 'No target answered.' },
  {
    name: 'BTSTAT_DATA_OVERRUN',
    value: 0x12,
    description:
      'The target wanted to move more, or the other way; or it moved less, the length is checked and the opcode is not OPCODE_INITIATOR.',
  },
  { name: 'BTSTAT_UNEXPECTED_BUS_FREE', value: 0x13, description: 'The target left the bus.' },
  { name: 'BTSTAT_INVALID_PHASE', value: 0x14, description: 'The target asked for a phase that makes no sense.' },
  { name: 'BTSTAT_INVALID_ACTION', value: 0x15, description: 'The outgoing mailbox holds an unknown action.' },
  { name: 'BTSTAT_INVALID_OPCODE', value: 0x16, description: 'The CCB has an unknown opcode.' },
  { name: 'BTSTAT_LINKED_LUN', value: 0x17, description: 'Linked CCBs of two LUNs. Not modelled.' },
  {
    name: 'BTSTAT_INVALID_DIRECTION',
    value: 0x18,
    description: 'Target mode: wrong direction (bhareg.h). Not modelled.',
  },
  { name: 'BTSTAT_DUPLICATE_CCB', value: 0x19, description: 'The CCB is being carried out already (bhareg.h).' },
  { name: 'BTSTAT_INVALID_PARAMETER', value: 0x1a, description: 'A field of the CCB or its list is not valid.' },
  { name: 'BTSTAT_SENSE_FAILED', value: 0x1b, description: 'Sense data could not be fetched.' },
  { name: 'BTSTAT_TAG_REJECTED', value: 0x1c, description: 'The target rejects tags.' },
  { name: 'BTSTAT_UNSUPPORTED_MESSAGE', value: 0x1d, description: 'The target sent an unknown message.' },
  {
    name: 'BTSTAT_HARDWARE_FAILURE',
    value: 0x20,
    description: 'Failure of the adapter; here: a transfer to or from memory was refused.',
  },
  { name: 'BTSTAT_IGNORED_ATTENTION', value: 0x21, description: 'The target ignores attention.' },
  { name: 'BTSTAT_ADAPTER_RESET_BUS', value: 0x22, description: 'This adapter reset the bus.' },
  { name: 'BTSTAT_OTHER_RESET_BUS', value: 0x23, description: 'Somebody else reset the bus.' },
  { name: 'BTSTAT_BAD_RECONNECT', value: 0x24, description: 'A target reselected improperly. Not modelled.' },
  { name: 'BTSTAT_BUS_DEVICE_RESET', value: 0x25, description: 'The target was reset by a CCB.' },
  {
    name: 'BTSTAT_QUEUE_ABORTED',
    value: 0x26,
    description: 'In the CCB and mailbox of an aborted command (DevBusLogic.cpp, scsi_x54x.c).',
  },
  { name: 'BTSTAT_SOFTWARE_ERROR', value: 0x27, description: 'Failure of the firmware.' },
  {
    name: 'BTSTAT_TIMEOUT',
    value: 0x30,
    description:
      'Watchdog of the adapter (BusLogic.h, bhareg.h, DevBusLogic.cpp; btreg.h calls 0x28 so, and 0x30 the parity error).',
  },
  {
    name: 'BTSTAT_PARITY',
    value: 0x34,
    description: 'Parity error on the bus (BusLogic.h, bhareg.h, DevBusLogic.cpp).',
  },
] as const

export const CONSTANTS = [...PCI, ...COMMANDS, ...ANSWERS, ...MAILBOXES, ...CCB, ...BTSTAT] as const
