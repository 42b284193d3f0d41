import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkSectors, checkZeros, describeSector, expectedWord, fillSectors } from './content.ts'
import { sectorCode } from './sector-code.ts'

const i32 = fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff })
const place = fc.record({
  sector: fc.nat(2 ** 40),
  sectors: fc.integer({ min: 1, max: 9 }),
  generation: fc.nat(0xffff_ffff),
  salt: i32,
})

const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 })
const shared = new Int32Array(memory.buffer, 64, 16_000 - 16)

describe('sector contents', () => {
  it('the wasm code fills the same and finds the same, at any place in memory (property)', () => {
    const code = sectorCode(memory)!
    fc.assert(
      fc.property(place, fc.nat(), fc.nat(31), fc.nat(9), ({ sector, sectors, generation, salt }, where, bit, at) => {
        const end = at + sectors * 128
        shared.fill(7, 0, end + 9)
        const right = new Int32Array(sectors * 128)
        fillSectors(right, 0, sector, sectors, generation, salt)
        const high = Math.floor(sector / 2 ** 32)
        code.fill(shared.byteOffset + 4 * at, sector | 0, high, sectors, generation | 0, salt)
        expect(shared.subarray(at, end)).toEqual(right)
        expect([...shared.subarray(0, at), ...shared.subarray(end, end + 9)].every(word => word === 7)).toBe(true)
        expect(checkSectors(shared, at, sector, sectors, generation, salt, code)).toBe(-1)
        const bad = at + (where % (sectors * 128))
        shared[bad]! ^= 1 << bit
        expect(checkSectors(shared, at, sector, sectors, generation, salt, code)).toBe(bad)
      }),
    )
  })

  it('sector numbers of the wasm code carry into their high half', () => {
    const code = sectorCode(memory)!
    fillSectors(shared, 0, 2 ** 32 - 2, 4, 1, 2)
    expect(checkSectors(shared, 0, 2 ** 32 - 2, 4, 1, 2, code)).toBe(-1)
    expect(shared[2 * 128 + 2]).toBe(1)
  })

  it('the wasm code sees any bit that is not zero (property)', () => {
    const code = sectorCode(memory)!
    fc.assert(
      fc.property(fc.nat(255), fc.nat(31), (word, bit) => {
        shared.fill(0, 0, 256)
        expect(checkZeros(shared, 0, 2, code)).toBe(-1)
        shared[word] = 1 << bit
        expect(checkZeros(shared, 0, 2, code)).toBe(word)
      }),
    )
  })

  it('what is filled is right, and any wrong bit is found where it is (property)', () => {
    fc.assert(
      fc.property(place, fc.nat(), fc.nat(31), ({ sector, sectors, generation, salt }, where, bit) => {
        const words = new Int32Array(sectors * 128 + 3)
        fillSectors(words, 3, sector, sectors, generation, salt)
        expect(checkSectors(words, 3, sector, sectors, generation, salt)).toBe(-1)
        expect([words[0], words[1], words[2]]).toEqual([0, 0, 0])
        const bad = 3 + (where % (sectors * 128))
        words[bad]! ^= 1 << bit
        expect(checkSectors(words, 3, sector, sectors, generation, salt)).toBe(bad)
      }),
    )
  })

  it('another sector, generation or salt is never right (property)', () => {
    fc.assert(
      fc.property(place, place, (a, b) => {
        fc.pre(a.sector !== b.sector || a.generation !== b.generation || a.salt !== b.salt)
        const words = new Int32Array(128)
        fillSectors(words, 0, a.sector, 1, a.generation, a.salt)
        expect(checkSectors(words, 0, b.sector, 1, b.generation, b.salt)).not.toBe(-1)
      }),
    )
  })

  it('the bodies of neighbours and generations share no word at the same place', () => {
    const body = (sector: number, generation: number) => {
      const words = new Int32Array(128)
      fillSectors(words, 0, sector, 1, generation, 99)
      return words.subarray(5)
    }
    const one = body(1000, 1)
    for (const other of [body(1001, 1), body(1000, 2), body(1000 + 2 ** 32, 1)])
      expect(one.some((word, i) => word === other[i])).toBe(false)
  })

  it('names the right word for messages (property)', () => {
    fc.assert(
      fc.property(place, fc.nat(127), ({ sector, generation, salt }, index) => {
        const words = new Int32Array(128)
        fillSectors(words, 0, sector, 1, generation, salt)
        expect(expectedWord(index, sector, generation, salt)).toBe(words[index])
      }),
    )
  })

  it('finds the first word that is not zero', () => {
    const words = new Int32Array(256)
    expect(checkZeros(words, 0, 2)).toBe(-1)
    words[131] = 1
    expect(checkZeros(words, 0, 2)).toBe(131)
    expect(checkZeros(words, 0, 1)).toBe(-1)
  })
})

describe('describeSector', () => {
  const looks = (spoil: (words: Int32Array) => void) => {
    const words = new Int32Array(128)
    fillSectors(words, 0, 80, 1, 5, 42)
    spoil(words)
    return describeSector(words, 0, 80, 5, 42, 1)
  }
  it.each<[string, (words: Int32Array) => void]>([
    ['zeros', w => w.fill(0)],
    ['all ones', w => w.fill(-1)],
    ['all bytes 0xcd, as of a buffer nobody filled', w => w.fill(0xcdcdcdcd | 0)],
    ['no block of this workload', w => w.fill(7, 0, 1)],
    ['stale: generation 3, 2 write(s) behind', w => fillSectors(w, 0, 80, 1, 3, 42)],
    ['generation 6, ahead of what was written', w => fillSectors(w, 0, 80, 1, 6, 42)],
    ['the block of LBA 81, generation 2', w => fillSectors(w, 0, 81, 1, 2, 42)],
    ['a block of another drive or another seed', w => fillSectors(w, 0, 80, 1, 5, 43)],
    ['the right block, damaged inside', w => w.fill(0, 100, 101)],
  ])('%s', (text, spoil) => {
    expect(looks(spoil)).toBe(text)
  })

  it('names the part of a 4 KiB block', () => {
    const words = new Int32Array(128)
    fillSectors(words, 0, 83, 1, 1, 42)
    expect(describeSector(words, 0, 80, 1, 42, 8)).toBe('the block of LBA 10 (512-byte part 3), generation 1')
  })
})
