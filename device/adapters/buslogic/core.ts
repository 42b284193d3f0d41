// What all parts of the adapter work on: its ports, its registers, its interrupt causes, its settings.
//
// Models: causes that stay until an interrupt reset, which takes all of them at once; mailbox causes that wait while COMMAND_COMPLETE or
// EXTERNAL_BUS_RESET is set, and a second COMMAND_COMPLETE that waits for the first (AHA-1740A manual, p. 4-6; DevBusLogic.cpp); an
// output that CMD_DISABLE_INTERRUPT switches off. Does not model: edges. A COMMAND_COMPLETE that makes a mailbox cause vanish, as
// DevBusLogic.cpp says a real card does: here the two stand side by side, as in its code.
import type { DmaPort } from '../../bus-memory.ts'
import type { Clock } from '../../clock.ts'
import type { InterruptPin } from '../../interrupt-line.ts'
import { DeviceEvent, type Probe } from '../../probe.ts'
import type { RegisterBank } from '../../register-bank.ts'
import type { ScsiBus } from '../../scsi/bus.ts'
import type { ScsiTask } from '../../scsi/task.ts'
import type { AdapterPorts } from '../adapter.ts'
import { type CommandFault, type CommandFaults, faultOf } from '../faults.ts'
import { driveOutput } from '../output.ts'
import { Cause, Status } from './format.ts'
import { Settings } from './settings.ts'
import type { BusLogicTiming } from './timing.ts'

const MAILBOX_CAUSES = Cause.incomingLoaded | Cause.outgoingAvailable
/** While one of these is set, mailbox causes wait. */
const URGENT_CAUSES = Cause.commandComplete | Cause.busReset

export class Core {
  readonly index: number
  readonly label: string
  readonly clock: Clock
  readonly pin: InterruptPin
  readonly memory: DmaPort
  readonly bus: ScsiBus
  readonly probe: Probe
  readonly timing: Readonly<BusLogicTiming>
  readonly settings: Settings
  readonly values: Int32Array
  readonly dataIn: number
  readonly geometry: number
  /** Undefined: nothing goes wrong. */
  faults: CommandFaults | undefined
  /** Until then RST is held on the bus. */
  busFreePs = 0
  /** Causes that are there and not told yet. */
  #waiting = 0
  /** Causes that do not drive the line. */
  #quiet = 0
  readonly #interrupt: number
  readonly #status: number

  constructor(ports: AdapterPorts, bank: RegisterBank, timing: Readonly<BusLogicTiming>) {
    this.index = ports.index
    this.label = ports.label
    this.clock = ports.clock
    this.pin = ports.pin
    this.memory = ports.memory
    this.bus = ports.bus
    this.probe = ports.probe
    this.timing = timing
    this.settings = new Settings(timing)
    this.values = bank.values
    this.#interrupt = bank.index('INTERRUPT')
    this.#status = bank.index('STATUS')
    this.dataIn = bank.index('DATA_IN')
    this.geometry = bank.index('GEOMETRY')
  }

  /** Causes that are set. */
  get pendingCauses(): number {
    return this.values[this.#interrupt]! & Cause.all
  }

  get enabledCauses(): number {
    return this.settings.interruptEnabled ? Cause.all & ~this.#quiet : 0
  }

  /** Causes set and enabled: the adapter drives its line while this is not 0. */
  get activeCauses(): number {
    return this.pendingCauses & this.enabledCauses
  }

  /** @param quiet the cause is set without driving the line */
  raise(causes: number, quiet = false): void {
    const pending = this.pendingCauses
    let now = causes
    if ((pending & URGENT_CAUSES) !== 0) {
      const later = causes & (MAILBOX_CAUSES | (pending & Cause.commandComplete))
      this.#waiting |= later
      now &= ~later
    }
    const fresh = now & ~pending
    if (fresh === 0) return
    if (quiet) this.#quiet |= fresh
    this.values[this.#interrupt] = pending | fresh | Cause.valid
    this.probe.emit(DeviceEvent.CauseRaised, this.index, fresh, pending | fresh, this.enabledCauses, 0)
    this.driveLine()
  }

  /** Interrupt reset: every cause goes, then those that waited come. */
  dismiss(): void {
    const pending = this.pendingCauses
    this.setStatus(Status.commandInvalid, false)
    if (pending !== 0) {
      this.values[this.#interrupt] = 0
      this.probe.emit(DeviceEvent.CauseCleared, this.index, pending, 0, this.enabledCauses, 0)
      this.#quiet = 0
      this.driveLine()
    }
    const waiting = this.#waiting
    this.#waiting = 0
    if ((waiting & Cause.commandComplete) === 0) {
      this.raise(waiting)
      return
    }
    this.raise(Cause.commandComplete)
    this.raise(waiting & ~Cause.commandComplete)
  }

  /** A reset of the adapter: no cause is left, told or not. */
  forgetCauses(): void {
    this.#waiting = 0
    this.dismiss()
  }

  /** The only place that decides about the line. */
  driveLine(): void {
    driveOutput(this.pin, this.activeCauses, this.probe, this.index)
  }

  statusIs(bits: number): boolean {
    return (this.values[this.#status]! & bits) !== 0
  }

  setStatus(bits: number, on: boolean): void {
    if (on) this.values[this.#status]! |= bits
    else this.values[this.#status]! &= ~bits
  }

  diagnose(code: number, offset: number, value: number): void {
    this.probe.emit(DeviceEvent.Diagnostic, this.index, code, offset, value, 1)
  }

  /** The one question to the fault plan about a command. */
  faultFor(task: ScsiTask, tag: number): CommandFault | undefined {
    return faultOf(this.faults, task, tag, this.probe, this.index)
  }
}
