// The custom section `hba.coverage` of a module that was metered with coverage: its basic blocks, by number.
import type { Bytes } from '../../device/bytes.ts'
import type { WasmModule } from './wasm-binary.ts'
import { concat, customSection, leb } from './wasm-bytes.ts'
import { WasmCursor } from './wasm-cursor.ts'

const SECTION = 'hba.coverage'

export interface BasicBlock {
  /** Index of its function in the module as given. */
  func: number
  operators: number
  /** Offsets in the module as given of its operators; empty when they cannot be told. */
  offsets: readonly number[]
}

export function coverageSection(blocks: readonly BasicBlock[]): Bytes {
  const parts: (readonly number[])[] = [leb(blocks.length)]
  for (const { func, operators, offsets } of blocks) {
    parts.push(leb(func), leb(operators), leb(offsets.length))
    let before = 0
    for (const offset of offsets) {
      // Nearly always ahead; now and then the same operator stands for two.
      parts.push(leb(((offset - before) << 1) ^ ((offset - before) >> 31)))
      before = offset
    }
  }
  return customSection(SECTION, concat(parts))
}

/** @param metered one that the meter wrote @returns nothing when it was metered without coverage */
export function readCoverageSection(metered: WasmModule): BasicBlock[] | undefined {
  const section = metered.sections.find(s => s.name === SECTION)
  if (section === undefined) return undefined
  const c = new WasmCursor(metered.bytes, section.offset, section.end)
  return Array.from({ length: c.count() }, () => {
    const func = c.u32()
    const operators = c.u32()
    let before = 0
    const offsets = Array.from({ length: c.count() }, () => {
      const step = c.u32()
      before += (step >>> 1) ^ -(step & 1)
      return before
    })
    return { func, operators, offsets }
  })
}
