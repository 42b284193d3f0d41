// An adapter's only way into memory.
//
// Models: transfers to and from granted pages, bus master enable, refusal of everything else.
// Does not model: transfer time (adapters do), bursts, byte enables.
import type { Bytes } from './bytes.ts'
import { type DmaFault, type DmaFaultReport, DmaRefusal } from './dma-fault.ts'
import { GrantAccess, PAGE_BYTES, PAGE_MASK, type PageTable, REVOKED } from './page-table.ts'

/** Up to here a byte loop beats a view on the array: making the view and handing it over takes about 80 ns. */
const LOOP_BYTES = 64

/** Who is told of a refused transfer. */
export interface DmaRefuser {
  /** @param pages the port's own memory */
  refuse(fault: DmaFault, pages: PageTable): DmaFaultReport
}

export class DmaPort {
  readonly #pages: PageTable
  readonly #refuser: DmaRefuser
  readonly adapter: number
  /** PCI bus master enable. */
  enabled = true
  /** Bytes moved out of and into memory, transfers refused. */
  readBytes = 0
  writtenBytes = 0
  faults = 0
  lastFault: DmaFaultReport | undefined

  /** @internal use BusSlice.dmaPort */
  constructor(pages: PageTable, refuser: DmaRefuser, adapter: number) {
    this.#pages = pages
    this.#refuser = refuser
    this.adapter = adapter
  }

  /**
   * Memory to adapter: `length` bytes from physical address `pa` into `into[at…]`.
   * @returns false when refused; nothing was moved from the refused page on, and the probe was told
   * @throws RangeError when `into` has no room: the adapter's own mistake
   */
  read(pa: number, into: Bytes, at: number, length: number): boolean {
    if (!(at >= 0 && length >= 0 && at + length <= into.length)) throw roomError('read', into, at, length)
    if (!this.enabled) return this.#refuse(DmaRefusal.busMasterDisabled, pa, length, false, pa)
    const memory = this.#pages.memory
    let done = 0
    while (done < length) {
      const from = this.#reach(pa + done, length - done, GrantAccess.read)
      if (from < 0) return this.#refuse(this.#why(pa + done, GrantAccess.read), pa, length, false, pa + done)
      let end = from + PAGE_BYTES - (from & PAGE_MASK)
      if (end - from > length - done) end = from + length - done
      copy(memory, from, end, into, at + done)
      done += end - from
      this.readBytes += end - from
    }
    return true
  }

  /** The memory in which `look` finds things. */
  get bytes(): Bytes {
    return this.#pages.memory
  }

  /**
   * Memory to adapter without a copy, for small things that are read at once.
   * @returns where in `bytes` the `length` bytes from `pa` on lie; −1 when they are not granted or not within one page: `read` them
   */
  look(pa: number, length: number): number {
    if (!this.enabled || (pa & PAGE_MASK) + length > PAGE_BYTES) return -1
    const at = this.#reach(pa, length, GrantAccess.read)
    if (at >= 0) this.readBytes += length
    return at
  }

  /**
   * Adapter to memory: `length` bytes of `from[at…]` to physical address `pa`.
   * @returns false when refused; nothing was moved from the refused page on, and the probe was told
   * @throws RangeError when `from` is too short: the adapter's own mistake
   */
  write(pa: number, from: Bytes, at: number, length: number): boolean {
    if (!(at >= 0 && length >= 0 && at + length <= from.length)) throw roomError('write', from, at, length)
    if (!this.enabled) return this.#refuse(DmaRefusal.busMasterDisabled, pa, length, true, pa)
    const memory = this.#pages.memory
    let done = 0
    while (done < length) {
      const to = this.#reach(pa + done, length - done, GrantAccess.write)
      if (to < 0) return this.#refuse(this.#why(pa + done, GrantAccess.write), pa, length, true, pa + done)
      const room = PAGE_BYTES - (to & PAGE_MASK)
      const count = Math.min(room, length - done)
      copy(from, at + done, at + done + count, memory, to)
      done += count
      this.writtenBytes += count
    }
    return true
  }

  /** Index into memory of `pa` when the part of `length` that lies in its page is granted, else −1. */
  #reach(pa: number, length: number, access: number): number {
    const pages = this.#pages
    const page = pages.pageAt(pa)
    if (page < 0) return -1
    const start = (pa - pages.base) & PAGE_MASK
    let end = start + length
    if (end > PAGE_BYTES) end = PAGE_BYTES
    if ((pages.grantAccess[page]! & access) === 0 || start < pages.grantStart[page]! || end > pages.grantEnd[page]!)
      return -1
    return pages.offset + page * PAGE_BYTES + start
  }

  /** Why `#reach` failed. */
  #why(pa: number, access: number): DmaRefusal {
    const page = this.#pages.pageAt(pa)
    if (page < 0) return DmaRefusal.noMemory
    const granted = this.#pages.grantAccess[page]!
    if (granted === 0) return DmaRefusal.neverGranted
    if (granted === REVOKED) return DmaRefusal.revoked
    return (granted & access) === 0 ? DmaRefusal.direction : DmaRefusal.beyondGrant
  }

  #refuse(refusal: DmaRefusal, address: number, lengthBytes: number, write: boolean, faultAddress: number): false {
    const { offset, end, grantOwner } = this.#pages
    const page = this.#pages.pageAt(faultAddress)
    const owner = page < 0 ? -1 : grantOwner[page]!
    const looksVirtual = faultAddress >= offset && faultAddress < end
    this.faults++
    const fault = { refusal, adapter: this.adapter, address, lengthBytes, write, faultAddress, owner, looksVirtual }
    this.lastFault = this.#refuser.refuse(fault, this.#pages)
    return false
  }
}

function copy(from: Bytes, start: number, end: number, to: Bytes, at: number): void {
  if (end - start > LOOP_BYTES) to.set(from.subarray(start, end), at)
  else for (let i = start, j = at; i < end; i++, j++) to[j] = from[i]!
}

function roomError(what: string, bytes: Bytes, at: number, length: number): RangeError {
  return new RangeError(`DMA ${what} of ${length} bytes at ${at} of a buffer of ${bytes.length} bytes`)
}
