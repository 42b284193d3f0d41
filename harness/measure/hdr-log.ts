// HdrHistogram's interval log (version 1.3), one line for each entry point, cell and clock, as its log processors and plotters read it. The
// histograms are in the encoding V2, compressed: counts as ZigZag LEB128 numbers, a run of zeros as one negative number, then zlib, then
// base64 (HdrHistogram: AbstractHistogram.encodeIntoCompressedByteBuffer, ZigZagEncoding, HistogramLogWriter).
//
// Values are nanoseconds with three significant digits. Time stamps are virtual: nothing here reads a calendar.
import type { EntryValues } from './measurement.ts'

const DIGITS = 3
/** 2^SUB_BITS is at least twice 10^DIGITS. */
const SUB_BITS = 11
const SUB_COUNT = 2 ** SUB_BITS
const SUB_HALF = SUB_COUNT / 2
const COOKIE_V2 = 0x1c849303 | 0x10
const COOKIE_V2_COMPRESSED = 0x1c849304 | 0x10
const HEADER_BYTES = 40
/** An hour in ns: what is longer is counted as that. */
const HIGHEST = 3_600_000_000_000

export type Deflate = (bytes: Uint8Array) => Uint8Array

/** Place of a value in the counts of a histogram whose lowest discernible value is 1. */
export function countsIndex(value: number): number {
  // Below SUB_COUNT every value has a place; above, SUB_HALF places for each power of two.
  let bucket = 0
  let sub = value
  while (sub >= SUB_COUNT) {
    sub = Math.floor(sub / 2)
    bucket++
  }
  return bucket * SUB_HALF + sub
}

/** The largest value that shares the place of this one. */
function highestEquivalent(value: number): number {
  let step = 1
  while (value / step >= SUB_COUNT) step *= 2
  return Math.floor(value / step) * step + step - 1
}

/** ZigZag, then LEB128 with nine bytes at most. */
function writeZigZag(value: number, into: number[]): void {
  let rest = value < 0 ? -2 * value - 1 : 2 * value
  while (rest >= 0x80) {
    into.push((rest % 0x80) + 0x80)
    rest = Math.floor(rest / 0x80)
  }
  into.push(rest)
}

/** @param values in ns with counts */
export function encodeHistogram(values: Iterable<readonly [ns: number, count: number]>, deflate: Deflate): Uint8Array {
  const counts = new Map<number, number>()
  for (const [ns, count] of values) {
    const index = countsIndex(Math.min(Math.max(0, Math.round(ns)), HIGHEST))
    counts.set(index, (counts.get(index) ?? 0) + count)
  }
  const payload: number[] = []
  let next = 0
  for (const [index, count] of [...counts].sort(([a], [b]) => a - b)) {
    const zeros = index - next
    if (zeros === 1) writeZigZag(0, payload)
    else if (zeros > 1) writeZigZag(-zeros, payload)
    writeZigZag(count, payload)
    next = index + 1
  }
  const plain = new Uint8Array(HEADER_BYTES + payload.length)
  const header = new DataView(plain.buffer)
  header.setInt32(0, COOKIE_V2)
  header.setInt32(4, payload.length)
  header.setInt32(8, 0) // no normalizing offset
  header.setInt32(12, DIGITS)
  header.setBigInt64(16, 1n) // lowest discernible value
  header.setBigInt64(24, BigInt(HIGHEST))
  header.setFloat64(32, 1) // integer to double
  plain.set(payload, HEADER_BYTES)
  const packed = deflate(plain)
  const whole = new Uint8Array(8 + packed.length)
  const outer = new DataView(whole.buffer)
  outer.setInt32(0, COOKIE_V2_COMPRESSED)
  outer.setInt32(4, packed.length)
  whole.set(packed, 8)
  return whole
}

function base64(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return btoa(text)
}

/** Tags have no blanks and no commas. */
export const tagOf = ({ cell, entry, clock }: Pick<EntryValues, 'cell' | 'entry' | 'clock'>): string =>
  [clock, cell, entry].map(part => part.replaceAll(/[^A-Za-z0-9.]+/g, '-')).join('/')

const seconds = (ns: number): string => (ns / 1e9).toFixed(3)

export function hdrLog(values: readonly EntryValues[], title: string, deflate: Deflate): string {
  const lines = [
    `#[${title}]`,
    '#[Histogram log format version 1.3]',
    '#[Values are nanoseconds; the clock is the first part of the tag.]',
    '#[StartTime: 0.000 (seconds since epoch), virtual time]',
    '"StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"',
  ]
  for (const one of values) {
    const ns = one.values.map(([value, count]): [number, number] => [one.unit === 'ps' ? value / 1000 : value, count])
    const max = highestEquivalent(Math.min(Math.round(Math.max(...ns.map(([value]) => value))), HIGHEST))
    const packed = base64(encodeHistogram(ns, deflate))
    // The largest value as its place in the histogram has it, as every writer does.
    lines.push(`Tag=${tagOf(one)},0.000,${seconds(one.durationNs)},${max.toFixed(3)},${packed}`)
  }
  return `${lines.join('\n')}\n`
}
