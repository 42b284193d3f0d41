// Which failing requests a fault is to blame for.
//
// * A request that was hit: the fault acted on its command. Some faults make the command fail for certain (`must`), and a CHECK
//   CONDITION must come back with the sense data of the fault, where the adapter passes it on.
// * A bystander: the adapter as a whole was disturbed (a bus reset; a command that never ends, until it is given back) while it was on its way,
//   and it came back as such requests do: BUS RESET, ABORTED, TIMEOUT, BUSY, UNIT ATTENTION. The feeder sends them again, so this is rare.
// * Everything after a surprise removal.
//
// Everything else that fails, fails the run. Contents are never excused: blocks that come back wrong are a miscompare whatever was planned.
import type { FaultAction } from '../../schemas/faults.ts'
import { SCSI_STATUS, SRB_STATUS } from '../../schemas/workload.ts'
import type { Excuse } from '../workload/workload.ts'

/** A fault that acted on the command of one SRB. */
interface Claim {
  /** Index of the fault in the scenario. */
  readonly fault: number
  /** The command cannot have succeeded. */
  must: boolean
  /** Sense data it must come back with as 0xKKAAQQ, −1 none in particular. */
  readonly sense: number
}

/** A request that is back at its owner. */
export interface Returned {
  readonly guest: number
  readonly serial: number
  /** From when to when it was on its way. */
  readonly fromPs: number
  readonly toPs: number
  readonly srbStatus: number
  readonly scsiStatus: number
  /** 0xKKAAQQ, −1 none. */
  readonly sense: number
}

interface Disturbance {
  readonly fault: number
  readonly fromPs: number
  untilPs: number
  /** Requests may come back with any status. */
  readonly anyStatus: boolean
  /** It lasts until this SRB is back; −1: until its time, or until a reset is over. */
  readonly serial: number
}

const NO_EXCUSE: Excuse = { why: undefined, must: undefined }

type Does = FaultAction['do']

/** After these the command has failed, unless the miniport tries it again by itself. */
const FATAL = new Set<Does>([
  'selection-timeout',
  'parity-error',
  'unexpected-disconnect',
  'check-condition',
  'reservation-conflict',
])
/** From these only a reset or a time-out leads back, and it takes others along. */
const DISTURBS = new Set<Does>([
  'lost-completion',
  'late-completion',
  'drop-command',
  'lost-interrupt',
  'bus-reset',
  'abort',
  'stop-adapter',
])
/** The miniport gets no answer that it needs: what it does with the request is its own affair. */
const HELPLESS = new Set<Does>(['null-result', 'timer-jitter'])

/** Without what these take away an adapter cannot be brought up. */
const REFUSES = new Set<Does>(['refuse-range', 'short-config-info'])
const NEEDED = new Set(['ScsiPortGetDeviceBase', 'ScsiPortGetUncachedExtension'])

/** How bystanders come back. */
const BYSTANDER = new Set<number>([
  SRB_STATUS['bus reset'],
  SRB_STATUS.aborted,
  SRB_STATUS.busy,
  SRB_STATUS.timeout,
  SRB_STATUS['command timeout'],
  SRB_STATUS['request sense failed'],
])
const STATUS_MASK = 0x3f
const UNIT_ATTENTION = 6
/** Sense keys that an adapter without SCSI commands has words for: medium error, hardware error, illegal request, data protect. */
const TOLD_KEYS = new Set([3, 4, 5, 7])
const REQUEST_SENSE = 0x03
/** Disturbances kept for each adapter. */
const KEPT = 64

const hex = (value: number): string => `0x${value.toString(16).padStart(2, '0')}`
const senseText = (sense: number): string =>
  sense < 0 ? 'none' : `${hex(sense >>> 16)}/${hex((sense >>> 8) & 0xff)}/${hex(sense & 0xff)}`

export class Claims {
  readonly #bySerial = new Map<number, Claim>()
  readonly #disturbances: Disturbance[][]
  /** By guest: the fault that took the adapter out, refused it what it needs to come up, spoiled the bus scan; −1 none. */
  readonly #removedBy: number[]
  readonly #refusedBy: number[]
  /** By guest: the last check-conditions, when and on which SRB. */
  readonly #checked: { atPs: number; serial: number }[][]
  readonly #spoiledBy: number[]
  readonly #passSense: readonly boolean[]

  /** @param passSense by guest: sense data comes back as the fault made it; default: it does. Where it does not, its key does */
  constructor(guests: number, passSense: readonly boolean[] = []) {
    this.#passSense = passSense
    this.#disturbances = Array.from({ length: guests }, () => [])
    this.#removedBy = new Array<number>(guests).fill(-1)
    this.#checked = Array.from({ length: guests }, () => [])
    this.#refusedBy = new Array<number>(guests).fill(-1)
    this.#spoiledBy = new Array<number>(guests).fill(-1)
  }

  /** A fault acted on the command of these SRBs; several when the same command is on its way more than once. */
  hit(
    guest: number,
    serials: readonly number[],
    fault: number,
    actions: readonly FaultAction[],
    opcode: number,
    nowPs: number,
  ): void {
    const check = actions.find(action => action.do === 'check-condition')
    const sense =
      check?.do === 'check-condition' ? (check.sense.key << 16) | (check.sense.asc << 8) | check.sense.ascq : -1
    const must = serials.length === 1 && actions.some(action => FATAL.has(action.do))
    for (const serial of serials) this.#bySerial.set(serial, { fault, must, sense })
    const serial = serials[0] ?? -1
    if (check !== undefined) {
      const list = this.#checked[guest]!
      if (list.length >= KEPT) list.shift()
      list.push({ atPs: nowPs, serial })
    }
    if (actions.some(action => DISTURBS.has(action.do)))
      this.#disturb(guest, fault, nowPs, serial < 0 ? nowPs : Number.POSITIVE_INFINITY, false, serial)
    if (opcode === REQUEST_SENSE) this.#disturb(guest, fault, nowPs, nowPs, true)
  }

  /** The command of these SRBs was sent once more, and nothing befell it. */
  again(serials: readonly number[]): void {
    for (const serial of serials) {
      const claim = this.#bySerial.get(serial)
      if (claim !== undefined) claim.must = false
    }
  }

  /** Is there a claim that a command sent again would take back? */
  get open(): boolean {
    return this.#bySerial.size > 0
  }

  /** A fault acted on the adapter as a whole. */
  disturbed(guest: number, fault: number, actions: readonly FaultAction[], nowPs: number): void {
    for (const action of actions) {
      if (action.do === 'surprise-removal') this.#removedBy[guest] = fault
      else if (REFUSES.has(action.do)) this.#refusedBy[guest] = fault
      else if (action.do === 'lost-interrupt') this.#disturb(guest, fault, nowPs, Number.POSITIVE_INFINITY, false)
      else if (DISTURBS.has(action.do)) this.#disturb(guest, fault, nowPs, nowPs, false)
      else if (action.do === 'null-result' && NEEDED.has(action.routine)) this.#refusedBy[guest] = fault
      else if (HELPLESS.has(action.do))
        this.#disturb(guest, fault, nowPs, nowPs + ('forPs' in action ? action.forPs : 0), true)
    }
  }

  /** An SRB is with the port driver again, however it ended. */
  returned(guest: number, serial: number, nowPs: number): void {
    for (const d of this.#disturbances[guest]!) if (d.serial === serial && d.untilPs > nowPs) d.untilPs = nowPs
  }

  /** The pause after a reset is over: nothing of what was before lasts longer. */
  settled(guest: number, nowPs: number): void {
    for (const d of this.#disturbances[guest]!) if (d.untilPs === Number.POSITIVE_INFINITY) d.untilPs = nowPs
  }

  #disturb(guest: number, fault: number, fromPs: number, untilPs: number, anyStatus: boolean, serial = -1): void {
    const list = this.#disturbances[guest]!
    if (list.length >= KEPT) list.shift()
    list.push({ fault, fromPs, untilPs, anyStatus, serial })
  }

  /** Was the adapter taken out of the machine? */
  gone(guest: number): boolean {
    return this.#removedBy[guest]! >= 0
  }

  /** A fault acted during the bus scan, or before it and will be felt there. */
  scanned(guest: number, fault: number, actions: readonly FaultAction[]): void {
    if (actions.some(({ do: does }) => DISTURBS.has(does) || HELPLESS.has(does))) this.spoiled(guest, fault)
  }

  /** A fault befell a command of the bus scan. */
  spoiled(guest: number, fault: number): void {
    this.#spoiledBy[guest] = fault
  }

  /** The fault that makes it right for a driver to refuse its adapter, −1 none. */
  refusedBy(guest: number): number {
    return Math.max(this.#removedBy[guest]!, this.#refusedBy[guest]!)
  }

  /** The fault that makes it right for the bus scan to miss drives, −1 none. */
  spoiledBy(guest: number): number {
    return Math.max(this.refusedBy(guest), this.#spoiledBy[guest]!)
  }

  judge(back: Returned): Excuse {
    const { guest, serial, scsiStatus, sense } = back
    const claim = this.#bySerial.get(serial)
    if (claim !== undefined) this.#bySerial.delete(serial)
    if (this.gone(guest)) return { why: `fault ${this.#removedBy[guest]} took the adapter out`, must: undefined }
    const disturbance = this.#during(back)
    if (claim === undefined) {
      const status = back.srbStatus & STATUS_MASK
      const usual = BYSTANDER.has(status) || (sense >= 0 && sense >> 16 === UNIT_ATTENTION)
      if (disturbance === undefined || !(disturbance.anyStatus || usual)) return NO_EXCUSE
      return { why: `fault ${disturbance.fault} disturbed the adapter`, must: undefined }
    }
    const why = `fault ${claim.fault} hit it`
    if (disturbance !== undefined) return { why, must: undefined }
    // A unit keeps the sense data of one command: that of another may have taken its place.
    const { fromPs, toPs } = back
    const crossed = this.#checked[guest]!.some(c => c.serial !== serial && c.atPs >= fromPs && c.atPs <= toPs)
    const key = claim.sense >> 16
    const told = this.#passSense[guest] === false ? !TOLD_KEYS.has(key) || sense >> 16 === key : sense === claim.sense
    if (claim.sense >= 0 && !crossed && scsiStatus === SCSI_STATUS['check condition'] && !told) {
      const must = `fault ${claim.fault} ended it with sense ${senseText(claim.sense)}, but it came back with ${senseText(sense)}`
      return { why: undefined, must }
    }
    return { why, must: claim.must ? why : undefined }
  }

  /** The last disturbance while a request was on its way; one that explains any status first. */
  #during({ guest, fromPs, toPs }: Returned): Disturbance | undefined {
    const during = this.#disturbances[guest]!.filter(d => d.untilPs >= fromPs && d.fromPs <= toPs)
    return during.find(d => d.anyStatus) ?? during.at(-1)
  }
}
