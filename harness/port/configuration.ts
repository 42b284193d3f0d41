// PORT_CONFIGURATION_INFORMATION: what HwFindAdapter gets, and what is made of its answers.
// Source: WDK PORT_CONFIGURATION_INFORMATION, ACCESS_RANGE, HwScsiFindAdapter.
import { srbExtensionStride } from './address-imports.ts'
import { CONFIG, RANGE } from './layout.ts'
import type { Port } from './port.ts'

/** Largest extension of any kind, in bytes. */
export const MAX_EXTENSION = 16 * 1024 * 1024

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
  receiveEvent: boolean
  vendorId: string
  deviceId: string
}

/** Initial values (WDK: PORT_CONFIGURATION_INFORMATION); what is not set here is 0. `at` and `ranges` hold zeros. */
export function fillConfig(port: Port, data: HwInitializationData, at: number, ranges: number): void {
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
  u8[at + CONFIG.ReceiveEvent] = data.receiveEvent ? 1 : 0
  u8[at + CONFIG.MaximumNumberOfTargets] = 8
  u8[at + CONFIG.MaximumNumberOfLogicalUnits] = 8
  word(CONFIG.SlotNumber, port.slotNumber)
  word(CONFIG.DeviceExtensionSize, data.deviceExtensionBytes)
  word(CONFIG.SpecificLuExtensionSize, data.luExtensionBytes)
  word(CONFIG.SrbExtensionSize, data.srbExtensionBytes)
  u8[at + CONFIG.Dma64BitAddresses] = 0x80
  let n = 0
  for (const bar of adapter.pci?.bars ?? []) {
    if (bar === undefined || n >= data.numberOfAccessRanges) continue
    const range = ranges + n++ * RANGE.bytes
    view.setUint32(range + RANGE.RangeStart, bar.base, true)
    view.setUint32(range + RANGE.RangeLength, bar.sizeBytes, true)
    u8[range + RANGE.RangeInMemory] = bar.space === 'memory' ? 1 : 0
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
    polled: word(CONFIG.BusInterruptLevel) === 0 && word(CONFIG.BusInterruptVector) === 0,
    luExtensionBytes,
    srbExtensionBytes,
  }
  return ''
}
