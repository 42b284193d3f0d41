// Data-phase mode (subordinate): one command at a time; the target announces its data, the driver has it moved over the
// system DMA channel.
//
// Models: selection, CDB, the unit's own time; DMA_READY with direction and count; transfers as long as the driver wants them, repeated
// until the target has no more; END before that (overrun), a count larger than the target's (underrun); a channel that is not programmed,
// runs out, or points the wrong way: the command ends with HOST_DMA_ERROR; autosense in registers; abort.
// Does not model: disconnection, phases and messages one by one, bytes of a transfer one by one (they move at its end).

import type { Alarm } from '../../clock.ts'
import { le32, putLe32 } from '../../little-endian.ts'
import { DeviceEvent, DiagnosticCode } from '../../probe.ts'
import { cdbDigest } from '../../scsi/cdb.ts'
import { ScsiStatus } from '../../scsi/status.ts'
import { ScsiTask } from '../../scsi/task.ts'
import { SystemDmaRefusal } from '../../system-dma.ts'
import { bytesUnder, type CommandFault } from '../faults.ts'
import { isCdbLength } from './command-block.ts'
import type { Core } from './core.ts'
import { Cause, Control, K, offsetOf, Status, TARGETS } from './format.ts'

const CMD_CONTROL = offsetOf('CMD_CONTROL')
const DMA_CONTROL = offsetOf('DMA_CONTROL')
const DMA_COUNT = offsetOf('DMA_COUNT')
const START = 1
const END = 2
const ABORT = 2
const READY_TO_MEMORY = 1 << 24
const VALID = 1 << 31
const DmaStatus = { active: 1, done: 2, noChannel: 4, shortChannel: 8, wrongDirection: 16 } as const
const CDB_WORDS = 4
const SENSE_WORDS = 5

const Phase = {
  idle: 0,
  selecting: 1,
  /** Nobody answers the selection. */
  unanswered: 2,
  /** The block of registers was not valid. */
  refused: 3,
  working: 4,
  /** The target waits for DMA_CONTROL. */
  ready: 5,
  moving: 6,
  /** Status on its way. */
  ending: 7,
  /** It will never end by itself. */
  lost: 8,
  aborting: 9,
} as const

const REGISTERS = [
  'CMD_TARGET',
  'CMD_CDB0',
  'CMD_STATUS',
  'SENSE0',
  'DMA_READY',
  'DMA_READY_COUNT',
  'DMA_COUNT',
  'DMA_STATUS',
  'DMA_MOVED',
] as const

type RegisterName = (typeof REGISTERS)[number]

export class DataPhaseEngine {
  readonly #core: Core
  readonly #alarm: Alarm
  readonly #refusal: Alarm
  readonly #task = new ScsiTask()
  readonly #at: Readonly<Record<RegisterName, number>>
  #phase: number = Phase.idle
  #tag = 0
  #fault: CommandFault | undefined
  /** Bytes of the data phase, and of the transfer that runs. */
  #dataBytes = 0
  #movedBytes = 0
  #transferBytes = 0
  #overrun = false
  #underrun = false
  #hostStatus = 0

  constructor(core: Core, label: string) {
    this.#core = core
    this.#alarm = core.clock.createAlarm(`${label} command`, () => this.#step())
    this.#refusal = core.clock.createAlarm(`${label} DMA refusal`, () => core.raise(Cause.dmaError))
    const at = REGISTERS.map(name => [name, core.bank.index(name)])
    this.#at = Object.fromEntries(at) as Record<RegisterName, number>
  }

  /** 1 while a command is outstanding, else 0. */
  get outstanding(): number {
    return this.#phase === Phase.idle ? 0 : 1
  }

  /** CMD_CONTROL was written. */
  commandControl(written: number): void {
    const core = this.#core
    const order = written & (START | ABORT)
    if (order === 0) return
    if (order === (START | ABORT)) core.diagnose(DiagnosticCode.BadSetting, CMD_CONTROL, written)
    else if (order === ABORT) this.#abort()
    else if (core.statusIs(Status.busResetting)) core.diagnoseResetWindow(CMD_CONTROL, written)
    else if (!core.controlIs(Control.enable) || core.controlIs(Control.queued))
      core.diagnose(DiagnosticCode.BadDoorbell, CMD_CONTROL, written)
    else if (this.#phase !== Phase.idle) core.diagnose(DiagnosticCode.IgnoredWhileBusy, CMD_CONTROL, written)
    else this.#start()
  }

  /** DMA_CONTROL was written. */
  dmaControl(written: number): void {
    const core = this.#core
    const order = written & (START | END)
    if (order === 0) return
    if (order === (START | END)) core.diagnose(DiagnosticCode.BadSetting, DMA_CONTROL, written)
    else if (this.#phase === Phase.moving) core.diagnose(DiagnosticCode.IgnoredWhileBusy, DMA_CONTROL, written)
    else if (this.#phase !== Phase.ready) core.diagnose(DiagnosticCode.BadDoorbell, DMA_CONTROL, written)
    else if (order === START) this.#startTransfer()
    else {
      this.#overrun = true
      this.#dataOver()
    }
  }

  /** The unit went away: a command that had reached it loses its target. */
  detached(target: number, lun: number): void {
    if (this.#task.target !== target || this.#task.lun !== lun) return
    if (this.#phase < Phase.working || this.#phase > Phase.lost || this.#phase === Phase.ending) return
    this.#end(K.HOST_UNEXPECTED_DISCONNECT)
  }

  /** Forgets the command; it does not end any more. @returns how many there were */
  drop(): number {
    const dropped = this.outstanding
    this.#alarm.cancel()
    this.#refusal.cancel()
    this.#phase = Phase.idle
    this.#unready()
    this.#core.setStatus(Status.busy | Status.dmaActive, false)
    this.#core.values[this.#at.DMA_STATUS]! &= ~DmaStatus.active
    return dropped
  }

  #start(): void {
    const { values, timing, probe, index } = this.#core
    const task = this.#task
    const whom = values[this.#at.CMD_TARGET]!
    task.target = whom & 0xff
    task.lun = (whom >> 8) & 0xff
    this.#tag = (whom >> 16) & 0xff
    const length = (whom >> 24) & 0x1f
    for (let i = 0; i < CDB_WORDS; i++) putLe32(task.cdb, 4 * i, values[this.#at.CMD_CDB0 + i]!)
    task.cdb.fill(0, length)
    task.cdbLength = length
    task.status = ScsiStatus.good
    task.senseLength = 0
    task.receivedBytes = 0
    task.direction = 'none'
    this.#fault = undefined
    this.#dataBytes = 0
    this.#movedBytes = 0
    this.#overrun = false
    this.#underrun = false
    values[this.#at.CMD_STATUS] = 0
    values[this.#at.DMA_STATUS] = 0
    values[this.#at.DMA_MOVED] = 0
    this.#core.setStatus(Status.busy, true)
    const digest = cdbDigest(task.cdb, 0, Math.min(length, 16))
    probe.emit(DeviceEvent.CommandFetched, index, this.#tag, task.target, task.lun, task.cdb[0]! | (digest << 8))
    const valid = isCdbLength(length) && task.target < TARGETS
    if (valid) this.#fault = this.#core.faultFor(task, this.#tag)
    this.#phase = valid ? Phase.selecting : Phase.refused
    this.#alarm.scheduleIn(valid ? timing.selectionPs : timing.refusalPs)
  }

  #step(): void {
    switch (this.#phase) {
      case Phase.selecting:
        this.#select()
        return
      case Phase.unanswered:
        this.#end(K.HOST_SELECTION_TIMEOUT)
        return
      case Phase.refused:
        this.#end(K.HOST_BAD_BLOCK)
        return
      case Phase.working:
        this.#worked()
        return
      case Phase.moving:
        this.#moved()
        return
      case Phase.ending:
        this.#complete()
        return
      case Phase.aborting:
        this.#end(K.HOST_ABORTED)
        return
    }
  }

  #select(): void {
    const { bus, timing } = this.#core
    const fault = this.#fault
    if (!bus.answers(this.#task.target) || fault?.action === 'selection-timeout') {
      this.#phase = Phase.unanswered
      this.#alarm.scheduleIn(timing.selectionTimeoutPs)
      return
    }
    if (fault?.action === 'drop') {
      this.#phase = Phase.lost
      return
    }
    this.#phase = Phase.working
    if (fault?.action === 'host-status') {
      this.#alarm.scheduleIn(0)
      return
    }
    bus.begin(this.#task)
    this.#alarm.scheduleIn(this.#task.latencyPs + (fault?.delayPs ?? 0))
  }

  #worked(): void {
    const task = this.#task
    const fault = this.#fault
    if (fault?.action === 'host-status') {
      this.#end((fault.hostStatus ?? K.HOST_OK) & 0xff)
      return
    }
    if (task.direction !== 'out' && task.status === ScsiStatus.good) this.#core.bus.execute(task)
    if (task.direction !== 'none') this.#dataBytes = bytesUnder(fault, Math.min(task.transferBytes, task.data.length))
    if (this.#dataBytes > 0) this.#announce()
    else this.#dataOver()
  }

  /** Raises DMA_READY for what the target still wants to move. */
  #announce(): void {
    const { values } = this.#core
    const { target, lun, direction } = this.#task
    this.#phase = Phase.ready
    const toMemory = direction === 'in' ? READY_TO_MEMORY : 0
    values[this.#at.DMA_READY] = target | (lun << 8) | (this.#tag << 16) | toMemory | VALID
    values[this.#at.DMA_READY_COUNT] = this.#dataBytes - this.#movedBytes
    this.#core.raise(Cause.dmaReady)
  }

  #unready(): void {
    this.#core.values[this.#at.DMA_READY] = 0
    this.#core.values[this.#at.DMA_READY_COUNT] = 0
  }

  #startTransfer(): void {
    const { values, timing } = this.#core
    this.#transferBytes = values[this.#at.DMA_COUNT]! >>> 0
    if (this.#transferBytes === 0) {
      this.#core.diagnose(DiagnosticCode.BadSetting, DMA_COUNT, 0)
      this.#refusal.scheduleIn(timing.refusalPs)
      return
    }
    this.#unready()
    this.#phase = Phase.moving
    values[this.#at.DMA_STATUS] = DmaStatus.active
    this.#core.setStatus(Status.dmaActive, true)
    this.#alarm.scheduleIn(Math.min(this.#transferBytes, this.#dataBytes - this.#movedBytes) * timing.channelBytePs)
  }

  /** The transfer is over: its bytes move now, all at once. */
  #moved(): void {
    const { values, probe, index } = this.#core
    const left = this.#dataBytes - this.#movedBytes
    const bytes = Math.min(this.#transferBytes, left)
    const toMemory = this.#task.direction === 'in'
    const result = this.#request(bytes, toMemory)
    const moved = Math.max(0, result)
    this.#movedBytes += moved
    values[this.#at.DMA_MOVED] = this.#movedBytes
    values[this.#at.DMA_STATUS] = dmaStatus(result, bytes, this.#transferBytes)
    this.#core.setStatus(Status.dmaActive, false)
    if (moved > 0) probe.emit(DeviceEvent.DmaMoved, index, this.#tag, moved, toMemory ? 1 : 0, 0)
    if (moved < bytes) this.#end(K.HOST_DMA_ERROR)
    else if (moved < left) this.#announce()
    else {
      this.#underrun = this.#transferBytes > left
      this.#dataOver()
    }
  }

  /** @returns bytes moved, or a SystemDmaRefusal */
  #request(bytes: number, toMemory: boolean): number {
    const channel = this.#core.systemDma
    if (channel === undefined || this.#fault?.action === 'dma-error') return SystemDmaRefusal.notProgrammed
    return channel.transfer(this.#task.data, this.#movedBytes, bytes, toMemory)
  }

  /** The data phase is over, or there was none: the unit gets what it is owed, then status. */
  #dataOver(): void {
    const task = this.#task
    const fault = this.#fault
    this.#unready()
    if (fault?.action === 'parity') this.#end(K.HOST_PARITY)
    else if (fault?.action === 'unexpected-disconnect') this.#end(K.HOST_UNEXPECTED_DISCONNECT)
    else {
      if (task.direction === 'out' && task.status === ScsiStatus.good) {
        task.receivedBytes = this.#movedBytes
        this.#core.bus.execute(task)
      }
      if (fault?.action === 'lost-completion') this.#phase = Phase.lost
      else if (task.status !== ScsiStatus.good) this.#end(K.HOST_OK)
      else if (this.#overrun || fault?.action === 'overrun') this.#end(K.HOST_OVERRUN)
      else this.#end(this.#underrun ? K.HOST_UNDERRUN : K.HOST_OK)
    }
  }

  #abort(): void {
    if (this.#phase === Phase.idle || this.#phase === Phase.ending || this.#phase === Phase.aborting) return
    this.#stopTransfer()
    this.#phase = Phase.aborting
    this.#alarm.scheduleIn(this.#core.timing.abortPs)
  }

  #stopTransfer(): void {
    this.#unready()
    this.#core.values[this.#at.DMA_STATUS]! &= ~DmaStatus.active
    this.#core.setStatus(Status.dmaActive, false)
  }

  #end(hostStatus: number): void {
    this.#stopTransfer()
    this.#hostStatus = hostStatus
    this.#phase = Phase.ending
    this.#alarm.scheduleIn(this.#core.timing.completionPostPs)
  }

  #complete(): void {
    const core = this.#core
    const { values, probe, index } = core
    const task = this.#task
    const host = this.#hostStatus
    const reached = host === K.HOST_OK || host === K.HOST_OVERRUN || host === K.HOST_UNDERRUN
    const status = reached ? task.status : 0
    const senseBytes = status === ScsiStatus.checkCondition ? this.#deliverSense() : 0
    values[this.#at.CMD_STATUS] = status | (host << 8) | (this.#tag << 16) | (senseBytes << 24) | VALID
    core.setStatus(Status.busy, false)
    this.#phase = Phase.idle
    probe.emit(DeviceEvent.CommandFinished, index, this.#tag, status, host | (senseBytes << 8), this.#movedBytes)
    core.raise(Cause.commandComplete | core.errorCauses(host, task.target, task.lun, this.#tag))
  }

  /** Autosense. @returns bytes of sense data in SENSE0… */
  #deliverSense(): number {
    const { autosense, values, bus } = this.#core
    const task = this.#task
    if (!autosense) return 0
    const bytes = Math.min(task.senseLength, 4 * SENSE_WORDS)
    if (bytes === 0) return 0
    task.sense.fill(0, task.senseLength)
    for (let i = 0; i < SENSE_WORDS; i++) values[this.#at.SENSE0 + i] = le32(task.sense, 4 * i) | 0
    bus.senseDelivered(task)
    return bytes
  }
}

/** DMA_STATUS after a transfer of `bytes` for which the driver asked `asked`. */
function dmaStatus(result: number, bytes: number, asked: number): number {
  if (result === SystemDmaRefusal.wrongDirection) return DmaStatus.wrongDirection
  if (result < 0) return DmaStatus.noChannel
  if (result < bytes) return DmaStatus.shortChannel
  return result === asked ? DmaStatus.done : 0
}
