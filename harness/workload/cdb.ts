// Encodes READ, WRITE and SYNCHRONIZE CACHE. Field layouts: Seagate "SCSI Commands Reference Manual" Rev. J, tables 5 (16-byte
// commands), 97 (READ (10)) and 99 (READ (12)); Maxtor "Atlas 10K III" manual, READ (6): a count of 0 means 256 blocks there.
import type { Bytes } from '../../device/bytes.ts'

const READ = { 6: 0x08, 10: 0x28, 12: 0xa8, 16: 0x88 } as const
const WRITE = { 6: 0x0a, 10: 0x2a, 12: 0xaa, 16: 0x8a } as const

export type CdbLength = 6 | 10 | 12 | 16

/** The form asked for, or the next larger one that can hold address and count. */
export function fittingForm(wanted: CdbLength, lba: number, blocks: number): CdbLength {
  if (wanted === 6 && (lba > 0x1f_ffff || blocks > 256)) wanted = 10
  if (wanted === 10 && (lba > 0xffff_ffff || blocks > 0xffff)) wanted = 12
  return wanted === 12 && lba > 0xffff_ffff ? 16 : wanted
}

function put32(cdb: Bytes, at: number, value: number): void {
  cdb[at] = value >>> 24
  cdb[at + 1] = value >>> 16
  cdb[at + 2] = value >>> 8
  cdb[at + 3] = value
}

/** @param form must be able to hold lba and blocks, see `fittingForm` */
export function encodeReadWrite(cdb: Bytes, form: CdbLength, write: boolean, lba: number, blocks: number): void {
  cdb.fill(0)
  cdb[0] = write ? WRITE[form] : READ[form]
  switch (form) {
    case 6:
      cdb[1] = lba >>> 16
      cdb[2] = lba >>> 8
      cdb[3] = lba
      cdb[4] = blocks // 256 is written as 0
      break
    case 10:
      put32(cdb, 2, lba)
      cdb[7] = blocks >>> 8
      cdb[8] = blocks
      break
    case 12:
      put32(cdb, 2, lba)
      put32(cdb, 6, blocks)
      break
    case 16:
      put32(cdb, 2, Math.floor(lba / 0x1_0000_0000))
      put32(cdb, 6, lba)
      put32(cdb, 10, blocks)
  }
}

/** SYNCHRONIZE CACHE (10) of the whole medium. */
export function encodeFlush(cdb: Bytes): void {
  cdb.fill(0)
  cdb[0] = 0x35
}

/** Parameter list of an UNMAP with one block descriptor. */
export const UNMAP_BYTES = 24

/** UNMAP of one stretch; its parameter list goes into `list`. Layout: the Seagate manual, 3.54, tables 205 and 206. */
export function encodeUnmap(cdb: Bytes, list: Bytes, lba: number, blocks: number): void {
  cdb.fill(0)
  cdb[0] = 0x42
  cdb[8] = UNMAP_BYTES
  list.fill(0, 0, UNMAP_BYTES)
  list[1] = UNMAP_BYTES - 2
  list[3] = 16
  put32(list, 8, Math.floor(lba / 0x1_0000_0000))
  put32(list, 12, lba)
  put32(list, 16, blocks)
}

const NAMES: Readonly<Record<number, string>> = {
  0: 'TEST UNIT READY',
  3: 'REQUEST SENSE',
  18: 'INQUIRY',
  26: 'MODE SENSE(6)',
  37: 'READ CAPACITY(10)',
  53: 'SYNCHRONIZE CACHE(10)',
  66: 'UNMAP',
  ...Object.fromEntries(Object.entries(READ).map(([form, opcode]) => [opcode, `READ(${form})`])),
  ...Object.fromEntries(Object.entries(WRITE).map(([form, opcode]) => [opcode, `WRITE(${form})`])),
}

/** For messages. */
export const commandName = (opcode: number): string =>
  NAMES[opcode] ?? `command 0x${opcode.toString(16).padStart(2, '0')}`
