// Reader of DWARF line tables (.debug_line, versions 2 to 5, 32-bit format) in a wasm module. Addresses are offsets in the
// contents of the code section. The input is untrusted: a table that is malformed, or not of this kind, gives no lines.
// Sources: DWARF 5, section 6.2 "Line Number Information"; "DWARF for WebAssembly" (yurydelendik.github.io/webassembly-dwarf).
//
// Directories come from the line table alone: what is relative to the directory of compilation stays as it was typed.
import { type LineRow, lastAt, plainPath } from './line-table.ts'
import type { WasmModule, WasmSection } from './wasm-binary.ts'
import { WasmCursor, WasmFormatError } from './wasm-cursor.ts'

const CODE = 10
/** Of a path; longer ones are cut. */
const PATH_BYTES = 1024
const MAX_LINE = 0xff_ffff
/** Of a whole module: no driver has as many, and what is beyond gets no lines. */
const MAX_ROWS = 1_000_000
const MAX_FILES = 65_536

const Standard = {
  copy: 1,
  advancePc: 2,
  advanceLine: 3,
  setFile: 4,
  constAddPc: 8,
  fixedAdvancePc: 9,
} as const

const Extended = { endSequence: 1, setAddress: 2, defineFile: 3 } as const

const Content = { path: 1, directory: 2 } as const

const Form = {
  data2: 0x05,
  data4: 0x06,
  data8: 0x07,
  string: 0x08,
  block: 0x09,
  data1: 0x0b,
  strp: 0x0e,
  udata: 0x0f,
  data16: 0x1e,
  lineStrp: 0x1f,
} as const

interface Header {
  minimumLength: number
  lineBase: number
  lineRange: number
  opcodeBase: number
  /** Operands of the standard opcodes, from opcode 1. */
  operands: number[]
  /** Path of each file number; the first one of versions before 5 is 1. */
  files: string[]
}

/** What all units of a module share. */
interface Tables {
  module: WasmModule
  /** First byte of the contents of the code section. */
  base: number
  strings: WasmSection | undefined
  lineStrings: WasmSection | undefined
  rowsLeft: number
  filesLeft: number
}

/** Rows of all units that can be read. */
export function dwarfRows(module: WasmModule): LineRow[] {
  const custom = (name: string): WasmSection | undefined => module.sections.find(s => s.id === 0 && s.name === name)
  const section = custom('.debug_line')
  const code = module.sections.find(s => s.id === CODE)
  if (section === undefined || code === undefined) return []
  const tables: Tables = {
    module,
    base: code.offset,
    strings: custom('.debug_str'),
    lineStrings: custom('.debug_line_str'),
    rowsLeft: MAX_ROWS,
    filesLeft: MAX_FILES,
  }
  const rows: LineRow[] = []
  const c = new WasmCursor(module.bytes, section.offset, section.end)
  while (c.end - c.at > 4) {
    const length = u32(c)
    if (length > c.end - c.at) break
    const unit = new WasmCursor(module.bytes, c.at, c.at + length)
    c.at = unit.end
    try {
      for (const row of unitRows(tables, unit)) rows.push(row)
    } catch (error) {
      if (!(error instanceof WasmFormatError)) throw error
    }
  }
  return rows
}

function unitRows(tables: Tables, c: WasmCursor): LineRow[] {
  const { base, module } = tables
  const header = readHeader(tables, c)
  const { files, lineBase, lineRange, minimumLength, opcodeBase, operands } = header
  const known: LineRow[] = []
  let sequence: LineRow[] = []
  let address = 0
  let file = 1
  let line = 1
  const advance = (operation: number): void => {
    if (lineRange === 0) c.fail('malformed: line_range is 0')
    address = (address + minimumLength * Math.floor(operation / lineRange)) >>> 0
  }
  const row = (ends: boolean): void => {
    if (tables.rowsLeft-- <= 0) c.fail('too many rows')
    const name = files[file]
    const valid = !ends && name !== undefined && line > 0 && line <= MAX_LINE
    sequence.push({ at: base + address, file: valid ? name : '', line: valid ? line : 0 })
  }
  while (c.at < c.end) {
    const opcode = c.u8()
    if (opcode >= opcodeBase) {
      advance(opcode - opcodeBase)
      line += lineBase + ((opcode - opcodeBase) % lineRange)
      row(false)
    } else if (opcode === 0) {
      const length = c.u32()
      const end = c.at + length
      if (length === 0 || end > c.end) c.fail('malformed: length of an extended opcode')
      const extended = c.u8()
      if (extended === Extended.setAddress) address = length === 5 ? u32(c) : c.fail('malformed: size of an address')
      else if (extended === Extended.endSequence) {
        row(true)
        // What the linker dropped has an address outside of all functions.
        const start = sequence[0]!.at
        if (start < (lastAt(module.bodies, start, body => body.offset)?.end ?? 0))
          for (const one of sequence) known.push(one)
        sequence = []
        address = 0
        file = 1
        line = 1
      } else if (extended === Extended.defineFile) files.push(join('', text(c)))
      c.at = end
    } else if (opcode === Standard.copy) row(false)
    else if (opcode === Standard.advancePc) address = (address + minimumLength * c.u32()) >>> 0
    else if (opcode === Standard.advanceLine) line += c.s32()
    else if (opcode === Standard.setFile) file = c.u32()
    else if (opcode === Standard.constAddPc) advance(255 - opcodeBase)
    else if (opcode === Standard.fixedAdvancePc) address = (address + u16(c)) >>> 0
    else for (let n = operands[opcode - 1]!; n > 0; n--) c.skipLeb()
  }
  return known
}

function readHeader(tables: Tables, c: WasmCursor): Header {
  const version = u16(c)
  if (version < 2 || version > 5) c.fail(`line table of DWARF version ${version}`)
  if (version >= 5) c.skip(2)
  const headerLength = u32(c)
  if (headerLength > c.end - c.at) c.fail('malformed: header length')
  const program = c.at + headerLength
  const minimumLength = c.u8()
  if (version >= 4) c.u8()
  c.u8()
  const lineBase = (c.u8() << 24) >> 24
  const lineRange = c.u8()
  const opcodeBase = c.u8()
  if (opcodeBase === 0) c.fail('malformed: opcode_base is 0')
  const operands = Array.from({ length: opcodeBase - 1 }, () => c.u8())
  const files = version >= 5 ? files5(tables, c) : files2(tables, c)
  c.at = program
  return { minimumLength, lineBase, lineRange, opcodeBase, operands, files }
}

/** Directories and files of versions 2 to 4: lists that end with an empty name. Directory 0 is the one of compilation. */
function files2(tables: Tables, c: WasmCursor): string[] {
  const directories = ['']
  for (let name = text(c); name !== ''; name = text(c)) directories.push(name)
  const files = ['']
  for (let name = text(c); name !== ''; name = text(c)) {
    if (tables.filesLeft-- <= 0) c.fail('too many files')
    files.push(join(directories[c.u32()] ?? '', name))
    c.skipLeb()
    c.skipLeb()
  }
  return files
}

interface Entry {
  path: string
  directory: number
}

function files5(tables: Tables, c: WasmCursor): string[] {
  const directories = entries(tables, c).map(entry => entry.path)
  const [compilation = ''] = directories
  return entries(tables, c).map(({ path, directory }) => {
    const folder = directories[directory] ?? ''
    if (directory === 0 || folder === compilation) return join('', path)
    const inside = compilation !== '' && folder.startsWith(`${compilation}/`)
    return join(inside ? folder.slice(compilation.length + 1) : folder, path)
  })
}

/** A list of directories or files of version 5, which says itself how its entries are written. */
function entries(tables: Tables, c: WasmCursor): Entry[] {
  const formats = Array.from({ length: c.u8() }, () => [c.u32(), c.u32()] as const)
  const count = c.count()
  if (count > 0 && formats.length === 0) c.fail('malformed: entries without a format')
  tables.filesLeft -= count
  if (tables.filesLeft < 0) c.fail('too many files')
  return Array.from({ length: count }, () => {
    const entry: Entry = { path: '', directory: 0 }
    for (const [content, form] of formats) {
      const value = readForm(tables, c, form)
      if (content === Content.path && typeof value === 'string') entry.path = value
      if (content === Content.directory && typeof value === 'number') entry.directory = value
    }
    return entry
  })
}

function readForm(tables: Tables, c: WasmCursor, form: number): string | number | undefined {
  switch (form) {
    case Form.string:
      return text(c)
    case Form.lineStrp:
      return stringAt(tables, tables.lineStrings, u32(c))
    case Form.strp:
      return stringAt(tables, tables.strings, u32(c))
    case Form.udata:
      return c.u32()
    case Form.data1:
      return c.u8()
    case Form.data2:
      return u16(c)
    case Form.data4:
      return u32(c)
    case Form.data8:
      return void c.skip(8)
    case Form.data16:
      return void c.skip(16)
    case Form.block:
      return void c.skip(c.u32())
    default:
      return c.fail(`form ${form} in a line table`)
  }
}

function stringAt({ module }: Tables, section: WasmSection | undefined, offset: number): string {
  if (section === undefined || offset >= section.end - section.offset) return ''
  const from = section.offset + offset
  const near = module.bytes.subarray(from, Math.min(section.end, from + PATH_BYTES))
  const zero = near.indexOf(0)
  return utf8.decode(zero < 0 ? near : near.subarray(0, zero))
}

const utf8 = new TextDecoder()

/** Up to the next zero byte. */
function text(c: WasmCursor): string {
  const zero = c.bytes.subarray(c.at, c.end).indexOf(0)
  if (zero < 0) return c.fail('truncated: a text without its end')
  const from = c.at
  c.at += zero + 1
  return utf8.decode(c.bytes.subarray(from, from + Math.min(zero, PATH_BYTES)))
}

function u16(c: WasmCursor): number {
  return c.u8() | (c.u8() << 8)
}

function u32(c: WasmCursor): number {
  return (u16(c) | (u16(c) << 16)) >>> 0
}

function join(folder: string, path: string): string {
  const absolute = /^(\/|[A-Za-z]:)/.test(path)
  return plainPath(absolute || folder === '' ? path : `${folder}/${path}`)
}
