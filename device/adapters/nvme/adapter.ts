// The NVMe controller: registers so far, see registers.ts for its map and programmers-guide.md for its use.
import type { RegisterMap } from '../../../schemas/register-map.ts'
import { type AddressSpace, allOnes, type IoTarget } from '../../address-space.ts'
import type { InterruptPin } from '../../interrupt-line.ts'
import { PciFunction } from '../../pci.ts'
import { DeviceEvent } from '../../probe.ts'
import { RegisterBank } from '../../register-bank.ts'
import type { Adapter, AdapterPorts } from '../adapter.ts'
import type { CommandFaults } from '../faults.ts'
import { K } from './format.ts'
import { NVME_REGISTERS } from './registers.ts'

const PCI_REVISION = 2

export interface NvmeConfig {
  /** Where BAR0 lies. Without it the controller sits on no PCI bus and its registers are reached through `bar0`. */
  pci?: {
    spaces: { memory: AddressSpace; port: AddressSpace }
    base: number
    interruptLine?: number
    /** Puts something between bus and registers, for example posted writes. */
    wrap?: (registers: IoTarget) => IoTarget
  }
}

/** @throws PciError for an impossible base */
export function createNvmeAdapter(ports: AdapterPorts, config: NvmeConfig): NvmeAdapter {
  return new NvmeAdapter(ports, config)
}

export class NvmeAdapter implements Adapter {
  readonly kind = 'nvme'
  readonly index: number
  readonly label: string
  readonly pci: PciFunction | undefined
  readonly map: RegisterMap
  readonly pin: InterruptPin
  /** The register window. */
  readonly bar0: IoTarget
  faults: CommandFaults | undefined
  readonly outstanding = 0
  readonly mayInterrupt = false
  #removed = false

  constructor(ports: AdapterPorts, config: NvmeConfig) {
    const { index, label, pin, probe } = ports
    this.index = index
    this.label = label
    this.pin = pin
    const bank = new RegisterBank(NVME_REGISTERS, {}, (code, offset, value, widthBytes) =>
      probe.emit(DeviceEvent.Diagnostic, index, code, offset, value, widthBytes),
    )
    this.map = bank.map
    this.bar0 = {
      read: (offset, widthBytes) => (this.#removed ? allOnes(widthBytes) : bank.read(offset, widthBytes)),
      write: (offset, widthBytes, value) => {
        if (!this.#removed) bank.write(offset, widthBytes, value)
      },
    }
    this.pci = config.pci && this.#pciFunction(ports, config.pci)
  }

  causes(): number {
    return 0
  }

  remove(): void {
    this.#removed = true
    this.pci?.unplug()
  }

  injectBusReset(): void {}
  injectReselection(): void {}
  injectCauses(): void {}

  #pciFunction(ports: AdapterPorts, pci: NonNullable<NvmeConfig['pci']>): PciFunction {
    return new PciFunction({
      label: ports.label,
      adapter: ports.index,
      vendor: K.PCI_VENDOR,
      device: K.PCI_DEVICE,
      revision: PCI_REVISION,
      classCode: K.PCI_CLASS,
      interruptPin: 1,
      ...(pci.interruptLine === undefined ? {} : { interruptLine: pci.interruptLine }),
      bars: [
        { space: 'memory', sizeBytes: this.map.sizeBytes, base: pci.base, target: pci.wrap?.(this.bar0) ?? this.bar0 },
      ],
      spaces: pci.spaces,
      dma: ports.memory,
      probe: ports.probe,
    })
  }
}
