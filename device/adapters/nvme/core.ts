// What all parts of the NVMe controller work on: its ports, its registers by index, its interrupt causes.
//
// Models: pin-based interrupts. Cause n is completion queue n: pending while the queue has interrupts enabled and holds entries that
// the host has not consumed; the pin is asserted while a cause is pending and vector 0 is not masked (INTMS, INTMC).
// Does not model: MSI, MSI-X.
import type { DmaPort } from '../../bus-memory.ts'
import type { Clock } from '../../clock.ts'
import type { InterruptPin } from '../../interrupt-line.ts'
import { DeviceEvent, DiagnosticCode, type Probe } from '../../probe.ts'
import type { RegisterBank } from '../../register-bank.ts'
import type { ScsiBus } from '../../scsi/bus.ts'
import type { ScsiTask } from '../../scsi/task.ts'
import type { AdapterPorts } from '../adapter.ts'
import { type CommandFault, type CommandFaults, faultOf } from '../faults.ts'
import { driveOutput } from '../output.ts'
import { QUEUES } from './registers.ts'
import type { NvmeTiming } from './timing.ts'

/** One cause a completion queue. */
const ALL_CAUSES = (1 << QUEUES) - 1
/** The only vector: the pin. */
const PIN_VECTOR = 1

/** Bits of CSTS. */
export const Csts = {
  rdy: 0x01,
  cfs: 0x02,
  shst: 0x0c,
  shutdownOccurring: 0x04,
  shutdownComplete: 0x08,
  nssro: 0x10,
} as const

export class Core {
  readonly index: number
  readonly label: string
  readonly clock: Clock
  readonly pin: InterruptPin
  readonly memory: DmaPort
  readonly bus: ScsiBus
  readonly probe: Probe
  readonly bank: RegisterBank
  readonly values: Int32Array
  readonly timing: Readonly<NvmeTiming>
  /** Undefined: nothing goes wrong. */
  faults: CommandFaults | undefined
  /** Bytes of a memory page as CC.MPS has it, taken over when the controller is enabled. */
  pageBytes = 4096
  /** Causes pending, masked or not. */
  pending = 0
  /** The controller cannot go on (CSTS.CFS): what the state machine does then. */
  onFatal: () => void = () => {}
  readonly #csts: number
  readonly #intms: number

  constructor(ports: AdapterPorts, bank: RegisterBank, timing: Readonly<NvmeTiming>) {
    this.index = ports.index
    this.label = ports.label
    this.clock = ports.clock
    this.pin = ports.pin
    this.memory = ports.memory
    this.bus = ports.bus
    this.probe = ports.probe
    this.bank = bank
    this.values = bank.values
    this.timing = timing
    this.#csts = bank.index('CSTS')
    this.#intms = bank.index('INTMS')
  }

  get masked(): boolean {
    return (this.values[this.#intms]! & PIN_VECTOR) !== 0
  }

  get activeCauses(): number {
    return this.masked ? 0 : this.pending
  }

  raise(causes: number): void {
    const fresh = causes & ~this.pending
    if (fresh === 0) return
    this.pending |= fresh
    this.probe.emit(DeviceEvent.CauseRaised, this.index, fresh, this.pending, this.#enabled, 0)
    this.driveLine()
  }

  dismiss(causes: number): void {
    const gone = causes & this.pending
    if (gone === 0) return
    this.pending &= ~gone
    this.probe.emit(DeviceEvent.CauseCleared, this.index, gone, this.pending, this.#enabled, 0)
    this.driveLine()
  }

  /** The host has dismissed what it had seen, and there is more: the line stays where it is, but this is news. */
  renew(causes: number): void {
    const { probe, index, pending } = this
    const news = causes & pending
    if (news === 0) return
    probe.emit(DeviceEvent.CauseCleared, index, news, pending & ~news, this.#enabled, 0)
    probe.emit(DeviceEvent.CauseRaised, index, news, pending, this.#enabled, 0)
  }

  dismissAll(): void {
    this.dismiss(ALL_CAUSES)
  }

  /** The only place that decides about the line. */
  driveLine(): void {
    driveOutput(this.pin, this.activeCauses, this.probe, this.index)
  }

  is(csts: number): boolean {
    return (this.values[this.#csts]! & csts) !== 0
  }

  /** @param bits bits of CSTS that change @param to their new value, in place */
  setStatus(bits: number, to: number): void {
    this.values[this.#csts] = (this.values[this.#csts]! & ~bits) | to
  }

  /** Ready and not fatal: commands are carried out. */
  get runs(): boolean {
    return (this.values[this.#csts]! & (Csts.rdy | Csts.cfs)) === Csts.rdy
  }

  /** Queue memory cannot be reached, or a setting is impossible: the controller stops. */
  fail(): void {
    if (this.is(Csts.cfs)) return
    this.setStatus(Csts.cfs, Csts.cfs)
    this.onFatal()
  }

  diagnose(code: number, offset: number, value: number): void {
    this.probe.emit(DeviceEvent.Diagnostic, this.index, code, offset, value, 4)
  }

  badSetting(offset: number, value: number): void {
    this.diagnose(DiagnosticCode.BadSetting, offset, value)
  }

  /** The one question to the fault plan about a command. */
  faultFor(task: ScsiTask, tag: number): CommandFault | undefined {
    return faultOf(this.faults, task, tag, this.probe, this.index)
  }

  get #enabled(): number {
    return this.masked ? 0 : ALL_CAUSES
  }
}
