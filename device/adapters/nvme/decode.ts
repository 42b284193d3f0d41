// From a submission entry to a SCSI command: what each NVM command is for the logical unit behind its namespace.
//
// Models: the checks of an entry, in this order: operation code, fused operation and PSDT, namespace, transfer length, extent. Does not
// model: protection information, directives, dataset hints (all ignored).
// Source: QEMU hw/nvme/ctrl.c, nvme_check_mdts, nvme_check_bounds; include/block/nvme.h.

import type { Bytes } from '../../bytes.ts'
import { le32, le64 } from '../../little-endian.ts'
import { MediumAction, mediumDigest, Opcode } from '../../scsi/cdb.ts'
import { CdbFlag, putBlockCdb, putUnmapCdb } from './cdb.ts'
import type { Command } from './command.ts'
import { K } from './format.ts'
import type { Namespaces } from './namespaces.ts'

// As constants of this module: a look-up by name in a table of this size costs several nanoseconds.
const {
  DSM_DEALLOCATE,
  DSM_RANGE_SIZE,
  IO_COMPARE,
  IO_DATASET_MANAGEMENT,
  IO_FLUSH,
  IO_READ,
  IO_WRITE,
  IO_WRITE_ZEROES,
  RW_FUA,
  SQE_CDW10,
  SQE_CDW11,
  SQE_CDW12,
  SQE_FLAGS,
  STATUS_DNR,
  STATUS_INVALID_FIELD,
  STATUS_INVALID_NAMESPACE,
  STATUS_INVALID_OPCODE,
  STATUS_LBA_OUT_OF_RANGE,
  WRITE_ZEROES_DEALLOCATE,
} = K

const BROADCAST = 0xffff_ffff
const FINAL = STATUS_DNR
/** The CDB of a command that is none in SCSI. */
export const NO_OPCODE = 0xff
/** Longest WRITE SAME that every unit takes. */
export const WRITE_SAME_BLOCKS = 0xffff

/** Checks the entry and makes the CDB. @returns a status, 0 when all is well */
export function decodeEntry(
  command: Command,
  entry: Bytes,
  at: number,
  namespaces: Namespaces,
  limitBytes: number,
): number {
  const { task, opcode, nsid } = command
  task.cdb[0] = NO_OPCODE
  task.lun = nsid === BROADCAST ? Math.max(0, namespaces.first) : (nsid - 1) & 0xff
  command.lba = 0
  command.blocks = 0
  if (!isCommand(opcode)) return STATUS_INVALID_OPCODE | FINAL
  if (entry[at + SQE_FLAGS] !== 0) return STATUS_INVALID_FIELD | FINAL // fused, or data pointers other than PRPs
  if (opcode === IO_FLUSH && nsid === BROADCAST) {
    if (namespaces.first < 0) return STATUS_INVALID_NAMESPACE | FINAL
    putBlockCdb(task, Opcode.synchronizeCache16, CdbFlag.none, 0, 0)
    return 0
  }
  if (nsid === 0 || nsid > namespaces.count) return STATUS_INVALID_NAMESPACE | FINAL
  if (namespaces.present[nsid - 1] === 0) return STATUS_INVALID_FIELD | FINAL
  if (opcode === IO_FLUSH) {
    putBlockCdb(task, Opcode.synchronizeCache16, CdbFlag.none, 0, 0)
    return 0
  }
  if (opcode === IO_DATASET_MANAGEMENT) return decodeRanges(command, entry, at)
  return decodeBlocks(command, entry, at, namespaces, limitBytes)
}

function decodeBlocks(command: Command, entry: Bytes, at: number, namespaces: Namespaces, limitBytes: number): number {
  const { task, opcode, nsid } = command
  const lba = le64(entry, at + SQE_CDW10)
  const control = le32(entry, at + SQE_CDW12)
  const blocks = (control & 0xffff) + 1
  command.lba = lba
  command.blocks = blocks
  const flags = (control & RW_FUA) !== 0 ? CdbFlag.fua : CdbFlag.none
  if (opcode === IO_READ) putBlockCdb(task, Opcode.read16, flags, lba, blocks)
  else if (opcode === IO_WRITE) putBlockCdb(task, Opcode.write16, flags, lba, blocks)
  else if (opcode === IO_COMPARE) putBlockCdb(task, Opcode.verify16, CdbFlag.compare, lba, blocks)
  else {
    const gives = (control & WRITE_ZEROES_DEALLOCATE) !== 0 && namespaces.provisioned[nsid - 1] === 1
    putBlockCdb(
      task,
      Opcode.writeSame16,
      gives ? CdbFlag.unmapZeroes : CdbFlag.zeroes,
      lba,
      Math.min(blocks, WRITE_SAME_BLOCKS),
    )
  }
  const bytes = opcode === IO_WRITE_ZEROES ? 0 : blocks * namespaces.blockBytes[nsid - 1]!
  if (bytes > limitBytes) return STATUS_INVALID_FIELD | FINAL
  if (lba + blocks > namespaces.blocks[nsid - 1]!) return STATUS_LBA_OUT_OF_RANGE | FINAL
  command.bytes = bytes
  return 0
}

function decodeRanges(command: Command, entry: Bytes, at: number): number {
  const ranges = (entry[at + SQE_CDW10]! & 0xff) + 1
  const attributes = le32(entry, at + SQE_CDW11)
  command.blocks = (attributes & DSM_DEALLOCATE) !== 0 ? ranges : 0
  if (command.blocks > 0) putUnmapCdb(command.task, ranges)
  command.bytes = ranges * DSM_RANGE_SIZE
  return 0
}

/** 24 bits of the command as the SCSI command that a driver may have made it from would have them. */
export function digestOf({ task, opcode, lba, blocks }: Command): number {
  if (task.cdb[0] === NO_OPCODE) return 0
  switch (opcode) {
    case IO_READ:
      return mediumDigest(MediumAction.read, lba, blocks)
    case IO_WRITE:
      return mediumDigest(MediumAction.write, lba, blocks)
    case IO_COMPARE:
      return mediumDigest(MediumAction.verify, lba, blocks)
    case IO_WRITE_ZEROES:
      return mediumDigest(MediumAction.writeSame, lba, blocks)
    case IO_FLUSH:
      return mediumDigest(MediumAction.flush, 0, 0)
    default:
      return mediumDigest(MediumAction.unmap, 0, 0)
  }
}

function isCommand(opcode: number): boolean {
  return (
    opcode === IO_READ ||
    opcode === IO_WRITE ||
    opcode === IO_FLUSH ||
    opcode === IO_COMPARE ||
    opcode === IO_WRITE_ZEROES ||
    opcode === IO_DATASET_MANAGEMENT
  )
}
