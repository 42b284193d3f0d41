// The basic blocks of a function by the book, for the test of coverage: found on the operators of the binary, where the
// meter finds them on binaryen's tree. A block begins at the entry, behind a branch, where branches join, at a loop.
import type { Body, Operator } from './decoder.ts'

const Op = { unreachable: 0x00, nop: 0x01, block: 0x02, loop: 0x03, if: 0x04, else: 0x05, end: 0x0b } as const
const ENDS_PATH = [0x00, 0x0c, 0x0e, 0x0f]
const UNCOUNTED: readonly number[] = [Op.nop, Op.block, Op.loop, Op.else, Op.end]

interface Open {
  op: Operator
  /** Whether its beginning was reached, and whether anything goes to its end by a branch, or by an if without else. */
  reached: boolean
  joined: boolean
  hasElse: boolean
}

/** The operators that count of each basic block that has some and is more than an `unreachable`; at least one block. */
export function basicBlocks(body: Body): Operator[][] {
  const blocks: Operator[][] = [[]]
  const open: Open[] = []
  let alive = true
  const begin = (): void => void blocks.push([])
  for (const op of body.operators) {
    if (op.code === Op.end) {
      const frame = open.pop()
      if (frame === undefined) break
      const joins = frame.op.code !== Op.loop && frame.reached && (frame.joined || frame.op.code === Op.if)
      alive =
        alive ||
        (frame.joined && frame.op.code !== Op.loop) ||
        (frame.op.code === Op.if && frame.reached && !frame.hasElse)
      if (joins && alive) begin()
      continue
    }
    if (op.code === Op.else) {
      const frame = open.at(-1)!
      frame.hasElse = true
      if (alive) frame.joined = true
      alive = frame.reached
      if (alive) begin()
      continue
    }
    if (alive && !UNCOUNTED.includes(op.code)) blocks.at(-1)!.push(op)
    if (op.code === Op.block || op.code === Op.loop || op.code === Op.if) {
      open.push({ op, reached: alive, joined: false, hasElse: false })
      if (alive && op.code !== Op.block) begin()
      continue
    }
    if (!alive) continue
    const labels = op.code === 0x0c || op.code === 0x0d ? [op.a] : op.targets
    for (const label of labels) {
      const target = open[open.length - 1 - label]
      if (target !== undefined) target.joined = true
    }
    if (op.code === 0x0d) begin()
    if (ENDS_PATH.includes(op.code)) alive = false
  }
  const counted = blocks.filter(b => b.length > 1 || (b.length === 1 && b[0]!.code !== Op.unreachable))
  return counted.length > 0 ? counted : [blocks[0]!]
}
