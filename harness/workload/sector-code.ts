// The comparisons of content.ts in wasm, over a memory that a guest shares with it: several times as fast. sectors.wat is the source.
// Where a host's wasm has no SIMD there is none, and content.ts does the work.
import { SECTORS_WASM } from './sectors.generated.ts'

/** Byte addresses, 32-bit numbers. */
export interface SectorCode {
  /** @returns number of the first wrong sector of these, from 0; −1 when all are right */
  check(at: number, low: number, high: number, sectors: number, generation: number, salt: number): number
  fill(at: number, low: number, high: number, sectors: number, generation: number, salt: number): void
  /** @returns 1 when all are zeros */
  zeros(at: number, sectors: number): number
}

/** Undefined: not asked for yet; null: this host cannot run it. */
let module: WebAssembly.Module | null | undefined

/** The code for one memory; undefined when the host cannot run it. */
export function sectorCode(memory: WebAssembly.Memory): SectorCode | undefined {
  module ??= compiled()
  if (module === null) return undefined
  const { exports } = new WebAssembly.Instance(module, { host: { memory } })
  return exports as unknown as SectorCode
}

function compiled(): WebAssembly.Module | null {
  try {
    return new WebAssembly.Module(Uint8Array.from(atob(SECTORS_WASM), c => c.charCodeAt(0)))
  } catch {
    return null
  }
}
