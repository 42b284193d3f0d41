// Which failing requests a fault is to blame for.
//
// * A request hit by name: the fault acted on its command. Some of these faults make the command fail for certain (`must`), and a
//   CHECK CONDITION must come back with the sense data of the fault.
// * A bystander: the adapter as a whole was disturbed (bus reset, a command that never ended, removal …) while the request was on
//   its way, or so little before that the port driver was still recovering.
//
// Everything else that fails, fails the run. Contents are never excused: blocks that come back wrong are a miscompare whatever was planned.
import type { FaultAction } from '../../schemas/faults.ts'
import type { Excuse } from '../workload/workload.ts'

/** A fault that acted on the command of one SRB. */
export interface Claim {
  /** Index of the fault in the scenario. */
  readonly fault: number
  /** The command cannot have succeeded. */
  must: boolean
  /** Sense data it must come back with as 0xKKAAQQ, −1 none in particular. */
  readonly sense: number
}

const NO_EXCUSE: Excuse = { why: undefined, must: undefined }

/** Actions after which the command has failed, unless the miniport tries it again by itself. */
const FATAL = new Set<FaultAction['do']>([
  'selection-timeout',
  'parity-error',
  'unexpected-disconnect',
  'check-condition',
  'reservation-conflict',
])
/** Actions from which only a time-out and a reset lead back. */
const DISTURBS = new Set<FaultAction['do']>([
  'lost-completion',
  'late-completion',
  'drop-command',
  'lost-interrupt',
  'stuck-line',
  'bus-reset',
  'surprise-removal',
  'several-causes',
  'abort',
  'stop-adapter',
  'timer-jitter',
  'null-result',
])

const hex = (value: number): string => `0x${value.toString(16).padStart(2, '0')}`
const senseText = (sense: number): string =>
  sense < 0 ? 'none' : `${hex(sense >>> 16)}/${hex((sense >>> 8) & 0xff)}/${hex(sense & 0xff)}`

const REQUEST_SENSE = 0x03
const CHECK_CONDITION = 0x02

export class Claims {
  readonly #recoveryPs: number
  readonly #bySerial = new Map<number, Claim>()
  /** By guest: until when failures are the plan's doing, and which fault's. */
  readonly #shakenFromPs: number[]
  readonly #shakenUntilPs: number[]
  readonly #shakenBy: number[]

  constructor(guests: number, recoveryPs: number) {
    this.#recoveryPs = recoveryPs
    this.#shakenFromPs = new Array<number>(guests).fill(Number.POSITIVE_INFINITY)
    this.#shakenUntilPs = new Array<number>(guests).fill(-1)
    this.#shakenBy = new Array<number>(guests).fill(-1)
  }

  /** A fault acted on the command of these SRBs. */
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
    const must = actions.some(action => FATAL.has(action.do))
    for (const serial of serials) this.#bySerial.set(serial, { fault, must: must && serials.length === 1, sense })
    if (opcode === REQUEST_SENSE || actions.some(action => DISTURBS.has(action.do))) this.shake(guest, fault, nowPs)
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

  /** A fault did something to the adapter as a whole. */
  disturbed(guest: number, fault: number, actions: readonly FaultAction[], nowPs: number): void {
    if (actions.some(action => DISTURBS.has(action.do))) this.shake(guest, fault, nowPs)
    if (actions.some(action => action.do === 'surprise-removal')) this.#shakenUntilPs[guest] = Number.POSITIVE_INFINITY
  }

  shake(guest: number, fault: number, nowPs: number): void {
    if (nowPs > this.#shakenUntilPs[guest]!) this.#shakenFromPs[guest] = nowPs
    this.#shakenUntilPs[guest] = Math.max(this.#shakenUntilPs[guest]!, nowPs + this.#recoveryPs)
    this.#shakenBy[guest] = fault
  }

  /** Was the adapter taken out of the machine? */
  gone(guest: number): boolean {
    return this.#shakenUntilPs[guest] === Number.POSITIVE_INFINITY
  }

  /** The fault that was disturbing the adapter between two instants, −1 none. */
  shaken(guest: number, fromPs: number, toPs: number): number {
    return fromPs <= this.#shakenUntilPs[guest]! && toPs >= this.#shakenFromPs[guest]! ? this.#shakenBy[guest]! : -1
  }

  /** A request is back at its owner. @param fromPs when it was first handed to the port driver */
  judge(guest: number, serial: number, fromPs: number, nowPs: number, scsiStatus: number, sense: number): Excuse {
    const claim = this.#bySerial.get(serial)
    const by = this.shaken(guest, fromPs, nowPs)
    if (claim === undefined) return by < 0 ? NO_EXCUSE : { why: `fault ${by} disturbed the adapter`, must: undefined }
    this.#bySerial.delete(serial)
    const why = `fault ${claim.fault} hit it`
    const must = claim.must && by < 0 ? `fault ${claim.fault} hit it` : undefined
    if (by < 0 && claim.sense >= 0 && scsiStatus === CHECK_CONDITION && sense !== claim.sense) {
      return {
        why: undefined,
        must: `fault ${claim.fault} ended it with sense ${senseText(claim.sense)}, but it came back with ${senseText(sense)}`,
      }
    }
    return { why, must }
  }
}
