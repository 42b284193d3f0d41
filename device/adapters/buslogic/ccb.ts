// The command control block and its scatter/gather list, as the driver left them in memory, in the 24-bit and in the 32-bit form.
//
// Models: every field checked before anything is done with it. Works on the adapter's own copies, so nothing the driver changes
// later in memory matters (no double fetch). Does not look into the CDB: that is the logical unit's. Does not model: linked commands.

import type { DmaPort } from '../../bus-memory.ts'
import { le32 } from '../../little-endian.ts'
import { BusWords } from '../../probe.ts'
import { be24 } from '../../scsi/big-endian.ts'
import type { Command } from './command.ts'
import { K, TARGETS } from './format.ts'

const UNTAGGED = 0xff
const LEGACY_LUN = 0x07
const LEGACY_RESERVED = 0x18
const WIDE_LUN = 0x3f

/**
 * Takes `command.ccb` apart.
 * @param wide the LUN has 6 bits and the tag lies in byte 1
 * @returns BTSTAT_OK, or why the CCB is not valid
 */
export function decodeCcb(command: Command, wide: boolean): number {
  const { ccb, is24Bit, task } = command
  const length = ccb[K.CCB_CDB_LENGTH]!
  command.opcode = ccb[K.CCB_OPCODE]!
  command.direction = ccb[K.CCB_CONTROL]! & K.CONTROL_DIRECTION_MASK
  task.attribute = 'untagged'
  task.tag = UNTAGGED
  let isValid = true
  if (is24Bit) decode24(command, length)
  else isValid = decode32(command, wide)
  const senseRoom = ccb[K.CCB_SENSE_LENGTH]!
  command.senseRoom = senseRoom === 0 ? K.SENSE_DEFAULT : senseRoom === K.SENSE_DISABLED ? 0 : senseRoom
  const bytes = Math.min(length, K.MAX_CDB)
  for (let i = 0; i < 16; i++) task.cdb[i] = i < bytes ? ccb[K.CCB_CDB + i]! : 0
  task.cdbLength = bytes
  if (!isOpcode(command.opcode)) return K.BTSTAT_INVALID_OPCODE
  if (!isValid || task.target >= TARGETS) return K.BTSTAT_INVALID_PARAMETER
  if (command.opcode === K.OPCODE_BUS_DEVICE_RESET) return K.BTSTAT_OK
  if (length === 0 || length > K.MAX_CDB) return K.BTSTAT_INVALID_PARAMETER
  return isListSize(command) ? K.BTSTAT_OK : K.BTSTAT_INVALID_PARAMETER
}

function decode24(command: Command, cdbLength: number): void {
  const { ccb, task } = command
  const whom = ccb[K.CCB24_TARGET]!
  task.target = whom >>> 5
  task.lun = whom & LEGACY_LUN
  command.dataBytes = be24(ccb, K.CCB24_DATA_LENGTH)
  command.dataAddress = be24(ccb, K.CCB24_DATA_ADDRESS)
  command.senseAddress = command.address + K.CCB_CDB + cdbLength
}

/** @returns false when LUN or tag are not valid */
function decode32(command: Command, wide: boolean): boolean {
  const { ccb, task, tag } = command
  const lun = ccb[K.CCB_LUN]!
  const tagging = wide ? ccb[K.CCB_CONTROL]! : lun
  task.target = ccb[K.CCB_TARGET]!
  task.lun = lun & (wide ? WIDE_LUN : LEGACY_LUN)
  command.dataBytes = le32(ccb, K.CCB_DATA_LENGTH)
  command.dataAddress = le32(ccb, K.CCB_DATA_ADDRESS)
  command.senseAddress = le32(ccb, K.CCB_SENSE_ADDRESS)
  if (!wide && (lun & LEGACY_RESERVED) !== 0) return false
  if ((tagging & K.TAG_ENABLE) === 0) return true
  const type = tagging & K.TAG_TYPE_MASK
  task.tag = tag
  task.attribute = type === K.TAG_SIMPLE ? 'simple' : type === K.TAG_HEAD ? 'head' : 'ordered'
  return type !== K.TAG_TYPE_MASK
}

function isOpcode(opcode: number): boolean {
  return (
    opcode === K.OPCODE_INITIATOR ||
    (opcode >= K.OPCODE_INITIATOR_SG && opcode <= K.OPCODE_INITIATOR_SG_RESIDUAL) ||
    opcode === K.OPCODE_BUS_DEVICE_RESET
  )
}

/** Of a CCB with a list: whole elements, at least one, not more than the adapter takes. */
function isListSize(command: Command): boolean {
  if (!command.hasList) {
    command.listCount = 0
    return true
  }
  const count = command.dataBytes / elementBytes(command)
  if (!Number.isInteger(count) || count === 0 || count > K.MAX_SG) return false
  command.listCount = count
  return true
}

function elementBytes(command: Command): number {
  return command.is24Bit ? K.SG24_SIZE : K.SG_SIZE
}

/** Fetches the list and adds up its lengths. @returns false when it lies in memory that is not granted */
export function fetchList(memory: DmaPort, command: Command): boolean {
  const size = elementBytes(command)
  const bytes = command.listCount * size
  command.reserveList(bytes)
  if (!memory.read(command.dataAddress, command.list, 0, bytes)) return false
  const { list, is24Bit } = command
  let sum = 0
  for (let at = 0; at < bytes; at += size)
    sum += is24Bit ? be24(list, at + K.SG24_LENGTH) : le32(list, at + K.SG_LENGTH)
  command.dataBytes = sum
  return true
}

function elementLength({ list, is24Bit }: Command, at: number): number {
  return is24Bit ? be24(list, at + K.SG24_LENGTH) : le32(list, at + K.SG_LENGTH)
}

function elementAddress({ list, is24Bit }: Command, at: number): number {
  return is24Bit ? be24(list, at + K.SG24_ADDRESS) : le32(list, at + K.SG_ADDRESS)
}

/**
 * Moves the first `bytes` between the task's buffer and memory, along the list or in one piece. Ends after at most MAX_SG elements.
 * @returns bytes of the elements that moved whole; fewer than asked: what came after touched memory that is not granted
 */
export function moveData(memory: DmaPort, command: Command, bytes: number, toMemory: boolean): number {
  const { data } = command.task
  if (!command.hasList) {
    const { dataAddress } = command
    const ok = toMemory ? memory.write(dataAddress, data, 0, bytes) : memory.read(dataAddress, data, 0, bytes)
    return ok ? bytes : 0
  }
  const size = elementBytes(command)
  let done = 0
  for (let i = 0, at = 0; i < command.listCount && done < bytes; i++, at += size) {
    const address = elementAddress(command, at)
    const length = Math.min(elementLength(command, at), bytes - done)
    const ok = toMemory ? memory.write(address, data, done, length) : memory.read(address, data, done, length)
    if (!ok) break
    done += length
  }
  return done
}

/** What a CCB says to the target. Whether the target may disconnect is no matter of the CCB. */
export function busWords({ task }: Command): number {
  switch (task.attribute) {
    case 'simple':
      return BusWords.told | 1
    case 'ordered':
      return BusWords.told | 2
    case 'head':
      return BusWords.told | 3
    default:
      return BusWords.told
  }
}
