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
  /** It touched a register, and the first access was no read of an interrupt status register. */
  blind: 2048,
  /** It read one register more often than an ISR needs to. */
  polled: 4096,
  /** It called CallEnableInterrupts. */
  enable: 8192,
  /** No SRB was with the miniport when it was entered. */
  idle: 16384,
  /** The adapter was taken out of the machine before it was entered. */
  gone: 32768,
  /** First own interrupt since somebody else reset the bus. */
  busReset: 65536,
  /** First own interrupt since a target reselected with an unknown tag. */
  reselected: 131072,
} as const

/** Facts about one call of another routine that has an outcome table. */
export const CallFact = {
  /** It took longer than it may: HwStartIo, see `RuleLimits`. */
  long: 1,
  /** It returned FALSE. */
  failed: 2,
  /** The own output was asserted between CallEnableInterrupts and the end of this call. */
  unmasked: 4,
  /** CallDisableInterrupts was asked for, in this call or before it. */
  disable: 8,
  /** The adapter was reset since CallEnableInterrupts. */
  reset: 16,
  /** The callback of CallEnableInterrupts: the adapter had finished commands when it was entered. */
  finished: 32,
  /** Some of them were not completed in it. */
  owed: 64,
} as const

export interface OutcomeCheck {
  routine: number
  /** Is this a call that the rule is about? Called once per combination of facts. */
  applies(facts: number): boolean
  /** Must `check` look at such a call? Called once per combination of facts. */
  suspect(facts: number): boolean
  /** @param index place of the Exit event; `Frames` still shows the call */
  check(index: number, guest: number, facts: number): void
  /** false: such calls do not count as exercised by themselves, `check` counts them. */
  counts?: false
}

const SLOTS = 1024
const SILENT: readonly OutcomeCheck[] = []

export class OutcomeTable {
  readonly #checks: OutcomeCheck[] = []
  readonly #keys = new Int32Array(SLOTS).fill(-1)
  readonly #plan = new Array<readonly OutcomeCheck[] | undefined>(SLOTS).fill(undefined)
  readonly #seen: Uint32Array
  readonly routine: number
  #used = 0

  constructor(routine: number, guests: number) {
    this.routine = routine
    this.#seen = new Uint32Array(guests * SLOTS)
  }

  add(checks: readonly OutcomeCheck[]): void {
    const own = checks.filter(check => check.routine === this.routine)
    if (own.length === 0) return
    this.#checks.push(...own)
    this.#plan.fill(undefined)
  }

  /** One call returned. */
  record(index: number, guest: number, facts: number): void {
    const slot = this.#slot(facts)
    this.#seen[guest * SLOTS + slot]!++
    const plan = this.#plan[slot] ?? this.#prepare(slot)
    for (let n = 0; n < plan.length; n++) plan[n]!.check(index, guest, facts)
  }

  /** Calls of a guest that a rule was about. */
  exercised(check: OutcomeCheck, guest: number): number {
    let sum = 0
    if (check.routine !== this.routine || check.counts === false) return sum
    for (let slot = 0; slot < SLOTS; slot++) {
      const seen = this.#seen[guest * SLOTS + slot]!
      if (seen > 0 && check.applies(this.#keys[slot]!)) sum += seen
    }
    return sum
  }

  #slot(facts: number): number {
    let slot = Math.imul(facts, 0x9e3779b1) >>> 22
    while (this.#keys[slot] !== facts) {
      if (this.#keys[slot] === -1) {
        // A driver that tries could fill the table: the rest share one slot.
        if (this.#used >= SLOTS - 16) return slot
        this.#used++
        this.#keys[slot] = facts
        break
      }
      slot = (slot + 1) & (SLOTS - 1)
    }
    return slot
  }

  #prepare(slot: number): readonly OutcomeCheck[] {
    const facts = this.#keys[slot]!
    if (facts < 0) return SILENT
    const checks = this.#checks.filter(check => check.applies(facts) && check.suspect(facts))
    const plan = checks.length === 0 ? SILENT : checks
    this.#plan[slot] = plan
    return plan
  }
}
