// The JSON report of one run (`wasm-hba/report@1`): the bench's contract with CI. Text, JUnit and GitHub reporters read
// this and nothing else; the HTML reporter draws the pictures of the same run beside it (harness/report/pictures).
//
// Nanoseconds are numbers with up to three decimals (virtual time is integer picoseconds inside). Host figures stand
// only under `hostNs` and `noiseFloorNs`: with those left out, two runs of one scenario and seed compare byte for byte.
import { z } from 'zod'

export const REPORT_SCHEMA = 'wasm-hba/report@1'

const Count = z.int().min(0)
const Ns = z.number().min(0)
/** Guest memory and register values: 32 bits, unsigned. */
const Word = z.int().min(0).max(0xffffffff)

/** Exact percentiles (nearest rank) of a set of durations. */
export const Percentiles = z.strictObject({
  p50: Ns,
  p90: Ns,
  p99: Ns,
  p999: Ns.describe('p99.9'),
  max: Ns,
})

export const HostFigures = Percentiles.extend({
  timerOverheadNs: Ns.describe('cost of reading the timer itself, calibrated; already subtracted'),
}).describe('host time: information, never a verdict')

export const NoiseFloor = z
  .strictObject({ p50: Ns, p99: Ns, max: Ns })
  .describe('host time of a null ISR on the same machine in the same run: what lies below it is noise')

/** One thing a routine did that took time, in order. */
export const Access = z.strictObject({
  ordinal: Count.describe('number of the access in its routine, from 1; 0 for stalls and notifications'),
  atNs: Ns.describe('virtual time since the run began'),
  kind: z.enum(['read', 'write', 'stall', 'notify']),
  name: z.string().describe('register, notification type, or ScsiPortStallExecution'),
  value: z
    .int()
    .min(0)
    .max(0xffffffff)
    .nullable()
    .describe('register value; microseconds of a stall; SRB serial of a notification, null when it carries none'),
  ns: Ns.describe(
    'virtual time since the access before it (the entry for the first): instructions, and this access itself',
  ),
})

export const Phase = z.strictObject({
  name: z
    .string()
    .describe(
      "of an ISR: 'raise → enter', 'enter → first status read', 'first status read → acknowledge', 'acknowledge → complete', 'complete → exit'",
    ),
  ns: Ns,
})

/** One call of one routine of a miniport, taken apart. */
export const Invocation = z.strictObject({
  guest: z.string(),
  routine: z.string().describe('HwInterrupt, HwStartIo, …'),
  number: Count.describe('invocation number of this routine in this guest, from 1'),
  srb: Count.nullable().describe('serial of the SRB it was called with, or null'),
  claimed: z.boolean().nullable().describe('HwInterrupt: what it returned; null for other routines'),
  atNs: Ns.describe('when it was entered'),
  durationNs: Ns.describe("enter to exit, virtual, without other drivers' ISRs in between"),
  unfinished: z.literal(true).optional().describe('it never returned: the guest was stopped in it'),
  waitedFor: z.string().optional().describe('of an ISR: the routine that ran when the line was raised'),
  phases: z.array(Phase),
  instructions: Count,
  reads: Count,
  writes: Count,
  stallUs: Ns,
  accesses: z.array(Access),
  accessesOmitted: Count.describe('further accesses left out of the list').default(0),
})

export const Bucket = z.strictObject({
  uptoUs: z.number().nullable().describe('upper bound, exclusive; null for the last, open bucket'),
  count: Count,
})

/** Interrupt latency of one guest, or of all. */
export const IsrReport = z.strictObject({
  count: Count,
  claimed: Count.describe('calls that returned TRUE'),
  unclaimed: Count.describe('calls that returned FALSE: spurious, or another adapter on the line'),
  virtualNs: Percentiles.nullable().describe('claimed calls; null when there were none'),
  unclaimedNs: Percentiles.nullable().describe('unclaimed calls; null when there were none'),
  raiseToEnterNs: Percentiles.nullable()
    .describe('from the line being raised by this adapter to the call')
    .default(null),
  buckets: z.array(Bucket).describe("all calls, in the rows Windows' own ISR report prints"),
  reads: Count.describe('register and port reads of all calls'),
  writes: Count,
  instructions: Count,
  stalls: Count.describe('calls of ScsiPortStallExecution'),
  stallUs: Ns.describe('total of those stalls').default(0),
  worst: Invocation.nullable().describe('the longest call'),
  hostNs: HostFigures.nullable(),
  noiseFloorNs: NoiseFloor.nullable(),
})

export const RoutineReport = z.strictObject({
  name: z.string().describe('HwStartIo, …; HwInterrupt stands here too'),
  count: Count,
  virtualNs: Percentiles.nullable(),
  instructions: Count,
  reads: Count,
  writes: Count,
  stallUs: Ns,
  hostNs: HostFigures.nullable().default(null),
})

export const BudgetReport = z.strictObject({
  name: z.string().describe('for example isr.p99'),
  guest: z.string().optional().describe('in the top-level list: whose budget'),
  limitNs: Ns,
  actualNs: Ns.nullable().describe('null: nothing was measured'),
  pass: z.boolean(),
  worst: Invocation.optional().describe('of a failed budget: the call that broke it most'),
})

export const RuleReport = z.strictObject({
  id: z.string().describe('for example INT-5'),
  title: z.string(),
  severity: z.enum(['F', 'E', 'W', 'I']).describe('fatal, error, warning, information'),
  status: z.enum(['held', 'violated', 'not-exercised', 'not-applicable']),
  reason: z.string().describe('why the rule does not concern this driver').optional(),
  count: Count.describe('violations'),
  exercised: Count.describe('times its precondition occurred').optional(),
  guests: z.array(z.string()).optional().describe('in the top-level list: the guests that violated it'),
  first: z
    .strictObject({
      atNs: Ns,
      event: Count.describe('number of the event in the trace that shows it').optional(),
      entryPoint: z.string(),
      srb: Count.nullable(),
      message: z.string(),
      guest: z.string().optional(),
      evidence: z.array(z.string()).optional().describe('the last accesses and notifications before it, in words'),
    })
    .optional(),
})

/** What the workload saw. */
export const IoReport = z.strictObject({
  submitted: Count,
  completed: Count.describe('came back with the status that was expected'),
  failed: Count.describe('came back otherwise, or never'),
  bytes: Count.describe('moved by completed requests'),
  verifiedBytes: Count.describe('read back and found to be what was written'),
  miscompares: Count.describe('blocks that were not'),
  reads: Count.default(0),
  writes: Count.default(0),
  writtenBytes: Count.default(0),
  unverifiedBytes: Count.describe('written, and never read back').default(0),
  expectedErrors: Count.describe(
    'of the completed: failed as a medium error or a fault of the scenario explains',
  ).default(0),
  problems: z.array(z.string()).describe('the first miscompares and failures, in words').default([]),
})

export const LogReport = z.strictObject({
  atNs: Ns.describe('the first time'),
  code: Word.describe('SP_… error code'),
  name: z.string().describe('SP_BUS_PARITY_ERROR, …'),
  uniqueId: Word.optional(),
  count: Count,
})

export const StopReport = z.strictObject({
  kind: z.string().describe("'instruction limit', 'trap', …"),
  routine: z.string(),
  functionName: z.string().nullable().describe('innermost guest function, from the name section'),
  atNs: Ns,
  srb: Count.nullable(),
  message: z.string(),
})

export const DiagnosticReport = z.strictObject({
  code: z.string().describe('ReservedBitsWritten, Unimplemented, …'),
  register: z.string().describe('name, or offset when there is none'),
  count: Count,
  message: z.string(),
  routine: z.string().nullable().describe('where it happened first'),
})

export const AdapterReport = z.strictObject({
  kind: z.string(),
  label: z.string(),
  line: z.string().describe('interrupt line it is wired to').optional(),
  diagnostics: z.array(DiagnosticReport),
})

export const ImageReport = z.strictObject({
  drive: z.string(),
  bytes: Count.describe('size of the image'),
  comparedBytes: Count.describe('bytes whose contents the workload knows'),
  miscompares: Count,
  problems: z.array(z.string()).default([]),
})

const Ratio = z.strictObject({ reached: Count, total: Count })

/** Where the code of a function or block comes from, as far as the module or its source map tells. */
const Source = { file: z.string().optional(), line: Count.optional() }

/** What of the driver's own code the run reached. */
export const CoverageReport = z.strictObject({
  functions: Ratio.describe("of the driver: without those of the compiler's runtime and the C library"),
  blocks: Ratio.describe('basic blocks of these functions'),
  lines: Ratio.nullable().describe('source lines of these functions; null: no line information'),
  lineSource: z.enum(['dwarf', 'source-map']).nullable(),
  runtime: z.strictObject({ functions: Ratio, blocks: Ratio }).describe('what was left out above'),
  perFunction: z.array(z.strictObject({ name: z.string(), blocks: Count, reached: Count, ...Source })),
  unreached: z
    .array(z.strictObject({ functionName: z.string(), codeOffset: Count, operators: Count, ...Source }))
    .describe('blocks that were never entered, in order of code'),
  unreachedOmitted: Count.describe('further ones, left out of the list').default(0),
})

export const GuestReport = z.strictObject({
  name: z.string(),
  driver: z.strictObject({ path: z.string().describe('as typed'), sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
  adapter: AdapterReport,
  isr: IsrReport,
  routines: z.array(RoutineReport).describe('every entry point that was called'),
  budgets: z.array(BudgetReport),
  rules: z.array(RuleReport),
  io: IoReport,
  log: z.array(LogReport).describe('ScsiPortLogError, by code'),
  stopped: StopReport.optional(),
  debugPrint: z.array(z.string()).describe('ScsiDebugPrint and WASI output, the first lines'),
  debugPrintOmitted: Count.default(0),
  coverage: CoverageReport.describe('with --coverage').optional(),
})

export const LineReport = z.strictObject({
  name: z.string(),
  guests: z.array(z.string()).describe('in the order of the chain'),
  raised: Count.describe('times the wire went high'),
  assertedNs: Ns.describe('total time it was high').default(0),
  storms: Count.default(0),
})

export const TraceReport = z.strictObject({
  events: Count,
  lost: Count.describe('events no reader has seen: always 0, a reader hears every event'),
  hash: z.string().regex(/^[0-9a-f]{16}$/),
})

/** A problem of the bench or of the run as a whole, not of one rule. */
export const FindingReport = z.strictObject({
  severity: z.enum(['error', 'warning', 'note']),
  message: z.string(),
  guest: z.string().optional(),
  atNs: Ns.optional(),
})

/** One expectation of the scenario, and what came of it. */
export const ExpectationReport = z.strictObject({
  path: z.string().describe("in the scenario, for example 'expect.registers[0]'"),
  expected: z.string().describe('in words'),
  found: z.string().describe('in words'),
  pass: z.boolean(),
})

export const Verdict = z.enum(['pass', 'fail', 'no-data'])

export const Report = z.strictObject({
  schema: z.literal(REPORT_SCHEMA),
  tool: z.strictObject({ name: z.literal('wasm-hba'), version: z.string() }),
  name: z.string().describe('name of the scenario').optional(),
  verdict: Verdict,
  reasons: z.array(z.string()).describe('why the verdict is not pass').default([]),
  seed: Word,
  rerun: z.string().describe('a command line that runs this again, without output options'),
  metering: z.strictObject({ version: z.int().min(1) }),
  costModel: z.strictObject({
    preset: z.string(),
    values: z.record(z.string(), z.number()).describe('every duration of the cost model, in ns'),
  }),
  virtual: z.strictObject({ durationNs: Ns }),
  lines: z.array(LineReport),
  guests: z.array(GuestReport),
  isr: IsrReport.describe('all guests'),
  io: IoReport.describe('all guests'),
  budgets: z.array(BudgetReport).describe('all guests'),
  rules: z.array(RuleReport).describe('the worst status over all guests'),
  images: z.array(ImageReport).describe('whole-image comparison after the run').default([]),
  faults: z.array(z.strictObject({ index: Count, description: z.string(), fired: Count })).default([]),
  trace: TraceReport,
  findings: z.array(FindingReport),
  expectations: z
    .array(ExpectationReport)
    .describe(
      "of a scenario with 'expect': the verdict says whether they are met, the run's own verdict is the first of them",
    )
    .optional(),
})

export type Percentiles = z.output<typeof Percentiles>
export type HostFigures = z.output<typeof HostFigures>
export type NoiseFloor = z.output<typeof NoiseFloor>
export type Access = z.output<typeof Access>
export type Phase = z.output<typeof Phase>
export type Invocation = z.output<typeof Invocation>
export type Bucket = z.output<typeof Bucket>
export type IsrReport = z.output<typeof IsrReport>
export type RoutineReport = z.output<typeof RoutineReport>
export type BudgetReport = z.output<typeof BudgetReport>
export type RuleReport = z.output<typeof RuleReport>
export type IoReport = z.output<typeof IoReport>
export type LogReport = z.output<typeof LogReport>
export type StopReport = z.output<typeof StopReport>
export type DiagnosticReport = z.output<typeof DiagnosticReport>
export type AdapterReport = z.output<typeof AdapterReport>
export type ImageReport = z.output<typeof ImageReport>
export type CoverageReport = z.output<typeof CoverageReport>
export type GuestReport = z.output<typeof GuestReport>
export type LineReport = z.output<typeof LineReport>
export type TraceReport = z.output<typeof TraceReport>
export type FindingReport = z.output<typeof FindingReport>
export type ExpectationReport = z.output<typeof ExpectationReport>
export type Verdict = z.output<typeof Verdict>
export type Report = z.output<typeof Report>

/**
 * Upper bounds, in µs, of the bucket table (`null` is the open last one). Up to 250 the rows of Tracerpt's ISR and DPC
 * tables (Windows driver documentation, "Example 15: Measuring DPC/ISR Time"); the longer ones are ours.
 */
export const BUCKET_UPTO_US = [1, 2, 3, 4, 5, 10, 25, 50, 100, 250, 500, 1000, null] as const

export const ZERO_IO: Readonly<IoReport> = Object.freeze({
  submitted: 0,
  completed: 0,
  failed: 0,
  bytes: 0,
  verifiedBytes: 0,
  miscompares: 0,
  reads: 0,
  writes: 0,
  writtenBytes: 0,
  unverifiedBytes: 0,
  expectedErrors: 0,
  problems: [],
})
