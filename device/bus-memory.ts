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
import { type DmaFault, DmaFaultReport, DmaRefusal } from './dma-fault.ts'
import { DmaPort, type DmaRefuser } from './dma-port.ts'
import { BusMemoryError, PAGE_BYTES, PageTable } from './page-table.ts'
import { DeviceEvent, DiagnosticCode, DmaFaultKind, type Probe } from './probe.ts'

export { DmaPort } from './dma-port.ts'
export { BusMemoryError, GrantAccess, PAGE_BYTES } from './page-table.ts'

const LOW_FIRST = 0x1000_0000
const LOW_END = 0x6000_0000
const FOUR_GIB = 0x1_0000_0000
const HIGH_FIRST = FOUR_GIB
/** Largest slice that is placed below 4 GiB, in bytes of address space (both windows together). */
const LOW_SLICE_LIMIT = 0x1000_0000
/** Slices begin at multiples of this, with at least one unused page between them. */
const SLICE_ALIGN = 0x10_0000

export class BusMemory implements DmaRefuser {
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
    const bytes = PageTable.addressBytes(pages)
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

  /** @internal a port's transfer was refused: reports it */
  refuse(fault: DmaFault, pages: PageTable): DmaFaultReport {
    const holder = this.sliceAt(fault.faultAddress)
    const report = new DmaFaultReport(fault, holder === pages ? undefined : holder?.label)
    this.faults++
    this.lastFault = report
    const low = fault.address | 0
    const high = Math.floor(fault.address / 0x1_0000_0000) | 0
    if (fault.refusal === DmaRefusal.busMasterDisabled)
      this.#probe.emit(
        DeviceEvent.Diagnostic,
        fault.adapter,
        DiagnosticCode.BusMasterDisabled,
        low,
        high,
        fault.lengthBytes | 0,
      )
    else {
      const d = (fault.write ? 1 : 0) | (faultKind(fault, report.refusal, pages) << 8)
      this.#probe.emit(DeviceEvent.DmaFault, fault.adapter, low, high, fault.lengthBytes | 0, d)
    }
    return report
  }

  /** @internal a place above 4 GiB for a slice of so many bytes of address space */
  placeHigh(bytes: number): number {
    const high = alignUp(this.#nextHigh)
    this.#nextHigh = high + bytes + PAGE_BYTES
    return high
  }

  /** Above `memoryBytes`, so that no index into the linear memory is also an address of it. */
  #place(bytes: number, memoryBytes: number): number {
    const low = alignUp(Math.max(this.#nextLow, memoryBytes))
    if (bytes <= LOW_SLICE_LIMIT && low + bytes <= LOW_END) {
      this.#nextLow = low + bytes + PAGE_BYTES
      return low
    }
    return this.placeHigh(bytes)
  }
}

/** What kind of mistake a refused transfer shows, see `DmaFaultKind`. */
function faultKind(fault: DmaFault, refusal: DmaRefusal, pages: PageTable): number {
  const above = Math.floor(pages.base / FOUR_GIB) * FOUR_GIB
  if (above > 0 && fault.address < FOUR_GIB && pages.locate(fault.address + above) >= 0) return DmaFaultKind.truncated
  if (fault.faultAddress !== fault.address || refusal === DmaRefusal.beyondGrant) return DmaFaultKind.beyond
  return DmaFaultKind.stray
}

/** The memory of one guest as its adapter sees it. */
export class BusSlice extends PageTable {
  readonly #bus: BusMemory

  /** @internal use BusMemory.addSlice */
  constructor(bus: BusMemory, label: string, memory: Bytes, offset: number, pages: number, base: number) {
    super(label, memory, offset, pages, base)
    this.#bus = bus
  }

  /** Moves the whole slice above 4 GiB, if it does not lie there. Only before any address was handed out. */
  moveHigh(): void {
    if (this.base < FOUR_GIB) this.base = this.#bus.placeHigh(this.sizeBytes)
  }

  /** @param adapter index of the adapter in the machine */
  dmaPort(adapter: number): DmaPort {
    return new DmaPort(this, this.#bus, adapter)
  }
}

function alignUp(pa: number): number {
  return Math.ceil(pa / SLICE_ALIGN) * SLICE_ALIGN
}
