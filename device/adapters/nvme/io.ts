// The NVM command set on the I/O queues: flush, write, read, compare, write zeroes, dataset management.
//
// Models: up to 256 commands in the controller, whatever the queues hold; submission queues served round robin, several entries with
// one fetch; PRP lists; one transfer over the link at a time, in the order in which the commands are ready; completions that wait
// while their queue is full. Each command becomes a SCSI command for the logical unit behind its namespace, so drives, their times,
// their errors and faults are the bench's own. Everything happens in alarms: a doorbell only sets one.
// Does not model: fused operations, metadata, end-to-end protection, streams, write uncorrectable, reservations, verify, copy.

import type { Bytes } from '../../bytes.ts'
import type { Alarm } from '../../clock.ts'
import { le16, le32, le64 } from '../../little-endian.ts'
import { DeviceEvent, HostStatus } from '../../probe.ts'
import { Opcode } from '../../scsi/cdb.ts'
import { ScsiStatus } from '../../scsi/status.ts'
import { bytesUnder } from '../faults.ts'
import { putBlockCdb } from './cdb.ts'
import { Command, Stage } from './command.ts'
import type { Core } from './core.ts'
import { Dataset } from './dataset.ts'
import { decodeEntry, digestOf, NO_OPCODE, WRITE_SAME_BLOCKS } from './decode.ts'
import { K } from './format.ts'
import type { Logs } from './logs.ts'
import type { Namespaces } from './namespaces.ts'
import { PrpPages } from './prp.ts'
import { type Queues, SLOTS, type SubmissionQueue } from './queues.ts'
import { QUEUES } from './registers.ts'
import { isLogged, statusOf } from './status.ts'

// As constants of this module: a look-up by name in a table of this size costs several nanoseconds.
const {
  IO_DATASET_MANAGEMENT,
  IO_FLUSH,
  IO_WRITE_ZEROES,
  SQE_CID,
  SQE_NSID,
  SQE_OPCODE,
  SQE_PRP1,
  SQE_PRP2,
  SQE_SIZE,
  STATUS_ABORTED,
  STATUS_CID_CONFLICT,
  STATUS_DATA_TRANSFER_ERROR,
  STATUS_DNR,
  STATUS_INTERNAL_ERROR,
  STATUS_INTERNAL_PATH_ERROR,
  STATUS_LBA_OUT_OF_RANGE,
  STATUS_MORE,
  STATUS_SQ_DELETED,
  STATUS_SUCCESS,
} = K

/** Entries read at once from one queue. */
const BURST = 16
const BROADCAST = 0xffff_ffff
const FINAL = STATUS_DNR

export class IoEngine {
  readonly commands: readonly Command[]
  /** Commands between doorbell and completion entry, as far as they were fetched. */
  outstanding = 0
  readonly #core: Core
  readonly #queues: Queues
  readonly #namespaces: Namespaces
  readonly #logs: Logs
  readonly #limitBytes: number
  readonly #fetch: Alarm
  readonly #post: Alarm
  readonly #entries = new Uint8Array(BURST * SQE_SIZE)
  readonly #dataset: Dataset
  readonly #free = new Uint8Array(SLOTS)
  #freeCount = 0
  /** Bit n: submission queue n has entries to fetch. */
  #work = 0
  /** Where the round goes on. */
  #next = 1
  /** Instant at which the link is free again. */
  #linkFreePs = 0

  /** @param limitBytes longest transfer of a command */
  constructor(core: Core, queues: Queues, namespaces: Namespaces, logs: Logs, limitBytes: number) {
    const { clock, label } = core
    this.#core = core
    this.#queues = queues
    this.#namespaces = namespaces
    this.#logs = logs
    this.#limitBytes = limitBytes
    this.#dataset = new Dataset(core, namespaces)
    const step = (command: Command) => this.#step(command)
    this.commands = Array.from(
      { length: SLOTS },
      (_, slot) => new Command(slot, clock, `${label} slot ${slot}`, limitBytes, step),
    )
    this.#fetch = clock.createAlarm(`${label} fetch`, () => this.#fetchAll())
    this.#post = clock.createAlarm(`${label} post`, () => this.#postWaiting())
    this.#freeAll()
  }

  /** A tail doorbell moved; the queue has been told. */
  doorbell(sq: SubmissionQueue): void {
    if (sq.head === sq.tail) return
    this.#work |= 1 << sq.id
    if (!this.#fetch.pending && this.#freeCount > 0) this.#fetch.scheduleIn(this.#core.timing.fetchPs)
  }

  /** A head doorbell moved: there may be room for commands that wait. */
  consumed(waiting: number): void {
    if (waiting > 0 && !this.#post.pending) this.#post.scheduleIn(this.#core.timing.completionPs)
  }

  /** Abort command. @returns true when the command was found and ends with Command Abort Requested */
  abort(sqid: number, cid: number): boolean {
    const sq = this.#queues.submission[sqid]
    if (sq === undefined || !sq.exists || sq.busy[cid] !== 1) return false
    for (const command of this.commands) {
      if (command.sq !== sq || command.cid !== cid) continue
      if (command.stage === Stage.finished || command.stage === Stage.ending) return false
      this.#end(command, STATUS_ABORTED, HostStatus.aborted)
      return true
    }
    return false
  }

  /** The queue is about to be deleted: its commands end, what was not fetched is forgotten. */
  deleted(sq: SubmissionQueue): void {
    this.#work &= ~(1 << sq.id)
    for (const command of this.commands) {
      if (command.sq !== sq || command.stage === Stage.finished) continue
      command.alarm.cancel()
      command.status = STATUS_SQ_DELETED
      command.hostStatus = HostStatus.aborted
      this.#finish(command)
      if (!this.#core.runs) return
    }
  }

  /** A completion queue is about to be deleted: commands that wait for room in it are told to nobody. */
  forget(cqid: number): void {
    const cq = this.#queues.completion[cqid]!
    for (let slot = cq.next(); slot >= 0; slot = cq.next()) this.#release(this.commands[slot]!)
  }

  /** Nothing moves any more; the commands stay outstanding until a reset. */
  freeze(): void {
    this.#fetch.cancel()
    this.#post.cancel()
    for (const command of this.commands) {
      if (command.stage === Stage.idle) continue
      command.alarm.cancel()
      command.stage = Stage.lost
    }
  }

  /** Forgets every command; none of them ends any more. @returns how many there were */
  drop(): number {
    const dropped = this.outstanding
    this.freeze()
    for (const command of this.commands) {
      command.stage = Stage.idle
      command.sq = undefined
    }
    this.outstanding = 0
    this.#freeAll()
    this.#work = 0
    this.#next = 1
    this.#linkFreePs = 0
    return dropped
  }

  #freeAll(): void {
    this.#freeCount = SLOTS
    for (let i = 0; i < SLOTS; i++) this.#free[i] = SLOTS - 1 - i
  }

  #fetchAll(): void {
    const { submission } = this.#queues
    while (this.#work !== 0 && this.#freeCount > 0) {
      const sq = submission[this.#next]!
      if (++this.#next === QUEUES) this.#next = 1
      if ((this.#work & (1 << sq.id)) === 0) continue
      if (!this.#fetchSome(sq)) return
      if (sq.head === sq.tail) this.#work &= ~(1 << sq.id)
    }
  }

  /** @returns false when the controller has stopped */
  #fetchSome(sq: SubmissionQueue): boolean {
    const toEnd = sq.tail > sq.head ? sq.tail - sq.head : sq.size - sq.head
    const count = Math.min(toEnd, BURST, this.#freeCount)
    const core = this.#core
    const address = sq.base + sq.head * SQE_SIZE
    let entries = core.memory.bytes
    let first = core.memory.look(address, count * SQE_SIZE)
    if (first < 0) {
      entries = this.#entries
      first = 0
      if (!core.memory.read(address, entries, 0, count * SQE_SIZE)) {
        core.fail()
        return false
      }
    }
    for (let i = 0; i < count; i++) {
      if (++sq.head === sq.size) sq.head = 0
      this.#start(sq, entries, first + i * SQE_SIZE)
      if (!core.runs) return false
    }
    return true
  }

  /** Takes a slot for the entry at `at`. */
  #start(sq: SubmissionQueue, entry: Bytes, at: number): void {
    const core = this.#core
    const command = this.commands[this.#free[--this.#freeCount]!]!
    this.outstanding++
    command.sq = sq
    command.cid = le16(entry, at + SQE_CID)
    command.opcode = entry[at + SQE_OPCODE]!
    command.nsid = le32(entry, at + SQE_NSID)
    command.bytes = 0
    command.fault = undefined
    command.status = STATUS_SUCCESS
    command.hostStatus = HostStatus.ok
    command.scsiStatus = 0
    command.movedBytes = 0
    const conflict = sq.busy[command.cid] === 1
    sq.busy[command.cid] = 1
    let status = decodeEntry(command, entry, at, this.#namespaces, this.#limitBytes)
    this.#told(command, entry, at)
    if (conflict) {
      command.hostStatus = HostStatus.badTag
      status = STATUS_CID_CONFLICT | FINAL
    } else if (status === 0) {
      const prp1 = le64(entry, at + SQE_PRP1)
      const prp2 = le64(entry, at + SQE_PRP2)
      status = command.pages.resolve(core.memory, prp1, prp2, command.bytes, core.pageBytes)
      if (status === 0 && command.opcode === IO_DATASET_MANAGEMENT) status = this.#readRanges(command)
    }
    if (status !== 0) {
      this.#end(command, status, command.hostStatus === HostStatus.ok ? hostStatusOf(status) : command.hostStatus)
      return
    }
    this.#begin(command)
  }

  /** @returns a status */
  #readRanges(command: Command): number {
    const status = this.#dataset.read(command)
    if (command.movedBytes > 0) this.#moved(command, false)
    return status
  }

  #told(command: Command, entry: Bytes, at: number): void {
    const { task, slot, bytes } = command
    const core = this.#core
    const scsi = task.cdb[0]!
    const digest = digestOf(command)
    const elements = bytes === 0 ? 0 : PrpPages.touched(le64(entry, at + SQE_PRP1), bytes, core.pageBytes)
    core.probe.emit(DeviceEvent.CommandFetched, core.index, slot | (elements << 8), 0, task.lun, scsi | (digest << 8))
  }

  #begin(command: Command): void {
    const core = this.#core
    const { task } = command
    if (task.cdb[0] === NO_OPCODE) {
      // Dataset management without deallocation: hints, which this controller has no use for.
      this.#end(command, STATUS_SUCCESS, HostStatus.ok)
      return
    }
    const fault = core.faultFor(task, command.slot)
    command.fault = fault
    switch (fault?.action) {
      case 'selection-timeout':
      case 'unexpected-disconnect':
        this.#end(command, STATUS_INTERNAL_PATH_ERROR, HOST_OF_FAULT[fault.action])
        return
      case 'host-status':
        this.#end(command, (fault.hostStatus ?? STATUS_INTERNAL_ERROR) & 0xff, HostStatus.badCommand)
        return
      case 'drop':
        command.stage = Stage.lost
        return
    }
    if (command.opcode === IO_DATASET_MANAGEMENT && this.#namespaces.provisioned[task.lun] === 0) {
      this.#end(command, STATUS_SUCCESS, HostStatus.ok)
      return
    }
    core.bus.begin(task)
    const waitPs = task.latencyPs + (fault?.delayPs ?? 0)
    command.stage = Stage.working
    if (task.direction === 'none') command.bytes = 0
    command.alarm.scheduleIn(waitPs + command.bytes * core.timing.bytePs + core.timing.completionPs)
  }

  #step(command: Command): void {
    switch (command.stage) {
      case Stage.working:
        this.#worked(command)
        return
      case Stage.moving:
        this.#carryOut(command)
        return
      case Stage.ending:
        this.#finish(command)
        return
    }
  }

  /** The medium is ready and the data could be over, had the link been free all the time. */
  #worked(command: Command): void {
    const { clock, timing } = this.#core
    const linkPs = command.bytes * timing.bytePs
    const now = clock.nowPs
    if (linkPs > 0) {
      if (this.#linkFreePs > now - linkPs) {
        this.#linkFreePs += linkPs
        command.stage = Stage.moving
        command.alarm.scheduleAt(this.#linkFreePs)
        return
      }
      this.#linkFreePs = now
    }
    this.#carryOut(command)
  }

  #carryOut(command: Command): void {
    const { bus } = this.#core
    const { task, fault } = command
    if (task.status !== ScsiStatus.good) {
      this.#conclude(command)
      return
    }
    const disturbed = fault?.action === 'parity' || fault?.action === 'dma-error'
    if (task.direction === 'in') {
      bus.execute(task)
      if (!this.#move(command, task.status === ScsiStatus.good ? command.bytes : 0, true)) return
    } else if (command.opcode === IO_DATASET_MANAGEMENT) {
      task.receivedBytes = task.transferBytes
      this.#dataset.deallocate(command)
    } else {
      if (!this.#move(command, command.bytes, false)) return
      task.receivedBytes = command.movedBytes
      bus.execute(task)
      if (task.status === ScsiStatus.good) this.#rest(command)
    }
    if (disturbed && command.bytes === 0) {
      this.#fail(command, STATUS_DATA_TRANSFER_ERROR, HostStatus.dmaError)
      return
    }
    this.#conclude(command)
  }

  /** @returns false when the transfer failed and the command has ended */
  #move(command: Command, bytes: number, toMemory: boolean): boolean {
    const { fault, task } = command
    const core = this.#core
    let wanted = bytes
    if (fault?.action === 'dma-error') wanted = 0
    else if (fault?.action === 'parity') wanted = bytesUnder(fault, bytes)
    if (wanted > 0) {
      command.movedBytes = command.pages.move(core.memory, task.lent ?? task.data, task.lentAt, wanted, toMemory)
      if (command.movedBytes > 0) this.#moved(command, toMemory)
    }
    const disturbed = bytes > 0 && (fault?.action === 'dma-error' || fault?.action === 'parity')
    if (command.movedBytes === wanted && !disturbed) return true
    this.#fail(command, STATUS_DATA_TRANSFER_ERROR, HostStatus.dmaError)
    return false
  }

  /** What one CDB could not hold: the last block of the longest write zeroes, the other namespaces of a flush. */
  #rest(command: Command): void {
    const { task, opcode } = command
    const { bus } = this.#core
    if (opcode === IO_WRITE_ZEROES && command.blocks > WRITE_SAME_BLOCKS) {
      putBlockCdb(task, Opcode.writeSame16, task.cdb[1]!, command.lba + WRITE_SAME_BLOCKS, 1)
      bus.begin(task)
      if (task.status === ScsiStatus.good) bus.execute(task)
    } else if (opcode === IO_FLUSH && command.nsid === BROADCAST) {
      const { present } = this.#namespaces
      for (let lun = task.lun + 1; lun < present.length; lun++) {
        if (present[lun] === 0) continue
        const other = this.#namespaces.flushOne(lun)
        if (other.status === ScsiStatus.good) continue
        command.status = statusOf(other)
        command.scsiStatus = other.status
        return
      }
    }
  }

  #conclude(command: Command): void {
    const { task } = command
    if (task.status !== ScsiStatus.good) {
      command.status = statusOf(task)
      command.scsiStatus = task.status
      // The status code is all the host gets to know; the unit need not keep its sense data.
      this.#core.bus.senseDelivered(task)
    }
    if (command.fault?.action === 'lost-completion') {
      command.stage = Stage.lost
      return
    }
    this.#finish(command)
  }

  #fail(command: Command, status: number, hostStatus: number): void {
    command.status = status
    command.hostStatus = hostStatus
    this.#finish(command)
  }

  /** Ends it soon: in an alarm of its own. */
  #end(command: Command, status: number, hostStatus: number): void {
    command.status = status
    command.hostStatus = hostStatus
    if (status !== 0 && hostStatus === HostStatus.ok) command.scsiStatus = ScsiStatus.checkCondition
    command.stage = Stage.ending
    command.alarm.scheduleIn(this.#core.timing.completionPs)
  }

  #finish(command: Command): void {
    const sq = command.sq!
    command.stage = Stage.finished
    if (command.status !== 0 && isLogged(command.status)) {
      command.status |= STATUS_MORE
      this.#logs.error(sq.id, command.cid, command.status, command.lba, command.nsid)
    }
    if (sq.cq.hasRoom && sq.cq.waiting === 0) this.#tell(command)
    else sq.cq.wait(command.slot)
  }

  #postWaiting(): void {
    for (const cq of this.#queues.completion) {
      while (cq.exists && cq.waiting > 0 && cq.hasRoom) {
        this.#tell(this.commands[cq.next()]!)
        if (!this.#core.runs) return
      }
    }
  }

  #tell(command: Command): void {
    const core = this.#core
    const sq = command.sq!
    core.probe.emit(
      DeviceEvent.CommandFinished,
      core.index,
      command.slot,
      command.scsiStatus,
      command.hostStatus,
      command.movedBytes,
    )
    this.#logs.count(command)
    this.#release(command)
    this.#queues.post(sq, command.cid, command.status, 0)
  }

  #release(command: Command): void {
    command.sq!.busy[command.cid] = 0
    command.sq = undefined
    command.stage = Stage.idle
    this.outstanding--
    this.#free[this.#freeCount++] = command.slot
    if (this.#work !== 0 && !this.#fetch.pending) this.#fetch.scheduleIn(this.#core.timing.fetchPs)
  }

  #moved(command: Command, toMemory: boolean): void {
    const { probe, index } = this.#core
    probe.emit(DeviceEvent.DmaMoved, index, command.slot, command.movedBytes, toMemory ? 1 : 0, 0)
  }
}

const HOST_OF_FAULT = {
  'selection-timeout': HostStatus.selectionTimeout,
  'unexpected-disconnect': HostStatus.unexpectedDisconnect,
} as const

/** Of a status that the controller itself gives: what the range check says is the unit's business and reads like its answer. */
function hostStatusOf(status: number): number {
  const code = status & 0x7ff
  if (code === STATUS_LBA_OUT_OF_RANGE) return HostStatus.ok
  return code === STATUS_DATA_TRANSFER_ERROR ? HostStatus.dmaError : HostStatus.badCommand
}
