// SYNCHRONIZE CACHE (10, 16).
//
// Models: the whole cache is flushed, whatever the extent; the extent is checked. Does not model: IMMED (accepted; the flush is done
// before status all the same).
// Clauses: Seagate, SCSI Commands Reference Manual 100293068 Rev. J 3.55 (p. 234) and 3.49 (p. 224) on what a flush writes; Fujitsu MCJ3230AP
// manual 4.6.20: everything unwritten is written whatever the extent.
import { StoreResult } from '../block/store.ts'
import { cdbBlocks, cdbLba } from './cdb.ts'
import type { DiskState } from './disk-state.ts'
import { checkExtent } from './read-write.ts'
import { Asc, SenseKey } from './sense.ts'
import type { ScsiTask } from './task.ts'

export function beginSynchronizeCache(disk: DiskState, task: ScsiTask): void {
  checkExtent(disk, task, cdbLba(task.cdb), cdbBlocks(task.cdb), Number.POSITIVE_INFINITY)
}

export function executeSynchronizeCache(disk: DiskState, task: ScsiTask): void {
  flushCache(disk, task)
}

/** @returns false when the medium refused and the task has ended */
export function flushCache(disk: DiskState, task: ScsiTask): boolean {
  if (disk.store.flush() !== StoreResult.ok) {
    disk.fail(task, SenseKey.mediumError, Asc.writeError)
    return false
  }
  disk.cacheDirty = false
  return true
}
