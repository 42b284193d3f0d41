// The reference adapter's register map and memory formats: our own design, one page.
// The C header, the AssemblyScript module and the manual are generated from this file (`make build`; a test fails on drift).
import type { RegisterMapInput } from '../../../schemas/register-map.ts'

const cause = (bit: number, name: string, access: 'ro' | 'wo' | 'rw' | 'rw1c', description: string) =>
  ({ name, bits: `${bit}`, access, description }) as const

const causes = (access: 'ro' | 'wo' | 'rw' | 'rw1c', verb: string) => [
  cause(
    0,
    'COMMAND_COMPLETE',
    access,
    `${verb}: a command ended (data-phase mode: CMD_STATUS is valid; queued mode: an entry was posted to the completion ring)`,
  ),
  cause(1, 'DMA_READY', access, `${verb}: a selected target is ready for data, DMA_READY tells which`),
  cause(
    2,
    'DMA_ERROR',
    access,
    `${verb}: a transfer ended early: no channel, no grant, or the channel's count ran out`,
  ),
  cause(3, 'SCSI_ERROR', access, `${verb}: ERROR_INFO holds the reason`),
  cause(4, 'BUS_RESET', access, `${verb}: a bus reset was seen; every command is gone`),
  cause(5, 'DEVICE_CHANGE', access, `${verb}: a target came or went`),
]

export const REFERENCE_REGISTERS = {
  prefix: 'WHBA',
  title: 'Reference adapter',
  description:
    'A SCSI host bus adapter of our own design, one PCI function with one memory BAR of 4 KiB. Registers are 32 bits wide, little-endian, and accessed as aligned 32-bit words only. Two modes: data-phase (subordinate: one command at a time, data moves over a system DMA channel) and queued (bus master: command blocks with scatter/gather lists, 64 tags, a completion ring).',
  sizeBytes: 4096,
  interruptStatus: ['INT_STATUS', 'INT_ENABLE'],
  interruptEnable: 'INT_ENABLE',
  registers: [
    {
      name: 'ID',
      offset: 0x00,
      description: 'Identification.',
      fields: [
        {
          name: 'MAGIC',
          bits: '31:0',
          access: 'ro',
          reset: 0x41424857,
          description: "'WHBA' in ASCII, low byte first.",
        },
      ],
    },
    {
      name: 'CAPS',
      offset: 0x04,
      description: 'Capabilities.',
      fields: [
        { name: 'TAGS', bits: '7:0', access: 'ro', reset: 64, description: 'Commands at once in queued mode.' },
        { name: 'TARGETS', bits: '15:8', access: 'ro', reset: 16, description: 'Target ids on the bus.' },
        {
          name: 'MAX_SG',
          bits: '23:16',
          access: 'ro',
          reset: 128,
          description: 'Longest scatter/gather list, in elements.',
        },
        {
          name: 'DMA_CHANNEL',
          bits: '27:24',
          access: 'ro',
          reset: 5,
          description: 'System DMA channel the adapter is wired to, for data-phase mode.',
        },
        {
          name: 'AUTOSENSE',
          bits: '28',
          access: 'ro',
          reset: 0,
          description: 'The adapter fetches sense data itself after CHECK CONDITION. Set by configuration.',
        },
        { name: 'VERSION', bits: '31:29', access: 'ro', reset: 1, description: 'Version of this register map.' },
      ],
    },
    {
      name: 'CONTROL',
      offset: 0x08,
      description: 'Control.',
      fields: [
        {
          name: 'ENABLE',
          bits: '0',
          access: 'rw',
          description:
            'Accept commands. Cleared: new commands and doorbells are ignored and reported; outstanding ones go on.',
        },
        {
          name: 'QUEUED',
          bits: '1',
          access: 'rw',
          description:
            'Mode: 0 data-phase, 1 queued. Changing it while a command is outstanding is ignored and reported.',
        },
        {
          name: 'ADAPTER_RESET',
          bits: '8',
          access: 'wo',
          description:
            'Write 1: drop every command, set every register to its reset value; STATUS.READY is 0 until the adapter is ready again (20 µs).',
        },
        {
          name: 'BUS_RESET',
          bits: '9',
          access: 'wo',
          description:
            'Write 1: drop every command, reset the SCSI bus (25 µs), then raise BUS_RESET. Commands started in between are lost.',
        },
      ],
    },
    {
      name: 'STATUS',
      offset: 0x0c,
      description: 'What the adapter is doing.',
      fields: [
        {
          name: 'READY',
          bits: '0',
          access: 'ro',
          reset: 1,
          description:
            'The adapter accepts register writes; 0 during an adapter reset, when writes are ignored and reported.',
        },
        { name: 'BUSY', bits: '1', access: 'ro', description: 'Data-phase mode: a command is outstanding.' },
        { name: 'DMA_ACTIVE', bits: '2', access: 'ro', description: 'Data-phase mode: a transfer is running.' },
        { name: 'BUS_RESETTING', bits: '3', access: 'ro', description: 'The SCSI bus is held in reset.' },
        {
          name: 'RING_FULL',
          bits: '4',
          access: 'ro',
          description: 'Queued mode: completions wait for room in the completion ring.',
        },
      ],
    },
    {
      name: 'INT_STATUS',
      offset: 0x10,
      description:
        'Interrupt status: causes pending, enabled or not. The adapter drives its line while INT_STATUS & INT_ENABLE is not 0.',
      fields: causes('ro', 'Pending'),
    },
    {
      name: 'INT_ACK',
      offset: 0x14,
      description: 'Interrupt acknowledge: write 1 to dismiss a cause; reads 0.',
      fields: causes('wo', 'Dismiss'),
    },
    { name: 'INT_ENABLE', offset: 0x18, description: 'Interrupt enable.', fields: causes('rw', 'Enable') },
    {
      name: 'ERROR_INFO',
      offset: 0x1c,
      description: 'The last SCSI error, valid from SCSI_ERROR until the next one.',
      fields: [
        { name: 'CODE', bits: '7:0', access: 'ro', description: 'A host status (HOST_…).' },
        { name: 'TARGET', bits: '15:8', access: 'ro', description: 'Target id.' },
        { name: 'LUN', bits: '23:16', access: 'ro', description: 'Logical unit number.' },
        { name: 'TAG', bits: '31:24', access: 'ro', description: 'Tag (queued mode), 0xFF when none or unknown.' },
      ],
    },
    {
      name: 'DMA_READY',
      offset: 0x20,
      description:
        'Data-phase mode: the target that is ready for data, valid while VALID is 1. The cause DMA_READY stays pending until it is acknowledged, also when VALID is 0 again after an abort or a reset.',
      fields: [
        { name: 'TARGET', bits: '7:0', access: 'ro', description: 'Target id.' },
        { name: 'LUN', bits: '15:8', access: 'ro', description: 'Logical unit number.' },
        { name: 'TAG', bits: '23:16', access: 'ro', description: 'Tag of the command, as written to CMD_TARGET.' },
        { name: 'TO_MEMORY', bits: '24', access: 'ro', description: '1: data in (target to memory). 0: data out.' },
        { name: 'VALID', bits: '31', access: 'ro', description: 'A target waits for DMA_CONTROL.' },
      ],
    },
    {
      name: 'DMA_READY_COUNT',
      offset: 0x24,
      description: 'Data-phase mode: bytes the target still wants to move.',
      fields: [{ name: 'BYTES', bits: '31:0', access: 'ro', description: 'Bytes.' }],
    },
    {
      name: 'DMA_COUNT',
      offset: 0x28,
      description: 'Data-phase mode: bytes to move with the next START.',
      fields: [
        {
          name: 'BYTES',
          bits: '31:0',
          access: 'rw',
          description:
            'Bytes; 0 is refused with DMA_ERROR, and the target goes on waiting. More than DMA_READY_COUNT: all the target has moves, then the command ends with HOST_UNDERRUN.',
        },
      ],
    },
    {
      name: 'DMA_CONTROL',
      offset: 0x2c,
      description: 'Data-phase mode: runs the data phase. Ignored and reported unless DMA_READY.VALID is 1.',
      fields: [
        {
          name: 'START',
          bits: '0',
          access: 'wo',
          description:
            'Write 1: move DMA_COUNT bytes over the system DMA channel. When the target has more, DMA_READY is raised again.',
        },
        {
          name: 'END',
          bits: '1',
          access: 'wo',
          description: 'Write 1: end the data phase; what the target still wants to move is reported as HOST_OVERRUN.',
        },
      ],
    },
    {
      name: 'DMA_STATUS',
      offset: 0x30,
      description:
        'Data-phase mode: the last transfer. When the channel failed it, the command ends with HOST_DMA_ERROR.',
      fields: [
        { name: 'ACTIVE', bits: '0', access: 'ro', description: 'A transfer is running.' },
        { name: 'DONE', bits: '1', access: 'ro', description: 'The last transfer moved all of DMA_COUNT.' },
        { name: 'NO_CHANNEL', bits: '2', access: 'ro', description: 'The system DMA channel was not programmed.' },
        { name: 'SHORT_CHANNEL', bits: '3', access: 'ro', description: "The channel's count ran out first." },
        {
          name: 'WRONG_DIRECTION',
          bits: '4',
          access: 'ro',
          description: 'The channel is programmed for the other direction.',
        },
      ],
    },
    {
      name: 'DMA_MOVED',
      offset: 0x34,
      description: 'Data-phase mode: bytes moved since the command was started.',
      fields: [{ name: 'BYTES', bits: '31:0', access: 'ro', description: 'Bytes.' }],
    },
    {
      name: 'CMD_TARGET',
      offset: 0x40,
      description: 'Data-phase mode: whom the next command is for.',
      fields: [
        { name: 'TARGET', bits: '7:0', access: 'rw', description: 'Target id.' },
        { name: 'LUN', bits: '15:8', access: 'rw', description: 'Logical unit number.' },
        {
          name: 'TAG',
          bits: '23:16',
          access: 'rw',
          description: 'Any number; comes back in DMA_READY and CMD_STATUS.',
        },
        { name: 'CDB_LENGTH', bits: '28:24', access: 'rw', description: '6, 10, 12 or 16.' },
      ],
    },
    ...[0, 1, 2, 3].map(n => ({
      name: `CMD_CDB${n}`,
      offset: 0x44 + 4 * n,
      description: `Data-phase mode: bytes ${4 * n} to ${4 * n + 3} of the CDB, low byte first.`,
      fields: [{ name: 'BYTES', bits: '31:0', access: 'rw' as const, description: 'Four CDB bytes.' }],
    })),
    {
      name: 'CMD_CONTROL',
      offset: 0x54,
      description: 'Data-phase mode: starts and aborts.',
      fields: [
        {
          name: 'START',
          bits: '0',
          access: 'wo',
          description: 'Write 1: select the target and send the CDB. Ignored and reported while BUSY.',
        },
        {
          name: 'ABORT',
          bits: '1',
          access: 'wo',
          description: 'Write 1: drop the outstanding command; it ends with HOST_ABORTED.',
        },
      ],
    },
    {
      name: 'CMD_STATUS',
      offset: 0x58,
      description: 'Data-phase mode: how the last command ended, valid from COMMAND_COMPLETE until the next START.',
      fields: [
        { name: 'SCSI_STATUS', bits: '7:0', access: 'ro', description: 'SCSI status byte.' },
        { name: 'HOST_STATUS', bits: '15:8', access: 'ro', description: 'HOST_…' },
        { name: 'TAG', bits: '23:16', access: 'ro', description: 'Tag as written to CMD_TARGET.' },
        {
          name: 'SENSE_LENGTH',
          bits: '30:24',
          access: 'ro',
          description: 'Valid bytes in SENSE0…; 0 without autosense.',
        },
        { name: 'VALID', bits: '31', access: 'ro', description: 'This register is valid.' },
      ],
    },
    ...[0, 1, 2, 3, 4].map(n => ({
      name: `SENSE${n}`,
      offset: 0x60 + 4 * n,
      description: `Data-phase mode with autosense: bytes ${4 * n} to ${4 * n + 3} of the sense data, low byte first.`,
      fields: [{ name: 'BYTES', bits: '31:0', access: 'ro' as const, description: 'Four sense bytes.' }],
    })),
    ...(['COMMAND_TABLE', 'RING_BASE'] as const).flatMap((name, i) => [
      {
        name: `${name}_LOW`,
        offset: 0x80 + 8 * i,
        description:
          name === 'COMMAND_TABLE'
            ? 'Queued mode: physical address of the command table (64-byte aligned, or the write is ignored and reported), bits 31 to 0. The block of tag t lies at t × COMMAND_BLOCK_SIZE.'
            : 'Queued mode: physical address of the completion ring (16-byte aligned, or the write is ignored and reported), bits 31 to 0.',
        fields: [{ name: 'ADDRESS', bits: '31:0', access: 'rw' as const, description: 'Address bits 31 to 0.' }],
      },
      {
        name: `${name}_HIGH`,
        offset: 0x84 + 8 * i,
        description: 'Address bits 63 to 32.',
        fields: [{ name: 'ADDRESS', bits: '31:0', access: 'rw' as const, description: 'Address bits 63 to 32.' }],
      },
    ]),
    {
      name: 'RING_SIZE',
      offset: 0x90,
      description:
        'Queued mode: entries in the completion ring. Writing it empties the ring: the next entry is posted at index 0 with PHASE = 1, and RING_HEAD becomes 0.',
      fields: [
        {
          name: 'ENTRIES',
          bits: '15:0',
          access: 'rw',
          description: 'A power of two, 2 to 1024. 0: no ring. Anything else is reported and leaves no ring.',
        },
      ],
    },
    {
      name: 'RING_HEAD',
      offset: 0x94,
      description:
        'Queued mode: index of the first entry the driver has not consumed. The adapter posts at most ENTRIES − 1 entries ahead of it. It moves only over entries that were posted; another index is ignored and reported.',
      fields: [{ name: 'INDEX', bits: '15:0', access: 'rw', description: 'Index.' }],
    },
    {
      name: 'DOORBELL',
      offset: 0x98,
      description:
        'Queued mode: fetch and run the command block of a tag. A tag that is busy or beyond CAPS.TAGS is refused with SCSI_ERROR, code HOST_BAD_TAG. Ignored and reported without ENABLE, QUEUED and a ring.',
      fields: [{ name: 'TAG', bits: '7:0', access: 'wo', description: 'Tag.' }],
    },
    {
      name: 'ABORT_TAG',
      offset: 0x9c,
      description:
        'Queued mode: drop the command of a tag; it ends with HOST_ABORTED. A tag that is not busy, or whose command has ended, is ignored.',
      fields: [{ name: 'TAG', bits: '7:0', access: 'wo', description: 'Tag.' }],
    },
  ],
  constants: [
    {
      name: 'PCI_VENDOR',
      value: 0x57a8,
      description: 'PCI vendor id (for emulation only, not assigned by the PCI-SIG).',
    },
    { name: 'PCI_DEVICE', value: 0x0001, description: 'PCI device id.' },
    { name: 'COMMAND_BLOCK_SIZE', value: 64, description: 'Bytes a command block.' },
    { name: 'BLOCK_TARGET', value: 0, description: 'u8: target id.' },
    { name: 'BLOCK_LUN', value: 1, description: 'u8: logical unit number.' },
    { name: 'BLOCK_CDB_LENGTH', value: 2, description: 'u8: 6, 10, 12 or 16.' },
    { name: 'BLOCK_FLAGS', value: 3, description: 'u8: BLOCK_FLAG_…' },
    {
      name: 'BLOCK_DATA_LENGTH',
      value: 4,
      description: 'u32: bytes the initiator expects to move: the sum of the list.',
    },
    { name: 'BLOCK_CDB', value: 8, description: '16 bytes: CDB.' },
    {
      name: 'BLOCK_SG_ADDRESS',
      value: 24,
      description: 'u64: physical address of the scatter/gather list, 8-byte aligned unless the list is empty.',
    },
    {
      name: 'BLOCK_SG_COUNT',
      value: 32,
      description: 'u32: elements in the list, at most CAPS.MAX_SG; 0 exactly when there is no data.',
    },
    { name: 'BLOCK_SENSE_LENGTH', value: 36, description: 'u32: room for sense data in bytes, 0 for none.' },
    { name: 'BLOCK_SENSE_ADDRESS', value: 40, description: 'u64: physical address of the sense buffer.' },
    { name: 'BLOCK_RESERVED', value: 48, description: '16 bytes: must be 0.' },
    { name: 'BLOCK_FLAG_DATA_IN', value: 0x01, description: 'Data flows from target to memory.' },
    { name: 'BLOCK_FLAG_DATA_OUT', value: 0x02, description: 'Data flows from memory to target.' },
    { name: 'BLOCK_FLAG_SIMPLE', value: 0x04, description: 'SIMPLE task attribute; no attribute bit: untagged.' },
    { name: 'BLOCK_FLAG_ORDERED', value: 0x08, description: 'ORDERED task attribute.' },
    { name: 'BLOCK_FLAG_HEAD', value: 0x10, description: 'HEAD OF QUEUE task attribute.' },
    { name: 'BLOCK_FLAG_NO_AUTOSENSE', value: 0x20, description: 'Do not fetch sense data for this command.' },
    { name: 'BLOCK_FLAG_NO_DISCONNECT', value: 0x40, description: 'The target may not disconnect.' },
    { name: 'SG_SIZE', value: 16, description: 'Bytes a scatter/gather element.' },
    { name: 'SG_ADDRESS', value: 0, description: 'u64: physical address.' },
    { name: 'SG_LENGTH', value: 8, description: 'u32: bytes, not 0.' },
    { name: 'SG_RESERVED', value: 12, description: 'u32: must be 0.' },
    { name: 'RING_ENTRY_SIZE', value: 16, description: 'Bytes a completion entry.' },
    { name: 'ENTRY_TAG', value: 0, description: 'u8: tag.' },
    { name: 'ENTRY_HOST_STATUS', value: 1, description: 'u8: HOST_…' },
    { name: 'ENTRY_SCSI_STATUS', value: 2, description: 'u8: SCSI status byte.' },
    { name: 'ENTRY_FLAGS', value: 3, description: 'u8: ENTRY_FLAG_…; written last.' },
    { name: 'ENTRY_BYTES', value: 4, description: 'u32: bytes moved.' },
    { name: 'ENTRY_SENSE_LENGTH', value: 8, description: 'u32: sense bytes written.' },
    {
      name: 'ENTRY_SEQUENCE',
      value: 12,
      description: 'u32: number of this completion since RING_SIZE was written, from 0.',
    },
    {
      name: 'ENTRY_FLAG_PHASE',
      value: 0x01,
      description: '1 in the first pass through the ring, then inverted with every pass.',
    },
    { name: 'ENTRY_FLAG_SENSE', value: 0x02, description: 'Sense data was written to the sense buffer.' },
    { name: 'HOST_OK', value: 0, description: 'The command ran; see the SCSI status.' },
    { name: 'HOST_SELECTION_TIMEOUT', value: 1, description: 'No target answered.' },
    { name: 'HOST_PARITY', value: 2, description: 'Parity error on the bus.' },
    { name: 'HOST_UNEXPECTED_DISCONNECT', value: 3, description: 'The target left the bus in mid-command.' },
    {
      name: 'HOST_OVERRUN',
      value: 4,
      description: 'The target wanted to move more than the initiator allowed, or the other way.',
    },
    { name: 'HOST_UNDERRUN', value: 5, description: 'The target moved less than the initiator expected.' },
    { name: 'HOST_BAD_RESELECTION', value: 6, description: 'A target reselected with an unknown tag.' },
    { name: 'HOST_ABORTED', value: 7, description: 'Aborted by the driver.' },
    {
      name: 'HOST_BUS_RESET',
      value: 8,
      description: 'The bus was reset. Never in a completion: a reset drops commands without one.',
    },
    {
      name: 'HOST_DMA_ERROR',
      value: 9,
      description: 'A transfer touched memory it was not granted, or the channel ended early.',
    },
    { name: 'HOST_BAD_BLOCK', value: 10, description: 'The command block, its list or CMD_TARGET is not valid.' },
    { name: 'HOST_BAD_TAG', value: 11, description: 'The tag is busy or out of range.' },
  ],
} as const satisfies RegisterMapInput
