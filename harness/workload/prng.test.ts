import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mix, Prng } from './prng.ts'

describe('Prng', () => {
  it('gives the same numbers on every machine (a change here changes every trace hash)', () => {
    const prng = new Prng(7)
    expect([prng.u32(), prng.u32(), prng.u32()]).toMatchInlineSnapshot(`
      [
        2917685297,
        1525832735,
        3836590155,
      ]
    `)
  })

  it('is the sfc32 recurrence', () => {
    // A second implementation in BigInt arithmetic, from the published recurrence.
    const M = 0xffff_ffffn
    let [a, b, c, n] = [7n, 3n, 0x9e3779b9n, 1n]
    const step = () => {
      const sum = (a + b + n) & M
      n = (n + 1n) & M
      a = b ^ (b >> 9n)
      b = (c + (c << 3n)) & M
      c = (((c << 21n) | (c >> 11n)) + sum) & M
      return Number(sum)
    }
    for (let i = 0; i < 16; i++) step()
    const prng = new Prng(7, 3)
    for (let i = 0; i < 1000; i++) expect(prng.u32()).toBe(step())
  })

  it('draws whole numbers below the limit (property)', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), (seed, limit) => {
        const prng = new Prng(seed)
        for (let i = 0; i < 20; i++) {
          const n = prng.below(limit)
          expect(Number.isSafeInteger(n) && n >= 0 && n < limit).toBe(true)
        }
      }),
    )
  })

  it.each([10, 1000, 100_000])('spreads evenly below %d', limit => {
    const prng = new Prng(1)
    const buckets = new Array<number>(10).fill(0)
    for (let i = 0; i < 100_000; i++) buckets[Math.floor((prng.below(limit) * 10) / limit)]!++
    for (const count of buckets) expect(Math.abs(count - 10_000)).toBeLessThan(500)
  })

  it('streams differ', () => {
    const first = (seed: number, stream: number) => new Prng(seed, stream).u32()
    expect(new Set([first(1, 0), first(1, 1), first(2, 0), first(0, 1), first(0, 0)]).size).toBe(5)
    expect(new Set([mix(1, 0), mix(0, 1), mix(0, 0), mix(1, 1)]).size).toBe(4)
  })
})
