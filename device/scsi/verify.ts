// VERIFY (10, 16).
//
// Models: BYTCHK 0, the medium is read; BYTCHK 1, it is compared with the data received. The cache is flushed first. Does not model: BYTCHK
// 2 and 3 (invalid field), the verify error recovery page.
// Clauses: Seagate, SCSI Commands Reference Manual 100293068 Rev. J 3.55 VERIFY (10) (p. 234), 3.57 VERIFY (16) (p. 245). Quantum Atlas 10K II
// manual 5.45 (p. 5-213): BYTCHK. Seagate ST31051 manual 5.2.2.6 (p. 177): MISCOMPARE.
import { StoreResult } from '../block/store.ts'
import type { Bytes } from '../bytes.ts'
import { cdbBlocks, cdbLba } from './cdb.ts'
import type { DiskState } from './disk-state.ts'
import { checkExtent, checkProtection, checkShape, failRead, receivedBlocks, soundBlocks } from './read-write.ts'
import { Asc, cdbPointer, SenseKey } from './sense.ts'
import { flushCache } from './synchronize-cache.ts'
import type { ScsiTask } from './task.ts'

/** One piece of the medium at a time; holds at least one block of any size. Used within one call only. */
const piece: Bytes = new Uint8Array(65_536)

const byteCheck = (task: ScsiTask) => (task.cdb[1]! >> 1) & 3

export function beginVerify(disk: DiskState, task: ScsiTask): void {
  const lba = cdbLba(task.cdb)
  const count = cdbBlocks(task.cdb)
  if (!checkProtection(disk, task)) return
  if (byteCheck(task) > 1) {
    disk.fail(task, SenseKey.illegalRequest, Asc.invalidFieldInCdb, cdbPointer(1, 2))
    return
  }
  if (!checkExtent(disk, task, lba, count, disk.maxTransferBlocks)) return
  task.latencyPs = disk.latency.readPs(lba, count)
  if (byteCheck(task) === 0 || count === 0) return
  task.transferBytes = count * disk.store.blockBytes
  task.reserve(task.transferBytes)
  task.direction = 'out'
}

/** With BYTCHK 1 only whole blocks that were received are compared. */
export function executeVerify(disk: DiskState, task: ScsiTask): void {
  const compare = byteCheck(task) === 1
  let count = cdbBlocks(task.cdb)
  if (disk.cacheDirty && !flushCache(disk, task)) return
  if (count === 0) return
  if (compare) {
    if (!checkShape(disk, task, count)) return
    count = receivedBlocks(disk, task)
  }
  const { blockBytes } = disk.store
  const lba = cdbLba(task.cdb)
  const pieceBlocks = Math.floor(piece.length / blockBytes)
  for (let done = 0; done < count; done += pieceBlocks) {
    const blocks = Math.min(pieceBlocks, count - done)
    const result = disk.store.read(lba + done, blocks, piece, 0)
    if (result !== StoreResult.ok) {
      failRead(disk, task, result, lba + done + soundBlocks(disk, lba + done, blocks))
      return
    }
    if (compare && !equal(piece, 0, task.data, done * blockBytes, blocks * blockBytes)) {
      disk.fail(task, SenseKey.miscompare, Asc.miscompareDuringVerify)
      return
    }
  }
}

function equal(a: Bytes, aAt: number, b: Bytes, bAt: number, bytes: number): boolean {
  for (let i = 0; i < bytes; i++) if (a[aAt + i] !== b[bAt + i]) return false
  return true
}
