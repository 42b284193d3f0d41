// What `hba diff` found out about two drivers, or two reports (`wasm-hba/diff@1`).
import { z } from 'zod'

export const DIFF_SCHEMA = 'wasm-hba/diff@1'

const Count = z.int().min(0)
const Ns = z.number().min(0)

export const DiffLine = z.strictObject({
  side: z.enum(['both', 'a', 'b']),
  aNs: Ns.nullable().describe('when it happens in a; null: not there'),
  bNs: Ns.nullable(),
  text: z.string(),
})

/** Where two runs part. */
export const Parting = z.strictObject({
  guest: z.string(),
  stream: z.enum(['driver', 'adapter', 'results']).describe('events are compared in order within these'),
  event: Count.describe('number of the event in the stream, from 0'),
  routine: z.string().nullable().describe("for example 'HwInterrupt #9'"),
  atNs: Ns.describe('virtual time in a, in b when a ends before'),
  a: z.string().describe('what happens then in a, in words; of timing: how long it takes'),
  b: z.string(),
  by: z.enum(['driver', 'world']).describe('who does something else: the driver itself, or what it is given'),
  lines: z.array(DiffLine).describe('what happens around it on both sides'),
})

export const DiffFigure = z.strictObject({
  guest: z.string().nullable().describe('null: of the whole run'),
  name: z.string(),
  kind: z.enum(['behaviour', 'timing']),
  unit: z.enum(['ns', 'bytes', 'count', 'text']),
  a: z.union([z.number(), z.string()]).nullable(),
  b: z.union([z.number(), z.string()]).nullable(),
})

const Side = z.strictObject({
  path: z.string().describe('as typed'),
  sha256: z.string().nullable().describe('of the driver; null: reports of several'),
  verdict: z.enum(['pass', 'fail', 'no-data']),
})

export const Diff = z.strictObject({
  schema: z.literal(DIFF_SCHEMA),
  tool: z.strictObject({ name: z.literal('wasm-hba'), version: z.string() }),
  result: z.enum(['same', 'different']),
  ignored: z.array(z.enum(['timing'])),
  a: Side,
  b: Side,
  seed: Count,
  costModel: z.string().describe('preset'),
  behaviour: z
    .enum(['same', 'different', 'follows-timing'])
    .describe('follows-timing: not where instructions cost (almost) nothing'),
  timing: z.enum(['same', 'different']),
  compared: z.enum(['traces', 'reports']).describe('reports: two reports have figures and the hash of the trace'),
  events: z.strictObject({ a: Count, b: Count }),
  parting: Parting.nullable().describe('where behaviour parts first'),
  timingParting: Parting.nullable().describe('where timing parts, before behaviour does'),
  figures: z.array(DiffFigure).describe('those that changed'),
})

export type DiffLine = z.output<typeof DiffLine>
export type Parting = z.output<typeof Parting>
export type DiffFigure = z.output<typeof DiffFigure>
export type Diff = z.output<typeof Diff>
