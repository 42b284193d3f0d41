// Loads a miniport: checks it, meters it (or finds it metered in the cache), binds its imports, runs its start functions.

import type { Bytes } from '../../device/bytes.ts'
import { packHits } from './coverage.ts'
import { mapCoverage } from './coverage-map.ts'
import { readCoverageSection } from './coverage-section.ts'
import {
  type Guest,
  type GuestGlobal,
  GuestLoadError,
  type HostImport,
  type ImportSpec,
  type LoadedGuest,
  type LoadOptions,
  type LoadProblem,
  type Signature,
} from './guest.ts'
import { sha256Hex } from './hash.ts'
import { GuestLibrary } from './library.ts'
import { checkModule, TABLE_NAMES, tableExport } from './load-checks.ts'
import { METERING_VERSION, type MeterOptions, meterModule } from './meter.ts'
import { Hba } from './meter-function.ts'
import { readLines } from './source-lines.ts'
import { TrapSites } from './trap-sites.ts'
import { WASI_MODULE } from './wasi-signatures.ts'
import { functionName, readWasm, WASM_PAGE_BYTES, type WasmModule } from './wasm-binary.ts'
import { WasmFormatError } from './wasm-cursor.ts'

/** Operators that start functions (`_initialize`, the start section) may execute while the module is loaded. */
const START_LIMIT = 5_000_000

/** What a watched module tells of. Counts up with it, for the cache: what others are like stays as it is. */
const WATCHING = 2

/** Ends a start function that does not end by itself. */
class StartLimit extends Error {}

/**
 * @throws GuestLoadError with everything that is wrong with the module.
 * Errors thrown by the host's own imports during `_initialize` or the start function pass through.
 */
export async function loadGuest(options: LoadOptions): Promise<LoadedGuest> {
  const arenaPages = Math.ceil(options.arenaBytes / WASM_PAGE_BYTES)
  const library = new GuestLibrary()
  const builtIn = library.imports.filter(b => !options.imports.some(spec => spec.name === b.name))
  const imports = [...options.imports, ...builtIn]
  const original = checked(options, imports)
  const sha256 = await sha256Hex(options.bytes)
  const watch = options.watch !== undefined
  const coverage = options.coverage === true
  const key = await cacheKey(sha256, arenaPages, options.maxCallDepth, watch, coverage)
  const label = `hba-${key.slice(0, 12)}`
  const { bytes, module } = await metered(options, original, key, {
    arenaPages,
    maxCallDepth: options.maxCallDepth,
    label,
    watch,
    coverage,
  })

  let starting = true
  const deadline = (counter: number): number => {
    if (!starting) return options.deadline(counter)
    if (((counter - START_LIMIT) | 0) >= 0) throw new StartLimit()
    return START_LIMIT
  }
  const env: Record<string, HostImport['fn']> = Object.create(null)
  const unknownImports: string[] = []
  for (const item of original.imports) {
    if (item.module !== 'env') continue
    const spec = imports.find(i => i.name === item.name)
    if (spec === undefined && !unknownImports.includes(item.name)) unknownImports.push(item.name)
    env[item.name] = spec?.fn ?? (() => options.onUnknownImport!(item.name))
  }
  const usesWasi = original.imports.some(i => i.module === WASI_MODULE)
  const wasi = usesWasi ? await (await import('./wasi.ts')).createWasi(options, module, library) : undefined

  let instance: WebAssembly.Instance
  try {
    instance = new WebAssembly.Instance(module, {
      env,
      [Hba.module]: { deadline, depth: () => options.depthExceeded(), watch: options.watch ?? (() => {}) },
      ...(wasi === undefined ? {} : { [WASI_MODULE]: wasi.imports }),
    })
  } catch (error) {
    throw new GuestLoadError(options.name, [
      { kind: 'malformed', message: `it cannot be instantiated: ${(error as Error).message}` },
    ])
  }

  const exports = instance.exports
  const counter = exports[Hba.counter] as WebAssembly.Global
  const deadlineGlobal = exports[Hba.deadline] as WebAssembly.Global
  const count = exports[Hba.count] as () => number
  const table = exports[TABLE_NAMES.find(name => exports[name] instanceof WebAssembly.Table)!] as WebAssembly.Table
  const memory = exports.memory as WebAssembly.Memory
  const buffer = memory.buffer as ArrayBuffer
  const u8 = new Uint8Array(buffer)
  const sites = new TrapSites(original, bytes, label)
  const indices = tableFunctions(original)
  const reached: WebAssembly.Global[] = []
  for (let word = 0; coverage && `${Hba.reached}${word}` in exports; word++)
    reached.push(exports[`${Hba.reached}${word}`] as WebAssembly.Global)
  const stackPointer = stackPointerOf(original)
  const driverEntry = exports.DriverEntry as (a: number, b: number) => number

  const guest: LoadedGuest = {
    name: options.name,
    sha256,
    usesWasi,
    unknownImports,
    memory,
    u8,
    i32: new Int32Array(buffer),
    view: new DataView(buffer),
    arenaOffset: original.memories[0]!.minimum * WASM_PAGE_BYTES,
    arenaBytes: arenaPages * WASM_PAGE_BYTES,
    nullBytes: unusedAtNull(original),
    stack: stackPointer < 0 ? undefined : original.globals[stackPointer]!.value,
    dataEnd: Math.max(0, ...original.data.filter(d => d.active).map(d => (d.offset ?? 0) + d.length)),
    variableBytes: original.memories[0]!.minimum * WASM_PAGE_BYTES,
    globals: variables(original, exports, stackPointer),
    counter: count,
    setDeadline: at => {
      deadlineGlobal.value = at
    },
    resetDepth: exports[Hba.surface] as () => void,
    driverEntry,
    entry: index => (indices.has(index) ? table.get(index) : undefined),
    signature: index => typeOf(original, indices.get(index)),
    functionName: index => {
      const func = indices.get(index)
      return func === undefined ? `table entry ${index >>> 0}` : functionName(original, func)
    },
    blocks: () => sites.blocks(),
    coverageHits: () => {
      if (!coverage) return undefined
      return packHits(
        sha256,
        reached.map(word => word.value),
      )
    },
    coverageMap: sourceMap => {
      const blocks = readCoverageSection(readWasm(bytes))
      return blocks && mapCoverage(original, sha256, blocks, readLines(original, sourceMap))
    },
    locate: error => sites.locate(error),
  }
  library.bind(u8, counter, deadlineGlobal, deadline)
  wasi?.bind(instance)
  runStart(options.name, guest, exports)
  starting = false
  guest.resetDepth()
  guest.setDeadline(guest.counter())
  return guest
}

/** Index of the global that is the shadow stack's pointer, −1 without one: by its name, or where wasm-ld puts it. */
function stackPointerOf(module: WasmModule): number {
  const isPointer = (index: number): boolean => {
    const global = module.globals[index]
    return global?.mutable === true && global.type === 'i32' && (global.value ?? 0) > 0
  }
  const named = module.exports.find(e => e.kind === 'global' && e.name === '__stack_pointer')?.index
  const index = named ?? [...module.globalNames].find(([, name]) => name === '__stack_pointer')?.[0]
  if (index !== undefined) return isPointer(index) ? index : -1
  const fromLinker = module.exports.some(e => e.name === '__indirect_function_table')
  return fromLinker && isPointer(0) ? 0 : -1
}

function variables(module: WasmModule, exports: WebAssembly.Exports, stackPointer: number): GuestGlobal[] {
  return module.globals.flatMap((_, n) => {
    const global = exports[Hba.global + n]
    if (n === stackPointer || !(global instanceof WebAssembly.Global)) return []
    return { name: module.globalNames.get(n) ?? `global ${n}`, value: () => global.value as number | bigint }
  })
}

/** How far from address 0 an object of C or AssemblyScript reaches at least before the first data: both leave 1024 bytes. */
const NULL_ZONE_BYTES = 64

function unusedAtNull(module: WasmModule): number {
  const first = module.data.filter(d => d.active && d.length > 0).map(d => d.offset ?? 0)
  return Math.min(NULL_ZONE_BYTES, ...first) & ~3
}

function checked(options: LoadOptions, imports: readonly ImportSpec[]): WasmModule {
  const fail = (problems: LoadProblem[]): never => {
    throw new GuestLoadError(options.name, problems)
  }
  let original: WasmModule
  let problems: LoadProblem[]
  try {
    original = readWasm(options.bytes)
    problems = checkModule(original, {
      imports,
      allowUnknown: options.onUnknownImport !== undefined,
      arenaBytes: options.arenaBytes,
    })
  } catch (error) {
    if (error instanceof WasmFormatError) return fail([{ kind: error.kind, message: error.message }])
    throw error
  }
  if (problems.length > 0) return fail(problems)
  return original
}

/** The metered module, from the cache if it is there. A cached one that does not compile is metered anew. */
async function metered(
  options: LoadOptions,
  original: WasmModule,
  key: string,
  meter: MeterOptions,
): Promise<{ bytes: Bytes; module: WebAssembly.Module }> {
  const cached = await options.cache?.get(key)
  if (cached !== undefined) {
    try {
      return { bytes: cached, module: await WebAssembly.compile(cached) }
    } catch {}
  }
  try {
    await WebAssembly.compile(original.bytes)
  } catch (error) {
    const message = (error as Error).message.replace(/^WebAssembly\.\w+\(\): /, '')
    throw new GuestLoadError(options.name, [{ kind: 'malformed', message: `it is not valid: ${message}` }])
  }
  const bytes = await meterModule(original, meter)
  const module = await WebAssembly.compile(bytes)
  await options.cache?.put(key, bytes)
  return { bytes, module }
}

/** Of everything the metered module depends on. */
function cacheKey(
  sha256: string,
  arenaPages: number,
  maxCallDepth: number,
  watch: boolean,
  coverage: boolean,
): Promise<string> {
  return sha256Hex(
    new TextEncoder().encode(
      JSON.stringify([METERING_VERSION, sha256, arenaPages, maxCallDepth, watch && WATCHING, coverage]),
    ),
  )
}

function runStart(name: string, guest: Guest, exports: WebAssembly.Exports): void {
  for (const start of [Hba.start, '_initialize']) {
    const fn = exports[start]
    if (typeof fn !== 'function') continue
    guest.resetDepth()
    try {
      fn()
    } catch (error) {
      const label = start === Hba.start ? 'its start function' : start
      const where = guest.locate(error)?.functionName ?? 'the module'
      if (error instanceof StartLimit)
        throw new GuestLoadError(name, [
          { kind: 'start', message: `${label} does not end within ${START_LIMIT} instructions (it was in ${where})` },
        ])
      if (error instanceof WebAssembly.RuntimeError)
        throw new GuestLoadError(name, [{ kind: 'start', message: `${label} trapped in ${where}: ${error.message}` }])
      throw error
    }
  }
}

/** Function index at each index of the exported table. Later segments overwrite earlier ones, as at instantiation. */
function tableFunctions(module: WasmModule): Map<number, number> {
  const exported = tableExport(module)
  const functions = new Map<number, number>()
  for (const segment of module.elements) {
    if (segment.table !== exported || segment.offset === undefined) continue
    segment.functions.forEach((func, i) => {
      if (func >= 0) functions.set(segment.offset! + i, func)
      else functions.delete(segment.offset! + i)
    })
  }
  return functions
}

function typeOf(module: WasmModule, func: number | undefined): Signature | undefined {
  return func === undefined ? undefined : module.types[module.functions[func]!]?.signature
}
