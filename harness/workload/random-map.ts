import { mix } from './prng.ts'

const ROUNDS = 4

/**
 * Every place once before any comes again, in an order that looks random: a Feistel network over the next power of four, walked on while it
 * leads beyond the places. Takes no memory. Each pass has an order of its own.
 */
export class RandomMap {
  readonly places: number
  readonly #halfBits: number
  readonly #mask: number
  readonly #keys = new Int32Array(ROUNDS)
  readonly #seed: number
  #at = 0
  #pass = 0

  /** @param places 1 to 2^26 */
  constructor(places: number, seed: number) {
    let halfBits = 1
    while (4 ** halfBits < places) halfBits++
    this.places = places
    this.#halfBits = halfBits
    this.#mask = 2 ** halfBits - 1
    this.#seed = seed
    this.#rekey()
  }

  /** @returns a place, from 0 */
  draw(): number {
    if (this.#at === this.places) {
      this.#at = 0
      this.#pass++
      this.#rekey()
    }
    let place = this.#at++
    do place = this.#shuffle(place)
    while (place >= this.places)
    return place
  }

  #rekey(): void {
    for (let round = 0; round < ROUNDS; round++) this.#keys[round] = mix(mix(this.#seed, this.#pass), round)
  }

  #shuffle(value: number): number {
    let left = value >>> this.#halfBits
    let right = value & this.#mask
    for (let round = 0; round < ROUNDS; round++) {
      const next = left ^ (mix(right, this.#keys[round]!) & this.#mask)
      left = right
      right = next
    }
    return (left << this.#halfBits) | right
  }
}
