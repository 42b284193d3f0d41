// PORT_CONFIGURATION_INFORMATION: what HwFindAdapter gets, and what is made of its answers.
// Source: WDK PORT_CONFIGURATION_INFORMATION, ACCESS_RANGE, HwScsiFindAdapter.

import { CONFIG, CONFIG_FIELDS, HWID_FIELDS, INTERFACE, INTERRUPT_MODE, RANGE } from '../../schemas/scsiport.ts'
import { Event } from '../trace/events.ts'
import { srbExtensionStride } from './address-imports.ts'
import type { Registration } from './candidates.ts'
import { fieldOf } from './guest-memory.ts'
import type { Port } from './port.ts'

/** Largest extension of any kind, in bytes. */
export const MAX_EXTENSION = 16 * 1024 * 1024

/** HW_INITIALIZATION_DATA as ScsiPortInitialize found it. */
export interface HwInitializationData extends Registration {
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
  receiveEvent: boolean
  /** The last argument of ScsiPortInitialize. */
  hwContext: number
}

/**
 * Initial values (WDK: PORT_CONFIGURATION_INFORMATION); what is not set here is 0. `at` and `ranges` hold zeros.
 * @param assigned the adapter's ranges, interrupt and slot are supplied
 */
export function fillConfig(
  port: Port,
  data: HwInitializationData,
  at: number,
  ranges: number,
  assigned: boolean,
): void {
  const { view, u8 } = port.guest
  const { settings } = port.parts
  const { adapter } = port
  const word = (offset: number, value: number): void => view.setUint32(at + offset, value >>> 0, true)
  const interrupt = assigned ? (adapter.pci?.interruptLine ?? 0) : 0
  word(CONFIG.Length, port.faults.configBytes(CONFIG.bytes))
  word(CONFIG.AdapterInterfaceType, data.interfaceType)
  word(CONFIG.BusInterruptLevel, interrupt)
  word(CONFIG.BusInterruptVector, interrupt)
  if (data.interfaceType !== INTERFACE.PCIBus) word(CONFIG.InterruptMode, INTERRUPT_MODE.Latched)
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
  u8[at + CONFIG.ReceiveEvent] = data.receiveEvent ? 1 : 0
  u8[at + CONFIG.MaximumNumberOfTargets] = 8
  u8[at + CONFIG.MaximumNumberOfLogicalUnits] = 8
  word(CONFIG.SlotNumber, assigned ? port.slotNumber : 0)
  word(CONFIG.DeviceExtensionSize, data.deviceExtensionBytes)
  word(CONFIG.SpecificLuExtensionSize, data.luExtensionBytes)
  word(CONFIG.SrbExtensionSize, data.srbExtensionBytes)
  u8[at + CONFIG.Dma64BitAddresses] = 0x80
  let n = 0
  for (const bar of assigned ? (adapter.pci?.bars ?? []) : []) {
    if (bar === undefined || bar.base === 0 || n >= data.numberOfAccessRanges) continue
    const range = ranges + n++ * RANGE.bytes
    view.setUint32(range + RANGE.RangeStart, bar.base, true)
    view.setUint32(range + RANGE.RangeLength, bar.sizeBytes, true)
    u8[range + RANGE.RangeInMemory] = bar.space === 'memory' ? 1 : 0
  }
}

/** Tells the trace what a driver put into HW_INITIALIZATION_DATA. @param call number of the call of ScsiPortInitialize, from 0 */
export function traceInitialization(port: Port, at: number, size: number, call: number): void {
  const { trace, index, guest } = port
  for (const [, offset, bytes] of HWID_FIELDS) {
    if (offset + bytes <= size)
      trace.emit(Event.InitField, index, offset, fieldOf(guest.view, at + offset, bytes) | 0, call, bytes)
  }
}

/** PORT_CONFIGURATION_INFORMATION and its access ranges as HwFindAdapter was given them. */
export class ConfigSnapshot {
  readonly #config: Uint8Array<ArrayBuffer>
  readonly #ranges: number
  readonly #count: number

  constructor(port: Port, at: number, ranges: number, count: number) {
    this.#config = port.guest.u8.slice(at, at + CONFIG.bytes)
    this.#ranges = ranges
    this.#count = count
    this.#traceRanges(port, 0x100)
  }

  /** Tells the trace what HwFindAdapter made of them. */
  trace(port: Port, at: number): void {
    const { trace, index, guest } = port
    const before = new DataView(this.#config.buffer)
    for (const [, offset, bytes] of CONFIG_FIELDS) {
      const left = fieldOf(guest.view, at + offset, bytes)
      trace.emit(Event.ConfigField, index, offset, left | 0, fieldOf(before, offset, bytes) | 0, bytes)
    }
    this.#traceRanges(port, 0)
  }

  #traceRanges({ trace, index, guest }: Port, mark: number): void {
    for (let n = 0; n < this.#count; n++) {
      const at = this.#ranges + n * RANGE.bytes
      const start = guest.view.getInt32(at + RANGE.RangeStart, true)
      const length = guest.view.getInt32(at + RANGE.RangeLength, true)
      const memory = guest.u8[at + RANGE.RangeInMemory] === 0 ? 0 : 1
      trace.emit(Event.ConfigRange, index, n | mark, start, length, memory)
    }
  }
}

/** Reads the answers into `port.capabilities`. @returns '' or what is wrong with them */
export function readCapabilities(port: Port, at: number): string {
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
  if (port.commonBuffer !== undefined && port.slots[1] !== undefined) {
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
    interruptLevel: word(CONFIG.BusInterruptLevel),
    polled: word(CONFIG.BusInterruptLevel) === 0 && word(CONFIG.BusInterruptVector) === 0,
    luExtensionBytes,
    srbExtensionBytes,
  }
  return ''
}
