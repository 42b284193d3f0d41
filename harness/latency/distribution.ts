// An exact distribution of durations: every value that occurred, with its count. Virtual durations repeat (one code path,
// one duration), so that a run of a million ISRs has a few hundred values at most; percentiles need no approximation.

/** Percentiles are asked for in ten-thousandths, so that the rank is integer arithmetic: 5000 = p50, 9990 = p99.9. */
export const RANK = { p50: 5000, p90: 9000, p99: 9900, p999: 9990, max: 10_000 } as const

/** Few: most distributions of a run stay empty, and a small array needs no memory of its own. */
const FIRST_SLOTS = 8
const EMPTY = -1

/** Values are integers from 0 to 2^53 − 1 (picoseconds). Adding allocates only when the number of different values doubles. */
export class Distribution {
  #count = 0
  #sum = 0
  #max = 0
  #values = new Float64Array(FIRST_SLOTS).fill(EMPTY)
  #counts = new Float64Array(FIRST_SLOTS)
  #distinct = 0
  /** The value added last, and how often in a row: entered when another one comes. */
  #last = Number.NaN
  #times = 0
  #sorted: Float64Array | undefined

  get count(): number {
    return this.#count + this.#times
  }

  /** Sum of all values: exact below 2^53. */
  get sum(): number {
    this.#enter()
    return this.#sum
  }

  get max(): number {
    this.#enter()
    return this.#max
  }

  /** How many different values occurred. */
  get distinct(): number {
    this.#enter()
    return this.#distinct
  }

  /** @throws RangeError for a value that is no whole number from 0 to 2^53 − 1 */
  add(value: number, times = 1): void {
    if (value === this.#last) {
      this.#times += times
      return
    }
    if (!(value >= 0 && value <= Number.MAX_SAFE_INTEGER) || value !== Math.floor(value))
      throw new RangeError(`a duration of ${value} ps cannot be counted`)
    this.#enter()
    this.#last = value
    this.#times = times
  }

  #enter(): void {
    const times = this.#times
    if (times === 0) return
    const value = this.#last
    this.#times = 0
    this.#count += times
    this.#sum += value * times
    if (value > this.#max) this.#max = value
    this.#sorted = undefined
    const slot = this.#slotOf(value)
    if (this.#values[slot] === EMPTY) {
      this.#values[slot] = value
      this.#distinct++
    }
    this.#counts[slot]! += times
    if (this.#distinct * 2 > this.#values.length) this.#grow()
  }

  /** Takes in every value of another distribution. */
  merge(other: Distribution): void {
    const { values, counts } = other.#content
    for (let i = 0; i < values.length; i++) if (values[i] !== EMPTY) this.add(values[i]!, counts[i]!)
  }

  /**
   * Nearest rank: the smallest value that at least `tenThousandths` of all values do not exceed.
   * @param tenThousandths one of `RANK`, or any integer from 0 (the smallest value) to 10 000 (the largest)
   * @returns a value that occurred. @throws RangeError when nothing was added
   */
  percentile(tenThousandths: number): number {
    if (this.count === 0) throw new RangeError('an empty distribution has no percentiles')
    if (!Number.isInteger(tenThousandths) || tenThousandths < 0 || tenThousandths > 10_000)
      throw new RangeError(`no percentile ${tenThousandths}/10000`)
    const rank = Math.max(1, Math.ceil((this.count * tenThousandths) / 10_000))
    const sorted = this.#sort()
    let seen = 0
    for (let i = 0; i < sorted.length; i++) {
      seen += this.#counts[this.#slotOf(sorted[i]!)]!
      if (seen >= rank) return sorted[i]!
    }
    return this.#max
  }

  /** Every value with its count, smallest first. */
  *entries(): Generator<readonly [value: number, count: number]> {
    for (const value of this.#sort()) yield [value, this.#counts[this.#slotOf(value)]!]
  }

  get #content(): { values: Float64Array; counts: Float64Array } {
    this.#enter()
    return { values: this.#values, counts: this.#counts }
  }

  #sort(): Float64Array {
    this.#enter()
    this.#sorted ??= this.#values.filter(value => value !== EMPTY).sort()
    return this.#sorted
  }

  /** Where a value is, or where it would go. */
  #slotOf(value: number): number {
    const values = this.#values
    const mask = values.length - 1
    let hash = Math.imul((value | 0) ^ Math.imul((value / 0x1_0000_0000) | 0, 0x85ebca6b), 0x9e3779b1)
    hash ^= hash >>> 15
    let slot = hash & mask
    while (values[slot] !== EMPTY && values[slot] !== value) slot = (slot + 1) & mask
    return slot
  }

  #grow(): void {
    const values = this.#values
    const counts = this.#counts
    this.#values = new Float64Array(values.length * 2).fill(EMPTY)
    this.#counts = new Float64Array(values.length * 2)
    for (let i = 0; i < values.length; i++) {
      if (values[i] === EMPTY) continue
      const slot = this.#slotOf(values[i]!)
      this.#values[slot] = values[i]!
      this.#counts[slot] = counts[i]!
    }
  }
}
