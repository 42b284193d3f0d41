// Completions: what is known about one SRB when it comes back, packed into one number. As with outcomes.ts few combinations occur, so it is
// worked out once per combination which rules have to look closer; while rules hold, a completion costs one look-up.
import { FUNCTIONS, type FunctionClass, SCSI_CLASSES, type ScsiClass } from './completion-key.ts'

/** How an SRB came back, and what the adapter did for it. */
export interface CompletionFacts {
  /** EXECUTE_SCSI, ABORT_COMMAND, IO_CONTROL, FLUSH or SHUTDOWN, a code that no function has, or another function. */
  function: FunctionClass
  /** SRB status without its flag bits. */
  srbStatus: number
  autosenseValid: boolean
  queueFrozen: boolean
  /** ScsiStatus of the SRB. */
  scsi: ScsiClass
  /** `HostStatus` with which the adapter ended the command; `HOST_NONE`: it did not end it. */
  host: number
  /** SCSI status that the adapter reported; 'good' when it did not end the command. */
  adapterScsi: ScsiClass
  /** The adapter dropped the command with a reset. */
  dropped: boolean
  /** The adapter fetched another CDB than those of the SRBs for this unit, and never the one of this SRB. */
  stray: boolean
  /** DataTransferLength asked for was not 0. */
  hasData: boolean
  /** DataTransferLength as reported, against what was asked. */
  reported: 'all' | 'less' | 'more' | 'none'
  /** The adapter moved fewer bytes than were asked for. */
  short: boolean
  /** DataTransferLength as reported is what the adapter moved. */
  reportedIsMoved: boolean
  /** The adapter delivered sense data. */
  senseDelivered: boolean
  /** ScsiPortLogError was called for this SRB. */
  logged: boolean
  /** The target was told another tag message than the SRB asks for, or that it may disconnect although it may not. */
  misled: boolean
}

export interface CompletionCheck {
  /** Is this a completion that the rule is about? Called once per combination. */
  applies(facts: CompletionFacts): boolean
  /** Must `check` look at it? Called once per combination. */
  suspect(facts: CompletionFacts): boolean
  /** @param index place of the SrbCompleted event; `Commands` still knows the SRB */
  check(index: number, guest: number, facts: CompletionFacts): void
  /** false: such completions do not count as exercised by themselves, `check` counts them. */
  counts?: false
}

const SLOTS = 4096
const SILENT: readonly CompletionCheck[] = []

export class CompletionTable {
  readonly #checks: CompletionCheck[] = []
  readonly #keys = new Int32Array(SLOTS).fill(-1)
  readonly #facts = new Array<CompletionFacts | undefined>(SLOTS).fill(undefined)
  readonly #plan = new Array<readonly CompletionCheck[] | undefined>(SLOTS).fill(undefined)
  readonly #seen: Uint32Array
  #used = 0
  readonly #guests: number
  readonly #rare = new Map<CompletionCheck, Uint32Array>()

  constructor(guests: number) {
    this.#guests = guests
    this.#seen = new Uint32Array(guests * SLOTS)
  }

  add(checks: readonly CompletionCheck[]): void {
    if (checks.length === 0) return
    this.#checks.push(...checks)
    this.#plan.fill(undefined)
  }

  /** One SRB came back. @param key see completion-key.ts */
  record(index: number, guest: number, key: number): void {
    const slot = this.#slot(key)
    if (slot < 0) {
      this.#recordRare(index, guest, key)
      return
    }
    this.#seen[guest * SLOTS + slot]!++
    const plan = this.#plan[slot] ?? this.#prepare(slot)
    for (let n = 0; n < plan.length; n++) plan[n]!.check(index, guest, this.#facts[slot]!)
  }

  /** Completions of a guest that a rule was about. */
  exercised(check: CompletionCheck, guest: number): number {
    if (check.counts === false) return 0
    let sum = this.#rare.get(check)?.[guest] ?? 0
    for (let slot = 0; slot < SLOTS; slot++) {
      const seen = this.#seen[guest * SLOTS + slot]!
      if (seen > 0 && check.applies(this.#facts[slot]!)) sum += seen
    }
    return sum
  }

  #slot(key: number): number {
    let slot = Math.imul(key, 0x9e3779b1) >>> 20
    while (this.#keys[slot] !== key) {
      if (this.#keys[slot] === -1) {
        if (this.#used >= SLOTS - 64) return -1
        this.#used++
        this.#keys[slot] = key
        this.#facts[slot] = decode(key)
        break
      }
      slot = (slot + 1) & (SLOTS - 1)
    }
    return slot
  }

  /** A driver that makes up statuses can fill the table: what comes then is worked out each time. */
  #recordRare(index: number, guest: number, key: number): void {
    const facts = decode(key)
    for (const check of this.#checks) {
      if (!check.applies(facts)) continue
      const counts = this.#rare.get(check) ?? new Uint32Array(this.#guests)
      this.#rare.set(check, counts)
      counts[guest]!++
      if (check.suspect(facts)) check.check(index, guest, facts)
    }
  }

  #prepare(slot: number): readonly CompletionCheck[] {
    const facts = this.#facts[slot]!
    const checks = this.#checks.filter(check => check.applies(facts) && check.suspect(facts))
    const plan = checks.length === 0 ? SILENT : checks
    this.#plan[slot] = plan
    return plan
  }
}

const REPORTED = ['all', 'less', 'more', 'none'] as const

/** The way back from `completionKey`. */
export function decode(key: number): CompletionFacts {
  const bit = (n: number): boolean => ((key >>> n) & 1) === 1
  return {
    srbStatus: key & 0x3f,
    queueFrozen: bit(6),
    autosenseValid: bit(7),
    scsi: SCSI_CLASSES[(key >>> 8) & 7]!,
    host: ((key >>> 11) & 15) - 1,
    function: FUNCTIONS[((key >>> 15) & 3) | (((key >>> 29) & 1) << 2)]!,
    reported: REPORTED[(key >>> 17) & 3]!,
    short: bit(19),
    reportedIsMoved: bit(20),
    senseDelivered: bit(21),
    logged: bit(22),
    adapterScsi: SCSI_CLASSES[(key >>> 23) & 7]!,
    stray: bit(26),
    dropped: bit(27),
    hasData: bit(28),
    misled: bit(30),
  }
}
