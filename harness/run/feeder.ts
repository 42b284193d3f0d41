// The feeder plays the class driver: takes requests from the workload, hands them to the port driver as SRBs, gives
// the answers back to the workload for judgement, and releases frozen queues.
import type { Bytes } from '../../device/bytes.ts'
import type { Alarm } from '../../device/clock.ts'
import { QUEUE_ACTION, SRB, SRB_FLAGS, SRB_FUNCTION, SRB_STATUS } from '../../schemas/scsiport.ts'
import type { Claims } from '../faults/claims.ts'
import type { Port } from '../port/port.ts'
import type { LogicalUnit } from '../port/srb.ts'
import { SlotState, type SrbOwner, type SrbSlot } from '../port/srb.ts'
import { Event } from '../trace/events.ts'
import { type IoRequest, Outcome, type SectorCode, sectorCode, type Workload } from '../workload/index.ts'

/** Written into the first word of every sector before a read, so that old contents cannot pass for new. */
const STALE = 0x5a5a5a5a

export class Feeder implements SrbOwner {
  readonly port: Port
  readonly workload: Workload
  readonly #timeoutSeconds: number
  /** By index of the SRB slot. */
  readonly #requests: (IoRequest | undefined)[]
  readonly #views: { data: Bytes; words: Int32Array<ArrayBuffer> }[]
  readonly #units: (LogicalUnit | undefined)[] = []
  /** Requests sent again after a bus reset or a unit attention. */
  retried = 0
  readonly #tries: Uint8Array
  /** When each request was first handed to the port driver. */
  readonly #firstPs: Float64Array
  readonly #claims: Claims | undefined
  /** Compares sectors in the guest's memory. */
  readonly #code: SectorCode | undefined
  /** The workload has nothing until something comes back or its time comes. */
  #waiting = false
  #pace: Alarm | undefined
  /** Requests that came back. */
  returned = 0
  stopped = false

  /** @param claims of the fault plan, when there is one */
  constructor(port: Port, workload: Workload, timeoutSeconds: number, claims?: Claims) {
    this.port = port
    this.workload = workload
    this.#timeoutSeconds = timeoutSeconds
    this.#requests = port.slots.map(() => undefined)
    this.#tries = new Uint8Array(port.slots.length)
    this.#firstPs = new Float64Array(port.slots.length)
    this.#claims = claims
    this.#code = sectorCode(port.guest.memory)
    const { buffer } = port.guest.u8
    this.#views = port.slots.map(slot => {
      const bytes = slot.dataCapacity - (slot.dataAt - slot.roomAt)
      return {
        data: new Uint8Array(buffer, slot.dataAt, bytes),
        words: new Int32Array(buffer, slot.dataAt, bytes >> 2),
      }
    })
  }

  /** Requests are in flight, and the workload has nothing more before one comes back. */
  get waiting(): boolean {
    return this.#waiting && !this.stopped
  }

  get done(): boolean {
    return this.stopped || (!this.#waiting && this.workload.done)
  }

  /** Submits what the workload has and the port has room for. @returns true when something was submitted */
  feed(): boolean {
    const { port, workload } = this
    if (this.stopped || this.#waiting) return false
    let any = false
    while (port.free.length > SPARE) {
      const request = workload.next(port.parts.clock.nowPs)
      if (request === undefined) {
        this.#waiting = workload.inFlight > 0
        if (workload.readyAtPs !== Number.POSITIVE_INFINITY) this.#waitUntil(workload.readyAtPs)
        break
      }
      this.#submit(request, port.take()!)
      any = true
    }
    return any
  }

  /** The workload is paced: it is asked again at that time, or when something comes back before. */
  #waitUntil(ps: number): void {
    this.#waiting = true
    this.#pace ??= this.port.parts.clock.createAlarm('workload', () => {
      this.#waiting = false
    })
    this.#pace.scheduleAt(ps)
  }

  /** Nothing more can be done: the guest is dead, or no SRB is left. */
  abandon(reason: string): void {
    if (this.stopped) return
    this.stopped = true
    this.#pace?.cancel()
    const excused = !this.port.dead && this.#claims?.gone(this.port.index) === true
    this.workload.abandon(reason, excused)
  }

  #submit(request: IoRequest, slot: SrbSlot): void {
    const { port } = this
    const { i32 } = port.guest
    const lu = this.#unit(request)
    port.prepare(slot, lu, this, request.direction, request.bytes, request.cdbLength, this.#timeoutSeconds)
    const cdb = (slot.at + SRB.Cdb) >> 2
    for (let w = 0; w < 4; w++) i32[cdb + w] = request.cdbWords[w]!
    if (request.tag !== 'untagged') {
      slot.flags |= SRB_FLAGS.QUEUE_ACTION_ENABLE
      slot.queueAction = QUEUE_ACTION[request.tag]
    }
    slot.flags |= request.srbFlags
    if (request.srbFunction !== 0) this.#otherFunction(request, slot)
    const view = this.#views[slot.index]!
    if (request.direction === 'out') {
      if (request.bytes === request.data.length) view.data.set(request.data)
      else view.data.set(request.data.subarray(0, request.bytes))
    } else for (let w = 0; w < request.bytes >> 2; w += 128) view.words[w] = STALE
    this.#requests[slot.index] = request
    this.#tries[slot.index] = 0
    this.#firstPs[slot.index] = port.parts.clock.nowPs
    port.trace.emit(Event.Workload, port.index, 1, request.number, request.lba | 0, request.bytes)
    port.submit(slot)
  }

  /** No SCSI command. An abort is for an SRB that is with nobody: the one that will be used again last. */
  #otherFunction(request: IoRequest, slot: SrbSlot): void {
    slot.srbFunction = request.srbFunction
    slot.cdbLength = 0
    slot.flags &= ~SRB_FLAGS.QUEUE_ACTION_ENABLE
    if (request.srbFunction === SRB_FUNCTION.ABORT_COMMAND) slot.goneAt = this.port.free.tail!.at
  }

  #unit(request: IoRequest): LogicalUnit {
    const key = (request.target << 8) | request.lun
    if (request.path !== 0) return this.port.lu(request.path, request.target, request.lun)
    let lu = this.#units[key]
    if (lu === undefined) {
      lu = this.port.lu(request.path, request.target, request.lun)
      this.#units[key] = lu
    }
    return lu
  }

  /** The port driver gives a request back. */
  completed(slot: SrbSlot): void {
    const { port, workload } = this
    const request = this.#requests[slot.index]
    if (request === undefined) return
    this.#waiting = false
    if (slot.frozeQueue) port.releaseQueue(slot.lu!)
    if (!this.stopped && this.#retry(slot)) return
    this.#requests[slot.index] = undefined
    if (this.stopped) return
    const sense = slot.autosenseValid && slot.senseLength > 2 ? port.completion.senseCode(slot) : -1
    if (this.#claims !== undefined) this.#excuse(this.#claims, slot, request, sense)
    let outcome: Outcome
    if (request.direction === 'in') {
      // The workload looks at the data where it is; its own buffer comes back afterwards.
      const { data, words } = request
      const view = this.#views[slot.index]!
      request.data = view.data
      request.words = view.words
      request.code = this.#code
      outcome = workload.complete(request, slot.srbStatus, slot.scsiStatus, slot.transferred, sense)
      request.data = data
      request.words = words
      request.code = undefined
    } else outcome = workload.complete(request, slot.srbStatus, slot.scsiStatus, slot.transferred, sense)
    if (outcome === Outcome.Miscompare || outcome === Outcome.Failed) {
      port.trace.emit(
        Event.Workload,
        port.index,
        outcome === Outcome.Miscompare ? 3 : 4,
        request.number,
        request.lba | 0,
        request.bytes,
      )
    }
    this.returned++
  }

  #excuse(claims: Claims, slot: SrbSlot, request: IoRequest, sense: number): void {
    const { index, parts } = this.port
    const { serial, srbStatus, scsiStatus } = slot
    const fromPs = this.#firstPs[slot.index]!
    request.excuse = claims.judge({
      guest: index,
      serial,
      fromPs,
      toPs: parts.clock.nowPs,
      srbStatus,
      scsiStatus,
      sense,
    })
  }

  /** Class drivers send a request again after a bus reset and after a unit attention. */
  #retry(slot: SrbSlot): boolean {
    const status = slot.srbStatus & SRB_STATUS.MASK
    if (status === SRB_STATUS.SUCCESS || this.port.dead || slot.state === SlotState.lost) return false
    const attention =
      slot.autosenseValid && slot.senseLength > 2 && this.port.completion.senseCode(slot) >> 16 === UNIT_ATTENTION
    if (!attention && status !== SRB_STATUS.BUS_RESET) return false
    const tries = this.#tries[slot.index]!
    if (tries >= RETRIES) return false
    this.#tries[slot.index] = tries + 1
    this.retried++
    this.port.resubmit(slot)
    return true
  }
}

const RETRIES = 4
const UNIT_ATTENTION = 6

/** SRB slots kept back for the port's own requests (REQUEST SENSE, abort). */
export const SPARE = 2
