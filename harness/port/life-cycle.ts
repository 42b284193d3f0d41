// The life cycle of a miniport, in the order scsiport.sys drives it: DriverEntry, HwFindAdapter, interrupt connected,
// HwInitialize, HwAdapterControl(Query), tick; stop and restart. The bus scan stands in bus-scan.ts.
// PnP order: ScsiPortInitialize only records; HwFindAdapter runs after DriverEntry returned, with HwContext NULL.

import { ADAPTER_CONTROL, CONFIG, HWID, INTERFACE, NTSTATUS, RANGE, SP_RETURN, SRB } from '../../schemas/scsiport.ts'
import { AdapterPhase, CONTROL_LIST, Event, Finding, ROUTINE_NAMES, Routine, ScsiPortRoutine } from '../trace/events.ts'
import { ENTRY_TYPES } from './abi.ts'
import { placeSrbExtensions, srbExtensionStride } from './address-imports.ts'
import { ArenaFull } from './arena.ts'
import {
  ConfigSnapshot,
  fillConfig,
  type HwInitializationData,
  MAX_EXTENSION,
  readCapabilities,
  traceInitialization,
} from './configuration.ts'
import { DIRQL, PASSIVE_LEVEL } from './cpu.ts'
import { checkRange } from './guest-memory.ts'
import { unmapAll } from './mapping.ts'
import type { Port } from './port.ts'
import type { EntryFn } from './port-parts.ts'
import { describeSignature, sameSignature } from './signature.ts'
import { SrbSlot } from './srb.ts'
import { BootFailure } from './stop.ts'
import { HW_CONTEXT_POISON } from './watch.ts'

/** ScsiPortInitialize: what it was told, what it answers. @returns an NTSTATUS */
export function scsiPortInitialize(
  port: Port,
  argument1: number,
  argument2: number,
  address: number,
  context: number,
  into: HwInitializationData[],
): number {
  const { trace, index, cpu, initializeResults } = port
  if (cpu.frame.routine === Routine.DriverEntry) {
    if (argument1 !== DRIVER_ARGUMENT) trace.emit(Event.Finding, index, Finding.DriverArgument, -1, 1, argument1)
    if (argument2 !== REGISTRY_ARGUMENT) trace.emit(Event.Finding, index, Finding.DriverArgument, -1, 2, argument2)
  }
  const status = readInitializationData(port, address, context, into)
  const type = port.guest.view.getInt32((address >>> 0) + HWID.AdapterInterfaceType, true)
  trace.emit(Event.Call, index, ScsiPortRoutine.Initialize, type, initializeResults.length, status)
  initializeResults.push(status)
  return status
}

/** Checks and copies HW_INITIALIZATION_DATA. */
function readInitializationData(port: Port, address: number, context: number, into: HwInitializationData[]): number {
  const { guest } = port
  const at = checkRange(guest, address, HWID.bytesNt4, 'ScsiPortInitialize')
  const { view } = guest
  const size = view.getUint32(at, true)
  const known = size <= HWID.bytes && size >= HWID.bytesNt4
  if (known) checkRange(guest, address, size, 'ScsiPortInitialize')
  traceInitialization(port, at, known ? size : HWID.bytesNt4, port.initializeResults.length)
  if (!known) return NTSTATUS.REVISION_MISMATCH
  const word = (offset: number): number => (offset + 4 <= size ? view.getUint32(at + offset, true) : 0)
  const text = (lengthAt: number, pointerAt: number): string => {
    const length = Math.min(view.getUint16(at + lengthAt, true), 8)
    if (length === 0) return ''
    const from = checkRange(guest, word(pointerAt), length, 'ScsiPortInitialize')
    return String.fromCharCode(...guest.u8.subarray(from, from + length)).toLowerCase()
  }
  const data: HwInitializationData = {
    interfaceType: view.getInt32(at + HWID.AdapterInterfaceType, true),
    routines: {
      [Routine.Initialize]: word(HWID.HwInitialize),
      [Routine.StartIo]: word(HWID.HwStartIo),
      [Routine.Interrupt]: word(HWID.HwInterrupt),
      [Routine.FindAdapter]: word(HWID.HwFindAdapter),
      [Routine.ResetBus]: word(HWID.HwResetBus),
      [Routine.DmaStarted]: word(HWID.HwDmaStarted),
      [Routine.AdapterControl]: word(HWID.HwAdapterControl),
    },
    deviceExtensionBytes: word(HWID.DeviceExtensionSize),
    luExtensionBytes: word(HWID.SpecificLuExtensionSize),
    srbExtensionBytes: word(HWID.SrbExtensionSize),
    numberOfAccessRanges: word(HWID.NumberOfAccessRanges),
    mapBuffers: guest.u8[at + HWID.MapBuffers] !== 0,
    needPhysicalAddresses: guest.u8[at + HWID.NeedPhysicalAddresses] !== 0,
    taggedQueuing: guest.u8[at + HWID.TaggedQueuing] !== 0,
    autoRequestSense: guest.u8[at + HWID.AutoRequestSense] !== 0,
    multipleRequestPerLu: guest.u8[at + HWID.MultipleRequestPerLu] !== 0,
    receiveEvent: guest.u8[at + HWID.ReceiveEvent] !== 0,
    vendorId: text(HWID.VendorIdLength, HWID.VendorId),
    deviceId: text(HWID.DeviceIdLength, HWID.DeviceId),
    hwContext: context,
  }
  const { routines } = data
  if (
    !routines[Routine.Initialize] ||
    !routines[Routine.StartIo] ||
    !routines[Routine.FindAdapter] ||
    !routines[Routine.ResetBus]
  )
    return NTSTATUS.REVISION_MISMATCH
  into.push(data)
  checkEntryTypes(port, data)
  return NTSTATUS.SUCCESS
}

/** LD-8: every routine pointer must have the documented type; JavaScript would not notice. */
function checkEntryTypes(port: Port, data: HwInitializationData): void {
  for (const [key, index] of Object.entries(data.routines)) {
    const routine = Number(key)
    if (index === 0) continue
    const expected = ENTRY_TYPES[routine]!
    const found = port.guest.signature(index)
    if (found !== undefined && sameSignature(found, expected)) continue
    const text =
      found === undefined
        ? `${ROUTINE_NAMES[routine]} is table index ${index}, which holds no function`
        : `${ROUTINE_NAMES[routine]} (${port.guest.functionName(index)}) has type ${describeSignature(found)}, expected ${describeSignature(expected)}`
    port.trace.emit(Event.Finding, port.index, Finding.BadSignature, -1, routine, port.trace.intern(text))
  }
}

/** DriverEntry up to the connected, initialized adapter. @throws BootFailure when the miniport does not bring its adapter up */
export function boot(port: Port, found: HwInitializationData[]): void {
  const { cpu, guest } = port
  port.moduleData.fillStack()
  const status = cpu.enter(
    port,
    Routine.DriverEntry,
    (a1, a2) => guest.driverEntry(a1!, a2!),
    PASSIVE_LEVEL,
    -1,
    DRIVER_ARGUMENT,
    REGISTRY_ARGUMENT,
  )
  if (port.dead) return
  checkEntryResult(port, status)
  port.moduleData.remember()
  const { pci } = port.adapter
  const vendor = pci?.vendor.toString(16).padStart(4, '0')
  const device = pci?.device.toString(16).padStart(4, '0')
  const candidates = found.filter(
    d =>
      d.interfaceType === INTERFACE.PCIBus &&
      pci !== undefined &&
      vendor!.startsWith(d.vendorId) &&
      device!.startsWith(d.deviceId),
  )
  if (found.length > 0 && status !== 0)
    throw new BootFailure(`DriverEntry returned 0x${(status >>> 0).toString(16)}: the driver is not loaded`)
  if (candidates.length === 0) throw new BootFailure(noCandidate(found, status, `${vendor}:${device}`))
  let reason = ''
  for (const data of candidates) {
    reason = findAdapter(port, data)
    if (port.dead) return
    if (reason === '') {
      running.set(port, data)
      initialize(port)
      return
    }
  }
  throw new BootFailure(reason)
}

/** LD-10: one of the results of ScsiPortInitialize is what DriverEntry returns. */
function checkEntryResult({ trace, index, initializeResults }: Port, status: number): void {
  if (initializeResults.length === 0 || initializeResults.includes(status | 0)) return
  const lowest = Math.min(...initializeResults.map(result => result >>> 0))
  trace.emit(Event.Finding, index, Finding.EntryResult, -1, status | 0, lowest | 0)
}

/** What each port was started with, for a restart. */
const running = new WeakMap<Port, HwInitializationData>()

/** @returns address of the ASCIIZ ArgumentString, 0 when there is none */
function argumentString(port: Port): number {
  const text = port.parts.argumentString
  if (text === undefined) return 0
  const { at } = port.arena.allocate('ArgumentString', text.length + 1)
  for (let n = 0; n < text.length; n++) port.guest.u8[at + n] = text.charCodeAt(n) & 0x7f
  return at
}

/** What DriverEntry gets: opaque to the miniport. */
const DRIVER_ARGUMENT = 0x6000_0010
const REGISTRY_ARGUMENT = 0x6000_0020

function noCandidate(found: readonly HwInitializationData[], status: number, pci: string): string {
  if (found.length === 0)
    return `DriverEntry returned 0x${(status >>> 0).toString(16)} and registered no adapter with ScsiPortInitialize`
  const asked = found
    .map(d =>
      d.interfaceType === INTERFACE.PCIBus ? `PCI ${d.vendorId}:${d.deviceId}` : `interface type ${d.interfaceType}`,
    )
    .join(', ')
  return `the driver asks for ${asked}; the adapter is PCI ${pci}`
}

/** @returns '' when the adapter was found and its answers make sense, else why not */
function findAdapter(port: Port, data: HwInitializationData): string {
  try {
    return tryFindAdapter(port, data)
  } catch (error) {
    if (error instanceof ArenaFull) return error.message
    throw error
  }
}

function tryFindAdapter(port: Port, data: HwInitializationData): string {
  const { guest, arena } = port
  const { settings } = port.parts
  for (const bytes of [data.deviceExtensionBytes, data.luExtensionBytes, data.srbExtensionBytes]) {
    if (bytes > MAX_EXTENSION) return `HW_INITIALIZATION_DATA asks for an extension of ${bytes} bytes`
  }
  if (data.numberOfAccessRanges > MAX_ACCESS_RANGES)
    return `HW_INITIALIZATION_DATA asks for ${data.numberOfAccessRanges} access ranges`
  const fn = guest.entry(data.routines[Routine.FindAdapter]!)
  if (fn === undefined) return 'HwFindAdapter is no function'
  releaseResources(port)
  if (port.extension.at !== 0 && port.extension.bytes === data.deviceExtensionBytes)
    guest.u8.fill(0, port.extension.at, port.extension.at + port.extension.bytes)
  else {
    port.extension = arena.allocate('device extension', data.deviceExtensionBytes)
    port.inspector.watch(port.extension)
  }
  const config = arena.allocate('PORT_CONFIGURATION_INFORMATION', CONFIG.bytes)
  const ranges = arena.allocate('access ranges', Math.max(data.numberOfAccessRanges, 1) * RANGE.bytes)
  const again = arena.allocate('Again', 1)
  guest.u8[again.at] = AGAIN_UNSET
  const poison = settings.resources === 'assigned' && settings.hwContext === 'poison'
  const hwContext = settings.resources === 'none' ? data.hwContext : poison ? HW_CONTEXT_POISON : 0
  port.bufferMembers.forget()
  fillConfig(port, data, config.at, ranges.at)
  const given = new ConfigSnapshot(port, config.at, ranges.at, data.numberOfAccessRanges)
  port.entries.findAdapter = fn
  port.configAt = config.at
  const result = port.cpu.enter(
    port,
    Routine.FindAdapter,
    fn,
    PASSIVE_LEVEL,
    -1,
    port.extension.at,
    hwContext,
    0,
    argumentString(port),
    config.at,
    again.at,
  )
  port.configAt = 0
  if (!port.dead) port.inspector.check(config, ranges, again)
  if (port.dead) return ''
  const { busData } = port
  if (busData !== undefined) guest.u8.fill(NO_LONGER_VALID, busData.at, busData.at + busData.bytes)
  port.bufferMembers.compare(config.at)
  given.trace(port, config.at)
  port.trace.emit(Event.Adapter, port.index, AdapterPhase.Found, result, guest.u8[again.at]!, poison ? 1 : 0)
  if (result !== SP_RETURN.FOUND) {
    const name = Object.entries(SP_RETURN).find(([, v]) => v === result)?.[0]
    return `HwFindAdapter returned ${name === undefined ? result : `SP_RETURN_${name}`}`
  }
  const problem = readCapabilities(port, config.at)
  if (problem !== '') return problem
  const table = (routine: Routine): EntryFn | undefined => guest.entry(data.routines[routine] ?? 0)
  const initializeFn = table(Routine.Initialize)
  const startIo = table(Routine.StartIo)
  const resetBus = table(Routine.ResetBus)
  if (initializeFn === undefined || startIo === undefined || resetBus === undefined)
    return 'a mandatory routine is no function'
  port.entries = {
    findAdapter: fn,
    initialize: initializeFn,
    startIo,
    interrupt: table(Routine.Interrupt),
    resetBus,
    dmaStarted: table(Routine.DmaStarted),
    adapterControl: table(Routine.AdapterControl),
  }
  if (port.commonBuffer === undefined) {
    const stride = srbExtensionStride(port.capabilities.srbExtensionBytes)
    const bytes = stride * port.slots.length
    if (port.extensionPool === undefined || port.extensionPool.bytes < bytes)
      port.extensionPool = arena.allocate('SRB extensions', bytes)
    placeSrbExtensions(port, port.extensionPool.at, stride)
  }
  for (const slot of port.slots) {
    if (port.capabilities.srbExtensionBytes === 0) slot.extensionAt = 0
    slot.dataVa = port.capabilities.mapBuffers
      ? slot.dataAt
      : (OPAQUE_BASE + slot.index * OPAQUE_STRIDE + (slot.dataAt & 0xfff)) | 0
  }
  return ''
}

const MAX_ACCESS_RANGES = 64
/** What *Again holds before HwFindAdapter: neither TRUE nor FALSE. */
const AGAIN_UNSET = 0xcc
/** Fills what a miniport must not look at any more. */
const NO_LONGER_VALID = 0xdb

/** What an earlier HwFindAdapter acquired: mappings, the common buffer. */
function releaseResources(port: Port): void {
  unmapAll(port)
  const buffer = port.commonBuffer
  if (buffer === undefined) return
  port.slice.revoke(buffer.at, buffer.bytes)
  port.spareBuffer = buffer
  port.commonBuffer = undefined
}

/** DataBuffer of a miniport without MapBuffers: opaque, above every memory, so that a dereference traps. */
const OPAQUE_BASE = 0xc000_0000
const OPAQUE_STRIDE = 0x0010_0000

/** Largest data buffer of one SRB. */
export const MAX_DATA_BYTES = OPAQUE_STRIDE - 4096

/** SRBs and data buffers, made before the miniport is asked anything. */
export function makeSlots(port: Port, count: number, dataBytes: number): void {
  const { arena } = port
  const stride = SRB.bytes + 64
  const srbs = arena.allocate('SRBs', stride * count)
  port.srbBase = srbs.at
  port.srbStride = stride
  const room = (dataBytes + 2 * 4096 - 1) & ~4095
  port.slots = Array.from({ length: count }, (_, index) => {
    const data = arena.allocatePages('data buffer', room)
    const slot = new SrbSlot(index, srbs.at + index * stride, data.at, room)
    // Half of the buffers start in the middle of a page, as buffers of real programs do.
    slot.dataAt = data.at + (index % 2 === 0 ? 0 : (index * 512) % 4096)
    slot.dataVa = slot.dataAt
    return slot
  })
  port.guard.reserve(count)
  port.free.push(...port.slots)
}

/** Interrupt connected, HwInitialize, supported control types, tick. */
function initialize(port: Port): void {
  connect(port)
  const ok = port.call(Routine.Initialize, port.entries.initialize, DIRQL, -1, port.extension.at)
  if (port.dead) return
  port.trace.emit(Event.Adapter, port.index, AdapterPhase.Initialized, ok, 0, 0)
  if (ok === 0) {
    halt(port)
    throw new BootFailure('HwInitialize returned FALSE')
  }
  queryControlTypes(port)
  if (!port.dead) port.startTicking()
}

function connect(port: Port): void {
  if (port.entries.interrupt === undefined || port.capabilities.polled) return
  port.cpu.connect(port.parts.line, port)
  port.connected = true
  port.faults.connected()
  if (port.cpu.assertedLines > 0) port.cpu.dispatchInterrupts()
}

/** No routine of the miniport is called any more until it is restarted. */
function halt(port: Port): void {
  port.connected = false
  port.cpu.disconnect(port.parts.line, port)
  port.cancelAlarms()
  port.stopped = true
}

function supports(port: Port, type: number): boolean {
  return port.entries.adapterControl !== undefined && (port.controlTypes & (1 << type)) !== 0
}

/** @returns true for ScsiAdapterControlSuccess */
function control(port: Port, type: number, irql: number, parameters = 0): boolean {
  const { trace, index, entries } = port
  port.controlType = type
  trace.emit(Event.Control, index, type, 1, 0, port.pin.level ? 1 : 0)
  const status = port.call(
    Routine.AdapterControl,
    entries.adapterControl!,
    irql,
    -1,
    port.extension.at,
    type,
    parameters,
  )
  port.controlType = -1
  if (!port.dead) trace.emit(Event.Control, index, type, 0, status, port.pin.level ? 1 : 0)
  return status === 0
}

function queryControlTypes(port: Port): void {
  if (port.entries.adapterControl === undefined) return
  const types = port.parts.settings.maxControlType
  const list = port.arena.allocate(CONTROL_LIST, 4 + types)
  port.guest.view.setUint32(list.at, types, true)
  const ok = control(port, ADAPTER_CONTROL.QuerySupportedControlTypes, PASSIVE_LEVEL, list.at)
  if (!port.dead) port.inspector.check(list)
  port.controlTypes = 0
  if (port.dead || !ok) return
  for (let type = 0; type < Math.min(types, ADAPTER_CONTROL.Max); type++)
    if (port.guest.u8[list.at + 4 + type] !== 0) port.controlTypes |= 1 << type
}

/** Stops the adapter, if it runs: ScsiStopAdapter and ScsiSetBootConfig when supported. The queues must be empty. */
export function stop(port: Port): void {
  if (port.dead || port.stopped || !running.has(port)) return
  if (supports(port, ADAPTER_CONTROL.StopAdapter)) control(port, ADAPTER_CONTROL.StopAdapter, DIRQL)
  halt(port)
  if (!port.dead && supports(port, ADAPTER_CONTROL.SetBootConfig))
    control(port, ADAPTER_CONTROL.SetBootConfig, PASSIVE_LEVEL)
  // What was written last is on its way to the adapter still.
  port.cpu.spend(port.cpu.costs.postedWriteDelayPs)
  const { mayInterrupt, outstanding } = port.adapter
  port.trace.emit(Event.Adapter, port.index, AdapterPhase.Stopped, 0, mayInterrupt ? 1 : 0, outstanding)
}

/**
 * Starts a stopped adapter again: ScsiSetRunningConfig and ScsiRestartAdapter when supported, else HwFindAdapter and
 * HwInitialize as at the start. @throws BootFailure when it refuses
 */
export function restart(port: Port): void {
  const data = running.get(port)
  if (port.dead || !port.stopped || data === undefined) return
  let reason = ''
  if (supports(port, ADAPTER_CONTROL.RestartAdapter)) {
    if (supports(port, ADAPTER_CONTROL.SetRunningConfig)) control(port, ADAPTER_CONTROL.SetRunningConfig, PASSIVE_LEVEL)
    port.resume()
    connect(port)
    if (!control(port, ADAPTER_CONTROL.RestartAdapter, DIRQL)) reason = 'HwAdapterControl(ScsiRestartAdapter) failed'
    else port.startTicking()
  } else {
    reason = findAdapter(port, data)
    if (port.dead) return
    if (reason === '') {
      port.resume()
      initialize(port)
    }
  }
  if (port.dead) return
  if (reason !== '') halt(port)
  port.trace.emit(Event.Adapter, port.index, AdapterPhase.Restarted, reason === '' ? 1 : 0, 0, 0)
  if (reason !== '') throw new BootFailure(`the adapter did not restart: ${reason}`)
}
