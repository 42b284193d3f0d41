// What becomes of an SRB after its completion (scsiport.sys: per-SRB post-processing): handed back, tried again, or its
// sense data fetched first. Runs in the DPC.
import type { PortSettings } from '../../schemas/machine.ts'
import { SCSI_STATUS, SENSE_BUFFER_BYTES, SRB, SRB_FLAGS, SRB_STATUS } from '../../schemas/scsiport.ts'
import type { Guest } from '../guest/guest.ts'
import { Event, Finding } from '../trace/events.ts'
import type { Trace } from '../trace/trace.ts'
import { checkAbort, checkAbortOfNothing } from './abort-check.ts'
import { type Direction, type LogicalUnit, type SlotQueue, SlotState, type SrbOwner, type SrbSlot } from './srb.ts'
import type { SrbGuard } from './srb-guard.ts'

const BYPASS = SRB_FLAGS.BYPASS_FROZEN_QUEUE
/** TimeOutValue of the port driver's own REQUEST SENSE and ABORT_COMMAND. */
export const OWN_TIMEOUT_SECONDS = 2

/** The port driver as its completions see it. */
export interface CompletionHost {
  readonly index: number
  readonly guest: Guest
  readonly trace: Trace
  readonly parts: { readonly settings: PortSettings }
  readonly free: SlotQueue
  readonly capabilities: { readonly autoRequestSense: boolean }
  outstanding: number
  take(): SrbSlot | undefined
  prepare(
    slot: SrbSlot,
    lu: LogicalUnit,
    owner: SrbOwner,
    direction: Direction,
    bytes: number,
    cdbLength: number,
    timeoutSeconds: number,
  ): void
  submit(slot: SrbSlot): void
  resetBus(path: number): void
  readonly guard: SrbGuard
}

export function succeeded(slot: SrbSlot): boolean {
  return (slot.srbStatus & SRB_STATUS.MASK) === SRB_STATUS.SUCCESS && slot.scsiStatus !== SCSI_STATUS.CHECK_CONDITION
}

export class Completion {
  readonly #host: CompletionHost

  constructor(host: CompletionHost) {
    this.#host = host
  }

  /** To be called once for every SRB that came back. */
  process(slot: SrbSlot): void {
    const lu = slot.lu!
    const status = slot.srbStatus & SRB_STATUS.MASK
    slot.autosenseValid = (slot.srbStatus & SRB_STATUS.AUTOSENSE_VALID) !== 0
    if (slot.senseFor !== null) {
      this.#senseArrived(slot, slot.senseFor)
      return
    }
    if (slot.victim !== null) {
      this.#abortDone(slot, slot.victim)
      return
    }
    if (slot.goneAt !== 0) checkAbortOfNothing(this.#host, slot)
    if (succeeded(slot)) {
      this.finish(slot)
      return
    }
    const bypass = (slot.flags & BYPASS) !== 0
    const queueFull = slot.scsiStatus === SCSI_STATUS.QUEUE_FULL
    if (!bypass && (status === SRB_STATUS.BUSY || slot.scsiStatus === SCSI_STATUS.BUSY || queueFull)) {
      this.#retryLater(slot, lu, queueFull)
      return
    }
    if (
      slot.scsiStatus === SCSI_STATUS.CHECK_CONDITION &&
      !slot.autosenseValid &&
      (slot.flags & SRB_FLAGS.DISABLE_AUTOSENSE) === 0
    ) {
      const { capabilities, trace, index } = this.#host
      if (capabilities.autoRequestSense) trace.emit(Event.Finding, index, Finding.SenseMissing, slot.serial, 0, 0)
      if (this.#requestSense(slot, lu)) return
    }
    this.fail(slot, lu)
  }

  /** The SRB failed for good: its unit's queue is frozen, unless it asked not to. */
  fail(slot: SrbSlot, lu: LogicalUnit): void {
    if ((slot.flags & SRB_FLAGS.NO_QUEUE_FREEZE) === 0 && (slot.flags & BYPASS) === 0) {
      lu.frozen = true
      slot.frozeQueue = true
    }
    this.finish(slot)
  }

  /** What a failed SRB leads to (freeze, retry, sense data) is decided: its unit may start others again. */
  #settle(slot: SrbSlot): void {
    if (!slot.unsettled) return
    slot.unsettled = false
    slot.lu!.unsettled--
  }

  #retryLater(slot: SrbSlot, lu: LogicalUnit, queueFull: boolean): void {
    this.#settle(slot)
    if (queueFull) {
      lu.maxDepth = Math.max(1, lu.active.length)
      lu.reducedTicks = this.#host.parts.settings.queueFullTicks
      if (lu.active.length > 0) {
        slot.state = SlotState.queued
        lu.queue.unshift(slot)
        return
      }
    }
    if (lu.frozen || lu.busyRequest !== null) {
      slot.state = SlotState.queued
      lu.queue.unshift(slot)
    } else if (slot.retries++ < this.#host.parts.settings.busyRetries) {
      slot.state = SlotState.queued
      lu.busyRequest = slot
    } else this.fail(slot, lu)
  }

  /** CHECK CONDITION without autosense: the port asks for the sense data itself, before anybody else touches the unit. */
  #requestSense(original: SrbSlot, lu: LogicalUnit): boolean {
    const slot = this.#host.take()
    if (slot === undefined) return false
    this.#host.prepare(slot, lu, original.owner!, 'in', SENSE_BUFFER_BYTES, 6, OWN_TIMEOUT_SECONDS)
    slot.flags |= BYPASS | SRB_FLAGS.DISABLE_DISCONNECT
    slot.senseFor = original
    const cdb = slot.at + SRB.Cdb
    this.#host.guest.u8.fill(0, cdb, cdb + 16)
    this.#host.guest.u8[cdb] = 0x03
    this.#host.guest.u8[cdb + 4] = SENSE_BUFFER_BYTES
    original.state = SlotState.waiting
    this.#host.submit(slot)
    return true
  }

  #senseArrived(slot: SrbSlot, original: SrbSlot): void {
    const status = slot.srbStatus & SRB_STATUS.MASK
    const { u8 } = this.#host.guest
    if (status === SRB_STATUS.SUCCESS || status === SRB_STATUS.DATA_OVERRUN) {
      const bytes = Math.min(slot.transferred, SENSE_BUFFER_BYTES)
      u8.copyWithin(original.senseAt, slot.dataAt, slot.dataAt + bytes)
      this.#host.guard.senseStored(original)
      original.senseLength = bytes
      original.autosenseValid = true
    } else {
      original.srbStatus = SRB_STATUS.REQUEST_SENSE_FAILED
      original.senseLength = 0
    }
    this.release(slot)
    this.fail(original, original.lu!)
  }

  /** Back to its owner. */
  finish(slot: SrbSlot): void {
    this.#settle(slot)
    const sense = slot.autosenseValid && slot.senseLength > 2 ? this.senseCode(slot) : -1
    this.#host.trace.emit(Event.SrbDone, this.#host.index, slot.serial, slot.srbStatus, sense, slot.transferred)
    slot.state = SlotState.done
    slot.owner!.completed(slot)
    if (slot.state === SlotState.done) this.release(slot)
  }

  /** Sense key, ASC and ASCQ of a finished slot as 0xKKAAQQ (fixed or descriptor format). */
  senseCode(slot: SrbSlot): number {
    const { u8 } = this.#host.guest
    const at = slot.senseAt
    const format = u8[at]! & 0x7f
    if (format === 0x72 || format === 0x73) return ((u8[at + 1]! & 15) << 16) | (u8[at + 2]! << 8) | u8[at + 3]!
    const long = slot.senseLength >= 14
    return ((u8[at + 2]! & 15) << 16) | (long ? (u8[at + 12]! << 8) | u8[at + 13]! : 0)
  }

  /** The slot is free again. */
  release(slot: SrbSlot): void {
    slot.state = SlotState.free
    slot.owner = null
    slot.serial = -1
    slot.goneAt = 0
    slot.senseFor = null
    slot.victim = null
    this.#host.outstanding--
    this.#host.free.push(slot)
  }

  /** The victim came back before its ABORT_COMMAND was started: there is nothing to abort, and its SRB may be another request by now. */
  abortLate(slot: SrbSlot): void {
    this.#host.trace.emit(Event.SrbDone, this.#host.index, slot.serial, SRB_STATUS.ABORT_FAILED, -1, 0)
    this.release(slot)
  }

  #abortDone(slot: SrbSlot, victim: SrbSlot): void {
    checkAbort(this.#host, slot, victim)
    const failed = (slot.srbStatus & SRB_STATUS.MASK) !== SRB_STATUS.SUCCESS && victim.state === SlotState.active
    const path = slot.lu!.path
    this.#host.trace.emit(Event.SrbDone, this.#host.index, slot.serial, slot.srbStatus, -1, 0)
    this.release(slot)
    if (failed) this.#host.resetBus(path)
  }
}
