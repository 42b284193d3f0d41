// One CCB in the adapter: everything it needs, made once and used again.
import type { Bytes } from '../../bytes.ts'
import type { Alarm, Clock } from '../../clock.ts'
import { HostStatus } from '../../probe.ts'
import { ScsiTask } from '../../scsi/task.ts'
import type { CommandFault } from '../faults.ts'
import { type OrderedCommand, Place } from '../task-order.ts'
import { K } from './format.ts'

export const Stage = {
  idle: 0,
  /** The mailbox was taken; the CCB is on its way. */
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
  /** Waits for an incoming mailbox. */
  finished: 10,
} as const

const FIRST_LIST_BYTES = 64 * K.SG_SIZE

export class Command implements OrderedCommand {
  /** Slot number. */
  readonly tag: number
  readonly task = new ScsiTask()
  readonly alarm: Alarm
  stage: number = Stage.idle
  place: number = Place.none
  arrival = 0
  /** The CCB as it was fetched: read once, trusted never. */
  readonly ccb: Bytes = new Uint8Array(K.CCB_SIZE)
  /** Its scatter/gather list. Grows, never shrinks. */
  list: Bytes = new Uint8Array(FIRST_LIST_BYTES)
  /** Physical address of the CCB: the driver's name for it. */
  address = 0
  /** In the 24-bit form. */
  is24Bit = false
  opcode = 0
  /** CONTROL_… */
  direction = 0
  /** Bytes the CCB has room for, or supplies. */
  dataBytes = 0
  /** Physical address of the one data buffer, when there is no list. */
  dataAddress = 0
  listCount = 0
  senseRoom = 0
  senseAddress = 0
  /** The probe was told that it was fetched, and will be told how it ended. */
  told = false
  fault: CommandFault | undefined
  /** Bytes to move in the data phase, moved, and wanted by the target. */
  moveBytes = 0
  movedBytes = 0
  wantedBytes = 0
  overrun = false
  /** The CCB may be written when it ends. */
  writesCcb = false
  completion = 0
  btstat = 0
  hostStatus: number = HostStatus.ok
  scsiStatus = 0
  senseBytes = 0

  constructor(tag: number, clock: Clock, label: string, step: (command: Command) => void) {
    this.tag = tag
    this.alarm = clock.createAlarm(label, () => step(this))
  }

  clear(address: number, is24Bit: boolean): void {
    this.address = address
    this.is24Bit = is24Bit
    this.opcode = 0
    this.direction = 0
    this.dataBytes = 0
    this.listCount = 0
    this.told = false
    this.fault = undefined
    this.moveBytes = 0
    this.movedBytes = 0
    this.wantedBytes = 0
    this.overrun = false
    this.writesCcb = false
    this.completion = 0
    this.btstat = K.BTSTAT_OK
    this.hostStatus = HostStatus.ok
    this.scsiStatus = 0
    this.senseBytes = 0
    this.task.status = 0
    this.task.senseLength = 0
    this.task.receivedBytes = 0
  }

  /** Makes room in `list`; its contents are not kept. */
  reserveList(bytes: number): void {
    if (this.list.length < bytes) this.list = new Uint8Array(Math.max(bytes, 2 * this.list.length))
  }

  /** CCB_DATA_LENGTH comes back as what did not move. */
  get hasResidual(): boolean {
    return this.opcode === K.OPCODE_INITIATOR_RESIDUAL || this.opcode === K.OPCODE_INITIATOR_SG_RESIDUAL
  }

  get hasList(): boolean {
    return this.opcode === K.OPCODE_INITIATOR_SG || this.opcode === K.OPCODE_INITIATOR_SG_RESIDUAL
  }
}
