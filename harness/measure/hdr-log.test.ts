import { deflateSync, inflateSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { countsIndex, encodeHistogram, hdrLog } from './hdr-log.ts'

/** What hdr-histogram-js 3.0.1 makes of VALUES (lowest 1, highest 3.6e12, 3 digits). */
const BY_THE_LIBRARY =
  'HISTFAAAAEF4nJNpmSzMwMAgxcDAwMjAwMDMAAGMDAzMbgY7FjDA+CxMC7nYrooyMV1mvsD/1/nBUY7eZ4xMF3czMgEADnIMhA=='
const VALUES = [
  [0, 2],
  [1, 1],
  [659, 3],
  [2047, 1],
  [2048, 1],
  [2519, 1000],
  [48_500, 70_000],
  [1e9 + 7, 1],
  [3.5e12, 1],
] as const

const inside = (bytes: Uint8Array): Uint8Array => new Uint8Array(inflateSync(bytes.subarray(8)))

test('the encoding is that of HdrHistogram itself', () => {
  const theirs = Buffer.from(BY_THE_LIBRARY, 'base64')
  const ours = encodeHistogram(VALUES, deflateSync)
  expect(Buffer.from(ours.subarray(0, 4))).toEqual(theirs.subarray(0, 4))
  expect(new DataView(ours.buffer).getInt32(4)).toBe(ours.length - 8)
  // The port to JavaScript writes other numbers than the original (0, and 1 as a double) into two fields of the header that nobody uses.
  const used = (bytes: Uint8Array) => inside(bytes).fill(0, 8, 12).fill(0, 32, 40)
  expect(used(ours)).toEqual(used(theirs))
})

test('places of values: each its own below 2048, then three digits', () => {
  expect([0, 1, 2047, 2048, 2049, 2050, 4095, 4096, 4099, 4100].map(countsIndex)).toEqual([
    0, 1, 2047, 2048, 2048, 2049, 3071, 3072, 3072, 3073,
  ])
})

test('what is longer than an hour, or not above 0, is counted at the ends', () => {
  const of = (values: [number, number][]) => inside(encodeHistogram(values, deflateSync))
  expect(of([[9e12, 1]])).toEqual(of([[3.6e12, 1]]))
  expect(of([[-3, 1]])).toEqual(of([[0, 1]]))
})

test('a log line has tag, interval, maximum and histogram', () => {
  const text = hdrLog(
    [
      {
        ...{ cell: '4KiB, depth 32', entry: 'HwInterrupt, claimed', clock: 'virtual', unit: 'ps' },
        durationNs: 3_250_000,
        values: [[2_519_000, 4]],
      },
    ],
    'wasm-hba: d',
    deflateSync,
  )
  const lines = text.split('\n')
  expect(lines[1]).toBe('#[Histogram log format version 1.3]')
  expect(lines[4]).toBe('"StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"')
  expect(lines[5]).toMatch(/^Tag=virtual\/4KiB-depth-32\/HwInterrupt-claimed,0\.000,0\.003,2519\.000,HISTFA[\w+/]+=*$/)
  expect(lines.slice(6)).toEqual([''])
})
