// PCI configuration space, for drivers that look for their adapter themselves: the first 64 bytes of every function.
import { PCIConfiguration } from './constants'
import { MiniportExtension } from './miniport-extension'
import { ScsiPortGetBusData } from './scsiport'

/** PCI_COMMON_HEADER of type 0. */
@unmanaged
export class PciHeader {
  VendorID: u16
  DeviceID: u16
  Command: u16
  Status: u16
  RevisionID: u8
  ProgIf: u8
  SubClass: u8
  BaseClass: u8
  CacheLineSize: u8
  LatencyTimer: u8
  HeaderType: u8
  BIST: u8
  /** Of the first base address register; those of the others follow. */
  BaseAddress0: u32
  BaseAddress1: u32
  BaseAddress2: u32
  BaseAddress3: u32
  BaseAddress4: u32
  BaseAddress5: u32
  CIS: u32
  SubVendorID: u16
  SubSystemID: u16
  RomBaseAddress: u32
  CapabilitiesPtr: u8
  private reserved0: u8
  private reserved1: u16
  private reserved2: u32
  InterruptLine: u8
  InterruptPin: u8
  MinimumGrant: u8
  MaximumLatency: u8
}

export const PCI_DEVICES: u32 = 32
/** Bit of a base address register: it is a port, not memory. */
export const PCI_ADDRESS_IO_SPACE: u32 = 1
export const PCI_ADDRESS_MEMORY_MASK: u32 = 0xfffffff0

/**
 * The header in a buffer of the port driver: valid until the next call, and until HwFindAdapter returns. Null: there is no such bus.
 * An empty slot has VendorID 0xFFFF.
 */
export function readPciHeader(ext: MiniportExtension, bus: u32, slot: u32): PciHeader | null {
  // Length 0: the port driver brings the buffer and stores its address.
  const pointer = changetype<usize>(ext) + offsetof<MiniportExtension>('argument0')
  if (ScsiPortGetBusData(ext, PCIConfiguration, bus, slot, pointer, 0) == 0) return null
  return changetype<PciHeader>(<usize>ext.argument0)
}
