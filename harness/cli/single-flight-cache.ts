// A cache of metered modules for several lanes: a module that one lane is metering is waited for by the others.
import type { Bytes } from '../../device/bytes.ts'
import type { MeterCache } from '../guest/guest.ts'

interface Flight {
  landed: Promise<Bytes | undefined>
  land(value: Bytes | undefined): void
}

export class SingleFlightCache implements MeterCache {
  readonly #modules = new Map<string, Bytes>()
  readonly #flights = new Map<string, Flight>()
  readonly #behind: MeterCache | undefined

  /** @param behind what outlives the process */
  constructor(behind?: MeterCache) {
    this.#behind = behind
  }

  /** Undefined: the caller is to meter it, and to `put` it or `giveUp`. */
  async get(key: string): Promise<Bytes | undefined> {
    for (;;) {
      const kept = this.#modules.get(key)
      if (kept !== undefined) return kept
      const flight = this.#flights.get(key)
      if (flight === undefined) break
      const landed = await flight.landed
      if (landed !== undefined) return landed
    }
    let land!: Flight['land']
    const landed = new Promise<Bytes | undefined>(resolve => {
      land = resolve
    })
    this.#flights.set(key, { landed, land })
    const found = await this.#behind?.get(key)
    if (found !== undefined) this.#keep(key, found)
    return found
  }

  async put(key: string, value: Bytes): Promise<void> {
    this.#keep(key, value)
    await this.#behind?.put(key, value)
  }

  /** Whoever was to meter these does not. */
  giveUp(keys: Iterable<string>): void {
    for (const key of keys) {
      const flight = this.#flights.get(key)
      this.#flights.delete(key)
      flight?.land(undefined)
    }
  }

  #keep(key: string, value: Bytes): void {
    this.#modules.set(key, value)
    const flight = this.#flights.get(key)
    this.#flights.delete(key)
    flight?.land(value)
  }
}

/** One lane's view of it, which knows what the lane has promised to meter. */
export class LaneCache implements MeterCache {
  readonly #promised = new Set<string>()
  readonly #shared: SingleFlightCache

  constructor(shared: SingleFlightCache) {
    this.#shared = shared
  }

  async get(key: string): Promise<Bytes | undefined> {
    const found = await this.#shared.get(key)
    if (found === undefined) this.#promised.add(key)
    return found
  }

  async put(key: string, value: Bytes): Promise<void> {
    this.#promised.delete(key)
    await this.#shared.put(key, value)
  }

  /** The lane is through with its scenario: what it has not metered by now it will not. */
  release(): void {
    this.#shared.giveUp(this.#promised)
    this.#promised.clear()
  }
}
