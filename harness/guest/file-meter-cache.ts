// Keeps metered modules in a folder, between runs. A folder that cannot be read or written is no error: the module is metered
// anew. Each file begins with the SHA-256 of the rest, so that a damaged one is not believed.
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Bytes } from '../../device/bytes.ts'
import type { MeterCache } from './guest.ts'
import { sha256Hex } from './hash.ts'

/** Length of the check in front of the module: SHA-256 in hex. */
const CHECK_BYTES = 64

let writes = 0

export class FileMeterCache implements MeterCache {
  readonly folder: string

  constructor(folder: string = defaultMeterFolder()) {
    this.folder = folder
  }

  async get(key: string): Promise<Bytes | undefined> {
    try {
      const bytes = new Uint8Array(await readFile(this.#path(key)))
      const value = bytes.slice(CHECK_BYTES)
      return new TextDecoder().decode(bytes.subarray(0, CHECK_BYTES)) === (await sha256Hex(value)) ? value : undefined
    } catch {
      return undefined
    }
  }

  /** Writes beside and renames, so that a reader never meets half a file. */
  async put(key: string, value: Bytes): Promise<void> {
    const path = this.#path(key)
    const part = `${path}.${process.pid}.${writes++}`
    try {
      await mkdir(this.folder, { recursive: true })
      const check = new TextEncoder().encode(await sha256Hex(value))
      await writeFile(part, [check, value])
      await rename(part, path)
    } catch {
      await rm(part, { force: true }).catch(() => {})
    }
  }

  #path(key: string): string {
    return join(this.folder, `${key}.wasm`)
  }
}

/** `wasm-hba` in the user's cache folder. */
export function defaultMeterFolder(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'wasm-hba')
}
