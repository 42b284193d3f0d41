// Numbers out of the register map, for the engine: memory formats, register bits, and little-endian words in bytes.
import type { Bytes } from '../../bytes.ts'
import { NVME_REGISTERS } from './registers.ts'

type ConstantName = (typeof NVME_REGISTERS.constants)[number]['name']

/** The map's constants by name (SQE_…, CQE_…, ADMIN_…, IO_…, STATUS_…). */
export const K = Object.fromEntries(NVME_REGISTERS.constants.map(({ name, value }) => [name, value])) as Readonly<
  Record<ConstantName, number>
>

/** Little-endian, 0 to 65535. */
export function u16At(bytes: Bytes, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8)
}

/** Little-endian, 0 to 2^32 − 1. */
export function u32At(bytes: Bytes, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0
}

/** Little-endian. Beyond 2^53 it is not exact; no memory and no block lies so far up, so such a number is refused all the same. */
export function u64At(bytes: Bytes, at: number): number {
  return u32At(bytes, at + 4) * 0x1_0000_0000 + u32At(bytes, at)
}

export function putU16(bytes: Bytes, at: number, value: number): void {
  bytes[at] = value
  bytes[at + 1] = value >>> 8
}

export function putU32(bytes: Bytes, at: number, value: number): void {
  bytes[at] = value
  bytes[at + 1] = value >>> 8
  bytes[at + 2] = value >>> 16
  bytes[at + 3] = value >>> 24
}

/** @param value a whole number, 0 to 2^53 */
export function putU64(bytes: Bytes, at: number, value: number): void {
  putU32(bytes, at, (value % 0x1_0000_0000) | 0)
  putU32(bytes, at + 4, Math.floor(value / 0x1_0000_0000))
}

/** Byte offset of a register, for diagnostics. */
export function offsetOf(name: string): number {
  const register = NVME_REGISTERS.registers.find(r => r.name === name)
  if (register === undefined) throw new RangeError(`the NVMe controller has no register ${name}`)
  return register.offset
}
