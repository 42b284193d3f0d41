// Big-endian fields, the byte order of SCSI.
import type { Bytes } from '../bytes.ts'

export function be16(bytes: Bytes, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!
}

export function be24(bytes: Bytes, at: number): number {
  return (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!
}

export function be32(bytes: Bytes, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0
}

/** Rounded to the nearest double above 2^53, where no store has blocks. */
export function be64(bytes: Bytes, at: number): number {
  return be32(bytes, at) * 0x1_0000_0000 + be32(bytes, at + 4)
}

export function putBe16(bytes: Bytes, at: number, value: number): void {
  bytes[at] = value >>> 8
  bytes[at + 1] = value
}

export function putBe24(bytes: Bytes, at: number, value: number): void {
  bytes[at] = value >>> 16
  bytes[at + 1] = value >>> 8
  bytes[at + 2] = value
}

export function putBe32(bytes: Bytes, at: number, value: number): void {
  putBe16(bytes, at, value >>> 16)
  putBe16(bytes, at + 2, value)
}

export function putBe64(bytes: Bytes, at: number, value: number): void {
  putBe32(bytes, at, Math.floor(value / 0x1_0000_0000))
  putBe32(bytes, at + 4, value % 0x1_0000_0000)
}

/** Writes `text` in ASCII, left-aligned, padded with spaces to `width`; anything outside 20h…7Eh becomes a space. */
export function putAscii(bytes: Bytes, at: number, width: number, text: string): void {
  for (let i = 0; i < width; i++) {
    const code = i < text.length ? text.charCodeAt(i) : 0x20
    bytes[at + i] = code >= 0x20 && code <= 0x7e ? code : 0x20
  }
}
