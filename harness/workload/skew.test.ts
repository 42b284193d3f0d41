import { describe, expect, it } from 'vitest'
import { readDistribution } from '../../schemas/distribution.ts'
import { exp, ln, power } from './exact-math.ts'
import { Prng } from './prng.ts'
import { RandomMap } from './random-map.ts'
import { Skew } from './skew.ts'

const skew = (text: string, places: number, shift = 0): Skew => {
  const distribution = readDistribution(text)
  if (typeof distribution === 'string' || distribution.kind === 'uniform') throw new Error(`no skew: ${text}`)
  return new Skew(distribution, places, shift)
}

/** How often each place is drawn. */
function counts(table: Skew, draws: number, seed = 1): Uint32Array {
  const prng = new Prng(seed)
  const hits = new Uint32Array(table.places)
  for (let n = 0; n < draws; n++) hits[table.draw(prng)]!++
  return hits
}

const falling = (hits: Uint32Array) => Array.from(hits).sort((a, b) => b - a)
const sum = (numbers: readonly number[]) => numbers.reduce((total, n) => total + n, 0)

describe('arithmetic of its own', () => {
  it.each([1e-9, 0.1, 0.75, 1, 1.5, 2, 3, 10, 12345.678, 2 ** 25])('ln and power of %f agree with Math', x => {
    expect(ln(x)).toBeCloseTo(Math.log(x), 12)
    for (const y of [-1.2, -0.5, 0.3, 1, 1.99]) expect(power(x, y) / x ** y).toBeCloseTo(1, 12)
  })

  it('golden bits: the same doubles on every machine', () => {
    const bits = (x: number) => new DataView(Float64Array.of(x).buffer).getBigUint64(0, true).toString(16)
    expect(
      [ln(10), ln(0.2), exp(1), exp(-20), power(33_554_432, -1.2), power(7, 0.5)].map(bits),
    ).toMatchInlineSnapshot(`
      [
        "40026bb1bbb55515",
        "bff9c041f7ed8d33",
        "4005bf0a8b14576a",
        "3e21b48655f3726b",
        "3e10000000000000",
        "40052a7fa9d2f8e9",
      ]
    `)
  })
})

describe('zipf', () => {
  it.each([0.5, 0.9, 1, 1.2, 2])('theta %f: the place of rank r is drawn as r^-theta says', theta => {
    const places = 10_007 // a prime: rank r lies at r × 6184 modulo 10,007
    const draws = 200_000
    const norm = sum(Array.from({ length: places }, (_, r) => (r + 1) ** -theta))
    const hits = counts(skew(`zipf:${theta}`, places), draws)
    const byRank = Array.from(
      { length: places },
      (_, r) => hits[(r * Math.floor(places * 0.6180339887498949)) % places]!,
    )
    for (const [from, to] of [
      [0, 1],
      [0, 10],
      [10, 100],
      [100, 1500],
      [1500, 1600],
      [5000, 10_007],
    ] as const) {
      const expected = (draws * sum(Array.from({ length: to - from }, (_, n) => (from + n + 1) ** -theta))) / norm
      const found = sum(byRank.slice(from, to))
      expect(Math.abs(found - expected)).toBeLessThan(4 * Math.sqrt(expected) + 0.004 * expected)
    }
  })

  it('spreads the hot places over the range, and a shift moves them', () => {
    const first = counts(skew('zipf:1.2', 1000), 20_000)
    const hottest = Array.from(first.keys())
      .sort((a, b) => first[b]! - first[a]!)
      .slice(0, 8)
    const gaps = [...hottest].sort((a, b) => a - b).map((p, n, all) => (n === 0 ? 1000 : p - all[n - 1]!))
    expect(Math.min(...gaps)).toBeGreaterThan(40)
    const moved = counts(skew('zipf:1.2', 1000, 17), 20_000)
    expect(moved.indexOf(Math.max(...moved))).toBe(first.indexOf(Math.max(...first)) + 17)
  })
})

describe('zones and pareto', () => {
  it('hot:90/10: nine of ten I/Os on a tenth of the blocks', () => {
    const hits = counts(skew('hot:90/10', 1000), 100_000)
    expect(sum(Array.from(hits.slice(0, 100))) / 100_000).toBeCloseTo(0.9, 2)
    expect(Math.min(...hits)).toBeGreaterThan(0)
  })

  it('zoned as in the HOWTO of fio', () => {
    const hits = counts(skew('zoned:60/10:30/20:8/30:2/40', 1000), 100_000)
    const part = (from: number, to: number) => sum(Array.from(hits.slice(from, to))) / 100_000
    expect([part(0, 100), part(100, 300), part(300, 600), part(600, 1000)].map(p => Math.round(p * 100))).toEqual([
      60, 30, 8, 2,
    ])
  })

  it('pareto:0.2: four of five I/Os on a fifth of the places, and again inside it', () => {
    const hits = falling(counts(skew('pareto:0.2', 5000), 200_000))
    expect(sum(hits.slice(0, 1000)) / 200_000).toBeCloseTo(0.8, 1)
    expect(sum(hits.slice(0, 200)) / 200_000).toBeCloseTo(0.64, 1)
  })

  it('a zone that is too narrow for the range is refused', () => {
    expect(() => skew('zoned:50/1:50/99', 50)).toThrow('zone 1 of the distribution, 1 % of 50 places, holds none')
  })
})

describe('golden draws', () => {
  const drawn = (text: string) => {
    const prng = new Prng(7)
    const table = skew(text, 1_000_000, 5)
    return Array.from({ length: 8 }, () => table.draw(prng)).join(' ')
  }
  it('zipf:1.2', () =>
    expect(drawn('zipf:1.2')).toMatchInlineSnapshot(`"713140 442256 755754 5 47556 708203 5 236071"`))
  it('pareto:0.2', () =>
    expect(drawn('pareto:0.2')).toMatchInlineSnapshot(`"700026 854757 95107 5 129798 5 532810 322995"`))
  it('hot:90/10', () =>
    expect(drawn('hot:90/10')).toMatchInlineSnapshot(`"89327 27662 56702 15741 57217 79717 50862 75293"`))

  it.each([1, 2, 3, 1000, 2 ** 25])('every draw lies in the range, with %d places', places => {
    const prng = new Prng(3)
    for (const text of ['zipf:1.2', 'pareto:0.2']) {
      const table = skew(text, places, 99)
      for (let n = 0; n < 500; n++) {
        const place = table.draw(prng)
        expect(place >= 0 && place < places && place % 1 === 0).toBe(true)
      }
    }
  })
})

describe('RandomMap', () => {
  it.each([1, 2, 5, 16, 1000, 4097])('%d places: each once in every pass, in another order', places => {
    const map = new RandomMap(places, 7)
    const pass = () => Array.from({ length: places }, () => map.draw())
    const [first, second] = [pass(), pass()]
    const all = Array.from({ length: places }, (_, n) => n)
    for (const order of [first, second]) expect([...order].sort((a, b) => a - b)).toEqual(all)
    if (places >= 16) {
      expect(first).not.toEqual(all)
      expect(second).not.toEqual(first)
    }
  })

  it('golden order', () => {
    const map = new RandomMap(10, 1)
    expect(Array.from({ length: 10 }, () => map.draw()).join(' ')).toMatchInlineSnapshot(`"6 0 5 3 7 1 2 4 9 8"`)
  })
})
