// What `hba bench` measured (`wasm-hba/baseline@1`): kept beside a driver, the next measurement is held against it.
//
// Virtual figures are exact: the same driver, setup and version of the metering give the same numbers on every machine. Host figures stand
// under `hostNs` and `host` only.
import { z } from 'zod'
import { Percentiles } from './report.ts'

export const BASELINE_SCHEMA = 'wasm-hba/baseline@1'

const Count = z.int().min(0)
const Ns = z.number().min(0)

/** One call of an entry point: the first one that took exactly as long as the median, or as the longest. */
export const MeasuredCall = z.strictObject({
  durationNs: Ns.describe("enter to exit, without other drivers' ISRs in between"),
  instructions: Count,
  reads: Count.describe('register and port reads'),
  writes: Count,
  accesses: z
    .array(z.string())
    .describe("in order: 'read INT_STATUS', 'write DOORBELL', 'stall 5 µs', 'notify RequestComplete'"),
  accessesOmitted: Count.describe('further ones, left out of the list').default(0),
})

/** Over the rounds: each round has its own percentile; this is their median, and the lowest and highest of them. */
const Spread = z.strictObject({ median: Ns, low: Ns, high: Ns })

export const HostSpread = z
  .strictObject({
    p50: Spread,
    p99: Spread,
    calls: Count.describe('timed calls of all rounds'),
    belowTimer: Count.describe('of them, calls no longer than two steps of the timer: only known to be short'),
  })
  .describe('host time: the same calls, measured once a round')

export const EntryFigures = z.strictObject({
  name: z.string().describe("'HwStartIo', 'HwInterrupt, claimed', 'HwInterrupt, not claimed', …"),
  calls: Count,
  virtualNs: Percentiles,
  totalNs: Ns.describe('of all calls together'),
  instructions: Count,
  reads: Count,
  writes: Count,
  stallUs: Ns,
  typical: MeasuredCall.describe('the first call that took as long as the median'),
  worst: MeasuredCall.describe('the first call that took as long as the longest'),
  otherWays: z
    .array(z.array(z.string()))
    .describe('accesses of calls that went other ways than these two, each way once'),
  otherWaysOmitted: Count.describe('further ways, left out of the list').default(0),
  hostNs: HostSpread.optional(),
})

export const BaselineCell = z.strictObject({
  name: z.string().describe("'4KiB, depth 32', 'spurious interrupts', 'bus resets', 'start'"),
  kind: z
    .enum(['start', 'load', 'events'])
    .describe(
      "'load': a workload and nothing else; 'events': a short one with what a good day does not have; its virtual time is mostly waiting",
    ),
  ios: Count.describe('requests of the workload, read-back included; 0: not a workload'),
  durationNs: Ns.describe('virtual time of the workload'),
  driverNs: Ns.describe("of it, time in the driver's routines"),
  traceHash: z.string().regex(/^[0-9a-f]{16}$/),
  isr: Percentiles.nullable().describe('claimed interrupts, once more: what a trend is drawn from'),
  entries: z.array(EntryFigures),
})

/** What must be the same for two measurements to be comparable. */
export const BaselineSetup = z.strictObject({
  adapter: z.string().describe("as it is typed: 'reference', 'buslogic,isa=0x330'"),
  depths: z.array(Count),
  sizesBytes: z.array(Count),
  readPercent: Count,
  ios: Count.describe('for each depth and size'),
  seed: z.int().min(0).max(0xffffffff),
  costModel: z.strictObject({ preset: z.string(), values: z.record(z.string(), z.number()) }),
  rulesOff: z.array(z.string()).describe('rules that were not judged, by --off').default([]),
})

export const Baseline = z
  .strictObject({
    schema: z.literal(BASELINE_SCHEMA),
    tool: z.strictObject({ name: z.literal('wasm-hba'), version: z.string() }),
    driver: z.strictObject({ name: z.string(), sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
    metering: z.strictObject({ version: z.int().min(1) }),
    setup: BaselineSetup,
    cells: z.array(BaselineCell),
    host: z
      .strictObject({
        machine: z.string().describe('processor and runtime: host figures of another machine are not compared'),
        rounds: Count,
        warmUpRounds: Count,
        timerStepNs: Ns.describe('smallest difference of two readings'),
        timerOverheadNs: Ns.describe('cost of one reading, already subtracted'),
        noiseFloorNs: z.strictObject({ p50: Ns, p99: Ns, max: Ns }).describe('a routine that does nothing'),
      })
      .nullable()
      .describe('null: host time was not measured'),
  })
  .describe('a measurement of hba bench')

export type MeasuredCall = z.output<typeof MeasuredCall>
export type HostSpread = z.output<typeof HostSpread>
export type Spread = z.output<typeof Spread>
export type EntryFigures = z.output<typeof EntryFigures>
export type BaselineCell = z.output<typeof BaselineCell>
export type BaselineSetup = z.output<typeof BaselineSetup>
export type Baseline = z.output<typeof Baseline>
