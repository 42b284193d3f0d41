// The command block and its scatter/gather list, as the driver left them in memory.
//
// Models: every field checked before anything is done with it. Works on the adapter's own copies, so nothing the driver changes
// later in memory matters (no double fetch). Does not look into the CDB: that is the logical unit's.

import type { Bytes } from '../../bytes.ts'
import { le32, le64 } from '../../little-endian.ts'
import type { Command } from './command.ts'
import { K, MAX_SG, TARGETS } from './format.ts'

const DIRECTIONS = K.BLOCK_FLAG_DATA_IN | K.BLOCK_FLAG_DATA_OUT
const ATTRIBUTES = K.BLOCK_FLAG_SIMPLE | K.BLOCK_FLAG_ORDERED | K.BLOCK_FLAG_HEAD
const KNOWN_FLAGS = DIRECTIONS | ATTRIBUTES | K.BLOCK_FLAG_NO_AUTOSENSE | K.BLOCK_FLAG_NO_DISCONNECT
const UNTAGGED = 0xff

/** Takes `command.block` apart. @returns false when it is not valid: HOST_BAD_BLOCK */
export function decodeBlock(command: Command): boolean {
  const { block, task } = command
  task.target = block[K.BLOCK_TARGET]!
  task.lun = block[K.BLOCK_LUN]!
  command.flags = block[K.BLOCK_FLAGS]!
  command.dataBytes = le32(block, K.BLOCK_DATA_LENGTH)
  command.listAddress = le64(block, K.BLOCK_SG_ADDRESS)
  command.listCount = le32(block, K.BLOCK_SG_COUNT)
  command.senseRoom = le32(block, K.BLOCK_SENSE_LENGTH)
  command.senseAddress = le64(block, K.BLOCK_SENSE_ADDRESS)
  const length = block[K.BLOCK_CDB_LENGTH]!
  if (!isCdbLength(length)) return false
  takeCdb(task.cdb, block, K.BLOCK_CDB, length)
  task.cdbLength = length
  return takeAttribute(command) && isConsistent(command)
}

export function isCdbLength(bytes: number): boolean {
  return bytes === 6 || bytes === 10 || bytes === 12 || bytes === 16
}

/** Copies the CDB; what lies beyond its length becomes 0. */
function takeCdb(cdb: Bytes, block: Bytes, at: number, length: number): void {
  for (let i = 0; i < 16; i++) cdb[i] = i < length ? block[at + i]! : 0
}

function takeAttribute(command: Command): boolean {
  const { task, tag } = command
  task.tag = tag
  switch (command.flags & ATTRIBUTES) {
    case 0:
      task.attribute = 'untagged'
      task.tag = UNTAGGED
      return true
    case K.BLOCK_FLAG_SIMPLE:
      task.attribute = 'simple'
      return true
    case K.BLOCK_FLAG_ORDERED:
      task.attribute = 'ordered'
      return true
    case K.BLOCK_FLAG_HEAD:
      task.attribute = 'head'
      return true
    default:
      return false
  }
}

function isConsistent(command: Command): boolean {
  const { block, flags, dataBytes, listCount } = command
  if ((flags & ~KNOWN_FLAGS) !== 0 || command.task.target >= TARGETS) return false
  if ((flags & DIRECTIONS) === DIRECTIONS) return false
  if (dataBytes !== 0 && (flags & DIRECTIONS) === 0) return false
  if (listCount > MAX_SG || (listCount === 0) !== (dataBytes === 0)) return false
  if (listCount !== 0 && (block[K.BLOCK_SG_ADDRESS]! & 7) !== 0) return false
  for (let at = K.BLOCK_RESERVED; at < K.COMMAND_BLOCK_SIZE; at++) if (block[at] !== 0) return false
  return true
}

/** Checks `command.list`: no element empty, nothing in reserved words, the lengths add up to the data length. */
export function isListValid(command: Command): boolean {
  const { list, listCount } = command
  let bytes = 0
  for (let i = 0, at = 0; i < listCount; i++, at += K.SG_SIZE) {
    const length = le32(list, at + K.SG_LENGTH)
    if (length === 0 || le32(list, at + K.SG_RESERVED) !== 0) return false
    bytes += length
  }
  return bytes === command.dataBytes
}
