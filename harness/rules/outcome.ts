// Outcomes: what is known about one call of a routine when it returns, as a few bits. Rules that judge a call by these bits cost
// nothing while they hold: few combinations occur, so it is worked out once per combination which rules have to look closer,
// and how often a rule was exercised is counted by combination.

/** Facts about one call of HwInterrupt. *Own*: this adapter's own output. *Entry cause*: pending and enabled when the ISR was entered. */
export const Fact = {
  /** The own output was asserted at entry. */
  own: 1,
  /** It returned TRUE. */
  claimed: 2,
  /** The own output went up, or an enabled cause was raised, while it ran. */
  raised: 4,
  /** An entry cause drives the output still. */
  left: 8,
  /** An entry cause was dismissed while it ran. */
  dismissed: 16,
  /** The own output is asserted at exit. */
  asserted: 32,
  /** It put work off: CallEnableInterrupts, a timer, a system DMA transfer. */
  deferred: 64,
  /** Commands that the adapter had finished before it was entered were not completed in it. */
  owed: 128,
  /** Own output low at entry: it wrote registers, or read more than a foreign interrupt needs. */
  busy: 256,
  /** It took longer than a foreign interrupt may. */
  slow: 512,
  /** It took longer than an ISR should. */
  long: 1024,
} as const

const FACTS = 2048

export interface OutcomeCheck {
  routine: number
  /** Is this a call that the rule is about? Called once per combination of facts. */
  applies(facts: number): boolean
  /** Must `check` look at such a call? Called once per combination of facts. */
  suspect(facts: number): boolean
  /** @param index ring index of the Exit event; `Frames` still shows the call */
  check(index: number, guest: number, facts: number): void
}

const SILENT: readonly OutcomeCheck[] = []

export class OutcomeTable {
  readonly #checks: OutcomeCheck[] = []
  readonly #plan: (readonly OutcomeCheck[] | undefined)[] = Array.from({ length: FACTS }, () => undefined)
  readonly #seen: Uint32Array
  readonly #routine: number

  constructor(routine: number, guests: number) {
    this.#routine = routine
    this.#seen = new Uint32Array(guests * FACTS)
  }

  add(checks: readonly OutcomeCheck[]): void {
    for (const check of checks) {
      if (check.routine !== this.#routine) throw new RangeError(`no outcome table for routine ${check.routine}`)
      this.#checks.push(check)
    }
    this.#plan.fill(undefined)
  }

  /** One call returned. */
  record(index: number, guest: number, facts: number): void {
    this.#seen[guest * FACTS + facts]!++
    const plan = this.#plan[facts] ?? this.#prepare(facts)
    for (let n = 0; n < plan.length; n++) plan[n]!.check(index, guest, facts)
  }

  /** Calls of a guest that a rule was about. */
  exercised(check: OutcomeCheck, guest: number): number {
    let sum = 0
    for (let facts = 0; facts < FACTS; facts++) {
      const seen = this.#seen[guest * FACTS + facts]!
      if (seen > 0 && check.applies(facts)) sum += seen
    }
    return sum
  }

  #prepare(facts: number): readonly OutcomeCheck[] {
    const checks = this.#checks.filter(check => check.applies(facts) && check.suspect(facts))
    const plan = checks.length === 0 ? SILENT : checks
    this.#plan[facts] = plan
    return plan
  }
}
