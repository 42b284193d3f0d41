// In which order the commands of one logical unit may start: task attributes, kept by the adapter. Shared by all adapters that queue.
//
// Our own rules, simple and strict. SIMPLE commands overlap. ORDERED waits until every older command of the unit has ended, and younger
// ones wait for it. HEAD OF QUEUE starts at once and everything that has not started waits for it. An untagged command is ordered
// and runs alone: not even HEAD OF QUEUE starts beside it. Does not model: several initiators, ACA, QERR.
import type { ScsiTask } from '../scsi/task.ts'

/** Where a command is in the queue of its unit. */
export const Place = {
  none: 0,
  /** Held back by others. */
  waiting: 1,
  started: 2,
} as const

/** What the order needs of an adapter's command. */
export interface OrderedCommand {
  readonly task: ScsiTask
  /** Kept by the order; `Place.none` to begin with. */
  place: number
  /** Place in the order of arrival. */
  arrival: number
}

export class TaskOrder<C extends OrderedCommand> {
  readonly #commands: readonly C[]
  #queued = 0
  /** Commands in a queue whose attribute is not SIMPLE: with none of them nobody has to wait. */
  #strict = 0
  #waiting = 0
  #arrivals = 0
  readonly #start: (command: C) => void

  /** @param start begins with the selection; called for a command as soon as nothing holds it back */
  constructor(commands: readonly C[], start: (command: C) => void) {
    this.#commands = commands
    this.#start = start
  }

  /** A command was fetched. */
  enter(command: C): void {
    command.arrival = ++this.#arrivals
    command.place = Place.started
    this.#queued++
    if (command.task.attribute !== 'simple') this.#strict++
    if (this.#queued === 1 || this.#strict === 0 || this.#mayStart(command)) {
      this.#start(command)
      return
    }
    command.place = Place.waiting
    this.#waiting++
  }

  /** A command ended or was aborted. Whoever waited for it may start. Does nothing for a command that is not in the queue. */
  leave(command: C): void {
    if (command.place === Place.none) return
    if (command.place === Place.waiting) this.#waiting--
    command.place = Place.none
    this.#queued--
    if (command.task.attribute !== 'simple') this.#strict--
    let considered = 0
    while (this.#waiting > 0) {
      const next = this.#oldestWaiting(considered)
      if (next === undefined) return
      considered = next.arrival
      if (this.#mayStart(next)) {
        next.place = Place.started
        this.#waiting--
        this.#start(next)
      }
    }
  }

  /** Every command is gone. */
  clear(): void {
    for (const command of this.#commands) command.place = Place.none
    this.#queued = 0
    this.#strict = 0
    this.#waiting = 0
    this.#arrivals = 0
  }

  #oldestWaiting(after: number): C | undefined {
    let oldest: C | undefined
    for (const command of this.#commands) {
      if (command.place !== Place.waiting || command.arrival <= after) continue
      if (oldest === undefined || command.arrival < oldest.arrival) oldest = command
    }
    return oldest
  }

  #mayStart(command: C): boolean {
    const { target, lun, attribute } = command.task
    for (const other of this.#commands) {
      if (other === command || other.place === Place.none || other.task.target !== target || other.task.lun !== lun)
        continue
      const kind = other.task.attribute
      if (attribute === 'head') {
        if (kind === 'untagged' && other.place === Place.started) return false
      } else {
        if (kind === 'head') return false
        if (other.arrival < command.arrival && (attribute !== 'simple' || kind !== 'simple')) return false
      }
    }
    return true
  }
}
