// Coverage says exactly which basic blocks ran: on programs where it is known, and on random ones against an interpreter.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CoverageHits, CoverageMismatch, coverageFigures, isRuntimeFunction, mergeHits } from './coverage.ts'
import type { Guest, HostImport, LoadedGuest, LoadOptions } from './guest.ts'
import { loadGuest } from './load.ts'
import { MemoryMeterCache } from './memory-meter-cache.ts'
import { basicBlocks } from './testing/basic-blocks.ts'
import type { Operator } from './testing/decoder.ts'
import { programs } from './testing/programs.ts'
import { GuestRecorder } from './testing/recording.ts'
import { replay } from './testing/replay.ts'
import { assemble, HostStop, hostFor } from './testing/wat.ts'

const HEAD = `
  (import "env" "ask" (func $ask (param i32 i32) (result i32)))
  (import "env" "note" (func $note (param i32)))
  (import "env" "one" (func $imported (param i32) (result i32)))
  (memory (export "memory") 1)
  (table (export "table") 2 2 funcref)`

function host(): HostImport[] {
  let asked = 0
  return [
    { name: 'ask', params: ['i32', 'i32'], results: ['i32'], fn: (a, b) => (Math.imul(a! ^ b!, 31) + asked++) | 0 },
    {
      name: 'note',
      params: ['i32'],
      results: [],
      fn: value => {
        if (value === 666) throw new HostStop('note')
      },
    },
    { name: 'one', params: ['i32'], results: ['i32'], fn: a => (a! + 1) | 0 },
  ]
}

async function load(text: string, wanted: Partial<LoadOptions> = {}): Promise<LoadedGuest> {
  return loadGuest(hostFor(await assemble(text), host(), 1_000_000, { coverage: true, ...wanted }))
}

/** Calls the guest; how it ends is of no interest. */
function enter(guest: Guest, a: number, b = 0): void {
  try {
    guest.driverEntry(a, b)
  } catch (error) {
    if (!(error instanceof HostStop || error instanceof WebAssembly.RuntimeError)) throw error
  }
}

/** Operators of each block, negative when it was not entered. */
function picture(guest: LoadedGuest): number[] {
  const { blocks } = guest.coverageMap()!
  const bits = atob(guest.coverageHits()!.reached)
  return blocks.map((b, n) => (bits.charCodeAt(n >>> 3) & (1 << (n & 7)) ? b.operators : -b.operators))
}

const CASES: [what: string, body: string, argument: number, blocks: number[]][] = [
  [
    'a straight line is one block, calls and memory.fill in it or not',
    '(call $note (i32.const 1)) (memory.fill (i32.const 8) (i32.const 1) (i32.const 17)) (drop (call $ask (i32.const 1) (i32.const 2)))',
    0,
    [11],
  ],
  ['an if without else, not taken', '(if (local.get 0) (then (call $note (i32.const 1))))', 0, [2, -2, 1]],
  ['an if without else, taken', '(if (local.get 0) (then (call $note (i32.const 1))))', 1, [2, 2, 1]],
  [
    'both arms',
    '(if (local.get 0) (then (call $note (i32.const 1))) (else (call $note (i32.add (i32.const 1) (i32.const 2)))))',
    0,
    [2, -2, 4, 1],
  ],
  ['behind a conditional branch', '(block $b (br_if $b (local.get 0)) (call $note (i32.const 1)))', 1, [2, -2, 1]],
  [
    'a loop',
    '(loop $l (call $note (i32.const 1)) (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))',
    3,
    [7, 1],
  ],
  [
    'a branch table',
    '(block $c (block $b (block $a (br_table $a $b $c (local.get 0))) (call $note (i32.const 1)) (br $c)) (call $note (i32.const 2)))',
    1,
    [2, -3, 2, 1],
  ],
  ['a block that is a single unreachable is none', '(if (local.get 0) (then (unreachable)))', 0, [2, 1]],
  [
    'a trap in a block leaves it reached',
    '(if (local.get 0) (then (drop (i32.load (i32.const -1))) (call $note (i32.const 1)))) (call $note (i32.const 2))',
    1,
    [2, 5, -3],
  ],
  [
    'so does a call that does not return',
    '(call $note (i32.const 666)) (call $note (i32.const 2)) (if (local.get 0) (then (call $note (i32.const 2))))',
    1,
    [6, -2, -1],
  ],
  ['code behind a branch is none', '(return (i32.const 1)) (call $note (i32.const 2))', 1, [2]],
]

describe('basic blocks', () => {
  it.each(CASES)('%s', async (_what, body, argument, blocks) => {
    const guest = await load(
      `(module ${HEAD} (func (export "DriverEntry") (param i32 i32) (result i32) ${body} (i32.const 0)))`,
    )
    expect(picture(guest).every(n => n <= 0)).toBe(true)
    enter(guest, argument)
    expect(picture(guest)).toEqual(blocks)
  })

  it('a function without operators has its entry', async () => {
    const guest = await load(`(module ${HEAD} (func $empty) (func $other) (func $trap (unreachable))
      (func (export "DriverEntry") (param i32 i32) (result i32) (call $empty) (i32.const 0)))`)
    enter(guest, 0)
    const { functions, perFunction } = coverageFigures(guest.coverageMap()!, guest.coverageHits()!)
    expect(functions).toEqual({ reached: 2, total: 4 })
    expect(perFunction.map(f => f.reached)).toEqual([1, 0, 0, 1])
  })

  it('more than one word of them', async () => {
    const arms = Array.from(
      { length: 100 },
      (_, n) => `(if (i32.eq (local.get 0) (i32.const ${n})) (then (call $note (i32.const ${n}))))`,
    )
    const guest = await load(
      `(module ${HEAD} (func (export "DriverEntry") (param i32 i32) (result i32) ${arms.join('')} (i32.const 0)))`,
    )
    enter(guest, 31)
    enter(guest, 95)
    enter(guest, 99)
    const arm = picture(guest)
      .map((n, i) => [n, i])
      .filter(([n]) => Math.abs(n!) === 2)
    expect(arm.map(([n], i) => (n! > 0 ? i : -1)).filter(i => i >= 0)).toEqual([31, 95, 99])
  })

  it('of random programs are what an interpreter finds, each entered when it was executed', {
    timeout: 120_000,
  }, async () => {
    const total = { reached: 0, blocks: 0 }
    await fc.assert(
      fc.asyncProperty(programs, fc.boolean(), async (text, watched) => {
        const recorder = new GuestRecorder(loadGuest)
        const options = hostFor(await assemble(text), host())
        const guest = (await recorder.load({
          ...options,
          coverage: true,
          deadline: counter => {
            if (counter >>> 0 > 20_000) throw new HostStop('limit')
            return counter + 41
          },
          ...(watched ? { watch: () => {} } : {}),
        })) as LoadedGuest
        enter(guest, 3, 4)
        const executed = new Set<Operator>()
        const { program } = await replay(recorder.recordings[0]!, executed)
        const expected = program!.bodies.flatMap(body =>
          basicBlocks(body).map(block =>
            block.length === 0 || executed.has(block[0]!) ? block.length : -block.length,
          ),
        )
        expect(picture(guest)).toEqual(expected)
        total.blocks += expected.length
        total.reached += expected.filter(n => n > 0).length
      }),
      { numRuns: 100, seed: 20_240_603 },
    )
    expect(total.blocks).toBeGreaterThan(1000)
    expect(total.reached).toBeGreaterThan(300)
    expect(total.reached).toBeLessThan(total.blocks * 0.9)
  })
})
