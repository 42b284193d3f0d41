// What both engines of the reference adapter work on: its ports, its registers by index, its interrupt causes.
//
// Models: causes that stay pending until they are acknowledged, enabled or not; one level-triggered output that is a pure function
// of INT_STATUS and INT_ENABLE. Does not model: message-signalled interrupts, moderation.
import type { DmaPort } from '../../bus-memory.ts'
import type { Clock } from '../../clock.ts'
import type { InterruptPin } from '../../interrupt-line.ts'
import { DeviceEvent, DiagnosticCode, type Probe } from '../../probe.ts'
import type { RegisterBank } from '../../register-bank.ts'
import type { ScsiBus } from '../../scsi/bus.ts'
import type { ScsiTask } from '../../scsi/task.ts'
import type { SystemDmaChannel } from '../../system-dma.ts'
import type { AdapterPorts } from '../adapter.ts'
import { type CommandFault, type CommandFaults, faultOf } from '../faults.ts'
import { driveOutput } from '../output.ts'
import { Cause, K } from './format.ts'
import type { ReferenceTiming } from './timing.ts'

/** Host statuses that raise SCSI_ERROR: everything that went wrong on the bus or in the command itself. */
const IS_SCSI_ERROR = new Uint8Array(256).fill(1)
for (const quiet of [K.HOST_OK, K.HOST_ABORTED, K.HOST_BUS_RESET, K.HOST_DMA_ERROR]) IS_SCSI_ERROR[quiet] = 0

export class Core {
  readonly index: number
  readonly clock: Clock
  readonly pin: InterruptPin
  readonly memory: DmaPort
  readonly systemDma: SystemDmaChannel | undefined
  readonly bus: ScsiBus
  readonly probe: Probe
  readonly timing: Readonly<ReferenceTiming>
  readonly autosense: boolean
  readonly bank: RegisterBank
  readonly values: Int32Array
  /** Undefined: nothing goes wrong. */
  faults: CommandFaults | undefined
  /** The reset that holds the bus now was ordered by the driver. */
  resetIsOurs = false
  readonly #intStatus: number
  readonly #intEnable: number
  readonly #errorInfo: number
  readonly #status: number
  readonly #control: number

  constructor(ports: AdapterPorts, bank: RegisterBank, timing: Readonly<ReferenceTiming>, autosense: boolean) {
    this.index = ports.index
    this.clock = ports.clock
    this.pin = ports.pin
    this.memory = ports.memory
    this.systemDma = ports.systemDma
    this.bus = ports.bus
    this.probe = ports.probe
    this.timing = timing
    this.autosense = autosense
    this.bank = bank
    this.values = bank.values
    this.#intStatus = bank.index('INT_STATUS')
    this.#intEnable = bank.index('INT_ENABLE')
    this.#errorInfo = bank.index('ERROR_INFO')
    this.#status = bank.index('STATUS')
    this.#control = bank.index('CONTROL')
  }

  /** Causes pending and enabled: the adapter drives its line while this is not 0. */
  get activeCauses(): number {
    return this.values[this.#intStatus]! & this.values[this.#intEnable]!
  }

  get enabledCauses(): number {
    return this.values[this.#intEnable]!
  }

  /** Is one of these causes pending, enabled or not? */
  pending(causes: number): boolean {
    return (this.values[this.#intStatus]! & causes) !== 0
  }

  raise(causes: number): void {
    const pending = this.values[this.#intStatus]!
    const fresh = causes & ~pending
    if (fresh === 0) return
    this.values[this.#intStatus] = pending | fresh
    this.probe.emit(DeviceEvent.CauseRaised, this.index, fresh, pending | fresh, this.values[this.#intEnable]!, 0)
    this.driveLine()
  }

  dismiss(causes: number): void {
    const pending = this.values[this.#intStatus]!
    const gone = causes & pending
    if (gone === 0) return
    this.values[this.#intStatus] = pending & ~gone
    this.probe.emit(DeviceEvent.CauseCleared, this.index, gone, pending & ~gone, this.values[this.#intEnable]!, 0)
    this.driveLine()
  }

  /** The only place that decides about the line. */
  driveLine(): void {
    driveOutput(this.pin, this.activeCauses, this.probe, this.index)
  }

  /** Notes how a command ended in ERROR_INFO when that is an error. @returns the causes to raise for it */
  errorCauses(hostStatus: number, target: number, lun: number, tag: number): number {
    if (hostStatus === K.HOST_DMA_ERROR) return Cause.dmaError
    if (IS_SCSI_ERROR[hostStatus] === 0) return 0
    this.noteError(hostStatus, target, lun, tag)
    return Cause.scsiError
  }

  noteError(hostStatus: number, target: number, lun: number, tag: number): void {
    this.values[this.#errorInfo] = hostStatus | (target << 8) | (lun << 16) | (tag << 24)
  }

  statusIs(bit: number): boolean {
    return (this.values[this.#status]! & bit) !== 0
  }

  setStatus(bit: number, on: boolean): void {
    if (on) this.values[this.#status]! |= bit
    else this.values[this.#status]! &= ~bit
  }

  controlIs(bit: number): boolean {
    return (this.values[this.#control]! & bit) !== 0
  }

  diagnose(code: number, offset: number, value: number): void {
    this.probe.emit(DeviceEvent.Diagnostic, this.index, code, offset, value, 4)
  }

  /** A command came while the bus is held in reset: lost on the wire. Reported when the driver had ordered the reset and could know. */
  diagnoseResetWindow(offset: number, value: number): void {
    if (this.resetIsOurs) this.diagnose(DiagnosticCode.IgnoredWhileBusy, offset, value)
  }

  /** The one question to the fault plan about a command. */
  faultFor(task: ScsiTask, tag: number): CommandFault | undefined {
    return faultOf(this.faults, task, tag, this.probe, this.index)
  }
}
