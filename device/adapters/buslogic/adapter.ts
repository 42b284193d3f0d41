// A BusLogic MultiMaster BT-958, see registers.ts for its map and programmers-guide.md for its use and for what is modelled.
//
// Models: one PCI function (class 01h/00h, an I/O window of 4 bytes, the same registers in a memory window of 32 bytes, INTA); the
// registers at an ISA base as well; hard and soft reset with their tests, interrupt reset, bus reset, resets from outside; surprise
// removal; faults at seams (faults.ts). A register access never ends a command: it sets an alarm.
import type { RegisterMap } from '../../../schemas/register-map.ts'
import { type AddressSpace, AddressSpaceError, allOnes, type IoTarget, type Region } from '../../address-space.ts'
import type { Alarm } from '../../clock.ts'
import type { InterruptPin } from '../../interrupt-line.ts'
import { PciFunction } from '../../pci.ts'
import { DeviceEvent, DiagnosticCode } from '../../probe.ts'
import { RegisterBank, type RegisterHooks } from '../../register-bank.ts'
import type { Adapter, AdapterPorts, Immunity } from '../adapter.ts'
import type { CommandFaults } from '../faults.ts'
import type { Card } from './card.ts'
import { Core } from './core.ts'
import { CcbEngine } from './engine.ts'
import { Cause, Control, K, Offset, Status } from './format.ts'
import { HostCommands } from './host-commands.ts'
import { LocalRam } from './local-ram.ts'
import { BUSLOGIC_REGISTERS } from './registers.ts'
import { type BusLogicTiming, buslogicTiming } from './timing.ts'

/** SCSI bus controller (PCI class code 01h, subclass 00h). */
const PCI_CLASS = 0x010000
const PCI_REVISION = 1
const PORT_WINDOW_BYTES = 4
/** DevBusLogic.cpp: 32 bytes. The registers repeat in it. */
const MEMORY_WINDOW_BYTES = 32

/** By code (ISA_…); bt.c and DevBusLogic.cpp agree on the order. */
export const ISA_BASES: readonly number[] = [0x330, 0x334, 0x230, 0x234, 0x130, 0x134]

export const BUSLOGIC_IMMUNITY: Immunity = {
  'reselect-unknown-tag':
    'the firmware deals with a target that reselects improperly; a driver hears of it only in the CCB of a command that the target had',
}

export interface BusLogicConfig {
  timing?: Partial<BusLogicTiming>
  /** One of `ISA_BASES`: the registers answer there as well. */
  isa?: number
  pci: {
    spaces: { memory: AddressSpace; port: AddressSpace }
    /** Where the I/O window lies, a multiple of 4. */
    port: number
    /** Where the memory window lies, a multiple of 32. */
    memory: number
    interruptLine?: number
    /** Puts something between bus and memory window, for example posted writes. I/O writes are never posted. */
    wrap?: (registers: IoTarget) => IoTarget
  }
}

/**
 * @throws RangeError for an impossible timing or ISA base, PciError for an impossible base, AddressConflictError when something else
 * answers at the ISA base
 */
export function createBusLogicAdapter(ports: AdapterPorts, config: BusLogicConfig): BusLogicAdapter {
  return new BusLogicAdapter(ports, config)
}

export class BusLogicAdapter implements Adapter, Card {
  readonly kind = 'buslogic'
  readonly index: number
  readonly label: string
  readonly pci: PciFunction
  readonly map: RegisterMap
  readonly pin: InterruptPin
  /** The register window. */
  readonly registers: IoTarget
  readonly #core: Core
  readonly #engine: CcbEngine
  readonly #commands: HostCommands
  readonly #ram = new LocalRam()
  readonly #test: Alarm
  readonly #busReset: Alarm
  readonly #portSpace: AddressSpace
  #isa: Region | undefined
  #removed = false
  /** A reset has begun and the adapter is not ready yet. */
  #resetting = false

  constructor(ports: AdapterPorts, config: BusLogicConfig) {
    const { index, label, clock, pin, probe } = ports
    this.index = index
    this.label = label
    this.pin = pin
    const bank = new RegisterBank(BUSLOGIC_REGISTERS, this.#hooks(), (code, offset, value, widthBytes) =>
      probe.emit(DeviceEvent.Diagnostic, index, code, offset, value, widthBytes),
    )
    this.map = bank.map
    this.#core = new Core(ports, bank, buslogicTiming(config.timing))
    this.#engine = new CcbEngine(this.#core)
    this.#commands = new HostCommands(this.#core, this.#engine, this.#ram, this)
    this.#test = clock.createAlarm(`${label} reset`, () => this.#tested())
    this.#busReset = clock.createAlarm(`${label} bus reset`, () => this.#core.raise(Cause.busReset))
    this.registers = {
      read: (offset, widthBytes) => (this.#removed ? allOnes(widthBytes) : bank.read(offset, widthBytes)),
      write: (offset, widthBytes, value) => {
        if (!this.#removed) bank.write(offset, widthBytes, value)
      },
    }
    this.#portSpace = config.pci.spaces.port
    this.pci = this.#pciFunction(ports, config.pci)
    if (config.isa !== undefined) this.#mapIsa(config.isa)
    ports.bus.onChange = (target, lun, present) => {
      if (!present && !this.#removed) this.#engine.detached(target, lun)
    }
  }

  causes(): number {
    return this.#core.activeCauses
  }

  get outstanding(): number {
    return this.#engine.outstanding
  }

  get mayInterrupt(): boolean {
    return !this.#removed && this.#core.enabledCauses !== 0
  }

  get faults(): CommandFaults | undefined {
    return this.#core.faults
  }

  set faults(plan: CommandFaults | undefined) {
    this.#core.faults = plan
  }

  remove(): void {
    if (this.#removed) return
    this.#engine.drop()
    this.#commands.reset()
    this.#test.cancel()
    this.#busReset.cancel()
    this.#core.forgetCauses()
    this.#removed = true
    this.#core.memory.enabled = false
    this.pci.unplug()
  }

  /** Somebody else on the bus resets it. */
  injectBusReset(): void {
    if (this.#listens) this.#resetBus(false)
  }

  /** Nothing comes of it, see `BUSLOGIC_IMMUNITY`. */
  injectReselection(): void {}

  /** What can come up now: no COMMAND_COMPLETE while a command is under way, and no OUTGOING_MAILBOX_AVAILABLE that nobody asked for. */
  injectCauses(causes: number = Cause.all & ~Cause.busReset): void {
    if (!this.#listens) return
    const complete = this.#commands.busy ? 0 : Cause.commandComplete
    const available = this.#core.settings.outgoingAvailable ? Cause.outgoingAvailable : 0
    this.#core.raise(causes & (Cause.busReset | Cause.incomingLoaded | complete | available))
  }

  // ---- Card

  get isaCode(): number {
    return this.#isa === undefined ? K.ISA_DISABLED : ISA_BASES.indexOf(this.#isa.base)
  }

  get interruptLine(): number {
    return this.pci.interruptLine
  }

  setIsa(code: number): boolean {
    const base = ISA_BASES[code]
    if (base === this.#isa?.base) return true
    if (this.#isa !== undefined) this.#portSpace.unmap(this.#isa)
    this.#isa = undefined
    if (base === undefined) return true
    try {
      this.#mapIsa(base)
      return true
    } catch (error) {
      if (!(error instanceof AddressSpaceError)) throw error
      this.#core.diagnose(DiagnosticCode.BadSetting, Offset.commandParameter, code)
      return false
    }
  }

  test(): void {
    this.#reset(true)
  }

  // ----

  get #listens(): boolean {
    return !this.#removed && !this.#resetting
  }

  #hooks(): Record<string, RegisterHooks> {
    return {
      CONTROL: { afterWrite: (_next, _old, written) => this.#control(written) },
      COMMAND_PARAMETER: {
        afterWrite: (_next, _old, written) => {
          if (this.#resetting) this.#core.diagnose(DiagnosticCode.IgnoredWhileBusy, Offset.commandParameter, written)
          else this.#commands.write(written)
        },
      },
      DATA_IN: {
        onRead: value => {
          this.#commands.read()
          return value
        },
      },
    }
  }

  #control(written: number): void {
    if ((written & (Control.hardReset | Control.softReset)) !== 0) {
      this.#reset((written & Control.hardReset) !== 0)
      return
    }
    if ((written & Control.interruptReset) !== 0) {
      this.#core.dismiss()
      this.#engine.incoming.nudge()
    }
    if ((written & Control.busReset) === 0) return
    if (this.#resetting) this.#core.diagnose(DiagnosticCode.IgnoredWhileBusy, Offset.control, written)
    else this.#resetBus(true)
  }

  /** STATUS goes through three states: testing, tested, ready. */
  #reset(hard: boolean): void {
    const core = this.#core
    const dropped = this.#engine.drop()
    this.#commands.reset()
    this.#busReset.cancel()
    core.forgetCauses()
    core.settings.reset()
    if (hard) this.#ram.restore()
    core.setStatus(0xff, false)
    core.setStatus(Status.diagnosticActive, true)
    this.#resetting = true
    core.probe.emit(DeviceEvent.AdapterReset, this.index, dropped, 0, 0, 0)
    if (hard) {
      this.#holdBus()
      core.probe.emit(DeviceEvent.BusReset, this.index, 1, 0, 0, 0)
    }
    this.#test.scheduleIn(hard ? core.timing.hardResetPs : core.timing.softResetPs)
  }

  #tested(): void {
    const core = this.#core
    if (core.statusIs(Status.diagnosticActive)) {
      core.setStatus(Status.diagnosticActive, false)
      core.setStatus(Status.initializationRequired, true)
      this.#test.scheduleIn(core.timing.readyPs)
      return
    }
    core.setStatus(Status.hostAdapterReady, true)
    this.#resetting = false
  }

  #resetBus(ours: boolean): void {
    const core = this.#core
    if (core.clock.nowPs < core.busFreePs) {
      if (ours) core.diagnose(DiagnosticCode.IgnoredWhileBusy, Offset.control, Control.busReset)
      return
    }
    this.#holdBus()
    const dropped = this.#engine.busReset(ours ? K.BTSTAT_ADAPTER_RESET_BUS : K.BTSTAT_OTHER_RESET_BUS)
    core.probe.emit(DeviceEvent.BusReset, this.index, ours ? 1 : 0, dropped, 0, 0)
    // AHA-1740A manual, p. 4-9: the host is not told of a reset that it ordered.
    if (!ours) this.#busReset.scheduleAt(core.busFreePs)
  }

  #holdBus(): void {
    const core = this.#core
    core.busFreePs = core.clock.nowPs + core.timing.busResetPs
    core.bus.reset('bus')
  }

  #mapIsa(base: number): void {
    if (!ISA_BASES.includes(base))
      throw new RangeError(
        `BusLogic: no ISA base 0x${base.toString(16)}, there are ${ISA_BASES.map(b => `0x${b.toString(16)}`).join(', ')}`,
      )
    const region = {
      base,
      sizeBytes: PORT_WINDOW_BYTES,
      target: this.registers,
      adapter: this.index,
      label: `${this.label} ISA`,
    }
    this.#portSpace.map(region)
    this.#isa = region
  }

  #pciFunction(ports: AdapterPorts, pci: BusLogicConfig['pci']): PciFunction {
    const { registers } = this
    const repeated: IoTarget = {
      read: (offset, widthBytes) => registers.read(offset % PORT_WINDOW_BYTES, widthBytes),
      write: (offset, widthBytes, value) => registers.write(offset % PORT_WINDOW_BYTES, widthBytes, value),
    }
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
        { space: 'port', sizeBytes: PORT_WINDOW_BYTES, base: pci.port, target: registers },
        {
          space: 'memory',
          sizeBytes: MEMORY_WINDOW_BYTES,
          base: pci.memory,
          target: pci.wrap?.(repeated) ?? repeated,
        },
      ],
      spaces: pci.spaces,
      dma: ports.memory,
      probe: ports.probe,
    })
  }
}
