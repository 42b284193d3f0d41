// Fault plans: when something goes wrong, and what. Shape only; harness/faults/ carries them out at the seams of the bench.
import { z } from 'zod'
import { Byte, Lun, Sense, Target, wholeNumber } from './numbers.ts'
import { Duration, Offset } from './units.ts'

/** Routines of a miniport by name. */
export const ROUTINES = [
  'DriverEntry',
  'HwFindAdapter',
  'HwInitialize',
  'HwStartIo',
  'HwInterrupt',
  'HwResetBus',
  'HwDmaStarted',
  'HwTimer',
  'HwEnableInterrupts',
  'HwDisableInterrupts',
  'HwAdapterControl',
] as const

/** Every matcher that is given must match; the fault then acts, at most `times` times. */
const When = z
  .strictObject({
    adapter: z.string().optional().describe('name of the adapter; default: any'),
    opcode: Byte.optional().describe('first byte of the CDB'),
    target: Target.optional(),
    lun: Lun.optional(),
    tag: z.int().min(0).max(255).optional().describe('queue tag'),
    routine: z.enum(ROUTINES).optional().describe('while this routine runs'),
    phase: z
      .enum(['boot', 'connected', 'initialize', 'scan', 'run', 'idle', 'busy', 'shutdown'])
      .optional()
      .describe("where the run is; 'connected': interrupt connected, HwInitialize not yet called"),
    between: z
      .enum(['map-transfer and dma-started', 'dma-started and flush', 'raise and enter', 'complete and exit'])
      .optional()
      .describe('only between these two steps'),
    register: z.string().optional().describe('name of a register'),
    access: z.enum(['read', 'write']).optional().describe('kind of the register access'),
    ordinal: z.int().min(1).optional().describe('number of the register access in its routine'),
    at: Duration.optional().describe('virtual time: the first match at or after it'),
    nth: z.int().min(1).optional().describe('only the nth match; with times: from the nth on'),
    every: z.int().min(1).optional().describe('every nth match'),
    probability: z.number().min(0).max(1).optional().describe('drawn from the seed for each match'),
  })
  .refine(
    when => Object.values(when).some(value => value !== undefined),
    'at least one matcher is needed, for example {"nth": 1}',
  )
  .refine(when => when.nth === undefined || when.every === undefined, "'nth' and 'every' exclude each other")
  .transform(({ at, ...rest }) => ({ ...rest, atPs: at }))

const plain = <const K extends string>(kind: K) => z.strictObject({ do: z.literal(kind) })
const lasting = <const K extends string>(kind: K, what: string) =>
  z
    .strictObject({ do: z.literal(kind), for: Duration.describe(what) })
    .transform(({ for: time, ...rest }) => ({ ...rest, forPs: time }))

/** What the driver must do to the hardware, from the moment the fault acts. */
const Verify = z
  .strictObject({
    do: z.literal('verify'),
    register: z.string().describe('name of a register'),
    access: z.enum(['read', 'write']).default('write').describe('kind of access that is counted'),
    bits: wholeNumber(0, 0xffff_ffff).optional().describe('only accesses whose value has all of these bits set'),
    min: z.int().min(0).default(1).describe('at least so many'),
    max: z.int().min(0).optional().describe('at most so many; 0 with min 0: never'),
    in: z.enum(ROUTINES).optional().describe('until this routine returns: the call that runs, or the next'),
    within: Duration.optional().describe('until so long afterwards'),
  })
  .refine(v => (v.in === undefined) !== (v.within === undefined), "either 'in' or 'within' is needed")
  .refine(v => v.max === undefined || v.max >= v.min, "'max' must not be less than 'min'")
  .transform(({ within, ...rest }) => ({ ...rest, withinPs: within }))
  .describe('asserts what the driver does to the hardware; when it does not, the run fails')

const Action = z.discriminatedUnion('do', [
  plain('spurious-interrupt').describe('the line goes high without a cause'),
  lasting('stuck-line', 'how long the line stays high'),
  plain('lost-interrupt').describe('the cause is pending, the line stays low'),
  plain('lost-completion'),
  lasting('late-completion', 'how much later the command ends'),
  plain('drop-command').describe('the command is never answered'),
  plain('selection-timeout'),
  plain('parity-error'),
  plain('unexpected-disconnect'),
  plain('reselect-unknown-tag'),
  z.strictObject({ do: z.literal('overrun'), bytes: z.int().min(1).describe('bytes more than asked') }),
  z.strictObject({ do: z.literal('underrun'), bytes: z.int().min(1).describe('bytes fewer than asked') }),
  z.strictObject({ do: z.literal('check-condition'), sense: Sense.describe('sense data') }),
  plain('busy'),
  plain('queue-full'),
  plain('reservation-conflict'),
  plain('bus-reset').describe('by somebody else on the bus'),
  plain('surprise-removal').describe('every read answers all ones from now on'),
  plain('dma-error'),
  plain('several-causes').describe('further causes become pending at the same instant'),
  z
    .strictObject({
      do: z.literal('null-result'),
      routine: z
        .enum(['ScsiPortGetDeviceBase', 'ScsiPortGetUncachedExtension', 'ScsiPortGetLogicalUnit', 'ScsiPortGetSrb'])
        .describe('which one'),
    })
    .describe('the ScsiPort routine answers NULL'),
  plain('refuse-range').describe('ScsiPortValidateRange answers FALSE'),
  z.strictObject({
    do: z.literal('short-config-info'),
    bytes: z.int().min(1).max(139).describe('Length of PORT_CONFIGURATION_INFORMATION'),
  }),
  lasting('timer-jitter', 'how much later HwTimer is called'),
  plain('abort').describe('SRB_FUNCTION_ABORT_COMMAND for the request'),
  plain('stop-adapter').describe('HwAdapterControl: stop, then restart'),
  z.strictObject({
    do: z.literal('corrupt-data'),
    offset: Offset.prefault('0B').describe('byte of the data that is changed'),
  }),
  Verify,
])

export const Fault = z.strictObject({
  name: z.string().optional().describe('for the report'),
  when: When.describe('every matcher given must match'),
  times: z.int().min(1).optional().describe('acts at most this often; default: no limit, or once with nth'),
  // biome-ignore lint/suspicious/noThenProperty: when … then … is how fault plans read; the object is data and never awaited
  then: z.array(Action).min(1).describe('in this order, at the same instant'),
})

export const Faults = z.array(Fault)

export type Fault = z.output<typeof Fault>
export type FaultAction = z.output<typeof Action>
export type FaultWhen = z.output<typeof When>

/** A range of blocks on a medium that cannot be read or written. */
export const MediumError = z
  .strictObject({
    lba: wholeNumber(0, Number.MAX_SAFE_INTEGER).describe('first block'),
    blocks: z.int().min(1).default(1).describe('how many'),
    on: z.enum(['read', 'write', 'both']).default('read').describe('which accesses fail'),
    sense: Sense.prefault({ key: 'medium error', asc: 0x11, ascq: 0x00 }).describe('default: unrecovered read error'),
  })
  .describe('blocks that fail')

export type MediumError = z.output<typeof MediumError>
