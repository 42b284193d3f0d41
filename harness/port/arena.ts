// The host's part of a guest's linear memory: every object the port driver hands to the miniport lies here, each
// between red zones that are compared whenever the miniport returns.
import type { Guest } from '../guest/guest.ts'

/** Bytes of red zone before and after every object. */
export const GUARD_BYTES = 64
const GUARD_WORD = 0xfdfdfdfd | 0
const PAGE = 4096
/** Words on each side that are compared after every routine; the rest of the red zone is compared when the adapter stops. */
const NEAR_WORDS = 4

export interface ArenaObject {
  readonly name: string
  readonly at: number
  readonly bytes: number
}

export class ArenaFull extends Error {
  override name = 'ArenaFull'
}

export class Arena {
  readonly objects: ArenaObject[] = []
  readonly #i32: Int32Array
  readonly #u8: Uint8Array
  readonly #end: number
  #next: number

  constructor(guest: Guest) {
    this.#i32 = guest.i32
    this.#u8 = guest.u8
    this.#next = guest.arenaOffset
    this.#end = guest.arenaOffset + guest.arenaBytes
  }

  /** @returns address of `bytes` zeroed bytes between red zones; 16-byte aligned */
  allocate(name: string, bytes: number): ArenaObject {
    const at = (this.#next + GUARD_BYTES + 15) & ~15
    const end = (at + bytes + 3) & ~3
    this.#claim(name, bytes, end + GUARD_BYTES)
    const object = { name, at, bytes }
    for (let p = at - GUARD_BYTES; p < at; p += 4) this.#i32[p >> 2] = GUARD_WORD
    this.#u8.fill(0xfd, at + bytes, end + GUARD_BYTES)
    this.objects.push(object)
    return object
  }

  /** @returns address of whole pages that no other object shares; no red zones inside the pages */
  allocatePages(name: string, bytes: number): ArenaObject {
    const at = (this.#next + PAGE - 1) & ~(PAGE - 1)
    this.#claim(name, bytes, at + ((bytes + PAGE - 1) & ~(PAGE - 1)))
    return { name, at, bytes }
  }

  #claim(name: string, bytes: number, end: number): void {
    if (!(bytes >= 0 && bytes <= this.#end) || end > this.#end) {
      throw new ArenaFull(
        `no room for ${bytes} bytes of ${name}: the host arena has ${Math.max(0, this.#end - this.#next)} bytes left`,
      )
    }
    this.#next = end
  }

  /** @returns address of the first overwritten red-zone byte of the object, −1 when both zones are whole */
  damage(object: ArenaObject): number {
    const i32 = this.#i32
    const first = object.at >> 2
    for (let w = first - GUARD_BYTES / 4; w < first; w++) if (i32[w] !== GUARD_WORD) return this.#exact(w << 2)
    const end = object.at + object.bytes
    if ((end & 3) !== 0) for (let p = end; (p & 3) !== 0; p++) if (this.#u8[p] !== 0xfd) return p
    const after = (end + 3) >> 2
    for (let w = after; w < after + GUARD_BYTES / 4; w++) if (i32[w] !== GUARD_WORD) return this.#exact(w << 2)
    return -1
  }

  /** Are the red-zone bytes next to the object whole? The short form of `damage`, for after every routine. */
  intact(object: ArenaObject): boolean {
    const i32 = this.#i32
    const end = object.at + object.bytes
    const before = (object.at >> 2) - NEAR_WORDS
    const after = (end + 3) >> 2
    const used = (end & 3) << 3 // bits of the last word that are the object's own
    let difference = used === 0 ? 0 : (i32[end >> 2]! ^ GUARD_WORD) >>> used
    for (let w = 0; w < NEAR_WORDS; w++) difference |= (i32[before + w]! ^ GUARD_WORD) | (i32[after + w]! ^ GUARD_WORD)
    return difference === 0
  }

  #exact(word: number): number {
    for (let p = word; p < word + 4; p++) if (this.#u8[p] !== 0xfd) return p
    return word
  }

  /** Makes the red zones of an object whole again, so that one overrun is reported once. */
  repair(object: ArenaObject): void {
    this.#u8.fill(0xfd, object.at - GUARD_BYTES, object.at)
    this.#u8.fill(0xfd, object.at + object.bytes, ((object.at + object.bytes + 3) & ~3) + GUARD_BYTES)
  }
}
