// TEST UNIT READY, and what makes a disk ready or not: START STOP UNIT, PREVENT ALLOW MEDIUM REMOVAL.
//
// Models: stopped and started, ejected and loaded (removable disks only), removal prevented. Does not model: power conditions and
// their timers (a POWER CONDITION other than 0 is an invalid field), the time spinning up takes.
// Clauses: Seagate, SCSI Commands Reference Manual 100293068 Rev. J 3.49 (p. 223-224): START, LOEJ, NO_FLUSH. Maxtor Atlas 10K IV manual 5.41:
// LOEJ must be 0 on a fixed medium. Fujitsu MCJ3230SS manual 4.3.1: TEST UNIT READY. Seagate Ultra160 interface manual 8.50 (p. 308):
// NOT READY while stopped. PREVENT ALLOW MEDIUM REMOVAL: opcode in glibc's <scsi/scsi.h>.
import { StoreResult } from '../block/store.ts'
import type { DiskState } from './disk-state.ts'
import { Asc, cdbPointer, SenseKey } from './sense.ts'
import type { ScsiTask } from './task.ts'

export function nothing(): void {}

/** Ends the task with NOT READY unless the medium can be used. @returns false when the task has ended */
export function checkReady(disk: DiskState, task: ScsiTask): boolean {
  if (!disk.mediumPresent) disk.fail(task, SenseKey.notReady, Asc.mediumNotPresent)
  else if (disk.stopped) disk.fail(task, SenseKey.notReady, Asc.notReadyInitializingCommandRequired)
  else return true
  return false
}

export function beginStartStop(disk: DiskState, task: ScsiTask): void {
  const flags = task.cdb[4]!
  if ((flags & 0xf0) !== 0) {
    disk.fail(task, SenseKey.illegalRequest, Asc.invalidFieldInCdb, cdbPointer(4, 7))
    return
  }
  if ((flags & 0x02) !== 0 && !disk.removable) {
    disk.fail(task, SenseKey.illegalRequest, Asc.invalidFieldInCdb, cdbPointer(4, 1))
    return
  }
  if ((flags & 0x03) === 0x02 && disk.removalPrevented) {
    disk.fail(task, SenseKey.illegalRequest, Asc.mediumRemovalPrevented)
    return
  }
}

export function executeStartStop(disk: DiskState, task: ScsiTask): void {
  const flags = task.cdb[4]!
  const start = (flags & 0x01) !== 0
  const loadEject = (flags & 0x02) !== 0
  const noFlush = (flags & 0x04) !== 0
  if (start) {
    if (loadEject && !disk.mediumPresent) {
      disk.mediumPresent = true
      disk.attention ||= Asc.mediumMayHaveChanged
    } else if (!disk.mediumPresent) {
      disk.fail(task, SenseKey.notReady, Asc.mediumNotPresent)
      return
    }
    disk.stopped = false
    return
  }
  if (!noFlush && disk.cacheDirty) {
    if (disk.store.flush() !== StoreResult.ok) {
      disk.fail(task, SenseKey.mediumError, Asc.writeError)
      return
    }
    disk.cacheDirty = false
  }
  disk.stopped = true
  if (loadEject) disk.mediumPresent = false
}

export function beginPreventAllow(disk: DiskState, task: ScsiTask): void {
  if ((task.cdb[4]! & 0x02) !== 0) disk.fail(task, SenseKey.illegalRequest, Asc.invalidFieldInCdb, cdbPointer(4, 1))
}

export function executePreventAllow(disk: DiskState, task: ScsiTask): void {
  disk.removalPrevented = (task.cdb[4]! & 0x01) !== 0
}
