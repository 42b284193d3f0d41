// Queued mode (bus master): 64 tags, command blocks and scatter/gather lists in memory, a completion ring.
//
// Models: a doorbell for each tag; blocks fetched one after another, read once, checked completely; selection, disconnection while
// the unit works, reselection; one data transfer at a time; overrun and underrun; autosense; abort. Everything happens in alarms:
// a register write only sets them. Does not model: arbitration between targets, wire speed agreements, messages, linked commands.
import { BusWords, DeviceEvent, DiagnosticCode } from '../../probe.ts'
import { cdbDigest } from '../../scsi/cdb.ts'
import { ScsiStatus } from '../../scsi/status.ts'
import { bytesUnder } from '../faults.ts'
import { TaskOrder } from '../task-order.ts'
import { Command, Stage } from './command.ts'
import { decodeBlock, isListValid } from './command-block.ts'
import { CompletionRing } from './completion-ring.ts'
import type { Core } from './core.ts'
import { Cause, Control, K, offsetOf, Status, TAGS } from './format.ts'
import { moveAlongList } from './scatter-gather.ts'

const DOORBELL = offsetOf('DOORBELL')
const ABORT_TAG = offsetOf('ABORT_TAG')

export class QueuedEngine {
  readonly commands: readonly Command[]
  readonly ring: CompletionRing
  /** Commands between doorbell and completion entry. */
  outstanding = 0
  readonly #core: Core
  readonly #order: TaskOrder<Command>
  readonly #table: { low: number; high: number }
  /** Instants at which the fetcher and the data path are free again. */
  #fetcherFreePs = 0
  #dataFreePs = 0
  readonly #refusal: { alarm: ReturnType<Core['clock']['createAlarm']>; tag: number }

  constructor(core: Core, label: string) {
    this.#core = core
    const step = (command: Command) => this.#step(command)
    this.commands = Array.from({ length: TAGS }, (_, tag) => new Command(tag, core.clock, `${label} tag ${tag}`, step))
    this.ring = new CompletionRing(core, label, () => {
      this.outstanding--
    })
    this.#order = new TaskOrder(this.commands, command => this.#start(command))
    this.#table = { low: core.bank.index('COMMAND_TABLE_LOW'), high: core.bank.index('COMMAND_TABLE_HIGH') }
    this.#refusal = { alarm: core.clock.createAlarm(`${label} refusal`, () => this.#refuse()), tag: 0 }
  }

  /** DOORBELL was written. */
  doorbell(tag: number): void {
    const core = this.#core
    if (core.statusIs(Status.busResetting)) {
      core.diagnoseResetWindow(DOORBELL, tag)
      return
    }
    if (!core.controlIs(Control.enable) || !core.controlIs(Control.queued) || this.ring.entries === 0) {
      core.diagnose(DiagnosticCode.BadDoorbell, DOORBELL, tag)
      return
    }
    const command = this.commands[tag]
    if (command === undefined || command.stage !== Stage.idle) {
      core.diagnose(DiagnosticCode.BadDoorbell, DOORBELL, tag)
      this.#refusal.tag = tag
      this.#refusal.alarm.scheduleIn(core.timing.refusalPs)
      return
    }
    this.outstanding++
    command.clear()
    command.stage = Stage.fetching
    this.#fetcherFreePs = Math.max(this.#fetcherFreePs, core.clock.nowPs) + core.timing.commandFetchPs
    command.alarm.scheduleAt(this.#fetcherFreePs)
  }

  /** ABORT_TAG was written. A command that is only waiting for its entry has ended: the abort comes too late. */
  abort(tag: number): void {
    const command = this.commands[tag]
    if (command === undefined) {
      this.#core.diagnose(DiagnosticCode.BadDoorbell, ABORT_TAG, tag)
      return
    }
    const { stage } = command
    if (stage === Stage.idle || stage === Stage.finished || stage === Stage.aborting) return
    this.#order.leave(command)
    command.stage = Stage.aborting
    command.alarm.scheduleIn(this.#core.timing.abortPs)
  }

  /** The unit went away: its commands that had reached it lose their target. */
  detached(target: number, lun: number): void {
    for (const command of this.commands) {
      if (command.task.target !== target || command.task.lun !== lun) continue
      if (command.stage < Stage.working || command.stage > Stage.lost) continue
      command.alarm.cancel()
      this.#finish(command, K.HOST_UNEXPECTED_DISCONNECT)
    }
  }

  /** Forgets every command; none of them ends any more. @returns how many there were */
  drop(): number {
    const dropped = this.outstanding
    for (const command of this.commands) {
      command.alarm.cancel()
      command.stage = Stage.idle
    }
    this.#refusal.alarm.cancel()
    this.#order.clear()
    this.ring.drop()
    this.outstanding = 0
    this.#fetcherFreePs = 0
    this.#dataFreePs = 0
    return dropped
  }

  #step(command: Command): void {
    switch (command.stage) {
      case Stage.fetching:
        this.#fetch(command)
        return
      case Stage.selecting:
        this.#select(command)
        return
      case Stage.unanswered:
        this.#finish(command, K.HOST_SELECTION_TIMEOUT)
        return
      case Stage.working:
        this.#worked(command)
        return
      case Stage.dataOut:
      case Stage.dataIn:
        this.#move(command)
        return
      case Stage.aborting:
        this.#finish(command, K.HOST_ABORTED)
        return
    }
  }

  #fetch(command: Command): void {
    const { memory, values, probe, index } = this.#core
    const { task, tag } = command
    const table = (values[this.#table.high]! >>> 0) * 0x1_0000_0000 + (values[this.#table.low]! >>> 0)
    if (!memory.read(table + tag * K.COMMAND_BLOCK_SIZE, command.block, 0, K.COMMAND_BLOCK_SIZE)) {
      this.#finish(command, K.HOST_DMA_ERROR)
      return
    }
    const valid = decodeBlock(command)
    const digest = cdbDigest(task.cdb, 0, Math.min(task.cdbLength, 16))
    const elements = Math.min(command.listCount, 0xffff)
    const first = tag | (elements << 8)
    const whom = task.target | (busWords(command.flags) << 8)
    probe.emit(DeviceEvent.CommandFetched, index, first, whom, task.lun, task.cdb[0]! | (digest << 8))
    if (!valid) {
      this.#finish(command, K.HOST_BAD_BLOCK)
      return
    }
    if (command.listCount > 0) {
      if (!memory.read(command.listAddress, command.list, 0, command.listCount * K.SG_SIZE)) {
        this.#finish(command, K.HOST_DMA_ERROR)
        return
      }
      if (!isListValid(command)) {
        this.#finish(command, K.HOST_BAD_BLOCK)
        return
      }
    }
    command.fault = this.#core.faultFor(task, tag)
    command.stage = Stage.waiting
    this.#order.enter(command)
  }

  #start(command: Command): void {
    command.stage = Stage.selecting
    command.alarm.scheduleIn(this.#core.timing.selectionPs)
  }

  #select(command: Command): void {
    const { bus, timing } = this.#core
    const { task, fault } = command
    if (!bus.answers(task.target) || fault?.action === 'selection-timeout') {
      command.stage = Stage.unanswered
      command.alarm.scheduleIn(timing.selectionTimeoutPs)
      return
    }
    if (fault?.action === 'drop') {
      command.stage = Stage.lost
      return
    }
    let waitPs = 0
    if (fault?.action === 'host-status') {
      task.direction = 'none'
      task.transferBytes = 0
    } else {
      bus.begin(task)
      waitPs = task.latencyPs + (fault?.delayPs ?? 0)
    }
    if (waitPs > 0 && (command.flags & K.BLOCK_FLAG_NO_DISCONNECT) === 0) waitPs += timing.reselectionPs
    command.stage = Stage.working
    command.alarm.scheduleIn(waitPs)
  }

  /** The unit is ready for data, or for status when there is none. */
  #worked(command: Command): void {
    const { task, fault } = command
    if (fault?.action === 'host-status') {
      this.#finish(command, (fault.hostStatus ?? K.HOST_OK) & 0xff)
      return
    }
    if (task.direction === 'in') {
      this.#core.bus.execute(task)
      this.#transfer(command, Stage.dataIn, K.BLOCK_FLAG_DATA_IN)
    } else if (task.direction === 'out') {
      this.#transfer(command, Stage.dataOut, K.BLOCK_FLAG_DATA_OUT)
    } else {
      if (task.status === ScsiStatus.good) this.#core.bus.execute(task)
      this.#conclude(command)
    }
  }

  /** Queues for the data path. A block that allows the other direction only allows nothing. */
  #transfer(command: Command, stage: number, allowed: number): void {
    const { clock, timing } = this.#core
    const room = (command.flags & allowed) !== 0 ? command.dataBytes : 0
    const wanted = Math.min(command.task.transferBytes, command.task.data.length)
    command.overrun = wanted > room || command.fault?.action === 'overrun'
    command.moveBytes = bytesUnder(command.fault, Math.min(wanted, room))
    command.stage = stage
    this.#dataFreePs = Math.max(this.#dataFreePs, clock.nowPs) + command.moveBytes * timing.masterBytePs
    command.alarm.scheduleAt(this.#dataFreePs)
  }

  #move(command: Command): void {
    const { memory, probe, index, bus } = this.#core
    const { task, tag, fault, moveBytes } = command
    const toMemory = command.stage === Stage.dataIn
    if (fault?.action === 'dma-error') {
      this.#finish(command, K.HOST_DMA_ERROR)
      return
    }
    command.movedBytes = moveAlongList(memory, command, moveBytes, toMemory)
    if (command.movedBytes > 0) probe.emit(DeviceEvent.DmaMoved, index, tag, command.movedBytes, toMemory ? 1 : 0, 0)
    if (command.movedBytes < moveBytes) {
      this.#finish(command, K.HOST_DMA_ERROR)
      return
    }
    if (fault?.action === 'parity' || fault?.action === 'unexpected-disconnect') {
      this.#finish(command, fault.action === 'parity' ? K.HOST_PARITY : K.HOST_UNEXPECTED_DISCONNECT)
      return
    }
    if (!toMemory) {
      task.receivedBytes = command.movedBytes
      bus.execute(task)
    }
    this.#conclude(command)
  }

  /** Status phase: sense data, overrun, underrun. */
  #conclude(command: Command): void {
    const { fault, task } = command
    if (fault?.action === 'lost-completion') {
      command.stage = Stage.lost
      return
    }
    if (fault?.action === 'parity' || fault?.action === 'unexpected-disconnect') {
      this.#finish(command, fault.action === 'parity' ? K.HOST_PARITY : K.HOST_UNEXPECTED_DISCONNECT)
      return
    }
    command.scsiStatus = task.status
    let hostStatus = K.HOST_OK
    if (task.status === ScsiStatus.good) {
      if (command.overrun) hostStatus = K.HOST_OVERRUN
      else if (command.movedBytes < command.dataBytes) hostStatus = K.HOST_UNDERRUN
    } else if (task.status === ScsiStatus.checkCondition && !this.#deliverSense(command)) {
      hostStatus = K.HOST_DMA_ERROR
    }
    this.#finish(command, hostStatus)
  }

  /** Autosense. @returns false when the sense buffer cannot be written */
  #deliverSense(command: Command): boolean {
    const { autosense, memory, bus } = this.#core
    const { task } = command
    if (!autosense || (command.flags & K.BLOCK_FLAG_NO_AUTOSENSE) !== 0) return true
    const bytes = Math.min(task.senseLength, command.senseRoom)
    if (bytes === 0) return true
    if (!memory.write(command.senseAddress, task.sense, 0, bytes)) return false
    command.senseBytes = bytes
    bus.senseDelivered(task)
    return true
  }

  #finish(command: Command, hostStatus: number): void {
    command.stage = Stage.finished
    this.#order.leave(command)
    command.hostStatus = hostStatus
    this.ring.put(command)
  }

  #refuse(): void {
    this.#core.noteError(K.HOST_BAD_TAG, 0, 0, this.#refusal.tag)
    this.#core.raise(Cause.scsiError)
  }
}

/** What the flags of a command block say to the target. */
function busWords(flags: number): number {
  const attribute =
    (flags & K.BLOCK_FLAG_SIMPLE) !== 0
      ? 1
      : (flags & K.BLOCK_FLAG_ORDERED) !== 0
        ? 2
        : (flags & K.BLOCK_FLAG_HEAD) !== 0
          ? 3
          : 0
  return BusWords.told | attribute | ((flags & K.BLOCK_FLAG_NO_DISCONNECT) !== 0 ? BusWords.noDisconnect : 0)
}
