// Writes wasm sections: what is needed to trim a module before it is metered and to finish it afterwards.
import type { Bytes } from '../../device/bytes.ts'
import type { WasmModule, WasmSection } from './wasm-binary.ts'

const CUSTOM = 0
const MEMORY = 5
const START = 8

const encoder = new TextEncoder()

export function leb(value: number): number[] {
  const bytes: number[] = []
  let rest = value >>> 0
  do {
    const byte = rest & 0x7f
    rest >>>= 7
    bytes.push(rest === 0 ? byte : byte | 0x80)
  } while (rest !== 0)
  return bytes
}

function text(value: string): number[] {
  const bytes = encoder.encode(value)
  return [...leb(bytes.length), ...bytes]
}

export function concat(parts: readonly (Bytes | readonly number[])[]): Bytes {
  const result = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    result.set(part, at)
    at += part.length
  }
  return result
}

export function customSection(name: string, contents: Bytes): Bytes {
  const label = text(name)
  return concat([[CUSTOM], leb(label.length + contents.length), label, contents])
}

/** A name section that names the module and its functions; `names` in order of index, empty ones left out. */
export function nameSection(label: string, names: readonly string[]): Bytes {
  const entries = names.flatMap((name, i) => (name === '' ? [] : [concat([leb(i), text(name)])]))
  const map = concat([leb(entries.length), ...entries])
  const own = text(label)
  return customSection('name', concat([[0], leb(own.length), own, [1], leb(map.length), map]))
}

/** The sections of a module that are not custom, as they stand. */
export function plainSections(module: WasmModule): Bytes[] {
  return module.sections.filter(s => s.id !== CUSTOM).map(s => whole(module, s))
}

/** The module without custom sections and start section, its functions named `f<index>`. */
export function trimmed(module: WasmModule): Bytes {
  const names = module.functions.map((_, i) => `f${i}`)
  const parts = module.sections.filter(s => s.id !== CUSTOM && s.id !== START).map(s => whole(module, s))
  return concat([module.bytes.subarray(0, 8), ...parts, nameSection('trimmed', names)])
}

/** The same module with its memory at exactly `pages` pages. */
export function withMemory(module: WasmModule, pages: number): Bytes {
  const contents = [1, 1, ...leb(pages), ...leb(pages)]
  const memory = concat([[MEMORY], leb(contents.length), contents])
  const parts = module.sections.map(s => (s.id === MEMORY ? memory : whole(module, s)))
  return concat([module.bytes.subarray(0, 8), ...parts])
}

function whole(module: WasmModule, section: WasmSection): Bytes {
  return module.bytes.subarray(section.start, section.end)
}
