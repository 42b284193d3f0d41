// What metering costs can only be told beside a module that is the same but for the counting. This takes the counting out of
// a metered module, in place: memory, imports and the counter argument stay, so that it fits the same host.
import type { Bytes } from '../../../device/bytes.ts'
import type { MeterCache } from '../../guest/guest.ts'
import { Hba } from '../../guest/meter-function.ts'
import { Op, visitOperators } from '../../guest/operators.ts'
import { readWasm, type WasmModule } from '../../guest/wasm-binary.ts'

const Local = { get: 0x20, set: 0x21, tee: 0x22 } as const
const Global = { get: 0x23, set: 0x24 } as const
const I32 = { const: 0x41, geS: 0x4e, gtU: 0x4b, add: 0x6a, sub: 0x6b } as const

/** An operator, and its index if that matters. */
type Pattern = readonly (readonly [opcode: number, index?: number])[]

interface Body {
  opcodes: number[]
  /** Where each begins; one more at the end. */
  at: number[]
  indices: number[]
}

/** @returns a copy that never counts, checks no deadline and no call depth. Bulk memory operators still charge themselves. */
export function unmetered(metered: Bytes): Bytes {
  const bytes = metered.slice()
  const module = readWasm(bytes)
  const patterns = meterPatterns(module)
  for (const { offset, end } of module.bodies) {
    const body = operatorsOf(bytes, offset, end)
    for (let n = 0; n < body.opcodes.length; ) {
      const found = patterns.find(pattern => matches(body, n, pattern))
      if (found === undefined) n++
      else {
        bytes.fill(Op.nop, body.at[n]!, body.at[n + found.length]!)
        n += found.length
      }
    }
  }
  return bytes
}

function meterPatterns(module: WasmModule): Pattern[] {
  const globalIndex = (name: string): number => module.exports.find(e => e.kind === 'global' && e.name === name)!.index
  const counter = globalIndex(Hba.counter)
  const deadline = globalIndex(Hba.deadline)
  const depth = globalIndex(Hba.depth)
  const deeper: Pattern = [[Global.get, depth], [I32.const], [I32.add]]
  const refuse: Pattern = [[I32.const], [I32.gtU], [Op.if], [Op.call], [Op.end]]
  return [
    [[Global.get, counter], [I32.const], [I32.add], [Global.set, counter]],
    [
      [Global.get, counter],
      [Global.get, deadline],
      [I32.sub],
      [I32.const],
      [I32.geS],
      [Op.if],
      [Global.get, counter],
      [Op.call],
      [Global.set, deadline],
      [Op.end],
    ],
    [...deeper, ...refuse],
    [...deeper, [Local.tee], ...refuse],
    [[Local.get], [Global.set, depth]],
  ]
}

function operatorsOf(bytes: Bytes, offset: number, end: number): Body {
  const body: Body = { opcodes: [], at: [], indices: [] }
  visitOperators(
    bytes,
    offset,
    end,
    () => false,
    (opcode, at, index) => {
      body.opcodes.push(opcode)
      body.at.push(at)
      body.indices.push(index)
    },
  )
  body.at.push(end)
  return body
}

function matches(body: Body, from: number, pattern: Pattern): boolean {
  return pattern.every(
    ([opcode, index], n) =>
      body.opcodes[from + n] === opcode && (index === undefined || body.indices[from + n] === index),
  )
}

/** A cache that hands back without its meter what was put into it: the second load of a driver gets it. */
export class UnmeteredCache implements MeterCache {
  readonly #modules = new Map<string, Bytes>()

  get(key: string): Promise<Bytes | undefined> {
    return Promise.resolve(this.#modules.get(key))
  }

  put(key: string, value: Bytes): Promise<void> {
    this.#modules.set(key, unmetered(value))
    return Promise.resolve()
  }
}
