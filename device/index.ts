// The hardware: what an adapter is made of, and the platform it sits on. Runs in a browser: the raw image file store,
// which needs node, is not here.
export type { Adapter, AdapterPorts, Immunity } from './adapters/adapter.ts'
export { BusLogicAdapter, type BusLogicConfig, createBusLogicAdapter } from './adapters/buslogic/adapter.ts'
export { BUSLOGIC_REGISTERS } from './adapters/buslogic/registers.ts'
export type { BusLogicTiming } from './adapters/buslogic/timing.ts'
export type { CommandFault, CommandFaultAction, CommandFaults } from './adapters/faults.ts'
export { ADAPTER_KINDS, type AdapterKind } from './adapters/kinds.ts'
export { createNvmeAdapter, NvmeAdapter, type NvmeConfig } from './adapters/nvme/adapter.ts'
export { NVME_REGISTERS } from './adapters/nvme/registers.ts'
export type { NvmeTiming } from './adapters/nvme/timing.ts'
export { createReferenceAdapter, ReferenceAdapter, type ReferenceConfig } from './adapters/reference/adapter.ts'
export { REFERENCE_REGISTERS } from './adapters/reference/registers.ts'
export type { ReferenceTiming } from './adapters/reference/timing.ts'
export {
  AddressConflictError,
  AddressSpace,
  AddressSpaceError,
  allOnes,
  type IoTarget,
  type Region,
} from './address-space.ts'
export { type BadRange, ErrorStore } from './block/error-store.ts'
export { RamStore } from './block/ram-store.ts'
export {
  type BlockStore,
  fixedLatency,
  type LatencyModel,
  NO_LATENCY,
  StoreError,
  StoreResult,
} from './block/store.ts'
export { BusMemory, BusMemoryError, BusSlice, DmaPort, GrantAccess, PAGE_BYTES } from './bus-memory.ts'
export type { Bytes } from './bytes.ts'
export { Alarm, Clock, ClockError, PS } from './clock.ts'
export { DmaFaultReport, DmaRefusal } from './dma-fault.ts'
export { InterruptLine, InterruptPin, type LineListener } from './interrupt-line.ts'
export {
  type BarOptions,
  PciBus,
  PciCommand,
  PciError,
  PciFunction,
  type PciFunctionOptions,
  PciOffset,
  type PciSlot,
  slotNumber,
} from './pci.ts'
export { PostedWrites } from './posted-writes.ts'
export { DeviceEvent, DiagnosticCode, noProbe, type Probe } from './probe.ts'
export { RegisterBank, type RegisterHooks, type RegisterReport } from './register-bank.ts'
export { compileRegisterMap, RegisterMapError } from './register-map.ts'
export { assemblyScriptModule } from './registers/assemblyscript.ts'
export { cHeader } from './registers/c-header.ts'
export { type ManualOptions, markdownManual } from './registers/markdown.ts'
export { ScsiBus, ScsiBusError } from './scsi/bus.ts'
export { Disk, DiskError, type DiskOptions } from './scsi/disk.ts'
export type { DataDirection, LogicalUnit, TaskAttribute } from './scsi/task.ts'
export { MAX_SENSE_BYTES, ScsiTask } from './scsi/task.ts'
export { SystemDmaChannel, SystemDmaRefusal } from './system-dma.ts'
