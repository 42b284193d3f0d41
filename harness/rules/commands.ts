// Which command of the adapter belongs to which SRB, and how both ended. Adapters do not know SRBs, and a driver's tags are its own: the
// two are brought together by unit and CDB, in the order in which they were started. Rules look at completions through
// completion-table.ts; while an SRB is with the miniport they may ask here about it.
import { SRB_FUNCTION } from '../../schemas/scsiport.ts'
import { BusWords, Event, Finding } from '../trace/events.ts'
import type { Subscription, Trace } from '../trace/trace.ts'
import { completionKey, FUNCTION_CLASS, HOST_NONE } from './completion-key.ts'
import type { CompletionTable } from './completion-table.ts'
import type { RuleNames } from './names.ts'

/** SRBs with one miniport at once; a port has at most 254. */
const RECORDS = 256
const SERIALS = 1024
const NONE = -1
/** In place of a record: the adapter works on a command that belongs to no SRB with the miniport. */
const LEFT = -2
/** Beside `BusWords`: the direction is open. */
const OPEN = 16
/** More than 1 when the SRB asks for anything but no tag or a SIMPLE one. */
const PARTICULAR = BusWords.attribute | BusWords.noDisconnect

export class Commands {
  readonly #trace: Trace
  readonly #guests: number
  readonly #completions: CompletionTable
  readonly #names: Pick<RuleNames, 'adapter'>
  // One record an SRB, at guest * RECORDS + n.
  readonly #serial: Int32Array
  readonly #address: Int32Array
  readonly #function: Uint8Array
  readonly #digest: Int32Array
  readonly #opcode: Uint8Array
  readonly #asked: Float64Array
  readonly #startPs: Float64Array
  readonly #tag: Int32Array
  readonly #fetched: Uint8Array
  readonly #host: Int32Array
  readonly #scsi: Uint8Array
  readonly #moved: Float64Array
  readonly #sense: Uint8Array
  readonly #logged: Int32Array
  readonly #stray: Uint8Array
  readonly #dropped: Uint8Array
  /** Records whose command was not fetched yet, oldest first, linked. */
  readonly #next: Int32Array
  readonly #first: Int32Array
  readonly #last: Int32Array
  readonly #free: Int32Array
  readonly #freeCount: Int32Array
  readonly #mostElements: Int32Array
  readonly #mostElementsNumber: Float64Array
  readonly #mostElementsPs: Float64Array
  readonly #mostElementsSerial: Int32Array
  /** First record of the SRBs whose serials have the same low bits; serials count over all guests, so an SRB may outlive many. */
  readonly #bySerial: Int32Array
  readonly #sameBits: Int32Array
  readonly #wish: Uint8Array
  readonly #told: Uint8Array
  readonly #misled: Uint8Array
  readonly #wishes: Uint32Array
  readonly #tells: Uint8Array
  readonly #fetchedCount: Uint32Array
  readonly #leftBehind: Uint32Array
  readonly #strange: Uint8Array
  readonly #byTag: Int32Array

  constructor(trace: Trace, guests: number, completions: CompletionTable, names: Pick<RuleNames, 'adapter'>) {
    this.#names = names
    this.#trace = trace
    this.#guests = guests
    this.#completions = completions
    const records = guests * RECORDS
    this.#serial = new Int32Array(records).fill(NONE)
    this.#address = new Int32Array(records)
    this.#function = new Uint8Array(records)
    this.#digest = new Int32Array(records)
    this.#opcode = new Uint8Array(records)
    this.#asked = new Float64Array(records)
    this.#startPs = new Float64Array(records)
    this.#tag = new Int32Array(records)
    this.#fetched = new Uint8Array(records)
    this.#host = new Int32Array(records)
    this.#scsi = new Uint8Array(records)
    this.#moved = new Float64Array(records)
    this.#sense = new Uint8Array(records)
    this.#logged = new Int32Array(records)
    this.#stray = new Uint8Array(records)
    this.#dropped = new Uint8Array(records)
    this.#next = new Int32Array(records)
    this.#first = new Int32Array(guests).fill(NONE)
    this.#last = new Int32Array(guests).fill(NONE)
    this.#free = Int32Array.from({ length: records }, (_, n) => n)
    this.#freeCount = new Int32Array(guests).fill(RECORDS)
    this.#mostElements = new Int32Array(guests)
    this.#mostElementsNumber = new Float64Array(guests)
    this.#mostElementsPs = new Float64Array(guests)
    this.#mostElementsSerial = new Int32Array(guests).fill(NONE)
    this.#bySerial = new Int32Array(guests * SERIALS).fill(NONE)
    this.#sameBits = new Int32Array(records).fill(NONE)
    this.#wish = new Uint8Array(records)
    this.#told = new Uint8Array(records)
    this.#misled = new Uint8Array(records)
    this.#wishes = new Uint32Array(guests)
    this.#tells = new Uint8Array(guests)
    this.#fetchedCount = new Uint32Array(guests)
    this.#leftBehind = new Uint32Array(guests)
    this.#strange = new Uint8Array(guests)
    this.#byTag = new Int32Array(guests * 256).fill(NONE)
  }

  // --- what rules ask; −1 for an SRB that is not with the miniport ---

  #recordOf(guest: number, serial: number): number {
    if (serial < 0) return NONE
    let record = this.#bySerial[guest * SERIALS + (serial & (SERIALS - 1))]!
    while (record >= 0 && this.#serial[record] !== serial) record = this.#sameBits[record]!
    return record
  }

  /** Is the SRB with the miniport? */
  holds(guest: number, serial: number): boolean {
    return this.#recordOf(guest, serial) >= 0
  }

  /** path, target, lun as 0x00PPTTLL */
  address(guest: number, serial: number): number {
    const record = this.#recordOf(guest, serial)
    return record < 0 ? NONE : this.#address[record]!
  }

  srbFunction(guest: number, serial: number): number {
    const record = this.#recordOf(guest, serial)
    return record < 0 ? NONE : this.#function[record]!
  }

  /** DataTransferLength it was started with. */
  askedBytes(guest: number, serial: number): number {
    const record = this.#recordOf(guest, serial)
    return record < 0 ? NONE : this.#asked[record]!
  }

  startPs(guest: number, serial: number): number {
    const record = this.#recordOf(guest, serial)
    return record < 0 ? NONE : this.#startPs[record]!
  }

  /** The adapter has fetched its command. */
  fetched(guest: number, serial: number): boolean {
    const record = this.#recordOf(guest, serial)
    return record >= 0 && this.#fetched[record] === 1
  }

  /** `HostStatus` with which the adapter ended its command, `HOST_NONE` when it did not. */
  hostStatus(guest: number, serial: number): number {
    const record = this.#recordOf(guest, serial)
    return record < 0 ? HOST_NONE : this.#host[record]!
  }

  /** Operation code of the command that the adapter fetched for it. */
  sentOpcode(guest: number, serial: number): number {
    const record = this.#recordOf(guest, serial)
    return record < 0 ? NONE : this.#opcode[record]!
  }

  scsiStatus(guest: number, serial: number): number {
    const record = this.#recordOf(guest, serial)
    return record < 0 ? NONE : this.#scsi[record]!
  }

  movedBytes(guest: number, serial: number): number {
    const record = this.#recordOf(guest, serial)
    return record < 0 ? NONE : this.#moved[record]!
  }

  senseBytes(guest: number, serial: number): number {
    const record = this.#recordOf(guest, serial)
    return record < 0 ? NONE : this.#sense[record]!
  }

  /** Code of the newest ScsiPortLogError about it, 0 none. */
  loggedCode(guest: number, serial: number): number {
    const record = this.#recordOf(guest, serial)
    return record < 0 ? 0 : this.#logged[record]!
  }

  /** It was started with SRB_FLAGS_UNSPECIFIED_DIRECTION. */
  openDirection(guest: number, serial: number): boolean {
    const record = this.#recordOf(guest, serial)
    return record >= 0 && (this.#wish[record]! & OPEN) !== 0
  }

  /** Tag message it asks for, and the one the target was sent: 0 none, 1 SIMPLE, 2 ORDERED, 3 HEAD OF QUEUE. */
  wantedTag(guest: number, serial: number): number {
    const record = this.#recordOf(guest, serial)
    return record < 0 ? 0 : this.#wish[record]! & BusWords.attribute
  }

  toldTag(guest: number, serial: number): number {
    const record = this.#recordOf(guest, serial)
    return record < 0 ? 0 : this.#told[record]! & BusWords.attribute
  }

  /** Commands fetched for an SRB with a wish about tag or disconnection, by an adapter that tells what it said to the target. */
  wishes(guest: number): number {
    return this.#wishes[guest]!
  }

  /** The adapter tells what it says to its targets beside the command. */
  tells(guest: number): boolean {
    return this.#tells[guest] === 1
  }

  /** Commands the adapter has fetched. */
  fetchedCount(guest: number): number {
    return this.#fetchedCount[guest]!
  }

  /** Commands the adapter is at work on that belong to no SRB with the miniport: they were completed before, or are the driver's own. */
  leftBehind(guest: number): number {
    return this.#leftBehind[guest]!
  }

  /** The command that the adapter finished last belonged to no SRB with the miniport. */
  finishedStrange(guest: number): boolean {
    return this.#strange[guest] === 1
  }

  /** The longest scatter/gather list that the adapter fetched: its elements, number and instant of that event, the SRB (−1 unknown). */
  mostElements(guest: number): { elements: number; number: number; atPs: number; serial: number } {
    return {
      elements: this.#mostElements[guest]!,
      number: this.#mostElementsNumber[guest]!,
      atPs: this.#mostElementsPs[guest]!,
      serial: this.#mostElementsSerial[guest]!,
    }
  }

  /** Smallest serial of the SRBs with the miniport, −1 when it has none. Looks at all of them. */
  oldestHeld(guest: number): number {
    let oldest = NONE
    for (let record = guest * RECORDS; record < (guest + 1) * RECORDS; record++) {
      const serial = this.#serial[record]!
      if (serial >= 0 && (oldest < 0 || serial < oldest)) oldest = serial
    }
    return oldest
  }

  /** SRBs with the miniport. */
  held(guest: number): number {
    return RECORDS - this.#freeCount[guest]!
  }

  /** Serial of the SRB whose command runs under an adapter's tag, −1 unknown. */
  serialOfTag(guest: number, tag: number): number {
    const record = this.#byTag[guest * 256 + (tag & 0xff)]!
    return record < 0 ? NONE : this.#serial[record]!
  }

  // --- what the trace tells ---

  /** To be subscribed before the rules: they look at what is known of the event. */
  subscriptions(): Subscription[] {
    const { guest: guestAt } = this.#trace
    const on = (kind: number, listen: (index: number, guest: number) => void, key?: number): Subscription => {
      const reader = {
        on: (index: number): void => {
          const guest = guestAt[index]!
          if (guest < this.#guests) listen(index, guest)
        },
      }
      return key === undefined ? { kind, reader } : { kind, key, reader }
    }
    const dropAll = (_index: number, guest: number): void => this.#dropAll(guest)
    return [
      on(Event.SrbStarted, (index, guest) => this.#start(index, guest)),
      on(Event.CommandFetched, (index, guest) => this.#fetch(index, guest)),
      on(Event.CommandFinished, (index, guest) => this.#finish(index, guest)),
      on(Event.SrbCompleted, (index, guest) => this.#complete(index, guest)),
      on(Event.BusReset, dropAll),
      on(Event.AdapterReset, dropAll),
      on(Event.LogError, (index, guest) => {
        const record = this.#recordOf(guest, this.#trace.a[index]!)
        if (record >= 0) this.#logged[record] = this.#trace.b[index]!
      }),
      on(
        Event.Finding,
        (index, guest) => {
          const record = this.#recordOf(guest, this.#trace.b[index]!)
          if (record >= 0) this.#release(guest, record)
        },
        Finding.SrbLost,
      ),
    ]
  }

  #start(index: number, guest: number): void {
    const { a, b, c, d, atPs } = this.#trace
    const left = this.#freeCount[guest]!
    if (left === 0) return
    this.#freeCount[guest] = left - 1
    const record = this.#free[guest * RECORDS + left - 1]!
    const serial = a[index]!
    this.#serial[record] = serial
    this.#address[record] = b[index]! & 0x07ffff
    this.#wish[record] = (b[index]! >>> 19) & 31
    this.#misled[record] = 0
    this.#function[record] = b[index]! >>> 24
    this.#digest[record] = c[index]! >>> 8
    this.#asked[record] = d[index]! >>> 0
    this.#startPs[record] = atPs[index]!
    this.#tag[record] = NONE
    this.#fetched[record] = 0
    this.#host[record] = HOST_NONE
    this.#scsi[record] = 0
    this.#moved[record] = 0
    this.#sense[record] = 0
    this.#logged[record] = 0
    this.#stray[record] = 0
    this.#dropped[record] = 0
    const bucket = guest * SERIALS + (serial & (SERIALS - 1))
    this.#sameBits[record] = this.#bySerial[bucket]!
    this.#bySerial[bucket] = record
    if (this.#function[record] !== SRB_FUNCTION.EXECUTE_SCSI) return
    this.#next[record] = NONE
    const last = this.#last[guest]!
    if (last < 0) this.#first[guest] = record
    else this.#next[last] = record
    this.#last[guest] = record
  }

  #fetch(index: number, guest: number): void {
    const { a, b, c, d } = this.#trace
    const word = a[index]!
    const tag = word & 0xff
    if (this.#byTag[guest * 256 + tag] === LEFT) this.#leftBehind[guest]!--
    const unit = ((b[index]! & 0xff) << 8) | (c[index]! & 0xff)
    const digest = d[index]! >>> 8
    this.#fetchedCount[guest]!++
    if (((b[index]! >>> 8) & BusWords.told) !== 0) this.#tells[guest] = 1
    let stranger = NONE
    let before = NONE
    for (let record = this.#first[guest]!; record >= 0; before = record, record = this.#next[record]!) {
      if ((this.#address[record]! & 0xffff) !== unit) continue
      if (this.#digest[record] !== digest) {
        if (stranger < 0) stranger = record
        continue
      }
      this.#unlink(guest, record, before)
      this.#fetched[record] = 1
      this.#opcode[record] = d[index]! & 0xff
      this.#stray[record] = 0 // the other command was not instead of its own
      const words = (b[index]! >>> 8) & 31
      this.#told[record] = words
      // What the adapter has no words for cannot be said.
      if ((this.#wish[record]! & BusWords.noDisconnect) !== 0 && !this.#names.adapter(guest).forbidsDisconnect)
        this.#wish[record]! &= ~BusWords.noDisconnect
      this.#misled[record] = misled(this.#wish[record]!, words)
      if ((words & BusWords.told) !== 0 && (this.#wish[record]! & PARTICULAR) > 1) this.#wishes[guest]!++
      this.#tag[record] = tag
      this.#byTag[guest * 256 + tag] = record
      if (word >>> 8 > this.#mostElements[guest]!) this.#noteElements(index, guest, word >>> 8, this.#serial[record]!)
      return
    }
    // None of the SRBs that are with the miniport: its own, or of one that it has completed already.
    this.#byTag[guest * 256 + tag] = LEFT
    this.#leftBehind[guest]!++
    if (stranger >= 0) this.#stray[stranger] = 1
  }

  /** The longest scatter/gather list so far. */
  #noteElements(index: number, guest: number, elements: number, serial: number): void {
    this.#mostElementsSerial[guest] = serial
    this.#mostElements[guest] = elements
    this.#mostElementsNumber[guest] = this.#trace.numberAt(index)
    this.#mostElementsPs[guest] = this.#trace.atPs[index]!
  }

  #finish(index: number, guest: number): void {
    const { a, b, c, d } = this.#trace
    const at = guest * 256 + (a[index]! & 0xff)
    const record = this.#byTag[at]!
    this.#strange[guest] = record === LEFT ? 1 : 0
    if (record === LEFT) this.#leftBehind[guest]!--
    if (record < 0) {
      this.#byTag[at] = NONE
      return
    }
    this.#byTag[at] = NONE
    this.#tag[record] = NONE
    this.#host[record] = c[index]! & 0xff
    this.#sense[record] = c[index]! >>> 8
    this.#scsi[record] = b[index]!
    this.#moved[record] = d[index]! >>> 0
  }

  #complete(index: number, guest: number): void {
    const { a, b, c, d } = this.#trace
    const record = this.#recordOf(guest, a[index]!)
    if (record < 0) return
    const key = completionKey(
      FUNCTION_CLASS[this.#function[record]!]!,
      b[index]!,
      c[index]!,
      this.#host[record]!,
      this.#scsi[record]!,
      d[index]! >>> 0,
      this.#asked[record]!,
      this.#moved[record]!,
      this.#sense[record]! > 0,
      this.#logged[record] !== 0,
      this.#stray[record] === 1,
      this.#dropped[record] === 1,
      this.#misled[record] === 1,
    )
    this.#completions.record(index, guest, key)
    this.#release(guest, record)
  }

  #release(guest: number, record: number): void {
    if (this.#fetched[record] === 0 && this.#function[record] === SRB_FUNCTION.EXECUTE_SCSI) {
      let before = NONE
      for (let r = this.#first[guest]!; r >= 0; before = r, r = this.#next[r]!) {
        if (r !== record) continue
        this.#unlink(guest, record, before)
        break
      }
    }
    const tag = this.#tag[record]!
    if (tag >= 0 && this.#byTag[guest * 256 + tag] === record) {
      this.#byTag[guest * 256 + tag] = LEFT
      this.#leftBehind[guest]!++
    }
    this.#forget(guest, record)
    this.#free[guest * RECORDS + this.#freeCount[guest]!++] = record
  }

  #forget(guest: number, record: number): void {
    const bucket = guest * SERIALS + (this.#serial[record]! & (SERIALS - 1))
    const next = this.#sameBits[record]!
    if (this.#bySerial[bucket] === record) this.#bySerial[bucket] = next
    else {
      let before = this.#bySerial[bucket]!
      while (this.#sameBits[before] !== record) before = this.#sameBits[before]!
      this.#sameBits[before] = next
    }
    this.#serial[record] = NONE
  }

  #unlink(guest: number, record: number, before: number): void {
    const next = this.#next[record]!
    if (before < 0) this.#first[guest] = next
    else this.#next[before] = next
    if (next < 0) this.#last[guest] = before
  }

  /** A reset: no command of the adapter ends any more. */
  #dropAll(guest: number): void {
    this.#leftBehind[guest] = 0
    for (let tag = 0; tag < 256; tag++) {
      const record = this.#byTag[guest * 256 + tag]!
      this.#byTag[guest * 256 + tag] = NONE
      if (record < 0) continue
      this.#dropped[record] = 1
      this.#tag[record] = NONE
    }
  }
}

/** Was the target told something else than the SRB asks for? @returns 1 when it was */
function misled(wish: number, words: number): number {
  if ((words & BusWords.told) === 0) return 0
  if ((wish & ~words & BusWords.noDisconnect) !== 0) return 1
  const wanted = wish & BusWords.attribute
  const told = words & BusWords.attribute
  if (wanted === told) return 0
  // A tagged SRB without a wish of its own takes any tag message.
  return wanted !== 0 && told !== 0 && (wish & BusWords.told) === 0 ? 0 : 1
}
