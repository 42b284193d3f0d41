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
export function cdbLba(cdb: Bytes, at = 0): number {
  const group = cdb[at]! >> 5
  if (group === 0) return be24(cdb, at + 1) & 0x1f_ffff
  return group === 4 ? be64(cdb, at + 2) : be32(cdb, at + 2)
}

/** Blocks of a block command. In the 6-byte forms 0 means 256 (Quantum Atlas 10K II manual, 5.20). */
export function cdbBlocks(cdb: Bytes, at = 0): number {
  switch (cdb[at]! >> 5) {
    case 0:
      return cdb[at + 4]! === 0 ? 256 : cdb[at + 4]!
    case 4:
      return be32(cdb, at + 10)
    case 5:
      return be32(cdb, at + 6)
    default:
      return be16(cdb, at + 7)
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

/** What a command does to the medium, in words that adapters without CDBs share with those that send them. */
export const MediumAction = { read: 1, write: 2, flush: 3, unmap: 4, writeSame: 5, verify: 6 } as const

/** No unit here carries it out; an adapter that translates commands may. */
const VERIFY_12 = 0xaf

const MEDIUM_ACTION = new Uint8Array(256)
for (const [action, opcodes] of [
  [MediumAction.read, [Opcode.read6, Opcode.read10, Opcode.read12, Opcode.read16]],
  [MediumAction.write, [Opcode.write6, Opcode.write10, Opcode.write12, Opcode.write16]],
  [MediumAction.flush, [Opcode.synchronizeCache10, Opcode.synchronizeCache16]],
  [MediumAction.unmap, [Opcode.unmap]],
  [MediumAction.writeSame, [Opcode.writeSame10, Opcode.writeSame16]],
  [MediumAction.verify, [Opcode.verify10, VERIFY_12, Opcode.verify16]],
] as const)
  for (const opcode of opcodes) MEDIUM_ACTION[opcode] = action

/**
 * 24 bits that tell commands to the medium apart, whatever form they have: READ (6) and READ (16) of the same blocks are one.
 * Of `flush` and `unmap` only the action counts.
 */
export function mediumDigest(action: number, lba: number, blocks: number): number {
  const where = action === MediumAction.flush || action === MediumAction.unmap ? 0 : 1
  let hash = Math.imul(0x811c9dc5 ^ action, 0x01000193)
  hash = Math.imul(hash ^ (where * lba), 0x01000193)
  hash = Math.imul(hash ^ (where * Math.floor(lba / 0x1_0000_0000)), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 15) ^ (where * blocks), 0x2c1b3c6d)
  return (hash ^ (hash >>> 13)) & 0xffffff
}

/** 24 bits that tell CDBs apart: the driver's, and the one the adapter sent. @param at first byte of the CDB in `bytes` */
export function cdbDigest(bytes: Bytes, at: number, length: number): number {
  const action = MEDIUM_ACTION[bytes[at]!]!
  if (action !== 0 && length >= cdbBytes(bytes[at]!))
    return mediumDigest(action, cdbLba(bytes, at), cdbBlocks(bytes, at))
  let hash = 0x811c9dc5 | 0
  for (let n = 0; n < length; n++) hash = Math.imul(hash ^ bytes[at + n]!, 0x01000193)
  return (hash ^ (hash >>> 24)) & 0xffffff
}
