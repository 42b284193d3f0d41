// A drive's blocks in memory, in segments that are made at their first write: a short run on a large drive costs little.
// Models: storage that never fails. Does not model: wear, slowness (a LatencyModel does), faults (ErrorStore does).
import type { Bytes } from '../bytes.ts'
import { type BlockStore, checkBlockBytes, inRange, StoreError, StoreResult } from './store.ts'

/** No array is longer, whatever the memory. */
const MAX_BYTES = 2 ** 32
/** A multiple of every block size. */
const SEGMENT_BYTES = 64 * 1024

const NOTHING = new Uint8Array(0)

export class RamStore implements BlockStore {
  readonly label: string
  readonly blockBytes: number
  readonly blocks: number
  readonly readOnly: boolean
  /** Undefined: nothing was written there yet. */
  #segments: (Bytes | undefined)[]
  #segmentBytes: number
  lent: Bytes = NOTHING

  /**
   * @param options.blocks how many blocks, at least 1
   * @param options.blockBytes default 512
   * @throws StoreError 'block-size', 'empty', 'too-large'
   */
  constructor(options: { blocks: number; blockBytes?: number; label?: string; readOnly?: boolean }) {
    const { blocks, blockBytes = 512, label = 'ram', readOnly = false } = options
    checkBlockBytes(blockBytes)
    if (!Number.isSafeInteger(blocks) || blocks < 1)
      throw new StoreError('empty', `store '${label}' has ${blocks} blocks: a whole number of at least 1 is wanted`)
    this.label = label
    this.blockBytes = blockBytes
    this.blocks = blocks
    this.readOnly = readOnly
    if (blocks * blockBytes > MAX_BYTES) throw this.#tooLarge()
    this.#segmentBytes = SEGMENT_BYTES
    this.#segments = new Array<undefined>(Math.ceil((blocks * blockBytes) / SEGMENT_BYTES)).fill(undefined)
  }

  /** The blocks, in order. Tests and the bench may look inside: from then on they are one array. @throws StoreError 'too-large' when the system has no room */
  get bytes(): Bytes {
    const whole = this.blocks * this.blockBytes
    if (this.#segmentBytes !== whole) {
      const bytes = this.#zeros(whole)
      for (const [n, segment] of this.#segments.entries())
        if (segment !== undefined)
          bytes.set(segment.subarray(0, whole - n * this.#segmentBytes), n * this.#segmentBytes)
      this.#segmentBytes = whole
      this.#segments = [bytes]
    }
    return this.#segments[0]!
  }

  #zeros(bytes: number): Bytes {
    try {
      return new Uint8Array(bytes)
    } catch (cause) {
      throw this.#tooLarge(cause)
    }
  }

  #tooLarge(cause?: unknown): StoreError {
    const { label, blocks, blockBytes } = this
    return new StoreError('too-large', `store '${label}' of ${blocks * blockBytes} bytes does not fit in memory`, {
      cause,
    })
  }

  read(lba: number, count: number, into: Bytes, at: number): number {
    if (!inRange(lba, count, this.blocks)) return StoreResult.outOfRange
    const segmentBytes = this.#segmentBytes
    const end = (lba + count) * this.blockBytes
    for (let from = lba * this.blockBytes; from < end; ) {
      const n = Math.floor(from / segmentBytes)
      const first = from - n * segmentBytes
      const bytes = Math.min(end - from, segmentBytes - first)
      const segment = this.#segments[n]
      if (segment === undefined) into.fill(0, at, at + bytes)
      else into.set(segment.subarray(first, first + bytes), at)
      from += bytes
      at += bytes
    }
    return StoreResult.ok
  }

  lend(lba: number, count: number): number {
    if (!inRange(lba, count, this.blocks)) return -1
    const first = lba * this.blockBytes
    const n = Math.floor(first / this.#segmentBytes)
    const at = first - n * this.#segmentBytes
    const segment = this.#segments[n]
    if (segment === undefined || at + count * this.blockBytes > segment.length) return -1
    this.lent = segment
    return at
  }

  /** @throws StoreError 'too-large' when the system has no room */
  write(lba: number, count: number, from: Bytes, at: number): number {
    if (this.readOnly) return StoreResult.writeProtected
    if (!inRange(lba, count, this.blocks)) return StoreResult.outOfRange
    const segmentBytes = this.#segmentBytes
    const end = (lba + count) * this.blockBytes
    for (let to = lba * this.blockBytes; to < end; ) {
      const n = Math.floor(to / segmentBytes)
      const first = to - n * segmentBytes
      const bytes = Math.min(end - to, segmentBytes - first)
      let segment = this.#segments[n]
      if (segment === undefined) {
        segment = this.#zeros(segmentBytes)
        this.#segments[n] = segment
      }
      segment.set(from.subarray(at, at + bytes), first)
      to += bytes
      at += bytes
    }
    return StoreResult.ok
  }

  flush(): number {
    return StoreResult.ok
  }

  unmap(lba: number, count: number): number {
    if (this.readOnly) return StoreResult.writeProtected
    if (!inRange(lba, count, this.blocks)) return StoreResult.outOfRange
    const segmentBytes = this.#segmentBytes
    const end = (lba + count) * this.blockBytes
    for (let from = lba * this.blockBytes; from < end; ) {
      const n = Math.floor(from / segmentBytes)
      const first = from - n * segmentBytes
      const bytes = Math.min(end - from, segmentBytes - first)
      this.#segments[n]?.fill(0, first, first + bytes)
      from += bytes
    }
    return StoreResult.ok
  }

  close(): void {}
}
