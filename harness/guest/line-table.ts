// From an offset in a module to the source line it was compiled from.
import type { LineSource, SourceLine } from './coverage.ts'
import type { WasmModule } from './wasm-binary.ts'

/** From `at` on, up to the next row, the code comes from this line. */
export interface LineRow {
  /** Offset in the module. */
  at: number
  file: string
  /** From 1; 0: from no line. */
  line: number
}

export class LineTable {
  readonly source: LineSource
  readonly #rows: readonly LineRow[]
  readonly #bodies: WasmModule['bodies']

  /** @param rows in any order; of several with the same offset the last one that has a line is valid */
  constructor(source: LineSource, rows: readonly LineRow[], module: WasmModule) {
    this.source = source
    this.#bodies = module.bodies
    this.#rows = rows.toSorted((a, b) => a.at - b.at || Math.min(a.line, 1) - Math.min(b.line, 1))
  }

  /** The line of the operator at an offset. A row is valid in the function it stands in, no further. */
  find(offset: number): SourceLine | undefined {
    const row = lastAt(this.#rows, offset, r => r.at)
    const body = lastAt(this.#bodies, offset, b => b.offset)
    if (row === undefined || body === undefined || row.line === 0 || row.at < body.offset) return undefined
    return { file: row.file, line: row.line }
  }
}

/** The last of the sorted items that begins at the offset or before. */
export function lastAt<T>(items: readonly T[], offset: number, startOf: (item: T) => number): T | undefined {
  let low = 0
  let high = items.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (startOf(items[middle]!) <= offset) low = middle + 1
    else high = middle
  }
  return items[low - 1]
}

/** `./a/../b.c` → `b.c`, with `/` throughout. */
export function plainPath(path: string): string {
  const parts: string[] = []
  const clean = path.replaceAll('\\', '/')
  for (const part of clean.split('/')) {
    if (part === '..' && parts.length > 0 && parts[parts.length - 1] !== '..') parts.pop()
    else if (part !== '.' && part !== '') parts.push(part)
  }
  return `${clean.startsWith('/') ? '/' : ''}${parts.join('/')}`
}
