// Checked access to the memory of a guest on behalf of its own import calls.
import type { Guest } from '../guest/guest.ts'
import { StopKind } from '../trace/events.ts'
import { GuestStop } from './stop.ts'

/** @throws GuestStop when [address, address + bytes) is not inside the guest's memory */
export function checkRange(guest: Guest, address: number, bytes: number, what: string): number {
  const at = address >>> 0
  const length = bytes >>> 0
  if (at + length > guest.u8.length) {
    throw new GuestStop(StopKind.BadArgument, `${what}: ${length} bytes at ${hex(at)} are not in the driver's memory`)
  }
  return at
}

export const hex = (value: number): string => `0x${(value >>> 0).toString(16).toUpperCase().padStart(8, '0')}`

/** Reads an ASCII string up to a NUL, `limit` bytes or the end of memory. */
export function readString(guest: Guest, address: number, limit: number): string {
  const at = address >>> 0
  const end = Math.min(at + limit, guest.u8.length)
  let text = ''
  for (let p = at; p < end; p++) {
    const byte = guest.u8[p]!
    if (byte === 0) break
    text += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : byte === 10 || byte === 9 ? ' ' : '.'
  }
  return text
}

/** A field of one, two or four bytes, unsigned. */
export function fieldOf(view: DataView, at: number, bytes: 1 | 2 | 4): number {
  return bytes === 4 ? view.getUint32(at, true) : bytes === 2 ? view.getUint16(at, true) : view.getUint8(at)
}
