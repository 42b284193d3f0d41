// What a port driver is made of: its parts, the miniport's routines and answers.
import type { AddressSpace } from '../../device/address-space.ts'
import type { Clock } from '../../device/clock.ts'
import type { InterruptLine, InterruptPin } from '../../device/interrupt-line.ts'
import type { PciBus } from '../../device/pci.ts'
import type { SystemDmaChannel } from '../../device/system-dma.ts'
import type { PortSettings } from '../../schemas/machine.ts'
import type { Trace } from '../trace/trace.ts'
import type { Cpu } from './cpu.ts'

/** Everything a port driver is given. */
export interface PortParts {
  index: number
  name: string
  cpu: Cpu
  clock: Clock
  trace: Trace
  line: InterruptLine
  pin: InterruptPin
  memorySpace: AddressSpace
  portSpace: AddressSpace
  pci: PciBus
  systemDma: SystemDmaChannel | undefined
  settings: PortSettings
  /** Physical addresses lie above 4 GiB for a miniport with Dma64BitAddresses. */
  above4GiB?: boolean
  /** DataBuffer is an address in the guest's memory for a miniport without MapBuffers, too: nobody judges what it does with it. */
  mappedBuffers?: boolean
  /** ArgumentString of HwFindAdapter; undefined: NULL. */
  argumentString?: string | undefined
  /** Seed of the random fill of SRB extensions. */
  seed: number
}

export type EntryFn = (...args: number[]) => number | undefined

/** The miniport's routines, as found in HW_INITIALIZATION_DATA. */
export interface Entries {
  findAdapter: EntryFn
  initialize: EntryFn
  startIo: EntryFn
  interrupt: EntryFn | undefined
  resetBus: EntryFn
  dmaStarted: EntryFn | undefined
  adapterControl: EntryFn | undefined
}

/** The miniport's answers, read from PORT_CONFIGURATION_INFORMATION after HwFindAdapter. */
export interface Capabilities {
  numberOfBuses: number
  maximumTargets: number
  maximumLuns: number
  initiatorIds: number[]
  maximumTransferBytes: number
  physicalBreaks: number
  master: boolean
  mapBuffers: boolean
  needPhysicalAddresses: boolean
  taggedQueuing: boolean
  multipleRequestPerLu: boolean
  autoRequestSense: boolean
  cachesData: boolean
  alignmentMask: number
  dmaChannel: number
  /** BusInterruptLevel as HwFindAdapter left it. */
  interruptLevel: number
  /** Interrupt level and vector 0: the miniport looks after its adapter with HwScsiTimer. */
  polled: boolean
  luExtensionBytes: number
  srbExtensionBytes: number
}

/** One entry of the error log. */
export interface LogEntry {
  atPs: number
  code: number
  uniqueId: number
  count: number
}
