// Virtual time: integer picoseconds since the bench was switched on, and alarms.
//
// Models: one monotonic clock; alarms ordered by (due, sequence of scheduling); `nowPs` inside an alarm is the
// alarm's own due time. Does not model: host time (it is measured elsewhere and never drives behaviour).

/** Picoseconds in one nanosecond, microsecond, millisecond, second. */
export const PS = { ns: 1_000, us: 1_000_000, ms: 1_000_000_000, s: 1_000_000_000_000 } as const

/** Alarms that may fire at one and the same instant before the clock calls it a loop. */
const SAME_INSTANT_LIMIT = 100_000

export class ClockError extends Error {
  override name = 'ClockError'
}

/** One thing that happens later. Made once, scheduled any number of times; scheduling again replaces the earlier instant. */
export class Alarm {
  readonly label: string
  /** Instant of the next firing, `Infinity` when idle. */
  duePs = Number.POSITIVE_INFINITY
  /** @internal position in the clock's heap, −1 when idle */
  slot = -1
  /** @internal tie-breaker among equal instants */
  sequence = 0
  readonly fire: () => void
  readonly #clock: Clock

  constructor(clock: Clock, label: string, fire: () => void) {
    this.#clock = clock
    this.label = label
    this.fire = fire
  }

  get pending(): boolean {
    return this.slot >= 0
  }

  /**
   * @param ps absolute instant, a whole number; an instant in the past means now
   * @throws ClockError for a negative number, a fraction or infinity
   */
  scheduleAt(ps: number): void {
    this.#clock.schedule(this, ps)
  }

  scheduleIn(deltaPs: number): void {
    this.#clock.schedule(this, this.#clock.nowPs + deltaPs)
  }

  cancel(): void {
    this.#clock.cancel(this)
  }
}

export class Clock {
  nowPs = 0
  /** Instant of the earliest alarm, `Infinity` when none is set. Read on the hot path. */
  nextDuePs = Number.POSITIVE_INFINITY
  /** Alarms fired since the start. */
  fired = 0
  readonly #heap: Alarm[] = []
  #sequence = 0
  #firing = false

  createAlarm(label: string, fire: () => void): Alarm {
    return new Alarm(this, label, fire)
  }

  /**
   * Lets time pass up to `ps`, firing every alarm due on the way. Does nothing when `ps` is not in the future and nothing is due.
   * @throws ClockError beyond 2^53 ps, for a fraction, from inside an alarm, and when alarms fire without end at one instant
   */
  advanceTo(ps: number): void {
    if (this.#firing) throw new ClockError('time cannot be advanced from inside an alarm')
    if (!Number.isSafeInteger(ps)) {
      if (ps > Number.MAX_SAFE_INTEGER)
        throw new ClockError('virtual time ended: the clock is exact to 2^53 ps (2.5 hours)')
      throw new ClockError(`time advanced to ${ps} ps, which is no whole number`)
    }
    let sameInstant = 0
    while (this.nextDuePs <= ps) {
      const alarm = this.#heap[0]!
      if (alarm.duePs > this.nowPs) {
        this.nowPs = alarm.duePs
        sameInstant = 0
      } else if (++sameInstant > SAME_INSTANT_LIMIT) {
        throw new ClockError(`alarm '${alarm.label}' fires without end at ${this.nowPs} ps`)
      }
      this.#remove(alarm)
      this.fired++
      this.#firing = true
      try {
        alarm.fire()
      } finally {
        this.#firing = false
      }
    }
    if (ps > this.nowPs) this.nowPs = ps
  }

  /** Jumps to the earliest alarm and fires what is due there. @returns false when no alarm is set */
  advanceToNextAlarm(): boolean {
    if (this.nextDuePs === Number.POSITIVE_INFINITY) return false
    this.advanceTo(Math.max(this.nextDuePs, this.nowPs))
    return true
  }

  /** @internal */
  schedule(alarm: Alarm, ps: number): void {
    if (!(ps >= 0 && ps % 1 === 0)) throw new ClockError(`alarm '${alarm.label}' set to ${ps} ps`)
    if (alarm.slot >= 0) this.#remove(alarm)
    alarm.duePs = Math.max(ps, this.nowPs)
    alarm.sequence = this.#sequence++
    alarm.slot = this.#heap.length
    this.#heap.push(alarm)
    this.#up(alarm)
    this.nextDuePs = this.#heap[0]!.duePs
  }

  /** @internal */
  cancel(alarm: Alarm): void {
    if (alarm.slot >= 0) this.#remove(alarm)
  }

  #remove(alarm: Alarm): void {
    const heap = this.#heap
    const last = heap.pop()!
    if (last !== alarm) {
      last.slot = alarm.slot
      heap[last.slot] = last
      this.#up(last)
      this.#down(last)
    }
    alarm.slot = -1
    alarm.duePs = Number.POSITIVE_INFINITY
    this.nextDuePs = heap.length > 0 ? heap[0]!.duePs : Number.POSITIVE_INFINITY
  }

  #up(alarm: Alarm): void {
    const heap = this.#heap
    let at = alarm.slot
    while (at > 0) {
      const parent = heap[(at - 1) >> 1]!
      if (!before(alarm, parent)) break
      heap[at] = parent
      parent.slot = at
      at = (at - 1) >> 1
    }
    heap[at] = alarm
    alarm.slot = at
  }

  #down(alarm: Alarm): void {
    const heap = this.#heap
    let at = alarm.slot
    for (;;) {
      let child = 2 * at + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child++
      const below = heap[child]!
      if (!before(below, alarm)) break
      heap[at] = below
      below.slot = at
      at = child
    }
    heap[at] = alarm
    alarm.slot = at
  }
}

function before(a: Alarm, b: Alarm): boolean {
  return a.duePs < b.duePs || (a.duePs === b.duePs && a.sequence < b.sequence)
}
