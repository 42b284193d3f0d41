// The other side of the workload's tests: drives in memory with a CDB decoder of their own, that answer in any order.
import type { IoRequest } from '../workload.ts'

/** Decodes READ and WRITE; undefined for anything else. Shares no code with the encoder. */
export function decode(cdb: Uint8Array): { write: boolean; lba: number; blocks: number } | undefined {
  const view = new DataView(cdb.buffer, cdb.byteOffset, 16)
  switch (cdb[0]) {
    case 0x08:
    case 0x0a:
      return { write: cdb[0] === 0x0a, lba: view.getUint32(0) & 0x1fffff, blocks: cdb[4] || 256 }
    case 0x28:
    case 0x2a:
      return { write: cdb[0] === 0x2a, lba: view.getUint32(2), blocks: view.getUint16(7) }
    case 0xa8:
    case 0xaa:
      return { write: cdb[0] === 0xaa, lba: view.getUint32(2), blocks: view.getUint32(6) }
    case 0x88:
    case 0x8a:
      return { write: cdb[0] === 0x8a, lba: Number(view.getBigUint64(2)), blocks: view.getUint32(10) }
    default:
      return undefined
  }
}

export class RamDisk {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly blockBytes: number

  constructor(blocks: number, blockBytes: number) {
    this.blockBytes = blockBytes
    this.bytes = new Uint8Array(blocks * blockBytes)
  }

  /** Carries out a request as its CDB says, not as its fields say. @returns bytes moved */
  execute(request: IoRequest): number {
    const command = decode(request.cdb)
    if (command === undefined) return 0
    const from = command.lba * this.blockBytes
    const length = command.blocks * this.blockBytes
    if (from + length > this.bytes.length)
      throw new Error(`beyond the end: LBA ${command.lba}, ${command.blocks} blocks`)
    if (command.write) this.bytes.set(request.data.subarray(0, length), from)
    else request.data.set(this.bytes.subarray(from, from + length))
    return length
  }
}
