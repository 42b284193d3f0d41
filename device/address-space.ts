// An address space as the CPU sees it: memory-mapped registers, or ports.
//
// Models: windows that targets answer in; size and alignment checks; what nobody answers reads all ones and swallows
// writes, as a PCI master abort does (QEMU's models answer 0 in memory space: we do not).
// Does not model: priorities, aliases, splitting an access over two windows, 64-bit accesses.
import { DeviceEvent, DiagnosticCode, type Probe } from './probe.ts'

/** What answers in a window. `offset` is relative to the window; values are 32-bit patterns. */
export interface IoTarget {
  read(offset: number, widthBytes: number): number
  write(offset: number, widthBytes: number, value: number): void
}

export interface Region {
  readonly base: number
  readonly sizeBytes: number
  readonly target: IoTarget
  /** Index of the adapter in the machine. */
  readonly adapter: number
  readonly label: string
}

/** `adapter` of an event that belongs to the platform. */
export const PLATFORM = 255

export class AddressSpaceError extends Error {
  override name = 'AddressSpaceError'
}

/** Two regions in one range; the message names both. */
export class AddressConflictError extends AddressSpaceError {
  override name = 'AddressConflictError'
}

/** All ones of an access width, as a 32-bit pattern. */
export function allOnes(widthBytes: number): number {
  return widthBytes === 1 ? 0xff : widthBytes === 2 ? 0xffff : -1
}

const LIMIT = { memory: 0x1_0000_0000, port: 0x1_0000 } as const

export class AddressSpace {
  readonly kind: 'memory' | 'port'
  readonly #probe: Probe
  #regions: Region[] = []
  readonly #dormant = new Set<Region>()
  #last: Region | undefined
  /** Counts changes of the regions: what was found before a change may be found no longer. */
  version = 0
  #unmappedReads = 0
  #unmappedWrites = 0
  #refused = 0

  constructor(kind: 'memory' | 'port', probe: Probe) {
    this.kind = kind
    this.#probe = probe
  }

  /** Regions in order of address. */
  get regions(): readonly Region[] {
    return this.#regions
  }

  /** Accesses that met no region. */
  get unmappedReads(): number {
    return this.#unmappedReads
  }

  get unmappedWrites(): number {
    return this.#unmappedWrites
  }

  /** Accesses refused for their width or alignment. */
  get refusedAccesses(): number {
    return this.#refused
  }

  /**
   * @throws AddressConflictError when another region answers in the range
   * @throws AddressSpaceError when the range is empty or outside the space
   */
  map(region: Region): void {
    const { base, sizeBytes } = region
    if (
      !(
        Number.isInteger(base) &&
        Number.isInteger(sizeBytes) &&
        base >= 0 &&
        sizeBytes > 0 &&
        base + sizeBytes <= LIMIT[this.kind]
      )
    )
      throw new AddressSpaceError(`${describeRegion(region)} is not inside the ${this.kind} space`)
    const other = this.#regions.find(r => overlap(r, region))
    if (other) throw conflict(this.kind, region, other)
    this.version++
    this.#regions.push(region)
    this.#regions.sort((a, b) => a.base - b.base)
  }

  /** Does nothing when the region is not mapped. */
  unmap(region: Region): void {
    this.#dormant.delete(region)
    this.version++
    this.#regions = this.#regions.filter(r => r !== region)
    if (this.#last === region) this.#last = undefined
  }

  /** Notes that a region would answer here if it were decoded: accesses are then reported as such. `unmap` forgets it. */
  mapDormant(region: Region): void {
    this.#dormant.add(region)
  }

  /** @param address unsigned */
  find(address: number): Region | undefined {
    const last = this.#last
    if (last !== undefined && address >= last.base && address < last.base + last.sizeBytes) return last
    const regions = this.#regions
    let low = 0
    let high = regions.length - 1
    while (low <= high) {
      const middle = (low + high) >> 1
      const region = regions[middle]!
      if (address >= region.base + region.sizeBytes) low = middle + 1
      else if (address >= region.base) {
        this.#last = region
        return region
      } else high = middle - 1
    }
    return undefined
  }

  /** @returns the value as a 32-bit pattern; all ones when nobody answers or the access is refused */
  read(address: number, widthBytes: number): number {
    const region = this.#check(address, widthBytes, 0)
    if (region !== undefined) return region.target.read(address - region.base, widthBytes)
    if (this.#unanswered) this.#unmappedReads++
    return allOnes(widthBytes)
  }

  write(address: number, widthBytes: number, value: number): void {
    const region = this.#check(address, widthBytes, value)
    if (region !== undefined) region.target.write(address - region.base, widthBytes, value)
    else if (this.#unanswered) this.#unmappedWrites++
  }

  /** Whether the last refused access was refused because nobody answered. */
  #unanswered = false

  #check(address: number, widthBytes: number, value: number): Region | undefined {
    if (widthBytes !== 4 && widthBytes !== 2 && widthBytes !== 1)
      return this.#refuse(DiagnosticCode.BadAccessWidth, address, widthBytes, value)
    if ((address & (widthBytes - 1)) !== 0) return this.#refuse(DiagnosticCode.Unaligned, address, widthBytes, value)
    const region = this.find(address)
    if (region === undefined || address + widthBytes > region.base + region.sizeBytes)
      return this.#refuse(DiagnosticCode.Unmapped, address, widthBytes, value)
    return region
  }

  #refuse(code: number, address: number, widthBytes: number, value: number): undefined {
    let owner = this.find(address)
    let reason = code
    this.#unanswered = code === DiagnosticCode.Unmapped
    if (!this.#unanswered) this.#refused++
    else if (owner === undefined) {
      for (const region of this.#dormant)
        if (address >= region.base && address < region.base + region.sizeBytes) owner = region
      if (owner !== undefined) reason = DiagnosticCode.DecodeDisabled
    }
    this.#probe.emit(DeviceEvent.Diagnostic, owner?.adapter ?? PLATFORM, reason, address | 0, value | 0, widthBytes | 0)
    return undefined
  }
}

/** `'reference #0 BAR0' at 0x70000000-0x70000fff`. */
export function describeRegion(region: { label: string; base: number; sizeBytes: number }): string {
  return `'${region.label}' at 0x${region.base.toString(16)}-0x${(region.base + region.sizeBytes - 1).toString(16)}`
}

/** @internal */
export function conflict(
  kind: string,
  a: Parameters<typeof describeRegion>[0],
  b: Parameters<typeof describeRegion>[0],
): AddressConflictError {
  return new AddressConflictError(`${describeRegion(a)} overlaps ${describeRegion(b)} in ${kind} space`)
}

/** @internal */
export function overlap(a: { base: number; sizeBytes: number }, b: { base: number; sizeBytes: number }): boolean {
  return a.base < b.base + b.sizeBytes && b.base < a.base + a.sizeBytes
}
