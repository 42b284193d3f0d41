// SRB slots: each is one SCSI_REQUEST_BLOCK in guest memory with its extension, sense buffer and data buffer, made
// once and used again. The record here is the port driver's own; the miniport sees only guest memory. Beside them what
// the port keeps for each logical unit: the queue of requests, what is active, freezes, time-out.
export const SlotState = {
  free: 0,
  queued: 1,
  active: 2,
  completed: 3,
  /** Completed, but its sense data is still being fetched. */ waiting: 4,
  done: 5,
  lost: 6,
} as const
export type SlotState = (typeof SlotState)[keyof typeof SlotState]

export type Direction = 'none' | 'in' | 'out'

/** Gets a request back. `slot` may be read during the call and is released after it unless it was submitted again. */
export interface SrbOwner {
  completed(slot: SrbSlot): void
}

export class SrbSlot {
  readonly index: number
  /** Address of the SCSI_REQUEST_BLOCK in guest memory. */
  readonly at: number
  /** Address of the data buffer in guest memory, page-aligned room of `dataCapacity` bytes. */
  readonly roomAt: number
  readonly dataCapacity: number
  extensionAt = 0
  senseAt = 0

  state: SlotState = SlotState.free
  /** Number of the request in the run, −1 when free. */
  serial = -1
  lu: LogicalUnit | null = null
  owner: SrbOwner | null = null
  /** Whatever the owner wants to find again. */
  cookie = 0
  srbFunction = 0
  opcode = 0
  cdbLength = 6
  direction: Direction = 'none'
  bytes = 0
  /** Where the data starts in guest memory: in [roomAt, roomAt + 4096). */
  dataAt = 0
  /** The address the miniport sees as DataBuffer. */
  dataVa = 0
  flags = 0
  queueAction = 0
  timeoutSeconds = 0
  tag = 0xff
  granted = false
  retries = 0
  /** Failed, and not yet decided what follows; counted in its unit. */
  unsettled = false
  /** The SRB whose sense data this REQUEST SENSE fetches. */
  senseFor: SrbSlot | null = null
  /** ABORT_COMMAND: the victim. */
  victim: SrbSlot | null = null
  /** The victim's serial: its slot may be used again when the abort comes back. */
  victimSerial = -1
  /** ABORT_COMMAND without a victim: address of an SRB that is with nobody, 0 otherwise. */
  goneAt = 0
  /** IO_CONTROL: what is wrong with its header, a `BadIoControl`. */
  headerFault = 0
  /** Completed by ScsiPortCompleteRequest. */
  bulk = false
  /** The serial it had when the miniport was seen to touch its data. */
  touched = -1
  /** The miniport was asked once to abort it. */
  abortTried = false

  /** SRB status byte as completed, without the port's own bits. */
  srbStatus = 0
  scsiStatus = 0
  /** DataTransferLength at completion. */
  transferred = 0
  senseLength = 0
  autosenseValid = false
  frozeQueue = false
  startedPs = 0
  /** Links the LU's queue or the completed list. */
  next: SrbSlot | null = null

  constructor(index: number, at: number, roomAt: number, dataCapacity: number) {
    this.index = index
    this.at = at
    this.roomAt = roomAt
    this.dataCapacity = dataCapacity
  }
}

/** A first-in first-out list of slots, linked through them. */
export class SlotQueue {
  head: SrbSlot | null = null
  #tail: SrbSlot | null = null
  length = 0

  get tail(): SrbSlot | null {
    return this.#tail
  }

  push(slot: SrbSlot): void {
    slot.next = null
    if (this.#tail === null) this.head = slot
    else this.#tail.next = slot
    this.#tail = slot
    this.length++
  }

  unshift(slot: SrbSlot): void {
    slot.next = this.head
    this.head = slot
    if (this.#tail === null) this.#tail = slot
    this.length++
  }

  shift(): SrbSlot | null {
    const slot = this.head
    if (slot === null) return null
    this.head = slot.next
    if (this.head === null) this.#tail = null
    slot.next = null
    this.length--
    return slot
  }

  *[Symbol.iterator](): Generator<SrbSlot> {
    for (let slot = this.head; slot !== null; slot = slot.next) yield slot
  }

  clear(): SrbSlot | null {
    const all = this.head
    this.head = null
    this.#tail = null
    this.length = 0
    return all
  }
}

export class LogicalUnit {
  readonly path: number
  readonly target: number
  readonly lun: number
  /** path, target, lun as 0x00PPTTLL, as the trace shows it. */
  readonly address: number
  readonly queue = new SlotQueue()
  /** Active SRBs, oldest first; the time-out watches the oldest. */
  readonly active: SrbSlot[] = []
  /** Address of the zeroed LU extension, 0 when the miniport asked for none or the unit was never found. */
  extension = 0
  /** NextLuRequest came: another SRB may be started although some are active. */
  ready = false
  frozen = false
  /** Failed SRBs whose consequences are not decided: until then nothing new is started, or it would clear the sense data. */
  unsettled = 0
  /** An untagged SRB runs alone. */
  untaggedActive = false
  /** A BUSY request waits for the next tick. */
  busyRequest: SrbSlot | null = null
  maxDepth = 254
  /** Ticks until maxDepth is restored after QUEUE FULL. */
  reducedTicks = 0
  /** Seconds until the oldest active SRB times out, −1 off. */
  timeoutCounter = -1

  constructor(path: number, target: number, lun: number) {
    this.path = path
    this.target = target
    this.lun = lun
    this.address = (path << 16) | (target << 8) | lun
  }

  removeActive(slot: SrbSlot): void {
    const { active } = this
    for (let n = 0; n < active.length; n++) {
      if (active[n] !== slot) continue
      const wasOldest = n === 0
      for (; n < active.length - 1; n++) active[n] = active[n + 1]!
      active.pop()
      if (slot.tag === 0xff && slot.srbFunction === 0) this.untaggedActive = false
      if (wasOldest) this.timeoutCounter = active.length > 0 ? active[0]!.timeoutSeconds : -1
      return
    }
  }
}
