// A fixed histogram for host times: exact below 64 ns, then 32 steps an octave (about 3 %). Adding never allocates.

const SUB_BITS = 5
const SUB = 1 << SUB_BITS
/** Below this every value has its own slot. */
const LINEAR = 2 * SUB
const LARGEST = 0xffff_ffff
const SLOTS = LINEAR + (31 - SUB_BITS) * SUB

function slotOf(value: number): number {
  if (value < LINEAR) return value
  const octave = 31 - Math.clz32(value)
  return LINEAR + (octave - SUB_BITS - 1) * SUB + ((value >>> (octave - SUB_BITS)) & (SUB - 1))
}

/** The largest value that falls into a slot. */
function upperOf(slot: number): number {
  if (slot < LINEAR) return slot
  const octave = Math.floor((slot - LINEAR) / SUB) + SUB_BITS + 1
  const sub = (slot - LINEAR) % SUB
  return 2 ** octave + (sub + 1) * 2 ** (octave - SUB_BITS) - 1
}

export class HostHistogram {
  count = 0
  maxNs = 0
  readonly #counts = new Float64Array(SLOTS)

  /** @param ns any host duration; negative ones (a clock that went back) count as 0, those above 4.29 s as the longest slot */
  add(ns: number): void {
    const value = ns > 0 ? Math.min(Math.round(ns), LARGEST) : 0
    this.count++
    if (value > this.maxNs) this.maxNs = value
    this.#counts[slotOf(value)]!++
  }

  merge(other: HostHistogram): void {
    this.count += other.count
    if (other.maxNs > this.maxNs) this.maxNs = other.maxNs
    const from = other.#counts
    for (let i = 0; i < SLOTS; i++) this.#counts[i]! += from[i]!
  }

  /** Every slot that counts something, smallest first: the largest value that falls into it, and how many did. */
  *entries(): Generator<readonly [ns: number, count: number]> {
    for (let i = 0; i < SLOTS; i++) {
      const count = this.#counts[i]!
      if (count > 0) yield [Math.min(upperOf(i), this.maxNs), count]
    }
  }

  /** Nearest rank, rounded up to the end of its slot but never above the maximum. @param tenThousandths as in `Distribution` */
  percentile(tenThousandths: number): number {
    if (this.count === 0) throw new RangeError('an empty histogram has no percentiles')
    const rank = Math.max(1, Math.ceil((this.count * tenThousandths) / 10_000))
    let seen = 0
    for (let i = 0; i < SLOTS; i++) {
      seen += this.#counts[i]!
      if (seen >= rank) return Math.min(upperOf(i), this.maxNs)
    }
    return this.maxNs
  }
}
