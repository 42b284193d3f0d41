// A window that keeps what was written to it and answers with a pattern, for tests.
import type { IoTarget } from '../address-space.ts'

export class EchoTarget implements IoTarget {
  readonly reads: [offset: number, widthBytes: number][] = []
  readonly writes: [offset: number, widthBytes: number, value: number][] = []
  answer = 0x12345678

  read(offset: number, widthBytes: number): number {
    this.reads.push([offset, widthBytes])
    return this.answer
  }

  write(offset: number, widthBytes: number, value: number): void {
    this.writes.push([offset, widthBytes, value])
  }
}
