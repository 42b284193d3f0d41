// Comparing and naming wasm function types.
import type { Signature } from '../guest/guest.ts'

export function sameSignature(a: Signature, b: Signature): boolean {
  return a.params.join() === b.params.join() && a.results.join() === b.results.join()
}

/** `(i32, i32) → i32`, `(i32) → ()`. */
export function describeSignature(s: Signature): string {
  return `(${s.params.join(', ')}) → ${s.results.length === 0 ? '()' : s.results.join(', ')}`
}
