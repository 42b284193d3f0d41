import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Distribution, RANK } from './distribution.ts'

const of = (values: readonly number[]): Distribution => {
  const d = new Distribution()
  for (const value of values) d.add(value)
  return d
}

/** Nearest rank, from a sorted copy, in BigInt. */
const naive = (values: readonly number[], tenThousandths: number): number => {
  const sorted = [...values].sort((a, b) => a - b)
  const scaled = BigInt(sorted.length) * BigInt(tenThousandths)
  const rank = Number(scaled / 10_000n) + (scaled % 10_000n === 0n ? 0 : 1)
  return sorted[Math.max(1, rank) - 1]!
}

// Few different values, many different values, and values beyond 32 bits.
const durations = fc.array(
  fc.oneof(
    fc.constantFrom(0, 1_250_000, 3_000_000, 25_000_000),
    fc.nat(5_000),
    fc.maxSafeNat(),
    fc.nat(40).map(n => n * 0x1_0000_0000),
  ),
  { minLength: 1, maxLength: 2_000, size: 'max' },
)

describe('Distribution', () => {
  test('agrees with a sorted list at every percentile', () => {
    fc.assert(
      fc.property(durations, fc.integer({ min: 0, max: 10_000 }), (values, rank) => {
        const d = of(values)
        for (const p of [...Object.values(RANK), rank]) expect(d.percentile(p)).toBe(naive(values, p))
        expect(d.count).toBe(values.length)
        expect(d.max).toBe(Math.max(...values))
        expect(d.distinct).toBe(new Set(values).size)
      }),
      { numRuns: 60 },
    )
  })

  test('merging is the same as adding everything to one', () => {
    fc.assert(
      fc.property(durations, durations, (left, right) => {
        const merged = of(left)
        merged.merge(of(right))
        expect([...merged.entries()]).toEqual([...of([...left, ...right]).entries()])
      }),
      { numRuns: 60 },
    )
  })

  test('entries are sorted and carry every count', () => {
    expect([...of([7, 3, 7, 0, 7, 3]).entries()]).toEqual([
      [0, 1],
      [3, 2],
      [7, 3],
    ])
  })

  test('nearest rank on ten values: p90 is the ninth, p99 the tenth', () => {
    const d = of([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    expect([RANK.p50, RANK.p90, RANK.p99, RANK.max].map(p => d.percentile(p))).toEqual([5, 9, 10, 10])
  })

  test('keeps figures right when a value is added after a percentile was read', () => {
    const d = of([5])
    expect(d.percentile(RANK.max)).toBe(5)
    d.add(9)
    expect(d.percentile(RANK.max)).toBe(9)
  })

  test.each([-1, 0.5, Number.NaN, 2 ** 53, Number.POSITIVE_INFINITY])('refuses %s', value => {
    expect(() => of([value])).toThrow(RangeError)
  })

  test('has no percentile when it is empty', () => {
    expect(() => new Distribution().percentile(RANK.p50)).toThrow('empty')
  })
})
