// The logical unit's seam: a decorator that answers chosen commands with another status, sense data or contents. Which commands was
// decided when the adapter fetched them. The unit under it holds the sense data, so REQUEST SENSE agrees.
import type { DiskState } from '../../device/scsi/disk-state.ts'
import { ScsiStatus } from '../../device/scsi/status.ts'
import type { LogicalUnit, ScsiTask } from '../../device/scsi/task.ts'
import type { FaultAction } from '../../schemas/faults.ts'

/** What a unit under faults can do beside its work. */
export type SensingUnit = LogicalUnit & Pick<DiskState, 'fail'>

/** Commands that were chosen and have not reached their unit. Tasks are the adapters' own objects, used again and again. */
export class UnitFaults {
  readonly #chosen = new Map<ScsiTask, { action: FaultAction; fault: number; guest: number }>()
  readonly #corrupted = new Map<ScsiTask, number>()
  /** Told when a fault is carried out. */
  acted: (guest: number, fault: number, tag: number) => void = () => {}

  /** What is to become of the command this task carries now; undefined: nothing. */
  choose(task: ScsiTask, guest: number, fault: number, action: FaultAction | undefined): void {
    this.#corrupted.delete(task)
    if (action === undefined) this.#chosen.delete(task)
    else this.#chosen.set(task, { action, fault, guest })
  }

  wrap(unit: SensingUnit): LogicalUnit {
    return {
      label: unit.label,
      begin: task => {
        const entry = this.#chosen.get(task)
        if (entry === undefined) {
          unit.begin(task)
          return
        }
        this.#chosen.delete(task)
        this.#begin(unit, task, entry.action)
        this.acted(entry.guest, entry.fault, task.tag)
      },
      execute: task => {
        const at = this.#corrupted.get(task)
        if (at === undefined) {
          unit.execute(task)
          return
        }
        this.#corrupted.delete(task)
        if (task.direction === 'out') corrupt(task, at, task.receivedBytes)
        unit.execute(task)
        if (task.direction === 'in') corrupt(task, at, task.transferBytes)
      },
      reset: reason => unit.reset(reason),
      senseDelivered: () => unit.senseDelivered?.(),
    }
  }

  #begin(unit: SensingUnit, task: ScsiTask, action: FaultAction): void {
    if (action.do === 'corrupt-data') {
      unit.begin(task)
      this.#corrupted.set(task, action.offset)
      return
    }
    task.renew()
    if (action.do === 'check-condition') {
      unit.fail(task, action.sense.key, (action.sense.asc << 8) | action.sense.ascq)
      return
    }
    task.status =
      action.do === 'busy'
        ? ScsiStatus.busy
        : action.do === 'queue-full'
          ? ScsiStatus.taskSetFull
          : ScsiStatus.reservationConflict
  }
}

function corrupt(task: ScsiTask, at: number, bytes: number): void {
  task.own()
  if (at < bytes && at < task.data.length) task.data[at]! ^= 0xff
}
