// Which operator of the module as given became which operator of the module as binaryen re-emits it. Order stays; code after a
// branch goes; here and there a value takes the way through a local. So both bodies are walked side by side.
import { Op, visitOperators } from './operators.ts'
import type { WasmModule } from './wasm-binary.ts'
import { WasmCursor } from './wasm-cursor.ts'

interface LiveOperator {
  /** Equal for an operator before and after. */
  key: number
  at: number
}

interface Frame {
  /** Whether anything gets to where the walk is. */
  alive: boolean
  /** Whether a branch leads to its end. */
  targeted: boolean
  loop: boolean
  /** Of an if: whether its condition was reached, and whether an else came. */
  conditional: boolean
  entered: boolean
}

/** How far to look for the next common operator after a difference. */
const WINDOW = 16

/**
 * Offsets in the original of the operators that count in the re-emitted function, in order.
 * @param plain the module re-emitted without additions
 */
export function originalOffsets(original: WasmModule, plain: WasmModule, index: number): number[] {
  const before = liveOperators(original, index)
  const after = liveOperators(plain, index)
  const offsets: number[] = []
  const end = original.bodies[index - original.importedFunctions]!.end - 1
  let i = 0
  for (let j = 0; j < after.length; j++) {
    const key = after[j]!.key
    if (before[i]?.key !== key) {
      for (let d = 1; d <= WINDOW; d++) {
        if (after[j + d]?.key === before[i]?.key) break
        if (before[i + d]?.key !== key) continue
        i += d
        break
      }
    }
    offsets.push(before[i]?.at ?? end)
    if (before[i]?.key === key) i++
  }
  return offsets
}

/** The operators of a body that count and can be reached. */
function liveOperators(module: WasmModule, index: number): LiveOperator[] {
  const found: LiveOperator[] = []
  const body = module.bodies[index - module.importedFunctions]!
  const frames: Frame[] = [{ alive: true, targeted: false, loop: false, conditional: false, entered: true }]
  const branch = (depth: number) => {
    const target = frames[frames.length - 1 - depth]
    if (target !== undefined) target.targeted = true
  }
  visitOperators(
    module.bytes,
    body.offset,
    body.end,
    () => false,
    (opcode, at, immediate) => {
      const frame = frames[frames.length - 1]!
      if (opcode === Op.nop) return
      if (opcode === Op.else) {
        frame.targeted ||= frame.alive
        frame.conditional = false
        frame.alive = frame.entered
        return
      }
      if (opcode === Op.end) {
        if (frames.length > 1) frames.pop()
        const outer = frames[frames.length - 1]!
        outer.alive = frame.alive || (frame.targeted && !frame.loop) || (frame.conditional && frame.entered)
        return
      }
      const { alive } = frame
      if (alive && opcode !== Op.block && opcode !== Op.loop) {
        const detail = opcode === Op.call || (opcode >= 0x28 && opcode <= 0x3e) ? immediate : 0
        found.push({ key: opcode * 0x1_0000_0000 + detail, at })
      }
      if (opcode === Op.block || opcode === Op.loop || opcode === Op.if) {
        const conditional = opcode === Op.if
        frames.push({ alive, targeted: false, loop: opcode === Op.loop, conditional, entered: alive })
        return
      }
      if (!alive) return
      if (opcode === Op.br || opcode === Op.brIf) branch(immediate)
      if (opcode === Op.brTable) for (const depth of tableTargets(module, at)) branch(depth)
      if (opcode === Op.br || opcode === Op.brTable || opcode === Op.return || opcode === Op.unreachable)
        frame.alive = false
    },
  )
  return found
}

function tableTargets(module: WasmModule, at: number): Set<number> {
  const cursor = new WasmCursor(module.bytes, at + 1, module.bytes.length)
  const targets = new Set<number>()
  for (let n = cursor.u32(); n >= 0; n--) targets.add(cursor.u32())
  return targets
}
