// UNMAP.
//
// Models: the parameter list is checked whole before anything is unmapped; an incomplete last descriptor is ignored; descriptor and
// block counts are limited as the Block Limits page says. Does not model: ANCHOR (invalid field), groups.
// Clauses: Seagate, SCSI Commands Reference Manual 100293068 Rev. J 3.54.1 (p. 231), 3.54.2 (p. 232-233, tables 205, 206), 5.4.5 (p. 478).
import { StoreResult } from '../block/store.ts'
import { be16, be32, be64 } from './big-endian.ts'
import type { DiskState } from './disk-state.ts'
import { failWrite } from './read-write.ts'
import { Asc, cdbPointer, listPointer, SenseKey } from './sense.ts'
import type { ScsiTask } from './task.ts'

const HEADER_BYTES = 8
const DESCRIPTOR_BYTES = 16

export function beginUnmap(disk: DiskState, task: ScsiTask): void {
  const bytes = be16(task.cdb, 7)
  if (!disk.provisioned) {
    disk.fail(task, SenseKey.illegalRequest, Asc.invalidOpcode, cdbPointer(0))
    return
  }
  if ((task.cdb[1]! & 0x01) !== 0) {
    disk.fail(task, SenseKey.illegalRequest, Asc.invalidFieldInCdb, cdbPointer(1, 0))
    return
  }
  if (bytes === 0) return
  if (bytes < HEADER_BYTES) {
    disk.fail(task, SenseKey.illegalRequest, Asc.parameterListLengthError, cdbPointer(7))
    return
  }
  task.transferBytes = bytes
  task.reserve(bytes)
  task.direction = 'out'
}

export function executeUnmap(disk: DiskState, task: ScsiTask): void {
  const listBytes = be16(task.cdb, 7)
  if (listBytes === 0) return
  const { data, transferBytes } = task
  const short = task.receivedBytes < listBytes || transferBytes !== listBytes || data.length < listBytes
  if (short || be16(data, 0) + 2 > listBytes || be16(data, 2) + HEADER_BYTES > listBytes) {
    disk.fail(task, SenseKey.illegalRequest, Asc.parameterListLengthError)
    return
  }
  const descriptors = Math.floor(be16(data, 2) / DESCRIPTOR_BYTES)
  if (descriptors > disk.maxUnmapDescriptors) {
    disk.fail(task, SenseKey.illegalRequest, Asc.invalidFieldInParameterList, listPointer(2))
    return
  }
  let total = 0
  for (let i = 0; i < descriptors; i++) {
    const at = HEADER_BYTES + i * DESCRIPTOR_BYTES
    const count = be32(data, at + 8)
    if (be64(data, at) + count > disk.store.blocks) {
      disk.fail(task, SenseKey.illegalRequest, Asc.lbaOutOfRange)
      return
    }
    total += count
    if (total > disk.maxUnmapBlocks) {
      disk.fail(task, SenseKey.illegalRequest, Asc.invalidFieldInParameterList, listPointer(at + 8))
      return
    }
  }
  for (let i = 0; i < descriptors; i++) {
    const at = HEADER_BYTES + i * DESCRIPTOR_BYTES
    const lba = be64(data, at)
    const count = be32(data, at + 8)
    const result = count === 0 ? StoreResult.ok : disk.store.unmap!(lba, count)
    if (result !== StoreResult.ok) {
      failWrite(disk, task, result, lba)
      return
    }
  }
}
