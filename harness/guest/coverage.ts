// Which of a driver's functions, basic blocks and source lines were reached: what there is (the map), what was entered (the
// hits), hits of several runs put together, and the figures.
//
// Counted are the functions of the driver; what the compiler's runtime brings along is listed apart (coverage-map.ts says what
// that is). A function was reached when its first block was. A line was reached when a block with an operator of that line
// was. Lines are those of the driver's functions, inlined ones included; without line information there is no figure.

export type LineSource = 'dwarf' | 'source-map'

export interface SourceLine {
  file: string
  /** From 1. */
  line: number
}

/** A module as far as coverage goes: plain data, the same for every run of it. */
export interface CoverageMap {
  sha256: string
  functions: CoverageFunction[]
  blocks: CoverageBlock[]
  /** What blocks refer to. */
  lines: SourceLine[]
  lineSource: LineSource | null
}

export interface CoverageFunction {
  name: string
  /** Part of the compiler's runtime or the C library. */
  runtime: boolean
}

export interface CoverageBlock {
  /** Index in the map's functions. */
  func: number
  /** Offset in the module of its first operator; of the function's body when that cannot be told. */
  codeOffset: number
  operators: number
  /** Indices in the map's lines, in order of code. */
  lines: number[]
}

/** Which blocks of a module were entered. Small and plain, to be sent between threads and kept in files. */
export interface CoverageHits {
  sha256: string
  /** Base64 of the bit set, block 0 in bit 0 of the first byte. */
  reached: string
}

export interface Ratio {
  reached: number
  total: number
}

/** A block nobody entered. */
export interface UnreachedBlock {
  functionName: string
  codeOffset: number
  operators: number
  file?: string
  line?: number
}

export interface FunctionCoverage {
  name: string
  blocks: number
  reached: number
  file?: string
  line?: number
}

/** The figures of one module. */
export interface CoverageFigures {
  functions: Ratio
  blocks: Ratio
  /** null: the module carries no line information, and no source map came with it. */
  lines: Ratio | null
  lineSource: LineSource | null
  /** Not counted above. */
  runtime: { functions: Ratio; blocks: Ratio }
  /** The driver's functions, in order of code. */
  perFunction: FunctionCoverage[]
  /** Blocks of the driver that were not entered, in order of code. */
  unreached: UnreachedBlock[]
}

/** Hits that belong to another module than the one they are held against. */
export class CoverageMismatch extends Error {
  override name = 'CoverageMismatch'
}

/** @param words bit b of word w: block 32w + b */
export function packHits(sha256: string, words: readonly number[]): CoverageHits {
  const bits = words.flatMap(word => [word & 255, (word >>> 8) & 255, (word >>> 16) & 255, word >>> 24])
  return { sha256, reached: base64(bits) }
}

/** Hits of several runs of one module: what any of them entered. @throws CoverageMismatch */
export function mergeHits(hits: readonly CoverageHits[]): CoverageHits {
  const [first, ...others] = hits
  if (first === undefined) throw new CoverageMismatch('no hits to put together')
  const bits = bitsOf(first)
  for (const other of others) {
    const more = bitsOf(other)
    if (other.sha256 !== first.sha256 || more.length !== bits.length)
      throw new CoverageMismatch(`hits of two modules: ${first.sha256.slice(0, 12)} and ${other.sha256.slice(0, 12)}`)
    for (let i = 0; i < bits.length; i++) bits[i]! |= more[i]!
  }
  return { sha256: first.sha256, reached: base64(bits) }
}

/** @throws CoverageMismatch */
export function coverageFigures(map: CoverageMap, hits: CoverageHits): CoverageFigures {
  const bits = bitsOf(hits)
  if (hits.sha256 !== map.sha256 || bits.length !== Math.ceil(map.blocks.length / 32) * 4)
    throw new CoverageMismatch(`hits of ${hits.sha256.slice(0, 12)} held against ${map.sha256.slice(0, 12)}`)
  const own = { functions: ratio(), blocks: ratio() }
  const runtime = { functions: ratio(), blocks: ratio() }
  const perFunction: FunctionCoverage[] = map.functions.map(({ name }) => ({ name, blocks: 0, reached: 0 }))
  const unreached: UnreachedBlock[] = []
  const lines = new Map<number, boolean>()

  for (const [number, block] of map.blocks.entries()) {
    const hit = ((bits[number >>> 3]! >>> (number & 7)) & 1) === 1
    const func = map.functions[block.func]!
    const row = perFunction[block.func]!
    const where = map.lines[block.lines[0] ?? -1]
    const counts = func.runtime ? runtime : own
    count(counts.blocks, hit)
    // The first block of a function is its entry.
    if (row.blocks === 0) {
      count(counts.functions, hit)
      Object.assign(row, where)
    }
    row.blocks++
    if (hit) row.reached++
    if (func.runtime) continue
    for (const line of block.lines) lines.set(line, hit || lines.get(line) === true)
    if (!hit)
      unreached.push({ functionName: func.name, codeOffset: block.codeOffset, operators: block.operators, ...where })
  }
  return {
    ...own,
    lines: map.lineSource === null ? null : { reached: [...lines.values()].filter(Boolean).length, total: lines.size },
    lineSource: map.lineSource,
    runtime,
    perFunction: perFunction.filter((_, i) => !map.functions[i]!.runtime),
    unreached,
  }
}

function ratio(): Ratio {
  return { reached: 0, total: 0 }
}

function count(of: Ratio, hit: boolean): void {
  of.total++
  if (hit) of.reached++
}

function base64(bytes: Iterable<number>): string {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return btoa(text)
}

function bitsOf({ reached }: CoverageHits): Uint8Array {
  return Uint8Array.from(atob(reached), character => character.charCodeAt(0))
}
