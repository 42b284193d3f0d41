// Coverage says exactly which basic blocks ran: on programs where it is known, and on random ones against an interpreter.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CoverageHits, CoverageMismatch, coverageFigures, mergeHits } from './coverage.ts'
import { isRuntimeFunction } from './coverage-map.ts'
import type { Guest, HostImport, LoadedGuest, LoadOptions } from './guest.ts'
import { sha256Hex } from './hash.ts'
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

describe('a guest with coverage', () => {
  it('does what it does without: import calls, counts, deadlines and how it ends', { timeout: 60_000 }, async () => {
    let steps = 0
    await fc.assert(
      fc.asyncProperty(programs, async text => {
        const bytes = await assemble(text)
        const record = async (coverage: boolean) => {
          const recorder = new GuestRecorder(loadGuest)
          const deadline = (counter: number): number => {
            if (counter >>> 0 > 20_000) throw new HostStop('limit')
            return counter + 41
          }
          const guest = await recorder.load({ ...hostFor(bytes, host()), deadline, coverage })
          let where: unknown
          try {
            guest.driverEntry(3, 4)
          } catch (error) {
            where = [String(error), guest.locate(error)]
          }
          return { steps: recorder.recordings[0]!.steps, where, memory: await sha256Hex(guest.u8) }
        }
        const plain = await record(false)
        expect(await record(true)).toEqual(plain)
        steps += plain.steps.length
      }),
      { numRuns: 40, seed: 20_240_604 },
    )
    expect(steps).toBeGreaterThan(400)
  })

  it('cannot reach what it has reached', async () => {
    // Exports of these names are dropped; the memory behind it is the arena, and holds no marks.
    const guest = await load(`(module ${HEAD}
      (global $mine (mut i32) (i32.const -1)) (export "hba.reached.0" (global $mine))
      (func $never (call $note (i32.const 1)))
      (func (export "DriverEntry") (param i32 i32) (result i32)
        (global.set $mine (i32.const -1))
        (memory.fill (i32.const 0) (i32.const 255) (i32.const 131072))
        (i32.const 0)))`)
    enter(guest, 0)
    expect(picture(guest)).toEqual([-2, 7])
  })

  it('has its own place in the cache', async () => {
    const cache = new MemoryMeterCache()
    const text = `(module ${HEAD} (func (export "DriverEntry") (param i32 i32) (result i32) (i32.const 0)))`
    const without = await load(text, { cache, coverage: false })
    expect(without.coverageHits()).toBeUndefined()
    expect(without.coverageMap()).toBeUndefined()
    for (let n = 0; n < 2; n++) {
      const guest = await load(text, { cache })
      enter(guest, 0)
      expect(picture(guest)).toEqual([1])
    }
  })
})

describe('figures', () => {
  const TEXT = `(module ${HEAD}
    (func $~lib/util/pad (call $note (i32.const 1)))
    (func $memset (call $note (i32.const 1)))
    (func $HwStartIo (if (i32.const 0) (then (call $note (i32.const 1)))))
    (func $HwTimer (call $note (i32.const 1)))
    (func (export "DriverEntry") (param i32 i32) (result i32)
      (if (local.get 0) (then (call $HwStartIo)) (else (call $memset)))
      (i32.const 0)))`

  it('count the functions of the driver, those of the runtime apart', async () => {
    const guest = await load(TEXT)
    enter(guest, 1)
    const map = guest.coverageMap()!
    const names = ['~lib/util/pad', 'memset', 'HwStartIo', 'HwTimer', 'DriverEntry']
    for (const [i, name] of names.entries()) map.functions[i] = { name, runtime: isRuntimeFunction(name) }
    const figures = coverageFigures(map, guest.coverageHits()!)
    expect(figures).toMatchObject({
      functions: { reached: 2, total: 3 },
      blocks: { reached: 4, total: 7 },
      lines: null,
      runtime: { functions: { reached: 0, total: 2 }, blocks: { reached: 0, total: 2 } },
      perFunction: [
        { name: 'HwStartIo', blocks: 2, reached: 1 },
        { name: 'HwTimer', blocks: 1, reached: 0 },
        { name: 'DriverEntry', blocks: 4, reached: 3 },
      ],
    })
    expect(figures.unreached.map(b => [b.functionName, b.operators])).toEqual([
      ['HwStartIo', 2],
      ['HwTimer', 2],
      ['DriverEntry', 1],
    ])
  })

  it('a line is reached when one of its blocks is', () => {
    const line = (n: number) => ({ file: 'a.c', line: n })
    const block = (...lines: number[]) => ({ func: 0, codeOffset: 50, operators: 2, lines })
    const map = {
      sha256: 'x',
      functions: [{ name: 'f', runtime: false }],
      blocks: [block(0, 1), block(1, 2), block()],
      lines: [line(1), line(2), line(3)],
      lineSource: 'dwarf' as const,
    }
    const first = coverageFigures(map, { sha256: 'x', reached: btoa('\x01\0\0\0') })
    expect(first.lines).toEqual({ reached: 2, total: 3 })
    expect(first.unreached).toEqual([
      { functionName: 'f', codeOffset: 50, operators: 2, file: 'a.c', line: 2 },
      { functionName: 'f', codeOffset: 50, operators: 2 },
    ])
    expect(first.perFunction).toEqual([{ name: 'f', blocks: 3, reached: 1, file: 'a.c', line: 1 }])
  })

  it('of several runs are those of all they reached', async () => {
    const hits: CoverageHits[] = []
    const bytes = await assemble(TEXT)
    let map: ReturnType<LoadedGuest['coverageMap']>
    for (const argument of [0, 1]) {
      // Arena and watching are different in each run; the blocks are the same.
      const watch = argument === 1 ? { watch: () => {}, arenaBytes: 200_000 } : {}
      const guest = await loadGuest(hostFor(bytes, host(), 1_000_000, { coverage: true, ...watch }))
      enter(guest, argument)
      hits.push(structuredClone(guest.coverageHits()!))
      map = structuredClone(guest.coverageMap())
    }
    const [none, one] = hits.map(h => coverageFigures(map!, h).blocks.reached)
    const both = coverageFigures(map!, mergeHits(hits))
    expect([none, one, both.blocks.reached]).toEqual([4, 4, 6])
    expect(mergeHits([...hits].reverse())).toEqual(mergeHits(hits))
    expect(both.unreached.map(b => b.operators)).toEqual([2, 2, 2])
  })

  it('of two modules are not put together', () => {
    const a = { sha256: 'a', reached: btoa('\0\0\0\0') }
    const empty = { sha256: 'a', functions: [], blocks: [], lines: [], lineSource: null }
    expect(() => mergeHits([a, { ...a, sha256: 'b' }])).toThrow(CoverageMismatch)
    expect(() => mergeHits([a, { ...a, reached: btoa('\0\0\0\0\0\0\0\0') }])).toThrow(CoverageMismatch)
    expect(() => mergeHits([])).toThrow(CoverageMismatch)
    expect(() => coverageFigures(empty, a)).toThrow(CoverageMismatch)
  })

  it.each([
    ['~lib/rt/stub/__alloc', true],
    ['start:~lib/rt', true],
    ['start:driver/main', false],
    ['memcpy', true],
    ['__udivdi3', true],
    ['std::terminate()', true],
    ['operator new(unsigned long)', true],
    ['_Znwm', true],
    ['_ZNSt6vectorIiE9push_backEi', true],
    ['_ZN7Adapter5resetEv', false],
    ['HwStartIo', false],
    ['reference-dma/chip/HwInitialize', false],
  ])('%s belongs to the runtime: %s', (name, runtime) => expect(isRuntimeFunction(name)).toBe(runtime))
})
