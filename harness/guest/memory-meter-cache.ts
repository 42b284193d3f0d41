// Keeps metered modules for the life of the process.
import type { Bytes } from '../../device/bytes.ts'
import type { MeterCache } from './guest.ts'

export class MemoryMeterCache implements MeterCache {
  readonly #modules = new Map<string, Bytes>()

  get(key: string): Promise<Bytes | undefined> {
    return Promise.resolve(this.#modules.get(key))
  }

  put(key: string, value: Bytes): Promise<void> {
    this.#modules.set(key, value)
    return Promise.resolve()
  }
}
