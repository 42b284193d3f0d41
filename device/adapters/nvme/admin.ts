// The admin queue: one command after another.
//
// Models: create and delete I/O queues, Identify, Get Log Page, Set and Get Features, Abort, Asynchronous Event Request. Everything
// else, firmware, format, security, namespace management and vendor commands among them, is an invalid opcode.
// Does not model: several admin commands at once; the next one is fetched when the one before has been told and there is room for it.

import type { Alarm } from '../../clock.ts'
import { le16, le32, le64 } from '../../little-endian.ts'
import type { Core } from './core.ts'
import type { Events } from './events.ts'
import type { Features } from './features.ts'
import { K } from './format.ts'
import { putActiveList, putController, putDescriptors, putNamespace } from './identify.ts'
import type { IoEngine } from './io.ts'
import { Logs } from './logs.ts'
import type { Namespaces } from './namespaces.ts'
import { PrpPages } from './prp.ts'
import type { Queues } from './queues.ts'
import { QUEUES } from './registers.ts'

const FINAL = K.STATUS_DNR
const BROADCAST = 0xffff_ffff
/** No completion now. */
const LATER = -1
/** CAP.MQES + 1. */
const MAX_ENTRIES = 1024

export interface AdminParts {
  core: Core
  queues: Queues
  io: IoEngine
  namespaces: Namespaces
  features: Features
  events: Events
  logs: Logs
  /** Longest transfer, 4096 << mdts bytes. */
  mdts: number
}

export class AdminEngine {
  readonly #parts: AdminParts
  readonly #alarm: Alarm
  readonly #entry = new Uint8Array(K.SQE_SIZE)
  readonly #page = new Uint8Array(K.IDENTIFY_SIZE)
  readonly #pages = new PrpPages(K.IDENTIFY_SIZE)
  #result = 0

  constructor(parts: AdminParts) {
    this.#parts = parts
    const { clock, label } = parts.core
    this.#alarm = clock.createAlarm(`${label} admin`, () => this.#work())
  }

  /** Something may be there to do: a doorbell moved, an event was raised. */
  poke(): void {
    const { core } = this.#parts
    if (!this.#alarm.pending && core.runs && this.#hasWork) this.#alarm.scheduleIn(core.timing.adminPs)
  }

  stop(): void {
    this.#alarm.cancel()
  }

  get #hasWork(): boolean {
    const { queues, events } = this.#parts
    const sq = queues.submission[0]!
    return sq.cq.hasRoom && (sq.head !== sq.tail || events.ready)
  }

  #work(): void {
    const { core, queues, events } = this.#parts
    const sq = queues.submission[0]!
    if (!core.runs || !this.#hasWork) return
    if (events.ready) {
      const result = events.take()
      const cid = events.takeRequest()
      sq.busy[cid] = 0
      queues.post(sq, cid, K.STATUS_SUCCESS, result)
    } else {
      if (!core.memory.read(sq.base + sq.head * K.SQE_SIZE, this.#entry, 0, K.SQE_SIZE)) {
        core.fail()
        return
      }
      if (++sq.head === sq.size) sq.head = 0
      this.#carryOut(sq.busy)
    }
    this.poke()
  }

  #carryOut(busy: Uint8Array): void {
    const { core, queues } = this.#parts
    const cid = le16(this.#entry, K.SQE_CID)
    this.#result = 0
    // Only event requests are ever outstanding here.
    const status = busy[cid] === 1 ? K.STATUS_CID_CONFLICT | FINAL : this.#execute(cid)
    if (status !== LATER && core.runs) queues.post(queues.submission[0]!, cid, status, this.#result)
  }

  /** @returns a status, or LATER */
  #execute(cid: number): number {
    const entry = this.#entry
    if (entry[K.SQE_FLAGS] !== 0) return K.STATUS_INVALID_FIELD | FINAL
    switch (entry[K.SQE_OPCODE]) {
      case K.ADMIN_DELETE_SQ:
        return this.#deleteSubmission()
      case K.ADMIN_CREATE_SQ:
        return this.#createSubmission()
      case K.ADMIN_GET_LOG_PAGE:
        return this.#getLogPage()
      case K.ADMIN_DELETE_CQ:
        return this.#deleteCompletion()
      case K.ADMIN_CREATE_CQ:
        return this.#createCompletion()
      case K.ADMIN_IDENTIFY:
        return this.#identify()
      case K.ADMIN_ABORT:
        return this.#abort()
      case K.ADMIN_SET_FEATURES:
        return this.#setFeatures()
      case K.ADMIN_GET_FEATURES:
        return this.#getFeatures()
      case K.ADMIN_ASYNC_EVENT:
        return this.#requestEvent(cid)
      default:
        return K.STATUS_INVALID_OPCODE | FINAL
    }
  }

  #u32(at: number): number {
    return le32(this.#entry, at)
  }

  // ---- queues

  /** What creating either kind of queue checks. @returns a status, 0 when all is well */
  #checkQueue(exists: boolean, id: number, size: number, contiguous: boolean): number {
    const { core } = this.#parts
    const cc = core.values[core.bank.index('CC')]!
    if (((cc >>> 16) & 0xff) !== 0x46) return K.STATUS_INVALID_QUEUE_SIZE | FINAL // entry sizes were not set
    if (id === 0 || id >= QUEUES || exists) return K.STATUS_INVALID_QID | FINAL
    if (size < 2 || size > MAX_ENTRIES) return K.STATUS_INVALID_QUEUE_SIZE | FINAL
    if (!contiguous) return K.STATUS_INVALID_FIELD | FINAL
    if (le64(this.#entry, K.SQE_PRP1) % core.pageBytes !== 0) return K.STATUS_PRP_OFFSET_INVALID | FINAL
    return 0
  }

  #createCompletion(): number {
    const { queues } = this.#parts
    const id = this.#u32(K.SQE_CDW10) & 0xffff
    const size = (this.#u32(K.SQE_CDW10) >>> 16) + 1
    const flags = this.#u32(K.SQE_CDW11)
    const cq = queues.completion[id]
    const wrong = this.#checkQueue(cq?.exists === true, id, size, (flags & K.QUEUE_CONTIGUOUS) !== 0)
    if (wrong !== 0) return wrong
    if (flags >>> 16 !== 0) return K.STATUS_INVALID_VECTOR | FINAL
    cq!.open(le64(this.#entry, K.SQE_PRP1), size, (flags & K.QUEUE_INTERRUPTS) !== 0)
    return 0
  }

  #createSubmission(): number {
    const { queues } = this.#parts
    const id = this.#u32(K.SQE_CDW10) & 0xffff
    const size = (this.#u32(K.SQE_CDW10) >>> 16) + 1
    const flags = this.#u32(K.SQE_CDW11)
    const cqid = flags >>> 16
    const sq = queues.submission[id]
    if (cqid === 0 || queues.completion[cqid]?.exists !== true) return K.STATUS_CQ_INVALID | FINAL
    const wrong = this.#checkQueue(sq?.exists === true, id, size, (flags & K.QUEUE_CONTIGUOUS) !== 0)
    if (wrong !== 0) return wrong
    sq!.open(le64(this.#entry, K.SQE_PRP1), size, queues.completion[cqid]!)
    return 0
  }

  #deleteSubmission(): number {
    const { queues, io } = this.#parts
    const id = this.#u32(K.SQE_CDW10) & 0xffff
    const sq = queues.submission[id]
    if (id === 0 || sq?.exists !== true) return K.STATUS_INVALID_QID | FINAL
    io.deleted(sq)
    sq.close()
    return 0
  }

  #deleteCompletion(): number {
    const { queues, io, core } = this.#parts
    const id = this.#u32(K.SQE_CDW10) & 0xffff
    const cq = queues.completion[id]
    if (id === 0 || cq?.exists !== true) return K.STATUS_INVALID_QID | FINAL
    if (cq.users > 0) return K.STATUS_INVALID_QUEUE_DELETION | FINAL
    io.forget(id)
    cq.close()
    core.dismiss(1 << id)
    return 0
  }

  // ---- data

  /** Sends the first `bytes` of the page to the host. */
  #send(from: number, bytes: number): number {
    const { core } = this.#parts
    const prp1 = le64(this.#entry, K.SQE_PRP1)
    const prp2 = le64(this.#entry, K.SQE_PRP2)
    const status = this.#pages.resolve(core.memory, prp1, prp2, bytes, core.pageBytes)
    if (status !== 0) return status
    if (from > 0) this.#page.copyWithin(0, from, from + bytes)
    return this.#pages.move(core.memory, this.#page, 0, bytes, true) === bytes ? 0 : K.STATUS_DATA_TRANSFER_ERROR
  }

  #identify(): number {
    const { core, namespaces, mdts } = this.#parts
    const nsid = this.#u32(K.SQE_NSID)
    const lun = nsid - 1
    const page = this.#page
    page.fill(0)
    switch (this.#u32(K.SQE_CDW10) & 0xff) {
      case K.CNS_CONTROLLER:
        putController(page, core.label.slice(0, 20), mdts, namespaces)
        break
      case K.CNS_NAMESPACE:
        if (nsid === 0 || nsid > namespaces.count) return K.STATUS_INVALID_NAMESPACE | FINAL
        if (namespaces.present[lun] === 1) putNamespace(page, lun, namespaces)
        break
      case K.CNS_ACTIVE_LIST:
        if (nsid >= BROADCAST - 1) return K.STATUS_INVALID_NAMESPACE | FINAL
        putActiveList(page, nsid, namespaces)
        break
      case K.CNS_DESCRIPTORS:
        if (nsid === 0 || nsid > namespaces.count) return K.STATUS_INVALID_NAMESPACE | FINAL
        if (namespaces.present[lun] === 0) return K.STATUS_INVALID_FIELD | FINAL
        putDescriptors(page, lun, namespaces)
        break
      default:
        return K.STATUS_INVALID_FIELD | FINAL
    }
    return this.#send(0, K.IDENTIFY_SIZE)
  }

  #getLogPage(): number {
    const { logs, events, mdts } = this.#parts
    const cdw10 = this.#u32(K.SQE_CDW10)
    const log = cdw10 & 0xff
    const keeps = (cdw10 & 0x8000) !== 0
    const dwords = (cdw10 >>> 16) + (this.#u32(K.SQE_CDW11) & 0xffff) * 0x1_0000 + 1
    const offset = le64(this.#entry, K.SQE_CDW12)
    const size = Logs.bytesOf(log)
    if (size === 0) return K.STATUS_INVALID_LOG_PAGE | FINAL
    if (offset % 4 !== 0 || offset > size || dwords * 4 > 4096 * 2 ** mdts) return K.STATUS_INVALID_FIELD | FINAL
    const bytes = Math.min(dwords * 4, size - offset)
    this.#page.fill(0)
    logs.build(log, this.#page)
    const status = this.#send(offset, bytes)
    if (status !== 0 || keeps) return status
    if (log === K.LOG_CHANGED_NAMESPACES) logs.forgetChanged()
    events.pageRead(log)
    return 0
  }

  // ---- the rest

  #abort(): number {
    const { io, events, queues } = this.#parts
    const sqid = this.#u32(K.SQE_CDW10) & 0xffff
    const cid = this.#u32(K.SQE_CDW10) >>> 16
    this.#result = 1
    const sq = queues.submission[sqid]
    if (sq?.exists !== true) return K.STATUS_INVALID_FIELD | FINAL
    if (sqid !== 0) {
      if (io.abort(sqid, cid)) this.#result = 0
      return 0
    }
    // Needs room for two entries: its own and that of the request.
    const next = (sq.cq.tail + 2) % sq.cq.size
    if (sq.busy[cid] !== 1 || next === sq.cq.head || !events.withdraw(cid)) return 0
    sq.busy[cid] = 0
    this.#result = 0
    queues.post(sq, cid, K.STATUS_ABORTED, 0)
    return 0
  }

  #requestEvent(cid: number): number {
    const { events, queues } = this.#parts
    if (!events.request(cid)) return K.STATUS_EVENT_LIMIT | FINAL
    queues.submission[0]!.busy[cid] = 1
    return LATER
  }

  #setFeatures(): number {
    const { features, queues } = this.#parts
    let inUse = false
    for (let id = 1; id < QUEUES; id++) inUse ||= queues.completion[id]!.exists || queues.submission[id]!.exists
    const status = features.set(this.#u32(K.SQE_NSID), this.#u32(K.SQE_CDW10), this.#u32(K.SQE_CDW11), inUse)
    this.#result = features.result
    return status
  }

  #getFeatures(): number {
    const { features } = this.#parts
    const status = features.get(this.#u32(K.SQE_NSID), this.#u32(K.SQE_CDW10), this.#u32(K.SQE_CDW11))
    this.#result = features.result
    return status
  }
}
