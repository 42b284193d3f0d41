// The NVMe controller: NVM Express 1.4 on PCI Express, see registers.ts for its map and programmers-guide.md for its use.
//
// Models: one PCI function (class 010802h, one memory BAR of 16 KiB, INTA); an admin queue and up to 16 pairs of I/O queues; the NVM
// command set on the drives of target 0; asynchronous events; resets, shutdown, fatal status; surprise removal; faults at seams
// (faults.ts). Does not model: MSI and MSI-X, controller memory buffer, scatter/gather lists, fused operations, metadata and protection
// information, namespace management, firmware download, format, sanitize, power states.
// A register write never ends a command: it sets an alarm.
import type { RegisterMap, RegisterMapInput } from '../../../schemas/register-map.ts'
import { type AddressSpace, allOnes, type IoTarget } from '../../address-space.ts'
import type { InterruptPin } from '../../interrupt-line.ts'
import { PciFunction } from '../../pci.ts'
import { DeviceEvent } from '../../probe.ts'
import { RegisterBank } from '../../register-bank.ts'
import type { Adapter, AdapterPorts } from '../adapter.ts'
import type { CommandFaults } from '../faults.ts'
import { Controller } from './controller.ts'
import { Core } from './core.ts'
import { K } from './format.ts'
import { doorbells, NVME_REGISTERS } from './registers.ts'
import { type NvmeTiming, nvmeTiming } from './timing.ts'

const PCI_REVISION = 2
const TARGET = 0
/** Doorbells are at most 4 << this apart, so that they fit the window. */
const MAX_STRIDE = 6
/** 32 MiB: more than a command can ask for. */
const MAX_MDTS = 13

export interface NvmeConfig {
  timing?: Partial<NvmeTiming>
  /** CAP.DSTRD, 0 to 6: doorbells are 4 << stride bytes apart. Default 0. */
  stride?: number
  /** Longest transfer of a command, 4096 << mdts bytes, 1 to 13. Default 8. */
  mdts?: number
  /** Where BAR0 lies. Without it the controller sits on no PCI bus and its registers are reached through `bar0`. */
  pci?: {
    spaces: { memory: AddressSpace; port: AddressSpace }
    base: number
    interruptLine?: number
    /** Puts something between bus and registers, for example posted writes. */
    wrap?: (registers: IoTarget) => IoTarget
  }
}

/** @throws RangeError for an impossible timing, stride or MDTS, PciError for an impossible base */
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
  readonly #core: Core
  readonly #controller: Controller
  #removed = false

  constructor(ports: AdapterPorts, config: NvmeConfig) {
    const { index, label, pin, probe, bus } = ports
    const stride = config.stride ?? 0
    const mdts = config.mdts ?? K.MDTS
    if (!Number.isInteger(stride) || stride < 0 || stride > MAX_STRIDE)
      throw new RangeError(`NVMe controller: a doorbell stride of ${stride}: 0 to ${MAX_STRIDE} is wanted`)
    if (!Number.isInteger(mdts) || mdts < 1 || mdts > MAX_MDTS)
      throw new RangeError(`NVMe controller: MDTS is ${mdts}: 1 to ${MAX_MDTS} is wanted`)
    this.index = index
    this.label = label
    this.pin = pin
    const hooks = Controller.hooks(() => this.#controller)
    const bank = new RegisterBank(mapWith(stride), hooks, (code, offset, value, widthBytes) =>
      probe.emit(DeviceEvent.Diagnostic, index, code, offset, value, widthBytes),
    )
    this.map = bank.map
    this.#core = new Core(ports, bank, nvmeTiming(config.timing))
    this.#controller = new Controller(this.#core, mdts)
    this.bar0 = {
      read: (offset, widthBytes) => (this.#removed ? allOnes(widthBytes) : bank.read(offset, widthBytes)),
      write: (offset, widthBytes, value) => {
        if (!this.#removed) bank.write(offset, widthBytes, value)
      },
    }
    this.pci = config.pci && this.#pciFunction(ports, config.pci)
    bus.onChange = (target, lun) => {
      if (target === TARGET && !this.#removed) this.#controller.unitChanged(lun)
    }
  }

  /** Bit n: completion queue n has entries that the host has not consumed. */
  causes(): number {
    return this.#core.activeCauses
  }

  get outstanding(): number {
    return this.#controller.outstanding
  }

  get mayInterrupt(): boolean {
    return !this.#removed && this.#controller.mayInterrupt
  }

  /** What may go wrong with commands; undefined: nothing. May be changed at any time. */
  get faults(): CommandFaults | undefined {
    return this.#core.faults
  }

  set faults(plan: CommandFaults | undefined) {
    this.#core.faults = plan
  }

  remove(): void {
    if (this.#removed) return
    this.#controller.remove()
    this.#removed = true
    this.#core.memory.enabled = false
    this.pci?.unplug()
  }

  /** There is no bus. What takes all commands away without the driver is a subsystem reset from somewhere else: CSTS.NSSRO tells. */
  injectBusReset(): void {
    if (!this.#removed) this.#controller.resetSubsystem()
  }

  /** Nobody reselects. */
  injectReselection(): void {}

  /** An event without a change, if the driver has asked for events: the namespaces are what they were. */
  injectCauses(): void {
    if (!this.#removed) this.#controller.notice()
  }

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

/** The register map of a controller with another distance between its doorbells. */
function mapWith(stride: number): RegisterMapInput {
  if (stride === 0) return NVME_REGISTERS
  const registers: RegisterMapInput['registers'] = NVME_REGISTERS.registers
  const others = registers.filter(register => register.offset < K.DOORBELLS)
  const changed = others.map(register => ({
    ...register,
    fields: register.fields.map(field => (field.name === 'DSTRD' ? { ...field, reset: stride } : field)),
  }))
  return { ...NVME_REGISTERS, registers: [...changed, ...doorbells(stride)] }
}
