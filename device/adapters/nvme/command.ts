// One I/O command in the controller: a slot, made once and used for command after command.
import type { Alarm, Clock } from '../../clock.ts'
import { HostStatus } from '../../probe.ts'
import { ScsiTask } from '../../scsi/task.ts'
import type { CommandFault } from '../faults.ts'
import { PrpPages } from './prp.ts'
import type { SubmissionQueue } from './queues.ts'

export const Stage = {
  idle: 0,
  /** The medium works; then the data moves. */
  working: 1,
  /** Waits for the data path, or moves data. */
  moving: 2,
  /** Has failed and waits to be told. */
  ending: 3,
  /** Has ended; the completion queue is full. */
  finished: 4,
  /** Will never end by itself (a fault). */
  lost: 5,
} as const

export class Command {
  /** Number of the slot, the tag of the trace. */
  readonly slot: number
  readonly task = new ScsiTask()
  readonly pages: PrpPages
  readonly alarm: Alarm
  stage: number = Stage.idle
  sq: SubmissionQueue | undefined
  cid = 0
  opcode = 0
  nsid = 0
  lba = 0
  blocks = 0
  /** Bytes of data between host and controller. */
  bytes = 0
  fault: CommandFault | undefined
  /** How it ends: status with flags, `HostStatus`, SCSI status, bytes moved. */
  status = 0
  hostStatus: number = HostStatus.ok
  scsiStatus = 0
  movedBytes = 0

  /** @param limitBytes longest transfer */
  constructor(slot: number, clock: Clock, label: string, limitBytes: number, step: (command: Command) => void) {
    this.slot = slot
    this.pages = new PrpPages(limitBytes)
    this.alarm = clock.createAlarm(label, () => step(this))
    this.task.attribute = 'simple'
    this.task.tag = slot
    this.task.borrows = true
  }
}
