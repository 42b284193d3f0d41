// Completions: what is known about one SRB when it comes back, packed into one number. As with outcomes.ts few combinations occur, so it is
// worked out once per combination which rules have to look closer; while rules hold, a completion costs one look-up.
import { SCSI_CLASSES, type ScsiClass } from './completion-key.ts'

/** How an SRB came back, and what the adapter did for it. */
export interface CompletionFacts {
  /** EXECUTE_SCSI, ABORT_COMMAND, or another function. */
  function: 'execute' | 'abort' | 'other'
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
  /** The adapter fetched a command for this unit that is none of the SRBs' CDBs. */
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
}

export interface CompletionCheck {
  /** Is this a completion that the rule is about? Called once per combination. */
  applies(facts: CompletionFacts): boolean
  /** Must `check` look at it? Called once per combination. */
  suspect(facts: CompletionFacts): boolean
  /** @param index ring index of the SrbCompleted event; `Commands` still knows the SRB */
  check(index: number, guest: number, facts: CompletionFacts): void
  /** false: such completions do not count as exercised by themselves, `check` counts them. */
  counts?: false
}

const SLOTS = 4096
const SILENT: readonly CompletionCheck[] = []

export class CompletionTable {
  readonly #checks: CompletionCheck[] = []
  readonly #keys = new Int32Array(SLOTS).fill(-1)
  readonly #facts: (CompletionFacts | undefined)[] = Array.from({ length: SLOTS }, () => undefined)
  readonly #plan: (readonly CompletionCheck[] | undefined)[] = Array.from({ length: SLOTS }, () => undefined)
  readonly #seen: Uint32Array
  #used = 0

  constructor(guests: number) {
    this.#seen = new Uint32Array(guests * SLOTS)
  }

  add(checks: readonly CompletionCheck[]): void {
    this.#checks.push(...checks)
    this.#plan.fill(undefined)
  }

  /** One SRB came back. @param key see completion-key.ts */
  record(index: number, guest: number, key: number): void {
    const slot = this.#slot(key)
    this.#seen[guest * SLOTS + slot]!++
    const plan = this.#plan[slot] ?? this.#prepare(slot)
    for (let n = 0; n < plan.length; n++) plan[n]!.check(index, guest, this.#facts[slot]!)
  }

  /** Completions of a guest that a rule was about. */
  exercised(check: CompletionCheck, guest: number): number {
    let sum = 0
    if (check.counts === false) return sum
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
        // A driver that makes up statuses could fill the table: the rest share one slot.
        if (this.#used >= SLOTS - 64) return slot
        this.#used++
        this.#keys[slot] = key
        this.#facts[slot] = decode(key)
        break
      }
      slot = (slot + 1) & (SLOTS - 1)
    }
    return slot
  }

  #prepare(slot: number): readonly CompletionCheck[] {
    const facts = this.#facts[slot]!
    const checks = this.#checks.filter(check => check.applies(facts) && check.suspect(facts))
    const plan = checks.length === 0 ? SILENT : checks
    this.#plan[slot] = plan
    return plan
  }
}

const FUNCTIONS = ['execute', 'abort', 'other'] as const
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
    function: FUNCTIONS[(key >>> 15) & 3]!,
    reported: REPORTED[(key >>> 17) & 3]!,
    short: bit(19),
    reportedIsMoved: bit(20),
    senseDelivered: bit(21),
    logged: bit(22),
    adapterScsi: SCSI_CLASSES[(key >>> 23) & 7]!,
    stray: bit(26),
    dropped: bit(27),
    hasData: bit(28),
  }
}
