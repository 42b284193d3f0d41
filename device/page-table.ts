// The pages of one slice: which physical frame each lies in, and what of it the adapter may touch.
//
// Models: a fixed scattering, common buffers with consecutive addresses, one byte-exact grant a page.
// Does not model: who moves the bytes (dma-port.ts), where slices lie (bus-memory.ts).
import type { Bytes } from './bytes.ts'
import { scatter } from './scatter.ts'

export const PAGE_BYTES = 4096
export const PAGE_SHIFT = 12
export const PAGE_MASK = PAGE_BYTES - 1

/** What the adapter may do with granted memory: `read` = memory to adapter, `write` = adapter to memory. */
export const GrantAccess = { read: 1, write: 2, both: 3 } as const

/** Grant bit of a page that had a grant once and has none now. */
export const REVOKED = 4

export class BusMemoryError extends Error {
  override name = 'BusMemoryError'
}

export class PageTable {
  readonly label: string
  readonly memory: Bytes
  /** First byte of the window, an index into `memory`. */
  readonly offset: number
  /** First index after the window. */
  readonly end: number
  readonly pages: number
  /** First physical address. */
  base: number
  /** Bytes of address space: scattered window, one unused page, contiguous window. */
  readonly sizeBytes: number
  /** Frame of each page. Frames below `#contiguousFirst` are the scattered window. */
  readonly #frameOf: Int32Array
  /** Page in each frame, −1 none. */
  readonly #pageIn: Int32Array
  /** First page after the physically contiguous run a page belongs to. */
  readonly #runEnd: Int32Array
  readonly #contiguousFirst: number
  #nextContiguous: number
  /** @internal grant of each page: first byte, byte after the last, access bits */
  readonly grantStart: Uint16Array
  /** @internal */
  readonly grantEnd: Uint16Array
  /** @internal */
  readonly grantAccess: Uint8Array
  /** @internal whom the last grant of each page was for, −1 nobody in particular */
  readonly grantOwner: Int32Array

  constructor(label: string, memory: Bytes, offset: number, pages: number, base: number) {
    this.label = label
    this.memory = memory
    this.offset = offset
    this.end = offset + pages * PAGE_BYTES
    this.pages = pages
    this.base = base
    this.sizeBytes = PageTable.addressBytes(pages)
    const { frames, frameOf } = scatter(pages)
    this.#frameOf = frameOf
    this.#contiguousFirst = frames + 1
    this.#nextContiguous = this.#contiguousFirst
    this.#pageIn = new Int32Array(this.sizeBytes / PAGE_BYTES).fill(-1)
    this.#runEnd = new Int32Array(pages)
    for (let page = 0; page < pages; page++) {
      this.#pageIn[frameOf[page]!] = page
      this.#runEnd[page] = page + 1
    }
    this.grantStart = new Uint16Array(pages)
    this.grantEnd = new Uint16Array(pages)
    this.grantAccess = new Uint8Array(pages)
    this.grantOwner = new Int32Array(pages).fill(-1)
  }

  /** Address space a slice of `pages` takes: in the contiguous window there is one unused page after each run. */
  static addressBytes(pages: number): number {
    return (scatter.frames(pages) + 1 + 2 * pages) * PAGE_BYTES
  }

  /** Physical address of `memory[at]` (may exceed 2^32), −1 outside the window. */
  physicalOf(at: number): number {
    if (!(at >= this.offset && at < this.end)) return -1
    const page = (at - this.offset) >>> PAGE_SHIFT
    return this.base + this.#frameOf[page]! * PAGE_BYTES + (at & PAGE_MASK)
  }

  /** Index into `memory`, −1 when `pa` is no address of this slice. */
  locate(pa: number): number {
    const within = pa - this.base
    if (!(within >= 0 && within < this.sizeBytes)) return -1
    const page = this.#pageIn[within >>> PAGE_SHIFT]!
    return page < 0 ? -1 : this.offset + page * PAGE_BYTES + (within & PAGE_MASK)
  }

  /** Bytes from `memory[at]` on that have consecutive physical addresses; 0 outside the window. */
  contiguousBytes(at: number): number {
    if (!(at >= this.offset && at < this.end)) return 0
    const page = (at - this.offset) >>> PAGE_SHIFT
    return this.offset + this.#runEnd[page]! * PAGE_BYTES - at
  }

  /**
   * Gives the pages that hold [at, at + length) consecutive physical addresses, for a common buffer. Asked again for a
   * part of the same buffer it changes nothing.
   * @returns the physical address of `memory[at]`
   * @throws BusMemoryError outside the window, for a page that is granted, or for a page of another common buffer
   */
  makeContiguous(at: number, length: number): number {
    const [first, last] = this.#pagesOf('common buffer', at, length)
    if (this.#runEnd[first]! > last && this.#frameOf[first]! >= this.#contiguousFirst) return this.physicalOf(at)
    for (let page = first; page <= last; page++) {
      if (this.#frameOf[page]! >= this.#contiguousFirst)
        throw new BusMemoryError(
          `slice '${this.label}': page at ${this.#indexOf(page)} already belongs to another common buffer`,
        )
      if ((this.grantAccess[page]! & GrantAccess.both) !== 0)
        throw new BusMemoryError(`slice '${this.label}': page at ${this.#indexOf(page)} is granted and cannot move`)
    }
    for (let page = first; page <= last; page++) {
      this.#pageIn[this.#frameOf[page]!] = -1
      this.#frameOf[page] = this.#nextContiguous
      this.#pageIn[this.#nextContiguous++] = page
      this.#runEnd[page] = last + 1
    }
    this.#nextContiguous++
    return this.physicalOf(at)
  }

  /**
   * Lets the adapter reach [at, at + length). A page holds one grant at a time.
   * @param access GrantAccess bits
   * @param owner whom it is for, for example an SRB's serial; comes back in fault reports
   * @throws BusMemoryError outside the window, or when a page already holds a grant (nothing is granted then)
   */
  grant(at: number, length: number, access: number, owner = -1): void {
    if (length === 0) return
    const [first, last] = this.#pagesOf('grant', at, length)
    for (let page = first; page <= last; page++) {
      if ((this.grantAccess[page]! & GrantAccess.both) !== 0)
        throw new BusMemoryError(
          `slice '${this.label}': page at ${this.#indexOf(page)} is granted already: buffers must not share a page`,
        )
    }
    const end = at - this.offset + length
    for (let page = first; page <= last; page++) {
      this.grantStart[page] = page === first ? at & PAGE_MASK : 0
      this.grantEnd[page] = page === last ? end - page * PAGE_BYTES : PAGE_BYTES
      this.grantAccess[page] = access & GrantAccess.both
      this.grantOwner[page] = owner
    }
  }

  /** Takes back every grant in the pages that hold [at, at + length). Their owners stay on record for fault reports. */
  revoke(at: number, length: number): void {
    if (length === 0) return
    const [first, last] = this.#pagesOf('revocation', at, length)
    for (let page = first; page <= last; page++) if (this.grantAccess[page] !== 0) this.grantAccess[page] = REVOKED
  }

  /** @internal page of an address, −1 none */
  pageAt(pa: number): number {
    const within = pa - this.base
    return within >= 0 && within < this.sizeBytes ? this.#pageIn[within >>> PAGE_SHIFT]! : -1
  }

  #indexOf(page: number): number {
    return this.offset + page * PAGE_BYTES
  }

  #pagesOf(what: string, at: number, length: number): [first: number, last: number] {
    const from = at - this.offset
    if (!(length > 0 && from >= 0 && at + length <= this.end))
      throw new BusMemoryError(
        `slice '${this.label}': ${what} [${at}, ${at + length}) is outside [${this.offset}, ${this.#indexOf(this.pages)})`,
      )
    return [from >>> PAGE_SHIFT, (from + length - 1) >>> PAGE_SHIFT]
  }
}
