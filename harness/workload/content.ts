// What a block holds: a function of seed, drive, block and generation. Each 512 bytes say at their start where they belong,
// so that a misplaced or stale block is recognised for what it is.
//
// Words of 512 bytes: 0 magic · 1, 2 number of the 512-byte sector (low, high) · 3 generation · 4 salt of seed and drive · 5… pseudo-random.

/** Bytes that carry one header. */
export const SECTOR_BYTES = 512
const SECTOR_WORDS = SECTOR_BYTES / 4

/** 'WHBA', low byte first. */
export const MAGIC = 0x41424857

const STEP = 0x9e3779b9 | 0
const SPREAD = 0x85ebca6b | 0

const startOf = (sectorLow: number, sectorHigh: number, generation: number, salt: number): number =>
  Math.imul(sectorLow ^ Math.imul(generation, 0xc2b2ae35) ^ salt, 0x27d4eb2f) + sectorHigh

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
    for (w += 5; w < end; w++) {
      x = (x + STEP) | 0
      words[w] = Math.imul(x ^ (x >>> 15), SPREAD)
    }
  }
}

/** Compares. @returns index in `words` of the first wrong word, −1 when all is right */
export function checkSectors(
  words: Int32Array,
  at: number,
  sector: number,
  sectors: number,
  generation: number,
  salt: number,
): number {
  const g = generation | 0
  let w = at
  for (let s = sector; s < sector + sectors; s++) {
    const low = s | 0
    const high = (s / 0x1_0000_0000) | 0
    if (words[w] !== MAGIC) return w
    if (words[w + 1] !== low) return w + 1
    if (words[w + 2] !== high) return w + 2
    if (words[w + 3] !== g) return w + 3
    if (words[w + 4] !== salt) return w + 4
    let x = startOf(low, high, generation, salt)
    const end = w + SECTOR_WORDS
    for (w += 5; w < end; w++) {
      x = (x + STEP) | 0
      if (words[w] !== Math.imul(x ^ (x >>> 15), SPREAD)) return w
    }
  }
  return -1
}

/** @returns index of the first word that is not 0, −1 when there is none */
export function checkZeros(words: Int32Array, at: number, sectors: number): number {
  const end = at + sectors * SECTOR_WORDS
  for (let w = at; w < end; w++) if (words[w] !== 0) return w
  return -1
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
