// Logical addresses of registers, as ScsiPortGetDeviceBase hands them out, and the accesses through them.
//
// Register windows get logical addresses from 0x7800_0000 on, far above any guest memory and different from their bus
// addresses: a stray dereference traps, and an address put into AccessRanges by mistake can be told apart. Port
// addresses are the raw numbers.
import type { AddressSpace, IoTarget, Region } from '../../device/address-space.ts'
import { accessWord, BAD_ACCESS, Event } from '../trace/events.ts'
import type { Trace } from '../trace/trace.ts'
import type { Cpu } from './cpu.ts'

export const LOGICAL_BASE = 0x7800_0000

export interface Mapping {
  /** First logical address. */
  readonly logical: number
  readonly bytes: number
  /** Bus address of the first byte. */
  readonly bus: number
  readonly port: boolean
  readonly space: AddressSpace
}

/** Where the latest access went: the part of a mapping behind which one region answers. All 32-bit numbers, so that no access computes in doubles. */
export class Window {
  /** First logical address, bytes from there; 0 bytes: nothing is known. */
  start = 0
  bytes = 0
  port = false
  /** Of the first byte: its offset in the region, and its offset in the mapping modulo 4. */
  offset = 0
  skew = 0
  /** `AddressSpace.version` that this is true of. */
  version = 0
  space: AddressSpace | undefined
  target: IoTarget | undefined
}

/** A miniport with its mappings and the spaces they lead to. */
export interface Mapper {
  readonly index: number
  /** HwFindAdapter looks for its adapter: where nothing answers there is none, and no harm is done. */
  readonly detecting: boolean
  readonly mappings: Mapping[]
  readonly window: Window
  readonly trace: Trace
  readonly cpu: Cpu
  readonly parts: { readonly memorySpace: AddressSpace; readonly portSpace: AddressSpace }
}

/** Mappings of one miniport at once; every access looks through them. */
const MAPPINGS_LIMIT = 64

/** Maps a bus range for a miniport. @returns the logical address, 0 when it has too many mappings already */
export function mapRange(port: Mapper, bus: number, bytes: number, inIoSpace: boolean): number {
  const { parts, mappings } = port
  if (mappings.length >= MAPPINGS_LIMIT) return 0
  port.window.bytes = 0
  if (inIoSpace) {
    mappings.push({ logical: bus, bytes, bus, port: true, space: parts.portSpace })
    return bus
  }
  let logical = LOGICAL_BASE + port.index * 0x0100_0000 + (bus & 0xfff)
  for (const m of mappings)
    if (!m.port && m.logical + m.bytes > logical) logical = ((m.logical + m.bytes + 0xffff) & ~0xffff) + (bus & 0xfff)
  mappings.push({ logical, bytes, bus, port: false, space: parts.memorySpace })
  return logical
}

/** @returns false when nothing was mapped there */
export function unmapRange(port: Mapper, logical: number): boolean {
  const at = port.mappings.findIndex(m => m.logical === logical)
  if (at < 0) return false
  port.mappings.splice(at, 1)
  port.window.bytes = 0
  return true
}

export function unmapAll(port: Mapper): void {
  port.mappings.length = 0
  port.window.bytes = 0
}

const allOnes = (width: number): number => (width === 4 ? -1 : width === 2 ? 0xffff : 0xff)

/** The mapping that holds an aligned access whole, undefined when there is none. */
function mappingAt(port: Mapper, address: number, width: number, io: boolean): Mapping | undefined {
  const { mappings } = port
  for (let n = 0; n < mappings.length; n++) {
    const m = mappings[n]!
    const offset = address - m.logical
    if (offset < 0 || offset + width > m.bytes || m.port !== io) continue
    return (offset & (width - 1)) === 0 ? m : undefined
  }
  return undefined
}

/** Remembers where an access through `m` has found `region`. Not where mappings overlap: which one an access goes through depends on its width then. */
function remember(port: Mapper, m: Mapping, region: Region): void {
  const { window, mappings } = port
  const start = Math.max(m.logical, m.logical + region.base - m.bus)
  const end = Math.min(m.logical + m.bytes, m.logical + region.base - m.bus + region.sizeBytes)
  for (let n = 0; n < mappings.length; n++) {
    const other = mappings[n]!
    if (other !== m && other.logical < end && start < other.logical + other.bytes) return
  }
  if (end > 0x7fff_ffff) return
  window.start = start | 0
  window.bytes = (end - start) | 0
  window.port = m.port
  window.offset = (m.bus + start - m.logical - region.base) | 0
  window.skew = (start - m.logical) & 3
  window.version = m.space.version
  window.space = m.space
  window.target = region.target
}

/** Offset of an access in the region of `window`, −1 when it does not lie in there, or not aligned. */
function offsetInWindow(window: Window, address: number, width: number, io: boolean): number {
  const offset = (address - window.start) | 0
  if (offset < 0 || offset > ((window.bytes - width) | 0) || window.port !== io) return -1
  if (((offset + window.skew) & (width - 1)) !== 0 || window.version !== window.space!.version) return -1
  return (offset + window.offset) | 0
}

/** One register read of a miniport, after its time was charged. @param io port space @returns the value as i32, zero-extended below 4 bytes */
export function readRegister(port: Mapper, address: number, width: number, io: boolean, buffer: boolean): number {
  const { trace } = port
  const ordinal = ++port.cpu.frame.accesses
  const { window } = port
  const known = offsetInWindow(window, address, width, io)
  if (known >= 0) {
    const value = window.target!.read(known, width)
    trace.emit(Event.Read, port.index, known, value, ordinal, accessWord(width, io, buffer))
    return value
  }
  const unsigned = address >>> 0
  const m = mappingAt(port, unsigned, width, io)
  if (m === undefined) {
    const why = reason(port, unsigned, width, io)
    trace.emit(Event.BadAccess, port.index, address, allOnes(width), ordinal, accessWord(width, io, buffer, why))
    return allOnes(width)
  }
  const bus = m.bus + unsigned - m.logical
  const region = m.space.find(bus)
  if (region === undefined) {
    const value = port.detecting ? allOnes(width) : m.space.read(bus, width)
    trace.emit(Event.BadAccess, port.index, address, value, ordinal, accessWord(width, io, buffer, unanswered(port)))
    return value
  }
  remember(port, m, region)
  const at = bus - region.base
  const value = region.target.read(at, width)
  trace.emit(Event.Read, port.index, at, value, ordinal, accessWord(width, io, buffer))
  return value
}

/** One register write, likewise. */
export function writeRegister(
  port: Mapper,
  address: number,
  width: number,
  value: number,
  io: boolean,
  buffer: boolean,
): void {
  const { trace } = port
  const ordinal = ++port.cpu.frame.accesses
  const { window } = port
  const known = offsetInWindow(window, address, width, io)
  if (known >= 0) {
    trace.emit(Event.Write, port.index, known, value, ordinal, accessWord(width, io, buffer))
    window.target!.write(known, width, value)
    return
  }
  const unsigned = address >>> 0
  const m = mappingAt(port, unsigned, width, io)
  if (m === undefined) {
    const why = reason(port, unsigned, width, io)
    trace.emit(Event.BadAccess, port.index, address, value, ordinal, accessWord(width, io, buffer, why))
    return
  }
  const bus = m.bus + unsigned - m.logical
  const region = m.space.find(bus)
  if (region === undefined) {
    if (!port.detecting) m.space.write(bus, width, value)
    trace.emit(Event.BadAccess, port.index, address, value, ordinal, accessWord(width, io, buffer, unanswered(port)))
    return
  }
  remember(port, m, region)
  const at = bus - region.base
  trace.emit(Event.Write, port.index, at, value, ordinal, accessWord(width, io, buffer))
  region.target.write(at, width, value)
}

const unanswered = (port: Mapper): number => (port.detecting ? BAD_ACCESS.probed : BAD_ACCESS.unmapped)

function reason(port: Mapper, address: number, width: number, io: boolean): number {
  for (const m of port.mappings) {
    const offset = address - m.logical
    if (offset < 0 || offset >= m.bytes) continue
    if (m.port !== io) return BAD_ACCESS.wrongSpace
    return (offset & (width - 1)) !== 0 ? BAD_ACCESS.unaligned : BAD_ACCESS.outsideMapping
  }
  return BAD_ACCESS.outsideMapping
}
