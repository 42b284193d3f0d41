// A small interpreter of wasm binaries that counts operators one by one: the judge of the meter. It runs the module as
// binaryen re-emits it, without instrumentation, and knows nothing of how the meter works.
//
// Counted: every operator but block, loop, else, end, nop; bulk memory operators one more per 8 bytes, rounded up.
// Source of the semantics: WebAssembly Core Specification, chapter "Execution".
import { type Body, decode, type FunctionType, type Operator, type Program } from './decoder.ts'
import { binary, Trap, unary } from './numeric.ts'

export type Value = number | bigint

export interface InterpreterHost {
  /** An imported function; `interpreter.count` is what the counter must show. */
  call(module: string, name: string, args: Value[]): Value | undefined
  /**
   * At each function entry, loop head and bulk operator, the places where a deadline may fall.
   * @param charged what the counter shows once the counting block that begins here is charged
   */
  checkpoint?(charged: number): void
}

const PAGE_BYTES = 65_536
const UNCOUNTED = new Set([0x01, 0x02, 0x03, 0x05, 0x0b])

/** A branch on its way to the block `levels` further out; `RETURN` leaves the function. */
const RETURN = Number.POSITIVE_INFINITY

export class Interpreter {
  readonly program: Program
  readonly memory: Uint8Array
  readonly view: DataView
  readonly table: number[]
  count = 0
  /** When there: operators are added as they are executed. */
  executed: Set<Operator> | undefined
  readonly #host: InterpreterHost
  readonly #globals: Value[]
  readonly #dropped: boolean[]
  readonly #ownPages: number
  readonly #targets = new Map<Operator[], Set<number>>()

  /** @param extraPages memory behind the guest's own, as the loader adds it; memory.size does not show it */
  constructor(bytes: Uint8Array, extraPages: number, host: InterpreterHost) {
    this.program = decode(bytes)
    this.#host = host
    this.#ownPages = this.program.memoryPages
    this.memory = new Uint8Array((this.#ownPages + extraPages) * PAGE_BYTES)
    this.view = new DataView(this.memory.buffer)
    this.#globals = []
    for (const global of this.program.globals) this.#globals.push(this.#constant(global.init))
    this.table = new Array<number>(this.program.tableSize).fill(-1)
    for (const segment of this.program.elements) {
      if (!segment.active) continue
      const offset = Number(this.#constant(segment.offset))
      segment.functions.forEach((func, i) => {
        this.table[offset + i] = func
      })
    }
    this.#dropped = this.program.data.map(() => false)
    for (const [i, segment] of this.program.data.entries()) {
      if (!segment.active) continue
      this.memory.set(segment.bytes, Number(this.#constant(segment.offset)) >>> 0)
      this.#dropped[i] = true
    }
  }

  exported(name: string): number {
    const item = this.program.exports.get(name)
    if (item === undefined || item.kind !== 0) throw new Error(`interpreter: no function ${name}`)
    return item.index
  }

  /** Calls a function by index. @throws Trap */
  call(func: number, args: Value[]): Value | undefined {
    const imported = this.program.imports[func]
    if (imported !== undefined) return this.#host.call(imported.module, imported.name, args)
    const body = this.program.bodies[func - this.program.imports.length]!
    const locals = [...args, ...body.locals.map(zero)]
    this.#host.checkpoint?.(this.count + this.#blockLength(body.operators, 0))
    const stack: Value[] = []
    this.#run(body, 0, body.operators.length - 1, locals, stack)
    return body.type.results.length > 0 ? stack.pop() : undefined
  }

  /** Runs operators [from, to). @returns how many levels a branch still has to climb, −1 none */
  #run(body: Body, from: number, to: number, locals: Value[], stack: Value[]): number {
    const operators = body.operators
    for (let pc = from; pc < to; pc++) {
      const op = operators[pc]!
      if (!UNCOUNTED.has(op.code)) this.count++
      this.executed?.add(op)
      let climb = -1
      switch (op.code) {
        case 0x00:
          throw new Trap('unreachable')
        case 0x01:
          continue
        case 0x02:
        case 0x03:
        case 0x04:
          climb = this.#structure(body, pc, locals, stack)
          pc = op.end
          break
        case 0x0c:
          climb = op.a
          break
        case 0x0d:
          if (stack.pop() !== 0) climb = op.a
          break
        case 0x0e: {
          const index = (stack.pop() as number) >>> 0
          climb = op.targets[Math.min(index, op.targets.length - 1)]!
          break
        }
        case 0x0f:
          return RETURN
        default:
          this.#plain(op, locals, stack)
      }
      if (climb >= 0) return climb
    }
    return -1
  }

  /** Runs the block, loop or if at `pc`. @returns levels to climb beyond it, −1 when it ends by itself or takes the branch */
  #structure(body: Body, pc: number, locals: Value[], stack: Value[]): number {
    const op = body.operators[pc]!
    let from = pc + 1
    let to = op.end
    if (op.code === 0x04) {
      const taken = stack.pop() !== 0
      if (taken && op.otherwise >= 0) to = op.otherwise
      else if (!taken) from = op.otherwise >= 0 ? op.otherwise + 1 : op.end
    }
    const height = stack.length
    for (;;) {
      if (op.code === 0x03) this.#host.checkpoint?.(this.count + this.#blockLength(body.operators, from))
      const climb = this.#run(body, from, to, locals, stack)
      if (climb === 0 && op.code === 0x03) {
        stack.length = height
        continue
      }
      if (climb === RETURN) return RETURN
      if (climb > 0) return climb - 1
      if (climb === 0) {
        const results = op.arity > 0 ? stack.splice(stack.length - op.arity) : []
        stack.length = height
        stack.push(...results)
      }
      return -1
    }
  }

  #plain(op: Operator, locals: Value[], stack: Value[]): void {
    const { code } = op
    const one = unary.get(code)
    if (one !== undefined) {
      stack.push(one(stack.pop()!))
      return
    }
    const two = binary.get(code)
    if (two !== undefined) {
      const right = stack.pop()!
      stack.push(two(stack.pop()!, right))
      return
    }
    if (code >= 0x28 && code <= 0x35) this.#load(op, stack)
    else if (code >= 0x36 && code <= 0x3e) this.#store(op, stack)
    else if (code >= 0xfc08) this.#bulk(op, stack)
    else if (code >= 0x41 && code <= 0x44) stack.push(op.value)
    else if (code === 0x10) this.#invoke(op.a, this.program.functionTypes[op.a]!, stack)
    else if (code === 0x11) {
      const func = this.table[(stack.pop() as number) >>> 0] ?? -1
      const type = this.program.types[op.a]!
      if (func < 0 || !sameType(this.program.functionTypes[func]!, type)) throw new Trap('indirect call')
      this.#invoke(func, type, stack)
    } else if (code === 0x1a) stack.pop()
    else if (code === 0x1b || code === 0x1c) {
      const condition = stack.pop()
      const right = stack.pop()!
      if (condition === 0) stack[stack.length - 1] = right
    } else if (code === 0x20) stack.push(locals[op.a]!)
    else if (code === 0x21) locals[op.a] = stack.pop()!
    else if (code === 0x22) locals[op.a] = stack[stack.length - 1]!
    else if (code === 0x23) stack.push(this.#globals[op.a]!)
    else if (code === 0x24) this.#globals[op.a] = stack.pop()!
    else if (code === 0x3f) stack.push(this.#ownPages)
    else if (code === 0x40) stack[stack.length - 1] = -1
    else throw new Error(`interpreter: operator ${code.toString(16)}`)
  }

  #invoke(func: number, type: FunctionType, stack: Value[]): void {
    const args = stack.splice(stack.length - type.params.length, type.params.length)
    const result = this.call(func, args)
    if (type.results.length > 0) stack.push(result ?? 0)
  }

  #address(base: Value, offset: number, length: number): number {
    const at = (Number(base) >>> 0) + offset
    if (at + length > this.memory.length) throw new Trap('out of bounds')
    return at
  }

  #load(op: Operator, stack: Value[]): void {
    const v = this.view
    const at = this.#address(stack.pop()!, op.a, LENGTHS[op.code - 0x28]!)
    switch (op.code) {
      case 0x28:
        return void stack.push(v.getInt32(at, true))
      case 0x29:
        return void stack.push(v.getBigInt64(at, true))
      case 0x2a:
        return void stack.push(v.getFloat32(at, true))
      case 0x2b:
        return void stack.push(v.getFloat64(at, true))
      case 0x2c:
        return void stack.push(v.getInt8(at))
      case 0x2d:
        return void stack.push(v.getUint8(at))
      case 0x2e:
        return void stack.push(v.getInt16(at, true))
      case 0x2f:
        return void stack.push(v.getUint16(at, true))
      case 0x30:
        return void stack.push(BigInt(v.getInt8(at)))
      case 0x31:
        return void stack.push(BigInt(v.getUint8(at)))
      case 0x32:
        return void stack.push(BigInt(v.getInt16(at, true)))
      case 0x33:
        return void stack.push(BigInt(v.getUint16(at, true)))
      case 0x34:
        return void stack.push(BigInt(v.getInt32(at, true)))
      default:
        return void stack.push(BigInt(v.getUint32(at, true)))
    }
  }

  #store(op: Operator, stack: Value[]): void {
    const v = this.view
    const value = stack.pop()!
    const at = this.#address(stack.pop()!, op.a, LENGTHS[op.code - 0x28]!)
    if (op.code === 0x38) v.setFloat32(at, value as number, true)
    else if (op.code === 0x39) v.setFloat64(at, value as number, true)
    else {
      let rest = BigInt.asUintN(64, BigInt(value))
      for (let i = 0; i < LENGTHS[op.code - 0x28]!; i++) {
        v.setUint8(at + i, Number(rest & 255n))
        rest >>= 8n
      }
    }
  }

  #bulk(op: Operator, stack: Value[]): void {
    if (op.code === 0xfc09) {
      this.#dropped[op.a] = true
      return
    }
    const length = (stack.pop() as number) >>> 0
    const second = stack.pop() as number
    const to = stack.pop() as number
    this.count += Math.ceil(length / 8)
    this.#host.checkpoint?.(this.count)
    const at = this.#address(to, 0, length)
    if (op.code === 0xfc0b) this.memory.fill(second & 255, at, at + length)
    else if (op.code === 0xfc0a) {
      const source = this.#address(second, 0, length)
      this.memory.copyWithin(at, source, source + length)
    } else {
      const bytes = this.#dropped[op.a] ? new Uint8Array(0) : this.program.data[op.a]!.bytes
      const source = second >>> 0
      if (source + length > bytes.length) throw new Trap('out of bounds')
      this.memory.set(bytes.subarray(source, source + length), at)
    }
  }

  #constant(init: Operator[]): Value {
    const op = init[0]!
    return op.code === 0x23 ? this.#globals[op.a]! : op.value
  }

  /** Operators from `pc` to the end of its counting block: the next branch, call, loop head, or place where branches join. */
  #blockLength(operators: Operator[], from: number): number {
    const targets = this.#branchTargets(operators)
    let length = 0
    for (let pc = from; pc < operators.length; pc++) {
      const op = operators[pc]!
      if (op.code === 0x03 || op.code === 0x05 || targets.has(pc)) return length
      if (!UNCOUNTED.has(op.code)) length++
      if (op.code === 0x00 || op.code === 0x04 || (op.code >= 0x0c && op.code <= 0x11)) return length
      if (op.code === 0xfc08 || op.code === 0xfc0a || op.code === 0xfc0b) return length
    }
    return length
  }

  /** Indices of the `end`s where branches or the arms of an if join. */
  #branchTargets(operators: Operator[]): Set<number> {
    const known = this.#targets.get(operators)
    if (known !== undefined) return known
    const targets = new Set<number>()
    const open: Operator[] = []
    for (const op of operators) {
      if (op.code >= 0x02 && op.code <= 0x04) open.push(op)
      if (op.code === 0x04) targets.add(op.end)
      if (op.code === 0x0b) open.pop()
      const labels = op.code === 0x0c || op.code === 0x0d ? [op.a] : op.targets
      for (const label of labels) {
        const target = open[open.length - 1 - label]
        if (target !== undefined && target.code !== 0x03) targets.add(target.end)
      }
    }
    this.#targets.set(operators, targets)
    return targets
  }
}

/** Bytes of each load and store operator from 0x28 on. */
const LENGTHS = [4, 8, 4, 8, 1, 1, 2, 2, 1, 1, 2, 2, 4, 4, 4, 8, 4, 8, 1, 2, 1, 2, 4]

function zero(type: number): Value {
  return type === 0x7e ? 0n : 0
}

function sameType(a: FunctionType, b: FunctionType): boolean {
  return a.params.join() === b.params.join() && a.results.join() === b.results.join()
}
