// READ and WRITE (6, 10, 12, 16).
//
// Models: 256 blocks for length 0 of the 6-byte forms, no blocks for length 0 of the others, the maximum transfer length
// of the Block Limits page, FUA and the write cache, the first bad block in INFORMATION. Does not model: protection
// information (a protect field other than 0 is an invalid field), DPO (accepted, without effect), RARC, groups, duration limits.
// Clauses: Seagate, SCSI Commands Reference Manual 100293068 Rev. J: 3.16 READ (10) p. 136, 3.17 READ (12) p. 140, 3.18 READ (16)
// p. 141, 5.4.5 Block Limits p. 477 (a longer transfer is INVALID FIELD IN CDB). Quantum Atlas 10K II manual 5.20: READ (6).
// Maxtor Atlas 10K IV manual 5.21: RelAdr must be 0, length 0, out of range.
import { type BlockStore, StoreResult } from '../block/store.ts'
import { cdbBlocks, cdbBlocksAt, cdbLba } from './cdb.ts'
import type { DiskState } from './disk-state.ts'
import { Asc, cdbPointer, NO_POINTER, SenseKey } from './sense.ts'
import type { ScsiTask } from './task.ts'

const FUA = 0x08

export function beginRead(disk: DiskState, task: ScsiTask): void {
  const lba = cdbLba(task.cdb)
  const count = cdbBlocks(task.cdb)
  if (!checkProtection(disk, task) || !checkExtent(disk, task, lba, count, disk.maxTransferBlocks)) return
  task.latencyPs = disk.latency.readPs(lba, count)
  if (count === 0) return
  task.transferBytes = count * disk.store.blockBytes
  task.reserve(task.transferBytes)
  task.direction = 'in'
}

export function executeRead(disk: DiskState, task: ScsiTask): void {
  const count = cdbBlocks(task.cdb)
  if (count === 0) return
  if (!checkShape(disk, task, count)) return
  const lba = cdbLba(task.cdb)
  if (task.borrows && lend(disk.store, task, lba, count)) return
  const result = disk.store.read(lba, count, task.data, 0)
  if (result !== StoreResult.ok) salvageRead(disk, task, lba, count, result)
}

function lend(store: BlockStore, task: ScsiTask, lba: number, count: number): boolean {
  const at = store.lend?.(lba, count) ?? -1
  if (at < 0) return false
  task.lent = store.lent
  task.lentAt = at
  return true
}

export function beginWrite(disk: DiskState, task: ScsiTask): void {
  const lba = cdbLba(task.cdb)
  const count = cdbBlocks(task.cdb)
  if (!checkProtection(disk, task) || !checkExtent(disk, task, lba, count, disk.maxTransferBlocks)) return
  task.latencyPs = disk.latency.writePs(lba, count)
  if (count === 0) return
  task.transferBytes = count * disk.store.blockBytes
  task.reserve(task.transferBytes)
  task.direction = 'out'
}

/** Commits whole blocks that were really received and no others; a short transfer is the adapter's to report. */
export function executeWrite(disk: DiskState, task: ScsiTask): void {
  const count = cdbBlocks(task.cdb)
  if (count === 0) return
  if (!checkShape(disk, task, count)) return
  const whole = receivedBlocks(disk, task)
  if (whole === 0) return
  const lba = cdbLba(task.cdb)
  const result = disk.store.write(lba, whole, task.data, 0)
  if (result === StoreResult.ok) settleWrite(disk, task, task.cdb[0]! >= 0x20 && (task.cdb[1]! & FUA) !== 0)
  else salvageWrite(disk, task, lba, whole, result)
}

/** Whole blocks among the bytes the initiator supplied, never more than the unit asked for. */
export function receivedBlocks(disk: DiskState, task: ScsiTask): number {
  return Math.floor(Math.min(task.receivedBytes, task.transferBytes, task.data.length) / disk.store.blockBytes)
}

/** After a write: cached, or through to the medium. @returns false when the medium refused */
export function settleWrite(disk: DiskState, task: ScsiTask, through: boolean): boolean {
  if (disk.writeCache && !through) {
    disk.cacheDirty = true
    return true
  }
  if (disk.store.flush() === StoreResult.ok) return true
  disk.fail(task, SenseKey.mediumError, Asc.writeError)
  return false
}

/** Ends the task as the store's answer to a write says. */
export function failWrite(disk: DiskState, task: ScsiTask, result: number, information: number): void {
  switch (result) {
    case StoreResult.mediumError:
      disk.fail(task, SenseKey.mediumError, Asc.writeError, NO_POINTER, information)
      return
    case StoreResult.writeProtected:
      disk.fail(task, SenseKey.dataProtect, Asc.writeProtected)
      return
    case StoreResult.outOfRange:
      disk.fail(task, SenseKey.illegalRequest, Asc.lbaOutOfRange)
      return
    default:
      disk.fail(task, SenseKey.hardwareError, Asc.internalTargetFailure, NO_POINTER, information)
      return
  }
}

/** Ends the task as the store's answer to a read says. */
export function failRead(disk: DiskState, task: ScsiTask, result: number, information: number): void {
  if (result === StoreResult.mediumError)
    disk.fail(task, SenseKey.mediumError, Asc.unrecoveredReadError, NO_POINTER, information)
  else if (result === StoreResult.outOfRange) disk.fail(task, SenseKey.illegalRequest, Asc.lbaOutOfRange)
  else disk.fail(task, SenseKey.hardwareError, Asc.internalTargetFailure, NO_POINTER, information)
}

/** RDPROTECT, WRPROTECT, VRPROTECT other than 0, or RelAdr: invalid field. @returns false when the task has ended */
export function checkProtection(disk: DiskState, task: ScsiTask): boolean {
  const opcode = task.cdb[0]!
  if (opcode < 0x20) return true
  const flags = task.cdb[1]!
  if ((flags & 0xe0) !== 0) {
    disk.fail(task, SenseKey.illegalRequest, Asc.invalidFieldInCdb, cdbPointer(1, 7))
    return false
  }
  if ((flags & 0x01) !== 0 && opcode >> 5 !== 4) {
    disk.fail(task, SenseKey.illegalRequest, Asc.invalidFieldInCdb, cdbPointer(1, 0))
    return false
  }
  return true
}

/** Length against the limit, then extent against the capacity. @returns false when the task has ended */
export function checkExtent(disk: DiskState, task: ScsiTask, lba: number, count: number, limit: number): boolean {
  if (count > limit) {
    disk.fail(task, SenseKey.illegalRequest, Asc.invalidFieldInCdb, cdbPointer(cdbBlocksAt(task.cdb)))
    return false
  }
  if (lba + count > disk.store.blocks) {
    disk.fail(task, SenseKey.illegalRequest, Asc.lbaOutOfRange)
    return false
  }
  return true
}

/** A task begun by another unit (the unit was exchanged meanwhile) must not be carried out here. */
export function checkShape(disk: DiskState, task: ScsiTask, count: number): boolean {
  const bytes = count * disk.store.blockBytes
  if (bytes === task.transferBytes && bytes <= task.data.length) return true
  if (task.direction === 'in') task.transferBytes = 0
  disk.fail(task, SenseKey.hardwareError, Asc.internalTargetFailure)
  return false
}

/** @returns blocks of the extent that are sound, 0 when the store cannot tell */
export function soundBlocks(disk: DiskState, lba: number, count: number): number {
  const failed = disk.store.failedLba ?? -1
  return failed >= lba && failed < lba + count ? failed - lba : 0
}

/** Transfers what lies before the first bad block; transferBytes shrinks to that. */
function salvageRead(disk: DiskState, task: ScsiTask, lba: number, count: number, result: number): void {
  const sound = soundBlocks(disk, lba, count)
  const read = sound > 0 && disk.store.read(lba, sound, task.data, 0) === StoreResult.ok
  task.transferBytes = read ? sound * disk.store.blockBytes : 0
  failRead(disk, task, result, lba + sound)
}

/** Commits what lies before the first bad block. */
function salvageWrite(disk: DiskState, task: ScsiTask, lba: number, count: number, result: number): void {
  const sound = soundBlocks(disk, lba, count)
  if (sound > 0 && disk.store.write(lba, sound, task.data, 0) === StoreResult.ok && disk.writeCache)
    disk.cacheDirty = true
  failWrite(disk, task, result, lba + sound)
}
