// Where sectors live. A store knows blocks and bytes; it knows no SCSI and no time.
import type { Bytes } from '../bytes.ts'

/** How a store answers. The logical unit turns it into sense data. */
export const StoreResult = { ok: 0, mediumError: 1, writeProtected: 2, outOfRange: 3, hardwareError: 4 } as const

export interface BlockStore {
  readonly label: string
  /** Bytes in one block. */
  readonly blockBytes: number
  /** Blocks in the store. */
  readonly blocks: number
  readonly readOnly: boolean
  /** After an error: the first block that failed, −1 when the store cannot tell. The blocks before it are sound. */
  readonly failedLba?: number
  /**
   * Copies `count` blocks from `lba` into `into[at…]`. Synchronous. A range that does not fit the store moves nothing.
   * @returns StoreResult.ok or another StoreResult; after an error the contents of the range in `into` mean nothing
   */
  read(lba: number, count: number, into: Bytes, at: number): number
  /**
   * Shows blocks where they lie, so that nobody needs to copy them: `lent` holds them from the index returned, until the store is written.
   * @returns −1: not possible, `read` it
   */
  lend?(lba: number, count: number): number
  readonly lent?: Bytes
  /** Copies `count` blocks from `from[at…]` to `lba`. @returns a StoreResult */
  write(lba: number, count: number, from: Bytes, at: number): number
  /** Makes everything written so far durable. @returns a StoreResult */
  flush(): number
  /** Gives blocks back; they read as zeros from now on. A store without it is fully provisioned. @returns a StoreResult */
  unmap?(lba: number, count: number): number
  close(): void
}

/** Virtual time a drive takes between decoding a command and carrying it out, in picoseconds. */
export interface LatencyModel {
  readPs(lba: number, blocks: number): number
  writePs(lba: number, blocks: number): number
  otherPs(): number
}

/** A drive that takes no time of its own. */
export const NO_LATENCY: LatencyModel = { readPs: () => 0, writePs: () => 0, otherPs: () => 0 }

/** Fixed time for each command plus a time for each block. All in picoseconds. */
export function fixedLatency(times: {
  readPs: number
  writePs: number
  blockPs?: number
  otherPs?: number
}): LatencyModel {
  const { readPs, writePs, blockPs = 0, otherPs = 0 } = times
  for (const [name, ps] of Object.entries({ readPs, writePs, blockPs, otherPs }))
    if (!Number.isSafeInteger(ps) || ps < 0)
      throw new StoreError('latency', `${name} is ${ps}: a whole number of ps ≥ 0 is wanted`)
  return {
    readPs: (_lba, blocks) => readPs + blocks * blockPs,
    writePs: (_lba, blocks) => writePs + blocks * blockPs,
    otherPs: () => otherPs,
  }
}

export type StoreErrorCode =
  | 'missing'
  | 'not-a-file'
  | 'no-permission'
  | 'empty'
  | 'not-block-multiple'
  | 'block-size'
  | 'too-large'
  | 'latency'
  | 'fault-range'
  | 'io'

/** A store that cannot be made. `code` says why, `message` says it to people. */
export class StoreError extends Error {
  override name = 'StoreError'
  readonly code: StoreErrorCode

  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

export const MIN_BLOCK_BYTES = 512
export const MAX_BLOCK_BYTES = 65_536

/** @throws StoreError 'block-size' unless `blockBytes` is a power of two from 512 to 65536 */
export function checkBlockBytes(blockBytes: number): void {
  const powerOfTwo = Number.isInteger(blockBytes) && (blockBytes & (blockBytes - 1)) === 0
  if (!powerOfTwo || blockBytes < MIN_BLOCK_BYTES || blockBytes > MAX_BLOCK_BYTES)
    throw new StoreError(
      'block-size',
      `block size is ${blockBytes} bytes: a power of two from ${MIN_BLOCK_BYTES} to ${MAX_BLOCK_BYTES} is wanted`,
    )
}

/** True when [lba, lba + count) lies inside `blocks`. False for anything that is not a whole number. */
export function inRange(lba: number, count: number, blocks: number): boolean {
  return (
    lba >= 0 && count >= 0 && lba <= blocks && count <= blocks - lba && Number.isInteger(lba) && Number.isInteger(count)
  )
}
