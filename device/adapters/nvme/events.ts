// Asynchronous events: the controller has something to say and a request to say it with waits.
//
// Models: up to four requests waiting; events that wait for a request; one event of a type until the host has read its log page;
// what feature 0Bh turns off. Does not model: immediate events, endurance groups, events of features that are not there.
// Source: QEMU hw/nvme/ctrl.c, nvme_process_aers and nvme_clear_events; libnvme src/nvme/types.h, enum nvme_ae_type.
import { K } from './format.ts'

/** Requests at once. */
export const EVENT_REQUESTS = 4
const PENDING = 8

export class Events {
  /** Feature 0Bh: SMART warnings in bits 7:0, namespace attribute notices in bit 8. */
  enabled = 0x1ff
  /** Command identifiers of the requests that wait, oldest first. */
  readonly #requests = new Uint16Array(EVENT_REQUESTS)
  #requestCount = 0
  /** Results of events that were not told yet, oldest first. */
  readonly #pending = new Int32Array(PENDING)
  #pendingCount = 0
  /** Bit n: an event of type n was told and its log page was not read since. */
  #told = 0

  get requests(): number {
    return this.#requestCount
  }

  reset(): void {
    this.enabled = 0x1ff
    this.#requestCount = 0
    this.#pendingCount = 0
    this.#told = 0
  }

  /** @returns false when there are too many */
  request(cid: number): boolean {
    if (this.#requestCount === EVENT_REQUESTS) return false
    this.#requests[this.#requestCount++] = cid
    return true
  }

  /** @returns false when no request has this identifier */
  withdraw(cid: number): boolean {
    const at = this.#requests.subarray(0, this.#requestCount).indexOf(cid)
    if (at < 0) return false
    this.#requests.copyWithin(at, at + 1)
    this.#requestCount--
    return true
  }

  /** @param type EVENT_… @param information EVENT_… of the type @param page log page that says more */
  raise(type: number, information: number, page: number): void {
    const result = type | (information << 8) | (page << 16)
    if (this.#pending.subarray(0, this.#pendingCount).includes(result) || this.#pendingCount === PENDING) return
    this.#pending[this.#pendingCount++] = result
  }

  /** Something can be told now. */
  get ready(): boolean {
    return this.#requestCount > 0 && this.#nextAt() >= 0
  }

  /** Takes the next event that can be told. @returns its result; the request is `takeRequest` */
  take(): number {
    const at = this.#nextAt()
    const result = this.#pending[at]!
    this.#pending.copyWithin(at, at + 1)
    this.#pendingCount--
    this.#told |= 1 << (result & 7)
    return result
  }

  /** @returns the command identifier of the oldest request */
  takeRequest(): number {
    const cid = this.#requests[0]!
    this.#requests.copyWithin(0, 1)
    this.#requestCount--
    return cid
  }

  /** A log page was read: it has told what waited, and events of its type are told again. */
  pageRead(page: number): void {
    if (page === K.LOG_ERROR) this.#clear(K.EVENT_ERROR)
    else if (page === K.LOG_SMART) this.#clear(K.EVENT_SMART)
    else if (page === K.LOG_CHANGED_NAMESPACES) this.#clear(K.EVENT_NOTICE)
  }

  #clear(type: number): void {
    this.#told &= ~(1 << type)
    let kept = 0
    for (let i = 0; i < this.#pendingCount; i++)
      if ((this.#pending[i]! & 7) !== type) this.#pending[kept++] = this.#pending[i]!
    this.#pendingCount = kept
  }

  #nextAt(): number {
    for (let i = 0; i < this.#pendingCount; i++) if ((this.#told & (1 << (this.#pending[i]! & 7))) === 0) return i
    return -1
  }
}
