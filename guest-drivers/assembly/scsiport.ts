// The 46 ScsiPort routines, as imports of module "env" under their C names. Signatures as clang gives them on wasm32:
// a SCSI_PHYSICAL_ADDRESS goes by pointer, as a result through a hidden first pointer; variable arguments go as a
// pointer to four-byte slots. The modules notification.ts, physical-address.ts and debug-print.ts make those easy to call.
import { HwInitializationData } from './hw-initialization-data'
import { MiniportExtension } from './miniport-extension'
import { PortConfigurationInformation } from './config-info'
import { ScsiRequestBlock } from './srb'

// Start and configuration: ScsiPortInitialize from DriverEntry only, the others from HwFindAdapter.

@external("env", "ScsiPortInitialize")
export declare function ScsiPortInitialize(argument1: usize, argument2: usize, data: HwInitializationData, hwContext: usize): u32
/** @param ioAddress pointer to a bus-relative SCSI_PHYSICAL_ADDRESS @returns the logical base address, 0 when it cannot be mapped */
@external("env", "ScsiPortGetDeviceBase")
export declare function ScsiPortGetDeviceBase(ext: MiniportExtension, busType: i32, busNumber: u32, ioAddress: usize, bytes: u32, inIoSpace: bool): usize
@external("env", "ScsiPortFreeDeviceBase")
export declare function ScsiPortFreeDeviceBase(ext: MiniportExtension, base: usize): void
@external("env", "ScsiPortValidateRange")
export declare function ScsiPortValidateRange(ext: MiniportExtension, busType: i32, busNumber: u32, ioAddress: usize, bytes: u32, inIoSpace: bool): bool
/** @returns bytes stored; PCI: 0 no such bus, 2 no such device */
@external("env", "ScsiPortGetBusData")
export declare function ScsiPortGetBusData(ext: MiniportExtension, busDataType: u32, busNumber: u32, slot: u32, buffer: usize, bytes: u32): u32
@external("env", "ScsiPortSetBusDataByOffset")
export declare function ScsiPortSetBusDataByOffset(ext: MiniportExtension, busDataType: u32, busNumber: u32, slot: u32, buffer: usize, offset: u32, bytes: u32): u32
/** Once, by a bus master, after the DMA members of the configuration are set. @returns zeroed common buffer memory, 0 on failure */
@external("env", "ScsiPortGetUncachedExtension")
export declare function ScsiPortGetUncachedExtension(ext: MiniportExtension, config: PortConfigurationInformation, bytes: u32): usize

// Addresses.

@external("env", "ScsiPortGetPhysicalAddress")
export declare function ScsiPortGetPhysicalAddress(result: usize, ext: MiniportExtension, srb: ScsiRequestBlock | null, va: usize, length: usize): void
@external("env", "ScsiPortGetVirtualAddress")
export declare function ScsiPortGetVirtualAddress(ext: MiniportExtension, address: usize): usize
@external("env", "ScsiPortConvertUlongToPhysicalAddress")
export declare function ScsiPortConvertUlongToPhysicalAddress(result: usize, value: usize): void
@external("env", "ScsiPortConvertPhysicalAddressToUlong")
export declare function ScsiPortConvertPhysicalAddressToUlong(address: usize): u32

// Requests.

/** @returns the logical unit extension, 0 when the unit is unknown */
@external("env", "ScsiPortGetLogicalUnit")
export declare function ScsiPortGetLogicalUnit(ext: MiniportExtension, path: u8, target: u8, lun: u8): usize
/** @returns the active SRB at that address, null when there is none */
@external("env", "ScsiPortGetSrb")
export declare function ScsiPortGetSrb(ext: MiniportExtension, path: u8, target: u8, lun: u8, queueTag: i32): ScsiRequestBlock | null
@external("env", "ScsiPortNotification")
export declare function ScsiPortNotification(type: u32, ext: MiniportExtension, args: usize): void
/** Completes every active SRB of an address; 0xFF stands for all targets, all units. */
@external("env", "ScsiPortCompleteRequest")
export declare function ScsiPortCompleteRequest(ext: MiniportExtension, path: u8, target: u8, lun: u8, srbStatus: u8): void
/** Before the SRB is completed, never after. */
@external("env", "ScsiPortLogError")
export declare function ScsiPortLogError(ext: MiniportExtension, srb: ScsiRequestBlock | null, path: u8, target: u8, lun: u8, errorCode: u32, uniqueId: u32): void

// System DMA, for subordinate adapters.

/** Asks for the system DMA channel to be programmed; HwDmaStarted is called when that is done. */
@external("env", "ScsiPortIoMapTransfer")
export declare function ScsiPortIoMapTransfer(ext: MiniportExtension, srb: ScsiRequestBlock, logicalAddress: usize, bytes: u32): void
/** Ends the transfer: before the SRB is completed, and before the next ScsiPortIoMapTransfer. */
@external("env", "ScsiPortFlushDma")
export declare function ScsiPortFlushDma(ext: MiniportExtension): void

// Small services.

/** Busy wait: less than 1000 µs per call and per routine. */
@external("env", "ScsiPortStallExecution")
export declare function ScsiPortStallExecution(microseconds: u32): void
@external("env", "ScsiPortMoveMemory")
export declare function ScsiPortMoveMemory(to: usize, from: usize, bytes: u32): void
/** Units of 100 ns since 1601; resolution about 10 ms. @param time 8 bytes */
@external("env", "ScsiPortQuerySystemTime")
export declare function ScsiPortQuerySystemTime(time: usize): void
@external("env", "ScsiDebugPrint")
export declare function ScsiDebugPrint(level: u32, format: usize, args: usize): void

// Registers and ports, at logical addresses from ScsiPortGetDeviceBase. Counts of the buffer forms are in elements.
// Register forms walk through consecutive registers, port forms repeat the access at one port.

@external("env", "ScsiPortReadRegisterUchar")
export declare function ScsiPortReadRegisterUchar(register: usize): u8
@external("env", "ScsiPortReadRegisterUshort")
export declare function ScsiPortReadRegisterUshort(register: usize): u16
@external("env", "ScsiPortReadRegisterUlong")
export declare function ScsiPortReadRegisterUlong(register: usize): u32
@external("env", "ScsiPortWriteRegisterUchar")
export declare function ScsiPortWriteRegisterUchar(register: usize, value: u8): void
@external("env", "ScsiPortWriteRegisterUshort")
export declare function ScsiPortWriteRegisterUshort(register: usize, value: u16): void
@external("env", "ScsiPortWriteRegisterUlong")
export declare function ScsiPortWriteRegisterUlong(register: usize, value: u32): void
@external("env", "ScsiPortReadRegisterBufferUchar")
export declare function ScsiPortReadRegisterBufferUchar(register: usize, buffer: usize, count: u32): void
@external("env", "ScsiPortReadRegisterBufferUshort")
export declare function ScsiPortReadRegisterBufferUshort(register: usize, buffer: usize, count: u32): void
@external("env", "ScsiPortReadRegisterBufferUlong")
export declare function ScsiPortReadRegisterBufferUlong(register: usize, buffer: usize, count: u32): void
@external("env", "ScsiPortWriteRegisterBufferUchar")
export declare function ScsiPortWriteRegisterBufferUchar(register: usize, buffer: usize, count: u32): void
@external("env", "ScsiPortWriteRegisterBufferUshort")
export declare function ScsiPortWriteRegisterBufferUshort(register: usize, buffer: usize, count: u32): void
@external("env", "ScsiPortWriteRegisterBufferUlong")
export declare function ScsiPortWriteRegisterBufferUlong(register: usize, buffer: usize, count: u32): void
@external("env", "ScsiPortReadPortUchar")
export declare function ScsiPortReadPortUchar(port: usize): u8
@external("env", "ScsiPortReadPortUshort")
export declare function ScsiPortReadPortUshort(port: usize): u16
@external("env", "ScsiPortReadPortUlong")
export declare function ScsiPortReadPortUlong(port: usize): u32
@external("env", "ScsiPortWritePortUchar")
export declare function ScsiPortWritePortUchar(port: usize, value: u8): void
@external("env", "ScsiPortWritePortUshort")
export declare function ScsiPortWritePortUshort(port: usize, value: u16): void
@external("env", "ScsiPortWritePortUlong")
export declare function ScsiPortWritePortUlong(port: usize, value: u32): void
@external("env", "ScsiPortReadPortBufferUchar")
export declare function ScsiPortReadPortBufferUchar(port: usize, buffer: usize, count: u32): void
@external("env", "ScsiPortReadPortBufferUshort")
export declare function ScsiPortReadPortBufferUshort(port: usize, buffer: usize, count: u32): void
@external("env", "ScsiPortReadPortBufferUlong")
export declare function ScsiPortReadPortBufferUlong(port: usize, buffer: usize, count: u32): void
@external("env", "ScsiPortWritePortBufferUchar")
export declare function ScsiPortWritePortBufferUchar(port: usize, buffer: usize, count: u32): void
@external("env", "ScsiPortWritePortBufferUshort")
export declare function ScsiPortWritePortBufferUshort(port: usize, buffer: usize, count: u32): void
@external("env", "ScsiPortWritePortBufferUlong")
export declare function ScsiPortWritePortBufferUlong(port: usize, buffer: usize, count: u32): void
