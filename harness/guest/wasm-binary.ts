// Reader of the wasm binary format, as far as loading needs it: sections, types, imports, exports, tables, memory,
// elements, data extents, code offsets, names. Reads no operators (operators.ts does) and validates no types (V8 does).
// Source: WebAssembly Core Specification, chapter "Binary Format" (webassembly.github.io/spec/core/binary).
import type { Bytes } from '../../device/bytes.ts'
import type { Signature, ValueType } from './guest.ts'
import { hex, WasmCursor, WasmFormatError } from './wasm-cursor.ts'

export const WASM_PAGE_BYTES = 65_536

export type ExternKind = 'function' | 'table' | 'memory' | 'global' | 'tag'

/** A function type as written; `signature` is undefined when it holds a type other than the four numeric ones. */
export interface WasmType {
  params: readonly string[]
  results: readonly string[]
  signature: Signature | undefined
}

export interface WasmImport {
  module: string
  name: string
  kind: ExternKind
  /** Of a function: its type index. */
  type: number
}

export interface WasmExport {
  name: string
  kind: ExternKind
  index: number
}

export interface WasmLimits {
  minimum: number
  maximum: number | undefined
  shared: boolean
  is64: boolean
  /** Memories only: not the usual 64 KiB page. */
  customPageSize: boolean
}

/** An active segment of a table; others have table −1. `offset` is undefined when it is no plain constant. */
export interface WasmElements {
  table: number
  offset: number | undefined
  /** Function indices, −1 for null. */
  functions: readonly number[]
}

export interface WasmData {
  active: boolean
  offset: number | undefined
  length: number
}

/** One section: header at `start`, contents [offset, end), as offsets in the module. */
export interface WasmSection {
  id: number
  /** Of a custom section. */
  name: string
  start: number
  offset: number
  end: number
}

export interface WasmModule {
  bytes: Bytes
  sections: WasmSection[]
  types: WasmType[]
  imports: WasmImport[]
  /** Type index of each function, imported ones first. */
  functions: number[]
  importedFunctions: number
  tables: WasmLimits[]
  memories: WasmLimits[]
  /** Types of the globals, imported ones first; `value` of an i32 that begins with a constant. */
  globals: { type: string; mutable: boolean; value?: number | undefined }[]
  exports: WasmExport[]
  start: number | undefined
  elements: WasmElements[]
  data: WasmData[]
  /** Function bodies (locals and operators) as offsets in the module, in order of definition. */
  bodies: { offset: number; end: number }[]
  /** Function names from the name section. */
  names: Map<number, string>
  /** Names of globals, likewise. */
  globalNames: Map<number, string>
  /** From the target_features section: what the compiler was allowed to use, not what it used. */
  targetFeatures: string[]
}

/** Subsection of the name section (WebAssembly extended name section). */
const GLOBAL_NAMES = 7

const SECTION_NAMES = [
  ...['custom', 'type', 'import', 'function', 'table', 'memory', 'global', 'export', 'start'],
  ...['element', 'code', 'data', 'data count', 'tag'],
]

const EXTERN_KINDS: readonly ExternKind[] = ['function', 'table', 'memory', 'global', 'tag']

const VALUE_TYPES: Record<number, string> = {
  127: 'i32',
  126: 'i64',
  125: 'f32',
  124: 'f64',
  123: 'v128',
  112: 'funcref',
  111: 'externref',
}

const NUMERIC: readonly string[] = ['i32', 'i64', 'f32', 'f64'] satisfies ValueType[]

/** @throws WasmFormatError */
export function readWasm(bytes: Bytes): WasmModule {
  if (bytes.length < 4 || bytes[0] !== 0 || bytes[1] !== 0x61 || bytes[2] !== 0x73 || bytes[3] !== 0x6d)
    throw new WasmFormatError('not-wasm', `not a wasm module: ${describeStart(bytes)}`)
  if (bytes.length < 8) throw new WasmFormatError('malformed', 'truncated: the file ends within the 8-byte header')
  const version = bytes[4]! | (bytes[5]! << 8) | (bytes[6]! << 16) | (bytes[7]! << 24)
  if (version === 0x1000d)
    throw new WasmFormatError('feature', 'it is a wasm component; only core modules can be loaded')
  if (version !== 1) throw new WasmFormatError('malformed', `wasm version ${version >>> 0}; only version 1 is known`)

  const module: WasmModule = {
    bytes,
    sections: [],
    types: [],
    imports: [],
    functions: [],
    importedFunctions: 0,
    tables: [],
    memories: [],
    globals: [],
    exports: [],
    start: undefined,
    elements: [],
    data: [],
    bodies: [],
    names: new Map(),
    globalNames: new Map(),
    targetFeatures: [],
  }
  const cursor = new WasmCursor(bytes, 8, bytes.length)
  while (cursor.at < bytes.length) {
    const start = cursor.at
    const id = cursor.u8()
    const label = SECTION_NAMES[id] ?? `unknown (${id})`
    const length = cursor.u32()
    const offset = cursor.at
    if (length > bytes.length - offset)
      throw new WasmFormatError(
        'malformed',
        `truncated: the ${label} section at offset ${hex(start)} is ${length} bytes long, ${bytes.length - offset} are there`,
      )
    const section: WasmSection = { id, name: '', start, offset, end: offset + length }
    const contents = new WasmCursor(bytes, offset, section.end)
    if (id === 0) {
      section.name = contents.text()
      section.offset = contents.at
    }
    module.sections.push(section)
    readSection(module, section, contents)
    cursor.at = section.end
  }
  const defined = module.functions.length - module.importedFunctions
  if (defined !== module.bodies.length)
    throw new WasmFormatError('malformed', `${defined} functions declared, ${module.bodies.length} bodies present`)
  return module
}

function describeStart(bytes: Bytes): string {
  if (bytes.length === 0) return 'the file is empty'
  const first = [...bytes.subarray(0, 4)].map(b => b.toString(16).padStart(2, '0')).join(' ')
  if (first === '7f 45 4c 46') return 'this is an ELF file; compile the driver with --target=wasm32'
  if (first.startsWith('4d 5a')) return 'this is a Windows PE file (MZ); compile the driver with --target=wasm32'
  return `it begins with ${first}, not with 00 61 73 6d`
}

function readSection(module: WasmModule, section: WasmSection, c: WasmCursor): void {
  switch (section.id) {
    case 0:
      readCustom(module, section, c)
      return
    case 1:
      module.types = list(c, readType)
      return
    case 2:
      module.imports = list(c, () => readImport(module, c))
      return
    case 3:
      module.functions = module.functions.concat(list(c, () => typeIndex(module, c)))
      return
    case 4:
      module.tables = module.tables.concat(list(c, readTable))
      return
    case 5:
      module.memories = module.memories.concat(list(c, readLimits))
      return
    case 6:
      module.globals = module.globals.concat(list(c, readGlobal))
      return
    case 7:
      module.exports = list(c, () => ({ name: c.text(), kind: externKind(c), index: c.u32() }))
      return
    case 8:
      module.start = c.u32()
      return
    case 9:
      module.elements = list(c, readElements)
      return
    case 10:
      module.bodies = list(c, readBody)
      return
    case 11:
      module.data = list(c, readData)
      return
    case 12:
      return
    case 13:
      throw new WasmFormatError('feature', 'it uses exception handling, which is refused (it has a tag section)')
    default:
      throw new WasmFormatError('malformed', `unknown section ${section.id} at offset ${hex(section.start)}`)
  }
}

function list<T>(c: WasmCursor, read: (c: WasmCursor) => T): T[] {
  const items: T[] = []
  for (let n = c.count(); n > 0; n--) items.push(read(c))
  return items
}

function readBody(c: WasmCursor): { offset: number; end: number } {
  const length = c.u32()
  const offset = c.at
  c.skip(length)
  return { offset, end: offset + length }
}

export function valueTypeName(code: number): string | undefined {
  return VALUE_TYPES[code]
}

function valueType(c: WasmCursor): string {
  const code = c.u8()
  const name = VALUE_TYPES[code]
  if (name !== undefined) return name
  throw new WasmFormatError(
    'feature',
    `it uses a reference type of the GC proposal, which is refused (code ${hex(code)})`,
  )
}

function readType(c: WasmCursor): WasmType {
  const form = c.u8()
  if (form !== 0x60) {
    const gc = form === 0x5f || form === 0x5e || form === 0x50 || form === 0x4f || form === 0x4e
    if (gc) throw new WasmFormatError('feature', 'it uses garbage-collected types (GC proposal), which are refused')
    c.fail(`malformed: type form ${hex(form)}`)
  }
  const params = list(c, valueType)
  const results = list(c, valueType)
  const numeric = [...params, ...results].every(t => NUMERIC.includes(t))
  return { params, results, signature: numeric ? ({ params, results } as unknown as Signature) : undefined }
}

function typeIndex(module: WasmModule, c: WasmCursor): number {
  const index = c.u32()
  if (index >= module.types.length) c.fail(`malformed: type ${index} does not exist`)
  return index
}

function externKind(c: WasmCursor): ExternKind {
  const code = c.u8()
  if (code === 0x7f || code === 0x7e)
    throw new WasmFormatError('feature', 'it uses compact import entries, which are refused')
  return EXTERN_KINDS[code] ?? c.fail(`malformed: kind ${code} of an import or export`)
}

function readLimits(c: WasmCursor): WasmLimits {
  const flags = c.u8()
  if (flags > 0x0f) c.fail(`malformed: limits flags ${hex(flags)}`)
  const is64 = (flags & 4) !== 0
  const value = () => {
    if (!is64) return c.u32()
    c.skipLeb()
    return 0
  }
  const minimum = value()
  const maximum = flags & 1 ? value() : undefined
  if (flags & 8) c.u32()
  return { minimum, maximum, shared: (flags & 2) !== 0, is64, customPageSize: (flags & 8) !== 0 }
}

function readTable(c: WasmCursor): WasmLimits {
  const initialised = c.bytes[c.at] === 0x40
  if (initialised) c.skip(2)
  valueType(c)
  const limits = readLimits(c)
  if (initialised) constant(c)
  return limits
}

function readImport(module: WasmModule, c: WasmCursor): WasmImport {
  const item: WasmImport = { module: c.text(), name: c.text(), kind: externKind(c), type: -1 }
  if (item.kind === 'function') {
    item.type = typeIndex(module, c)
    module.functions.push(item.type)
    module.importedFunctions++
  } else if (item.kind === 'table') {
    valueType(c)
    module.tables.push(readLimits(c))
  } else if (item.kind === 'memory') module.memories.push(readLimits(c))
  else if (item.kind === 'global') module.globals.push({ type: valueType(c), mutable: c.u8() === 1 })
  else
    throw new WasmFormatError(
      'feature',
      `it uses exception handling, which is refused (it imports the tag ${item.name})`,
    )
  return item
}

function readGlobal(c: WasmCursor): WasmModule['globals'][number] {
  const global = { type: valueType(c), mutable: c.u8() === 1 }
  return { ...global, value: constant(c).value }
}

/** Reads a constant expression. @returns its value when it is a single i32.const; a function index when it is a single ref.func, −1 for ref.null */
function constant(c: WasmCursor): { value: number | undefined; ref: number | undefined } {
  let value: number | undefined
  let ref: number | undefined
  for (let n = 0; ; n++) {
    const opcode = c.u8()
    if (opcode === 0x0b) return n === 1 ? { value, ref } : { value: undefined, ref: undefined }
    if (opcode === 0x41) value = c.s32()
    else if (opcode === 0x42) c.skipLeb()
    else if (opcode === 0x43) c.skip(4)
    else if (opcode === 0x44) c.skip(8)
    else if (opcode === 0x23) c.u32()
    else if (opcode === 0xd0) {
      c.u8()
      ref = -1
    } else if (opcode === 0xd2) ref = c.u32()
    else if (opcode === 0x6a || opcode === 0x6b || opcode === 0x6c) value = undefined
    else if (opcode === 0xfd)
      throw new WasmFormatError('feature', 'it uses SIMD, which is refused (in a constant expression)')
    else c.fail(`malformed: operator ${hex(opcode)} in a constant expression`)
  }
}

function readElements(c: WasmCursor): WasmElements {
  const flags = c.u32()
  if (flags > 7) c.fail(`malformed: element segment flags ${flags}`)
  const active = (flags & 1) === 0
  const table = active ? (flags & 2 ? c.u32() : 0) : -1
  const offset = active ? constant(c).value : undefined
  if (flags & 3) c.u8()
  const functions = flags & 4 ? list(c, () => constant(c).ref ?? -1) : list(c, () => c.u32())
  return { table, offset, functions }
}

function readData(c: WasmCursor): WasmData {
  const flags = c.u32()
  if (flags > 2) c.fail(`malformed: data segment flags ${flags}`)
  if (flags === 2) c.u32()
  const active = flags !== 1
  const offset = active ? constant(c).value : undefined
  const length = c.u32()
  c.skip(length)
  return { active, offset, length }
}

/** Custom sections are hints: a broken one is ignored, as engines do. */
function readCustom(module: WasmModule, section: WasmSection, c: WasmCursor): void {
  try {
    if (section.name === 'name') {
      while (c.at < c.end) {
        const id = c.u8()
        const end = c.u32() + c.at
        if (id === 1 && end <= c.end) for (let n = c.count(); n > 0; n--) module.names.set(c.u32(), c.text())
        if (id === GLOBAL_NAMES && end <= c.end)
          for (let n = c.count(); n > 0; n--) module.globalNames.set(c.u32(), c.text())
        c.at = end
      }
    } else if (section.name === 'target_features') {
      for (let n = c.count(); n > 0; n--) {
        const disallowed = c.u8() === 0x2d
        const feature = c.text()
        if (!disallowed) module.targetFeatures.push(feature)
      }
    }
  } catch (error) {
    if (!(error instanceof WasmFormatError)) throw error
  }
}

/** `(i32, i32) → i32`, `() → ()`. */
export function formatSignature(type: { params: readonly string[]; results: readonly string[] }): string {
  const results = type.results.length === 1 ? type.results[0] : `(${type.results.join(', ')})`
  return `(${type.params.join(', ')}) → ${results}`
}

const nameTables = new WeakMap<WasmModule, string[]>()

/** Name of a function: name section, else an export or import name, else `function 12`. */
export function functionName(module: WasmModule, index: number): string {
  let names = nameTables.get(module)
  if (names === undefined) {
    names = []
    const imported = module.imports.filter(i => i.kind === 'function')
    for (const [i, item] of imported.entries()) names[i] = item.name
    for (const item of module.exports.toReversed()) if (item.kind === 'function') names[item.index] = item.name
    for (const [i, name] of module.names) if (name !== '' && i < module.functions.length) names[i] = name
    nameTables.set(module, names)
  }
  return names[index] ?? `function ${index}`
}
