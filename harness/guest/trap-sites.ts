// From an error thrown out of a guest to the function it was in and the operator's offset in the module as given.
//
// The meter keeps order and kind of all operators that can trap or call, so the n-th of them in a metered body is the n-th
// in the original body, where code after a branch is skipped in both.
import type { Bytes } from '../../device/bytes.ts'
import { type FunctionMap, readMap } from './function-map.ts'
import type { CountingBlock } from './guest.ts'
import { Op, visitOperators } from './operators.ts'
import { functionName, readWasm, type WasmModule } from './wasm-binary.ts'

export interface TrapSite {
  functionName: string
  codeOffset: number | undefined
}

/** A frame of wasm code in a V8 stack: `at DriverEntry (wasm://wasm/label-1b2c3d4e:wasm-function[12]:0x1a3)`. */
const FRAME = /wasm:\/\/wasm\/([^\s:]*)-[0-9a-f]+:wasm-function\[(\d+)\]:0x([0-9a-f]+)/

const UNREACHABLE = '0 0'

interface Site {
  key: string
  at: number
}

export class TrapSites {
  readonly #original: WasmModule
  readonly #bytes: Bytes
  #metered: (FunctionMap & { module: WasmModule }) | undefined
  readonly #label: string

  /** @param metered bytes of the metered module @param label its module name */
  constructor(original: WasmModule, metered: Bytes, label: string) {
    this.#original = original
    this.#bytes = metered
    this.#label = label
  }

  locate(error: unknown): TrapSite | undefined {
    const stack = error instanceof Error ? error.stack : undefined
    if (stack === undefined) return undefined
    this.#metered ??= this.#readMetered()
    for (const line of stack.split('\n')) {
      const match = FRAME.exec(line)
      if (match === null || match[1] !== this.#label) continue
      const index = this.#metered.origin[Number(match[2])] ?? -1
      if (index < 0) continue
      return {
        functionName: functionName(this.#original, index),
        codeOffset: this.#originalOffset(Number(match[2]), index, Number.parseInt(match[3]!, 16)),
      }
    }
    return undefined
  }

  /** The counting blocks, in order of their numbers. */
  blocks(): CountingBlock[] {
    this.#metered ??= this.#readMetered()
    return this.#metered.blocks.map(({ func, offset, count }) => ({
      functionName: functionName(this.#original, func),
      codeOffset: offset,
      operators: count,
    }))
  }

  #readMetered(): FunctionMap & { module: WasmModule } {
    const module = readWasm(this.#bytes)
    return { module, ...readMap(module) }
  }

  /** Offset of the original operator; of the original function's body when it cannot be told. */
  #originalOffset(meteredIndex: number, index: number, at: number): number | undefined {
    const { module, origin } = this.#metered!
    const body = this.#original.bodies[index - this.#original.importedFunctions]
    const meteredBody = module.bodies[meteredIndex - module.importedFunctions]
    if (body === undefined || meteredBody === undefined) return undefined
    const originals = sites(this.#original, body, call => call)
    const metered = sites(module, meteredBody, call => origin[call] ?? -1)
    // V8 gives a call frame the position behind the opcode, a trap the position of the opcode.
    const wanted = metered.some(site => site.at === at) ? at : at - 1
    let next = 0
    let gap = 0
    for (const site of metered) {
      // binaryen writes an unreachable of its own behind blocks that do not end: these are matched only between two others.
      if (site.key === UNREACHABLE) {
        if (site.at === wanted) return unreachableAt(originals, next, gap) ?? body.offset
        gap++
        continue
      }
      while (next < originals.length && originals[next]!.key !== site.key) next++
      if (site.at === wanted) return originals[next]?.at ?? body.offset
      next++
      gap = 0
    }
    return body.offset
  }
}

/** Offset of the nth unreachable from `from` on, the last one before another operator when there are fewer. */
function unreachableAt(sites: readonly Site[], from: number, nth: number): number | undefined {
  let at: number | undefined
  for (let i = from; i <= from + nth && sites[i]?.key === UNREACHABLE; i++) at = sites[i]!.at
  return at
}

/** Operators that can trap or call, in order, code after a branch left out. */
function sites(module: WasmModule, body: { offset: number; end: number }, target: (call: number) => number): Site[] {
  const found: Site[] = []
  const dead: boolean[] = [false]
  visitOperators(
    module.bytes,
    body.offset,
    body.end,
    () => false,
    (opcode, at, immediate) => {
      const depth = dead.length - 1
      if (opcode === Op.block || opcode === Op.loop || opcode === Op.if) {
        dead.push(dead[depth]!)
        return
      }
      if (opcode === Op.end) {
        dead.pop()
        return
      }
      if (opcode === Op.else) {
        dead[depth] = dead[depth - 1]!
        return
      }
      if (dead[depth]) return
      if (opcode === Op.call) {
        const index = target(immediate)
        if (index >= 0) found.push({ key: `call ${index}`, at })
      } else if (canTrap(opcode)) found.push({ key: `${opcode} ${opcode === Op.callIndirect ? 0 : immediate}`, at })
      if (opcode === Op.unreachable || opcode === Op.br || opcode === Op.brTable || opcode === Op.return)
        dead[depth] = true
    },
  )
  return found
}

function canTrap(opcode: number): boolean {
  return (
    opcode === Op.unreachable ||
    opcode === Op.callIndirect ||
    (opcode >= 0x28 && opcode <= 0x3e) ||
    (opcode >= 0x6d && opcode <= 0x70) ||
    (opcode >= 0x7f && opcode <= 0x82) ||
    (opcode >= 0xa8 && opcode <= 0xab) ||
    (opcode >= 0xae && opcode <= 0xb1) ||
    opcode === Op.memoryInit ||
    opcode === Op.memoryCopy ||
    opcode === Op.memoryFill
  )
}
