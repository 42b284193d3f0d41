// A store with bad spots: a decorator that answers chosen blocks with an error.
// Models: an access that touches a bad block fails whole and names the first bad block. Does not model: wrong data with good status.
import type { Bytes } from '../bytes.ts'
import { type BlockStore, StoreError, StoreResult } from './store.ts'

export interface BadRange {
  /** First bad block; of no meaning for 'flush'. */
  lba: number
  blocks: number
  /** What fails. Unmapping counts as a write. */
  on: 'read' | 'write' | 'flush'
  /** What the store answers: a StoreResult other than ok. */
  result: number
  /** Accesses that fail before the spot heals. Default: all. */
  times?: number
}

export class ErrorStore implements BlockStore {
  readonly label: string
  readonly blockBytes: number
  readonly blocks: number
  readonly readOnly: boolean
  readonly unmap?: (lba: number, count: number) => number
  failedLba = -1
  /** Accesses refused so far. */
  refused = 0
  readonly #inner: BlockStore
  readonly #ranges: { range: BadRange; left: number }[] = []

  /** @throws StoreError 'fault-range' for a range that makes no sense */
  constructor(inner: BlockStore, ranges: readonly BadRange[] = []) {
    this.#inner = inner
    this.label = inner.label
    this.blockBytes = inner.blockBytes
    this.blocks = inner.blocks
    this.readOnly = inner.readOnly
    if (inner.unmap !== undefined)
      this.unmap = (lba, count) => this.#check('write', lba, count) || inner.unmap!(lba, count)
    for (const range of ranges) this.add(range)
  }

  /** @throws StoreError 'fault-range' */
  add(range: BadRange): void {
    const { lba, blocks, result, times = Number.POSITIVE_INFINITY } = range
    const results: readonly number[] = Object.values(StoreResult)
    const named = `bad range ${lba}+${blocks} of store '${this.label}'`
    if (
      !Number.isSafeInteger(lba) ||
      lba < 0 ||
      !Number.isSafeInteger(blocks) ||
      blocks < 1 ||
      lba + blocks > this.blocks
    )
      throw new StoreError('fault-range', `${named} does not lie in blocks 0 to ${this.blocks - 1}`)
    if (!results.includes(result) || result === StoreResult.ok)
      throw new StoreError('fault-range', `${named}: result ${result} is no error`)
    if (!(times >= 1)) throw new StoreError('fault-range', `${named}: ${times} times is not at least 1`)
    this.#ranges.push({ range, left: times })
  }

  /** Every spot heals. */
  clear(): void {
    this.#ranges.length = 0
  }

  read(lba: number, count: number, into: Bytes, at: number): number {
    return this.#check('read', lba, count) || this.#inner.read(lba, count, into, at)
  }

  write(lba: number, count: number, from: Bytes, at: number): number {
    return this.#check('write', lba, count) || this.#inner.write(lba, count, from, at)
  }

  flush(): number {
    return this.#check('flush', 0, this.blocks) || this.#inner.flush()
  }

  close(): void {
    this.#inner.close()
  }

  /** The bad spot an access meets first decides. @returns its result, or ok */
  #check(kind: BadRange['on'], lba: number, count: number): number {
    let first = Number.POSITIVE_INFINITY
    let hit: { range: BadRange; left: number } | undefined
    for (const entry of this.#ranges) {
      const { range } = entry
      if (range.on !== kind || entry.left <= 0 || lba >= range.lba + range.blocks || range.lba >= lba + count) continue
      const at = Math.max(lba, range.lba)
      if (at >= first) continue
      first = at
      hit = entry
    }
    this.failedLba = -1
    if (hit === undefined) return StoreResult.ok
    hit.left--
    this.refused++
    if (kind !== 'flush') this.failedLba = first
    return hit.range.result
  }
}
