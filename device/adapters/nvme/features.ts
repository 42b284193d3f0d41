// Features: what Set Features changes and Get Features tells.
//
// Models: arbitration, power management, temperature threshold, error recovery, volatile write cache, number of queues, interrupt
// coalescing, interrupt vector configuration, write atomicity, asynchronous event configuration; current and default values and what
// they can do (select 0, 1, 3). Nothing can be saved, so select 2 (saved) tells the default. Does not model: LBA range type, autonomous
// power states, host memory buffer, timestamp, keep alive.
// Source: QEMU hw/nvme/ctrl.c, nvme_get_feature, nvme_set_feature, nvme_feature_cap; libnvme src/nvme/types.h, enum nvme_features_id.
import type { Events } from './events.ts'
import { K } from './format.ts'
import { WARNING_TEMPERATURE } from './identify.ts'
import { type Logs, TEMPERATURE } from './logs.ts'
import type { Namespaces } from './namespaces.ts'
import type { Queues } from './queues.ts'
import { QUEUES } from './registers.ts'

const FINAL = K.STATUS_DNR
const BROADCAST = 0xffff_ffff
const MAX_NAMESPACES = 256

/** Select field of Get Features. */
const Select = { current: 0, defaults: 1, saved: 2, capabilities: 3 } as const
/** Answer to select 3. */
const CHANGEABLE = 0x04
const PER_NAMESPACE = 0x02

/** Queue pairs for I/O, less one, in both halves. */
const QUEUE_COUNT = ((QUEUES - 2) << 16) | (QUEUES - 2)

export class Features {
  readonly #events: Events
  readonly #logs: Logs
  readonly #namespaces: Namespaces
  readonly #queues: Queues
  #arbitration = 0
  /** Over and under threshold of the composite temperature. */
  readonly #temperature = new Uint16Array(2)
  readonly #recovery = new Uint16Array(MAX_NAMESPACES)
  #coalescing = 0
  #vector = 0
  #atomicity = 0
  /** What the last Get or Set Features has to say in its completion. */
  result = 0

  constructor(events: Events, logs: Logs, namespaces: Namespaces, queues: Queues) {
    this.#events = events
    this.#logs = logs
    this.#namespaces = namespaces
    this.#queues = queues
    this.reset()
  }

  reset(): void {
    this.#arbitration = 0x07 // no limit
    this.#temperature[0] = WARNING_TEMPERATURE
    this.#temperature[1] = 0
    this.#recovery.fill(0)
    this.#coalescing = 0
    this.#vector = 0
    this.#atomicity = 0
    this.#logs.criticalWarning = 0
  }

  /** @returns a status; 0: `result` holds the value */
  get(nsid: number, cdw10: number, cdw11: number): number {
    this.result = 0
    const feature = cdw10 & 0xff
    const select = (cdw10 >>> 8) & 7
    if (!isFeature(feature) || select > Select.capabilities) return K.STATUS_INVALID_FIELD | FINAL
    if (select === Select.capabilities) {
      this.result = CHANGEABLE | (feature === K.FEATURE_ERROR_RECOVERY ? PER_NAMESPACE : 0)
      return 0
    }
    const wrong = this.#checkNamespace(feature, nsid, false)
    if (wrong !== 0) return wrong
    if (feature === K.FEATURE_TEMPERATURE && !isSensor(cdw11)) return K.STATUS_INVALID_FIELD | FINAL
    if (feature === K.FEATURE_VECTOR && (cdw11 & 0xffff) !== 0) return K.STATUS_INVALID_FIELD | FINAL
    this.result = select === Select.current ? this.#current(feature, nsid, cdw11) : this.#default(feature, cdw11)
    return 0
  }

  /** @param queuesInUse an I/O queue exists @returns a status; 0: `result` holds what the completion tells */
  set(nsid: number, cdw10: number, cdw11: number, queuesInUse: boolean): number {
    this.result = 0
    const feature = cdw10 & 0xff
    if (!isFeature(feature)) return K.STATUS_INVALID_FIELD | FINAL
    if ((cdw10 & K.FEATURE_SAVE) !== 0) return K.STATUS_FEATURE_NOT_SAVEABLE | FINAL
    const wrong = this.#checkNamespace(feature, nsid, true)
    if (wrong !== 0) return wrong
    switch (feature) {
      case K.FEATURE_ARBITRATION:
        this.#arbitration = cdw11
        return 0
      case K.FEATURE_POWER_MANAGEMENT:
        return (cdw11 & 0x1f) === 0 ? 0 : K.STATUS_INVALID_FIELD | FINAL
      case K.FEATURE_TEMPERATURE:
        return this.#setTemperature(cdw11)
      case K.FEATURE_ERROR_RECOVERY:
        return this.#setRecovery(nsid, cdw11)
      case K.FEATURE_WRITE_CACHE:
        return this.#namespaces.setWriteCache((cdw11 & 1) !== 0) ? 0 : K.STATUS_INTERNAL_ERROR
      case K.FEATURE_QUEUES:
        if (queuesInUse) return K.STATUS_SEQUENCE_ERROR | FINAL
        if ((cdw11 & 0xffff) === 0xffff || cdw11 >>> 16 === 0xffff) return K.STATUS_INVALID_FIELD | FINAL
        this.result = QUEUE_COUNT
        return 0
      case K.FEATURE_COALESCING:
        this.#coalescing = cdw11 & 0xffff
        this.#aggregate()
        return 0
      case K.FEATURE_VECTOR:
        if ((cdw11 & 0xffff) !== 0) return K.STATUS_INVALID_FIELD | FINAL
        this.#vector = cdw11 & 0x1_0000
        this.#aggregate()
        return 0
      case K.FEATURE_WRITE_ATOMICITY:
        this.#atomicity = cdw11 & 1
        return 0
      default:
        this.#events.enabled = cdw11 & 0x1ff
        return 0
    }
  }

  #current(feature: number, nsid: number, cdw11: number): number {
    switch (feature) {
      case K.FEATURE_ARBITRATION:
        return this.#arbitration
      case K.FEATURE_TEMPERATURE:
        return this.#temperature[(cdw11 >>> 20) & 1]!
      case K.FEATURE_ERROR_RECOVERY:
        return this.#recovery[nsid - 1]!
      case K.FEATURE_WRITE_CACHE:
        return this.#namespaces.writeCache
      case K.FEATURE_QUEUES:
        return QUEUE_COUNT
      case K.FEATURE_COALESCING:
        return this.#coalescing
      case K.FEATURE_VECTOR:
        return this.#vector
      case K.FEATURE_WRITE_ATOMICITY:
        return this.#atomicity
      case K.FEATURE_ASYNC_EVENT:
        return this.#events.enabled
      default:
        return 0
    }
  }

  #default(feature: number, cdw11: number): number {
    switch (feature) {
      case K.FEATURE_ARBITRATION:
        return 0x07
      case K.FEATURE_TEMPERATURE:
        return ((cdw11 >>> 20) & 1) === 0 ? WARNING_TEMPERATURE : 0
      case K.FEATURE_WRITE_CACHE:
        return this.#namespaces.defaultWriteCache
      case K.FEATURE_QUEUES:
        return QUEUE_COUNT
      case K.FEATURE_ASYNC_EVENT:
        return 0x1ff
      default:
        return 0
    }
  }

  #checkNamespace(feature: number, nsid: number, sets: boolean): number {
    if (feature === K.FEATURE_ERROR_RECOVERY) {
      if (sets && nsid === BROADCAST) return 0
      if (nsid === 0 || nsid > this.#namespaces.count) return K.STATUS_INVALID_NAMESPACE | FINAL
      return this.#namespaces.present[nsid - 1] === 1 ? 0 : K.STATUS_INVALID_FIELD | FINAL
    }
    if (!sets || nsid === 0 || nsid === BROADCAST) return 0
    if (nsid > this.#namespaces.count) return K.STATUS_INVALID_NAMESPACE | FINAL
    return K.STATUS_FEATURE_NOT_NAMESPACE | FINAL
  }

  #setTemperature(cdw11: number): number {
    if (!isSensor(cdw11)) return K.STATUS_INVALID_FIELD | FINAL
    const which = (cdw11 >>> 20) & 3
    this.#temperature[which] = cdw11 & 0xffff
    const over = TEMPERATURE >= this.#temperature[0]!
    const under = TEMPERATURE <= this.#temperature[1]!
    const before = this.#logs.criticalWarning
    this.#logs.criticalWarning = over || under ? 0x02 : 0
    if (before === 0 && (over || under) && (this.#events.enabled & 0x02) !== 0)
      this.#events.raise(K.EVENT_SMART, K.EVENT_TEMPERATURE, K.LOG_SMART)
    return 0
  }

  #setRecovery(nsid: number, cdw11: number): number {
    // Errors for deallocated blocks (bit 16) are not offered.
    if ((cdw11 & 0x1_0000) !== 0) return K.STATUS_INVALID_FIELD | FINAL
    if (nsid === BROADCAST) this.#recovery.fill(cdw11 & 0xffff)
    else this.#recovery[nsid - 1] = cdw11 & 0xffff
    return 0
  }

  #aggregate(): void {
    if (this.#vector === 0) this.#queues.aggregate(this.#coalescing & 0xff, this.#coalescing >>> 8)
    else this.#queues.aggregate(0, 0)
  }
}

function isFeature(feature: number): boolean {
  return (
    feature === K.FEATURE_ARBITRATION ||
    feature === K.FEATURE_POWER_MANAGEMENT ||
    (feature >= K.FEATURE_TEMPERATURE && feature <= K.FEATURE_ASYNC_EVENT)
  )
}

/** Composite temperature, or all sensors; over or under threshold. */
function isSensor(cdw11: number): boolean {
  const sensor = (cdw11 >>> 16) & 0x0f
  return (sensor === 0 || sensor === 0x0f) && ((cdw11 >>> 20) & 3) <= 1
}
