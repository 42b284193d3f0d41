// WRITE SAME (10, 16).
//
// Models: one block written over an extent; with UNMAP, an all-zero block (or NDOB) gives the extent back, any other block is
// written. Length 0 is refused (WSNZ). Does not model: ANCHOR, PBDATA, LBDATA (invalid fields).
// Clauses: Seagate, SCSI Commands Reference Manual 100293068 Rev. J 3.73 (p. 276-277, tables 236, 237), 5.4.5 Block Limits (p. 476): WSNZ.
import { StoreResult } from '../block/store.ts'
import type { Bytes } from '../bytes.ts'
import { cdbBlocks, cdbBlocksAt, cdbLba, Opcode } from './cdb.ts'
import type { DiskState } from './disk-state.ts'
import { checkExtent, checkProtection, failWrite, settleWrite, soundBlocks } from './read-write.ts'
import { Asc, cdbPointer, SenseKey } from './sense.ts'
import type { ScsiTask } from './task.ts'

const ANCHOR = 0x10
const UNMAP = 0x08
const PBDATA_LBDATA = 0x06
const NDOB = 0x01

/** Extents are written in pieces of at least one block and at most this. Used within one call only. */
const piece: Bytes = new Uint8Array(65_536)

function noDataOut(task: ScsiTask): boolean {
  return task.cdb[0] === Opcode.writeSame16 && (task.cdb[1]! & NDOB) !== 0
}

export function beginWriteSame(disk: DiskState, task: ScsiTask): void {
  const flags = task.cdb[1]!
  const lba = cdbLba(task.cdb)
  const count = cdbBlocks(task.cdb)
  if (!checkProtection(disk, task)) return
  let wrong = 0
  if ((flags & ANCHOR) !== 0) wrong = cdbPointer(1, 4)
  else if ((flags & UNMAP) !== 0 && !disk.provisioned) wrong = cdbPointer(1, 3)
  else if ((flags & PBDATA_LBDATA) !== 0) wrong = cdbPointer(1, (flags & 0x04) !== 0 ? 2 : 1)
  else if (count === 0) wrong = cdbPointer(cdbBlocksAt(task.cdb))
  if (wrong !== 0) {
    disk.fail(task, SenseKey.illegalRequest, Asc.invalidFieldInCdb, wrong)
    return
  }
  if (!checkExtent(disk, task, lba, count, disk.maxWriteSameBlocks)) return
  task.latencyPs = disk.latency.writePs(lba, count)
  if (noDataOut(task)) return
  task.transferBytes = disk.store.blockBytes
  task.reserve(task.transferBytes)
  task.direction = 'out'
}

/** Without a whole block received nothing is written and the command is aborted. */
export function executeWriteSame(disk: DiskState, task: ScsiTask): void {
  const { store } = disk
  const { blockBytes } = store
  const lba = cdbLba(task.cdb)
  const count = cdbBlocks(task.cdb)
  const noData = noDataOut(task)
  if (!noData && (Math.min(task.receivedBytes, task.transferBytes) < blockBytes || task.data.length < blockBytes)) {
    disk.fail(task, SenseKey.abortedCommand, Asc.dataPhaseError)
    return
  }
  const zeros = noData || allZero(task.data, blockBytes)
  if ((task.cdb[1]! & UNMAP) !== 0 && zeros && store.unmap !== undefined) {
    const result = store.unmap(lba, count)
    if (result !== StoreResult.ok) failWrite(disk, task, result, lba + soundBlocks(disk, lba, count))
    return
  }
  const pieceBlocks = Math.min(Math.floor(piece.length / blockBytes), count)
  fillPiece(zeros ? undefined : task.data, blockBytes, pieceBlocks * blockBytes)
  for (let done = 0; done < count; done += pieceBlocks) {
    const blocks = Math.min(pieceBlocks, count - done)
    const result = store.write(lba + done, blocks, piece, 0)
    if (result !== StoreResult.ok) {
      failWrite(disk, task, result, lba + done + soundBlocks(disk, lba + done, blocks))
      return
    }
  }
  settleWrite(disk, task, false)
}

function allZero(data: Bytes, bytes: number): boolean {
  for (let i = 0; i < bytes; i++) if (data[i] !== 0) return false
  return true
}

function fillPiece(block: Bytes | undefined, blockBytes: number, bytes: number): void {
  if (block === undefined) {
    piece.fill(0, 0, bytes)
    return
  }
  piece.set(block.subarray(0, blockBytes), 0)
  for (let filled = blockBytes; filled < bytes; filled *= 2)
    piece.copyWithin(filled, 0, Math.min(filled, bytes - filled))
}
