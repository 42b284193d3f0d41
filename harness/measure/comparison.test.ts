import { describe, expect, it, test } from 'vitest'
import type { EntryFigures } from '../../schemas/baseline.ts'
import { plainStyle } from '../report/style.ts'
import { compare, confidenceOf, type Tolerance } from './comparison.ts'
import { comparisonText, countsText, worseLines } from './comparison-text.ts'
import { differences } from './setup.ts'
import { sampleBaseline, sampleCell, sampleEntry } from './testing/sample-baseline.ts'

/** Every call reads INT_ENABLE once more. */
function slower(): EntryFigures {
  const entry = sampleEntry()
  const more = (call: EntryFigures['typical']): EntryFigures['typical'] => ({
    ...call,
    durationNs: call.durationNs + 1006.5,
    instructions: call.instructions + 6,
    reads: call.reads + 1,
    accesses: [...call.accesses.slice(0, 3), 'read INT_ENABLE', ...call.accesses.slice(3)],
  })
  const { p50, p99 } = entry.virtualNs
  return {
    ...entry,
    virtualNs: { p50: p50 + 1006.5, p90: p50 + 1006.5, p99: p99 + 1006.5, p999: p99 + 1006.5, max: p99 + 1006.5 },
    totalNs: entry.totalNs + 10_065,
    instructions: entry.instructions + 60,
    reads: entry.reads + 10,
    typical: more(entry.typical),
    worst: more(entry.worst),
  }
}

const before = sampleBaseline()
const other = (entries: EntryFigures[], cell = {}) => sampleBaseline([sampleCell(entries, cell)])

describe('virtual figures', () => {
  it('the same measurement has no changes', () => {
    const same = compare(before, sampleBaseline())
    expect(same).toMatchObject({ figures: [], calls: [], worse: 0, better: 0, changed: 0, failed: false })
    expect(comparisonText(same, before, 'b.json', plainStyle).join('\n')).toContain('every one is the same')
  })

  it('one more register read: the routine, the register, instructions and ns, to the picosecond', () => {
    const found = compare(before, other([slower()], { driverNs: 25_196 + 10_065 }))
    expect(found).toMatchObject({ worse: 6, better: 0, changed: 2, failed: true })
    expect(found.calls[0]).toMatchObject({
      entry: 'HwInterrupt, claimed',
      which: 'typical',
      ns: 1006.5,
      instructions: 6,
      reads: 1,
      writes: 0,
      accesses: [{ kind: 'added', access: 'read INT_ENABLE', place: 4, after: 'read INT_STATUS' }],
    })
    expect(worseLines(found)).toEqual([
      'HwInterrupt, claimed: +1 register read, +6 instructions, +1,006.5 ns in the typical call (4KiB, depth 32)',
      "  + read INT_ENABLE  (no. 4, after 'read INT_STATUS')",
    ])
  })

  it('the other way round is better, and fails nothing', () => {
    const found = compare(other([slower()]), before)
    expect(found).toMatchObject({ worse: 0, better: 5, failed: false })
    const text = comparisonText(found, before, 'b.json', plainStyle).join('\n')
    expect(text).toContain("− read INT_ENABLE  (no. 4, after 'read INT_STATUS')")
    expect(countsText(found)).toBe(
      '0 figures worse, 5 better, 2 otherwise changed; --update-baseline makes this the baseline',
    )
  })

  it('one picosecond is a change', () => {
    const entry = sampleEntry()
    const max = entry.virtualNs.max + 0.001
    const found = compare(before, other([{ ...entry, virtualNs: { ...entry.virtualNs, max } }]))
    expect(found.figures).toEqual([
      expect.objectContaining({ figure: 'max', before: 2525, after: 2525.001, verdict: 'worse' }),
    ])
    expect(comparisonText(found, before, 'b', plainStyle).join('\n')).toContain('+0.001 ns')
  })

  test.each<[string, Tolerance, number]>([
    ['exact', { ns: 0 }, 5],
    ['a little less than the change', { ns: 1006.499 }, 5],
    ['as much as the change', { ns: 1006.5 }, 0],
    ['part of it: the shorter ones only', { part: 0.3987 }, 2],
    ['half', { part: 0.5 }, 0],
  ])('tolerance: %s', (_, tolerance, worse) => {
    const found = compare(before, other([slower()]), tolerance)
    expect([found.worse, found.failed]).toEqual([worse, worse > 0])
    // What is tolerated is shown all the same.
    expect(found.figures.filter(f => f.unit === 'ns')).toHaveLength(5)
  })

  it('an access in a way that is neither the typical nor the longest call is named, once', () => {
    const ways = (extra: string[]) => {
      const { accesses } = sampleEntry().typical
      return sampleEntry({
        otherWays: [
          [...accesses, 'notify NextRequest', ...extra],
          [...accesses.slice(1), ...extra],
        ],
      })
    }
    const slow = ways(['read ERROR_INFO'])
    const now = { ...slow, virtualNs: { ...slow.virtualNs, p90: 3600 } }
    const found = compare(other([ways([])]), other([now]))
    expect(found.calls).toEqual([])
    expect(found.ways).toEqual([
      {
        cell: '4KiB, depth 32',
        entry: 'HwInterrupt, claimed',
        accesses: [{ kind: 'added', access: 'read ERROR_INFO', place: 6, after: 'notify NextRequest' }],
      },
    ])
    expect(worseLines(found)).toEqual([
      'HwInterrupt, claimed: a way through it that is new (4KiB, depth 32)',
      "  + read ERROR_INFO  (no. 6, after 'notify NextRequest')",
    ])
    expect(comparisonText(found, before, 'b', plainStyle)).toContain(
      "      + read ERROR_INFO  (no. 6, after 'notify NextRequest')",
    )
    // What the typical call says already is not said again.
    expect(
      compare(before, other([{ ...slower(), otherWays: [['read INT_STATUS', 'read INT_ENABLE']] }])).ways,
    ).toHaveLength(1)
    const { accesses } = slower().typical
    expect(
      compare(other([ways([])]), other([{ ...slower(), otherWays: [[...accesses, 'notify NextRequest']] }])).ways,
    ).toEqual([])
  })

  it('another access at the same price is shown, and fails nothing', () => {
    const entry = sampleEntry()
    const typical = { ...entry.typical, accesses: entry.typical.accesses.with(1, 'write INT_ENABLE') }
    const found = compare(before, other([{ ...entry, typical }]))
    expect(found).toMatchObject({ figures: [], failed: false })
    expect(countsText(found)).toBe('every virtual figure is that of the baseline, but some calls do something else')
    const text = comparisonText(found, before, 'b', plainStyle).join('\n')
    expect(text).toContain('    typical call: the same time\n      + write INT_ENABLE')
  })

  it('the virtual time of a load is judged, that of a run with time-outs is shown only', () => {
    const longer = (kind: 'load' | 'events') =>
      compare(other([sampleEntry()], { kind }), other([sampleEntry()], { kind, durationNs: 100_001 }))
    expect(longer('load')).toMatchObject({ worse: 1, changed: 0, failed: true })
    expect(longer('events')).toMatchObject({ worse: 0, changed: 1, failed: false })
  })

  it('an entry point that was not called is worse, one that is not called any more only changed', () => {
    const timer = sampleEntry({ name: 'HwTimer', calls: 3 })
    const more = compare(before, other([sampleEntry(), timer]))
    expect(more.figures).toEqual([expect.objectContaining({ entry: 'HwTimer', before: 0, after: 3, verdict: 'worse' })])
    expect(worseLines(more)).toEqual(['HwTimer: calls worse (4KiB, depth 32)'])
    const less = compare(other([sampleEntry(), timer]), before)
    expect([less.failed, less.changed]).toEqual([false, 1])
  })

  it('a cell that is gone fails', () => {
    const two = sampleBaseline([sampleCell(), sampleCell([], { name: 'bus resets' })])
    expect(compare(two, before)).toMatchObject({ worse: 1, failed: true })
  })
})

describe('host figures', () => {
  const withHost = (low: number, median: number, high: number, machine = 'this one', rounds = 7) => {
    const spread = { low, median, high }
    const hostNs = { p50: spread, p99: spread, calls: 70, belowTimer: 0 }
    return sampleBaseline([sampleCell([sampleEntry({ hostNs })])], {
      host: {
        machine,
        rounds,
        warmUpRounds: 1,
        timerStepNs: 30,
        timerOverheadNs: 40,
        noiseFloorNs: { p50: 0, p99: 1, max: 100 },
      },
    })
  }
  const was = withHost(90, 100, 110)

  test.each([
    ['overlap', [105, 200, 300], undefined, 'no difference', false],
    ['slower, without a tolerance', [200, 220, 240], undefined, 'slower', false],
    ['slower, within it', [130, 150, 170], 0.2, 'slower', false],
    ['slower, beyond it', [133, 150, 170], 0.2, 'slower', true],
    ['faster', [40, 50, 60], 0.2, 'faster', false],
  ] as const)('%s', (_, [low, median, high], tolerance, verdict, failed) => {
    const found = compare(was, withHost(low, median, high), { ns: 0 }, tolerance)
    expect(found.host).toEqual([expect.objectContaining({ verdict, failed, ratio: median / 100 })])
    expect([found.failed, found.worse]).toEqual([failed, 0])
    expect(worseLines(found)).toHaveLength(failed ? 1 : 0)
  })

  it('the confidence is that of two medians at once', () => {
    expect(confidenceOf(7)).toBeCloseTo(1 - 1 / 64)
    expect(compare(was, was).hostConfidence).toBeCloseTo(1 - 2 / 64)
  })

  it.each([1, 2])('of %i rounds are not compared, and fail nothing', rounds => {
    const found = compare(was, withHost(200, 200, 200, 'this one', rounds), { ns: 0 }, 0)
    expect([found.host, found.failed]).toEqual([[], false])
    const text = comparisonText(found, before, 'b', plainStyle).join('\n')
    expect(text).toContain(`7 rounds there and ${rounds} here cannot be told from noise: 3 of each is the least`)
    expect(text).not.toContain('%')
  })

  it('those of another machine are not compared, and it says so', () => {
    const found = compare(withHost(1, 2, 3, 'another one'), was)
    expect(found.host).toEqual([])
    expect(comparisonText(found, before, 'b', plainStyle).join('\n')).toContain('are of another machine (another one)')
  })
})

test('what makes two measurements incomparable is named', () => {
  const { setup, driver, metering } = before
  const now = { driver: driver.name, meteringVersion: metering.version, setup }
  expect(differences(before, now)).toEqual([])
  expect(
    differences(before, {
      driver: 'other',
      meteringVersion: 4,
      setup: {
        ...{ adapter: 'nvme', depths: [1], sizesBytes: [512], readPercent: 50, ios: 11, seed: 2 },
        costModel: { preset: 'isa', values: { mmioReadNs: 900, callNs: 1 } },
        rulesOff: ['INT-5'],
      },
    }),
  ).toEqual([
    'the driver is good there and other here',
    'the version of the metering is 3 there and 4 here',
    'the adapter is reference there and nvme here',
    '--depth is 32 there and 1 here',
    '--bs is 4KiB there and 512B here',
    '--rw is 70 there and 50 here',
    '--ios is 10 there and 11 here',
    '--seed is 1 there and 2 here',
    "the cost model is 'pcie' there and 'isa' here",
    'the cost mmioReadNs is 1000 there and 900 here',
    'the cost callNs is unknown there and 1 here',
    '--off is none there and INT-5 here',
  ])
})
