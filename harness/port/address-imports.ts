// Physical addresses, the common buffer, device bases, PCI configuration space (WDK: ScsiPortGetPhysicalAddress,
// ScsiPortGetUncachedExtension, ScsiPortGetDeviceBase, ScsiPortGetBusData and their neighbours).

import { CONFIG, INTERFACE, SENSE_BUFFER_BYTES, SRB, SRB_FLAGS } from '../../schemas/scsiport.ts'
import { Event, Finding, ScsiPortRoutine, StopKind } from '../trace/events.ts'
import { ArenaFull, type ArenaObject } from './arena.ts'
import { checkRange } from './guest-memory.ts'
import { mapRange, unmapRange } from './mapping.ts'
import type { Port } from './port.ts'
import type { ImportFn } from './register-imports.ts'
import { SlotState, type SrbSlot } from './srb.ts'
import { GuestStop } from './stop.ts'

const PCI_CONFIGURATION = 4
const PAGE = 4096
/** Bytes of PCI_COMMON_CONFIG. */
const CONFIG_BYTES = 256
/** SCSI_DMA64_SYSTEM_SUPPORTED: what the port driver itself sets in Dma64BitAddresses. */
const DMA64_SYSTEM_SUPPORTED = 0x80
const COMMON_BUFFER_LIMIT = 64 * 1024 * 1024
const TWO_32 = 0x1_0000_0000
/** In `Call` events: the address is in I/O space. */
const IN_IO_SPACE = 0x8000_0000 | 0

export function addressImports(port: Port): Record<string, ImportFn> {
  const { cpu, trace } = port
  const cost = cpu.costs.callPs
  const names = {
    getPhysicalAddress: trace.intern('ScsiPortGetPhysicalAddress'),
    ioMapTransfer: trace.intern('ScsiPortIoMapTransfer'),
  }

  const writeAddress = (at: number, value: number): void => {
    const { view } = port.guest
    view.setUint32(at, value >>> 0, true)
    view.setUint32(at + 4, Math.floor(value / TWO_32) >>> 0, true)
  }
  const readAddress = (pointer: number, what: string): number => {
    const at = checkRange(port.guest, pointer, 8, what)
    return port.guest.view.getUint32(at, true) + port.guest.view.getUint32(at + 4, true) * TWO_32
  }

  /** Length 0: the port driver brings its own buffer and stores a pointer to it at `pointer`. */
  const busDataBuffer = (pointer: number): number => {
    const out = checkRange(port.guest, pointer, 4, 'ScsiPortGetBusData')
    try {
      port.busData ??= port.arena.allocate('bus data', CONFIG_BYTES)
    } catch (error) {
      if (!(error instanceof ArenaFull)) throw error
      throw new GuestStop(StopKind.BadArgument, `ScsiPortGetBusData: ${error.message}`)
    }
    port.guest.view.setUint32(out, port.busData.at, true)
    return port.busData.at
  }

  const called = (routine: number, a: number, b: number, result: number): number => {
    trace.emit(Event.Call, port.index, routine, a | 0, b | 0, result | 0)
    return result
  }
  const extent = (bytes: number, inIoSpace: number): number => bytes | ((inIoSpace & 0xff) === 0 ? 0 : IN_IO_SPACE)

  return {
    ScsiPortGetPhysicalAddress: (
      sret: number,
      _extension: number,
      srb: number,
      va: number,
      lengthAt: number,
      counter: number,
    ) => {
      cpu.sync(counter, cost)
      const { guest } = port
      const out = checkRange(guest, sret, 8, 'ScsiPortGetPhysicalAddress')
      const lengthOut = checkRange(guest, lengthAt, 4, 'ScsiPortGetPhysicalAddress')
      const slot = srb === 0 ? undefined : port.slotAt(srb)
      if (!port.toldPhysical && !translates(port)) {
        port.toldPhysical = true
        trace.emit(Event.Finding, port.index, Finding.PhysicalNotNeeded, slot === undefined ? -1 : slot.serial, va, 0)
      }
      const offset = slot === undefined || slot.state !== SlotState.active ? -1 : (va >>> 0) - (slot.dataVa >>> 0)
      let pa = -1
      let length = 0
      if (slot !== undefined && offset >= 0 && offset < slot.bytes) {
        const at = slot.dataAt + offset
        pa = port.slice.physicalOf(at)
        length = Math.min(port.slice.contiguousBytes(at), slot.bytes - offset)
      } else if (srb === 0 || (slot !== undefined && va === slot.senseAt)) {
        const buffer = port.commonBuffer
        const into = buffer === undefined ? -1 : (va >>> 0) - buffer.at
        if (buffer !== undefined && into >= 0 && into < buffer.bytes) {
          pa = port.slice.physicalOf(va >>> 0)
          length = buffer.bytes - into
        }
      }
      const serial = slot === undefined ? -1 : slot.serial
      if (pa < 0) {
        if (!port.guard.passed(slot, names.getPhysicalAddress))
          trace.emit(Event.Finding, port.index, Finding.BadVirtualAddress, serial, va, srb)
        writeAddress(out, 0)
        length = 0
      } else writeAddress(out, pa)
      guest.view.setUint32(lengthOut, length, true)
      trace.emit(Event.GetPhysical, port.index, serial, va, length, pa < 0 ? 0 : pa < TWO_32 ? 1 : 3)
    },

    ScsiPortGetVirtualAddress: (_extension: number, pointer: number, counter: number) => {
      cpu.sync(counter, cost)
      const address = readAddress(pointer, 'ScsiPortGetVirtualAddress')
      const at = port.slice.locate(address)
      const buffer = port.commonBuffer
      const inside = buffer !== undefined && at >= buffer.at && at < buffer.at + buffer.bytes
      return called(ScsiPortRoutine.GetVirtualAddress, address, 0, inside ? at : 0)
    },

    ScsiPortConvertUlongToPhysicalAddress: (sret: number, value: number, counter: number) => {
      cpu.sync(counter, 0)
      writeAddress(checkRange(port.guest, sret, 8, 'ScsiPortConvertUlongToPhysicalAddress'), value >>> 0)
    },

    ScsiPortConvertPhysicalAddressToUlong: (pointer: number, counter: number) => {
      cpu.sync(counter, 0)
      return port.guest.view.getInt32(checkRange(port.guest, pointer, 8, 'ScsiPortConvertPhysicalAddressToUlong'), true)
    },

    ScsiPortGetUncachedExtension: (_extension: number, config: number, bytes: number, counter: number) => {
      cpu.sync(counter, cost)
      port.bufferMembers.read(config)
      const base = port.faults.nullResult('ScsiPortGetUncachedExtension')
        ? 0
        : uncachedExtension(port, config, bytes >>> 0)
      return called(ScsiPortRoutine.GetUncachedExtension, bytes, 0, base)
    },

    ScsiPortGetDeviceBase: (
      _extension: number,
      _busType: number,
      bus: number,
      pointer: number,
      bytes: number,
      inIoSpace: number,
      counter: number,
    ) => {
      cpu.sync(counter, cost)
      const address = readAddress(pointer, 'ScsiPortGetDeviceBase')
      const length = bytes >>> 0
      const io = (inIoSpace & 0xff) !== 0
      const usable = port.detecting ? free(port, address, length, io) : assigned(port, address, length, io)
      const refused = bus !== 0 || length === 0 || !usable || port.faults.nullResult('ScsiPortGetDeviceBase')
      const base = refused ? 0 : mapRange(port, address, length, io)
      return called(ScsiPortRoutine.GetDeviceBase, address, extent(bytes, inIoSpace), base)
    },

    ScsiPortFreeDeviceBase: (_extension: number, mapped: number, counter: number) => {
      cpu.sync(counter, cost)
      called(ScsiPortRoutine.FreeDeviceBase, mapped, 0, unmapRange(port, mapped >>> 0) ? 1 : 0)
    },

    ScsiPortValidateRange: (
      _extension: number,
      _busType: number,
      _bus: number,
      pointer: number,
      bytes: number,
      inIoSpace: number,
      counter: number,
    ) => {
      cpu.sync(counter, cost)
      const address = readAddress(pointer, 'ScsiPortValidateRange')
      return called(
        ScsiPortRoutine.ValidateRange,
        address,
        extent(bytes, inIoSpace),
        port.faults.refusesRange() || !free(port, address, bytes >>> 0, (inIoSpace & 0xff) !== 0) ? 0 : 1,
      )
    },

    ScsiPortGetBusData: (
      _extension: number,
      type: number,
      bus: number,
      slot: number,
      buffer: number,
      bytes: number,
      counter: number,
    ) => {
      const asked = Math.min(bytes >>> 0, CONFIG_BYTES)
      const length = asked === 0 ? CONFIG_BYTES : asked
      cpu.sync(counter, cost + Math.ceil(length / 4) * cpu.costs.configAccessPs)
      if (type !== PCI_CONFIGURATION || bus !== 0) return called(ScsiPortRoutine.GetBusData, type, length, 0)
      const at = asked === 0 ? busDataBuffer(buffer) : checkRange(port.guest, buffer, length, 'ScsiPortGetBusData')
      const read = hidden(port, slot) ? 0 : port.parts.pci.readConfig(slot, 0, port.guest.u8, at, length)
      if (read === 0 && length >= 2) port.guest.view.setUint16(at, 0xffff, true)
      return called(ScsiPortRoutine.GetBusData, type, length, read > 0 ? read : 2)
    },

    ScsiPortSetBusDataByOffset: (
      _extension: number,
      type: number,
      bus: number,
      slot: number,
      buffer: number,
      offset: number,
      bytes: number,
      counter: number,
    ) => {
      const length = bytes >>> 0
      const valid = type === PCI_CONFIGURATION && bus === 0 && (offset >>> 0) + length <= CONFIG_BYTES
      cpu.sync(counter, cost + (valid ? Math.ceil(length / 4) * cpu.costs.configAccessPs : 0))
      if (!valid) return called(ScsiPortRoutine.SetBusDataByOffset, offset, bytes, 0)
      const at = checkRange(port.guest, buffer, length, 'ScsiPortSetBusDataByOffset')
      const written = hidden(port, slot) ? 0 : port.parts.pci.writeConfig(slot, offset >>> 0, port.guest.u8, at, length)
      return called(ScsiPortRoutine.SetBusDataByOffset, offset, bytes, written)
    },

    ScsiPortIoMapTransfer: (_extension: number, srb: number, address: number, bytes: number, counter: number) => {
      cpu.sync(counter, cost)
      const slot = port.slotAt(srb)
      const offset = slot === undefined ? -1 : (address >>> 0) - (slot.dataVa >>> 0)
      const ok = mappable(port, slot, offset, bytes >>> 0)
      trace.emit(Event.MapTransfer, port.index, slot?.serial ?? -1, offset, bytes, ok ? 1 : 0)
      if (!ok || slot === undefined) {
        if (!port.guard.passed(slot, names.ioMapTransfer))
          trace.emit(Event.Finding, port.index, Finding.BadMapTransfer, slot?.serial ?? -1, offset, bytes)
        return
      }
      checkDirection(port, slot)
      port.latchMap(slot, slot.dataAt + offset, bytes >>> 0)
    },

    ScsiPortFlushDma: (_extension: number, counter: number) => {
      cpu.sync(counter, cost)
      trace.emit(Event.FlushDma, port.index, port.flushDma(), 0, 0, 0)
    },
  }
}

/** Is a range part of a window that was assigned to the adapter? */
const assigned = (port: Port, address: number, bytes: number, io: boolean): boolean =>
  port.adapter.pci?.bars.some(
    bar =>
      bar !== undefined &&
      bar.base !== 0 &&
      (bar.space === 'port') === io &&
      address >= bar.base &&
      address + bytes <= bar.base + bar.sizeBytes,
  ) === true

const PORTS = 0x1_0000

/** Is a range inside its space, and no part of it claimed by the driver of another adapter? */
function free(port: Port, address: number, bytes: number, io: boolean): boolean {
  const { portSpace, memorySpace } = port.parts
  if (address + bytes > (io ? PORTS : TWO_32)) return false
  const { regions } = io ? portSpace : memorySpace
  return !regions.some(r => r.adapter !== port.index && address < r.base + r.sizeBytes && r.base < address + bytes)
}

/** A miniport that looks for its adapter itself sees no other: those have drivers of their own here. */
const hidden = (port: Port, slot: number): boolean =>
  port.detecting && (port.parts.pci.function(slot)?.adapter ?? port.index) !== port.index

/** Did the miniport say that it needs physical addresses? In HwFindAdapter what it has said so far counts. */
function translates({ guest, configAt, capabilities }: Port): boolean {
  return configAt === 0
    ? (capabilities?.needPhysicalAddresses ?? true)
    : guest.u8[configAt + CONFIG.NeedPhysicalAddresses] !== 0
}

/** The channel must be told which way the data goes: a miniport that was not told either has seen it on the bus. */
function checkDirection(port: Port, slot: SrbSlot): void {
  if ((slot.flags & SRB_FLAGS.UNSPECIFIED_DIRECTION) !== SRB_FLAGS.UNSPECIFIED_DIRECTION) return
  const flags = port.guest.i32[(slot.at + SRB.SrbFlags) >> 2]!
  if ((flags & SRB_FLAGS.UNSPECIFIED_DIRECTION) === SRB_FLAGS.UNSPECIFIED_DIRECTION)
    port.trace.emit(Event.Finding, port.index, Finding.DirectionOpen, slot.serial, flags, 0)
}

function mappable(port: Port, slot: SrbSlot | undefined, offset: number, bytes: number): boolean {
  if (slot === undefined || slot.state !== SlotState.active || port.capabilities.master) return false
  return offset >= 0 && bytes > 0 && offset + bytes <= slot.bytes
}

/**
 * The common buffer, physically contiguous: SRB extensions and sense buffers at its beginning, the uncached extension at its end, which is
 * the end of a page. So one of whole pages begins on a page (as in ReactOS drivers/storage/port/scsiport/scsiport.c,
 * SpiAllocateCommonBuffer), and drivers that ask for whole pages rely on it.
 */
function uncachedExtension(port: Port, config: number, bytes: number): number {
  const { guest } = port
  const at = checkRange(guest, config, CONFIG.bytes, 'ScsiPortGetUncachedExtension')
  if (port.commonBuffer !== undefined || guest.u8[at + CONFIG.Master] === 0) return 0
  const interfaceType = guest.view.getInt32(at + CONFIG.AdapterInterfaceType, true)
  if (interfaceType !== INTERFACE.PCIBus && interfaceType !== INTERFACE.Isa && interfaceType !== INTERFACE.Eisa)
    return 0
  const extensionBytes = guest.view.getUint32(at + CONFIG.SrbExtensionSize, true)
  if (extensionBytes > COMMON_BUFFER_LIMIT) return 0
  const each = srbExtensionStride(extensionBytes)
  const pool = port.slots.length * each
  const total = pool + bytes
  if (total > COMMON_BUFFER_LIMIT) return 0
  const object = commonBuffer(port, Math.max(total, 1))
  if (object === undefined) return 0
  guest.u8.fill(0, object.at, object.at + object.bytes)
  if (port.parts.above4GiB && (guest.u8[at + CONFIG.Dma64BitAddresses]! & ~DMA64_SYSTEM_SUPPORTED) !== 0)
    port.slice.moveHigh()
  port.slice.makeContiguous(object.at, object.bytes)
  port.slice.grant(object.at, object.bytes, 3)
  port.commonBuffer = object
  placeSrbExtensions(port, object.at, each)
  return object.at + object.bytes - bytes
}

/** Whole pages for a common buffer: those of an earlier one, or new ones; undefined when there is no room. */
function commonBuffer(port: Port, bytes: number): ArenaObject | undefined {
  const spare = port.spareBuffer
  if (spare !== undefined && spare.bytes >= bytes) return spare
  try {
    const { name, at } = port.arena.allocatePages('common buffer', bytes)
    return { name, at, bytes: (bytes + PAGE - 1) & ~(PAGE - 1) }
  } catch (error) {
    if (error instanceof ArenaFull) return undefined
    throw error
  }
}

/** Bytes from one SRB extension to the next: the extension and 18 bytes of sense data, rounded up to 8. */
export function srbExtensionStride(extensionBytes: number): number {
  return ((extensionBytes + 7) & ~7) + ((SENSE_BUFFER_BYTES + 7) & ~7)
}

export function placeSrbExtensions(port: Port, at: number, stride: number): void {
  for (const slot of port.slots) {
    slot.extensionAt = at + slot.index * stride
    slot.senseAt = slot.extensionAt + stride - ((SENSE_BUFFER_BYTES + 7) & ~7)
  }
  port.guard.placed()
}
