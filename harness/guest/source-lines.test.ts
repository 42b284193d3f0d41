// Source lines from DWARF and from source maps, well-formed and hostile.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dwarfRows } from './dwarf-lines.ts'
import { plainPath } from './line-table.ts'
import { visitOperators } from './operators.ts'
import { readLines } from './source-lines.ts'
import { dwarfModule } from './testing/dwarf-modules.ts'
import { assemble } from './testing/wat.ts'
import { readWasm, type WasmModule } from './wasm-binary.ts'
import { concat, customSection } from './wasm-bytes.ts'

/** Offsets of the calls of each function. */
function calls(module: WasmModule): number[][] {
  return module.bodies.map(({ offset, end }) => {
    const found: number[] = []
    visitOperators(
      module.bytes,
      offset,
      end,
      () => false,
      (opcode, at) => void (opcode === 0x10 && found.push(at)),
    )
    return found
  })
}

const le32 = (value: number): number[] => [value & 255, (value >> 8) & 255, (value >> 16) & 255, value >>> 24]
const ascii = (text: string): number[] => [...text].map(c => c.charCodeAt(0))
const zeroed = (text: string): number[] => [...ascii(text), 0]

/** A unit of version 4 with one file, a.c; its program as given. */
function unit4(
  program: readonly number[],
  changes: { version?: number; range?: number; opcodeBase?: number } = {},
): number[] {
  const { version = 4, range = 14, opcodeBase = 13 } = changes
  const lengths = [0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1]
  const header = [1, 1, 1, 0xfb, range, opcodeBase, ...lengths, 0, ...zeroed('a.c'), 0, 0, 0, 0]
  const body = [version, 0, ...le32(header.length), ...header, ...program]
  return [...le32(body.length), ...body]
}

/** A unit of version 5 whose tables of directories and files are as given. */
function unit5(tables: readonly number[], program: readonly number[] = []): number[] {
  const header = [1, 1, 1, 0xfb, 14, 13, 0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1, ...tables]
  const body = [5, 0, 4, 0, ...le32(header.length), ...header, ...program]
  return [...le32(body.length), ...body]
}

const setAddress = (address: number): number[] => [0, 5, 2, ...le32(address)]
const END = [0, 1, 1]

const BASE = await assemble(`(module (memory (export "memory") 1)
  (func (export "DriverEntry") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
  (func $second (nop) (drop (i32.const 1))))`)

function withLines(...units: (readonly number[])[]): WasmModule {
  return readWasm(concat([BASE, customSection('.debug_line', concat(units))]))
}

/** Address of a body: offset in the code section. */
function address(n: number): number {
  const module = readWasm(BASE)
  return module.bodies[n]!.offset - module.sections.find(s => s.id === 10)!.offset
}

describe('DWARF', () => {
  it.each([4, 5] as const)('version %i, as clang writes it', version => {
    const module = readWasm(dwarfModule(version))
    const table = readLines(module, undefined)!
    expect(table.source).toBe('dwarf')
    const lines = calls(module).map(of => of.map(at => table.find(at)))
    expect(lines).toEqual([
      [
        { file: 'driver.c', line: 32 },
        { file: 'driver.c', line: 34 },
      ],
      // note() of three cases is one call: a line of its own it has not.
      [{ file: 'driver.c', line: 19 }, { file: 'driver.c', line: 23 }, undefined],
      [{ file: 'driver.c', line: 28 }],
    ])
    expect(dwarfRows(module).some(row => row.file === 'inc/helper.h' && row.line === 2)).toBe(true)
    // Functions that the linker dropped leave no lines.
    expect(dwarfRows(module).some(row => row.line >= 4 && row.line <= 6)).toBe(false)
  })

  it('ends at the end of a sequence and of a function', () => {
    const first = address(0)
    const module = withLines(unit4([...setAddress(first), 0x03, 9, 0x01, 0x02, 3, ...END]))
    const [one, two] = module.bodies
    const table = readLines(module, undefined)!
    expect(table.find(one!.offset)).toEqual({ file: 'a.c', line: 10 })
    expect(table.find(one!.offset + 2)).toEqual({ file: 'a.c', line: 10 })
    expect(table.find(one!.offset + 3)).toBeUndefined()
    const open = readLines(withLines(unit4([...setAddress(first), 0x01, 0x02, 0x7f, ...END])), undefined)!
    expect(open.find(one!.offset + 3)).toEqual({ file: 'a.c', line: 1 })
    expect(open.find(two!.offset)).toBeUndefined()
  })

  it('knows special opcodes, const_add_pc and fixed_advance_pc', () => {
    const program = [...setAddress(address(0)), 13 + 5 + 2, 0x08, 13 + 5, 0x09, 1, 0, 13 + 6, ...END]
    expect(dwarfRows(withLines(unit4(program))).map(r => [r.at - readWasm(BASE).bodies[0]!.offset, r.line])).toEqual([
      [0, 3],
      [17, 3],
      [18, 4],
      [18, 0],
    ])
  })

  const good = unit4([...setAddress(address(0)), 0x01, ...END])
  const HOSTILE: [what: string, unit: readonly number[], lines: number][] = [
    ['a length beyond the section', [...le32(1000), 4, 0], 0],
    ['64-bit format', [...le32(0xffff_ffff), 4, 0, 0, 0, 0, 0, 0, 0], 0],
    ['an unknown version', unit4([], { version: 9 }), 1],
    ['line_range 0', unit4([20], { range: 0 }), 1],
    ['opcode_base 0', unit4([20], { opcodeBase: 0 }), 1],
    ['a header longer than the unit', [...le32(6), 4, 0, ...le32(500)], 1],
    ['an extended opcode beyond the unit', unit4([0, 0x7f, 2]), 1],
    ['an address of 8 bytes', unit4([0, 9, 2, 0, 0, 0, 0, 0, 0, 0, 0]), 1],
    ['no end of sequence', unit4([...setAddress(address(0)), 0x01]), 1],
    ['a file that does not exist', unit4([...setAddress(address(0)), 0x04, 0x7f, 0x01, ...END]), 1],
    ['entries without a format', unit5([0, 0x80, 0x80, 0x04, 0, 0]), 1],
    ['more entries than bytes', unit5([1, 1, 8, 0xff, 0xff, 0xff, 0xff, 0x0f]), 1],
    ['an unknown form', unit5([1, 1, 0x55, 1, 0, 0]), 1],
    ['text that never ends', unit5([1, 1, 8, 1, 65, 65]), 1],
    ['strings of a section that is not there', unit5([1, 1, 0x1f, 1, ...le32(77), 0, 0]), 1],
  ]
  it.each(HOSTILE)('%s gives no lines; a unit behind it that can be found does', (_what, unit, lines) => {
    const found = dwarfRows(withLines(unit, good))
    expect(found.filter(row => row.line > 0)).toHaveLength(lines)
  })

  it.each([4, 5] as const)('version %i with any bytes changed never throws', version => {
    const bytes = dwarfModule(version)
    const sections = readWasm(bytes).sections.filter(s => s.name.startsWith('.debug'))
    const places = sections.flatMap(s => Array.from({ length: s.end - s.offset }, (_, n) => s.offset + n))
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(...places), fc.integer({ min: 0, max: 255 })), {
          minLength: 1,
          maxLength: 12,
        }),
        changes => {
          const changed = bytes.slice()
          for (const [at, value] of changes) changed[at] = value
          for (const row of dwarfRows(readWasm(changed))) expect(row.line).toBeGreaterThanOrEqual(0)
        },
      ),
      { numRuns: 2000, seed: 5 },
    )
  })

  it('a table made to be long costs little', () => {
    // Half a million rows, and 60,000 files that all name one long string without an end.
    const rows = unit4([...setAddress(address(0)), ...new Array<number>(500_000).fill(13 + 5), ...END])
    const files = new Array<number[]>(50_000).fill([0, 0, 0, 0]).flat()
    const strings = customSection('.debug_line_str', new Uint8Array(500_000).fill(65))
    const unit = unit5([1, 1, 0x1f, 0, 1, 1, 0x1f, 0xd0, 0x86, 0x03, ...files])
    const module = readWasm(concat([BASE, customSection('.debug_line', concat([rows, unit])), strings]))
    const before = performance.now()
    expect(dwarfRows(module).length).toBeGreaterThan(400_000)
    expect(performance.now() - before).toBeLessThan(5000)
  })
})

describe('source maps', () => {
  const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
  const vlq = (value: number): string => {
    let rest = value < 0 ? (-value << 1) | 1 : value << 1
    let text = ''
    do {
      text += DIGITS[(rest & 31) | (rest > 31 ? 32 : 0)]
      rest >>>= 5
    } while (rest > 0)
    return text
  }
  const map = (segments: readonly (readonly number[])[], more: object = {}): string =>
    JSON.stringify({
      version: 3,
      sources: ['./driver.ts', 'sub/../chip.ts'],
      mappings: segments.map(s => s.map(vlq).join('')).join(','),
      ...more,
    })
  const module = readWasm(BASE)
  const [one, two] = module.bodies
  // The first body has an empty list of locals (1 byte), then get, get, add.
  const get = one!.offset + 1

  it('give the line of each operator up to the next mapping', () => {
    const table = readLines(module, map([[get, 0, 9, 0], [2, 1, -5, 3, 0], [2]]))!
    expect(table.source).toBe('source-map')
    expect([get, get + 1, get + 2, get + 4, two!.offset + 1].map(at => table.find(at))).toEqual([
      { file: 'driver.ts', line: 10 },
      { file: 'driver.ts', line: 10 },
      { file: 'chip.ts', line: 5 },
      undefined,
      undefined,
    ])
  })

  it.each([
    [
      'of another module',
      map([
        [get + 1, 0, 9, 0],
        [2, 0, 1, 0],
      ]),
    ],
    ['beyond the module', map([[100_000, 0, 9, 0]])],
    ['no JSON', '{"mappings'],
    ['null', 'null'],
    ['a list', '[]'],
    ['mappings that are no text', '{"version":3,"sources":[],"mappings":7}'],
    ['a digit that is none', map([], { mappings: 'A!AA' })],
    ['a number that does not end', map([], { mappings: 'gggggggggggg' })],
    ['two fields', map([[get, 0]])],
    ['a negative offset', map([[-5, 0, 0, 0]])],
    ['an index map', '{"version":3,"sections":[]}'],
  ])('%s: no lines', (_what, text) => {
    expect(readLines(module, text)).toBeUndefined()
  })

  it('sources that are no text, or none, have no lines', () => {
    const table = readLines(
      module,
      map(
        [
          [get, 0, 9, 0],
          [2, 7, 0, 0],
        ],
        { sources: [5] },
      ),
    )
    expect(table?.find(get)).toBeUndefined()
  })
})

it.each([
  ['./a/../b.c', 'b.c'],
  ['/x/./y//z.c', '/x/y/z.c'],
  ['..\\src\\a.c', '../src/a.c'],
  ['', ''],
])('path %s is %s', (path, plain) => expect(plainPath(path)).toBe(plain))
