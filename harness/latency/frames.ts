// The routines that run now, innermost last: one row each, made once. A miniport's routine at lower IRQL may be interrupted by another
// miniport's ISR, so that more than one can be open.

const DEPTH = 32

/** No instant: it has not happened in this routine. */
export const NEVER = -1

/** One call of a routine. Objects with fields, not columns of numbers: the compiler reaches a field at once, a column through checks. */
export class Frame {
  readonly depth: number
  guest = -1
  routine = -1
  invocation = 0
  srb = -1
  enterPs = 0
  /** Number of the Enter event in the trace. */
  enterEvent = 0
  /** Time that other miniports' routines took out of it. */
  interruptedPs = 0
  raisedPs = NEVER
  /** What ran when the line was raised: guest << 8 | routine, −1 nothing. */
  waitedFor = -1
  firstReadPs = NEVER
  acknowledgedPs = NEVER
  completedPs = NEVER
  reads = 0
  writes = 0
  stalls = 0
  stallUs = 0
  longestStallUs = 0
  /** Its guest was stopped in it; the Exit that follows is no return. */
  stopped = false

  constructor(depth: number) {
    this.depth = depth
  }
}

export class Frames {
  /** Open routines. */
  open = 0
  /** The innermost of them. */
  top: Frame | undefined
  readonly #rows = Array.from({ length: DEPTH }, (_, depth) => new Frame(depth))

  /** @returns the new row, undefined when there are too many: the bench itself would have gone wrong */
  push(
    guest: number,
    routine: number,
    invocation: number,
    srb: number,
    atPs: number,
    event: number,
  ): Frame | undefined {
    if (this.open === DEPTH) return undefined
    const frame = this.#rows[this.open++]!
    this.top = frame
    frame.guest = guest
    frame.routine = routine
    frame.invocation = invocation
    frame.srb = srb
    frame.enterPs = atPs
    frame.enterEvent = event
    frame.interruptedPs = 0
    frame.raisedPs = NEVER
    frame.waitedFor = -1
    frame.firstReadPs = NEVER
    frame.acknowledgedPs = NEVER
    frame.completedPs = NEVER
    frame.reads = 0
    frame.writes = 0
    frame.stalls = 0
    frame.stallUs = 0
    frame.longestStallUs = 0
    frame.stopped = false
    return frame
  }

  /** The innermost open routine of a guest, undefined when it has none. */
  find(guest: number): Frame | undefined {
    const { top } = this
    if (top === undefined || top.guest === guest) return top
    for (let n = top.depth - 1; n >= 0; n--) if (this.#rows[n]!.guest === guest) return this.#rows[n]
    return undefined
  }

  /** Closes a row and what is above it; its time is charged to the routine it interrupted. */
  close(frame: Frame, durationPs: number): void {
    this.open = frame.depth
    this.top = frame.depth > 0 ? this.#rows[frame.depth - 1] : undefined
    if (this.top !== undefined) this.top.interruptedPs += durationPs
  }
}
