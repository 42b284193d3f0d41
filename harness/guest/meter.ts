// Weaves counting, deadlines and a call-depth limit into a module, with binaryen.
//
// Every operator of the module as binaryen re-emits it counts 1, except block, loop, else, end and nop. A counting block
// is charged when it is entered; it ends at every branch, merge, call and bulk memory operator, so the counter an import
// gets is exactly the operators executed so far, its own call included. Bulk memory operators are charged by length before
// they run. A trap has charged its whole block. What the meter adds is neither counted nor able to trap.
//
// The guest's own mutable globals are exported, so that the bench can tell when they change.
//
// Added to the module: globals hba.counter, hba.deadline, hba.depth (exported, mutable i32), functions hba.count (the counter)
// and hba.surface (sets the depth to 0), imports hba.deadline
// (counter → new deadline) and hba.depth, one more i32 argument (the counter) to every import from env, and thunks of the
// original signature where an import from env stands in the function table or is exported.
//
// With coverage, each basic block sets its bit in one of the globals hba.reached.<n> (exported, mutable i32, 32 blocks each)
// when it is entered. Bits in globals, because a guest cannot name them: bytes in its memory it could forge, an import call
// for each block costs more than the block, and a second memory is a feature that is not needed for anything else. Marking
// is not counted and reads nothing but its own global, so counter, virtual time and trace are the same with and without.
//
// A basic block is what compilers call so: it ends at branches and where paths join, but not at calls. Its counting blocks
// follow each other; a call in it that does not return (a stopped guest) leaves it marked. Not numbered: blocks without
// operators, blocks that are a single `unreachable`, code behind a branch that nothing leads to.
import type { Bytes } from '../../device/bytes.ts'
import type { Binaryen, BinaryenModule } from './binaryen-api.ts'
import { type BasicBlock, coverageSection } from './coverage-section.ts'
import { type MappedBlock, mapSection } from './function-map.ts'
import { TABLE_NAMES } from './load-checks.ts'
import { FunctionMeter, Hba, importName } from './meter-function.ts'
import { expressionHeight } from './nesting.ts'
import { originalOffsets } from './operator-map.ts'
import { functionName, readWasm, type WasmModule } from './wasm-binary.ts'
import { concat, nameSection, plainSections, trimmed, withMemory } from './wasm-bytes.ts'

/** Changes whenever the same module would be counted or emitted differently. */
export const METERING_VERSION = '4'

export interface MeterOptions {
  /** Pages of the host arena behind the guest's own. */
  arenaPages: number
  maxCallDepth: number
  /** Module name of the metered module: by it stack frames are told from those of other modules. */
  label: string
  /** Calls `hba.watch` before every load, store, memory.copy and memory.fill. */
  watch: boolean
  /** Marks every basic block that is entered. */
  coverage: boolean
}

interface Woven {
  /** The counting blocks of all functions. */
  counting: MappedBlock[]
  /** The basic blocks of all functions; none without coverage. */
  basic: BasicBlock[]
}

/** Exports of the guest that stay; everything else is of no use to the host. */
const KEPT_EXPORTS = new Set(['DriverEntry', '_initialize', 'memory', ...TABLE_NAMES])

/** Exactly what the original becomes under the meter: same operators, other sections. Also the input of the proof in the tests. */
export function readForMetering(api: Binaryen, module: WasmModule): BinaryenModule {
  const f = api.Features
  const features =
    f.MutableGlobals |
    f.BulkMemory |
    f.BulkMemoryOpt |
    f.SignExt |
    f.NontrappingFPToInt |
    f.ReferenceTypes |
    f.CallIndirectOverlong
  const target = api.readBinary(trimmed(module), features)
  target.setFeatures(features)
  return target
}

/** Emits without any optimisation, whatever other users of the same binaryen have set. */
export function emitPlain(api: Binaryen, target: BinaryenModule): Bytes {
  const before = [api.getOptimizeLevel(), api.getShrinkLevel(), api.getDebugInfo()] as const
  api.setOptimizeLevel(0)
  api.setShrinkLevel(0)
  api.setDebugInfo(true)
  try {
    return target.emitBinary() as Bytes
  } finally {
    api.setOptimizeLevel(before[0])
    api.setShrinkLevel(before[1])
    api.setDebugInfo(before[2])
  }
}

/** @param module one that passed the load checks */
export async function meterModule(module: WasmModule, options: MeterOptions): Promise<Bytes> {
  const api = (await import('binaryen')).default as unknown as Binaryen
  const target = readForMetering(api, module)
  try {
    const plain = readWasm(emitPlain(api, target))
    const woven = weave(api, target, module, plain, options)
    return finished(emitPlain(api, target), module, woven, options)
  } finally {
    target.dispose()
  }
}

/** Gives the emitted module its memory, names and map. */
function finished(emitted: Bytes, original: WasmModule, { counting, basic }: Woven, options: MeterOptions): Bytes {
  const ownPages = original.memories[0]!.minimum
  const metered = readWasm(withMemory(readWasm(emitted), ownPages + options.arenaPages))
  const origin = originOfFunctions(metered, original)
  const names = origin.map((index, i) => (index < 0 ? (metered.names.get(i) ?? '') : functionName(original, index)))
  const maps = [mapSection({ origin, blocks: counting })]
  if (options.coverage) maps.push(coverageSection(basic))
  return concat([metered.bytes.subarray(0, 8), ...plainSections(metered), nameSection(options.label, names), ...maps])
}

/**
 * Original index of each function of the metered module, −1 for the meter's own. Imports stay in order within their module;
 * binaryen writes no names for imports that were added.
 */
function originOfFunctions(metered: WasmModule, original: WasmModule): number[] {
  const indices = new Map<string, number[]>()
  original.imports
    .filter(item => item.kind === 'function')
    .forEach((item, index) => {
      const known = indices.get(item.module)
      if (known === undefined) indices.set(item.module, [index])
      else known.push(index)
    })
  const imports = metered.imports.filter(item => item.kind === 'function')
  return metered.functions.map((_, i) => {
    const item = imports[i]
    if (item !== undefined) return indices.get(item.module)?.shift() ?? -1
    return Number(/^f(\d+)$/.exec(metered.names.get(i) ?? '')?.[1] ?? -1)
  })
}

function weave(
  api: Binaryen,
  target: BinaryenModule,
  original: WasmModule,
  plain: WasmModule,
  options: MeterOptions,
): Woven {
  // First, so that a guest cannot have exports of the meter's names.
  for (const item of original.exports) {
    const kept = item.kind === 'global' ? !item.name.startsWith('hba.') : KEPT_EXPORTS.has(item.name)
    if (!kept) target.removeExport(item.name)
  }
  exportGlobals(api, target)
  for (const name of [Hba.counter, Hba.deadline, Hba.depth]) {
    target.addGlobal(name, api.i32, true, target.i32.const(0))
    target.addGlobalExport(name, name)
  }
  target.addFunctionImport(Hba.deadline, Hba.module, 'deadline', api.i32, api.i32)
  target.addFunctionImport(Hba.depth, Hba.module, 'depth', api.none, api.none)
  if (options.watch)
    target.addFunctionImport(Hba.watch, Hba.module, 'watch', api.createType([api.i32, api.i32]), api.none)
  const envImports = appendCounterToImports(api, target, original)

  const meter = new FunctionMeter(api, target, {
    envImports,
    importedFunctions: original.importedFunctions,
    ownPages: original.memories[0]!.minimum,
    maxCallDepth: options.maxCallDepth,
    watch: options.watch,
    coverage: options.coverage,
  })
  const counting: MappedBlock[] = []
  const basic: BasicBlock[] = []
  original.bodies.forEach((body, i) => {
    const index = original.importedFunctions + i
    const func = target.getFunction(`f${index}`)
    const { segments, blocks } = meter.run(
      func,
      api._BinaryenFunctionGetNumLocals(func) + expressionHeight(original, index),
    )
    const offsets = originalOffsets(original, plain, index)
    const counted = segments.reduce((sum, segment) => sum + segment.count, 0)
    const known = counted === offsets.length
    for (const { first, count } of segments)
      counting.push({ func: index, offset: known ? offsets[first]! : body.offset, count })
    for (const parts of blocks) {
      const operators = parts.reduce((sum, part) => sum + part.count, 0)
      const { first } = parts[0]!
      basic.push({ func: index, operators, offsets: known ? offsets.slice(first, first + operators) : [] })
    }
  })

  target.addFunction(Hba.count, api.none, api.i32, [], target.global.get(Hba.counter, api.i32))
  target.addFunction(Hba.surface, api.none, api.none, [], target.global.set(Hba.depth, target.i32.const(0)))
  for (const name of [Hba.count, Hba.surface]) target.addFunctionExport(name, name)
  if (original.start !== undefined) target.addFunctionExport(`f${original.start}`, Hba.start)
  for (let word = 0; word * 32 < basic.length; word++) {
    target.addGlobal(`${Hba.reached}${word}`, api.i32, true, target.i32.const(0))
    target.addGlobalExport(`${Hba.reached}${word}`, `${Hba.reached}${word}`)
  }
  return { counting, basic }
}

/** Exports the guest's own variables, as `hba.global.<index>`. */
function exportGlobals(api: Binaryen, target: BinaryenModule): void {
  for (let n = 0; n < target.getNumGlobals(); n++) {
    const { name, mutable, base } = api.getGlobalInfo(target.getGlobalByIndex(n))
    if (mutable && !base) target.addGlobalExport(name, Hba.global + n)
  }
}

/**
 * Gives each import from env one more i32 parameter. The import's old name goes to a thunk of the old signature where it is
 * needed: in element segments, exports, as the start function.
 * @returns the names of these imports
 */
function appendCounterToImports(api: Binaryen, target: BinaryenModule, original: WasmModule): Set<string> {
  const names = new Set<string>()
  const referenced = new Set(original.elements.flatMap(e => e.functions))
  for (const item of original.exports) if (item.kind === 'function') referenced.add(item.index)
  if (original.start !== undefined) referenced.add(original.start)
  original.imports
    .filter(i => i.kind === 'function')
    .forEach((item, index) => {
      if (item.module !== 'env') return
      const name = `f${index}`
      names.add(name)
      const info = api.getFunctionInfo(target.getFunction(name))
      const params = api.expandType(info.params)
      target.removeFunction(name)
      target.addFunctionImport(importName(name), 'env', item.name, api.createType([...params, api.i32]), info.results)
      if (!referenced.has(index)) return
      const operands = params.map((type, local) => target.local.get(local, type))
      const counter = target.global.get(Hba.counter, api.i32)
      const body = target.call(importName(name), [...operands, counter], info.results)
      target.addFunction(name, info.params, info.results, [], body)
    })
  return names
}
