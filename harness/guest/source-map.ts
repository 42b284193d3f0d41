// Reader of source maps for wasm: the generated "file" is one line long, columns are offsets in the module.
// Source: ECMA-426 (tc39.es/ecma426), "Source map format"; AssemblyScript and binaryen write them with --sourceMap.
//
// `sourceRoot` is not looked at: AssemblyScript puts the name of the output there, and its `sources` are right without it.
// Index maps (`sections`) and `names` are not read.
import { type LineRow, plainPath } from './line-table.ts'
import { visitOperators } from './operators.ts'
import type { WasmModule } from './wasm-binary.ts'
import { WasmFormatError } from './wasm-cursor.ts'

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const VALUES = new Map([...DIGITS].map((digit, value) => [digit, value]))

/** Of the mappings, at least so many must begin at an operator of the module: else the map is that of another module. */
const FITTING = 0.9

/** @returns no rows for a map that cannot be read or belongs to another module */
export function sourceMapRows(module: WasmModule, text: string): LineRow[] {
  let map: unknown
  try {
    map = JSON.parse(text)
  } catch {
    return []
  }
  const { mappings, sources } = (map ?? {}) as { mappings?: unknown; sources?: unknown }
  if (typeof mappings !== 'string' || !Array.isArray(sources)) return []
  const rows = decode(mappings, sources)
  return rows !== undefined && fits(module, rows) ? rows : []
}

/** @returns undefined when the text is no list of mappings */
function decode(mappings: string, sources: readonly unknown[]): LineRow[] | undefined {
  const files = sources.map(source => (typeof source === 'string' ? plainPath(source) : ''))
  const rows: LineRow[] = []
  // Offset in the module, source, line, column; all relative to the segment before.
  const fields = [0, 0, 0, 0]
  for (const segment of mappings.split(';', 1)[0]!.split(',')) {
    if (segment === '') continue
    const steps = numbers(segment)
    if (steps === undefined || ![1, 4, 5].includes(steps.length)) return undefined
    for (let i = 0; i < Math.min(steps.length, 4); i++) fields[i]! += steps[i]!
    const [at, source, line] = fields as [number, number, number, number]
    const file = steps.length > 1 ? (files[source] ?? '') : ''
    if (at < 0 || line < 0) return undefined
    rows.push({ at, file, line: file === '' ? 0 : line + 1 })
  }
  return rows
}

/** The Base64 VLQ numbers of one segment. */
function numbers(segment: string): number[] | undefined {
  const found: number[] = []
  let value = 0
  let shift = 0
  for (const digit of segment) {
    const bits = VALUES.get(digit)
    if (bits === undefined || shift > 30) return undefined
    value |= (bits & 31) << shift
    shift += 5
    if (bits & 32) continue
    found.push(value & 1 ? -(value >>> 1) : value >>> 1)
    value = 0
    shift = 0
  }
  return shift === 0 ? found : undefined
}

function fits(module: WasmModule, rows: readonly LineRow[]): boolean {
  const starts = new Set<number>()
  try {
    for (const { offset, end } of module.bodies) {
      starts.add(offset)
      visitOperators(
        module.bytes,
        offset,
        end,
        () => false,
        (_opcode, at) => void starts.add(at),
      )
    }
  } catch (error) {
    if (!(error instanceof WasmFormatError)) throw error
    return false
  }
  return rows.filter(row => starts.has(row.at)).length >= rows.length * FITTING
}
