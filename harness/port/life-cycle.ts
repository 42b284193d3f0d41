// The life cycle of a miniport, in the order scsiport.sys drives it: DriverEntry, HwFindAdapter, interrupt connected,
// HwInitialize, HwAdapterControl(Query), tick, bus scan; at the end flush, HwAdapterControl(Stop).
// PnP order: ScsiPortInitialize only records; HwFindAdapter runs after DriverEntry returned, with HwContext NULL.
import { AdapterPhase, Event, Finding, ROUTINE_NAMES, Routine } from '../trace/events.ts'
import { ENTRY_TYPES } from './abi.ts'
import { placeSrbExtensions, srbExtensionStride } from './address-imports.ts'
import { ArenaFull } from './arena.ts'
import { DIRQL, PASSIVE_LEVEL } from './cpu.ts'
import { checkRange } from './guest-memory.ts'
import { ADAPTER_CONTROL, CONFIG, HWID, INTERFACE, NTSTATUS, RANGE, SP_RETURN, SRB, SRB_STATUS } from './layout.ts'
import type { EntryFn, Port } from './port.ts'
import { describeSignature, sameSignature } from './signature.ts'
import { SrbSlot } from './srb.ts'

/** Why a miniport did not come up. Not a stop: the guest answered, but not with a running adapter. */
export class BootFailure extends Error {
  override name = 'BootFailure'
}

/** HW_INITIALIZATION_DATA as ScsiPortInitialize found it. */
export interface HwInitializationData {
  interfaceType: number
  routines: { [routine: number]: number }
  deviceExtensionBytes: number
  luExtensionBytes: number
  srbExtensionBytes: number
  numberOfAccessRanges: number
  mapBuffers: boolean
  needPhysicalAddresses: boolean
  taggedQueuing: boolean
  autoRequestSense: boolean
  multipleRequestPerLu: boolean
  vendorId: string
  deviceId: string
}

const MAX_EXTENSION = 16 * 1024 * 1024

/** ScsiPortInitialize: checks and copies HW_INITIALIZATION_DATA. @returns an NTSTATUS */
export function readInitializationData(port: Port, address: number, into: HwInitializationData[]): number {
  const { guest } = port
  const at = checkRange(guest, address, HWID.bytesNt4, 'ScsiPortInitialize')
  const { view } = guest
  const size = view.getUint32(at, true)
  if (size > HWID.bytes || size < HWID.bytesNt4) return NTSTATUS.REVISION_MISMATCH
  checkRange(guest, address, size, 'ScsiPortInitialize')
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
    vendorId: text(HWID.VendorIdLength, HWID.VendorId),
    deviceId: text(HWID.DeviceIdLength, HWID.DeviceId),
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
  if (candidates.length === 0) throw new BootFailure(noCandidate(found, status, `${vendor}:${device}`))
  let reason = ''
  for (const data of candidates) {
    reason = findAdapter(port, data)
    if (port.dead) return
    if (reason === '') {
      initialize(port)
      return
    }
  }
  throw new BootFailure(reason)
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
  const { guest, arena } = port
  for (const bytes of [data.deviceExtensionBytes, data.luExtensionBytes, data.srbExtensionBytes]) {
    if (bytes > MAX_EXTENSION) return `HW_INITIALIZATION_DATA asks for an extension of ${bytes} bytes`
  }
  const fn = guest.entry(data.routines[Routine.FindAdapter]!)
  if (fn === undefined) return 'HwFindAdapter is no function'
  try {
    port.extension = arena.allocate('device extension', data.deviceExtensionBytes)
  } catch (error) {
    if (error instanceof ArenaFull) return error.message
    throw error
  }
  port.inspector.watch(port.extension)
  const config = arena.allocate('PORT_CONFIGURATION_INFORMATION', CONFIG.bytes)
  const rangeCount = Math.min(Math.max(data.numberOfAccessRanges, 1), 32)
  const ranges = arena.allocate('access ranges', rangeCount * RANGE.bytes)
  const again = arena.allocate('Again', 1)
  fillConfig(port, data, config.at, ranges.at)
  port.entries.findAdapter = fn
  const result = port.cpu.enter(
    port,
    Routine.FindAdapter,
    fn,
    PASSIVE_LEVEL,
    -1,
    port.extension.at,
    0,
    0,
    0,
    config.at,
    again.at,
  )
  if (port.dead) return ''
  port.trace.emit(Event.Adapter, port.index, AdapterPhase.Found, result, 0, 0)
  if (result !== SP_RETURN.FOUND) {
    const name = Object.entries(SP_RETURN).find(([, v]) => v === result)?.[0]
    return `HwFindAdapter returned ${name === undefined ? result : `SP_RETURN_${name}`}`
  }
  const problem = readCapabilities(port, config.at, data)
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
    placeSrbExtensions(port, arena.allocate('SRB extensions', stride * port.slots.length).at, stride)
  }
  for (const slot of port.slots) {
    if (port.capabilities.srbExtensionBytes === 0) slot.extensionAt = 0
    slot.dataVa = port.capabilities.mapBuffers
      ? slot.dataAt
      : (OPAQUE_BASE + slot.index * OPAQUE_STRIDE + (slot.dataAt & 0xfff)) | 0
  }
  return ''
}

/** DataBuffer of a miniport without MapBuffers: opaque, above every memory, so that a dereference traps. */
const OPAQUE_BASE = 0xc000_0000
const OPAQUE_STRIDE = 0x0010_0000

/** Largest data buffer of one SRB. */
export const MAX_DATA_BYTES = OPAQUE_STRIDE - 4096

function fillConfig(port: Port, data: HwInitializationData, at: number, ranges: number): void {
  const { view, u8 } = port.guest
  const { settings } = port.parts
  const { adapter } = port
  const word = (offset: number, value: number): void => view.setUint32(at + offset, value >>> 0, true)
  const interrupt = adapter.pci?.interruptLine ?? 0
  word(CONFIG.Length, CONFIG.bytes)
  word(CONFIG.AdapterInterfaceType, data.interfaceType)
  word(CONFIG.BusInterruptLevel, interrupt)
  word(CONFIG.BusInterruptVector, interrupt)
  word(CONFIG.MaximumTransferLength, 0xffffffff)
  word(CONFIG.NumberOfPhysicalBreaks, settings.maximumSgList ?? 0xffffffff)
  for (const offset of [CONFIG.DmaChannel, CONFIG.DmaPort, CONFIG.DmaChannel2, CONFIG.DmaPort2])
    word(offset, 0xffffffff)
  word(CONFIG.NumberOfAccessRanges, data.numberOfAccessRanges)
  word(CONFIG.AccessRanges, ranges)
  u8.fill(0xff, at + CONFIG.InitiatorBusId, at + CONFIG.InitiatorBusId + 8)
  u8[at + CONFIG.MapBuffers] = data.mapBuffers ? 1 : 0
  u8[at + CONFIG.NeedPhysicalAddresses] = data.needPhysicalAddresses ? 1 : 0
  u8[at + CONFIG.TaggedQueuing] = data.taggedQueuing ? 1 : 0
  u8[at + CONFIG.AutoRequestSense] = data.autoRequestSense ? 1 : 0
  u8[at + CONFIG.MultipleRequestPerLu] = data.multipleRequestPerLu ? 1 : 0
  u8[at + CONFIG.MaximumNumberOfTargets] = 8
  u8[at + CONFIG.MaximumNumberOfLogicalUnits] = 8
  word(CONFIG.SlotNumber, port.slotNumber)
  word(CONFIG.DeviceExtensionSize, data.deviceExtensionBytes)
  word(CONFIG.SpecificLuExtensionSize, data.luExtensionBytes)
  word(CONFIG.SrbExtensionSize, data.srbExtensionBytes)
  u8[at + CONFIG.Dma64BitAddresses] = 0x80
  let n = 0
  for (const bar of adapter.pci?.bars ?? []) {
    if (bar === undefined || n >= data.numberOfAccessRanges || n >= 32) continue
    const range = ranges + n++ * RANGE.bytes
    view.setUint32(range + RANGE.RangeStart, bar.base, true)
    view.setUint32(range + RANGE.RangeLength, bar.sizeBytes, true)
    u8[range + RANGE.RangeInMemory] = bar.space === 'memory' ? 1 : 0
  }
}

/** @returns '' or what is wrong with the answers */
function readCapabilities(port: Port, at: number, data: HwInitializationData): string {
  const { view, u8 } = port.guest
  const word = (offset: number): number => view.getUint32(at + offset, true)
  const flag = (offset: number): boolean => u8[at + offset] !== 0
  const numberOfBuses = u8[at + CONFIG.NumberOfBuses]!
  if (numberOfBuses < 1 || numberOfBuses > 8)
    return `HwFindAdapter set NumberOfBuses to ${numberOfBuses}, allowed are 1 to 8`
  const targets = u8[at + CONFIG.MaximumNumberOfTargets]!
  if (targets < 1 || targets > 128)
    return `HwFindAdapter set MaximumNumberOfTargets to ${targets}, allowed are 1 to 128`
  const srbExtensionBytes = word(CONFIG.SrbExtensionSize)
  const luExtensionBytes = word(CONFIG.SpecificLuExtensionSize)
  if (srbExtensionBytes > MAX_EXTENSION || luExtensionBytes > MAX_EXTENSION)
    return 'HwFindAdapter asks for an extension larger than 16 MiB'
  if (port.commonBuffer !== undefined && srbExtensionBytes > data.srbExtensionBytes && port.slots[1] !== undefined) {
    const stride = port.slots[1].extensionAt - port.slots[0]!.extensionAt
    if (srbExtensionStride(srbExtensionBytes) > stride)
      return 'HwFindAdapter raised SrbExtensionSize after ScsiPortGetUncachedExtension'
  }
  port.capabilities = {
    numberOfBuses,
    maximumTargets: targets,
    maximumLuns: Math.max(1, u8[at + CONFIG.MaximumNumberOfLogicalUnits]!),
    initiatorIds: Array.from({ length: numberOfBuses }, (_, path) => u8[at + CONFIG.InitiatorBusId + path]!),
    maximumTransferBytes: word(CONFIG.MaximumTransferLength),
    physicalBreaks: word(CONFIG.NumberOfPhysicalBreaks),
    master: flag(CONFIG.Master),
    mapBuffers: flag(CONFIG.MapBuffers),
    needPhysicalAddresses: flag(CONFIG.NeedPhysicalAddresses),
    taggedQueuing: flag(CONFIG.TaggedQueuing),
    multipleRequestPerLu: flag(CONFIG.MultipleRequestPerLu),
    autoRequestSense: flag(CONFIG.AutoRequestSense),
    cachesData: flag(CONFIG.CachesData),
    alignmentMask: word(CONFIG.AlignmentMask),
    dmaChannel: view.getInt32(at + CONFIG.DmaChannel, true),
    polled: word(CONFIG.BusInterruptLevel) === 0 && word(CONFIG.BusInterruptVector) === 0,
    luExtensionBytes,
    srbExtensionBytes,
  }
  return ''
}

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
  port.free.push(...port.slots)
}

/** Interrupt connected, HwInitialize, supported control types, tick. */
function initialize(port: Port): void {
  const { parts, entries, trace } = port
  if (entries.interrupt !== undefined && !port.capabilities.polled) {
    port.cpu.connect(parts.line, port)
    port.connected = true
    if (port.cpu.assertedLines > 0) port.cpu.dispatchInterrupts()
  }
  const ok = port.call(Routine.Initialize, entries.initialize, DIRQL, -1, port.extension.at)
  if (port.dead) return
  trace.emit(Event.Adapter, port.index, AdapterPhase.Initialized, ok, 0, 0)
  if (ok === 0) {
    port.connected = false
    port.cpu.disconnect(parts.line, port)
    throw new BootFailure('HwInitialize returned FALSE')
  }
  queryControlTypes(port)
  if (!port.dead) port.startTicking()
}

function queryControlTypes(port: Port): void {
  const { adapterControl } = port.entries
  if (adapterControl === undefined) return
  const list = port.arena.allocate('SCSI_SUPPORTED_CONTROL_TYPE_LIST', 4 + ADAPTER_CONTROL.Max)
  port.guest.view.setUint32(list.at, ADAPTER_CONTROL.Max, true)
  const status = port.call(
    Routine.AdapterControl,
    adapterControl,
    PASSIVE_LEVEL,
    -1,
    port.extension.at,
    ADAPTER_CONTROL.QuerySupportedControlTypes,
    list.at,
  )
  if (port.dead || status !== 0) return
  for (let type = 0; type < ADAPTER_CONTROL.Max; type++)
    if (port.guest.u8[list.at + 4 + type] !== 0) port.controlTypes |= 1 << type
}

/** Finds the logical units: INQUIRY to every path, target and LUN. `pump` runs the bench until a request is back. */
export function scan(port: Port, pump: (slot: SrbSlot) => void): void {
  const { capabilities, parts } = port
  const luns = Math.min(parts.settings.scanLuns, capabilities.maximumLuns)
  for (let path = 0; path < capabilities.numberOfBuses; path++) {
    for (let target = 0; target < capabilities.maximumTargets; target++) {
      if (target === capabilities.initiatorIds[path]) continue
      for (let lun = 0; lun < luns; lun++) {
        const answer = inquire(port, path, target, lun, pump)
        if (port.dead) return
        if (answer === 'next target') break
      }
    }
  }
  port.trace.emit(Event.Adapter, port.index, AdapterPhase.Scanned, port.units.length, 0, 0)
}

const INQUIRY_BYTES = 36
const INQUIRY_TIMEOUT_SECONDS = 4
const INQUIRY_RETRIES = 2

function inquire(
  port: Port,
  path: number,
  target: number,
  lun: number,
  pump: (slot: SrbSlot) => void,
): 'found' | 'next lun' | 'next target' {
  const lu = port.lu(path, target, lun)
  port.extendLu(lu)
  for (let attempt = 0; attempt <= INQUIRY_RETRIES; attempt++) {
    const slot = port.take()
    if (slot === undefined) return 'next target'
    port.prepare(slot, lu, NO_OWNER, 'in', INQUIRY_BYTES, 6, INQUIRY_TIMEOUT_SECONDS)
    const { u8 } = port.guest
    const cdb = slot.at + SRB.Cdb
    u8.fill(0, cdb, cdb + 16)
    u8[cdb] = 0x12
    u8[cdb + 1] = (lun & 7) << 5
    u8[cdb + 4] = INQUIRY_BYTES
    u8.fill(0, slot.dataAt, slot.dataAt + INQUIRY_BYTES)
    port.submit(slot)
    pump(slot)
    if (port.dead) return 'next target'
    const status = slot.srbStatus & 0x3f
    const sense = slot.autosenseValid ? port.senseCode(slot) >> 16 : 0
    if (slot.frozeQueue) port.releaseQueue(lu)
    if (status === 0x01 || status === 0x12) {
      const qualifier = u8[slot.dataAt]! >> 5
      if (qualifier === 0) return port.addUnit(lu, u8.slice(slot.dataAt, slot.dataAt + INQUIRY_BYTES))
      port.forgetLu(lu)
      return 'next lun'
    }
    if (status === 0x08 || status === 0x0a) {
      port.forgetLu(lu)
      return 'next target'
    }
    if (sense === 5) {
      port.forgetLu(lu)
      return 'next lun'
    }
  }
  port.forgetLu(lu)
  return 'next target'
}

/** TEST UNIT READY until the unit attention of power-on is worked off, as a class driver does when it starts a device. */
export function ready(port: Port, pump: (slot: SrbSlot) => void): void {
  for (const { lu } of port.units) {
    for (let attempt = 0; attempt < READY_ATTEMPTS; attempt++) {
      const slot = port.take()
      if (slot === undefined) return
      port.prepare(slot, lu, NO_OWNER, 'none', 0, 6, INQUIRY_TIMEOUT_SECONDS)
      const cdb = slot.at + SRB.Cdb
      port.guest.u8.fill(0, cdb, cdb + 16)
      port.submit(slot)
      pump(slot)
      if (port.dead) return
      if (slot.frozeQueue) port.releaseQueue(lu)
      if ((slot.srbStatus & SRB_STATUS.MASK) === SRB_STATUS.SUCCESS) break
    }
  }
}

const READY_ATTEMPTS = 3

const NO_OWNER = { completed(): void {} }

/** Stops the adapter: HwAdapterControl(ScsiStopAdapter) when supported. The queues must be empty. */
export function stop(port: Port): void {
  if (port.dead || port.stopped) return
  const { adapterControl } = port.entries
  if (adapterControl !== undefined && (port.controlTypes & (1 << ADAPTER_CONTROL.StopAdapter)) !== 0) {
    port.call(Routine.AdapterControl, adapterControl, DIRQL, -1, port.extension.at, ADAPTER_CONTROL.StopAdapter)
  }
  port.cancelAlarms()
  port.stopped = true
  port.trace.emit(Event.Adapter, port.index, AdapterPhase.Stopped, 0, 0, 0)
}

/** Starts a stopped adapter again: ScsiRestartAdapter when supported, else HwInitialize. @throws BootFailure when it refuses */
export function restart(port: Port): void {
  if (port.dead || !port.stopped) return
  const { adapterControl, initialize: initializeFn } = port.entries
  port.stopped = false
  let ok: boolean
  if (adapterControl !== undefined && (port.controlTypes & (1 << ADAPTER_CONTROL.RestartAdapter)) !== 0) {
    ok =
      port.call(
        Routine.AdapterControl,
        adapterControl,
        DIRQL,
        -1,
        port.extension.at,
        ADAPTER_CONTROL.RestartAdapter,
      ) === 0
  } else ok = port.call(Routine.Initialize, initializeFn, DIRQL, -1, port.extension.at) !== 0
  if (port.dead) return
  port.trace.emit(Event.Adapter, port.index, AdapterPhase.Restarted, ok ? 1 : 0, 0, 0)
  if (!ok) throw new BootFailure('the adapter did not restart')
  port.startTicking()
}
