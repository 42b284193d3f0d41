// Command descriptor blocks: operation codes, lengths, and where their fields are.
// Clauses: operation codes and field positions from Seagate, SCSI Commands Reference Manual 100293068 Rev. J (table 30
// p. 65 and the table of each command); opcodes of the older commands also in glibc's <scsi/scsi.h>.
import type { Bytes } from '../bytes.ts'
import { be16, be24, be32, be64 } from './big-endian.ts'

export const Opcode = {
  testUnitReady: 0x00,
  requestSense: 0x03,
  read6: 0x08,
  write6: 0x0a,
  inquiry: 0x12,
  modeSelect6: 0x15,
  modeSense6: 0x1a,
  startStopUnit: 0x1b,
  preventAllowMediumRemoval: 0x1e,
  readCapacity10: 0x25,
  read10: 0x28,
  write10: 0x2a,
  verify10: 0x2f,
  synchronizeCache10: 0x35,
  writeSame10: 0x41,
  unmap: 0x42,
  modeSelect10: 0x55,
  modeSense10: 0x5a,
  read16: 0x88,
  write16: 0x8a,
  verify16: 0x8f,
  synchronizeCache16: 0x91,
  writeSame16: 0x93,
  serviceActionIn16: 0x9e,
  reportLuns: 0xa0,
  read12: 0xa8,
  write12: 0xaa,
} as const

/** Service action of SERVICE ACTION IN (16). */
export const READ_CAPACITY_16 = 0x10

/** CDB length in bytes by group code (the top three bits of the operation code); 0 where the group fixes none. */
const GROUP_BYTES = [6, 10, 10, 0, 16, 12, 0, 0] as const

/** @returns CDB length in bytes fixed by the operation code's group, 0 when the group fixes none (variable length, vendor) */
export function cdbBytes(opcode: number): number {
  return GROUP_BYTES[(opcode >> 5) & 7]!
}

/**
 * First logical block of a block command. READ and WRITE (6) have 21 bits, the 10- and 12-byte forms 32, the 16-byte forms 64
 * (Rev. J 3.16 table 97, 3.17 table 99, 3.18 table 100).
 */
export function cdbLba(cdb: Bytes): number {
  const group = cdb[0]! >> 5
  if (group === 0) return be24(cdb, 1) & 0x1f_ffff
  return group === 4 ? be64(cdb, 2) : be32(cdb, 2)
}

/** Blocks of a block command. In the 6-byte forms 0 means 256 (Quantum Atlas 10K II manual, 5.20). */
export function cdbBlocks(cdb: Bytes): number {
  switch (cdb[0]! >> 5) {
    case 0:
      return cdb[4]! === 0 ? 256 : cdb[4]!
    case 4:
      return be32(cdb, 10)
    case 5:
      return be32(cdb, 6)
    default:
      return be16(cdb, 7)
  }
}

/** Index of the length field's first byte, for field pointers. */
export function cdbBlocksAt(cdb: Bytes): number {
  switch (cdb[0]! >> 5) {
    case 0:
      return 4
    case 4:
      return 10
    case 5:
      return 6
    default:
      return 7
  }
}

/** 24 bits that tell CDBs apart: the driver's, and the one the adapter sent. @param at first byte of the CDB in `bytes` */
export function cdbDigest(bytes: Bytes, at: number, length: number): number {
  let hash = 0x811c9dc5 | 0
  for (let n = 0; n < length; n++) hash = Math.imul(hash ^ bytes[at + n]!, 0x01000193)
  return (hash ^ (hash >>> 24)) & 0xffffff
}
