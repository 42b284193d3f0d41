// One channel of the platform's DMA controller, for adapters that have no bus addresses of their own (subordinate).
//
// Models: address, count and direction programmed by the port driver in ScsiPortIoMapTransfer; transfers requested by
// the adapter until the count runs out; the end by ScsiPortFlushDma.
// Does not model: modes (block, demand, cascade), 64 KiB page registers, auto-initialize, transfer time.
import type { Bytes } from './bytes.ts'

const NOTHING: Bytes = new Uint8Array(0)

/** Results of `SystemDmaChannel.transfer` that are not a byte count. */
export const SystemDmaRefusal = { notProgrammed: -1, wrongDirection: -2 } as const

export class SystemDmaChannel {
  readonly channel: number
  #memory: Bytes = NOTHING
  #at = 0
  #remaining = 0
  #moved = 0
  #toMemory = false
  #programmed = false

  /** @param channel 0…7 */
  constructor(channel: number) {
    if (!(Number.isInteger(channel) && channel >= 0 && channel <= 7))
      throw new RangeError(`no system DMA channel ${channel}`)
    this.channel = channel
  }

  /**
   * By the port driver. Replaces what was programmed before.
   * @param toMemory true for data in
   * @throws RangeError when [at, at + bytes) is not inside `memory`: the port driver checks the SRB's buffer first
   */
  program(memory: Bytes, at: number, bytes: number, toMemory: boolean): void {
    if (!(at >= 0 && bytes >= 0 && at + bytes <= memory.length))
      throw new RangeError(
        `system DMA channel ${this.channel}: [${at}, ${at + bytes}) is not inside ${memory.length} bytes of memory`,
      )
    this.#memory = memory
    this.#at = at
    this.#remaining = bytes
    this.#moved = 0
    this.#toMemory = toMemory
    this.#programmed = true
  }

  get programmed(): boolean {
    return this.#programmed
  }

  get toMemory(): boolean {
    return this.#toMemory
  }

  /** Bytes of the programmed count that are still to be moved. */
  get remainingBytes(): number {
    return this.#remaining
  }

  /** Bytes moved since the channel was programmed. */
  get movedBytes(): number {
    return this.#moved
  }

  /**
   * By the adapter: moves up to `length` bytes between `buffer[at…]` and memory.
   * @returns bytes moved, fewer than `length` when the count ran out; −1 not programmed, −2 programmed for the other direction
   * @throws RangeError when `buffer` has no room: the adapter's own mistake
   */
  transfer(buffer: Bytes, at: number, length: number, toMemory: boolean): number {
    if (!(at >= 0 && length >= 0 && at + length <= buffer.length))
      throw new RangeError(`system DMA of ${length} bytes at ${at} of a buffer of ${buffer.length} bytes`)
    if (!this.#programmed) return SystemDmaRefusal.notProgrammed
    if (toMemory !== this.#toMemory) return SystemDmaRefusal.wrongDirection
    const count = Math.min(length, this.#remaining)
    if (count === 0) return 0
    if (toMemory) this.#memory.set(buffer.subarray(at, at + count), this.#at)
    else buffer.set(this.#memory.subarray(this.#at, this.#at + count), at)
    this.#at += count
    this.#remaining -= count
    this.#moved += count
    return count
  }

  /** By the port driver: ends the transfer. @returns bytes moved since the channel was programmed, 0 when it was not */
  flush(): number {
    const moved = this.#moved
    this.#memory = NOTHING
    this.#at = 0
    this.#remaining = 0
    this.#moved = 0
    this.#programmed = false
    return moved
  }
}
