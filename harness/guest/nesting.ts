// How deep the expressions of a function nest, from its operators. Reading and metering recurse that deep, and the host's stack
// is finite: a limit by count is the same on every machine. An estimate from above where operators leave the order of a tree.
import { Op, visitOperators } from './operators.ts'
import type { WasmModule } from './wasm-binary.ts'

/** A switch over n cases nests n blocks: compilers do reach some hundreds. */
export const NESTING_LIMIT = 1000

const EMPTY = -64

/** Operators that compute: how many operands they take. Loads count as one operand, stores as two, and so on. */
function operandsOf(opcode: number): number {
  if (opcode >= 0x41 && opcode <= 0x44) return 0
  if (opcode === 0x20 || opcode === 0x23 || opcode === 0x3f || opcode === 0xfc09) return 0
  if (opcode === 0x1b || opcode === 0x1c || (opcode >= 0xfc08 && opcode <= 0xfc0b)) return 3
  if (opcode >= 0x36 && opcode <= 0x3e) return 2
  if (opcode === 0x45 || opcode === 0x50 || opcode >= 0xa7) return 1
  if ((opcode >= 0x46 && opcode <= 0x66) || (opcode >= 0x6a && opcode <= 0x78)) return 2
  if ((opcode >= 0x7c && opcode <= 0x8a) || (opcode >= 0x92 && opcode <= 0x98) || (opcode >= 0xa0 && opcode <= 0xa6))
    return 2
  return 1
}

function givesValue(opcode: number): boolean {
  const none = opcode === 0x21 || opcode === 0x24 || opcode === 0x1a || (opcode >= 0x36 && opcode <= 0x3e)
  return !none && !(opcode >= 0xfc08 && opcode <= 0xfc0b)
}

interface Frame {
  /** Heights of the values on the stack of this block. */
  stack: number[]
  deepest: number
  arity: number
}

/** Deepest nesting in a defined function; also no fewer than the operands it ever holds at a time. */
export function expressionHeight(module: WasmModule, index: number): number {
  const body = module.bodies[index - module.importedFunctions]!
  const gauge = new NestingGauge(module)
  const step = (opcode: number, _at: number, immediate: number) => gauge.step(opcode, immediate)
  visitOperators(module.bytes, body.offset, body.end, () => false, step)
  return gauge.height
}

/** Follows the operators of one function body. */
export class NestingGauge {
  readonly #module: WasmModule
  readonly #frames: Frame[] = [{ stack: [], deepest: 0, arity: 1 }]
  /** Deepest nesting so far. */
  height = 0

  constructor(module: WasmModule) {
    this.#module = module
  }

  /** @param immediate as visitOperators gives it */
  step(opcode: number, immediate: number): void {
    const frame = this.#frames[this.#frames.length - 1]
    if (frame === undefined) return
    switch (opcode) {
      case Op.nop:
        return
      case Op.if:
      case Op.block:
      case Op.loop: {
        const arity = immediate === EMPTY ? 0 : immediate < 0 ? 1 : (this.#module.types[immediate]?.results.length ?? 0)
        const condition = opcode === Op.if ? this.#pop(frame, 1) : 0
        this.#frames.push({ stack: [], deepest: condition, arity })
        this.#note(condition + this.#frames.length)
        return
      }
      case Op.else:
        frame.deepest = Math.max(frame.deepest, ...this.#take(frame))
        return
      case Op.end: {
        const inside = Math.max(frame.deepest, ...this.#take(frame))
        this.#frames.pop()
        const outer = this.#frames[this.#frames.length - 1]
        if (outer !== undefined) this.#push(outer, inside + 1, frame.arity > 0)
        return
      }
      case Op.br:
      case Op.brTable:
      case Op.return:
      case Op.unreachable:
        this.#push(frame, Math.max(0, ...this.#take(frame)) + 1, false)
        return
      case Op.brIf: {
        const condition = this.#pop(frame, 1)
        const value = frame.stack.pop()
        this.#push(frame, Math.max(condition, value ?? 0) + 1, value !== undefined)
        return
      }
      case Op.call:
      case Op.callIndirect: {
        const type = this.#module.types[opcode === Op.call ? (this.#module.functions[immediate] ?? -1) : immediate]
        const operands = (type?.params.length ?? 0) + (opcode === Op.callIndirect ? 1 : 0)
        this.#push(frame, this.#pop(frame, operands) + 1, (type?.results.length ?? 0) > 0)
        return
      }
      default:
        this.#push(frame, this.#pop(frame, operandsOf(opcode)) + 1, givesValue(opcode))
    }
  }

  /** Greatest height among the operands taken off. */
  #pop(frame: Frame, operands: number): number {
    let highest = 0
    for (let i = 0; i < operands; i++) highest = Math.max(highest, frame.stack.pop() ?? 0)
    return highest
  }

  #take(frame: Frame): number[] {
    // Never many: a stack as high as the limit has been noted before.
    return frame.stack.splice(0).slice(-NESTING_LIMIT)
  }

  #push(frame: Frame, height: number, value: boolean): void {
    if (value) frame.stack.push(height)
    else frame.deepest = Math.max(frame.deepest, height)
    this.#note(Math.max(height, frame.stack.length) + this.#frames.length)
  }

  #note(height: number): void {
    if (height > this.height) this.height = height
  }
}
