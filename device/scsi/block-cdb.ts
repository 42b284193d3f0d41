// Builds the CDBs of block commands: the mirror image of cdb.ts. For tests, workloads and tools.
import type { Bytes } from '../bytes.ts'
import { putBe16, putBe24, putBe32, putBe64 } from './big-endian.ts'
import { cdbBytes } from './cdb.ts'

/**
 * @param flags byte 1 (DPO, FUA, BYTCHK, UNMAP …); not in the 6-byte forms
 * @throws RangeError when LBA or length does not fit the command's fields, or the group fixes no length
 */
export function blockCdb(opcode: number, lba: number, blocks: number, flags = 0): Bytes {
  const cdb = new Uint8Array(cdbBytes(opcode))
  const [lbaLimit, blocksLimit] = LIMITS[cdb.length] ?? [-1, -1]
  if (!(lba >= 0 && lba <= lbaLimit) || !(blocks >= 0 && blocks <= blocksLimit))
    throw new RangeError(`LBA ${lba} or length ${blocks} does not fit operation code ${opcode.toString(16)}h`)
  if (cdb.length === 6) {
    putBe24(cdb, 1, lba)
    cdb[4] = blocks
  } else if (cdb.length === 16) {
    putBe64(cdb, 2, lba)
    putBe32(cdb, 10, blocks)
    cdb[1] = flags
  } else {
    putBe32(cdb, 2, lba)
    if (cdb.length === 12) putBe32(cdb, 6, blocks)
    else putBe16(cdb, 7, blocks)
    cdb[1] = flags
  }
  cdb[0] = opcode
  return cdb
}

const LIMITS: Record<number, readonly [lba: number, blocks: number]> = {
  6: [0x1f_ffff, 0xff],
  10: [0xffff_ffff, 0xffff],
  12: [0xffff_ffff, 0xffff_ffff],
  16: [Number.MAX_SAFE_INTEGER, 0xffff_ffff],
}
