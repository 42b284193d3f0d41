// What the tests of the command families share: a small disk, ready, behind an initiator.
import { type BadRange, ErrorStore } from '../../block/error-store.ts'
import { RamStore } from '../../block/ram-store.ts'
import type { Bytes } from '../../bytes.ts'
import { Disk, type DiskOptions } from '../disk.ts'
import { type Answer, Initiator } from '../initiator.ts'
import { ScsiStatus } from '../status.ts'

export const BLOCK = 512

export interface Fixture {
  ram: RamStore
  store: ErrorStore
  disk: Disk
  initiator: Initiator
}

/** 1024 blocks of 512 bytes, block n filled with n mod 251, unit attention taken. */
export function readyDisk(
  options: Partial<DiskOptions> & { blocks?: number; blockBytes?: number; bad?: BadRange[] } = {},
): Fixture {
  const { blocks = 1024, blockBytes = BLOCK, bad = [], ...disk } = options
  const ram = new RamStore({ blocks, blockBytes })
  for (let lba = 0; lba < blocks; lba++) ram.bytes.fill(lba % 251, lba * blockBytes, (lba + 1) * blockBytes)
  const store = new ErrorStore(ram, bad)
  const unit = new Disk({ label: 'disk0', store, ...disk })
  unit.attention = 0
  return { ram, store, disk: unit, initiator: new Initiator(unit) }
}

export function pattern(blocks: number, value: number, blockBytes = BLOCK): Bytes {
  return new Uint8Array(blocks * blockBytes).fill(value)
}

/** Compares whole stores much faster than a deep-equality matcher. */
export function sameBytes(a: Bytes, b: Bytes): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i])
}

/** One line a human can compare: `good`, or `key/asc` in hex with the field pointer, e.g. `5/2400 cdb[1].7`. */
export function verdict(answer: Answer): string {
  if (answer.status === ScsiStatus.good) return 'good'
  if (answer.status !== ScsiStatus.checkCondition) return `status ${answer.status.toString(16)}`
  const { sense } = answer
  if (sense === undefined) return 'no sense'
  const { key, asc, pointer, information } = sense
  let text = `${key.toString(16)}/${asc.toString(16).padStart(4, '0')}`
  if (pointer !== undefined)
    text += ` ${pointer.inCdb ? 'cdb' : 'list'}[${pointer.byte}]${pointer.bit === undefined ? '' : `.${pointer.bit}`}`
  if (information !== undefined) text += ` at ${information}`
  return text
}
