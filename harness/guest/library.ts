// What compilers expect to find in `env` besides the host's own routines: memset and its kin when no C library is linked,
// and AssemblyScript's abort. They charge the guest by length, like the bulk memory operators, before they work.
import type { Bytes } from '../../device/bytes.ts'
import type { HostImport, ImportSpec } from './guest.ts'

const I32_3: ImportSpec['params'] = ['i32', 'i32', 'i32']
const I32_4: ImportSpec['params'] = ['i32', 'i32', 'i32', 'i32']
const I32: ImportSpec['results'] = ['i32']

/** Longest text of an abort message that is read, in UTF-16 code units. */
const ABORT_TEXT_LIMIT = 200

export class GuestLibrary {
  #u8: Bytes = new Uint8Array(0)
  #counter: { value: number } = { value: 0 }
  #deadline: { value: number } = { value: 0 }
  #onDeadline: (counter: number) => number = () => 0

  readonly imports: readonly HostImport[] = [
    {
      name: 'memset',
      params: I32_3,
      results: I32,
      fn: (to, value, length) => {
        this.charge(length!)
        const at = this.check('memset', to!, length!)
        this.#u8.fill(value! & 0xff, at, at + (length! >>> 0))
        return to!
      },
    },
    {
      name: 'memcpy',
      params: I32_3,
      results: I32,
      fn: (to, from, length) => this.#move('memcpy', to!, from!, length!),
    },
    {
      name: 'memmove',
      params: I32_3,
      results: I32,
      fn: (to, from, length) => this.#move('memmove', to!, from!, length!),
    },
    {
      name: 'memcmp',
      params: I32_3,
      results: I32,
      fn: (left, right, length) => {
        this.charge(length!)
        const a = this.check('memcmp', left!, length!)
        const b = this.check('memcmp', right!, length!)
        const n = length! >>> 0
        for (let i = 0; i < n; i++) {
          const difference = this.#u8[a + i]! - this.#u8[b + i]!
          if (difference !== 0) return difference
        }
        return 0
      },
    },
    {
      name: 'abort',
      params: I32_4,
      results: [],
      fn: (message, file, line, column) => {
        throw new WebAssembly.RuntimeError(
          `abort: ${this.#text(message!)} in ${this.#text(file!)}(${line! >>> 0}:${column! >>> 0})`,
        )
      },
    },
  ]

  bind(
    u8: Bytes,
    counter: { value: number },
    deadline: { value: number },
    onDeadline: (counter: number) => number,
  ): void {
    this.#u8 = u8
    this.#counter = counter
    this.#deadline = deadline
    this.#onDeadline = onDeadline
  }

  /** Charges 1 per 8 bytes, rounded up, and checks the deadline. */
  charge(length: number): void {
    const now = (this.#counter.value + Math.ceil((length >>> 0) / 8)) | 0
    this.#counter.value = now
    if (((now - this.#deadline.value) | 0) >= 0) this.#deadline.value = this.#onDeadline(now)
  }

  /** @returns the address as an unsigned number @throws RuntimeError like the trap of a load or store */
  check(routine: string, address: number, length: number): number {
    const at = address >>> 0
    if (at + (length >>> 0) <= this.#u8.length) return at
    throw new WebAssembly.RuntimeError(
      `${routine}: 0x${(length >>> 0).toString(16)} bytes at 0x${at.toString(16)} are out of bounds`,
    )
  }

  #move(routine: string, to: number, from: number, length: number): number {
    this.charge(length)
    const source = this.check(routine, from, length)
    this.#u8.copyWithin(this.check(routine, to, length), source, source + (length >>> 0))
    return to
  }

  /** An AssemblyScript string: UTF-16, its length in bytes in the 32-bit word before it. */
  #text(pointer: number): string {
    const at = pointer >>> 0
    const view = new DataView(this.#u8.buffer)
    if (at < 4 || at > view.byteLength) return '?'
    const bytes = Math.min(view.getUint32(at - 4, true), 2 * ABORT_TEXT_LIMIT, view.byteLength - at)
    let text = ''
    for (let i = 0; i + 1 < bytes; i += 2) text += String.fromCharCode(view.getUint16(at + i, true))
    return text
  }
}
