// One tag of the queued mode: everything a command needs, made once and used again.
import type { Bytes } from '../../bytes.ts'
import type { Alarm, Clock } from '../../clock.ts'
import { ScsiTask } from '../../scsi/task.ts'
import type { CommandFault } from '../faults.ts'
import { type OrderedCommand, Place } from '../task-order.ts'
import { K, MAX_SG } from './format.ts'

export const Stage = {
  idle: 0,
  /** The doorbell was rung; the block is on its way. */
  fetching: 1,
  /** Held back by other commands of the same logical unit. */
  waiting: 2,
  selecting: 3,
  /** Nobody answers the selection. */
  unanswered: 4,
  /** The logical unit works on it. */
  working: 5,
  dataOut: 6,
  dataIn: 7,
  /** It will never end by itself. */
  lost: 8,
  aborting: 9,
  /** Waits for its entry in the completion ring. */
  finished: 10,
} as const

export class Command implements OrderedCommand {
  readonly tag: number
  readonly task = new ScsiTask()
  readonly alarm: Alarm
  stage: number = Stage.idle
  place: number = Place.none
  arrival = 0
  /** The command block as it was fetched: read once, trusted never. */
  readonly block: Bytes = new Uint8Array(K.COMMAND_BLOCK_SIZE)
  readonly list: Bytes = new Uint8Array(MAX_SG * K.SG_SIZE)
  flags = 0
  /** Bytes the initiator expects to move. */
  dataBytes = 0
  listAddress = 0
  listCount = 0
  senseRoom = 0
  senseAddress = 0
  fault: CommandFault | undefined
  /** Bytes to move in the data phase, and moved. */
  moveBytes = 0
  movedBytes = 0
  /** The unit wanted more than the initiator allowed. */
  overrun = false
  hostStatus = 0
  scsiStatus = 0
  senseBytes = 0

  constructor(tag: number, clock: Clock, label: string, step: (command: Command) => void) {
    this.tag = tag
    this.alarm = clock.createAlarm(label, () => step(this))
  }

  clear(): void {
    this.fault = undefined
    this.moveBytes = 0
    this.movedBytes = 0
    this.overrun = false
    this.hostStatus = K.HOST_OK
    this.scsiStatus = 0
    this.senseBytes = 0
    this.task.status = 0
    this.task.senseLength = 0
    this.task.receivedBytes = 0
  }
}
