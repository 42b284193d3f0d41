// The reference adapter: our own clean SCSI host bus adapter, see registers.ts for its map and programmers-guide.md for its use.
//
// Models: one PCI function (class 01h/00h, one memory BAR of 4 KiB, INTA); two modes, data-phase and queued; interrupt status,
// acknowledge, enable; adapter reset, bus reset, resets and unit changes from outside; surprise removal; faults at seams (faults.ts).
// Does not model: target mode, wide and synchronous agreements, messages, power management, MSI, firmware.
// A register write never ends a command: it sets an alarm. A write while the adapter resets is ignored and reported.
import type { RegisterMap, RegisterMapInput } from '../../../schemas/register-map.ts'
import { type AddressSpace, allOnes, type IoTarget } from '../../address-space.ts'
import type { Alarm } from '../../clock.ts'
import type { InterruptPin } from '../../interrupt-line.ts'
import { PciFunction } from '../../pci.ts'
import { DeviceEvent, DiagnosticCode } from '../../probe.ts'
import { RegisterBank, type RegisterHooks } from '../../register-bank.ts'
import type { Adapter, AdapterPorts, Immunity } from '../adapter.ts'
import type { CommandFaults } from '../faults.ts'
import { isRingSize } from './completion-ring.ts'
import { Core } from './core.ts'
import { DataPhaseEngine } from './data-phase.ts'
import { Cause, Control, K, NO_TAG, offsetOf, Status } from './format.ts'
import { QueuedEngine } from './queued.ts'
import { REFERENCE_REGISTERS } from './registers.ts'
import { type ReferenceTiming, referenceTiming } from './timing.ts'

/** SCSI bus controller (PCI class code 01h, subclass 00h). */
const PCI_CLASS = 0x010000
const PCI_REVISION = 1

/** It can suffer them all. */
export const REFERENCE_IMMUNITY: Immunity = {}

export interface ReferenceConfig {
  /** CAPS.AUTOSENSE */
  autosense: boolean
  timing?: Partial<ReferenceTiming>
  /** Where BAR0 lies. Without it the adapter sits on no PCI bus and its registers are reached through `bar0`. */
  pci?: {
    spaces: { memory: AddressSpace; port: AddressSpace }
    base: number
    interruptLine?: number
    /** Puts something between bus and registers, for example posted writes. */
    wrap?: (registers: IoTarget) => IoTarget
  }
}

/** @throws RangeError for an impossible timing, PciError for an impossible base */
export function createReferenceAdapter(ports: AdapterPorts, config: ReferenceConfig): ReferenceAdapter {
  return new ReferenceAdapter(ports, config)
}

const CONTROL = offsetOf('CONTROL')
const RESETS = Control.adapterReset | Control.busReset

export class ReferenceAdapter implements Adapter {
  readonly kind = 'reference'
  readonly index: number
  readonly label: string
  readonly pci: PciFunction | undefined
  readonly map: RegisterMap
  readonly pin: InterruptPin
  /** The register window. */
  readonly bar0: IoTarget
  readonly #core: Core
  readonly #queued: QueuedEngine
  readonly #dataPhase: DataPhaseEngine
  readonly #adapterReset: Alarm
  readonly #busReset: Alarm
  #removed = false

  constructor(ports: AdapterPorts, config: ReferenceConfig) {
    const { index, label, clock, pin, probe } = ports
    this.index = index
    this.label = label
    this.pin = pin
    const bank = new RegisterBank(mapWith(config.autosense), this.#hooks(), (code, offset, value, widthBytes) =>
      probe.emit(DeviceEvent.Diagnostic, index, code, offset, value, widthBytes),
    )
    this.map = bank.map
    this.#core = new Core(ports, bank, referenceTiming(config.timing), config.autosense)
    this.#queued = new QueuedEngine(this.#core, label)
    this.#dataPhase = new DataPhaseEngine(this.#core, label)
    this.#adapterReset = clock.createAlarm(`${label} adapter reset`, () => this.#core.setStatus(Status.ready, true))
    this.#busReset = clock.createAlarm(`${label} bus reset`, () => this.#busFree())
    this.bar0 = {
      read: (offset, widthBytes) => (this.#removed ? allOnes(widthBytes) : bank.read(offset, widthBytes)),
      write: (offset, widthBytes, value) => {
        if (this.#removed) return
        if (this.#core.statusIs(Status.ready)) bank.write(offset, widthBytes, value)
        else probe.emit(DeviceEvent.Diagnostic, index, DiagnosticCode.IgnoredWhileBusy, offset, value, widthBytes)
      },
    }
    this.pci = config.pci && this.#pciFunction(ports, config.pci)
    ports.bus.onChange = (target, lun, present) => this.#unitChanged(target, lun, present)
  }

  causes(): number {
    return this.#core.activeCauses
  }

  /** Commands the driver has started and that have not ended. */
  get outstanding(): number {
    return this.#queued.outstanding + this.#dataPhase.outstanding
  }

  get mayInterrupt(): boolean {
    return !this.#removed && this.#core.enabledCauses !== 0
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
    this.#dropAll()
    this.#adapterReset.cancel()
    this.#busReset.cancel()
    this.#core.dismiss(Cause.all)
    this.#removed = true
    this.#core.memory.enabled = false
    this.pci?.unplug()
  }

  /** Somebody else on the bus resets it. */
  injectBusReset(): void {
    if (this.#listens) this.#resetBus(false)
  }

  /** A target reselects and names a tag that nobody waits for. @param tag 0 to 255 */
  injectReselection(target: number, lun: number, tag: number): void {
    if (!this.#listens) return
    this.#core.probe.emit(DeviceEvent.Reselection, this.index, target & 0xff, lun & 0xff, tag & 0xff, 0)
    this.#core.noteError(K.HOST_BAD_RESELECTION, target & 0xff, lun & 0xff, tag & 0xff)
    this.#core.raise(Cause.scsiError)
  }

  /** DEVICE_CHANGE without a change: the driver will find what it knew. */
  injectDeviceChange(): void {
    if (this.#listens) this.#core.raise(Cause.deviceChange)
  }

  /** @param causes bits of INT_STATUS; by default all but BUS_RESET, which would be a lie about the commands on the bus */
  injectCauses(causes: number = Cause.all & ~Cause.busReset): void {
    if (!this.#listens) return
    // A reason that is there already stays: it may be one that no command tells.
    if ((causes & Cause.scsiError) !== 0 && !this.#core.pending(Cause.scsiError))
      this.#core.noteError(K.HOST_OK, 0, 0, NO_TAG)
    this.#core.raise(causes & Cause.all)
  }

  get #listens(): boolean {
    return !this.#removed && this.#core.statusIs(Status.ready)
  }

  #hooks(): Record<string, RegisterHooks> {
    return {
      CONTROL: {
        beforeWrite: (next, old, written) => this.#controlled(next, old, written),
        afterWrite: (_next, _old, written) => this.#ordered(written),
      },
      INT_ACK: { afterWrite: (_next, _old, written) => this.#core.dismiss(written) },
      INT_ENABLE: { afterWrite: () => this.#core.driveLine() },
      CMD_CONTROL: { afterWrite: (_next, _old, written) => this.#dataPhase.commandControl(written) },
      DMA_CONTROL: { afterWrite: (_next, _old, written) => this.#dataPhase.dmaControl(written) },
      COMMAND_TABLE_LOW: { beforeWrite: this.#aligned('COMMAND_TABLE_LOW', K.COMMAND_BLOCK_SIZE) },
      RING_BASE_LOW: { beforeWrite: this.#aligned('RING_BASE_LOW', K.RING_ENTRY_SIZE) },
      RING_SIZE: {
        beforeWrite: this.#checked('RING_SIZE', isRingSize, () => 0),
        afterWrite: next => this.#queued.ring.resize(next),
      },
      RING_HEAD: {
        beforeWrite: this.#checked(
          'RING_HEAD',
          head => this.#queued.ring.accepts(head),
          old => old,
        ),
        afterWrite: () => this.#queued.ring.pump(),
      },
      DOORBELL: { afterWrite: (_next, _old, written) => this.#queued.doorbell(written & 0xff) },
      ABORT_TAG: { afterWrite: (_next, _old, written) => this.#queued.abort(written & 0xff) },
    }
  }

  #aligned(register: string, bytes: number): (next: number, old: number) => number {
    const isAligned = (address: number) => (address & (bytes - 1)) === 0
    return this.#checked(register, isAligned, old => old)
  }

  /** A setting that makes no sense is reported; `otherwise` tells what is stored instead. */
  #checked(register: string, isValid: (next: number) => boolean, otherwise: (old: number) => number) {
    const offset = offsetOf(register)
    return (next: number, old: number): number => {
      if (isValid(next)) return next
      this.#core.diagnose(DiagnosticCode.BadSetting, offset, next)
      return otherwise(old)
    }
  }

  /** @returns CONTROL as it is stored: the mode stays while a command is outstanding */
  #controlled(next: number, old: number, written: number): number {
    if (((next ^ old) & Control.queued) === 0 || (written & RESETS) !== 0 || this.outstanding === 0) return next
    this.#core.diagnose(DiagnosticCode.IgnoredWhileBusy, CONTROL, written)
    return (next & ~Control.queued) | (old & Control.queued)
  }

  #ordered(written: number): void {
    if ((written & RESETS) === RESETS) this.#core.diagnose(DiagnosticCode.BadSetting, CONTROL, written)
    if ((written & Control.adapterReset) !== 0) this.#resetAdapter()
    else if ((written & Control.busReset) !== 0) this.#resetBus(true)
  }

  #resetAdapter(): void {
    const core = this.#core
    const dropped = this.#dropAll()
    this.#busReset.cancel()
    core.dismiss(Cause.all)
    core.bank.reset()
    this.#queued.ring.resize(0)
    core.setStatus(Status.ready, false)
    core.probe.emit(DeviceEvent.AdapterReset, this.index, dropped, 0, 0, 0)
    this.#adapterReset.scheduleIn(core.timing.adapterResetPs)
  }

  #resetBus(ours: boolean): void {
    const core = this.#core
    if (core.statusIs(Status.busResetting)) {
      if (ours) core.diagnose(DiagnosticCode.IgnoredWhileBusy, CONTROL, Control.busReset)
      return
    }
    const dropped = this.#dropAll()
    core.resetIsOurs = ours
    core.setStatus(Status.busResetting, true)
    core.probe.emit(DeviceEvent.BusReset, this.index, ours ? 1 : 0, dropped, 0, 0)
    core.bus.reset('bus')
    this.#busReset.scheduleIn(core.timing.busResetPs)
  }

  #busFree(): void {
    this.#core.setStatus(Status.busResetting, false)
    this.#core.raise(Cause.busReset)
  }

  #dropAll(): number {
    return this.#queued.drop() + this.#dataPhase.drop()
  }

  #unitChanged(target: number, lun: number, present: boolean): void {
    if (!this.#listens) return
    if (!present) {
      this.#queued.detached(target, lun)
      this.#dataPhase.detached(target, lun)
    }
    this.#core.raise(Cause.deviceChange)
  }

  #pciFunction(ports: AdapterPorts, pci: NonNullable<ReferenceConfig['pci']>): PciFunction {
    return new PciFunction({
      label: ports.label,
      adapter: ports.index,
      vendor: K.PCI_VENDOR,
      device: K.PCI_DEVICE,
      revision: PCI_REVISION,
      classCode: PCI_CLASS,
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

/** The register map of an adapter with or without autosense. */
function mapWith(autosense: boolean): RegisterMapInput {
  if (!autosense) return REFERENCE_REGISTERS
  const registers = REFERENCE_REGISTERS.registers.map(register => ({
    ...register,
    fields: register.fields.map(field => (field.name === 'AUTOSENSE' ? { ...field, reset: 1 } : field)),
  }))
  return { ...REFERENCE_REGISTERS, registers }
}
