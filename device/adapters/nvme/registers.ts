// The NVMe controller's register map and the numbers of its memory formats (NVM Express 1.4, PCI Express transport).
// The C header and the manual are generated from this file (`make build`; a test fails on drift).
//
// Numbers: public headers of independent implementations that agree on them, QEMU include/block/nvme.h, libnvme src/nvme/types.h.
import type { RegisterMapInput } from '../../../schemas/register-map.ts'

/** Queue pairs: the admin pair and 16 I/O pairs. */
export const QUEUES = 17
/** First doorbell. */
const DOORBELLS = 0x1000

const VECTORS = (access: 'rw1s' | 'rw1c', verb: string) => [
  {
    name: 'VECTORS',
    bits: '31:0',
    access,
    description: `Writing 1 ${verb} a vector. Bit 0 is the pin, the only vector of this controller. Reads the mask.`,
  },
]

const address = (name: string, what: string) => [
  {
    name: `${name}_LOW`,
    offset: name === 'ASQ' ? 0x28 : 0x30,
    description: `Base of the admin ${what} queue, bits 31 to 12: 4 KiB aligned.`,
    fields: [{ name: 'BASE', bits: '31:12', access: 'rw' as const, description: 'Address bits 31 to 12.' }],
  },
  {
    name: `${name}_HIGH`,
    offset: name === 'ASQ' ? 0x2c : 0x34,
    description: `Base of the admin ${what} queue, bits 63 to 32.`,
    fields: [{ name: 'BASE', bits: '31:0', access: 'rw' as const, description: 'Address bits 63 to 32.' }],
  },
]

/** @param shift CAP.DSTRD: doorbells are 4 << shift bytes apart */
export function doorbells(shift: number) {
  return Array.from({ length: 2 * QUEUES }, (_, i) => {
    const queue = i >> 1
    const tail = (i & 1) === 0
    const whose = queue === 0 ? 'the admin' : `I/O`
    return {
      name: tail ? `SQ${queue}_TAIL` : `CQ${queue}_HEAD`,
      offset: DOORBELLS + i * (4 << shift),
      description: tail
        ? `Doorbell of ${whose} submission queue${queue === 0 ? '' : ` ${queue}`}.`
        : `Doorbell of ${whose} completion queue${queue === 0 ? '' : ` ${queue}`}.`,
      fields: [
        {
          name: tail ? 'TAIL' : 'HEAD',
          bits: '15:0',
          access: 'wo' as const,
          description: tail
            ? 'Index after the last entry the driver has written.'
            : 'Index of the first entry the driver has not consumed.',
        },
      ],
    }
  })
}

export const NVME_REGISTERS = {
  prefix: 'NVME',
  title: 'NVMe controller',
  description:
    'An NVM Express 1.4 controller, one PCI function (class 010802h) with a memory BAR of 16 KiB. The 64-bit registers of the specification are two 32-bit registers here, as ScsiPort drivers access them: aligned words only. A namespace is a drive of the bench: namespace n + 1 is LUN n of target 0.',
  sizeBytes: 0x4000,
  interruptStatus: [],
  interruptEnable: 'INTMC',
  registers: [
    {
      name: 'CAP_LOW',
      offset: 0x00,
      description: 'Controller capabilities, bits 31 to 0.',
      fields: [
        {
          name: 'MQES',
          bits: '15:0',
          access: 'ro',
          reset: 1023,
          description: 'Entries an I/O queue may have, less one.',
        },
        { name: 'CQR', bits: '16', access: 'ro', reset: 1, description: 'Queues must be physically contiguous.' },
        { name: 'AMS', bits: '18:17', access: 'ro', description: 'Arbitration beside round robin: none.' },
        {
          name: 'TO',
          bits: '31:24',
          access: 'ro',
          reset: 1,
          description: 'Longest time until CSTS.RDY follows CC.EN, in units of 500 ms.',
        },
      ],
    },
    {
      name: 'CAP_HIGH',
      offset: 0x04,
      description: 'Controller capabilities, bits 63 to 32.',
      fields: [
        {
          name: 'DSTRD',
          bits: '3:0',
          access: 'ro',
          description: 'Doorbells are 4 << DSTRD bytes apart. Set by configuration.',
        },
        { name: 'NSSRS', bits: '4', access: 'ro', reset: 1, description: 'NSSR is there.' },
        {
          name: 'CSS',
          bits: '12:5',
          access: 'ro',
          reset: 1,
          description: 'Command sets: bit 0 is the NVM command set.',
        },
        { name: 'BPS', bits: '13', access: 'ro', description: 'Boot partitions: none.' },
        {
          name: 'MPSMIN',
          bits: '19:16',
          access: 'ro',
          description: 'Smallest memory page, 4096 << MPSMIN bytes.',
        },
        {
          name: 'MPSMAX',
          bits: '23:20',
          access: 'ro',
          reset: 4,
          description: 'Largest memory page, 4096 << MPSMAX bytes.',
        },
        { name: 'PMRS', bits: '24', access: 'ro', description: 'Persistent memory region: none.' },
        { name: 'CMBS', bits: '25', access: 'ro', description: 'Controller memory buffer: none.' },
      ],
    },
    {
      name: 'VS',
      offset: 0x08,
      description: 'Version of the specification.',
      fields: [
        { name: 'TER', bits: '7:0', access: 'ro', description: 'Tertiary.' },
        { name: 'MNR', bits: '15:8', access: 'ro', reset: 4, description: 'Minor.' },
        { name: 'MJR', bits: '31:16', access: 'ro', reset: 1, description: 'Major.' },
      ],
    },
    {
      name: 'INTMS',
      offset: 0x0c,
      description:
        'Interrupt mask set. Tells the mask only: whether the controller interrupts stands in the completion queues.',
      fields: VECTORS('rw1s', 'masks'),
    },
    {
      name: 'INTMC',
      offset: 0x10,
      description: 'Interrupt mask clear.',
      fields: VECTORS('rw1c', 'unmasks'),
    },
    {
      name: 'CC',
      offset: 0x14,
      description: 'Controller configuration.',
      fields: [
        {
          name: 'EN',
          bits: '0',
          access: 'rw',
          description:
            'Enable: RDY follows. From 1 to 0: controller reset, which drops every command and every I/O queue; AQA, ASQ and ACQ stay.',
        },
        { name: 'CSS', bits: '6:4', access: 'rw', description: 'Command set: 0, the NVM command set.' },
        {
          name: 'MPS',
          bits: '10:7',
          access: 'rw',
          description: 'Memory page, 4096 << MPS bytes; from CAP.MPSMIN to CAP.MPSMAX. Changes only while EN is 0.',
        },
        { name: 'AMS', bits: '13:11', access: 'rw', description: 'Arbitration: 0, round robin.' },
        {
          name: 'SHN',
          bits: '15:14',
          access: 'rw',
          description: 'Shutdown notification; CSTS.SHST follows.',
          values: { NONE: 0, NORMAL: 1, ABRUPT: 2 },
        },
        {
          name: 'IOSQES',
          bits: '19:16',
          access: 'rw',
          description: 'Size of an I/O submission entry as a power of two: 6.',
        },
        {
          name: 'IOCQES',
          bits: '23:20',
          access: 'rw',
          description: 'Size of an I/O completion entry as a power of two: 4.',
        },
      ],
    },
    {
      name: 'CSTS',
      offset: 0x1c,
      description: 'Controller status.',
      fields: [
        { name: 'RDY', bits: '0', access: 'ro', description: 'Ready: doorbells are heard.' },
        {
          name: 'CFS',
          bits: '1',
          access: 'ro',
          description: 'Fatal: the controller has stopped; only a controller reset or NSSR helps.',
        },
        {
          name: 'SHST',
          bits: '3:2',
          access: 'ro',
          description: 'Shutdown status.',
          values: { NORMAL: 0, OCCURRING: 1, COMPLETE: 2 },
        },
        { name: 'NSSRO', bits: '4', access: 'rw1c', description: 'A subsystem reset (NSSR) has happened.' },
        { name: 'PP', bits: '5', access: 'ro', description: 'Processing paused: never.' },
      ],
    },
    {
      name: 'NSSR',
      offset: 0x20,
      description: 'Subsystem reset.',
      fields: [
        {
          name: 'NSSRC',
          bits: '31:0',
          access: 'rw',
          description:
            'Writing NSSR_RESET resets the controller and all registers; anything else does nothing. Reads 0.',
        },
      ],
    },
    {
      name: 'AQA',
      offset: 0x24,
      description: 'Admin queue attributes, taken over when CC.EN becomes 1.',
      fields: [
        { name: 'ASQS', bits: '11:0', access: 'rw', description: 'Entries of the admin submission queue, less one.' },
        { name: 'ACQS', bits: '27:16', access: 'rw', description: 'Entries of the admin completion queue, less one.' },
      ],
    },
    ...address('ASQ', 'submission'),
    ...address('ACQ', 'completion'),
    {
      name: 'CMBLOC',
      offset: 0x38,
      description: 'Controller memory buffer location: there is none.',
      fields: [{ name: 'VALUE', bits: '31:0', access: 'ro', description: '0.' }],
    },
    {
      name: 'CMBSZ',
      offset: 0x3c,
      description: 'Controller memory buffer size: there is none.',
      fields: [{ name: 'VALUE', bits: '31:0', access: 'ro', description: '0.' }],
    },
    {
      name: 'BPINFO',
      offset: 0x40,
      description: 'Boot partition information: there is none.',
      fields: [{ name: 'VALUE', bits: '31:0', access: 'ro', description: '0.' }],
    },
    ...doorbells(0),
  ],
  constants: [
    { name: 'PCI_VENDOR', value: 0x1b36, description: 'PCI vendor id.' },
    { name: 'PCI_DEVICE', value: 0x0010, description: 'PCI device id.' },
    {
      name: 'PCI_CLASS',
      value: 0x010802,
      description: 'PCI class code: mass storage, non-volatile memory, NVM Express.',
    },
    {
      name: 'DOORBELLS',
      value: DOORBELLS,
      description: 'First doorbell; SQ y tail at + (2 y) × stride, CQ y head at + (2 y + 1) × stride.',
    },
    { name: 'MAX_QUEUES', value: QUEUES, description: 'Queue pairs, the admin pair among them.' },
    { name: 'MDTS', value: 8, description: 'Longest transfer of a command, 4096 << MDTS bytes.' },
    { name: 'NSSR_RESET', value: 0x4e564d65, description: "'NVMe' in ASCII, high byte first." },

    { name: 'SQE_SIZE', value: 64, description: 'Bytes of a submission entry.' },
    { name: 'SQE_OPCODE', value: 0, description: 'u8: ADMIN_… or IO_…' },
    { name: 'SQE_FLAGS', value: 1, description: 'u8: bits 1:0 fused operation, bits 7:6 PSDT (0: PRP).' },
    { name: 'SQE_CID', value: 2, description: "u16: command identifier, the driver's choice." },
    { name: 'SQE_NSID', value: 4, description: 'u32: namespace, from 1.' },
    { name: 'SQE_CDW2', value: 8, description: 'u32: reserved in most commands.' },
    { name: 'SQE_CDW3', value: 12, description: 'u32: reserved in most commands.' },
    { name: 'SQE_MPTR', value: 16, description: 'u64: metadata, not used here.' },
    {
      name: 'SQE_PRP1',
      value: 24,
      description: 'u64: physical address of the first page of data, any offset that is a multiple of 4.',
    },
    {
      name: 'SQE_PRP2',
      value: 32,
      description: 'u64: second page (offset 0), or a PRP list when more than two pages are touched.',
    },
    { name: 'SQE_CDW10', value: 40, description: 'u32.' },
    { name: 'SQE_CDW11', value: 44, description: 'u32.' },
    { name: 'SQE_CDW12', value: 48, description: 'u32.' },
    { name: 'SQE_CDW13', value: 52, description: 'u32.' },
    { name: 'SQE_CDW14', value: 56, description: 'u32.' },
    { name: 'SQE_CDW15', value: 60, description: 'u32.' },

    { name: 'CQE_SIZE', value: 16, description: 'Bytes of a completion entry.' },
    { name: 'CQE_RESULT', value: 0, description: 'u32: command specific.' },
    { name: 'CQE_RESERVED', value: 4, description: 'u32: 0.' },
    { name: 'CQE_SQ_HEAD', value: 8, description: 'u16: entries up to here have been fetched.' },
    { name: 'CQE_SQ_ID', value: 10, description: 'u16: submission queue of the command.' },
    { name: 'CQE_CID', value: 12, description: 'u16: command identifier.' },
    { name: 'CQE_STATUS', value: 14, description: 'u16: phase in bit 0, above it the status (STATUS_…, MORE, DNR).' },
    {
      name: 'CQE_PHASE',
      value: 0x01,
      description: 'Bit of CQE_STATUS: 1 in the first pass through the queue, then inverted with every pass.',
    },
    { name: 'CQE_STATUS_SHIFT', value: 1, description: 'CQE_STATUS >> this is the status.' },

    { name: 'ADMIN_DELETE_SQ', value: 0x00, description: 'Delete I/O submission queue: CDW10 QID.' },
    {
      name: 'ADMIN_CREATE_SQ',
      value: 0x01,
      description: 'Create I/O submission queue: PRP1, CDW10 QID and size less one, CDW11 flags and CQID.',
    },
    { name: 'ADMIN_GET_LOG_PAGE', value: 0x02, description: 'Get log page.' },
    { name: 'ADMIN_DELETE_CQ', value: 0x04, description: 'Delete I/O completion queue: CDW10 QID.' },
    {
      name: 'ADMIN_CREATE_CQ',
      value: 0x05,
      description: 'Create I/O completion queue: PRP1, CDW10 QID and size less one, CDW11 flags and vector.',
    },
    { name: 'ADMIN_IDENTIFY', value: 0x06, description: 'Identify: CDW10 CNS.' },
    { name: 'ADMIN_ABORT', value: 0x08, description: 'Abort: CDW10 SQID and CID.' },
    { name: 'ADMIN_SET_FEATURES', value: 0x09, description: 'Set features: CDW10 feature.' },
    { name: 'ADMIN_GET_FEATURES', value: 0x0a, description: 'Get features: CDW10 feature and select.' },
    { name: 'ADMIN_ASYNC_EVENT', value: 0x0c, description: 'Asynchronous event request: ends when an event happens.' },
    { name: 'ADMIN_FORMAT_NVM', value: 0x80, description: 'Format NVM: not offered, invalid opcode.' },

    { name: 'IO_FLUSH', value: 0x00, description: 'Flush.' },
    { name: 'IO_WRITE', value: 0x01, description: 'Write: CDW10/11 LBA, CDW12 blocks less one and flags.' },
    { name: 'IO_READ', value: 0x02, description: 'Read: as write.' },
    { name: 'IO_WRITE_UNCORRECTABLE', value: 0x04, description: 'Write uncorrectable: not offered, invalid opcode.' },
    { name: 'IO_COMPARE', value: 0x05, description: 'Compare: as write.' },
    { name: 'IO_WRITE_ZEROES', value: 0x08, description: 'Write zeroes: as write, without data.' },
    {
      name: 'IO_DATASET_MANAGEMENT',
      value: 0x09,
      description: 'Dataset management: CDW10 ranges less one, CDW11 attributes.',
    },

    { name: 'QUEUE_CONTIGUOUS', value: 0x01, description: 'CDW11 of create queue: physically contiguous.' },
    { name: 'QUEUE_INTERRUPTS', value: 0x02, description: 'CDW11 of create completion queue: interrupts enabled.' },
    { name: 'RW_FUA', value: 0x4000_0000, description: 'CDW12: force unit access.' },
    { name: 'RW_LIMITED_RETRY', value: 0x8000_0000, description: 'CDW12: limited retry; no effect here.' },
    { name: 'WRITE_ZEROES_DEALLOCATE', value: 0x0200_0000, description: 'CDW12 of write zeroes: deallocate.' },
    { name: 'DSM_DEALLOCATE', value: 0x04, description: 'CDW11 of dataset management: deallocate the ranges.' },
    { name: 'DSM_RANGE_SIZE', value: 16, description: 'Bytes a range: attributes, blocks, u64 LBA.' },

    { name: 'CNS_NAMESPACE', value: 0x00, description: 'Identify: one namespace.' },
    { name: 'CNS_CONTROLLER', value: 0x01, description: 'Identify: the controller.' },
    { name: 'CNS_ACTIVE_LIST', value: 0x02, description: 'Identify: active namespaces above NSID, u32 each.' },
    { name: 'CNS_DESCRIPTORS', value: 0x03, description: 'Identify: identifiers of one namespace.' },
    { name: 'IDENTIFY_SIZE', value: 4096, description: 'Bytes that Identify returns.' },
    { name: 'CTRL_VID', value: 0, description: 'u16: PCI vendor id. CTRL_: offsets in Identify controller.' },
    { name: 'CTRL_SERIAL', value: 4, description: '20 ASCII characters.' },
    { name: 'CTRL_MODEL', value: 24, description: '40 ASCII characters.' },
    { name: 'CTRL_FIRMWARE', value: 64, description: '8 ASCII characters.' },
    { name: 'CTRL_MDTS', value: 77, description: 'u8: longest transfer, smallest page << MDTS.' },
    { name: 'CTRL_CNTLID', value: 78, description: 'u16: controller id.' },
    { name: 'CTRL_VER', value: 80, description: 'u32: as VS.' },
    { name: 'CTRL_OAES', value: 92, description: 'u32: optional asynchronous events; bit 8 namespace attributes.' },
    { name: 'CTRL_OACS', value: 256, description: 'u16: optional admin commands: none.' },
    { name: 'CTRL_ACL', value: 258, description: 'u8: aborts at once, less one.' },
    { name: 'CTRL_AERL', value: 259, description: 'u8: asynchronous event requests at once, less one.' },
    { name: 'CTRL_ELPE', value: 262, description: 'u8: entries of the error log, less one.' },
    { name: 'CTRL_SQES', value: 512, description: 'u8: smallest and largest submission entry, powers of two.' },
    { name: 'CTRL_CQES', value: 513, description: 'u8: smallest and largest completion entry, powers of two.' },
    { name: 'CTRL_NN', value: 516, description: 'u32: largest NSID.' },
    {
      name: 'CTRL_ONCS',
      value: 520,
      description: 'u16: optional I/O commands; bit 0 compare, 2 dataset management, 3 write zeroes.',
    },
    { name: 'CTRL_VWC', value: 525, description: 'u8: bit 0, there is a volatile write cache.' },
    { name: 'NS_NSZE', value: 0, description: 'u64: size in blocks. NS_: offsets in Identify namespace.' },
    { name: 'NS_NCAP', value: 8, description: 'u64: capacity in blocks.' },
    { name: 'NS_NUSE', value: 16, description: 'u64: blocks in use.' },
    { name: 'NS_NSFEAT', value: 24, description: 'u8: bit 0, thin provisioning.' },
    { name: 'NS_NLBAF', value: 25, description: 'u8: formats, less one.' },
    { name: 'NS_FLBAS', value: 26, description: 'u8: format in use, bits 3:0.' },
    { name: 'NS_NSATTR', value: 99, description: 'u8: bit 0, write protected.' },
    { name: 'NS_EUI64', value: 120, description: 'u64, high byte first.' },
    { name: 'NS_LBAF0', value: 128, description: 'u32: format 0; bits 23:16 block size as a power of two.' },

    { name: 'FEATURE_ARBITRATION', value: 0x01, description: 'Arbitration burst.' },
    { name: 'FEATURE_POWER_MANAGEMENT', value: 0x02, description: 'Power state.' },
    { name: 'FEATURE_TEMPERATURE', value: 0x04, description: 'Temperature threshold, kelvins.' },
    { name: 'FEATURE_ERROR_RECOVERY', value: 0x05, description: 'Error recovery of a namespace.' },
    { name: 'FEATURE_WRITE_CACHE', value: 0x06, description: 'Volatile write cache.' },
    {
      name: 'FEATURE_QUEUES',
      value: 0x07,
      description: 'Number of I/O queues, less one: submission in bits 15:0, completion in bits 31:16.',
    },
    {
      name: 'FEATURE_COALESCING',
      value: 0x08,
      description: 'Interrupt coalescing; without effect on the admin queue.',
    },
    { name: 'FEATURE_VECTOR', value: 0x09, description: 'Interrupt vector configuration.' },
    { name: 'FEATURE_WRITE_ATOMICITY', value: 0x0a, description: 'Write atomicity.' },
    { name: 'FEATURE_ASYNC_EVENT', value: 0x0b, description: 'Which asynchronous events are told.' },
    { name: 'FEATURE_SAVE', value: 0x8000_0000, description: 'CDW10 of set features: save; nothing is saveable.' },

    { name: 'LOG_ERROR', value: 0x01, description: 'Error information, 64 bytes an entry.' },
    { name: 'LOG_SMART', value: 0x02, description: 'SMART / health information, 512 bytes.' },
    { name: 'LOG_FIRMWARE', value: 0x03, description: 'Firmware slots, 512 bytes.' },
    { name: 'LOG_CHANGED_NAMESPACES', value: 0x04, description: 'Changed namespaces, u32 each, 4096 bytes.' },

    { name: 'EVENT_ERROR', value: 0, description: 'Type of an asynchronous event, bits 2:0 of the result: error.' },
    { name: 'EVENT_SMART', value: 1, description: 'Type: SMART / health.' },
    { name: 'EVENT_NOTICE', value: 2, description: 'Type: notice.' },
    {
      name: 'EVENT_INVALID_DOORBELL',
      value: 0,
      description: 'Information of EVENT_ERROR, bits 15:8: write to the doorbell of a queue that is not there.',
    },
    {
      name: 'EVENT_INVALID_DOORBELL_VALUE',
      value: 1,
      description: 'Information of EVENT_ERROR: doorbell value out of range.',
    },
    {
      name: 'EVENT_TEMPERATURE',
      value: 1,
      description: 'Information of EVENT_SMART: a temperature threshold was passed.',
    },
    { name: 'EVENT_NAMESPACE', value: 0, description: 'Information of EVENT_NOTICE: namespaces changed.' },

    { name: 'STATUS_SUCCESS', value: 0x000, description: 'Done. STATUS_: status code type << 8 | status code.' },
    { name: 'STATUS_INVALID_OPCODE', value: 0x001, description: 'No such command.' },
    { name: 'STATUS_INVALID_FIELD', value: 0x002, description: 'A field is reserved or not supported.' },
    { name: 'STATUS_CID_CONFLICT', value: 0x003, description: 'The command identifier is in use.' },
    { name: 'STATUS_DATA_TRANSFER_ERROR', value: 0x004, description: 'Data could not be transferred.' },
    { name: 'STATUS_POWER_LOSS', value: 0x005, description: 'Aborted: power is about to be lost.' },
    { name: 'STATUS_INTERNAL_ERROR', value: 0x006, description: 'The controller failed.' },
    { name: 'STATUS_ABORTED', value: 0x007, description: 'Aborted by an abort command.' },
    { name: 'STATUS_SQ_DELETED', value: 0x008, description: 'Aborted: the submission queue was deleted.' },
    { name: 'STATUS_FUSED_FAILED', value: 0x009, description: 'Aborted: the other command of the fused pair failed.' },
    {
      name: 'STATUS_FUSED_MISSING',
      value: 0x00a,
      description: 'Aborted: the other command of the fused pair is missing.',
    },
    { name: 'STATUS_INVALID_NAMESPACE', value: 0x00b, description: 'No such namespace, or its format is not valid.' },
    { name: 'STATUS_SEQUENCE_ERROR', value: 0x00c, description: 'The order of commands is wrong.' },
    { name: 'STATUS_PRP_OFFSET_INVALID', value: 0x013, description: 'A PRP entry has an offset it must not have.' },
    { name: 'STATUS_WRITE_PROTECTED', value: 0x020, description: 'The namespace is write protected.' },
    { name: 'STATUS_COMMAND_INTERRUPTED', value: 0x021, description: 'Could not be carried out now; send it again.' },
    { name: 'STATUS_TRANSPORT_ERROR', value: 0x022, description: 'A transient transport error.' },
    { name: 'STATUS_LBA_OUT_OF_RANGE', value: 0x080, description: 'Beyond the end of the namespace.' },
    { name: 'STATUS_CAPACITY_EXCEEDED', value: 0x081, description: 'No room.' },
    { name: 'STATUS_NAMESPACE_NOT_READY', value: 0x082, description: 'The namespace is not ready.' },
    { name: 'STATUS_RESERVATION_CONFLICT', value: 0x083, description: 'Reserved by somebody else.' },
    { name: 'STATUS_CQ_INVALID', value: 0x100, description: 'No such completion queue.' },
    { name: 'STATUS_INVALID_QID', value: 0x101, description: 'The queue id is out of range or in use.' },
    { name: 'STATUS_INVALID_QUEUE_SIZE', value: 0x102, description: 'The size is 0 or beyond CAP.MQES.' },
    { name: 'STATUS_ABORT_LIMIT', value: 0x103, description: 'More aborts at once than ACL allows.' },
    { name: 'STATUS_EVENT_LIMIT', value: 0x105, description: 'More asynchronous event requests than AERL allows.' },
    { name: 'STATUS_INVALID_VECTOR', value: 0x108, description: 'No such interrupt vector.' },
    { name: 'STATUS_INVALID_LOG_PAGE', value: 0x109, description: 'No such log page.' },
    { name: 'STATUS_INVALID_FORMAT', value: 0x10a, description: 'No such format.' },
    {
      name: 'STATUS_INVALID_QUEUE_DELETION',
      value: 0x10c,
      description: 'Submission queues still use the completion queue.',
    },
    { name: 'STATUS_FEATURE_NOT_SAVEABLE', value: 0x10d, description: 'The feature cannot be saved.' },
    { name: 'STATUS_FEATURE_NOT_CHANGEABLE', value: 0x10e, description: 'The feature cannot be changed.' },
    {
      name: 'STATUS_FEATURE_NOT_NAMESPACE',
      value: 0x10f,
      description: 'The feature belongs to the controller, not to a namespace.',
    },
    { name: 'STATUS_CONFLICTING_ATTRIBUTES', value: 0x180, description: 'Attributes contradict each other.' },
    { name: 'STATUS_INVALID_PROTECTION', value: 0x181, description: 'Protection information settings are not valid.' },
    { name: 'STATUS_WRITE_TO_READ_ONLY', value: 0x182, description: 'The range is read only.' },
    { name: 'STATUS_WRITE_FAULT', value: 0x280, description: 'Data could not be committed to the medium.' },
    { name: 'STATUS_UNRECOVERED_READ', value: 0x281, description: 'Data could not be read from the medium.' },
    { name: 'STATUS_COMPARE_FAILURE', value: 0x285, description: 'Compare: the data differ.' },
    { name: 'STATUS_ACCESS_DENIED', value: 0x286, description: 'Access to the namespace is denied.' },
    {
      name: 'STATUS_INTERNAL_PATH_ERROR',
      value: 0x300,
      description: 'A failure inside the controller on the way to the namespace.',
    },
    { name: 'STATUS_MORE', value: 0x2000, description: 'Flag: the error log tells more.' },
    { name: 'STATUS_DNR', value: 0x4000, description: 'Flag: do not retry, it will fail again.' },
  ],
} as const satisfies RegisterMapInput
