// The register map of a BusLogic MultiMaster (BT-958): four byte-wide registers, two of them different ones for reading and writing.
// The C header and the manual are generated from this file (`make build`; a test fails on drift).
//
// Sources: Linux drivers/scsi/BusLogic.h, FreeBSD sys/dev/buslogic/btreg.h and NetBSD sys/dev/ic/bhareg.h agree on all of it, and with
// the Adaptec AHA-1740A/1742A/1744 Technical Reference Manual (p. 4-2) on what is no extension; reset values and the geometry byte as in
// VirtualBox src/VBox/Devices/Storage/DevBusLogic.cpp.
import type { RegisterMapInput } from '../../../schemas/register-map.ts'
import { CONSTANTS } from './constants.ts'

export const BUSLOGIC_REGISTERS = {
  prefix: 'BL',
  title: 'BusLogic BT-958',
  description:
    'A SCSI host bus adapter of the BusLogic MultiMaster family: one PCI function (104B:1040) with four I/O ports, the same four bytes in memory, and the ports of an ISA card when it is told to answer there. Commands to the adapter go through one byte-wide port with a handshake; commands to SCSI targets lie in memory as command control blocks (CCBs) that outgoing mailboxes point to, and come back through incoming mailboxes.',
  sizeBytes: 4,
  interruptStatus: ['INTERRUPT'],
  registers: [
    {
      name: 'STATUS',
      offset: 0,
      width: 1,
      side: 'read',
      description: 'What the adapter is doing.',
      fields: [
        {
          name: 'COMMAND_INVALID',
          bits: '0',
          access: 'ro',
          description:
            'The last command or one of its parameters was not valid. Valid with COMMAND_COMPLETE; cleared by an interrupt reset and by the next command.',
        },
        {
          name: 'DATA_IN_READY',
          bits: '2',
          access: 'ro',
          description: 'DATA_IN holds the next byte of an answer. Cleared by reading it.',
        },
        {
          name: 'COMMAND_PARAMETER_BUSY',
          bits: '3',
          access: 'ro',
          description: 'The adapter has not taken the last byte written to COMMAND_PARAMETER. Do not write.',
        },
        {
          name: 'HOST_ADAPTER_READY',
          bits: '4',
          access: 'ro',
          reset: 1,
          description:
            'A new command may be written. 0 from the first byte of a command until its end: until then what is written is a parameter.',
        },
        {
          name: 'INITIALIZATION_REQUIRED',
          bits: '5',
          access: 'ro',
          reset: 1,
          description: 'There are no mailboxes yet.',
        },
        { name: 'DIAGNOSTIC_FAILURE', bits: '6', access: 'ro', description: 'The test after a hard reset failed.' },
        {
          name: 'DIAGNOSTIC_ACTIVE',
          bits: '7',
          access: 'ro',
          description: 'The adapter tests itself after a hard reset; nothing else in this register means anything.',
        },
      ],
    },
    {
      name: 'CONTROL',
      offset: 0,
      width: 1,
      side: 'write',
      description: 'Resets.',
      fields: [
        {
          name: 'BUS_RESET',
          bits: '4',
          access: 'wo',
          description:
            'Write 1: reset the SCSI bus. What targets were doing ends with BTSTAT_ADAPTER_RESET_BUS; EXTERNAL_BUS_RESET is not raised.',
        },
        {
          name: 'INTERRUPT_RESET',
          bits: '5',
          access: 'wo',
          description: 'Write 1: dismiss every cause in INTERRUPT and STATUS.COMMAND_INVALID; the line is released.',
        },
        {
          name: 'SOFT_RESET',
          bits: '6',
          access: 'wo',
          description:
            'Write 1: drop every command, forget the mailboxes and the settings, test the adapter; the bus is not reset.',
        },
        {
          name: 'HARD_RESET',
          bits: '7',
          access: 'wo',
          description: 'Write 1: as SOFT_RESET, with a longer test and a reset of the SCSI bus.',
        },
      ],
    },
    {
      name: 'DATA_IN',
      offset: 1,
      width: 1,
      side: 'read',
      description: 'Bytes of an answer.',
      fields: [{ name: 'BYTE', bits: '7:0', access: 'ro', description: 'Valid while STATUS.DATA_IN_READY is 1.' }],
    },
    {
      name: 'COMMAND_PARAMETER',
      offset: 1,
      width: 1,
      side: 'write',
      description: 'A command, then its parameters.',
      fields: [
        {
          name: 'BYTE',
          bits: '7:0',
          access: 'wo',
          description:
            'CMD_… while STATUS.HOST_ADAPTER_READY is 1, else a parameter. What is written while STATUS.COMMAND_PARAMETER_BUSY is 1, or while an answer waits to be read, is ignored and reported.',
        },
      ],
    },
    {
      name: 'INTERRUPT',
      offset: 2,
      width: 1,
      description:
        'Interrupt status. The adapter drives its line while VALID is 1, unless CMD_DISABLE_INTERRUPT said no.',
      fields: [
        {
          name: 'INCOMING_MAILBOX_LOADED',
          bits: '0',
          access: 'ro',
          description: 'An incoming mailbox was filled.',
        },
        {
          name: 'OUTGOING_MAILBOX_AVAILABLE',
          bits: '1',
          access: 'ro',
          description: 'An outgoing mailbox was emptied (when CMD_ENABLE_OUTGOING_AVAILABLE asked for it).',
        },
        { name: 'COMMAND_COMPLETE', bits: '2', access: 'ro', description: 'A command to the adapter ended.' },
        {
          name: 'EXTERNAL_BUS_RESET',
          bits: '3',
          access: 'ro',
          description: 'Somebody else reset the SCSI bus.',
        },
        { name: 'VALID', bits: '7', access: 'ro', description: 'Any of the others.' },
      ],
    },
    {
      name: 'GEOMETRY',
      offset: 3,
      width: 1,
      description: 'How the BIOS translates disks.',
      fields: [
        {
          name: 'DISK0',
          bits: '1:0',
          access: 'ro',
          description: 'First disk.',
          values: { NO_DISK: 0, H64_S32: 1, H128_S32: 2, H255_S63: 3 },
        },
        {
          name: 'DISK1',
          bits: '3:2',
          access: 'ro',
          description: 'Second disk.',
          values: { NO_DISK: 0, H64_S32: 1, H128_S32: 2, H255_S63: 3 },
        },
        {
          name: 'EXTENDED_TRANSLATION',
          bits: '7',
          access: 'ro',
          reset: 1,
          description: 'More than 1 GiB is reached by larger geometries.',
        },
      ],
    },
  ],
  constants: [...CONSTANTS],
} as const satisfies RegisterMapInput
