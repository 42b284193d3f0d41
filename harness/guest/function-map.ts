// The custom section `hba.map` of a metered module: which function comes from where, and which counting block begins where.
import type { Bytes } from '../../device/bytes.ts'
import type { WasmModule } from './wasm-binary.ts'
import { concat, customSection, leb } from './wasm-bytes.ts'
import { WasmCursor } from './wasm-cursor.ts'

const SECTION = 'hba.map'

/** A counting block, by its number in the module. */
export interface MappedBlock {
  /** Index in the module as given. */
  func: number
  /** Offset in the module as given of its first operator. */
  offset: number
  /** Operators it counts. */
  count: number
}

export interface FunctionMap {
  /** For each function of the metered module its index in the original, −1 for the meter's own. */
  origin: number[]
  blocks: MappedBlock[]
}

export function mapSection({ origin, blocks }: FunctionMap): Bytes {
  const functions = origin.map(index => leb(index + 1))
  const entries = blocks.map(b => [...leb(b.func), ...leb(b.offset), ...leb(b.count)])
  return customSection(SECTION, concat([leb(origin.length), ...functions, leb(blocks.length), ...entries]))
}

/** @param metered one that the meter wrote */
export function readMap(metered: WasmModule): FunctionMap {
  const section = metered.sections.find(s => s.name === SECTION)
  if (section === undefined) throw new Error('the metered module has no map')
  const c = new WasmCursor(metered.bytes, section.offset, section.end)
  const origin = Array.from({ length: c.count() }, () => c.u32() - 1)
  const blocks = Array.from({ length: c.count() }, () => ({ func: c.u32(), offset: c.u32(), count: c.u32() }))
  return { origin, blocks }
}
