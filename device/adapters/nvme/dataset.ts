// Dataset management: ranges of blocks to give back, as UNMAP of the logical unit.
//
// Models: up to 256 ranges, checked whole before anything is given back; ranges longer than UNMAP takes, in pieces. Does not model:
// hints (access frequency, latency): a command without deallocation does nothing.
import { le32, le64 } from '../../little-endian.ts'
import { be32, be64 } from '../../scsi/big-endian.ts'
import { ScsiStatus } from '../../scsi/status.ts'
import { putUnmapDescriptor, putUnmapHeader } from './cdb.ts'
import type { Command } from './command.ts'
import type { Core } from './core.ts'
import { K } from './format.ts'
import type { Namespaces } from './namespaces.ts'
import { statusOf } from './status.ts'

const { DSM_RANGE_SIZE, STATUS_DATA_TRANSFER_ERROR, STATUS_LBA_OUT_OF_RANGE, STATUS_DNR } = K

const FINAL = STATUS_DNR
const MAX_RANGES = 256
/** Longest UNMAP that every unit takes. */
const UNMAP_BLOCKS = 0x1_0000

export class Dataset {
  readonly #core: Core
  readonly #namespaces: Namespaces
  readonly #ranges = new Uint8Array(MAX_RANGES * DSM_RANGE_SIZE)

  constructor(core: Core, namespaces: Namespaces) {
    this.#core = core
    this.#namespaces = namespaces
  }

  /** Reads the ranges and makes the parameter list of UNMAP from them. @returns a status */
  read(command: Command): number {
    const core = this.#core
    const { task, bytes, blocks: ranges } = command
    const size = this.#namespaces.blocks[command.nsid - 1]!
    command.movedBytes = command.pages.move(core.memory, this.#ranges, 0, bytes, false)
    if (command.movedBytes < bytes) return STATUS_DATA_TRANSFER_ERROR
    command.bytes = 0
    task.reserve(8 + ranges * 16)
    putUnmapHeader(task.data, ranges)
    command.lba = 0 // from here on: blocks of all ranges together
    for (let i = 0; i < ranges; i++) {
      const blocks = le32(this.#ranges, i * DSM_RANGE_SIZE + 4)
      const lba = le64(this.#ranges, i * DSM_RANGE_SIZE + 8)
      if (lba + blocks > size) return STATUS_LBA_OUT_OF_RANGE | FINAL
      putUnmapDescriptor(task.data, i, lba, blocks)
      command.lba += blocks
    }
    return 0
  }

  /** UNMAP takes only so many blocks: what is longer goes in pieces. */
  deallocate(command: Command): void {
    const { task, blocks: ranges } = command
    const { bus } = this.#core
    if (command.lba <= UNMAP_BLOCKS) {
      bus.execute(task)
      return
    }
    for (let i = 0; i < ranges; i++) {
      const at = 8 + i * 16
      const { data } = task
      let lba = be64(data, at)
      let left = be32(data, at + 8)
      while (left > 0) {
        const piece = Math.min(left, UNMAP_BLOCKS)
        const other = this.#namespaces.unmapOne(task.lun, lba, piece)
        if (other.status !== ScsiStatus.good) {
          command.status = statusOf(other)
          command.scsiStatus = other.status
          return
        }
        lba += piece
        left -= piece
      }
    }
  }
}
