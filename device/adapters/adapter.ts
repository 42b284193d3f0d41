// What the bench sees of any adapter, and what an adapter is given: narrow ports, never "the machine".
import type { RegisterMap } from '../../schemas/register-map.ts'
import type { DmaPort } from '../bus-memory.ts'
import type { Clock } from '../clock.ts'
import type { InterruptPin } from '../interrupt-line.ts'
import type { PciFunction } from '../pci.ts'
import type { Probe } from '../probe.ts'
import type { ScsiBus } from '../scsi/bus.ts'
import type { SystemDmaChannel } from '../system-dma.ts'
import type { CommandFaults } from './faults.ts'

/** What an adapter is built from. */
export interface AdapterPorts {
  /** Index of the adapter in the machine. */
  index: number
  label: string
  clock: Clock
  pin: InterruptPin
  memory: DmaPort
  /** Undefined for adapters that are never subordinate. */
  systemDma: SystemDmaChannel | undefined
  bus: ScsiBus
  probe: Probe
}

export interface Adapter {
  /** Name of the folder under adapters/, for example `reference`. */
  readonly kind: string
  readonly index: number
  readonly label: string
  /** Undefined for adapters that do not sit on PCI. */
  readonly pci: PciFunction | undefined
  readonly map: RegisterMap
  readonly pin: InterruptPin
  /** Causes that are pending and enabled now, as bits of the adapter's interrupt status register. */
  causes(): number
  /** A cause is enabled: the adapter may raise its line. */
  readonly mayInterrupt: boolean
  /** Commands that were started and have not ended: the adapter may move data. */
  readonly outstanding: number
  /** Surprise removal: every read answers all ones, no DMA, the line is released. For good. */
  remove(): void
  /** What may go wrong with commands; undefined: nothing. May be changed at any time. */
  faults: CommandFaults | undefined
  /** Somebody else resets the bus, or whatever in this adapter takes all commands away without the driver. */
  injectBusReset(): void
  /** A target reselects and names a tag that nobody waits for. @param tag 0 to 255 */
  injectReselection(target: number, lun: number, tag: number): void
  /** Makes causes pending that mean nothing, several at once where the adapter has several. None that would be a lie about commands. */
  injectCauses(): void
}

/** Faults that an adapter cannot suffer: names in a fault plan (schemas/faults.ts), and why. */
export type Immunity = Readonly<Record<string, string>>
