// One SCSI command on its way through a logical unit. Adapters own the task objects, make them once and use them
// again for every command; logical units fill them in. Adapters know no CDB, logical units no register.
import type { Bytes } from '../bytes.ts'
import { ScsiStatus } from './status.ts'

/** Largest sense data a unit returns, in bytes (SPC-4 limits it to 252). */
export const MAX_SENSE_BYTES = 252

export type DataDirection = 'none' | 'in' | 'out'
/** SAM task attribute. */
export type TaskAttribute = 'untagged' | 'simple' | 'ordered' | 'head'

export class ScsiTask {
  target = 0
  lun = 0
  /** 0xFF when untagged. */
  tag = 0xff
  attribute: TaskAttribute = 'untagged'
  /** Always 16 bytes; bytes beyond `cdbLength` are 0. */
  readonly cdb: Bytes = new Uint8Array(16)
  cdbLength = 6

  /** Set by `begin`: which way data will flow. */
  direction: DataDirection = 'none'
  /** Set by `begin`: bytes the unit wants to move. */
  transferBytes = 0
  /**
   * The unit's side of the data phase. `in`: valid in [0, transferBytes) after `execute`. `out`: the adapter fills
   * [0, transferBytes) before `execute`; what the initiator did not supply is `receivedBytes`… and must not be used.
   */
  data: Bytes = new Uint8Array(0)
  /**
   * The adapter moves data in right after `execute`, at the same instant: the unit may then show where the bytes lie instead of copying
   * them, as `lent` from `lentAt` on. They are the medium itself and must not be written.
   */
  borrows = false
  lent: Bytes | undefined = undefined
  lentAt = 0
  /** `out`: bytes the initiator really supplied, set by the adapter before `execute`. */
  receivedBytes = 0
  /** Virtual time the unit takes between `begin` and `execute`, set by `begin`. */
  latencyPs = 0

  /** SCSI status byte. */
  status = 0
  readonly sense: Bytes = new Uint8Array(MAX_SENSE_BYTES)
  /** 0 when there is no sense data. */
  senseLength = 0

  /** Nothing is known of the command yet: for logical units, first of all in `begin`. */
  renew(): void {
    this.status = ScsiStatus.good
    this.senseLength = 0
    this.direction = 'none'
    this.transferBytes = 0
    this.latencyPs = 0
    this.lent = undefined
    this.lentAt = 0
  }

  /** After `execute`: what was lent lies in `data`, as if it had been copied there at once. */
  own(): void {
    if (this.lent === undefined) return
    this.data.set(this.lent.subarray(this.lentAt, this.lentAt + this.transferBytes))
    this.lent = undefined
    this.lentAt = 0
  }

  /** Makes room for `bytes` in `data`; contents are not kept. Grows, never shrinks. */
  reserve(bytes: number): void {
    if (this.data.length < bytes) this.data = new Uint8Array(Math.max(bytes, 4096))
  }
}

/**
 * A logical unit. For each command the adapter calls `begin`, lets `latencyPs` pass, moves data out if the direction
 * says so, calls `execute` and moves data in.
 */
export interface LogicalUnit {
  readonly label: string
  /** Decodes and checks the CDB: sets direction, transferBytes (with room reserved), latencyPs; or status and sense at once (direction `none`, transferBytes 0). */
  begin(task: ScsiTask): void
  /** Carries it out: fills `data` (`in`), or commits `data` (`out`); sets status and sense. Not called when `begin` already ended with a status other than GOOD. */
  execute(task: ScsiTask): void
  /** A bus reset, a power-on, a target reset: drops state and leaves a unit attention. */
  reset(reason: 'power-on' | 'bus' | 'target'): void
  /** The adapter delivered this unit's sense data itself (autosense): nothing is kept for REQUEST SENSE any longer. */
  senseDelivered?(): void
}
