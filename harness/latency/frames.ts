// The routines that run now, innermost last: one row of numbers each, made once. A miniport's routine at lower IRQL may be
// interrupted by another miniport's ISR, so that more than one can be open.

const DEPTH = 32

/** No instant: it has not happened in this routine. */
export const NEVER = -1

export class Frames {
  /** Open routines; the newest has the number `open − 1`. */
  open = 0
  readonly guest = new Int32Array(DEPTH)
  readonly routine = new Int32Array(DEPTH)
  readonly invocation = new Int32Array(DEPTH)
  readonly srb = new Int32Array(DEPTH)
  readonly enterPs = new Float64Array(DEPTH)
  /** Number of the Enter event in the trace. */
  readonly enterEvent = new Float64Array(DEPTH)
  /** Time that other miniports' routines took out of it. */
  readonly interruptedPs = new Float64Array(DEPTH)
  readonly raisedPs = new Float64Array(DEPTH)
  /** What ran when the line was raised: guest << 8 | routine, −1 nothing. */
  readonly waitedFor = new Int32Array(DEPTH)
  readonly firstReadPs = new Float64Array(DEPTH)
  readonly acknowledgedPs = new Float64Array(DEPTH)
  readonly completedPs = new Float64Array(DEPTH)
  readonly reads = new Float64Array(DEPTH)
  readonly writes = new Float64Array(DEPTH)
  readonly stalls = new Float64Array(DEPTH)
  readonly stallUs = new Float64Array(DEPTH)
  readonly longestStallUs = new Float64Array(DEPTH)
  /** 1: its guest was stopped in it; the Exit that follows is no return. */
  readonly stopped = new Uint8Array(DEPTH)

  /** @returns the number of the new row, −1 when there are too many: the bench itself would have gone wrong */
  push(guest: number, routine: number, invocation: number, srb: number, atPs: number, event: number): number {
    if (this.open === DEPTH) return -1
    const f = this.open++
    this.guest[f] = guest
    this.routine[f] = routine
    this.invocation[f] = invocation
    this.srb[f] = srb
    this.enterPs[f] = atPs
    this.enterEvent[f] = event
    this.interruptedPs[f] = 0
    this.raisedPs[f] = NEVER
    this.waitedFor[f] = -1
    this.firstReadPs[f] = NEVER
    this.acknowledgedPs[f] = NEVER
    this.completedPs[f] = NEVER
    this.reads[f] = 0
    this.writes[f] = 0
    this.stalls[f] = 0
    this.stallUs[f] = 0
    this.longestStallUs[f] = 0
    this.stopped[f] = 0
    return f
  }

  /** The innermost open routine of a guest, −1 when it has none. */
  find(guest: number): number {
    let f = this.open - 1
    while (f >= 0 && this.guest[f] !== guest) f--
    return f
  }

  /** Closes a row and what is above it; its time is charged to the routine it interrupted. */
  close(f: number, durationPs: number): void {
    this.open = f
    if (f > 0) this.interruptedPs[f - 1]! += durationPs
  }
}
