// A bounds-checked cursor over the bytes of a wasm module: LEB128 numbers, names, counts.
// Source: WebAssembly Core Specification, chapter "Binary Format", section "Values".
import type { Bytes } from '../../device/bytes.ts'

const utf8 = new TextDecoder('utf-8', { fatal: false })

/** The bytes are no wasm module that can be read; `kind` tells which sort of problem. */
export class WasmFormatError extends Error {
  override name = 'WasmFormatError'
  readonly kind: 'not-wasm' | 'malformed' | 'feature'
  constructor(kind: 'not-wasm' | 'malformed' | 'feature', message: string) {
    super(message)
    this.kind = kind
  }
}

export function hex(offset: number): string {
  return `0x${offset.toString(16)}`
}

/** A cursor over the module; every read is bounds-checked against `end`. */
export class WasmCursor {
  readonly bytes: Bytes
  at: number
  end: number
  constructor(bytes: Bytes, at: number, end: number) {
    this.bytes = bytes
    this.at = at
    this.end = end
  }

  fail(what: string): never {
    throw new WasmFormatError('malformed', `${what} at offset ${hex(this.at)}`)
  }

  u8(): number {
    if (this.at >= this.end) this.fail('truncated: the data end in the middle of a value')
    return this.bytes[this.at++]!
  }

  u32(): number {
    let result = 0
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.u8()
      result |= (byte & 0x7f) << shift
      if (byte < 0x80) return result >>> 0
    }
    return this.fail('malformed: a number longer than 5 bytes')
  }

  /** Signed, as an i32 bit pattern; reads what fits in 33 bits as well (block types). */
  s32(): number {
    let result = 0
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.u8()
      result |= (byte & 0x7f) << shift
      if (byte < 0x80) return shift < 28 && byte & 0x40 ? result | (-1 << (shift + 7)) : result
    }
    return this.fail('malformed: a number longer than 5 bytes')
  }

  /** Steps over a LEB128 number of at most 10 bytes. */
  skipLeb(): void {
    for (let i = 0; i < 10; i++) if (this.u8() < 0x80) return
    this.fail('malformed: a number longer than 10 bytes')
  }

  skip(length: number): void {
    if (length > this.end - this.at) this.fail('truncated: the data end in the middle of a value')
    this.at += length
  }

  /** A count of things that take at least one byte each. */
  count(): number {
    const n = this.u32()
    if (n > this.end - this.at) this.fail(`malformed: ${n} entries announced, ${this.end - this.at} bytes left`)
    return n
  }

  text(): string {
    const length = this.count()
    const text = utf8.decode(this.bytes.subarray(this.at, this.at + length))
    this.at += length
    return text
  }
}
