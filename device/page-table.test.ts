import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BusMemoryError, GrantAccess, PAGE_BYTES, PageTable } from './page-table.ts'

const OFFSET = 3 * PAGE_BYTES
const PAGES = 16
const BASE = 0x1000_0000

function table(): PageTable {
  return new PageTable('guest', new Uint8Array(OFFSET + PAGES * PAGE_BYTES), OFFSET, PAGES, BASE)
}

describe('translation', () => {
  test('goes there and back for every byte', () => {
    const pages = table()
    fc.assert(
      fc.property(fc.integer({ min: OFFSET, max: pages.end - 1 }), at => {
        const pa = pages.physicalOf(at)
        expect(pa).not.toBe(at)
        expect(pa >= BASE && pa < BASE + pages.sizeBytes).toBe(true)
        expect(pages.locate(pa)).toBe(at)
      }),
    )
  })

  test('keeps a page together and its neighbour apart', () => {
    const pages = table()
    expect(pages.physicalOf(OFFSET + 100) - pages.physicalOf(OFFSET)).toBe(100)
    expect(Math.abs(pages.physicalOf(OFFSET + PAGE_BYTES) - pages.physicalOf(OFFSET))).toBeGreaterThan(PAGE_BYTES)
    expect(pages.contiguousBytes(OFFSET)).toBe(PAGE_BYTES)
    expect(pages.contiguousBytes(OFFSET + PAGE_BYTES - 1)).toBe(1)
  })

  test.each([OFFSET - 1, 0, -1, OFFSET + PAGES * PAGE_BYTES, 0xffff_fff0, 2 ** 32, Number.NaN])(
    'knows nothing of index %d outside the window',
    at => {
      const pages = table()
      expect(pages.physicalOf(at)).toBe(-1)
      expect(pages.contiguousBytes(at)).toBe(0)
    },
  )

  test.each([0, BASE - 1, BASE + PAGES * 100 * PAGE_BYTES, 2 ** 40, 2 ** 64, -1, Number.NaN])(
    'knows nothing of address %d outside the slice',
    pa => {
      expect(table().locate(pa)).toBe(-1)
      expect(table().pageAt(pa)).toBe(-1)
    },
  )
})

describe('common buffers', () => {
  test('have consecutive addresses; the old ones are gone', () => {
    const pages = table()
    const before = pages.physicalOf(OFFSET + 2 * PAGE_BYTES)
    const first = pages.makeContiguous(OFFSET + 2 * PAGE_BYTES, 3 * PAGE_BYTES)
    for (let i = 0; i < 3 * PAGE_BYTES; i += 512) {
      expect(pages.physicalOf(OFFSET + 2 * PAGE_BYTES + i)).toBe(first + i)
      expect(pages.locate(first + i)).toBe(OFFSET + 2 * PAGE_BYTES + i)
    }
    expect(pages.locate(before)).toBe(-1)
    expect(pages.contiguousBytes(OFFSET + 2 * PAGE_BYTES + 10)).toBe(3 * PAGE_BYTES - 10)
    expect(pages.contiguousBytes(OFFSET + 5 * PAGE_BYTES)).toBe(PAGE_BYTES)
  })

  test('are not adjacent to each other', () => {
    const pages = table()
    const a = pages.makeContiguous(OFFSET, PAGE_BYTES)
    const b = pages.makeContiguous(OFFSET + PAGE_BYTES, PAGE_BYTES)
    expect(Math.abs(b - a)).toBeGreaterThan(PAGE_BYTES)
  })

  test('asked for again stay where they are', () => {
    const pages = table()
    const first = pages.makeContiguous(OFFSET, 4 * PAGE_BYTES)
    expect(pages.makeContiguous(OFFSET + PAGE_BYTES + 8, 100)).toBe(first + PAGE_BYTES + 8)
  })

  test('fit even when every page becomes one of its own', () => {
    const pages = table()
    for (let page = 0; page < PAGES; page++) pages.makeContiguous(OFFSET + page * PAGE_BYTES, PAGE_BYTES)
    for (let page = 0; page < PAGES; page++)
      expect(pages.locate(pages.physicalOf(OFFSET + page * PAGE_BYTES))).toBe(OFFSET + page * PAGE_BYTES)
  })

  test('cannot take a page of another one', () => {
    const pages = table()
    pages.makeContiguous(OFFSET, 2 * PAGE_BYTES)
    expect(() => pages.makeContiguous(OFFSET + PAGE_BYTES, 2 * PAGE_BYTES)).toThrow(
      'already belongs to another common buffer',
    )
  })

  test('cannot move a page that is granted', () => {
    const pages = table()
    pages.grant(OFFSET + PAGE_BYTES, 4, GrantAccess.read)
    expect(() => pages.makeContiguous(OFFSET, 2 * PAGE_BYTES)).toThrow('is granted and cannot move')
    pages.revoke(OFFSET + PAGE_BYTES, 4)
    expect(pages.makeContiguous(OFFSET, 2 * PAGE_BYTES)).toBeGreaterThan(0)
  })
})

describe('grants', () => {
  test('outside the window are refused', () => {
    const pages = table()
    for (const [at, length] of [
      [OFFSET - 1, 2],
      [pages.end - 1, 2],
      [OFFSET, -1],
      [0, 1],
    ] as const) {
      expect(() => pages.grant(at, length, GrantAccess.both)).toThrow(BusMemoryError)
      expect(() => pages.revoke(at, length)).toThrow(BusMemoryError)
      expect(() => pages.makeContiguous(at, length)).toThrow(BusMemoryError)
    }
  })

  test('are one a page, and a refused one grants nothing', () => {
    const pages = table()
    pages.grant(OFFSET + PAGE_BYTES, 100, GrantAccess.read)
    expect(() => pages.grant(OFFSET, PAGE_BYTES + 1, GrantAccess.read)).toThrow('buffers must not share a page')
    expect(pages.grantAccess[0]).toBe(0)
  })

  test('of no bytes are no grants', () => {
    const pages = table()
    pages.grant(OFFSET, 0, GrantAccess.both)
    pages.revoke(OFFSET, 0)
    expect(pages.grantAccess[0]).toBe(0)
  })
})
