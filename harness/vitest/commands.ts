// SCSI commands for `send`, as plain data.
import type { Bytes } from '../../device/bytes.ts'
import { type CdbLength, encodeReadWrite, fittingForm } from '../workload/cdb.ts'

/** One SRB with SRB_FUNCTION_EXECUTE_SCSI. */
export interface Command {
  /** 6 to 16 bytes. */
  cdb: ArrayLike<number>
  /** Bytes to the target. */
  data?: ArrayLike<number>
  /** Bytes that may come from the target. */
  length?: number
  /** Default 0. */
  target?: number
  /** Default 0. */
  lun?: number
  /** Default 0. */
  path?: number
  /** Queue tag; default simple. */
  tag?: 'simple' | 'ordered' | 'head' | 'untagged'
  /** TimeOutValue; default 10. */
  timeoutSeconds?: number
}

export type Place = Pick<Command, 'target' | 'lun' | 'path' | 'tag' | 'timeoutSeconds'>

const readWrite = (write: boolean, lba: number, blocks: number, form: CdbLength): Bytes => {
  const fits = fittingForm(form, lba, blocks)
  const cdb = new Uint8Array(fits)
  encodeReadWrite(cdb, fits, write, lba, blocks)
  return cdb
}

export const testUnitReady = (place: Place = {}): Command => ({ ...place, cdb: new Uint8Array(6) })

/** @param bytes at most 255 */
export const inquiry = (bytes = 36, place: Place = {}): Command => ({
  ...place,
  cdb: [0x12, ((place.lun ?? 0) & 7) << 5, 0, 0, bytes, 0],
  length: bytes,
})

export const readCapacity = (place: Place = {}): Command => ({
  ...place,
  cdb: [0x25, ((place.lun ?? 0) & 7) << 5, 0, 0, 0, 0, 0, 0, 0, 0],
  length: 8,
})

export interface BlockOptions extends Place {
  /** Default 512. */
  blockBytes?: number
  /** Bytes of the CDB: 6, 10, 12 or 16; default 10, or the next that can hold address and count. */
  form?: CdbLength
}

export const readBlocks = (lba: number, blocks = 1, options: BlockOptions = {}): Command => {
  const { blockBytes = 512, form = 10, ...place } = options
  return { ...place, cdb: readWrite(false, lba, blocks, form), length: blocks * blockBytes }
}

/** @param data a whole number of blocks */
export const writeBlocks = (lba: number, data: ArrayLike<number>, options: BlockOptions = {}): Command => {
  const { blockBytes = 512, form = 10, ...place } = options
  if (data.length === 0 || data.length % blockBytes !== 0)
    throw new RangeError(`${data.length} bytes are no whole number of blocks of ${blockBytes} bytes`)
  return { ...place, cdb: readWrite(true, lba, data.length / blockBytes, form), data }
}
