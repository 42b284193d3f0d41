// Access ranges: as the port driver supplied them to HwFindAdapter, and as it left them.
import { Event } from '../trace/events.ts'
import type { Subscription, Trace } from '../trace/trace.ts'

/** Of one adapter that are kept; others have never been seen to have more. */
const RANGES = 16
const GIVEN = 0x100

export class Ranges {
  readonly #trace: Trace
  readonly #guests: number
  readonly #start: Int32Array
  readonly #bytes: Int32Array
  readonly #memory: Uint8Array

  constructor(trace: Trace, guests: number) {
    this.#trace = trace
    this.#guests = guests
    this.#start = new Int32Array(guests * RANGES)
    this.#bytes = new Int32Array(guests * RANGES)
    this.#memory = new Uint8Array(guests * RANGES)
  }

  /** The port driver supplied at least one range. */
  supplied(guest: number): boolean {
    for (let n = guest * RANGES; n < (guest + 1) * RANGES; n++) if (this.#bytes[n] !== 0) return true
    return false
  }

  /** The supplied range that holds these bytes, whatever space was asked for; −1: none. */
  holding(guest: number, start: number, bytes: number): number {
    for (let n = 0; n < RANGES; n++) {
      const at = guest * RANGES + n
      const offset = (start >>> 0) - (this.#start[at]! >>> 0)
      if (offset >= 0 && this.#bytes[at] !== 0 && offset + bytes <= this.#bytes[at]! >>> 0) return n
    }
    return -1
  }

  start(guest: number, n: number): number {
    return this.#start[guest * RANGES + n]!
  }

  bytes(guest: number, n: number): number {
    return this.#bytes[guest * RANGES + n]!
  }

  inMemory(guest: number, n: number): boolean {
    return this.#memory[guest * RANGES + n] !== 0
  }

  subscriptions(): Subscription[] {
    const { guest: guestAt, a, b, c, d } = this.#trace
    return [
      {
        kind: Event.ConfigRange,
        reader: {
          on: index => {
            const guest = guestAt[index]!
            const n = a[index]! - GIVEN
            if (guest >= this.#guests || n < 0 || n >= RANGES) return
            const at = guest * RANGES + n
            this.#start[at] = b[index]!
            this.#bytes[at] = c[index]!
            this.#memory[at] = d[index]!
          },
        },
      },
    ]
  }
}
