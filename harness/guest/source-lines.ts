// The source lines of a module, as far as the module itself (DWARF) or a source map tells them.
import { dwarfRows } from './dwarf-lines.ts'
import { LineTable } from './line-table.ts'
import { sourceMapRows } from './source-map.ts'
import type { WasmModule } from './wasm-binary.ts'

/** Lines by the module's DWARF, else by the source map. Whatever is wrong with either: no lines, never an error. */
export function readLines(module: WasmModule, sourceMap: string | undefined): LineTable | undefined {
  const dwarf = dwarfRows(module)
  if (dwarf.length > 0) return new LineTable('dwarf', dwarf, module)
  const mapped = sourceMap === undefined ? [] : sourceMapRows(module, sourceMap)
  return mapped.length > 0 ? new LineTable('source-map', mapped, module) : undefined
}
