// The machine: adapters with their drivers and drives, the cost model, the limits, the port driver's settings.
import { z } from 'zod'
import { Cost } from './cost.ts'
import { found, textLike } from './errors.ts'
import { MediumError } from './faults.ts'
import { Lun, Target, wholeNumber } from './numbers.ts'
import { Duration, durationFrom, formatSize, Size, TIME_UNITS } from './units.ts'
import { Workload } from './workload.ts'

const BlockSize = z.union([z.literal(512), z.literal(4096)], {
  error: issue => `found ${found(issue.input)}, expected 512 or 4096 (bytes of a logical block)`,
})

const RamStore = z
  .strictObject({ kind: z.literal('ram'), size: Size.describe('a multiple of the block size') })
  .transform(({ size, ...rest }) => ({ ...rest, sizeBytes: size }))

const FileStore = z
  .strictObject({
    kind: z.literal('file'),
    path: z.string().min(1).describe('relative to the scenario file'),
    format: z
      .literal('raw', {
        error: issue => `found ${found(issue.input)}, expected 'raw': no other image format is known`,
      })
      .default('raw'),
    readOnly: z.boolean().default(false).describe('opened for reading only; the drive is write-protected'),
    create: Size.optional().describe('makes a new image of this size, all zeros, when the file does not exist'),
  })
  .transform(({ create, ...rest }) => ({ ...rest, createBytes: create }))

export const Store = z.discriminatedUnion('kind', [RamStore, FileStore])

const DriveLatency = z
  .strictObject({
    read: Duration.prefault('20us').describe('of every read'),
    write: Duration.prefault('20us').describe('of every write'),
    perBlock: Duration.prefault('0ns').describe('on top of it, for each block'),
    other: Duration.prefault('2us').describe('of every other command'),
  })
  .transform(({ read, write, perBlock, other }) => ({
    readPs: read,
    writePs: write,
    perBlockPs: perBlock,
    otherPs: other,
  }))

/** Text of a fixed length in INQUIRY data. */
const Inquiry = (length: number) =>
  z
    .string()
    .max(length)
    .regex(/^[\x20-\x7e]*$/, 'expected printable ASCII')
    .optional()

export const Drive = z
  .strictObject({
    name: z.string().min(1).optional().describe('for messages; default: the adapter with target and LUN'),
    target: Target.default(0),
    lun: Lun.default(0),
    store: Store.prefault({ kind: 'ram', size: '64MiB' }).describe('where the blocks live'),
    blockSize: BlockSize.default(512).describe('bytes of a logical block'),
    readOnly: z.boolean().default(false).describe('write-protected'),
    latency: DriveLatency.prefault({}).describe('virtual time a command takes in the drive'),
    errors: z.array(MediumError).default([]).describe('blocks that cannot be read or written'),
    vendor: Inquiry(8).describe('INQUIRY vendor identification'),
    product: Inquiry(16).describe('INQUIRY product identification'),
    revision: Inquiry(4).describe('INQUIRY product revision level'),
    serial: Inquiry(32).describe('VPD page 0x80'),
  })
  .superRefine((drive, context) => {
    const size = drive.store.kind === 'ram' ? drive.store.sizeBytes : drive.store.createBytes
    if (size !== undefined && size % drive.blockSize !== 0) {
      context.addIssue({
        code: 'custom',
        path: ['store', drive.store.kind === 'ram' ? 'size' : 'create'],
        message: `found ${formatSize(size)}, expected a multiple of the block size (${drive.blockSize} bytes)`,
        input: size,
      })
    }
    const blocks = size === undefined ? Number.POSITIVE_INFINITY : Math.floor(size / drive.blockSize)
    drive.errors.forEach((error, i) => {
      if (error.lba + error.blocks <= blocks) return
      context.addIssue({
        code: 'custom',
        path: ['errors', i],
        message: `blocks ${error.lba}…${error.lba + error.blocks - 1} lie beyond the end of the drive (${blocks} blocks)`,
        input: error,
      })
    })
  })
  .transform(({ blockSize, readOnly, ...rest }) => ({
    ...rest,
    blockBytes: blockSize,
    readOnly: readOnly || (rest.store.kind === 'file' && rest.store.readOnly),
  }))

/** Where ISA cards of BusLogic's and Adaptec's make answer. */
export const ISA_BASES = ['0x330', '0x334', '0x230', '0x234', '0x130', '0x134'] as const
export type IsaBase = (typeof ISA_BASES)[number]

const common = {
  name: textLike(/^[A-Za-z][\w.-]*$/, "a name such as 'hba0': a letter, then letters, digits, '_', '.', '-'")
    .optional()
    .describe('for messages, budgets and faults; default: the driver file without its extension'),
  driver: z.string().min(1).describe('the compiled miniport (.wasm), relative to the scenario file'),
  line: z
    .string()
    .min(1)
    .default('INTA')
    .describe('interrupt line; adapters that name the same one share it, in this order'),
  arguments: z.string().optional().describe("ArgumentString of HwFindAdapter, as from the registry's DriverParameter"),
  drives: z.array(Drive).min(1).max(128).prefault([{}]).describe('default: one RAM disk of 64 MiB at target 0, LUN 0'),
  workload: Workload.optional().describe("instead of the scenario's workload"),
}

/** SCSI adapters have 16 target ids and are number 7 themselves. */
const MAX_TARGET = 15
const INITIATOR_ID = 7

const slot = z.int().min(0).max(31).optional().describe("PCI device number; default: the bench's choice")
const memoryBase = wholeNumber(0x7000_0000, 0x7fff_f000)
  .optional()
  .describe("address of the memory BAR, a multiple of its size; default: the bench's choice")

const ReferenceAdapter = z.strictObject({
  kind: z.literal('reference').describe("the bench's own adapter, see 'hba adapters reference'"),
  ...common,
  autosense: z.boolean().default(false).describe('the adapter fetches sense data itself'),
  base: memoryBase,
  slot,
})

const BusLogicAdapter = z.strictObject({
  kind: z.literal('buslogic').describe("a BusLogic BT-958, see 'hba adapters buslogic'"),
  ...common,
  port: wholeNumber(0x1000, 0xfffc)
    .optional()
    .describe("address of the I/O BAR, a multiple of its size; default: the bench's choice"),
  isa: z
    .enum(['off', ...ISA_BASES])
    .default('off')
    .describe('ISA-compatible I/O base: the registers answer there as well'),
  slot,
})

const NvmeAdapter = z.strictObject({
  kind: z.literal('nvme').describe("an NVMe controller, see 'hba adapters nvme'; LUN n of target 0 is namespace n + 1"),
  ...common,
  base: memoryBase,
  slot,
})

/** Size of the memory BAR. */
const BAR_BYTES = { reference: 0x1000, nvme: 0x4000 } as const

export const AdapterConfig = z
  .discriminatedUnion('kind', [ReferenceAdapter, BusLogicAdapter, NvmeAdapter])
  .superRefine((adapter, context) => {
    if (adapter.kind !== 'buslogic' && adapter.base !== undefined && adapter.base % BAR_BYTES[adapter.kind] !== 0) {
      context.addIssue({
        code: 'custom',
        path: ['base'],
        message: `found 0x${adapter.base.toString(16)}, expected a multiple of 0x${BAR_BYTES[adapter.kind].toString(16)}`,
        input: adapter.base,
      })
    }
    const seen = new Map<string, number>()
    adapter.drives.forEach((drive, i) => {
      if (adapter.kind === 'nvme') {
        if (drive.target !== 0)
          context.addIssue({
            code: 'custom',
            path: ['drives', i, 'target'],
            message: `found ${drive.target}, expected 0: an NVMe controller has namespaces, its drives differ by LUN`,
            input: drive.target,
          })
      } else if (drive.target > MAX_TARGET || drive.target === INITIATOR_ID) {
        context.addIssue({
          code: 'custom',
          path: ['drives', i, 'target'],
          message: `found ${drive.target}, expected 0 to ${MAX_TARGET} without ${INITIATOR_ID}: that is the adapter's own id`,
          input: drive.target,
        })
      }
      const where = `target ${drive.target} LUN ${drive.lun}`
      const other = seen.get(where)
      if (other === undefined) seen.set(where, i)
      else
        context.addIssue({
          code: 'custom',
          path: ['drives', i],
          message: `${where} is taken by drives[${other}]`,
          input: drive,
        })
    })
  })

const Limits = z
  .strictObject({
    instructions: z.int().min(1000).max(2_000_000_000).default(100_000_000).describe('of one call of one routine'),
    callDepth: z.int().min(8).max(10_000).default(512).describe('nested calls'),
    routine: durationFrom(1).prefault('500ms').describe('virtual time of one call'),
    initialize: durationFrom(1).prefault('5s').describe('of HwInitialize'),
    findAdapter: durationFrom(1).prefault('10s').describe('of DriverEntry and of HwFindAdapter'),
    adapterControl: durationFrom(1).optional().describe("of HwAdapterControl; default: as 'routine'"),
    stormInvocations: z
      .int()
      .min(2)
      .max(1_000_000)
      .default(1000)
      .describe('walks of an interrupt line without progress before it counts as a storm'),
    run: durationFrom(1).prefault('3600s').describe('virtual time of the whole run'),
  })
  .transform(({ routine, initialize, findAdapter, adapterControl, run, ...rest }) => ({
    ...rest,
    routinePs: routine,
    initializePs: initialize,
    findAdapterPs: findAdapter,
    adapterControlPs: adapterControl ?? routine,
    runPs: run,
  }))

const wholeSeconds = (low: number) =>
  durationFrom(low * TIME_UNITS.s).refine(ps => ps % TIME_UNITS.s === 0, 'expected whole seconds')

const Port = z
  .strictObject({
    resetHold: durationFrom(1).prefault('4s').describe('no request is started for so long after a bus reset'),
    tick: durationFrom(1).prefault('1s').describe('period of the time-out scan'),
    srbTimeout: wholeSeconds(1).prefault('10s').describe('TimeOutValue of the workload requests, whole seconds'),
    timerGranularity: Duration.prefault('10ms').describe(
      'HwTimer is called at the next multiple of this; 0ns: exactly',
    ),
    numberOfRequests: z
      .int()
      .min(16)
      .max(254)
      .default(254)
      .describe("requests at once per adapter, as the registry's NumberOfRequests (Windows' default is 16)"),
    maxQueueDepth: z.int().min(1).max(254).default(254).describe('requests at once per logical unit'),
    maximumSgList: z
      .int()
      .min(16)
      .max(255)
      .optional()
      .describe("NumberOfPhysicalBreaks given to the miniport, as the registry's MaximumSGList"),
    tagged: z.boolean().default(true).describe('false: tagged queuing is not used even when the miniport offers it'),
    abortFirst: z
      .boolean()
      .default(false)
      .describe('on a time-out the miniport gets SRB_FUNCTION_ABORT_COMMAND first; the bus is reset when that fails'),
    busyRetries: z.int().min(0).max(255).default(20).describe('retries of a request that came back BUSY'),
    queueFullTicks: z.int().min(1).max(3600).default(60).describe('ticks with a lowered queue depth after QUEUE FULL'),
    resources: z
      .enum(['assigned', 'none'])
      .default('assigned')
      .describe(
        "what HwFindAdapter is given: 'assigned' the ranges and the interrupt of the adapter, 'none' zeros: then the driver looks for its adapter itself, inside ScsiPortInitialize, as one of old or for ISA does",
      ),
    hwContext: z
      .enum(['null', 'poison'])
      .default('null')
      .describe(
        "HwContext of HwFindAdapter while ranges are assigned: 'null', or 'poison', a pointer to nowhere for drivers that gave ScsiPortInitialize one",
      ),
    maxControlType: z
      .int()
      .min(2)
      .max(64)
      .default(5)
      .describe('MaxControlType that HwAdapterControl is asked about: later systems know more types than ScsiPort has'),
    scanLuns: z.int().min(1).max(255).default(8).describe('LUNs tried on each target when the bus is scanned'),
  })
  .transform(({ resetHold, tick, srbTimeout, timerGranularity, ...rest }) => ({
    ...rest,
    resetHoldPs: resetHold,
    tickPs: tick,
    srbTimeoutSeconds: srbTimeout / TIME_UNITS.s,
    timerGranularityPs: timerGranularity,
  }))

const Memory = z.strictObject({
  above4GiB: z
    .boolean()
    .default(false)
    .describe('physical addresses lie above 4 GiB for a miniport that takes them (Dma64BitAddresses)'),
})

export const Machine = z
  .strictObject({
    adapters: z.array(AdapterConfig).min(1).max(16).describe('each with its driver'),
    chain: z
      .enum(['fixed', 'rotating'])
      .default('fixed')
      .describe(
        "where the walk over a shared line's ISRs begins: 'fixed' at the first, as Windows does; 'rotating' one further each time, so that every driver meets the others' interrupts",
      ),
    cost: Cost.prefault({}).describe('what things cost in virtual time'),
    limits: Limits.prefault({}).describe('where a driver is stopped'),
    port: Port.prefault({}).describe("the port driver's settings"),
    memory: Memory.prefault({}).describe('the physical address space'),
  })
  .superRefine((machine, context) => {
    const slots = new Map<number, number>()
    machine.adapters.forEach((adapter, i) => {
      if (adapter.slot === undefined) return
      const other = slots.get(adapter.slot)
      if (other === undefined) slots.set(adapter.slot, i)
      else
        context.addIssue({
          code: 'custom',
          path: ['adapters', i, 'slot'],
          message: `PCI slot ${adapter.slot} is taken by adapters[${other}]`,
          input: adapter.slot,
        })
    })
    machine.adapters.forEach((adapter, i) => {
      adapter.drives.forEach((drive, d) => {
        if (drive.lun < machine.port.scanLuns) return
        context.addIssue({
          code: 'custom',
          path: ['adapters', i, 'drives', d, 'lun'],
          message: `found ${drive.lun}, but the bus scan tries LUN 0 to ${machine.port.scanLuns - 1} only (port.scanLuns)`,
          input: drive.lun,
        })
      })
    })
    const seen = new Map<string, number>()
    machine.adapters.forEach((adapter, i) => {
      if (adapter.name === undefined) return
      const other = seen.get(adapter.name)
      if (other === undefined) seen.set(adapter.name, i)
      else
        context.addIssue({
          code: 'custom',
          path: ['adapters', i, 'name'],
          message: `'${adapter.name}' is taken by adapters[${other}]`,
          input: adapter.name,
        })
    })
  })

export type Store = z.output<typeof Store>
export type Drive = z.output<typeof Drive>
export type DriveInput = z.input<typeof Drive>
export type AdapterConfig = z.output<typeof AdapterConfig>
export type AdapterInput = z.input<typeof AdapterConfig>
export type Limits = z.output<typeof Limits>
export type PortSettings = z.output<typeof Port>
export type Machine = z.output<typeof Machine>
