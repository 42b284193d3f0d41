// READ CAPACITY (10) and (16).
//
// Models: last block, block length, logical block provisioning bits. Does not model: PMI (accepted, answers the same), protection
// types, physical block exponent.
// Clauses: Seagate, SCSI Commands Reference Manual 100293068 Rev. J 3.22 (p. 156), 3.23 (p. 157-158).
import { be32, putBe32, putBe64 } from './big-endian.ts'
import { READ_CAPACITY_16 } from './cdb.ts'
import type { DiskState } from './disk-state.ts'
import { finishParameterData, startParameterData } from './parameter-data.ts'
import { Asc, cdbPointer, SenseKey } from './sense.ts'
import type { ScsiTask } from './task.ts'

export function beginReadCapacity10(disk: DiskState, task: ScsiTask): void {
  const pmi = (task.cdb[8]! & 0x01) !== 0
  const lba = be32(task.cdb, 2)
  if (!pmi && lba !== 0) {
    disk.fail(task, SenseKey.illegalRequest, Asc.invalidFieldInCdb, cdbPointer(2))
    return
  }
  if (pmi && lba >= disk.store.blocks) {
    disk.fail(task, SenseKey.illegalRequest, Asc.lbaOutOfRange)
    return
  }
  startParameterData(task)
  putBe32(task.data, 0, Math.min(disk.store.blocks - 1, 0xffff_ffff))
  putBe32(task.data, 4, disk.store.blockBytes)
  finishParameterData(task, 8, 8)
}

export function beginServiceActionIn16(disk: DiskState, task: ScsiTask): void {
  if ((task.cdb[1]! & 0x1f) !== READ_CAPACITY_16) {
    disk.fail(task, SenseKey.illegalRequest, Asc.invalidFieldInCdb, cdbPointer(1, 4))
    return
  }
  startParameterData(task)
  putBe64(task.data, 0, disk.store.blocks - 1)
  putBe32(task.data, 8, disk.store.blockBytes)
  if (disk.provisioned) task.data[14] = 0xc0 // LBPME, LBPRZ
  finishParameterData(task, 32, be32(task.cdb, 10))
}
