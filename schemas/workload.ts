// What I/O a run does: a seeded generator with read-back verification, or a script of SCSI commands.
import { z } from 'zod'
import { DistributionText } from './distribution.ts'
import { found } from './errors.ts'
import { HexBytes, Lun, Sense, Target, wholeNumber } from './numbers.ts'
import { durationFrom, Offset, Size, whyNoSize } from './units.ts'

const Weight = z.int().min(0).max(1_000_000)

const BlockSizes = z
  .union(
    [
      Size,
      z
        .array(
          z.strictObject({
            size: Size.describe('bytes of one I/O'),
            weight: Weight.min(1).default(1).describe('how often, relative to the others'),
          }),
        )
        .min(1),
    ],
    {
      error: issue =>
        Array.isArray(issue.input) ? undefined : `${whyNoSize(issue.input)}, or a list of {size, weight}`,
    },
  )
  .transform(sizes =>
    typeof sizes === 'number'
      ? [{ sizeBytes: sizes, weight: 1 }]
      : sizes.map(s => ({ sizeBytes: s.size, weight: s.weight })),
  )

/** How READ and WRITE are encoded, by weight. What a form cannot hold goes to the next larger. */
const CdbMix = z
  .strictObject({
    6: Weight.default(0).describe('weight of the 6-byte form'),
    10: Weight.default(0).describe('weight of the 10-byte form'),
    12: Weight.default(0).describe('weight of the 12-byte form'),
    16: Weight.default(0).describe('weight of the 16-byte form'),
  })
  .refine(mix => mix[6] + mix[10] + mix[12] + mix[16] > 0, 'at least one weight must be more than 0')

const TagMix = z
  .strictObject({
    simple: Weight.default(0).describe('weight of simple requests'),
    ordered: Weight.default(0).describe('weight of ordered requests'),
    untagged: Weight.default(0).describe('weight of untagged requests'),
  })
  .refine(mix => mix.simple + mix.ordered + mix.untagged > 0, 'at least one weight must be more than 0')

const Verify = z
  .enum(['end', 'each', 'none'])
  .default('end')
  .describe(
    "'end': every read is checked, and what was written and never read is read at the end; 'each': every write is read back at once; 'none': contents are not checked",
  )

const DriveName = z
  .union([z.string().min(1), z.int().min(0).max(127)], {
    error: issue => `found ${found(issue.input)}, expected the name of a drive, or its number from 0`,
  })
  .describe('name of a drive, or its number from 0')

const MAX_IOS = 1_000_000_000

const Generator = z
  .strictObject({
    kind: z.literal('generator').default('generator'),
    pattern: z.enum(['sequential', 'random']).default('random').describe('where the next I/O goes'),
    read: z.int().min(0).max(100).default(70).describe('percent of I/Os that read'),
    blockSizes: BlockSizes.prefault('4KiB').describe('size of an I/O, or a list of sizes with weights'),
    align: Size.optional().describe('I/Os start at multiples of this; default: the smallest size'),
    depth: z.int().min(1).max(1024).default(32).describe('I/Os at once, over all drives of one adapter'),
    ios: z
      .int()
      .min(1)
      .max(MAX_IOS)
      .optional()
      .describe(
        'I/Os for each adapter, read-back not counted; default: 10,000, without a limit with ioSize or runtime',
      ),
    ioSize: Size.optional().describe('ends when so many bytes were asked for'),
    runtime: durationFrom(1).optional().describe('no new I/O is started after so much virtual time'),
    distribution: DistributionText.prefault('uniform').describe(
      "how random I/Os spread: 'zipf:1.2', 'pareto:0.2', 'hot:90/10' (90 % of the I/Os on the first 10 % of the blocks), 'zoned:60/10:40/90'",
    ),
    once: z
      .boolean()
      .default(false)
      .describe("random I/Os start everywhere once before they start anywhere again, as with fio's random map"),
    rateIops: z
      .int()
      .min(1)
      .max(1_000_000_000)
      .optional()
      .describe('I/Os started in a second of virtual time, at most'),
    thinkTime: durationFrom(1)
      .optional()
      .describe('nothing is started for so long after the I/Os before have come back'),
    thinkEvery: z
      .int()
      .min(1)
      .max(1_000_000)
      .optional()
      .describe('so many I/Os are started between two pauses; default: 1'),
    offset: Offset.prefault('0B').describe('start of the range used on each drive'),
    length: Size.optional().describe('length of the range; default: to the end of the drive'),
    cdb: CdbMix.prefault({ 10: 1 }).describe('weights of the 6, 10, 12 and 16 byte forms of READ and WRITE'),
    tags: TagMix.prefault({ simple: 1 }).describe('weights of tagged simple, tagged ordered and untagged requests'),
    flushEvery: z.int().min(0).default(0).describe('a SYNCHRONIZE CACHE after this many I/Os; 0: none'),
    flushEveryWrites: z.int().min(0).default(0).describe('a SYNCHRONIZE CACHE after this many writes; 0: none'),
    verify: Verify,
  })
  .superRefine((generator, context) => {
    const wrong = (key: string, message: string) => context.addIssue({ code: 'custom', path: [key], message })
    const sequential = generator.pattern === 'sequential'
    if (generator.distribution.kind !== 'uniform') {
      if (sequential) wrong('distribution', "is for the pattern 'random'")
      if (generator.once) wrong('once', "is for the distribution 'uniform'")
    }
    if (generator.once && sequential) wrong('once', "is for the pattern 'random'")
    if (generator.thinkEvery !== undefined && generator.thinkTime === undefined)
      wrong('thinkEvery', "says how often 'thinkTime' is waited, which is missing")
  })
  .transform(({ offset, length, align, ios, ioSize, runtime, thinkTime, thinkEvery, ...rest }) => ({
    ...rest,
    ios: ios ?? (ioSize === undefined && runtime === undefined ? 10_000 : MAX_IOS),
    ioBytes: ioSize,
    runtimePs: runtime,
    thinkPs: thinkTime,
    thinkEvery: thinkEvery ?? 1,
    offsetBytes: offset,
    lengthBytes: length,
    alignBytes: align,
  }))

/** SRB functions a script may send, beside the two a class driver does not send itself (WDK: SCSI_REQUEST_BLOCK). */
export const SRB_FUNCTION = {
  'execute scsi': 0x00,
  'io control': 0x02,
  'receive event': 0x03,
  shutdown: 0x07,
  flush: 0x08,
  'abort command': 0x10,
  'reset bus': 0x12,
  'terminate io': 0x14,
  wmi: 0x17,
  power: 0x24,
  pnp: 0x25,
  /** A code that no function has. */
  unassigned: 0x33,
} as const

/** SrbFlags a script may set beyond those of direction and tag (WDK: SCSI_REQUEST_BLOCK). */
export const SRB_FLAG = {
  'disable disconnect': 0x4,
  'disable autosense': 0x20,
  'no queue freeze': 0x100,
  'unspecified direction': 0xc0,
} as const

export const SCSI_STATUS = {
  good: 0x00,
  'check condition': 0x02,
  busy: 0x08,
  'reservation conflict': 0x18,
  'task set full': 0x28,
} as const

/** SRB status values a script may expect (WDK: srb.h). */
export const SRB_STATUS = {
  success: 0x01,
  aborted: 0x02,
  'abort failed': 0x03,
  error: 0x04,
  busy: 0x05,
  'invalid request': 0x06,
  'invalid path': 0x07,
  'no device': 0x08,
  timeout: 0x09,
  'selection timeout': 0x0a,
  'command timeout': 0x0b,
  'message rejected': 0x0d,
  'bus reset': 0x0e,
  'parity error': 0x0f,
  'request sense failed': 0x10,
  'no hba': 0x11,
  'data overrun': 0x12,
  'unexpected bus free': 0x13,
  'phase sequence failure': 0x14,
  'invalid lun': 0x20,
} as const

const names = <T extends Record<string, number>>(table: T) => Object.keys(table) as [Extract<keyof T, string>]

const Expectation = z
  .strictObject({
    status: z.enum(names(SCSI_STATUS)).default('good').describe('SCSI status'),
    srb: z.enum(names(SRB_STATUS)).optional().describe('SRB status; default: what belongs to the SCSI status'),
    sense: Sense.optional().describe('sense data'),
    data: HexBytes.optional().describe('the first bytes that come back'),
    bytes: z.int().min(0).optional().describe('how many bytes must have moved; default: as many as asked'),
    any: z.boolean().default(false).describe('true: however it ends is right, as long as it comes back'),
  })
  .transform(({ status, srb, ...rest }) => ({
    ...rest,
    scsiStatus: SCSI_STATUS[status],
    srbStatus: srb === undefined ? undefined : SRB_STATUS[srb],
  }))

/** Of functions that have none: six zeros, the shortest CDB there is. */
const NO_CDB = new Uint8Array(6)

const ScriptStep = z
  .strictObject({
    name: z.string().optional().describe('for messages'),
    target: Target.default(0),
    lun: Lun.default(0),
    path: z.int().min(0).max(7).default(0).describe('SCSI bus'),
    cdb: HexBytes.refine(cdb => cdb.length >= 6 && cdb.length <= 16, 'a CDB has 6 to 16 bytes')
      .optional()
      .describe('the command, 6 to 16 bytes; only with the function "execute scsi"'),
    function: z
      .enum(names(SRB_FUNCTION))
      .default('execute scsi')
      .describe("Function of the SRB; 'abort command' is for a request that has come back already"),
    flags: z
      .array(z.enum(names(SRB_FLAG)))
      .default([])
      .describe('SrbFlags on top of those of direction and tag'),
    direction: z
      .enum(['none', 'in', 'out'])
      .optional()
      .describe("default: 'out' with data, 'in' with length, else 'none'"),
    length: Size.optional().describe('size of the data buffer'),
    data: HexBytes.optional().describe('bytes to send; the rest of the buffer is 0'),
    tag: z.enum(['simple', 'ordered', 'head', 'untagged']).default('simple').describe('queue tag of the request'),
    repeat: z.int().min(1).max(1_000_000).default(1).describe('how often, one after another'),
    expect: Expectation.prefault({}).describe('what must come back; default: GOOD'),
  })
  .transform((step, context) => {
    const lengthBytes = step.length ?? step.data?.length ?? 0
    const direction = step.direction ?? (step.data !== undefined ? 'out' : lengthBytes > 0 ? 'in' : 'none')
    if (direction === 'none' && lengthBytes > 0)
      context.addIssue({ code: 'custom', message: "direction 'none' has no data, remove length and data", input: step })
    if (direction !== 'none' && lengthBytes === 0)
      context.addIssue({ code: 'custom', message: `direction '${direction}' needs a length`, input: step })
    if (direction === 'in' && step.data !== undefined)
      context.addIssue({
        code: 'custom',
        message: 'data is what is sent; for what must come back use expect.data',
        path: ['data'],
        input: step.data,
      })
    if ((step.data?.length ?? 0) > lengthBytes)
      context.addIssue({
        code: 'custom',
        message: `found ${step.data!.length} bytes, more than length (${lengthBytes})`,
        path: ['data'],
        input: step.data,
      })
    const execute = step.function === 'execute scsi'
    if (execute !== (step.cdb !== undefined))
      context.addIssue({
        code: 'custom',
        message: execute ? "a command needs a 'cdb'" : `found a cdb, but the function '${step.function}' has none`,
        path: ['cdb'],
        input: step.cdb,
      })
    if (step.flags.includes('unspecified direction') && direction === 'none')
      context.addIssue({
        code: 'custom',
        message:
          "'unspecified direction' needs data: give 'direction' and 'length', they say what the command really does",
        path: ['flags'],
        input: step.flags,
      })
    return {
      ...step,
      direction,
      lengthBytes,
      cdb: step.cdb ?? NO_CDB,
      srbFunction: SRB_FUNCTION[step.function],
      srbFlags: step.flags.reduce((bits, flag) => bits | SRB_FLAG[flag], 0),
    }
  })

const Script = z.strictObject({
  kind: z.literal('script'),
  depth: z.int().min(1).max(1024).default(1).describe('commands at once; 1: each waits for the one before'),
  steps: z.array(ScriptStep).min(1).describe('in this order'),
})

/** fio's log of I/Os, replayed. What fio calls them stands behind the names. */
const Iolog = z
  .strictObject({
    kind: z.literal('iolog'),
    path: z.string().min(1).describe("a file that fio wrote with 'write_iolog', version 2 or 3"),
    depth: z.int().min(1).max(1024).default(32).describe('I/Os at once, over all drives of one adapter'),
    pace: z
      .enum(['recorded', 'asap'])
      .default('recorded')
      .describe("'recorded': I/Os start at their times of the log; 'asap': as soon as there is room (replay_no_stall)"),
    timeScale: z
      .int()
      .min(1)
      .max(1_000_000)
      .default(100)
      .describe('percent of the recorded rate: 200 is twice as fast (replay_time_scale)'),
    files: z
      .record(z.string(), DriveName)
      .optional()
      .describe(
        'which drive each file of the log is; default: the drives in the order in which the log adds its files',
      ),
    redirect: DriveName.optional().describe('the one drive for all files (replay_redirect)'),
    offsetScale: z.int().min(1).max(1_000_000).default(1).describe('offsets are divided by this (replay_scale)'),
    align: Size.refine(bytes => (bytes & (bytes - 1)) === 0 && bytes < 2 ** 31, 'expected a power of two')
      .optional()
      .describe('offsets are rounded down to multiples of this, lengths up to whole blocks (replay_align)'),
    wrap: z
      .boolean()
      .default(false)
      .describe('offsets beyond the end of a drive start again at its beginning; without it they are refused'),
    skip: z
      .array(z.enum(['read', 'write', 'trim', 'sync']))
      .default([])
      .describe('kinds of I/O that are left out (replay_skip)'),
    cdb: CdbMix.prefault({ 10: 1 }).describe('weights of the 6, 10, 12 and 16 byte forms of READ and WRITE'),
    tags: TagMix.prefault({ simple: 1 }).describe('weights of tagged simple, tagged ordered and untagged requests'),
    verify: Verify,
  })
  .superRefine((log, context) => {
    if (log.files !== undefined && log.redirect !== undefined)
      context.addIssue({ code: 'custom', path: ['files'], message: "'files' and 'redirect' exclude each other" })
    if (log.pace === 'asap' && log.timeScale !== 100)
      context.addIssue({ code: 'custom', path: ['timeScale'], message: "is for the pace 'recorded'" })
  })
  .transform(({ align, ...rest }) => ({ ...rest, alignBytes: align }))

export const Workload = z.discriminatedUnion('kind', [Generator, Script, Iolog])

export type GeneratorConfig = z.output<typeof Generator>
export type IologConfig = z.output<typeof Iolog>
export type ScriptConfig = z.output<typeof Script>
export type ScriptStep = z.output<typeof ScriptStep>
export type Workload = z.output<typeof Workload>
export type WorkloadInput = z.input<typeof Workload>

/** Logical block address in a scenario. */
export const Lba = wholeNumber(0, Number.MAX_SAFE_INTEGER)
