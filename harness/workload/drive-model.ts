// The workload's own model of a drive: which generation each block holds, and whether somebody has seen it there.
import { checkSectors, checkZeros, describeSector, expectedWord, fillSectors, SECTOR_BYTES } from './content.ts'
import type { SectorCode } from './sector-code.ts'

/** Blocks a model can follow: 4 bytes each. */
export const MAX_MODEL_BLOCKS = 1 << 25

/** What is known of a block: the low bits of its word. Written and verified differ in the lowest one. */
const State = {
  /** Never written: not judged, unless the drive was all zeros at the start. */
  Untouched: 0,
  /** A write failed: may hold anything. */
  Unknown: 1,
  /** Written, not read since. */
  Written: 2,
  /** Read back and right. */
  Verified: 3,
} as const

/** The generation lies above the state, modulo 2^30. */
const STATE_MASK = 3
const GENERATION_SHIFT = 2
const ONE_GENERATION = 1 << GENERATION_SHIFT

export interface DriveModelOptions {
  label: string
  blockBytes: number
  /** Blocks of the whole drive. */
  blocks: number
  /** The range the workload uses. */
  firstBlock: number
  rangeBlocks: number
  /** Tells seeds and drives apart. */
  salt: number
  /** The store was all zeros when the run began. */
  zeroAtStart: boolean
}

export class DriveModel {
  readonly label: string
  readonly blockBytes: number
  readonly blocks: number
  readonly firstBlock: number
  readonly rangeBlocks: number
  readonly salt: number
  readonly zeroAtStart: boolean
  /** Of each block generation and state, so that it takes one look. */
  readonly #known: Int32Array
  readonly #sectorsPerBlock: number
  readonly #wordsPerBlock: number
  /** Of the last `check`: LBA of the first wrong block, −1 when none was. */
  badLba = -1
  /** Of the last `check`: index of its first wrong word in the words given. */
  badWord = -1
  /** Of the last `check`: blocks whose contents were known. */
  comparedBlocks = 0

  constructor(options: DriveModelOptions) {
    this.label = options.label
    this.blockBytes = options.blockBytes
    this.blocks = options.blocks
    this.firstBlock = options.firstBlock
    this.rangeBlocks = options.rangeBlocks
    this.salt = options.salt | 0
    this.zeroAtStart = options.zeroAtStart
    this.#known = new Int32Array(options.rangeBlocks)
    this.#sectorsPerBlock = options.blockBytes / SECTOR_BYTES
    this.#wordsPerBlock = options.blockBytes / 4
  }

  /** Writes the next generation of the blocks into `words`: what a WRITE is to carry. */
  fill(words: Int32Array, at: number, lba: number, blocks: number): void {
    const perBlock = this.#sectorsPerBlock
    for (let i = 0; i < blocks; i++) {
      const generation = (this.#known[lba - this.firstBlock + i]! + ONE_GENERATION) >>> GENERATION_SHIFT
      fillSectors(words, at + i * this.#wordsPerBlock, (lba + i) * perBlock, perBlock, generation, this.salt)
    }
  }

  /** The write of `fill` is on the drive. */
  commit(lba: number, blocks: number): void {
    this.#set(lba, blocks, State.Written)
  }

  /** The write of `fill` failed or never came back: the blocks may hold anything until they are written again. */
  lose(lba: number, blocks: number): void {
    this.#set(lba, blocks, State.Unknown)
  }

  #set(lba: number, blocks: number, state: number): void {
    const start = lba - this.firstBlock
    for (let i = start; i < start + blocks; i++) {
      this.#known[i] = ((this.#known[i]! + ONE_GENERATION) & ~STATE_MASK) | state
    }
  }

  /**
   * Compares what was read with what must be there, and marks it as seen. See `badLba`, `badWord`, `comparedBlocks`.
   * @param code for the memory that `words` lies in, when there is one
   * @returns wrong blocks
   */
  check(words: Int32Array, at: number, lba: number, blocks: number, code?: SectorCode): number {
    const perBlock = this.#sectorsPerBlock
    let bad = 0
    let compared = 0
    this.badLba = -1
    this.badWord = -1
    for (let i = 0; i < blocks; ) {
      const block = lba + i
      const run = this.#alike(block, blocks - i)
      const index = block - this.firstBlock
      const known = index >= 0 && index < this.rangeBlocks ? this.#known[index]! : State.Untouched
      const state = known & STATE_MASK
      if (state === State.Unknown || (state === State.Untouched && !this.zeroAtStart)) {
        i += run
        continue
      }
      const from = at + i * this.#wordsPerBlock
      const wrong =
        state === State.Untouched
          ? checkZeros(words, from, run * perBlock, code)
          : checkSectors(words, from, block * perBlock, run * perBlock, known >>> GENERATION_SHIFT, this.salt, code)
      const right = wrong < 0 ? run : Math.floor((wrong - from) / this.#wordsPerBlock)
      if (state !== State.Untouched) for (let n = index; n < index + right; n++) this.#known[n]! |= State.Verified
      compared += right
      i += right
      if (wrong < 0) continue
      compared++
      i++
      bad++
      if (this.badLba < 0) {
        this.badLba = block + right
        this.badWord = wrong
      }
    }
    this.comparedBlocks = compared
    return bad
  }

  /** So many blocks from `block` on are known in the same way and, if written, hold the same generation. */
  #alike(block: number, limit: number): number {
    const first = block - this.firstBlock
    if (first < 0) return Math.min(limit, -first)
    if (first >= this.rangeBlocks) return limit
    const known = this.#known[first]!
    // Written and verified are alike.
    const either = (known & STATE_MASK) >= State.Written ? 1 : 0
    const end = Math.min(first + limit, this.rangeBlocks)
    let n = first + 1
    while (n < end && (this.#known[n]! | either) === (known | either)) n++
    return n - first
  }

  /** The next block from `lba` on that was written and never read back, −1 when there is none. */
  nextUnseen(lba: number): number {
    for (let n = Math.max(0, lba - this.firstBlock); n < this.rangeBlocks; n++)
      if ((this.#known[n]! & STATE_MASK) === State.Written) return n + this.firstBlock
    return -1
  }

  /** Blocks from `lba` on, up to `limit`, that were written and never read back. */
  unseenRun(lba: number, limit: number): number {
    let n = 0
    while (n < limit && (this.#known[lba - this.firstBlock + n]! & STATE_MASK) === State.Written) n++
    return n
  }

  /** Bytes written and never read back. */
  get unseenBytes(): number {
    let blocks = 0
    for (let i = 0; i < this.rangeBlocks; i++) if ((this.#known[i]! & STATE_MASK) === State.Written) blocks++
    return blocks * this.blockBytes
  }

  /** The miscompare of the last `check`, for the driver's author. @param at as given to `check` for block `lba` */
  describeBad(words: Int32Array, at: number, lba: number): string {
    const perBlock = this.#sectorsPerBlock
    const block = this.badLba
    const blockAt = at + (block - lba) * this.#wordsPerBlock
    const wordInBlock = this.badWord - blockAt
    const part = Math.floor((wordInBlock * 4) / SECTOR_BYTES)
    const sectorAt = blockAt + (part * SECTOR_BYTES) / 4
    const index = block - this.firstBlock
    const word = index >= 0 && index < this.rangeBlocks ? this.#known[index]! : State.Untouched
    const known = (word & STATE_MASK) !== State.Untouched
    const generation = known ? word >>> GENERATION_SHIFT : 0
    const sector = block * perBlock + part
    const expected = known ? expectedWord(this.badWord - sectorAt, sector, generation, this.salt) : 0
    const found = words[this.badWord]!
    const byte = Math.clz32((expected ^ found) & -(expected ^ found)) // position of the lowest wrong bit, from the top
    const byteInWord = (31 - byte) >> 3
    const hex = (word: number) => `0x${((word >>> (8 * byteInWord)) & 0xff).toString(16).padStart(2, '0')}`
    const looks = known
      ? describeSector(words, sectorAt, sector, generation, this.salt, perBlock)
      : `expected zeros (never written); found ${describeSector(words, sectorAt, sector, 0, this.salt, perBlock)}`
    return `drive ${this.label}, LBA ${block}, byte ${wordInBlock * 4 + byteInWord}: expected ${hex(expected)}, found ${hex(found)}; ${known ? `expected generation ${generation}, found ${looks}` : looks}`
  }
}
