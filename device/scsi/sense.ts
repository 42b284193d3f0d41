// Sense data: what a logical unit says about a command that ended with CHECK CONDITION.
//
// Models: fixed format (70h) and descriptor format (72h), current errors only, with the INFORMATION field and the
// field pointer of ILLEGAL REQUEST. Does not model: deferred errors (71h, 73h), progress indication, retry counts.
// Clauses: Seagate, SCSI Commands Reference Manual 100293068 Rev. J: 2.4.1.1 descriptor format (p. 48-51),
// 2.4.1.1.4.2 field pointer (p. 51, table 19), 2.4.1.2 fixed format (p. 56, table 27).
import type { Bytes } from '../bytes.ts'
import { putBe24, putBe32, putBe64 } from './big-endian.ts'
import { ScsiStatus } from './status.ts'
import type { ScsiTask } from './task.ts'

export const SenseKey = {
  noSense: 0x0,
  recoveredError: 0x1,
  notReady: 0x2,
  mediumError: 0x3,
  hardwareError: 0x4,
  illegalRequest: 0x5,
  unitAttention: 0x6,
  dataProtect: 0x7,
  abortedCommand: 0xb,
  miscompare: 0xe,
} as const

/** Additional sense code in the high byte, its qualifier in the low byte. */
export const Asc = {
  none: 0x0000,
  notReadyInitializingCommandRequired: 0x0402,
  writeError: 0x0c00,
  unrecoveredReadError: 0x1100,
  parameterListLengthError: 0x1a00,
  miscompareDuringVerify: 0x1d00,
  invalidOpcode: 0x2000,
  lbaOutOfRange: 0x2100,
  invalidFieldInCdb: 0x2400,
  logicalUnitNotSupported: 0x2500,
  invalidFieldInParameterList: 0x2600,
  writeProtected: 0x2700,
  mediumMayHaveChanged: 0x2800,
  powerOnOrReset: 0x2900,
  busReset: 0x2902,
  targetReset: 0x2903,
  savingParametersNotSupported: 0x3900,
  mediumNotPresent: 0x3a00,
  internalTargetFailure: 0x4400,
  dataPhaseError: 0x4b00,
  mediumRemovalPrevented: 0x5302,
} as const

export const FIXED_SENSE_BYTES = 18

/** No field pointer. */
export const NO_POINTER = 0
const POINTER_VALID = 0x80_0000
const IN_CDB = 0x40_0000
const BIT_VALID = 0x08_0000

/** Sense-key-specific bytes 15-17 that point at a byte of the CDB. @param bit leftmost bit of the field, −1: the whole byte */
export function cdbPointer(byte: number, bit = -1): number {
  return POINTER_VALID | IN_CDB | (bit >= 0 ? BIT_VALID | (bit << 16) : 0) | (byte & 0xffff)
}

/** The same for a byte of the parameter list (data out). */
export function listPointer(byte: number, bit = -1): number {
  return POINTER_VALID | (bit >= 0 ? BIT_VALID | (bit << 16) : 0) | (byte & 0xffff)
}

/** INFORMATION field absent. */
export const NO_INFORMATION = -1

/**
 * Writes fixed-format sense data into `into[0, 18)`.
 * @param information value of INFORMATION; −1 or a value that does not fit 32 bits leaves VALID 0
 * @param pointer from cdbPointer or listPointer, or NO_POINTER
 * @returns bytes written
 */
export function writeFixedSense(into: Bytes, key: number, asc: number, information: number, pointer: number): number {
  into.fill(0, 0, FIXED_SENSE_BYTES)
  into[0] = 0x70
  into[2] = key
  if (information >= 0 && information <= 0xffff_ffff) {
    into[0] = 0xf0
    putBe32(into, 3, information)
  }
  into[7] = FIXED_SENSE_BYTES - 8
  into[12] = asc >> 8
  into[13] = asc & 0xff
  putBe24(into, 15, pointer)
  return FIXED_SENSE_BYTES
}

/** Writes descriptor-format sense data: header, then an information and a sense-key-specific descriptor where there is something to say. @returns bytes written */
export function writeDescriptorSense(
  into: Bytes,
  key: number,
  asc: number,
  information: number,
  pointer: number,
): number {
  into.fill(0, 0, 28)
  into[0] = 0x72
  into[1] = key
  into[2] = asc >> 8
  into[3] = asc & 0xff
  let at = 8
  if (information >= 0) {
    into[at + 1] = 0x0a
    into[at + 2] = 0x80
    putBe64(into, at + 4, information)
    at += 12
  }
  if (pointer !== NO_POINTER) {
    into[at] = 0x02
    into[at + 1] = 0x06
    putBe24(into, at + 4, pointer)
    at += 8
  }
  into[7] = at - 8
  return at
}

/** Ends the task with CHECK CONDITION and sense data. Direction and transferBytes stay as they are. */
export function checkCondition(
  task: ScsiTask,
  descriptor: boolean,
  key: number,
  asc: number,
  information: number,
  pointer: number,
): void {
  task.status = ScsiStatus.checkCondition
  task.senseLength = descriptor
    ? writeDescriptorSense(task.sense, key, asc, information, pointer)
    : writeFixedSense(task.sense, key, asc, information, pointer)
}
