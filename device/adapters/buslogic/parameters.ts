// How many parameters each command to the adapter takes.
//
// Sources: AHA-1740A manual, p. 5-3 to 5-13, for those below 80h; scsi_buslogic.c and DevBusLogic.cpp for the others.
import { K } from './format.ts'

/** Parameters of each command, at first; −1: no such command. */
export const PARAMETERS = new Int8Array(256).fill(-1)
for (const [opcode, count] of [
  [K.CMD_TEST_COMMAND_COMPLETE, 0],
  [K.CMD_INITIALIZE_MAILBOX, 4],
  [K.CMD_INQUIRE_BOARD_ID, 0],
  [K.CMD_ENABLE_OUTGOING_AVAILABLE, 1],
  [K.CMD_SET_SELECTION_TIMEOUT, 4],
  [K.CMD_SET_BUS_ON_TIME, 1],
  [K.CMD_SET_BUS_OFF_TIME, 1],
  [K.CMD_SET_TRANSFER_RATE, 1],
  [K.CMD_INQUIRE_DEVICES_LOW, 0],
  [K.CMD_INQUIRE_CONFIGURATION, 0],
  [K.CMD_INQUIRE_SETUP, 1],
  [K.CMD_WRITE_LOCAL_RAM, 3],
  [K.CMD_READ_LOCAL_RAM, 3],
  [K.CMD_WRITE_FIFO, 3],
  [K.CMD_READ_FIFO, 3],
  [K.CMD_ECHO, 1],
  [K.CMD_DIAGNOSTIC, 0],
  [K.CMD_SET_OPTIONS, 1],
  [K.CMD_INQUIRE_DEVICES_HIGH, 0],
  [K.CMD_INQUIRE_TARGETS, 0],
  [K.CMD_DISABLE_INTERRUPT, 1],
  [K.CMD_INITIALIZE_EXTENDED_MAILBOX, 5],
  [K.CMD_INQUIRE_FIRMWARE_DIGIT, 0],
  [K.CMD_INQUIRE_FIRMWARE_LETTER, 0],
  [K.CMD_INQUIRE_PCI, 0],
  [K.CMD_INQUIRE_MODEL, 1],
  [K.CMD_INQUIRE_SYNCHRONOUS_PERIOD, 1],
  [K.CMD_INQUIRE_EXTENDED_SETUP, 1],
  [K.CMD_ENABLE_STRICT_ROUND_ROBIN, 1],
  [K.CMD_STORE_LOCAL_RAM, 2],
  [K.CMD_FETCH_LOCAL_RAM, 2],
  [K.CMD_STORE_EEPROM, 1],
  [K.CMD_MODIFY_IO_ADDRESS, 1],
  [K.CMD_SET_CCB_FORMAT, 1],
] as const)
  PARAMETERS[opcode] = count
