// What a run must show beside budgets and rules: the `expect` of a scenario, which makes it a test case. Shape only;
// harness/run/expectations/ judges it.
import { z } from 'zod'
import { found } from './errors.ts'
import { ROUTINES } from './faults.ts'
import { Byte, Lun, SENSE_KEYS, Target, wholeNumber } from './numbers.ts'
import { type IoReport, type IsrReport, RuleReport, Verdict } from './report.ts'
import { Duration } from './units.ts'
import { SRB_STATUS } from './workload.ts'

const Count = z.int().min(0)

/** How often, or how much. */
const Amount = z
  .union(
    [
      Count,
      z
        .strictObject({
          min: Count.default(0).describe('at least'),
          max: Count.optional().describe('at most; default: no limit'),
        })
        .refine(range => range.max === undefined || range.max >= range.min, "'max' must not be less than 'min'"),
    ],
    {
      error: issue =>
        typeof issue.input === 'object' && issue.input !== null
          ? undefined
          : `found ${found(issue.input)}, expected a whole number, or a range such as {"min": 1, "max": 4}`,
    },
  )
  .transform(amount => (typeof amount === 'number' ? { min: amount, max: amount } : amount))
  .describe('exactly so many, or from min to max')

const AtLeastOnce = Amount.prefault({ min: 1 })
const adapter = z.string().optional().describe('name of the adapter; default: all of them together')
const Routine = z.enum(ROUTINES)
const RegisterAccess = z.strictObject({
  register: z.string().describe('name of a register'),
  access: z.enum(['read', 'write']).default('write').describe('kind of access'),
  bits: wholeNumber(0, 0xffff_ffff).optional().describe('only accesses whose value has all of these bits set'),
})

const Srbs = z
  .strictObject({
    adapter,
    status: z
      .enum(Object.keys(SRB_STATUS) as [keyof typeof SRB_STATUS])
      .optional()
      .describe('SRB status; default: any'),
    opcode: Byte.optional().describe('first byte of the CDB'),
    target: Target.optional(),
    lun: Lun.optional(),
    sense: z
      .strictObject({
        key: z.enum(Object.keys(SENSE_KEYS) as [keyof typeof SENSE_KEYS]).describe('sense key'),
        asc: Byte.optional().describe('additional sense code; default: any'),
        ascq: Byte.optional().describe('additional sense code qualifier; default: any'),
      })
      .optional()
      .describe('sense data that the request came back with'),
    count: AtLeastOnce,
  })
  .describe('requests that came back so, after the bus scan')

const Registers = RegisterAccess.extend({
  adapter,
  in: Routine.optional().describe('only while this routine runs'),
  count: AtLeastOnce,
}).describe('accesses of a register')

const Order = z
  .strictObject({
    adapter,
    in: Routine.optional().describe(
      'each call of this routine is judged by itself; default: the whole run, once for each adapter',
    ),
    steps: z.array(RegisterAccess).min(2).describe('none of them before those above it have been'),
    count: AtLeastOnce.describe('calls, or adapters, that make all of the steps; at least one by default'),
  })
  .describe('register accesses in their order')

const STATISTICS = ['p50', 'p90', 'p99', 'p999', 'max'] as const

const Latency = z
  .strictObject({
    adapter,
    of: z
      .enum(['srb', 'raise to enter', ...ROUTINES])
      .describe(
        "'srb': HwStartIo to its completion, after the bus scan; 'raise to enter': of the interrupt line; or a routine",
      ),
    statistic: z.enum(STATISTICS).default('max').describe('exact, by nearest rank'),
    atLeast: Duration.optional().describe('in virtual time'),
    atMost: Duration.optional().describe('in virtual time'),
  })
  .refine(l => l.atLeast !== undefined || l.atMost !== undefined, "at least one of 'atLeast' and 'atMost' is needed")
  .transform(({ atLeast, atMost, ...rest }) => ({ ...rest, atLeastPs: atLeast, atMostPs: atMost }))
  .describe('how long something takes')

const Findings = z.strictObject({
  text: z.string().min(1).describe('a part of the message'),
  severity: z.enum(['error', 'warning', 'note']).optional().describe('default: any'),
  count: AtLeastOnce,
})

const RULE = /^[A-Z]{2,4}-\d+$/
const IO_COUNTS = [
  'submitted',
  'completed',
  'failed',
  'bytes',
  'verifiedBytes',
  'miscompares',
  'reads',
  'writes',
  'writtenBytes',
  'unverifiedBytes',
  'expectedErrors',
] as const satisfies (keyof IoReport)[]
const ISR_COUNTS = [
  'count',
  'claimed',
  'unclaimed',
  'reads',
  'writes',
  'instructions',
  'stalls',
] as const satisfies (keyof IsrReport)[]

export const Expectations = z
  .strictObject({
    verdict: Verdict.default('pass').describe(
      "of the run without these expectations; 'fail' for a driver that must be caught",
    ),
    reasons: z
      .array(z.string().min(1))
      .default([])
      .describe("with verdict 'fail': parts of the reasons; each must occur, and no reason without one of them"),
    exitCode: z
      .int()
      .min(0)
      .max(3)
      .optional()
      .describe('of the run without these expectations; default: any of that verdict'),
    rules: z
      .record(z.string(), RuleReport.shape.status)
      .default({})
      .superRefine((rules, context) => {
        for (const id of Object.keys(rules))
          if (!RULE.test(id))
            context.addIssue({
              code: 'custom',
              path: [id],
              message: `expected a rule id such as 'INT-5', see 'hba rules'`,
            })
      })
      .describe('rule ids with the status that each must have'),
    io: z.partialRecord(z.enum(IO_COUNTS), Amount).default({}).describe('what the workload saw, all adapters together'),
    isr: z.partialRecord(z.enum(ISR_COUNTS), Amount).default({}).describe('totals over all calls of HwInterrupt'),
    srbs: z.array(Srbs).default([]).describe('how requests came back'),
    registers: z.array(Registers).default([]).describe('what the driver does to the hardware'),
    order: z.array(Order).default([]).describe('in which order it does so'),
    latencies: z.array(Latency).default([]).describe('how long things take in virtual time'),
    findings: z.array(Findings).default([]).describe('findings of the report'),
    faults: z
      .record(z.string(), Amount)
      .default({})
      .describe("names of the scenario's faults with how often each acts"),
    hash: z
      .string()
      .regex(/^[0-9a-f]{16}$/)
      .optional()
      .describe('of the whole trace: nothing virtual may change at all'),
  })
  .refine(
    e =>
      e.verdict !== 'fail' || e.reasons.length > 0 || e.exitCode === 2 || Object.values(e.rules).includes('violated'),
    "with verdict 'fail', 'reasons' or a rule that is 'violated' is needed: otherwise any failure would do",
  )
  .refine(
    e => e.exitCode === undefined || (e.exitCode === 0) === (e.verdict === 'pass'),
    "'exitCode' does not go with this 'verdict': 0 belongs to 'pass', the others to 'fail' and 'no-data'",
  )
  .refine(e => e.verdict === 'fail' || e.reasons.length === 0, "'reasons' goes with verdict 'fail'")
  .describe('what the run must show; whatever is not met fails it')

export type Expectations = z.output<typeof Expectations>
export type ExpectedAmount = z.output<typeof Amount>
export type ExpectedAccess = z.output<typeof RegisterAccess>
export type ExpectedSrbs = z.output<typeof Srbs>
export type ExpectedRegisters = z.output<typeof Registers>
export type ExpectedOrder = z.output<typeof Order>
export type ExpectedLatency = z.output<typeof Latency>
