// Detection as before Plug and Play: the port driver supplied neither ranges nor an interrupt, so the driver looks through the bus itself.
// Nothing is touched before ScsiPortValidateRange has said that nobody else owns it.
import {
  LevelSensitive, PCI_ADDRESS_IO_SPACE, PCI_ADDRESS_MEMORY_MASK, PCI_DEVICES, PortConfigurationInformation, readPciHeader, validateRange,
} from '../assembly'
import * as hw from '../assembly/whba'
import { DeviceExtension } from './extension'

const VENDOR: u16 = 0x57a8
const DEVICE: u16 = 0x0001

/** Fills the first access range, the slot and the interrupt. @returns whether there is an adapter that is free */
export function detectAdapter(ext: DeviceExtension, config: PortConfigurationInformation): bool {
  for (let slot: u32 = 0; slot < PCI_DEVICES; slot++) {
    const header = readPciHeader(ext, config.SystemIoBusNumber, slot)
    if (header === null) return false
    if (header.VendorID != VENDOR || header.DeviceID != DEVICE) continue
    // The header is gone with the next call: take what is needed first.
    const address = header.BaseAddress0
    const interrupt = header.InterruptLine
    if (address == 0 || address & PCI_ADDRESS_IO_SPACE) continue
    const base = address & PCI_ADDRESS_MEMORY_MASK
    if (!validateRange(ext, config.AdapterInterfaceType, config.SystemIoBusNumber, base, hw.WHBA_WINDOW_BYTES, false)) continue
    const range = config.accessRange(0)
    range.RangeStart = base
    range.RangeLength = hw.WHBA_WINDOW_BYTES
    range.RangeInMemory = true
    config.SlotNumber = slot
    config.BusInterruptLevel = interrupt
    config.BusInterruptVector = interrupt
    config.InterruptMode = LevelSensitive
    return true
  }
  return false
}
