// Counting blocks lead back to the operators of the module as given.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Bytes } from '../../device/bytes.ts'
import { loadGuest } from './load.ts'
import { Op, visitOperators } from './operators.ts'
import { programs } from './testing/programs.ts'
import { assemble, hostFor } from './testing/wat.ts'
import { readWasm } from './wasm-binary.ts'

const HOST = [
  { name: 'ask', params: ['i32', 'i32'] as const, results: ['i32'] as const, fn: () => 0 },
  { name: 'note', params: ['i32'] as const, results: [], fn: () => {} },
  { name: 'one', params: ['i32'] as const, results: ['i32'] as const, fn: () => 0 },
]

/** Opcode at each operator's offset, and where each body begins. */
function operators(bytes: Bytes): { codes: Map<number, number>; bodies: Set<number> } {
  const module = readWasm(bytes)
  const codes = new Map<number, number>()
  for (const body of module.bodies)
    visitOperators(
      bytes,
      body.offset,
      body.end,
      () => false,
      (opcode, at) => void codes.set(at, opcode),
    )
  return { codes, bodies: new Set(module.bodies.map(b => b.offset)) }
}

describe('counting blocks', () => {
  it('begin where the source says', async () => {
    const bytes = await assemble(`(module
      (import "env" "note" (func $note (param i32)))
      (memory (export "memory") 1) (table (export "table") 1 1 funcref)
      (func $isr (export "HwScsiInterrupt") (param i32)
        (if (i32.eqz (local.get 0)) (then (call $note (i32.const 1)) (return) (call $note (i32.const 9))))
        (loop $l
          (call $note (i32.load (i32.const 4)))
          (br_if $l (i64.eqz (i64.const 5)))))
      (func (export "DriverEntry") (param i32 i32) (result i32) (i32.const 0)))`)
    const guest = await loadGuest(hostFor(bytes, HOST))
    const { codes } = operators(bytes)
    const blocks = guest.blocks().map(b => [b.functionName, codes.get(b.codeOffset), b.operators])
    expect(blocks).toEqual([
      ['HwScsiInterrupt', 0x20, 3], // local.get eqz if
      ['HwScsiInterrupt', 0x41, 2], // const call
      ['HwScsiInterrupt', Op.return, 1],
      ['HwScsiInterrupt', 0x41, 3], // const load call
      ['HwScsiInterrupt', 0x42, 3], // i64.const eqz br_if
      ['DriverEntry', 0x41, 1],
    ])
  })

  it('of random programs begin at operators, in order, and hold what is counted', { timeout: 60_000 }, async () => {
    let exact = 0
    // Where the two walks see dead code differently, all blocks lead to the function.
    let vague = 0
    await fc.assert(
      fc.asyncProperty(programs, async text => {
        const bytes = await assemble(text)
        const guest = await loadGuest(hostFor(bytes, HOST))
        const { codes, bodies } = operators(bytes)
        const blocks = guest.blocks()
        const last = new Map<string, number>()
        for (const { functionName, codeOffset } of blocks) {
          if (bodies.has(codeOffset)) {
            vague++
            continue
          }
          exact++
          expect(codes.has(codeOffset)).toBe(true)
          expect(codeOffset).toBeGreaterThan(last.get(functionName) ?? 0)
          last.set(functionName, codeOffset)
        }
      }),
      { numRuns: 60, seed: 99 },
    )
    expect(exact).toBeGreaterThan(1000)
    expect(vague).toBe(0)
  })
})
