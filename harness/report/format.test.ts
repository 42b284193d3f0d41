import { describe, expect, test } from 'vitest'
import { bar, clip, clipStart, count, duration, hex, percent, plain, size, table, wrap } from './format.ts'

describe('numbers', () => {
  test.each([
    [0, '0 ns'],
    [0.5, '0.50 ns'],
    [999, '999 ns'],
    [999.96, '1.00 µs'],
    [1_000, '1 µs'],
    [1_850, '1.85 µs'],
    [25_400, '25.4 µs'],
    [999_960, '1.00 ms'],
    [500_000_000, '500 ms'],
    [3.6e12, '3600 s'],
  ])('%d ns is %s', (ns, text) => expect(duration(ns)).toBe(text))

  test.each([
    [0, '0'],
    [999, '999'],
    [1_000, '1,000'],
    [1_234_567, '1,234,567'],
    [-1_000, '-1,000'],
    [-100, '-100'],
  ])('%d is grouped as %s', (value, text) => expect(count(value)).toBe(text))

  test.each([
    [0, '0 bytes'],
    [1_536, '1.50 KiB'],
    [67_108_864, '64 MiB'],
    [2 ** 52, '4096 TiB'],
  ])('%d bytes are %s', (bytes, text) => expect(size(bytes)).toBe(text))

  test('register values have eight digits', () => expect([hex(1), hex(-1)]).toEqual(['0x00000001', '0xffffffff']))

  test('percent', () => expect([percent(1, 3), percent(0, 0)]).toEqual(['33.33 %', '0.00 %']))
})

describe('text', () => {
  test('a bar shows at least a sliver of what is not 0, and never more than its width', () => {
    expect([bar(0, 10, 4), bar(1, 1_000_000, 4), bar(10, 10, 4), bar(99, 10, 4)]).toEqual(['', '▏', '████', '████'])
  })

  test('wrap breaks at blanks, and inside words that are too long', () => {
    expect(wrap('one two three', 8)).toEqual(['one two', 'three'])
    expect(wrap('abcdefghij k', 4)).toEqual(['abcd', 'efgh', 'ij k'])
    expect(wrap('a\nb', 4)).toEqual(['a', 'b'])
  })

  test('clip', () => expect([clip('abc', 3), clip('abcd', 3)]).toEqual(['abc', 'ab…']))

  test('clipStart keeps the end', () => expect([clipStart('abc', 3), clipStart('a/b/c', 3)]).toEqual(['abc', '…/c']))

  test('plain takes the power out of escape sequences', () => {
    expect(plain('\u001b[2J\u009b\ttab')).toBe('\\x1b[2J\\x9b\ttab')
  })

  test('table', () => {
    expect(
      table(
        [{ title: 'a' }, { title: 'n', right: true }],
        [
          ['long', '1'],
          ['x', '100'],
        ],
        '',
      ),
    ).toEqual(['a       n', 'long    1', 'x     100'])
  })
})
