// MODE SELECT (6, 10).
//
// Models: the whole list is checked before any of it takes effect; only changeable bits may differ; a block descriptor may only
// repeat what is so. Turning the write cache off flushes it. Does not model: saving (SP is an invalid field), PF 0 (invalid field),
// changing block size or capacity.
// Clauses: Seagate, SCSI Commands Reference Manual 100293068 Rev. J 3.9 (p. 109): SP, list length 0, truncation; 5.3.5 (p. 385): page length.
// Seagate ST3655N manual p. 49: PF is always 1, and wrong parameter data changes nothing.
import type { Bytes } from '../bytes.ts'
import { be16, be24, be32, be64 } from './big-endian.ts'
import type { DiskState } from './disk-state.ts'
import {
  D_SENSE,
  LONG_DESCRIPTOR_BYTES,
  MAX_MODE_PAGE_BYTES,
  ModePage,
  modePageBytes,
  PageControl,
  putModePage,
  SHORT_DESCRIPTOR_BYTES,
  WCE,
} from './mode-pages.ts'
import { Asc, cdbPointer, listPointer, NO_POINTER, SenseKey } from './sense.ts'
import { flushCache } from './synchronize-cache.ts'
import type { ScsiTask } from './task.ts'

/** Current values and changeable bits of the page under examination. Used within one call only. */
const current: Bytes = new Uint8Array(MAX_MODE_PAGE_BYTES)
const changeable: Bytes = new Uint8Array(MAX_MODE_PAGE_BYTES)

export function beginModeSelect6(disk: DiskState, task: ScsiTask): void {
  beginModeSelect(disk, task, task.cdb[4]!)
}

export function beginModeSelect10(disk: DiskState, task: ScsiTask): void {
  beginModeSelect(disk, task, be16(task.cdb, 7))
}

export function executeModeSelect6(disk: DiskState, task: ScsiTask): void {
  executeModeSelect(disk, task, true, task.cdb[4]!)
}

export function executeModeSelect10(disk: DiskState, task: ScsiTask): void {
  executeModeSelect(disk, task, false, be16(task.cdb, 7))
}

function beginModeSelect(disk: DiskState, task: ScsiTask, listBytes: number): void {
  const flags = task.cdb[1]!
  const saves = (flags & 0x01) !== 0
  if (saves || (flags & 0x10) === 0) {
    disk.fail(task, SenseKey.illegalRequest, Asc.invalidFieldInCdb, cdbPointer(1, saves ? 0 : 4))
    return
  }
  if (listBytes === 0) return
  task.transferBytes = listBytes
  task.reserve(listBytes)
  task.direction = 'out'
}

function executeModeSelect(disk: DiskState, task: ScsiTask, six: boolean, listBytes: number): void {
  if (listBytes === 0) return
  const { data } = task
  if (task.receivedBytes < listBytes || task.transferBytes !== listBytes || data.length < listBytes) {
    truncated(disk, task)
    return
  }
  let at = checkHeader(disk, task, six, listBytes)
  if (at < 0) return
  let { writeCache, descriptorSense } = disk
  while (at < listBytes) {
    const bytes = checkPage(disk, task, at, listBytes)
    if (bytes < 0) return
    const code = data[at]! & 0x3f
    if (code === ModePage.caching) writeCache = (data[at + 2]! & WCE) !== 0
    if (code === ModePage.control) descriptorSense = (data[at + 2]! & D_SENSE) !== 0
    at += bytes
  }
  if (!writeCache && disk.cacheDirty && !flushCache(disk, task)) return
  disk.writeCache = writeCache
  disk.descriptorSense = descriptorSense
}

/** Checks header and block descriptor. @returns where the pages start, −1 when the task has ended */
function checkHeader(disk: DiskState, task: ScsiTask, six: boolean, listBytes: number): number {
  const { data } = task
  const headerBytes = six ? 4 : 8
  if (listBytes < headerBytes) return truncated(disk, task)
  const mediumTypeAt = six ? 1 : 2
  if (data[mediumTypeAt] !== 0) return refuse(disk, task, listPointer(mediumTypeAt))
  const descriptorBytes = six ? data[3]! : be16(data, 6)
  const long = !six && (data[4]! & 0x01) !== 0
  if (descriptorBytes === 0) return headerBytes
  if (descriptorBytes !== (long ? LONG_DESCRIPTOR_BYTES : SHORT_DESCRIPTOR_BYTES))
    return refuse(disk, task, listPointer(six ? 3 : 6))
  const pagesAt = headerBytes + descriptorBytes
  if (listBytes < pagesAt) return truncated(disk, task)
  const blocks = long ? be64(data, headerBytes) : be32(data, headerBytes)
  const reported = long ? disk.store.blocks : Math.min(disk.store.blocks, 0xffff_ffff)
  if (blocks !== 0 && blocks !== reported) return refuse(disk, task, listPointer(headerBytes))
  const blockBytesAt = headerBytes + (long ? 12 : 5)
  const blockBytes = long ? be32(data, blockBytesAt) : be24(data, blockBytesAt)
  return blockBytes === disk.store.blockBytes ? pagesAt : refuse(disk, task, listPointer(blockBytesAt))
}

/** Checks one page. @returns its length in bytes, −1 when the task has ended */
function checkPage(disk: DiskState, task: ScsiTask, at: number, listBytes: number): number {
  const { data } = task
  if (listBytes - at < 2) return truncated(disk, task)
  const code = data[at]! & 0x3f
  const bytes = modePageBytes(code)
  if (bytes === 0) return refuse(disk, task, listPointer(at, 5))
  if ((data[at]! & 0x40) !== 0) return refuse(disk, task, listPointer(at, 6))
  if (data[at + 1] !== bytes - 2) return refuse(disk, task, listPointer(at + 1))
  if (listBytes - at < bytes) return truncated(disk, task)
  current.fill(0)
  changeable.fill(0)
  putModePage(disk, code, PageControl.current, current, 0)
  putModePage(disk, code, PageControl.changeable, changeable, 0)
  for (let i = 2; i < bytes; i++) {
    const wrong = (data[at + i]! ^ current[i]!) & ~changeable[i]!
    if (wrong !== 0) return refuse(disk, task, listPointer(at + i, 31 - Math.clz32(wrong)))
  }
  return bytes
}

function refuse(disk: DiskState, task: ScsiTask, pointer: number): -1 {
  disk.fail(task, SenseKey.illegalRequest, Asc.invalidFieldInParameterList, pointer)
  return -1
}

function truncated(disk: DiskState, task: ScsiTask): -1 {
  disk.fail(task, SenseKey.illegalRequest, Asc.parameterListLengthError, NO_POINTER)
  return -1
}
