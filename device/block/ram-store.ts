// A drive's blocks in memory: one zero-filled array, made at the first write, which the operating system backs page by page.
// Models: storage that never fails. Does not model: wear, slowness (a LatencyModel does), faults (ErrorStore does).
import type { Bytes } from '../bytes.ts'
import { type BlockStore, checkBlockBytes, inRange, StoreError, StoreResult } from './store.ts'

/** No array is longer, whatever the memory. */
const MAX_BYTES = 2 ** 32

export class RamStore implements BlockStore {
  readonly label: string
  readonly blockBytes: number
  readonly blocks: number
  readonly readOnly: boolean
  /** Undefined: nothing was written yet. */
  #bytes: Bytes | undefined

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
  }

  /** The blocks, in order. Tests and the bench may look inside. @throws StoreError 'too-large' when the system has no room */
  get bytes(): Bytes {
    if (this.#bytes === undefined) {
      try {
        this.#bytes = new Uint8Array(this.blocks * this.blockBytes)
      } catch (cause) {
        throw this.#tooLarge(cause)
      }
    }
    return this.#bytes
  }

  #tooLarge(cause?: unknown): StoreError {
    const { label, blocks, blockBytes } = this
    return new StoreError('too-large', `store '${label}' of ${blocks * blockBytes} bytes does not fit in memory`, {
      cause,
    })
  }

  read(lba: number, count: number, into: Bytes, at: number): number {
    if (!inRange(lba, count, this.blocks)) return StoreResult.outOfRange
    const from = lba * this.blockBytes
    const length = count * this.blockBytes
    if (this.#bytes === undefined) into.fill(0, at, at + length)
    else into.set(this.#bytes.subarray(from, from + length), at)
    return StoreResult.ok
  }

  write(lba: number, count: number, from: Bytes, at: number): number {
    if (this.readOnly) return StoreResult.writeProtected
    if (!inRange(lba, count, this.blocks)) return StoreResult.outOfRange
    this.bytes.set(from.subarray(at, at + count * this.blockBytes), lba * this.blockBytes)
    return StoreResult.ok
  }

  flush(): number {
    return StoreResult.ok
  }

  unmap(lba: number, count: number): number {
    if (this.readOnly) return StoreResult.writeProtected
    if (!inRange(lba, count, this.blocks)) return StoreResult.outOfRange
    this.#bytes?.fill(0, lba * this.blockBytes, (lba + count) * this.blockBytes)
    return StoreResult.ok
  }

  close(): void {}
}
