// Everything that can be wrong with a module before it runs, found at once.
import type { ImportSpec, LoadProblem, Signature } from './guest.ts'
import { nearestNames } from './nearest.ts'
import { NESTING_LIMIT, NestingGauge } from './nesting.ts'
import { visitOperators } from './operators.ts'
import { WASI_MODULE, WASI_SIGNATURES } from './wasi-signatures.ts'
import { formatSignature, functionName, WASM_PAGE_BYTES, type WasmModule } from './wasm-binary.ts'
import { hex } from './wasm-cursor.ts'

/** Linear memory ends here: device registers lie above, so that a stray dereference of a register address traps. */
export const MEMORY_LIMIT_BYTES = 0x4000_0000

export const TABLE_NAMES = ['__indirect_function_table', 'table'] as const

const DRIVER_ENTRY: Signature = { params: ['i32', 'i32'], results: ['i32'] }
const INITIALIZE: Signature = { params: [], results: [] }

export interface CheckOptions {
  imports: readonly ImportSpec[]
  allowUnknown: boolean
  arenaBytes: number
}

export function checkModule(module: WasmModule, options: CheckOptions): LoadProblem[] {
  return [
    ...checkFeatures(module),
    ...checkImports(module, options),
    ...checkExports(module),
    ...checkMemory(module, options.arenaBytes),
  ]
}

function checkFeatures(module: WasmModule): LoadProblem[] {
  const problems: LoadProblem[] = []
  const multi = module.types.map(t => t.results.length > 1)
  const multiBlock = (type: number) => {
    const t = module.types[type]
    return t === undefined || t.params.length > 0 || t.results.length > 1
  }
  const seen = new Set<string>()
  const refuse = (feature: string, where: string) => {
    if (seen.has(feature)) return
    seen.add(feature)
    problems.push({ kind: 'feature', message: `it uses ${feature}, which is refused (${where})` })
  }
  module.bodies.forEach((body, i) => {
    const index = module.importedFunctions + i
    if (multi[module.functions[index]!])
      refuse('multi-value results (the meter cannot count them)', `in ${functionName(module, index)}`)
    const gauge = new NestingGauge(module)
    const refused = visitOperators(module.bytes, body.offset, body.end, multiBlock, (opcode, _at, immediate) =>
      gauge.step(opcode, immediate),
    )
    if (gauge.height > NESTING_LIMIT)
      refuse(`expressions nested deeper than ${NESTING_LIMIT} levels`, `in ${functionName(module, index)}`)
    if (refused !== undefined) refuse(refused.feature, `in ${functionName(module, index)}, offset ${hex(refused.at)}`)
  })
  if (module.globals.some(g => g.type === 'v128')) refuse('SIMD', 'a global of type v128')
  if (module.globals.some(g => g.type === 'funcref' || g.type === 'externref'))
    refuse('reference instructions', 'a global of a reference type')
  for (const memory of module.memories) {
    if (memory.shared) refuse('threads (shared memory)', 'its memory')
    if (memory.is64) refuse('64-bit memory (memory64)', 'its memory')
    if (memory.customPageSize) refuse('custom page sizes', 'its memory')
  }
  if (module.memories.length > 1) refuse('more than one memory', `it has ${module.memories.length}`)
  if (module.tables.some(t => t.is64)) refuse('64-bit tables (memory64)', 'its table')
  return problems
}

function checkImports(module: WasmModule, options: CheckOptions): LoadProblem[] {
  const known = new Map(options.imports.map(spec => [spec.name, spec]))
  const problems: LoadProblem[] = []
  for (const item of module.imports) {
    const path = `${item.module}.${item.name}`
    if (item.kind === 'memory') {
      problems.push({ kind: 'memory', message: `it imports its memory (${path}); it must define and export it` })
      continue
    }
    const type = module.types[item.type]
    const spec: Signature | undefined =
      item.module === 'env'
        ? known.get(item.name)
        : item.module === WASI_MODULE
          ? WASI_SIGNATURES.get(item.name)
          : undefined
    if (item.kind !== 'function' || type === undefined) {
      problems.push({
        kind: 'unknown-import',
        message: `it imports the ${item.kind} ${path}; only functions can be imported`,
      })
    } else if (spec === undefined) {
      if (options.allowUnknown && item.module === 'env') continue
      problems.push({ kind: 'unknown-import', message: `unknown import ${path}${hint(item.module, item.name, known)}` })
    } else if (formatSignature(type) !== formatSignature(spec)) {
      problems.push({
        kind: 'import-signature',
        message: `import ${path} has the wrong signature: expected ${formatSignature(spec)}, found ${formatSignature(type)}`,
      })
    }
  }
  return problems
}

function hint(moduleName: string, name: string, known: ReadonlyMap<string, ImportSpec>): string {
  if (moduleName === 'env') {
    const near = nearestNames(name, [...known.keys()])
    return near.length > 0 ? `; nearest: ${near.join(', ')}` : ''
  }
  if (moduleName === WASI_MODULE) {
    const near = nearestNames(name, [...WASI_SIGNATURES.keys()])
    return near.length > 0 ? `; nearest: ${near.join(', ')}` : ''
  }
  return known.has(name) ? `; did you mean env.${name}?` : `; modules known: env, ${WASI_MODULE}`
}

function checkExports(module: WasmModule): LoadProblem[] {
  const problems: LoadProblem[] = []
  const entry = module.exports.find(e => e.name === 'DriverEntry')
  if (entry === undefined) problems.push({ kind: 'missing-export', message: 'it does not export DriverEntry' })
  else problems.push(...checkExportedFunction(module, 'DriverEntry', DRIVER_ENTRY))
  if (module.exports.some(e => e.name === '_initialize'))
    problems.push(...checkExportedFunction(module, '_initialize', INITIALIZE))
  if (!module.exports.some(e => e.name === 'memory' && e.kind === 'memory'))
    problems.push({ kind: 'missing-export', message: 'it does not export its memory under the name memory' })
  if (tableExport(module) === undefined)
    problems.push({
      kind: 'missing-export',
      message: `it does not export its function table as ${TABLE_NAMES.join(' or ')} (clang: -Wl,--export-table; asc: --exportTable)`,
    })
  return problems
}

/** Index of the exported function table. */
export function tableExport(module: WasmModule): number | undefined {
  return module.exports.find(e => e.kind === 'table' && (TABLE_NAMES as readonly string[]).includes(e.name))?.index
}

function checkExportedFunction(module: WasmModule, name: string, expected: Signature): LoadProblem[] {
  const item = module.exports.find(e => e.name === name)!
  const type = module.types[module.functions[item.index] ?? -1]
  if (item.kind !== 'function' || type === undefined)
    return [
      {
        kind: 'export-signature',
        message: `export ${name} must be a function ${formatSignature(expected)}, found a ${item.kind}`,
      },
    ]
  if (formatSignature(type) === formatSignature(expected)) return []
  return [
    {
      kind: 'export-signature',
      message: `export ${name} has the wrong signature: expected ${formatSignature(expected)}, found ${formatSignature(type)}`,
    },
  ]
}

function checkMemory(module: WasmModule, arenaBytes: number): LoadProblem[] {
  const memory = module.memories[0]
  if (memory === undefined || module.imports.some(i => i.kind === 'memory')) return []
  const problems: LoadProblem[] = []
  const own = memory.minimum * WASM_PAGE_BYTES
  const arena = Math.ceil(arenaBytes / WASM_PAGE_BYTES) * WASM_PAGE_BYTES
  if (own + arena > MEMORY_LIMIT_BYTES)
    problems.push({
      kind: 'memory',
      message: `its memory of ${memory.minimum} pages and the bench's arena of ${arena / WASM_PAGE_BYTES} pages are together larger than ${MEMORY_LIMIT_BYTES / WASM_PAGE_BYTES} pages (1 GiB)`,
    })
  for (const segment of module.data) {
    if (!segment.active || segment.offset === undefined) continue
    const end = (segment.offset >>> 0) + segment.length
    if (end > own)
      problems.push({
        kind: 'memory',
        message: `a data segment ends at ${hex(end)}, beyond its memory of ${memory.minimum} pages (${hex(own)} bytes)`,
      })
  }
  return problems
}
