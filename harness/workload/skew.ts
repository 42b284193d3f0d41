// Skewed random places: some are drawn more often than others. A table of stretches with the running sums of their weights; within a
// stretch all places are alike. For zipf and pareto the first 1024 places have a stretch each, the others 1/256 of their distance, so that
// a place is drawn as often as the formula says to within half a percent, and the table stays small.
import type { Distribution } from '../../schemas/distribution.ts'
import { ln, power } from './exact-math.ts'
import type { Prng } from './prng.ts'
import { WorkloadError } from './workload.ts'

type Skewed = Exclude<Distribution, { kind: 'uniform' }>

const SINGLES = 1024
const PARTS = 256
/** Running sums are whole numbers up to this. */
const SCALE = 2 ** 48
/** Near the golden section: neighbours in rank lie far apart. */
const SPREAD = 0.6180339887498949

export class Skew {
  readonly places: number
  /** Where each stretch starts, and behind the last one the number of places. */
  readonly #edges: Float64Array
  readonly #sums: Float64Array
  /** Rank r lies at place (r × factor + shift) modulo places. */
  readonly #factor: number
  readonly #shift: number

  /** @param places 1 to 2^26 @param shift where the most frequent place lies, for zipf and pareto @throws WorkloadError */
  constructor(distribution: Skewed, places: number, shift: number) {
    this.places = places
    const edges = edgesOf(distribution, places)
    const weights = weightsOf(distribution, edges)
    const total = weights.reduce((sum, weight) => sum + weight, 0)
    let sum = 0
    this.#edges = Float64Array.from(edges)
    this.#sums = Float64Array.from(weights, weight => {
      sum += weight
      return Math.floor((sum / total) * SCALE)
    })
    this.#sums[this.#sums.length - 1] = SCALE
    const zoned = distribution.kind === 'zoned'
    this.#factor = zoned ? 1 : spreadOf(places)
    this.#shift = zoned ? 0 : shift % places
  }

  /** @returns a place, from 0 */
  draw(prng: Prng): number {
    const at = prng.below(SCALE)
    const sums = this.#sums
    let low = 0
    let high = sums.length - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if (sums[middle]! > at) high = middle
      else low = middle + 1
    }
    const from = this.#edges[low]!
    const width = this.#edges[low + 1]! - from
    const rank = width > 1 ? from + prng.below(width) : from
    return (rank * this.#factor + this.#shift) % this.places
  }
}

function edgesOf(distribution: Skewed, places: number): number[] {
  const edges = [0]
  if (distribution.kind === 'zoned') {
    let percent = 0
    for (const [n, zone] of distribution.zones.entries()) {
      percent += zone.blocks
      const edge = Math.floor((places * percent) / 100)
      if (edge === edges[n] && zone.ios > 0)
        throw new WorkloadError(
          `zone ${n + 1} of the distribution, ${zone.blocks} % of ${places} places, holds none: take a larger range or zone`,
        )
      edges.push(edge)
    }
    return edges
  }
  for (let at = 0; at < places; ) {
    at = Math.min(places, at < SINGLES ? at + 1 : at + Math.ceil(at / PARTS))
    edges.push(at)
  }
  return edges
}

function weightsOf(distribution: Skewed, edges: readonly number[]): number[] {
  if (distribution.kind === 'zoned') return distribution.zones.map(zone => zone.ios)
  const places = edges.at(-1)!
  const stretches = edges.slice(1).map((to, n) => ({ from: edges[n]!, to }))
  if (distribution.kind === 'zipf') {
    // The place of rank r, from 1, weighs r^-theta; of a stretch the middle counts.
    return stretches.map(({ from, to }) => (to - from) * power((from + to + 1) / 2, -distribution.theta))
  }
  // h of the places get 1 − h of the I/Os, and so on inside them.
  const exponent = ln(1 - distribution.h) / ln(distribution.h)
  const below = (edge: number): number => (edge === 0 ? 0 : power(edge / places, exponent))
  return stretches.map(({ from, to }) => below(to) - below(from))
}

/** A factor without a common divisor with `places`: rank × factor modulo places meets every place once. */
function spreadOf(places: number): number {
  let factor = Math.max(1, Math.floor(places * SPREAD))
  while (divisor(factor, places) !== 1) factor++
  return factor
}

function divisor(a: number, b: number): number {
  while (b !== 0) [a, b] = [b, a % b]
  return a
}
