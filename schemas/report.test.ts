import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { jsonSchemas } from './json-schema.ts'
import { type GuestReport, type IsrReport, Report, ZERO_IO } from './report.ts'

const percentiles = { p50: 1.5, p90: 2, p99: 3, p999: 3, max: 4.25 }
const worst = {
  guest: 'queued',
  routine: 'HwInterrupt',
  number: 3,
  srb: null,
  claimed: true,
  atNs: 1000.125,
  durationNs: 4.25,
  phases: [{ name: 'raise → enter', ns: 1 }],
  instructions: 40,
  reads: 2,
  writes: 1,
  stallUs: 0,
  accesses: [{ ordinal: 1, atNs: 1000.5, kind: 'read', name: 'INT_STATUS', value: 0xffffffff, ns: 1000 }],
  accessesOmitted: 0,
} as const
const isr = {
  count: 3,
  claimed: 2,
  unclaimed: 1,
  virtualNs: percentiles,
  unclaimedNs: percentiles,
  buckets: [
    { uptoUs: 1, count: 2 },
    { uptoUs: null, count: 1 },
  ],
  reads: 6,
  writes: 3,
  instructions: 120,
  stalls: 0,
  stallUs: 0,
  raiseToEnterNs: percentiles,
  worst: { ...worst, phases: [...worst.phases], accesses: [...worst.accesses] },
  hostNs: { ...percentiles, timerOverheadNs: 30 },
  noiseFloorNs: { p50: 50, p99: 90, max: 800_000 },
} satisfies IsrReport

const guest = {
  name: 'queued',
  driver: { path: 'dist/a.wasm', sha256: 'ab'.repeat(32) },
  adapter: {
    kind: 'reference',
    label: 'hba0',
    diagnostics: [{ code: 'Unimplemented', register: 'CONTROL', count: 1, message: 'm', routine: null }],
  },
  isr,
  routines: [
    {
      name: 'HwInterrupt',
      count: 3,
      virtualNs: percentiles,
      instructions: 120,
      reads: 6,
      writes: 3,
      stallUs: 0,
      hostNs: null,
    },
  ],
  budgets: [{ name: 'isr.max', limitNs: 100, actualNs: 4.25, pass: true }],
  rules: [
    {
      id: 'INT-5',
      title: 't',
      severity: 'E',
      status: 'violated',
      count: 1,
      first: { atNs: 1, entryPoint: 'HwInterrupt', srb: null, message: 'm' },
    },
  ],
  io: ZERO_IO,
  log: [{ atNs: 5, code: 5, name: 'SP_BUS_PARITY_ERROR', count: 1 }],
  stopped: { kind: 'trap', routine: 'HwStartIo', functionName: 'start', atNs: 9, srb: 17, message: 'm' },
  debugPrint: ['hello'],
  debugPrintOmitted: 0,
} satisfies GuestReport

const report = {
  schema: 'wasm-hba/report@1',
  tool: { name: 'wasm-hba', version: '0.1.0' },
  verdict: 'fail',
  reasons: ['guest queued was stopped'],
  seed: 7,
  rerun: 'hba run a.wasm --seed 7',
  metering: { version: 1 },
  costModel: { preset: 'pcie', values: { mmioReadNs: 1000 } },
  virtual: { durationNs: 12_345.678 },
  lines: [{ name: 'INTA', guests: ['queued'], raised: 3, assertedNs: 1, storms: 0 }],
  guests: [guest],
  isr,
  io: ZERO_IO,
  budgets: [{ ...guest.budgets[0]!, guest: 'queued' }],
  rules: guest.rules,
  images: [],
  faults: [],
  trace: { events: 10, lost: 0, hash: '0123456789abcdef' },
  findings: [{ severity: 'note', message: 'm' }],
} satisfies Report

describe('the report', () => {
  it('is what its schema says, and comes through JSON unchanged', () => {
    expect(Report.parse(JSON.parse(JSON.stringify(report)))).toEqual(report)
  })

  it('is described by the exported JSON Schema', () => {
    const schema = z.fromJSONSchema(JSON.parse(JSON.stringify(jsonSchemas()['report.schema.json'])))
    expect(schema.safeParse(report).error).toBeUndefined()
    expect(schema.safeParse({ ...report, extra: 1 }).success).toBe(false)
  })

  it.each([
    ['an unknown key', { ...report, extra: 1 }],
    ['another schema version', { ...report, schema: 'wasm-hba/report@2' }],
    ['a figure that is no number', { ...report, virtual: { durationNs: Number.NaN } }],
    ['a negative duration', { ...report, virtual: { durationNs: -1 } }],
    ['a hash that is none', { ...report, trace: { ...report.trace, hash: 'xyz' } }],
    ['no guests key', { ...report, guests: undefined }],
  ])('refuses %s', (_, value) => {
    expect(Report.safeParse(value).success).toBe(false)
  })

  it('an idle guest has no percentiles rather than zeros', () => {
    const idle = {
      ...isr,
      count: 0,
      claimed: 0,
      unclaimed: 0,
      virtualNs: null,
      unclaimedNs: null,
      raiseToEnterNs: null,
      worst: null,
      hostNs: null,
      noiseFloorNs: null,
    }
    expect(Report.safeParse({ ...report, isr: idle }).success).toBe(true)
  })
})
