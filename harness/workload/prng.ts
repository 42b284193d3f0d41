/** Seeded pseudo-random numbers: sfc32 (Chris Doty-Humphrey's Small Fast Counter), on 32-bit integers only, so the same everywhere. */
export class Prng {
  #a: number
  #b: number
  #c: number
  #counter = 1

  /** Different pairs give independent streams. */
  constructor(seed: number, stream = 0) {
    this.#a = seed | 0
    this.#b = stream | 0
    this.#c = 0x9e3779b9 | 0
    for (let i = 0; i < 16; i++) this.u32()
  }

  /** @returns a whole number in [0, 2^32) */
  u32(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0
    this.#counter = (this.#counter + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0
    return sum >>> 0
  }

  /** @returns a whole number in [0, limit); limit from 1 to 2^53. The bias is below limit / 2^53 (limit / 2^32 for small limits). */
  below(limit: number): number {
    const high = this.u32()
    if (limit <= 0x1_0000) return Math.floor((high * limit) / 0x1_0000_0000)
    // 53 random bits over 2^53: exact in a double; the product is rounded the same way everywhere, and kept below the limit.
    const fraction = (high * 0x20_0000 + (this.u32() >>> 11)) / 0x20_0000_0000_0000
    return Math.min(Math.floor(fraction * limit), limit - 1)
  }
}

/** Mixes two 32-bit numbers into one. @returns an i32 */
export function mix(a: number, b: number): number {
  let h = Math.imul(a ^ (a >>> 16), 0x85ebca6b) ^ Math.imul(b + 0x7f4a7c15, 0xc2b2ae35)
  h = Math.imul(h ^ (h >>> 13), 0x27d4eb2f)
  return h ^ (h >>> 15)
}
