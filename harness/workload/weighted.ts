import type { Prng } from './prng.ts'

/** A weighted choice as a table of running sums. */
export class Weighted<T> {
  readonly #values: readonly T[]
  readonly #sums: readonly number[]
  readonly #total: number

  constructor(choices: readonly { value: T; weight: number }[]) {
    const some = choices.filter(c => c.weight > 0)
    let sum = 0
    this.#values = some.map(c => c.value)
    this.#sums = some.map(c => {
      sum += c.weight
      return sum
    })
    this.#total = sum
  }

  draw(prng: Prng): T {
    if (this.#values.length === 1) return this.#values[0]!
    const at = prng.below(this.#total)
    let i = 0
    while (this.#sums[i]! <= at) i++
    return this.#values[i]!
  }
}
