// Little-endian numbers in bytes: how adapters keep them in memory.
import type { Bytes } from './bytes.ts'

/** 0 to 65535 */
export function le16(bytes: Bytes, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8)
}

/** 0 to 2^32 − 1 */
export function le32(bytes: Bytes, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0
}

/** Beyond 2^53 it is not exact; no memory and no block lies so far up, so such a number is refused all the same. */
export function le64(bytes: Bytes, at: number): number {
  return le32(bytes, at + 4) * 0x1_0000_0000 + le32(bytes, at)
}

export function putLe16(bytes: Bytes, at: number, value: number): void {
  bytes[at] = value
  bytes[at + 1] = value >>> 8
}

export function putLe32(bytes: Bytes, at: number, value: number): void {
  bytes[at] = value
  bytes[at + 1] = value >>> 8
  bytes[at + 2] = value >>> 16
  bytes[at + 3] = value >>> 24
}

/** @param value a whole number, 0 to 2^53 */
export function putLe64(bytes: Bytes, at: number, value: number): void {
  putLe32(bytes, at, (value % 0x1_0000_0000) | 0)
  putLe32(bytes, at + 4, Math.floor(value / 0x1_0000_0000))
}
