// Counts the matches of one fault: which of them it acts at, and how often. Each fault draws from a stream of its own, so that
// one fault more in a plan changes nothing for the others.
import type { Fault } from '../../schemas/faults.ts'
import { Prng } from '../workload/prng.ts'

const STREAM = 0x6661_756c
const STEPS = 0x100_0000

export class Matcher {
  readonly #nth: number
  readonly #every: number
  readonly #times: number
  /** Of STEPS; −1: always. */
  readonly #chance: number
  readonly #prng: Prng
  #matches = 0
  #acts = 0

  constructor(fault: Fault, seed: number, index: number) {
    const { nth, every, probability } = fault.when
    this.#nth = nth ?? 0
    this.#every = every ?? 1
    this.#times = fault.times ?? (nth === undefined ? Number.POSITIVE_INFINITY : 1)
    this.#chance = probability === undefined ? -1 : Math.round(probability * STEPS)
    this.#prng = new Prng(seed, STREAM + index)
  }

  /** Everything else matched. @returns whether the fault acts now */
  take(): boolean {
    if (this.#acts >= this.#times) return false
    const match = ++this.#matches
    if (this.#nth > 0 ? match < this.#nth : match % this.#every !== 0) return false
    if (this.#chance >= 0 && this.#prng.below(STEPS) >= this.#chance) return false
    this.#acts++
    return true
  }

  /** It acts no more. */
  get spent(): boolean {
    return this.#acts >= this.#times
  }
}
