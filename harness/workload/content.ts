// What a block holds: a function of seed, drive, block and generation. Each 512 bytes say at their start where they belong,
// so that a misplaced or stale block is recognised for what it is.
//
// Words of 512 bytes: 0 magic · 1, 2 number of the 512-byte sector (low, high) · 3 generation · 4 salt of seed and drive · 5… pseudo-random.

import type { SectorCode } from './sector-code.ts'

/** Bytes that carry one header. */
export const SECTOR_BYTES = 512
const SECTOR_WORDS = SECTOR_BYTES / 4

/** 'WHBA', low byte first. */
export const MAGIC = 0x41424857

/** Words 5… form a Weyl sequence: start + n · STEP. An odd step visits every value, so neighbours never look alike. */
const STEP = 0x9e3779b9 | 0
const STEP_2 = (STEP * 2) | 0
const STEP_3 = (STEP * 3) | 0

const startOf = (low: number, high: number, generation: number, salt: number): number => {
  const h = Math.imul(low ^ Math.imul(generation, 0xc2b2ae35) ^ salt, 0x27d4eb2f) + high
  return Math.imul(h ^ (h >>> 15), 0x85ebca6b)
}

/** Writes sectors `sector`… into `words` from index `at`. @param sectors count @param generation same for all of them */
export function fillSectors(
  words: Int32Array,
  at: number,
  sector: number,
  sectors: number,
  generation: number,
  salt: number,
): void {
  let w = at
  for (let s = sector; s < sector + sectors; s++) {
    const low = s | 0
    const high = (s / 0x1_0000_0000) | 0
    words[w] = MAGIC
    words[w + 1] = low
    words[w + 2] = high
    words[w + 3] = generation
    words[w + 4] = salt
    let x = startOf(low, high, generation, salt)
    const end = w + SECTOR_WORDS
    // 123 words, three at a time.
    for (w += 5; w < end; w += 3) {
      words[w] = x
      words[w + 1] = x + STEP
      words[w + 2] = x + STEP_2
      x = (x + STEP_3) | 0
    }
  }
}

/**
 * Compares. @param code for the memory that `words` lies in, when there is one
 * @returns index in `words` of the first wrong word, −1 when all is right
 */
export function checkSectors(
  words: Int32Array,
  at: number,
  sector: number,
  sectors: number,
  generation: number,
  salt: number,
  code?: SectorCode,
): number {
  if (code !== undefined) {
    const high = (sector / 0x1_0000_0000) | 0
    const n = code.check(words.byteOffset + 4 * at, sector | 0, high, sectors, generation | 0, salt)
    return n < 0 ? -1 : firstDifference(words, at + n * SECTOR_WORDS, sector + n, generation, salt)
  }
  let w = at
  for (let s = sector; s < sector + sectors; s++) {
    const low = s | 0
    const high = (s / 0x1_0000_0000) | 0
    // Differences are gathered and tested once: without a branch for each word this runs at several GB/s.
    let wrong =
      (words[w]! ^ MAGIC) |
      (words[w + 1]! ^ low) |
      (words[w + 2]! ^ high) |
      (words[w + 3]! ^ generation) |
      (words[w + 4]! ^ salt)
    let x = startOf(low, high, generation, salt)
    const end = w + SECTOR_WORDS
    for (let i = w + 5; i < end; i += 3) {
      wrong |= (words[i]! ^ x) | (words[i + 1]! ^ (x + STEP)) | (words[i + 2]! ^ (x + STEP_2))
      x = (x + STEP_3) | 0
    }
    if (wrong !== 0) return firstDifference(words, w, s, generation, salt)
    w = end
  }
  return -1
}

function firstDifference(words: Int32Array, at: number, sector: number, generation: number, salt: number): number {
  const right = new Int32Array(SECTOR_WORDS)
  fillSectors(right, 0, sector, 1, generation, salt)
  return at + right.findIndex((word, i) => words[at + i] !== word)
}

/** @param code as above @returns index of the first word that is not 0, −1 when there is none */
export function checkZeros(words: Int32Array, at: number, sectors: number, code?: SectorCode): number {
  if (code !== undefined && code.zeros(words.byteOffset + 4 * at, sectors) === 1) return -1
  const end = at + sectors * SECTOR_WORDS
  let some = 0
  for (let w = at; w < end; w += 4) some |= words[w]! | words[w + 1]! | words[w + 2]! | words[w + 3]!
  if (some === 0) return -1
  let w = at
  while (words[w] === 0) w++
  return w
}

/** The right word at an index of sector `sector`, for messages. */
export function expectedWord(index: number, sector: number, generation: number, salt: number): number {
  const words = new Int32Array(SECTOR_WORDS)
  fillSectors(words, 0, sector, 1, generation, salt)
  return words[index]!
}

/** What a sector that should be (sector, generation, salt) looks like instead, in words. */
export function describeSector(
  words: Int32Array,
  at: number,
  sector: number,
  generation: number,
  salt: number,
  sectorsPerBlock: number,
): string {
  const sample = words.subarray(at, at + SECTOR_WORDS)
  const first = sample[0]!
  if (sample.every(word => word === first)) {
    if (first === 0) return 'zeros'
    if (first === -1) return 'all ones'
    const byte = first & 0xff
    if (first === Math.imul(byte, 0x01010101))
      return `all bytes 0x${byte.toString(16).padStart(2, '0')}, as of a buffer nobody filled`
  }
  if (first !== MAGIC) return 'no block of this workload'
  const foundSector = (sample[2]! >>> 0) * 0x1_0000_0000 + (sample[1]! >>> 0)
  const foundGeneration = sample[3]! >>> 0
  if (sample[4] !== salt) return 'a block of another drive or another seed'
  const lba = Math.floor(foundSector / sectorsPerBlock)
  const whole = checkSectors(words, at, foundSector, 1, foundGeneration, salt) < 0
  const damage = whole ? '' : ', damaged inside'
  if (foundSector !== sector) {
    const part = sectorsPerBlock > 1 ? ` (512-byte part ${foundSector % sectorsPerBlock})` : ''
    return `the block of LBA ${lba}${part}, generation ${foundGeneration}${damage}`
  }
  if (foundGeneration !== generation) {
    const age =
      foundGeneration < generation
        ? `stale: generation ${foundGeneration}, ${generation - foundGeneration} write(s) behind`
        : `generation ${foundGeneration}, ahead of what was written`
    return age + damage
  }
  return 'the right block, damaged inside'
}
