// ScsiDebugPrint: a printf subset over guest memory. Bounded: a line has at most 256 characters, a string argument
// ends at the line's end or the end of memory.
import type { Guest } from '../guest/guest.ts'
import { readString } from './guest-memory.ts'

/** Characters of a line, and of a string in it. */
export const PRINT_LIMIT = 256

/** @param unterminated called when a string has no end within a line's length. Formats one line. Unknown conversions are shown as they stand. Missing arguments read as 0. */
export function formatPrint(guest: Guest, format: number, args: number, unterminated?: () => void): string {
  const string = (pointer: number, limit: number): string => {
    const text = readString(guest, pointer, limit)
    if (text.length === PRINT_LIMIT || (pointer >>> 0) + text.length >= guest.u8.length) unterminated?.()
    return text
  }
  const pattern = string(format, PRINT_LIMIT)
  // No arguments at all come as NULL: every one of them reads as 0.
  let slot = args === 0 ? guest.u8.length : args >>> 0
  const word = (): number => {
    const value = slot >= 4 && slot + 4 <= guest.u8.length ? guest.view.getInt32(slot, true) : 0
    slot += 4
    return value
  }
  const wide = (): bigint => {
    slot = (slot + 7) & ~7
    const value = slot >= 8 && slot + 8 <= guest.u8.length ? guest.view.getBigInt64(slot, true) : 0n
    slot += 8
    return value
  }
  const line = pattern.replace(
    /%([-+ #0]*)(\d*)(?:\.(\d+))?(I64|ll|l|h|w)?([diuxXpcsS%])/g,
    (_all, flags: string, width: string, precision: string | undefined, size: string | undefined, kind: string) => {
      if (kind === '%') return '%'
      const is64 = size === 'I64' || size === 'll'
      let text: string
      if (kind === 's' || kind === 'S') {
        const pointer = word()
        text =
          pointer === 0
            ? '(null)'
            : string(pointer, Math.min(PRINT_LIMIT, precision === undefined ? PRINT_LIMIT : Number(precision)))
      } else if (kind === 'c') text = String.fromCharCode(word() & 0x7f)
      else if (is64) {
        const value = wide()
        text =
          kind === 'd' || kind === 'i' ? value.toString() : BigInt.asUintN(64, value).toString(kind === 'u' ? 10 : 16)
      } else {
        const value = word()
        text =
          kind === 'd' || kind === 'i' ? String(value) : kind === 'u' ? String(value >>> 0) : (value >>> 0).toString(16)
        if (kind === 'p') text = text.padStart(8, '0')
      }
      if (kind === 'X') text = text.toUpperCase()
      const fill = flags.includes('0') && !flags.includes('-') && kind !== 's' ? '0' : ' '
      const to = Math.min(Number(width || 0), PRINT_LIMIT)
      if (flags.includes('-')) return text.padEnd(to)
      const sign = fill === '0' && text.startsWith('-') ? '-' : ''
      return sign + text.slice(sign.length).padStart(to - sign.length, fill)
    },
  )
  return line.slice(0, PRINT_LIMIT).trimEnd()
}
