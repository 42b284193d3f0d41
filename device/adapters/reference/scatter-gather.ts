// Data between a task's buffer and the memory that a scatter/gather list names.

import type { DmaPort } from '../../bus-memory.ts'
import { le32, le64 } from '../../little-endian.ts'
import type { Command } from './command.ts'
import { K } from './format.ts'

/**
 * Moves the first `bytes` of the list. The list has been checked, so the walk ends after at most MAX_SG elements.
 * @returns bytes of the elements that moved whole; fewer than asked: the element after them touched memory that is not granted
 */
export function moveAlongList(memory: DmaPort, command: Command, bytes: number, toMemory: boolean): number {
  const { list, listCount } = command
  const { data } = command.task
  let done = 0
  for (let i = 0, at = 0; i < listCount && done < bytes; i++, at += K.SG_SIZE) {
    const address = le64(list, at + K.SG_ADDRESS)
    const length = Math.min(le32(list, at + K.SG_LENGTH), bytes - done)
    const ok = toMemory ? memory.write(address, data, done, length) : memory.read(address, data, done, length)
    if (!ok) break
    done += length
  }
  return done
}
