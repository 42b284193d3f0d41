// The CDBs that the controller gives to its logical units: what each NVMe command is in SCSI.
import type { Bytes } from '../../bytes.ts'
import { putBe16, putBe32 } from '../../scsi/big-endian.ts'
import { Opcode } from '../../scsi/cdb.ts'
import type { ScsiTask } from '../../scsi/task.ts'

export const CdbFlag = {
  none: 0,
  /** FUA of READ and WRITE. */
  fua: 0x08,
  /** BYTCHK 1 of VERIFY. */
  compare: 0x02,
  /** NDOB of WRITE SAME, and UNMAP. */
  zeroes: 0x01,
  unmapZeroes: 0x09,
} as const

/** READ, WRITE, VERIFY, SYNCHRONIZE CACHE, WRITE SAME (16). @param lba below 2^53 */
export function putBlockCdb(task: ScsiTask, opcode: number, flags: number, lba: number, blocks: number): void {
  const { cdb } = task
  cdb[0] = opcode
  cdb[1] = flags
  putBe32(cdb, 2, Math.floor(lba / 0x1_0000_0000))
  putBe32(cdb, 6, lba | 0)
  putBe32(cdb, 10, blocks)
  cdb[14] = 0
  cdb[15] = 0
  task.cdbLength = 16
}

const UNMAP_HEADER_BYTES = 8
export const UNMAP_DESCRIPTOR_BYTES = 16

export function putUnmapCdb(task: ScsiTask, descriptors: number): void {
  task.cdb.fill(0)
  task.cdb[0] = Opcode.unmap
  putBe16(task.cdb, 7, UNMAP_HEADER_BYTES + descriptors * UNMAP_DESCRIPTOR_BYTES)
  task.cdbLength = 10
}

export function putUnmapHeader(data: Bytes, descriptors: number): void {
  data.fill(0, 0, UNMAP_HEADER_BYTES)
  putBe16(data, 0, UNMAP_HEADER_BYTES - 2 + descriptors * UNMAP_DESCRIPTOR_BYTES)
  putBe16(data, 2, descriptors * UNMAP_DESCRIPTOR_BYTES)
}

export function putUnmapDescriptor(data: Bytes, index: number, lba: number, blocks: number): void {
  const at = UNMAP_HEADER_BYTES + index * UNMAP_DESCRIPTOR_BYTES
  putBe32(data, at, Math.floor(lba / 0x1_0000_0000))
  putBe32(data, at + 4, lba | 0)
  putBe32(data, at + 8, blocks)
  putBe32(data, at + 12, 0)
}
