// Breaks FA-4: a range that the driver chose is validated first.
//
// The mistake: the driver finds its adapter in PCI configuration space and maps what its base address register says, without asking whether
// another driver has taken that adapter already.
// Cure: ScsiPortValidateRange, and nothing when it says FALSE.
import { PCI_ADDRESS_MEMORY_MASK, PCI_DEVICES, PortConfigurationInformation, ScsiPortInitialize, readPciHeader } from '../../assembly'
import * as hw from '../../assembly/whba'
import { DeviceExtension } from '../../reference-queued/extension'
import { HwFindAdapter as findAdapter } from '../../reference-queued/find-adapter'
import { initializationData } from '../../reference-queued/initialization-data'

const VENDOR: u16 = 0x57a8
const DEVICE: u16 = 0x0001

function HwFindAdapter(
  ext: DeviceExtension, hwContext: usize, busInformation: usize, argumentString: usize,
  config: PortConfigurationInformation, again: usize): u32 {
  const range = config.accessRange(0)
  for (let slot: u32 = 0; slot < PCI_DEVICES && range.RangeLength == 0; slot++) {
    const header = readPciHeader(ext, config.SystemIoBusNumber, slot)
    if (header === null || header.VendorID != VENDOR || header.DeviceID != DEVICE) continue
    range.RangeStart = header.BaseAddress0 & PCI_ADDRESS_MEMORY_MASK
    range.RangeLength = hw.WHBA_WINDOW_BYTES
    range.RangeInMemory = true
    config.BusInterruptLevel = header.InterruptLine
    config.BusInterruptVector = header.InterruptLine
  }
  return findAdapter(ext, hwContext, busInformation, argumentString, config, again)
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwFindAdapter = HwFindAdapter.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
