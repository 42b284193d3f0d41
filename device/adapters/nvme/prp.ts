// Physical region pages: where the data of a command lies in memory.
//
// Models: a first entry with any offset that is a multiple of 4; a second entry that is a page, or a list when more than two pages
// are touched; lists that begin anywhere in a page (offset a multiple of 8) and go on in further pages, the last entry of a full
// list page being the next list; every other entry with offset 0. The walk is bounded by the length of the transfer, so a list that
// points at itself ends too. Does not model: scatter/gather lists (refused with Invalid Field by the callers).
// Source: QEMU hw/nvme/ctrl.c, nvme_map_prp, and include/block/nvme.h; libnvme src/nvme/types.h (PRP Offset Invalid).

import type { DmaPort } from '../../bus-memory.ts'
import type { Bytes } from '../../bytes.ts'
import { le64 } from '../../little-endian.ts'
import { K } from './format.ts'

/** Largest list page: CAP.MPSMAX. */
const list: Bytes = new Uint8Array(65_536)

/** The pages of one command, made once and used again. */
export class PrpPages {
  /** Where each piece begins. Pieces end at page boundaries. */
  readonly #address: Float64Array
  #count = 0
  #firstBytes = 0
  #pageBytes = 4096

  /** @param limitBytes longest transfer */
  constructor(limitBytes: number) {
    this.#address = new Float64Array(limitBytes / 4096 + 1)
  }

  /** Pages that `bytes` from `prp1` on touch. */
  static touched(prp1: number, bytes: number, pageBytes: number): number {
    return bytes === 0 ? 0 : Math.ceil((offsetIn(prp1, pageBytes) + bytes) / pageBytes)
  }

  /**
   * Resolves the two entries of a command for `bytes` of data, which must not exceed the limit.
   * @returns 0 or a status
   */
  resolve(memory: DmaPort, prp1: number, prp2: number, bytes: number, pageBytes: number): number {
    const offset = offsetIn(prp1, pageBytes)
    this.#count = 0
    this.#pageBytes = pageBytes
    if (bytes === 0) return 0
    if (offsetIn(prp1, 4) !== 0) return K.STATUS_PRP_OFFSET_INVALID | K.STATUS_DNR
    this.#firstBytes = Math.min(bytes, pageBytes - offset)
    this.#address[this.#count++] = prp1
    const pages = Math.ceil((bytes - this.#firstBytes) / pageBytes)
    if (pages === 0) return 0
    if (pages > 1) return this.#walk(memory, prp2, pages)
    if (offsetIn(prp2, pageBytes) !== 0) return K.STATUS_PRP_OFFSET_INVALID | K.STATUS_DNR
    this.#address[this.#count++] = prp2
    return 0
  }

  #walk(memory: DmaPort, first: number, pages: number): number {
    const pageBytes = this.#pageBytes
    if (offsetIn(first, 8) !== 0) return K.STATUS_PRP_OFFSET_INVALID | K.STATUS_DNR
    let at = first
    let left = pages
    for (;;) {
      const room = (pageBytes - offsetIn(at, pageBytes)) / 8
      const entries = Math.min(room, left)
      // With more pages left than entries, the last entry of the page is the next list.
      const data = left > room ? room - 1 : entries
      if (!memory.read(at, list, 0, entries * 8)) return K.STATUS_DATA_TRANSFER_ERROR
      for (let i = 0; i < data; i++) {
        const page = le64(list, i * 8)
        if (offsetIn(page, pageBytes) !== 0) return K.STATUS_PRP_OFFSET_INVALID | K.STATUS_DNR
        this.#address[this.#count++] = page
      }
      left -= data
      if (left === 0) return 0
      at = le64(list, data * 8)
      if (offsetIn(at, pageBytes) !== 0) return K.STATUS_PRP_OFFSET_INVALID | K.STATUS_DNR
    }
  }

  /**
   * Moves the first `bytes` between the pages and `data[at…]`.
   * @returns bytes of the pieces that moved whole; fewer than asked: the piece after them touched memory that is not granted
   */
  move(memory: DmaPort, data: Bytes, at: number, bytes: number, toMemory: boolean): number {
    let done = 0
    for (let i = 0; i < this.#count && done < bytes; i++) {
      const room = i === 0 ? this.#firstBytes : this.#pageBytes
      const length = Math.min(room, bytes - done)
      const address = this.#address[i]!
      const from = at + done
      if (!(toMemory ? memory.write(address, data, from, length) : memory.read(address, data, from, length))) break
      done += length
    }
    return done
  }
}

/** Offset of an address in its page; `size` is a power of two. Cheaper than the remainder of two doubles. */
function offsetIn(address: number, size: number): number {
  return (address | 0) & (size - 1)
}
