// In which order the commands of one logical unit may start: task attributes, kept by the adapter.
//
// Our own rules, simple and strict. SIMPLE commands overlap. ORDERED waits until every older command of the unit has ended, and younger
// ones wait for it. HEAD OF QUEUE starts at once and everything that has not started waits for it. An untagged command is ordered
// and runs alone: not even HEAD OF QUEUE starts beside it. Does not model: several initiators, ACA, QERR.
import { type Command, Stage } from './command.ts'

/** In the unit's queue: fetched and not ended. */
function isQueued(stage: number): boolean {
  return stage >= Stage.waiting && stage <= Stage.lost
}

export class TaskOrder {
  readonly #commands: readonly Command[]
  #queued = 0
  /** Commands in a queue whose attribute is not SIMPLE: with none of them nobody has to wait. */
  #strict = 0
  #waiting = 0
  #arrivals = 0
  readonly #start: (command: Command) => void

  /** @param start begins with the selection; called for a command as soon as nothing holds it back */
  constructor(commands: readonly Command[], start: (command: Command) => void) {
    this.#commands = commands
    this.#start = start
  }

  /** A command was fetched. */
  enter(command: Command): void {
    command.arrival = ++this.#arrivals
    command.stage = Stage.waiting
    this.#queued++
    if (command.task.attribute !== 'simple') this.#strict++
    if (this.#queued === 1 || this.#strict === 0 || this.#mayStart(command)) this.#start(command)
    else this.#waiting++
  }

  /** A command ended or was aborted; its stage still tells where it was. Whoever waited for it may start. */
  leave(command: Command): void {
    if (!isQueued(command.stage)) return
    if (command.stage === Stage.waiting) this.#waiting--
    command.stage = Stage.finished
    this.#queued--
    if (command.task.attribute !== 'simple') this.#strict--
    let considered = 0
    while (this.#waiting > 0) {
      const next = this.#oldestWaiting(considered)
      if (next === undefined) return
      considered = next.arrival
      if (this.#mayStart(next)) {
        this.#waiting--
        this.#start(next)
      }
    }
  }

  /** Every command is gone. */
  clear(): void {
    this.#queued = 0
    this.#strict = 0
    this.#waiting = 0
    this.#arrivals = 0
  }

  #oldestWaiting(after: number): Command | undefined {
    let oldest: Command | undefined
    for (const command of this.#commands) {
      if (command.stage !== Stage.waiting || command.arrival <= after) continue
      if (oldest === undefined || command.arrival < oldest.arrival) oldest = command
    }
    return oldest
  }

  #mayStart(command: Command): boolean {
    const { target, lun, attribute } = command.task
    for (const other of this.#commands) {
      if (other === command || !isQueued(other.stage) || other.task.target !== target || other.task.lun !== lun)
        continue
      const kind = other.task.attribute
      if (attribute === 'head') {
        if (kind === 'untagged' && other.stage !== Stage.waiting) return false
      } else {
        if (kind === 'head') return false
        if (other.arrival < command.arrival && (attribute !== 'simple' || kind !== 'simple')) return false
      }
    }
    return true
  }
}
