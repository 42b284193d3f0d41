// The physical address space: how memory looks from an adapter's side of the bus.
//
// Models: pages of 4 KiB scattered over physical addresses, so that neighbouring pages are never adjacent and a physical
// address never equals an index into the guest's linear memory; a slice of addresses for each guest; common buffers with
// consecutive addresses; grants, byte-exact in each page, outside which no transfer moves anything.
// Does not model: map registers, bounce buffers, caches and their flushing, bus width limits, transfer time.
//
// Layout: slices of up to 256 MiB lie from 0x1000_0000 (or above their linear memory, whichever is higher) to
// 0x6000_0000; what does not fit there lies above 4 GiB. Register windows begin at 0x7000_0000: the two never meet.
import type { Bytes } from './bytes.ts'
import { DmaFaultReport, DmaRefusal } from './dma-fault.ts'
import { DeviceEvent, DiagnosticCode, type Probe } from './probe.ts'
import { scatter } from './scatter.ts'

export const PAGE_BYTES = 4096
const PAGE_SHIFT = 12
const PAGE_MASK = PAGE_BYTES - 1

/** What the adapter may do with granted memory: `read` = memory to adapter, `write` = adapter to memory. */
export const GrantAccess = { read: 1, write: 2, both: 3 } as const

const LOW_FIRST = 0x1000_0000
const LOW_END = 0x6000_0000
const HIGH_FIRST = 0x1_0000_0000
/** Largest slice that is placed below 4 GiB, in bytes of address space (both windows together). */
const LOW_SLICE_LIMIT = 0x1000_0000
/** Slices begin at multiples of this, with at least one unused page between them. */
const SLICE_ALIGN = 0x10_0000

/** Up to here a byte loop beats a view on the array. */
const LOOP_BYTES = 64

export class BusMemoryError extends Error {
  override name = 'BusMemoryError'
}

export class BusMemory {
  readonly slices: BusSlice[] = []
  /** The most recent refused transfer of any adapter. */
  lastFault: DmaFaultReport | undefined
  /** Refused transfers so far. */
  faults = 0
  readonly #probe: Probe
  #nextLow = LOW_FIRST
  #nextHigh = HIGH_FIRST

  constructor(probe: Probe) {
    this.#probe = probe
  }

  /**
   * Makes the window [offset, offset + length) of a guest's linear memory addressable.
   * @param offset bytes, multiple of 4096
   * @param length bytes, multiple of 4096, not 0
   * @throws BusMemoryError when the window is not page-aligned, not inside the memory, or too large
   */
  addSlice(label: string, memory: Bytes, offset: number, length: number): BusSlice {
    if (
      !(Number.isInteger(offset) && Number.isInteger(length) && offset % PAGE_BYTES === 0 && length % PAGE_BYTES === 0)
    )
      throw new BusMemoryError(
        `slice '${label}': offset ${offset} and length ${length} must be multiples of ${PAGE_BYTES}`,
      )
    if (length === 0 || offset < 0 || length < 0 || offset + length > memory.length)
      throw new BusMemoryError(
        `slice '${label}': [${offset}, ${offset + length}) is not inside ${memory.length} bytes of memory`,
      )
    const pages = length / PAGE_BYTES
    const bytes = BusSlice.addressBytes(pages)
    if (bytes > 0xffff_ffff)
      throw new BusMemoryError(`slice '${label}': ${length} bytes are too many, the limit is 1 GiB`)
    const slice = new BusSlice(this, label, memory, offset, pages, this.#place(bytes, memory.length))
    this.slices.push(slice)
    return slice
  }

  /** The slice whose address range holds `pa`, whether or not memory stands behind that address. */
  sliceAt(pa: number): BusSlice | undefined {
    return this.slices.find(slice => pa >= slice.base && pa < slice.base + slice.sizeBytes)
  }

  /** @internal */
  refuse(port: DmaPort, refusal: DmaRefusal, pa: number, length: number, write: boolean, at: number): boolean {
    this.faults++
    port.faults++
    const fault = new DmaFaultReport(this, port, refusal, pa, length, write, at)
    this.lastFault = fault
    port.lastFault = fault
    const low = pa | 0
    const high = Math.floor(pa / 0x1_0000_0000) | 0
    if (refusal === DmaRefusal.busMasterDisabled)
      this.#probe.emit(DeviceEvent.Diagnostic, port.adapter, DiagnosticCode.BusMasterDisabled, low, high, length)
    else this.#probe.emit(DeviceEvent.DmaFault, port.adapter, low, high, length, write ? 1 : 0)
    return false
  }

  /** Above `memoryBytes`, so that no index into the linear memory is also an address of it. */
  #place(bytes: number, memoryBytes: number): number {
    const low = alignUp(Math.max(this.#nextLow, memoryBytes))
    if (bytes <= LOW_SLICE_LIMIT && low + bytes <= LOW_END) {
      this.#nextLow = low + bytes + PAGE_BYTES
      return low
    }
    const high = alignUp(this.#nextHigh)
    this.#nextHigh = high + bytes + PAGE_BYTES
    return high
  }
}

/** Grant bit of a page that had a grant once and has none now. */
const REVOKED = 4

/** The memory of one guest as its adapter sees it. */
export class BusSlice {
  readonly label: string
  readonly memory: Bytes
  /** First byte of the window, an index into `memory`. */
  readonly offset: number
  /** First index after the window. */
  readonly end: number
  readonly pages: number
  /** First physical address. */
  readonly base: number
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
  readonly bus: BusMemory

  /** @internal use BusMemory.addSlice */
  constructor(bus: BusMemory, label: string, memory: Bytes, offset: number, pages: number, base: number) {
    this.bus = bus
    this.label = label
    this.memory = memory
    this.offset = offset
    this.end = offset + pages * PAGE_BYTES
    this.pages = pages
    this.base = base
    this.sizeBytes = BusSlice.addressBytes(pages)
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

  /** @param adapter index of the adapter in the machine */
  dmaPort(adapter: number): DmaPort {
    return new DmaPort(this, adapter)
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

/** An adapter's only way into memory. */
export class DmaPort {
  readonly slice: BusSlice
  readonly adapter: number
  /** PCI bus master enable. */
  enabled = true
  /** Bytes moved out of and into memory, transfers refused. */
  readBytes = 0
  writtenBytes = 0
  faults = 0
  lastFault: DmaFaultReport | undefined

  /** @internal use BusSlice.dmaPort */
  constructor(slice: BusSlice, adapter: number) {
    this.slice = slice
    this.adapter = adapter
  }

  /**
   * Memory to adapter: `length` bytes from physical address `pa` into `into[at…]`.
   * @returns false when refused; nothing was moved from the refused page on, and the probe was told
   * @throws RangeError when `into` has no room: the adapter's own mistake
   */
  read(pa: number, into: Bytes, at: number, length: number): boolean {
    if (!(at >= 0 && length >= 0 && at + length <= into.length)) throw roomError('read', into, at, length)
    if (!this.enabled) return this.slice.bus.refuse(this, DmaRefusal.busMasterDisabled, pa, length, false, pa)
    const memory = this.slice.memory
    let done = 0
    while (done < length) {
      const from = this.#reach(pa + done, length - done, GrantAccess.read)
      if (from < 0) return this.#refuse(pa, length, false, pa + done)
      let end = from + PAGE_BYTES - (from & PAGE_MASK)
      if (end - from > length - done) end = from + length - done
      copy(memory, from, end, into, at + done)
      done += end - from
      this.readBytes += end - from
    }
    return true
  }

  /**
   * Adapter to memory: `length` bytes of `from[at…]` to physical address `pa`.
   * @returns false when refused; nothing was moved from the refused page on, and the probe was told
   * @throws RangeError when `from` is too short: the adapter's own mistake
   */
  write(pa: number, from: Bytes, at: number, length: number): boolean {
    if (!(at >= 0 && length >= 0 && at + length <= from.length)) throw roomError('write', from, at, length)
    if (!this.enabled) return this.slice.bus.refuse(this, DmaRefusal.busMasterDisabled, pa, length, true, pa)
    const memory = this.slice.memory
    let done = 0
    while (done < length) {
      const to = this.#reach(pa + done, length - done, GrantAccess.write)
      if (to < 0) return this.#refuse(pa, length, true, pa + done)
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
    const slice = this.slice
    const page = slice.pageAt(pa)
    if (page < 0) return -1
    const start = (pa - slice.base) & PAGE_MASK
    let end = start + length
    if (end > PAGE_BYTES) end = PAGE_BYTES
    if ((slice.grantAccess[page]! & access) === 0 || start < slice.grantStart[page]! || end > slice.grantEnd[page]!)
      return -1
    return slice.offset + page * PAGE_BYTES + start
  }

  /** Finds out why; not a hot path. */
  #refuse(pa: number, length: number, write: boolean, at: number): boolean {
    const { slice } = this
    const page = slice.pageAt(at)
    let refusal: DmaRefusal
    if (page < 0) {
      const other = slice.bus.sliceAt(at)
      refusal = other !== undefined && other !== slice ? DmaRefusal.foreign : DmaRefusal.noMemory
    } else if (slice.grantAccess[page] === 0) refusal = DmaRefusal.neverGranted
    else if (slice.grantAccess[page] === REVOKED) refusal = DmaRefusal.revoked
    else if ((slice.grantAccess[page]! & (write ? GrantAccess.write : GrantAccess.read)) === 0)
      refusal = DmaRefusal.direction
    else refusal = DmaRefusal.beyondGrant
    return slice.bus.refuse(this, refusal, pa, length, write, at)
  }
}

function copy(from: Bytes, start: number, end: number, to: Bytes, at: number): void {
  if (end - start > LOOP_BYTES) to.set(from.subarray(start, end), at)
  else for (let i = start, j = at; i < end; i++, j++) to[j] = from[i]!
}

function roomError(what: string, bytes: Bytes, at: number, length: number): RangeError {
  return new RangeError(`DMA ${what} of ${length} bytes at ${at} of a buffer of ${bytes.length} bytes`)
}

function alignUp(pa: number): number {
  return Math.ceil(pa / SLICE_ALIGN) * SLICE_ALIGN
}
