// A drive's blocks in a raw image file: block n at byte n × blockBytes, nothing else in the file.
//
// Models: a file of fixed size, read and written in place, never beyond the end it had when it was opened. Does not model: growing,
// sparse holes (unmapped blocks are written with zeros), image formats, locking against other programs.
import { closeSync, fdatasyncSync, fstatSync, openSync, readSync, statSync, writeSync } from 'node:fs'
import type { Bytes } from '../bytes.ts'
import { type BlockStore, checkBlockBytes, inRange, StoreError, type StoreErrorCode, StoreResult } from './store.ts'

const ZEROS: Bytes = new Uint8Array(65_536)

export class RawFileStore implements BlockStore {
  readonly label: string
  readonly blockBytes: number
  readonly blocks: number
  readonly readOnly: boolean
  failedLba = -1
  #fd: number

  /**
   * @param options.path as the user typed it; it stands in every message
   * @param options.blockBytes default 512
   * @param options.readOnly default false: the file must be writable
   * @throws StoreError 'missing', 'not-a-file', 'no-permission', 'empty', 'not-block-multiple', 'block-size', 'io'
   */
  constructor(options: { path: string; blockBytes?: number; readOnly?: boolean; label?: string }) {
    const { path, blockBytes = 512, readOnly = false } = options
    checkBlockBytes(blockBytes)
    this.label = options.label ?? path
    this.blockBytes = blockBytes
    this.readOnly = readOnly
    this.#fd = open(path, readOnly)
    try {
      const { size } = fstatSync(this.#fd)
      if (size === 0) throw new StoreError('empty', `image '${path}' is empty`)
      if (size % blockBytes !== 0)
        throw new StoreError(
          'not-block-multiple',
          `image '${path}' has ${size} bytes, ${size % blockBytes} more than a multiple of the block size ${blockBytes}`,
        )
      this.blocks = size / blockBytes
    } catch (error) {
      this.close()
      throw error instanceof StoreError ? error : storeErrorOf(error, path, readOnly)
    }
  }

  read(lba: number, count: number, into: Bytes, at: number): number {
    this.failedLba = -1
    if (!inRange(lba, count, this.blocks)) return StoreResult.outOfRange
    const bytes = count * this.blockBytes
    const start = lba * this.blockBytes
    let done = 0
    try {
      while (done < bytes) {
        const moved = readSync(this.#fd, into, at + done, bytes - done, start + done)
        if (moved === 0) return this.#failed(StoreResult.mediumError, lba, done) // somebody cut the file short
        done += moved
      }
    } catch {
      return this.#failed(this.#fd < 0 ? StoreResult.hardwareError : StoreResult.mediumError, lba, done)
    }
    return StoreResult.ok
  }

  write(lba: number, count: number, from: Bytes, at: number): number {
    this.failedLba = -1
    if (this.readOnly) return StoreResult.writeProtected
    if (!inRange(lba, count, this.blocks)) return StoreResult.outOfRange
    const bytes = count * this.blockBytes
    const start = lba * this.blockBytes
    let done = 0
    try {
      while (done < bytes) {
        const moved = writeSync(this.#fd, from, at + done, bytes - done, start + done)
        if (moved === 0) return this.#failed(StoreResult.mediumError, lba, done)
        done += moved
      }
    } catch {
      return this.#failed(this.#fd < 0 ? StoreResult.hardwareError : StoreResult.mediumError, lba, done)
    }
    return StoreResult.ok
  }

  flush(): number {
    if (this.readOnly) return StoreResult.ok
    try {
      fdatasyncSync(this.#fd)
    } catch {
      return this.#fd < 0 ? StoreResult.hardwareError : StoreResult.mediumError
    }
    return StoreResult.ok
  }

  /** Writes zeros. */
  unmap(lba: number, count: number): number {
    if (!inRange(lba, count, this.blocks)) return StoreResult.outOfRange
    const pieceBlocks = ZEROS.length / this.blockBytes
    for (let done = 0; done < count; done += pieceBlocks) {
      const result = this.write(lba + done, Math.min(pieceBlocks, count - done), ZEROS, 0)
      if (result !== StoreResult.ok) return result
    }
    return StoreResult.ok
  }

  /** Every access afterwards answers hardwareError. Closing twice does no harm. */
  close(): void {
    const fd = this.#fd
    this.#fd = -1
    if (fd >= 0) closeSync(fd)
  }

  #failed(result: number, lba: number, doneBytes: number): number {
    this.failedLba = lba + Math.floor(doneBytes / this.blockBytes)
    return result
  }
}

/** Looks before it opens: opening a FIFO would wait for a writer. */
function open(path: string, readOnly: boolean): number {
  try {
    if (!statSync(path).isFile()) throw new StoreError('not-a-file', `image '${path}' is not a regular file`)
    return openSync(path, readOnly ? 'r' : 'r+')
  } catch (error) {
    throw error instanceof StoreError ? error : storeErrorOf(error, path, readOnly)
  }
}

const CODES: Record<string, StoreErrorCode> = {
  ENOENT: 'missing',
  ENOTDIR: 'missing',
  EISDIR: 'not-a-file',
  EACCES: 'no-permission',
  EPERM: 'no-permission',
  EROFS: 'no-permission',
}

/** @internal what a failed system call means for an image file */
export function storeErrorOf(cause: unknown, path: string, readOnly: boolean): StoreError {
  const errno = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error'
  const code = CODES[errno] ?? 'io'
  const what =
    code === 'missing'
      ? 'does not exist'
      : code === 'no-permission'
        ? `may not be ${readOnly ? 'read' : 'written'} (${errno})`
        : code === 'not-a-file'
          ? 'is not a regular file'
          : `cannot be opened (${errno})`
  return new StoreError(code, `image '${path}' ${what}`, { cause })
}
