// Walks over the operators of a function body: opcode, offset, immediates that matter. Knows which features are refused.
// Source: WebAssembly Core Specification, chapter "Binary Format", section "Instructions".
import type { Bytes } from '../../device/bytes.ts'
import { valueTypeName } from './wasm-binary.ts'
import { hex, WasmCursor, WasmFormatError } from './wasm-cursor.ts'

/** Opcodes that callers ask for by name; prefixed ones are prefix × 256 + number. */
export const Op = {
  unreachable: 0x00,
  nop: 0x01,
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  end: 0x0b,
  br: 0x0c,
  brIf: 0x0d,
  brTable: 0x0e,
  return: 0x0f,
  call: 0x10,
  callIndirect: 0x11,
  memoryInit: 0xfc08,
  memoryCopy: 0xfc0a,
  memoryFill: 0xfc0b,
} as const

/** Called for each operator; `immediate` is the function, type, label, local or global index, the offset of a memory access, or the block type (−1 none). */
export type OperatorVisitor = (opcode: number, at: number, immediate: number) => void

/** What stops the walk: an operator the bench refuses. */
export interface RefusedOperator {
  feature: string
  at: number
}

const Shape = {
  none: 0,
  block: 1,
  index: 2,
  table: 3,
  indirect: 4,
  memory: 5,
  i32: 6,
  i64: 7,
  f32: 8,
  f64: 9,
  select: 10,
  byte: 11,
} as const

const shapes = new Uint8Array(256).fill(255)
fill(0x00, 0x01, Shape.none)
fill(0x02, 0x04, Shape.block)
fill(0x05, 0x05, Shape.none)
fill(0x0b, 0x0b, Shape.none)
fill(0x0c, 0x0d, Shape.index)
fill(0x0e, 0x0e, Shape.table)
fill(0x0f, 0x0f, Shape.none)
fill(0x10, 0x10, Shape.index)
fill(0x11, 0x11, Shape.indirect)
fill(0x1a, 0x1b, Shape.none)
fill(0x1c, 0x1c, Shape.select)
fill(0x20, 0x24, Shape.index)
fill(0x28, 0x3e, Shape.memory)
fill(0x3f, 0x40, Shape.byte)
fill(0x41, 0x41, Shape.i32)
fill(0x42, 0x42, Shape.i64)
fill(0x43, 0x43, Shape.f32)
fill(0x44, 0x44, Shape.f64)
fill(0x45, 0xc4, Shape.none)

function fill(first: number, last: number, shape: number): void {
  shapes.fill(shape, first, last + 1)
}

/**
 * Visits the operators of one body [offset, end), locals skipped. Stops at the first refused one and returns it.
 * @param multiValue tells whether a block of type index i takes operands or gives more than one result
 * @throws WasmFormatError
 */
export function visitOperators(
  bytes: Bytes,
  offset: number,
  end: number,
  multiValue: (type: number) => boolean,
  visit: OperatorVisitor,
): RefusedOperator | undefined {
  const c = new WasmCursor(bytes, offset, end)
  for (let groups = c.count(); groups > 0; groups--) {
    c.u32()
    const type = valueTypeName(c.u8())
    if (type === undefined) return { feature: 'a reference type of the GC proposal', at: c.at - 1 }
    if (type === 'v128') return { feature: 'SIMD', at: c.at - 1 }
  }
  while (c.at < end) {
    const at = c.at
    const opcode = c.u8()
    if (opcode >= 0xfb) {
      const full = prefixed(c, opcode)
      if (full < 0) return { feature: refusedFeature(opcode), at }
      visit(full, at, 0)
      continue
    }
    const shape = shapes[opcode]!
    if (shape === 255) {
      const feature = refusedFeature(opcode)
      if (feature === '')
        throw new WasmFormatError('malformed', `malformed: unknown operator ${hex(opcode)} at offset ${hex(at)}`)
      return { feature, at }
    }
    let immediate = 0
    if (shape === Shape.index) immediate = c.u32()
    else if (shape === Shape.memory) {
      const align = c.u32()
      if (align > 4) return { feature: 'more than one memory', at }
      immediate = c.u32()
    } else if (shape === Shape.i32 || shape === Shape.i64) c.skipLeb()
    else if (shape === Shape.block) {
      immediate = c.s32()
      if (immediate >= 0 && multiValue(immediate))
        return { feature: 'multi-value blocks (the meter cannot count them)', at }
      if (immediate < 0 && immediate !== -64 && valueTypeName(immediate + 128) === undefined)
        return { feature: 'a reference type of the GC proposal', at }
      if (immediate === -5) return { feature: 'SIMD', at }
    } else if (shape === Shape.indirect) {
      immediate = c.u32()
      c.u32()
    } else if (shape === Shape.table) {
      for (let n = c.count(); n >= 0; n--) c.u32()
    } else if (shape === Shape.f32) c.skip(4)
    else if (shape === Shape.f64) c.skip(8)
    else if (shape === Shape.select) {
      for (let n = c.count(); n > 0; n--) c.u8()
    } else if (shape === Shape.byte) {
      if (c.u8() !== 0) return { feature: 'more than one memory', at }
    }
    visit(opcode, at, immediate)
  }
  return undefined
}

/** @returns the full opcode, −1 when it is refused */
function prefixed(c: WasmCursor, prefix: number): number {
  if (prefix !== 0xfc) return -1
  const number = c.u32()
  if (number > 11) return -1
  if (number === 8 || number === 10) {
    c.u32()
    c.u32()
  } else if (number === 9 || number === 11) c.u32()
  return 0xfc00 + number
}

/** Empty for an opcode that nobody knows. */
function refusedFeature(opcode: number): string {
  if (opcode === 0xfb) return 'garbage-collected objects (GC proposal)'
  if (opcode === 0xfc) return 'table instructions (the function table must stay as loaded)'
  if (opcode === 0xfd) return 'SIMD'
  if (opcode === 0xfe) return 'threads (atomic operators)'
  if (opcode === 0x12 || opcode === 0x13 || opcode === 0x15) return 'tail calls'
  if (opcode === 0x14 || (opcode >= 0xd0 && opcode <= 0xd6)) return 'reference instructions'
  if (opcode === 0x25 || opcode === 0x26) return 'table instructions (the function table must stay as loaded)'
  if ((opcode >= 0x06 && opcode <= 0x0a) || opcode === 0x18 || opcode === 0x19 || opcode === 0x1f)
    return 'exception handling'
  return ''
}
