import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Duration, formatDuration, formatSize, parseDurationPs, parseSizeBytes, Size } from './units.ts'

describe('durations', () => {
  it.each([
    ['25us', 25_000_000],
    ['100ns', 100_000],
    ['1.5ms', 1_500_000_000],
    ['2s', 2_000_000_000_000],
    ['0.001ns', 1],
    ['7ps', 7],
    ['0ns', 0],
    ['3 µs', 3_000_000], // micro sign
    ['3μs', 3_000_000], // Greek mu
    ['9007s', 9_007_000_000_000_000],
  ])('%s is %d ps', (text, ps) => {
    expect(parseDurationPs(text)).toBe(ps)
  })

  it.each([
    ['25', "found '25' without a unit, expected a duration with a unit (ps, ns, us, ms, s)"],
    ['25 MiB', "'MiB' is no unit of time"],
    ['25US', "did you mean 'us'"],
    ['-5us', 'a duration cannot be negative'],
    ['0.0001ns', 'no whole multiple of 1ps'],
    ['1e3us', "found '1e3us'"],
    ['9008s', 'too large: virtual time is exact to 2^53 ps'],
    ['', "found ''"],
    ['constructor', "found 'constructor'"],
    ['5constructor', 'expected a duration with a unit'],
    ['1us 5ns', "found '1us 5ns'"],
  ])('%s is refused: %s', (text, message) => {
    expect(() => parseDurationPs(text)).toThrow(message)
  })

  it('refuses a plain number and says which units there are', () => {
    expect(Duration.safeParse(25).error?.issues[0]?.message).toBe(
      "found 25, expected a duration with a unit (ps, ns, us, ms, s), for example '25us'",
    )
  })

  it('reads back what it writes (property)', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), ps => {
        expect(parseDurationPs(formatDuration(ps))).toBe(ps)
      }),
    )
  })

  it('reads decimal fractions exactly (property)', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), fc.nat(999_999), (whole, fraction) => {
        const text = `${whole}.${String(fraction).padStart(6, '0')}us`
        expect(parseDurationPs(text)).toBe(whole * 1_000_000 + fraction)
      }),
    )
  })
})

describe('sizes', () => {
  it.each([
    ['512B', 512],
    ['4KiB', 4096],
    ['64MiB', 67_108_864],
    ['1GB', 1_000_000_000],
    ['1.5GiB', 1_610_612_736],
    ['10kB', 10_000],
    ['64M', 67_108_864], // QEMU's suffix
    ['4k', 4096], // fio's
  ])('%s is %d bytes', (text, bytes) => {
    expect(parseSizeBytes(text)).toBe(bytes)
  })

  it.each([
    ['64', 'without a unit, expected a size with a unit (B, KiB, MiB, GiB, TiB, kB, MB, GB, TB)'],
    ['64mb', "did you mean 'MiB' or 'MB'"],
    ['4kib', "did you mean 'KiB'"],
    ['10us', "'us' is no unit of size"],
    ['-4KiB', 'a size cannot be negative'],
    ['0.3B', 'no whole multiple of 1 byte'],
    ['9000TiB', 'too large'],
  ])('%s is refused: %s', (text, message) => {
    expect(() => parseSizeBytes(text)).toThrow(message)
  })

  it('refuses a size of nothing', () => {
    expect(Size.safeParse('0KiB').error?.issues[0]?.message).toBe("found '0KiB', expected at least 1B")
  })

  it('reads back what it writes (property)', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), bytes => {
        expect(parseSizeBytes(formatSize(bytes))).toBe(bytes)
      }),
    )
  })

  it('any text gives a number or a UnitError, nothing else (property)', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^-?\d{0,3}\.?\d{0,3}[a-zA-Zµ]{0,3}$/)), text => {
        for (const read of [parseDurationPs, parseSizeBytes]) {
          try {
            expect(Number.isSafeInteger(read(text))).toBe(true)
          } catch (error) {
            expect((error as Error).name).toBe('UnitError')
          }
        }
      }),
    )
  })
})
