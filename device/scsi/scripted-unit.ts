// A logical unit with moods: a decorator that ends chosen commands with a chosen status before the real unit sees them. This is how
// BUSY, TASK SET FULL or any sense data is put in a driver's way.
import { Asc, cdbPointer, checkCondition, NO_INFORMATION, NO_POINTER, SenseKey } from './sense.ts'
import { ScsiStatus } from './status.ts'
import type { LogicalUnit, ScsiTask } from './task.ts'

export interface ScriptedAnswer {
  /** Status byte. With CHECK CONDITION `key` and `asc` tell why; default ABORTED COMMAND. */
  status: number
  key?: number
  asc?: number
  /** Only commands with this operation code; default any. */
  opcode?: number
  /** How many commands; default 1. */
  times?: number
}

export class ScriptedUnit implements LogicalUnit {
  readonly label: string
  /** Commands answered by the script so far. */
  answered = 0
  readonly #inner: LogicalUnit
  readonly #answers: { answer: ScriptedAnswer; left: number }[] = []

  constructor(inner: LogicalUnit) {
    this.#inner = inner
    this.label = inner.label
  }

  /** Answers are tried in the order they were added. */
  add(answer: ScriptedAnswer): this {
    this.#answers.push({ answer, left: answer.times ?? 1 })
    return this
  }

  begin(task: ScsiTask): void {
    for (const entry of this.#answers) {
      const { answer } = entry
      if (entry.left <= 0 || (answer.opcode !== undefined && answer.opcode !== task.cdb[0])) continue
      entry.left--
      this.answered++
      task.direction = 'none'
      task.transferBytes = 0
      task.latencyPs = 0
      task.senseLength = 0
      task.status = answer.status
      if (answer.status === ScsiStatus.checkCondition)
        checkCondition(
          task,
          false,
          answer.key ?? SenseKey.abortedCommand,
          answer.asc ?? Asc.none,
          NO_INFORMATION,
          answer.asc === Asc.invalidFieldInCdb ? cdbPointer(1) : NO_POINTER,
        )
      return
    }
    this.#inner.begin(task)
  }

  execute(task: ScsiTask): void {
    this.#inner.execute(task)
  }

  reset(reason: 'power-on' | 'bus' | 'target'): void {
    this.#inner.reset(reason)
  }

  senseDelivered(): void {
    this.#inner.senseDelivered?.()
  }
}
