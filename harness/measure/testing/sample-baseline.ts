// A baseline small enough to read.
import { BASELINE_SCHEMA, Baseline, type BaselineCell, type EntryFigures } from '../../../schemas/baseline.ts'

export function sampleEntry(change: Partial<EntryFigures> = {}): EntryFigures {
  const call = {
    durationNs: 2519,
    instructions: 199,
    reads: 2,
    writes: 2,
    accesses: ['read INT_STATUS', 'write INT_ACK', 'read INT_STATUS', 'write RING_HEAD'],
    accessesOmitted: 0,
  }
  return {
    name: 'HwInterrupt, claimed',
    calls: 10,
    virtualNs: { p50: 2519, p90: 2519, p99: 2525, p999: 2525, max: 2525 },
    totalNs: 25_196,
    instructions: 1990,
    reads: 20,
    writes: 20,
    stallUs: 0,
    typical: call,
    worst: { ...call, durationNs: 2525, instructions: 205 },
    otherWays: [],
    otherWaysOmitted: 0,
    ...change,
  }
}

export function sampleCell(
  entries: EntryFigures[] = [sampleEntry()],
  change: Partial<BaselineCell> = {},
): BaselineCell {
  return {
    name: '4KiB, depth 32',
    kind: 'load',
    ios: 10,
    durationNs: 100_000,
    driverNs: 25_196,
    traceHash: '0123456789abcdef',
    isr: entries[0]?.virtualNs ?? null,
    entries,
    ...change,
  }
}

export function sampleBaseline(cells: BaselineCell[] = [sampleCell()], change: Partial<Baseline> = {}): Baseline {
  return Baseline.parse({
    schema: BASELINE_SCHEMA,
    tool: { name: 'wasm-hba', version: '1.2.3' },
    driver: { name: 'good', sha256: 'a'.repeat(64) },
    metering: { version: 3 },
    setup: {
      adapter: 'reference',
      depths: [32],
      sizesBytes: [4096],
      readPercent: 70,
      ios: 10,
      seed: 1,
      costModel: { preset: 'pcie', values: { mmioReadNs: 1000 } },
      rulesOff: [],
    },
    cells,
    host: null,
    ...change,
  } satisfies Baseline)
}
