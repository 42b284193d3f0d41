// The CCB engine: what happens between an outgoing and an incoming mailbox.
//
// Models: 192 CCBs at once, fetched one after another, read once, checked completely; selection with its time-out, disconnection while
// the unit works, reselection; one data transfer at a time; overrun and underrun; autosense; abort by address; bus device reset; bus
// resets, which end every CCB that was on the bus. Everything happens in alarms. Does not model: arbitration between targets,
// agreements about speed and width, messages, linked commands, target mode.
import { DeviceEvent, HostStatus } from '../../probe.ts'
import { cdbDigest } from '../../scsi/cdb.ts'
import { ScsiStatus } from '../../scsi/status.ts'
import { bytesUnder } from '../faults.ts'
import { TaskOrder } from '../task-order.ts'
import { busWords, decodeCcb, fetchList, moveData } from './ccb.ts'
import { Command, Stage } from './command.ts'
import type { Core } from './core.ts'
import { K, SLOTS } from './format.ts'
import { hostStatusOf } from './host-status.ts'
import { IncomingMailboxes } from './incoming.ts'
import { type MailboxReader, OutgoingMailboxes } from './outgoing.ts'

export class CcbEngine implements MailboxReader {
  readonly commands: readonly Command[]
  readonly outgoing: OutgoingMailboxes
  readonly incoming: IncomingMailboxes
  /** CCBs, aborts and complaints between outgoing and incoming mailbox. */
  outstanding = 0
  readonly #core: Core
  readonly #order: TaskOrder<Command>
  /** Slots that are not in use, the next one last. */
  readonly #free: number[]
  /** Instants at which the fetcher and the data path are free again. */
  #fetcherFreePs = 0
  #dataFreePs = 0

  constructor(core: Core) {
    this.#core = core
    const step = (command: Command) => this.#step(command)
    this.commands = Array.from({ length: SLOTS }, (_, n) => new Command(n, core.clock, `${core.label} slot ${n}`, step))
    this.#free = this.commands.map(({ tag }) => SLOTS - 1 - tag)
    this.#order = new TaskOrder(this.commands, command => this.#start(command))
    this.outgoing = new OutgoingMailboxes(core, this)
    this.incoming = new IncomingMailboxes(core, command => this.#release(command))
  }

  get hasRoom(): boolean {
    return this.#free.length > 0
  }

  /** An outgoing mailbox was taken. There is room. */
  accept(action: number, address: number): void {
    const command = this.commands[this.#free.pop()!]!
    command.clear(address, this.#core.settings.is24Bit)
    this.outstanding++
    if (action === K.ACTION_START) {
      command.stage = Stage.fetching
      this.#fetcherFreePs = Math.max(this.#fetcherFreePs, this.#core.clock.nowPs) + this.#core.timing.ccbFetchPs
      command.alarm.scheduleAt(this.#fetcherFreePs)
    } else if (action === K.ACTION_ABORT) this.#abort(command)
    else this.#finish(command, K.BTSTAT_INVALID_ACTION, HostStatus.badCommand)
  }

  /** The unit went away: its commands that had reached it lose their target. */
  detached(target: number, lun: number): void {
    for (const command of this.commands) {
      if (command.task.target !== target || command.task.lun !== lun) continue
      if (command.stage < Stage.working || command.stage > Stage.lost) continue
      command.alarm.cancel()
      this.#finish(command, K.BTSTAT_UNEXPECTED_BUS_FREE, HostStatus.unexpectedDisconnect)
    }
  }

  /** The bus was reset: everything that was on it, or waits for it, ends. @returns how many there were */
  busReset(btstat: number): number {
    return this.#endAll(btstat, -1)
  }

  /** Forgets every command; none of them ends any more. @returns how many there were */
  drop(): number {
    const dropped = this.outstanding
    for (const command of this.commands) {
      command.alarm.cancel()
      command.stage = Stage.idle
    }
    this.#order.clear()
    this.outgoing.reset()
    this.incoming.drop()
    this.#free.length = 0
    for (let tag = SLOTS - 1; tag >= 0; tag--) this.#free.push(tag)
    this.outstanding = 0
    this.#fetcherFreePs = 0
    this.#dataFreePs = 0
    return dropped
  }

  #release(command: Command): void {
    command.stage = Stage.idle
    this.outstanding--
    this.#free.push(command.tag)
    this.outgoing.resume()
  }

  /** @param target −1 all of them */
  #endAll(btstat: number, target: number): number {
    let ended = 0
    for (const command of this.commands) {
      if (command.stage < Stage.waiting || command.stage > Stage.lost) continue
      if (target >= 0 && command.task.target !== target) continue
      command.alarm.cancel()
      ended++
      // Not to be started by the end of another one that ends as well.
      command.stage = Stage.lost
    }
    if (ended === 0) return 0
    for (const command of this.commands) {
      if (command.stage < Stage.waiting || command.stage > Stage.lost) continue
      if (target < 0 || command.task.target === target) this.#finish(command, btstat, HostStatus.busReset)
    }
    return ended
  }

  /** Whoever has this CCB gives it up. `request` is the slot of the abort itself. */
  #abort(request: Command): void {
    const victim = this.#find(request.address, request)
    if (victim === undefined || victim.stage >= Stage.aborting || victim.opcode === K.OPCODE_BUS_DEVICE_RESET) {
      request.completion = K.COMPLETION_NOT_FOUND
      this.#finish(request, K.BTSTAT_QUEUE_ABORTED, HostStatus.ok)
      return
    }
    this.#release(request)
    victim.stage = Stage.aborting
    victim.alarm.scheduleIn(this.#core.timing.abortPs)
    this.#order.leave(victim)
  }

  /** The command that has a CCB, if there is one beside `except`. */
  #find(address: number, except: Command): Command | undefined {
    if (this.outstanding === 1) return undefined
    for (const command of this.commands)
      if (command !== except && command.stage !== Stage.idle && command.address === address) return command
    return undefined
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
        this.#finish(command, K.BTSTAT_SELECTION_TIMEOUT, HostStatus.selectionTimeout)
        return
      case Stage.working:
        this.#worked(command)
        return
      case Stage.dataOut:
      case Stage.dataIn:
        this.#move(command)
        return
      case Stage.aborting:
        command.completion = K.COMPLETION_ABORTED
        this.#finish(command, K.BTSTAT_QUEUE_ABORTED, HostStatus.aborted)
        return
    }
  }

  #fetch(command: Command): void {
    const { memory, settings } = this.#core
    if (this.#find(command.address, command) !== undefined) {
      this.#finish(command, K.BTSTAT_DUPLICATE_CCB, HostStatus.badTag)
      return
    }
    const bytes = command.is24Bit ? K.CCB24_SIZE : K.CCB_SIZE
    if (!memory.read(command.address, command.ccb, 0, bytes)) {
      this.#finish(command, K.BTSTAT_HARDWARE_FAILURE, HostStatus.dmaError)
      return
    }
    command.writesCcb = true
    const problem = decodeCcb(command, settings.wideCcb)
    if (problem === K.BTSTAT_OK && command.opcode === K.OPCODE_BUS_DEVICE_RESET) {
      this.#start(command)
      return
    }
    this.#tell(command)
    if (problem !== K.BTSTAT_OK) {
      this.#finish(command, problem, HostStatus.badCommand)
      return
    }
    if (command.hasList && !fetchList(memory, command)) {
      this.#finish(command, K.BTSTAT_HARDWARE_FAILURE, HostStatus.dmaError)
      return
    }
    command.fault = this.#core.faultFor(command.task, command.tag)
    command.stage = Stage.waiting
    this.#order.enter(command)
  }

  /** A bus device reset is no command: the probe is not told of it. */
  #tell(command: Command): void {
    const { task, tag } = command
    const digest = cdbDigest(task.cdb, 0, task.cdbLength)
    const elements = command.hasList ? command.listCount : command.dataBytes > 0 ? 1 : 0
    const whom = (task.target & 0xff) | (busWords(command) << 8)
    const what = task.cdb[0]! | (digest << 8)
    command.told = true
    this.#core.probe.emit(DeviceEvent.CommandFetched, this.#core.index, tag | (elements << 8), whom, task.lun, what)
  }

  #start(command: Command): void {
    const { clock, timing, busFreePs } = this.#core
    command.stage = Stage.selecting
    command.alarm.scheduleAt(Math.max(clock.nowPs, busFreePs) + timing.selectionPs)
  }

  #select(command: Command): void {
    const { bus, timing, settings } = this.#core
    const { task, fault } = command
    if (!bus.answers(task.target) || fault?.action === 'selection-timeout') {
      command.stage = settings.selectionTimeoutPs > 0 ? Stage.unanswered : Stage.lost
      if (settings.selectionTimeoutPs > 0) command.alarm.scheduleIn(settings.selectionTimeoutPs)
      return
    }
    if (command.opcode === K.OPCODE_BUS_DEVICE_RESET) {
      this.#resetTarget(command)
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
    if (waitPs > 0) waitPs += timing.reselectionPs
    command.stage = Stage.working
    command.alarm.scheduleIn(waitPs)
  }

  /** What the target was doing ends first. */
  #resetTarget(command: Command): void {
    const { target } = command.task
    command.stage = Stage.finished
    this.#core.bus.resetTarget(target)
    this.#endAll(K.BTSTAT_BUS_DEVICE_RESET, target)
    this.#finish(command, K.BTSTAT_OK, HostStatus.ok)
  }

  /** The unit is ready for data, or for status when there is none. */
  #worked(command: Command): void {
    const { task, fault } = command
    if (fault?.action === 'host-status') {
      const btstat = (fault.hostStatus ?? K.BTSTAT_OK) & 0xff
      this.#finish(command, btstat, hostStatusOf(btstat))
      return
    }
    if (task.direction === 'in') {
      this.#core.bus.execute(task)
      this.#transfer(command, Stage.dataIn, K.CONTROL_DATA_IN)
    } else if (task.direction === 'out') {
      this.#transfer(command, Stage.dataOut, K.CONTROL_DATA_OUT)
    } else {
      if (task.status === ScsiStatus.good) this.#core.bus.execute(task)
      this.#conclude(command)
    }
  }

  /** Queues for the data path. A CCB that allows the other direction only, or none, allows nothing. */
  #transfer(command: Command, stage: number, allowed: number): void {
    const { clock, timing } = this.#core
    const { direction } = command
    const room = direction === 0 || direction === allowed ? command.dataBytes : 0
    command.wantedBytes = Math.min(command.task.transferBytes, command.task.data.length)
    command.overrun = command.wantedBytes > room || command.fault?.action === 'overrun'
    command.moveBytes = bytesUnder(command.fault, Math.min(command.wantedBytes, room))
    command.stage = stage
    this.#dataFreePs = Math.max(this.#dataFreePs, clock.nowPs) + command.moveBytes * timing.bytePs
    command.alarm.scheduleAt(this.#dataFreePs)
  }

  #move(command: Command): void {
    const { memory, probe, index, bus } = this.#core
    const { task, tag, fault, moveBytes } = command
    const toMemory = command.stage === Stage.dataIn
    if (fault?.action === 'dma-error') {
      this.#finish(command, K.BTSTAT_HARDWARE_FAILURE, HostStatus.dmaError)
      return
    }
    command.movedBytes = moveData(memory, command, moveBytes, toMemory)
    if (command.movedBytes > 0) probe.emit(DeviceEvent.DmaMoved, index, tag, command.movedBytes, toMemory ? 1 : 0, 0)
    if (command.movedBytes < moveBytes) {
      this.#finish(command, K.BTSTAT_HARDWARE_FAILURE, HostStatus.dmaError)
      return
    }
    if (this.#broken(command)) return
    if (!toMemory) {
      task.receivedBytes = command.movedBytes
      bus.execute(task)
    }
    this.#conclude(command)
  }

  /** The command ends because of what the plan did to the bus. */
  #broken(command: Command): boolean {
    const action = command.fault?.action
    if (action === 'parity') this.#finish(command, K.BTSTAT_PARITY, HostStatus.parity)
    else if (action === 'unexpected-disconnect')
      this.#finish(command, K.BTSTAT_UNEXPECTED_BUS_FREE, HostStatus.unexpectedDisconnect)
    else return false
    return true
  }

  /** Status phase: sense data, overrun, underrun. */
  #conclude(command: Command): void {
    const { fault, task } = command
    if (fault?.action === 'lost-completion') {
      command.stage = Stage.lost
      return
    }
    if (this.#broken(command)) return
    command.scsiStatus = task.status
    if (task.status === ScsiStatus.checkCondition && !this.#deliverSense(command)) {
      this.#finish(command, K.BTSTAT_SENSE_FAILED, HostStatus.dmaError)
    } else if (task.status !== ScsiStatus.good) {
      this.#finish(command, K.BTSTAT_OK, HostStatus.ok)
    } else if (command.overrun) {
      this.#finish(command, K.BTSTAT_DATA_OVERRUN, HostStatus.overrun)
    } else if (command.movedBytes < command.dataBytes && command.direction !== K.CONTROL_DIRECTION_MASK) {
      this.#finish(command, tellsUnderrun(command) ? K.BTSTAT_DATA_OVERRUN : K.BTSTAT_OK, HostStatus.underrun)
    } else {
      this.#finish(command, K.BTSTAT_OK, HostStatus.ok)
    }
  }

  /** Autosense. @returns false when the sense buffer cannot be written */
  #deliverSense(command: Command): boolean {
    const { memory, bus } = this.#core
    const { task } = command
    const bytes = Math.min(task.senseLength, command.senseRoom)
    if (bytes === 0) return true
    if (!memory.write(command.senseAddress, task.sense, 0, bytes)) return false
    command.senseBytes = bytes
    bus.senseDelivered(task)
    return true
  }

  #finish(command: Command, btstat: number, hostStatus: number): void {
    command.btstat = btstat
    command.hostStatus = hostStatus
    if (command.completion === K.COMPLETION_FREE)
      command.completion =
        btstat === K.BTSTAT_OK && command.scsiStatus === ScsiStatus.good ? K.COMPLETION_GOOD : K.COMPLETION_ERROR
    command.stage = Stage.finished
    this.#order.leave(command)
    this.incoming.put(command)
  }
}

/**
 * Fewer bytes than the CCB has room for are an error when the length is checked (BusLogic.h: 12h for overruns and underruns), but not of a
 * CCB with one plain buffer: that is how drivers avoid it (BusLogic958.c).
 */
function tellsUnderrun(command: Command): boolean {
  return command.direction !== 0 && command.opcode !== K.OPCODE_INITIATOR
}
