// Which command of the adapter belongs to which SRB, and how both ended. Adapters do not know SRBs, and a driver's tags are its own: the
// two are brought together by unit and CDB, in the order in which they were started. Rules look at completions through
// completion-table.ts; while an SRB is with the miniport they may ask here about it.
import { SRB_FUNCTION } from '../../schemas/scsiport.ts'
import { BusWords, Event, Finding } from '../trace/events.ts'
import { listener, type Subscription, type Trace } from '../trace/trace.ts'
import { completionKey, FUNCTION_CLASS, HOST_NONE } from './completion-key.ts'
import type { CompletionTable } from './completion-table.ts'
import type { RuleNames } from './names.ts'

/** SRBs with one miniport at once; a port has at most 254. */
const RECORDS = 256
/** SRBs are found by the low bits of their serial; serials count over all guests, so an SRB may outlive many. */
const SERIALS = 256
const NONE = -1
/** Beside `BusWords`: the direction is open. */
const OPEN = 16
/** More than 1 when the SRB asks for anything but no tag or a SIMPLE one. */
const PARTICULAR = BusWords.attribute | BusWords.noDisconnect

/** An SRB with the miniport, and the command that the adapter has fetched for it. One object, so that an I/O touches few cache lines. */
class Held {
  serial = NONE
  /** Number of the event with which it was handed over. */
  startNumber = NONE
  startPs = 0
  address = 0
  srbFunction = 0
  digest = 0
  asked = 0
  wish = 0
  // What the adapter did.
  tag = NONE
  fetched = false
  opcode = 0
  told = 0
  misled = false
  host = HOST_NONE
  scsi = 0
  moved = 0
  sense = 0
  stray = false
  dropped = false
  /** Code of the newest ScsiPortLogError about it, 0 none. */
  logged = 0
  /** The next of those whose command was not fetched yet. */
  next: Held | undefined = undefined
  /** The next whose serial has the same low bits. */
  sameBits: Held | undefined = undefined
}

/** In place of an SRB: the adapter works on a command that belongs to none with the miniport. */
const LEFT = new Held()

class GuestCommands {
  held = 0
  /** All there are, and those that are with the bench. */
  readonly all: Held[] = []
  readonly free: Held[] = []
  /** Those whose command was not fetched yet, oldest first. */
  first: Held | undefined = undefined
  last: Held | undefined = undefined
  readonly bySerial: (Held | undefined)[] = new Array(SERIALS).fill(undefined)
  readonly byTag: (Held | undefined)[] = new Array(256).fill(undefined)
  mostElements = 0
  mostElementsNumber = 0
  mostElementsPs = 0
  mostElementsSerial = NONE
  wishes = 0
  tells = false
  fetchedCount = 0
  leftBehind = 0
  strange = false
  /** The SRB that was lost last, and the event with which it had been handed over. */
  lostSerial = NONE
  lostStart = NONE

  find(serial: number): Held | undefined {
    if (serial < 0) return undefined
    let srb = this.bySerial[serial & (SERIALS - 1)]
    while (srb !== undefined && srb.serial !== serial) srb = srb.sameBits
    return srb
  }
}

export class Commands {
  readonly #trace: Trace
  readonly #guests: readonly GuestCommands[]
  readonly #completions: CompletionTable
  readonly #names: Pick<RuleNames, 'adapter'>

  constructor(trace: Trace, guests: number, completions: CompletionTable, names: Pick<RuleNames, 'adapter'>) {
    this.#names = names
    this.#trace = trace
    this.#guests = Array.from({ length: guests }, () => new GuestCommands())
    this.#completions = completions
  }

  // --- what rules ask; −1 for an SRB that is not with the miniport ---

  #find(guest: number, serial: number): Held | undefined {
    return this.#guests[guest]!.find(serial)
  }

  /** Is the SRB with the miniport? */
  holds(guest: number, serial: number): boolean {
    return this.#find(guest, serial) !== undefined
  }

  /** Number of the event with which it was handed over; also of the SRB that was lost just now. */
  startNumber(guest: number, serial: number): number {
    const of = this.#guests[guest]!
    return of.find(serial)?.startNumber ?? (of.lostSerial === serial ? of.lostStart : NONE)
  }

  /** path, target, lun as 0x00PPTTLL */
  address(guest: number, serial: number): number {
    return this.#find(guest, serial)?.address ?? NONE
  }

  srbFunction(guest: number, serial: number): number {
    return this.#find(guest, serial)?.srbFunction ?? NONE
  }

  /** DataTransferLength it was started with. */
  askedBytes(guest: number, serial: number): number {
    return this.#find(guest, serial)?.asked ?? NONE
  }

  /** The adapter has fetched its command. */
  fetched(guest: number, serial: number): boolean {
    return this.#find(guest, serial)?.fetched ?? false
  }

  /** `HostStatus` with which the adapter ended its command, `HOST_NONE` when it did not. */
  hostStatus(guest: number, serial: number): number {
    return this.#find(guest, serial)?.host ?? HOST_NONE
  }

  /** Operation code of the command that the adapter fetched for it. */
  sentOpcode(guest: number, serial: number): number {
    return this.#find(guest, serial)?.opcode ?? NONE
  }

  movedBytes(guest: number, serial: number): number {
    return this.#find(guest, serial)?.moved ?? NONE
  }

  /** It was started with SRB_FLAGS_UNSPECIFIED_DIRECTION. */
  openDirection(guest: number, serial: number): boolean {
    return ((this.#find(guest, serial)?.wish ?? 0) & OPEN) !== 0
  }

  /** Tag message it asks for, and the one the target was sent: 0 none, 1 SIMPLE, 2 ORDERED, 3 HEAD OF QUEUE. */
  wantedTag(guest: number, serial: number): number {
    return (this.#find(guest, serial)?.wish ?? 0) & BusWords.attribute
  }

  toldTag(guest: number, serial: number): number {
    return (this.#find(guest, serial)?.told ?? 0) & BusWords.attribute
  }

  /** Commands fetched for an SRB with a wish about tag or disconnection, by an adapter that tells what it said to the target. */
  wishes(guest: number): number {
    return this.#guests[guest]!.wishes
  }

  /** The adapter tells what it says to its targets beside the command. */
  tells(guest: number): boolean {
    return this.#guests[guest]!.tells
  }

  /** Commands the adapter has fetched. */
  fetchedCount(guest: number): number {
    return this.#guests[guest]!.fetchedCount
  }

  /** Commands the adapter is at work on that belong to no SRB with the miniport: they were completed before, or are the driver's own. */
  leftBehind(guest: number): number {
    return this.#guests[guest]!.leftBehind
  }

  /** The command that the adapter finished last belonged to no SRB with the miniport. */
  finishedStrange(guest: number): boolean {
    return this.#guests[guest]!.strange
  }

  /** The longest scatter/gather list that the adapter fetched: its elements, number and instant of that event, the SRB (−1 unknown). */
  mostElements(guest: number): { elements: number; number: number; atPs: number; serial: number } {
    const of = this.#guests[guest]!
    return {
      elements: of.mostElements,
      number: of.mostElementsNumber,
      atPs: of.mostElementsPs,
      serial: of.mostElementsSerial,
    }
  }

  /** Smallest serial of the SRBs with the miniport, −1 when it has none. Looks at all of them. */
  oldestHeld(guest: number): number {
    let oldest = NONE
    for (const { serial } of this.#guests[guest]!.all)
      if (serial >= 0 && (oldest < 0 || serial < oldest)) oldest = serial
    return oldest
  }

  /** SRBs with the miniport. */
  held(guest: number): number {
    return this.#guests[guest]!.held
  }

  /** Serial of the SRB whose command runs under an adapter's tag, −1 unknown. */
  serialOfTag(guest: number, tag: number): number {
    return this.#guests[guest]!.byTag[tag & 0xff]?.serial ?? NONE
  }

  // --- what the trace tells ---

  /** To be subscribed before the rules: they look at what is known of the event. */
  subscriptions(): Subscription[] {
    const { guest: guestAt, a, b } = this.#trace
    const guests = this.#guests
    /** Undefined for events of the bench itself. */
    const of = (index: number): GuestCommands | undefined => guests[guestAt[index]!]
    const drop = (index: number): void => {
      const commands = of(index)
      if (commands !== undefined) dropAll(commands)
    }
    return [
      listener(Event.SrbStarted, index => {
        const commands = of(index)
        if (commands !== undefined) this.#start(index, commands)
      }),
      listener(Event.CommandFetched, index => {
        const commands = of(index)
        if (commands !== undefined) this.#fetch(index, commands, guestAt[index]!)
      }),
      listener(Event.CommandFinished, index => {
        const commands = of(index)
        if (commands !== undefined) this.#finish(index, commands)
      }),
      listener(Event.SrbCompleted, index => {
        const commands = of(index)
        if (commands !== undefined) this.#complete(index, commands, guestAt[index]!)
      }),
      listener(Event.BusReset, drop),
      listener(Event.AdapterReset, drop),
      listener(Event.LogError, index => {
        const srb = of(index)?.find(a[index]!)
        if (srb !== undefined) srb.logged = b[index]!
      }),
      listener(
        Event.Finding,
        index => {
          const commands = of(index)
          const srb = commands?.find(b[index]!)
          if (commands === undefined || srb === undefined) return
          commands.lostSerial = srb.serial
          commands.lostStart = srb.startNumber
          release(commands, srb)
        },
        Finding.SrbLost,
      ),
    ]
  }

  #start(index: number, of: GuestCommands): void {
    const trace = this.#trace
    const { a, b, c, d } = trace
    if (of.held === RECORDS) return
    of.held++
    const srb = of.free.pop() ?? another(of)
    const serial = a[index]!
    const word = b[index]!
    srb.serial = serial
    srb.startNumber = trace.count - 1
    srb.startPs = trace.psAt(index)
    srb.address = word & 0x07ffff
    srb.wish = (word >>> 19) & 31
    srb.misled = false
    srb.srbFunction = word >>> 24
    srb.digest = c[index]! >>> 8
    srb.asked = d[index]! >>> 0
    srb.tag = NONE
    srb.fetched = false
    srb.host = HOST_NONE
    srb.scsi = 0
    srb.moved = 0
    srb.sense = 0
    srb.logged = 0
    srb.stray = false
    srb.dropped = false
    const bucket = serial & (SERIALS - 1)
    srb.sameBits = of.bySerial[bucket]
    of.bySerial[bucket] = srb
    if (srb.srbFunction !== SRB_FUNCTION.EXECUTE_SCSI) return
    srb.next = undefined
    if (of.last === undefined) of.first = srb
    else of.last.next = srb
    of.last = srb
  }

  #fetch(index: number, of: GuestCommands, guest: number): void {
    const { a, b, c, d } = this.#trace
    const word = a[index]!
    const tag = word & 0xff
    if (of.byTag[tag] === LEFT) of.leftBehind--
    const unit = ((b[index]! & 0xff) << 8) | (c[index]! & 0xff)
    const digest = d[index]! >>> 8
    const words = (b[index]! >>> 8) & 31
    of.fetchedCount++
    if ((words & BusWords.told) !== 0) of.tells = true
    let stranger: Held | undefined
    let before: Held | undefined
    for (let srb = of.first; srb !== undefined; before = srb, srb = srb.next) {
      if ((srb.address & 0xffff) !== unit) continue
      if (srb.digest !== digest) {
        stranger ??= srb
        continue
      }
      unlink(of, srb, before)
      srb.fetched = true
      srb.opcode = d[index]! & 0xff
      srb.stray = false // the other command was not instead of its own
      srb.told = words
      // What the adapter has no words for cannot be said.
      if ((srb.wish & BusWords.noDisconnect) !== 0 && !this.#names.adapter(guest).forbidsDisconnect)
        srb.wish &= ~BusWords.noDisconnect
      srb.misled = misled(srb.wish, words)
      if ((words & BusWords.told) !== 0 && (srb.wish & PARTICULAR) > 1) of.wishes++
      srb.tag = tag
      of.byTag[tag] = srb
      if (word >>> 8 > of.mostElements) this.#noteElements(index, of, word >>> 8, srb.serial)
      return
    }
    // None of the SRBs that are with the miniport: its own, or of one that it has completed already.
    of.byTag[tag] = LEFT
    of.leftBehind++
    if (stranger !== undefined) stranger.stray = true
  }

  /** The longest scatter/gather list so far. */
  #noteElements(index: number, of: GuestCommands, elements: number, serial: number): void {
    of.mostElementsSerial = serial
    of.mostElements = elements
    of.mostElementsNumber = this.#trace.numberAt(index)
    of.mostElementsPs = this.#trace.psAt(index)
  }

  #finish(index: number, of: GuestCommands): void {
    const { a, b, c, d } = this.#trace
    const tag = a[index]! & 0xff
    const srb = of.byTag[tag]
    of.byTag[tag] = undefined
    of.strange = srb === LEFT
    if (srb === undefined) return
    if (srb === LEFT) {
      of.leftBehind--
      return
    }
    srb.tag = NONE
    srb.host = c[index]! & 0xff
    srb.sense = (c[index]! >>> 8) & 0xff
    srb.scsi = b[index]! & 0xff
    srb.moved = d[index]! >>> 0
  }

  #complete(index: number, of: GuestCommands, guest: number): void {
    const { a, b, c, d } = this.#trace
    const srb = of.find(a[index]!)
    if (srb === undefined) return
    const key = completionKey(
      FUNCTION_CLASS[srb.srbFunction]!,
      b[index]!,
      c[index]!,
      srb.host,
      srb.scsi,
      d[index]! >>> 0,
      srb.asked,
      srb.moved,
      srb.sense > 0,
      srb.logged !== 0,
      srb.stray,
      srb.dropped,
      srb.misled,
    )
    this.#completions.record(index, guest, key)
    release(of, srb)
  }
}

function another(of: GuestCommands): Held {
  const srb = new Held()
  of.all.push(srb)
  return srb
}

function release(of: GuestCommands, srb: Held): void {
  if (!srb.fetched && srb.srbFunction === SRB_FUNCTION.EXECUTE_SCSI) {
    let before: Held | undefined
    for (let other = of.first; other !== undefined; before = other, other = other.next) {
      if (other !== srb) continue
      unlink(of, srb, before)
      break
    }
  }
  if (srb.tag >= 0 && of.byTag[srb.tag] === srb) {
    of.byTag[srb.tag] = LEFT
    of.leftBehind++
  }
  forget(of, srb)
  of.held--
  of.free.push(srb)
}

function forget(of: GuestCommands, srb: Held): void {
  const bucket = srb.serial & (SERIALS - 1)
  if (of.bySerial[bucket] === srb) of.bySerial[bucket] = srb.sameBits
  else {
    let before = of.bySerial[bucket]!
    while (before.sameBits !== srb) before = before.sameBits!
    before.sameBits = srb.sameBits
  }
  srb.serial = NONE
}

function unlink(of: GuestCommands, srb: Held, before: Held | undefined): void {
  if (before === undefined) of.first = srb.next
  else before.next = srb.next
  if (srb.next === undefined) of.last = before
}

/** A reset: no command of the adapter ends any more. */
function dropAll(of: GuestCommands): void {
  of.leftBehind = 0
  for (let tag = 0; tag < 256; tag++) {
    const srb = of.byTag[tag]
    of.byTag[tag] = undefined
    if (srb === undefined || srb === LEFT) continue
    srb.dropped = true
    srb.tag = NONE
  }
}

/** Was the target told something else than the SRB asks for? */
function misled(wish: number, words: number): boolean {
  if ((words & BusWords.told) === 0) return false
  if ((wish & ~words & BusWords.noDisconnect) !== 0) return true
  const wanted = wish & BusWords.attribute
  const told = words & BusWords.attribute
  if (wanted === told) return false
  // A tagged SRB without a wish of its own takes any tag message.
  return !(wanted !== 0 && told !== 0 && (wish & BusWords.told) === 0)
}
