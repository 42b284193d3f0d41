// The meter counts exactly: recorded runs of metered guests are replayed on an interpreter that counts operators one by one.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Guest, HostImport } from './guest.ts'
import { loadGuest } from './load.ts'
import { programs } from './testing/programs.ts'
import { GuestRecorder } from './testing/recording.ts'
import { replay } from './testing/replay.ts'
import { assemble, HostStop, hostFor } from './testing/wat.ts'

/** Answers that depend on nothing but the arguments and how often it was asked. */
function oracle(): HostImport[] {
  let asked = 0
  return [
    { name: 'ask', params: ['i32', 'i32'], results: ['i32'], fn: (a, b) => (Math.imul(a! ^ b!, 31) + asked++) | 0 },
    { name: 'note', params: ['i32'], results: [], fn: () => {} },
    { name: 'one', params: ['i32'], results: ['i32'], fn: a => (a! + 1) | 0 },
  ]
}

const HEAD = `
  (type $one (func (param i32) (result i32)))
  (import "env" "ask" (func $ask (param i32 i32) (result i32)))
  (import "env" "note" (func $note (param i32)))
  (import "env" "one" (func $imported (param i32) (result i32)))
  (memory (export "memory") 1)
  (table (export "table") 8 8 funcref)`

/** What the driver does, the number of import calls, and the count at the return of DriverEntry(3, 4), counted by hand. */
const CASES: [what: string, body: string, calls: number, count: number][] = [
  ['nothing but a constant', '(func (export "DriverEntry") (param i32 i32) (result i32) (i32.const 0))', 0, 1],
  [
    'calls in operands: the counter of each holds what ran before it',
    // 2 × (2 operands + call) + add
    `(func (export "DriverEntry") (param i32 i32) (result i32)
      (i32.add (call $ask (local.get 0) (i32.const 1)) (call $ask (i32.const 2) (local.get 1))))`,
    2,
    7,
  ],
  [
    'a loop that runs three times',
    // set i (2); 3 × (get, call, drop is none: get + call note; get, const, sub, tee, br_if); const
    `(func (export "DriverEntry") (param i32 i32) (result i32) (local $i i32)
      (local.set $i (i32.const 3))
      (loop $l
        (call $note (local.get $i))
        (br_if $l (local.tee $i (i32.sub (local.get $i) (i32.const 1)))))
      (i32.const 0))`,
    3,
    2 + 3 * 7 + 1,
  ],
  [
    'nested ifs with and without else',
    `(func (export "DriverEntry") (param i32 i32) (result i32)
      (if (i32.gt_s (local.get 0) (i32.const 2))
        (then (if (i32.eqz (local.get 1)) (then (call $note (i32.const 1))) (else (call $note (i32.const 2)))))
        (else (call $note (i32.const 3))))
      (if (local.get 0) (then (nop) (call $note (i32.const 4))))
      (if (result i32) (local.get 1) (then (i32.const 5)) (else (call $ask (i32.const 1) (i32.const 1)))))`,
    2,
    // get const gt if · get eqz if · const call · get if · const call · get if · const
    4 + 3 + 2 + 2 + 2 + 2 + 1,
  ],
  [
    'a branch table out of three blocks',
    `(func $pick (param $n i32) (result i32)
      (block $c (block $b (block $a
        (br_table $a $b $c (local.get $n)))
        (call $note (i32.const 100)) (return (i32.const 1)))
        (call $note (i32.const 200)))
      (i32.const 2))
    (func (export "DriverEntry") (param i32 i32) (result i32)
      (i32.add (call $pick (i32.const 0)) (i32.add (call $pick (i32.const 1)) (call $pick (i32.const 9)))))`,
    2,
    // const call each; a: get br_table const call const return; b: get br_table const call const; c: get br_table const; 2 adds
    6 + 6 + 5 + 3 + 2,
  ],
  [
    'early returns and dead code',
    `(func $early (param $n i32) (result i32)
      (block $out (br_if $out (local.get $n)) (return (i32.const 7)) (call $note (i32.const 9)))
      (block $out2 (result i32) (br $out2 (unreachable))))
    (func (export "DriverEntry") (param i32 i32) (result i32)
      (block $x (result i32) (br $x (call $early (i32.const 0))) (call $ask (i32.const 0) (i32.const 0))))`,
    0,
    // const call · get br_if const return · br
    7,
  ],
  [
    'imports in the table, called directly and indirectly, see the same counter',
    `(elem (i32.const 2) $imported $own)
    (func $own (type $one) (i32.add (local.get 0) (i32.const 1)))
    (func (export "DriverEntry") (param i32 i32) (result i32)
      (i32.add
        (call_indirect (type $one) (call $imported (local.get 0)) (i32.const 2))
        (call_indirect (type $one) (local.get 1) (i32.const 3))))`,
    2,
    // get call const call_indirect · get const call_indirect · get const add · add
    4 + 3 + 3 + 1,
  ],
  [
    'memory operators by length',
    `(func (export "DriverEntry") (param i32 i32) (result i32)
      (memory.fill (i32.const 8) (i32.const 1) (i32.const 17))
      (memory.copy (i32.const 64) (i32.const 8) (i32.const 16))
      (memory.fill (i32.const 8) (i32.const 1) (i32.const 0))
      (i32.load8_u (i32.const 64)))`,
    0,
    // 3 × (3 operands + operator) + 3 + 2 + 0 + const load
    12 + 5 + 2,
  ],
  [
    'unlinked memset and memcmp by length',
    `(func (export "DriverEntry") (param i32 i32) (result i32)
      (drop (call $memset (i32.const 8) (i32.const 1) (i32.const 17)))
      (call $memcmp (i32.const 8) (i32.const 9) (i32.const 9)))`,
    0,
    // const×3 call drop · const×3 call + 3 + 2
    5 + 4 + 3 + 2,
  ],
  [
    'memory.size is its own, memory.grow is refused after its operand ran',
    `(func (export "DriverEntry") (param i32 i32) (result i32)
      (i32.mul (memory.size) (memory.grow (call $imported (i32.const 1)))))`,
    1,
    // size · const call grow mul
    5,
  ],
  [
    'select evaluates both sides',
    `(func (export "DriverEntry") (param i32 i32) (result i32)
      (select (call $ask (i32.const 1) (i32.const 1)) (call $ask (i32.const 2) (i32.const 2)) (local.get 0)))`,
    2,
    8,
  ],
]

/** @param every a deadline falls due every so many operators, and the host then writes into memory the guest reads */
async function runAndReplay(text: string, every = 1_000_000, watched = false) {
  const recorder = new GuestRecorder(loadGuest)
  const bytes = await assemble(text)
  const options = hostFor(bytes, oracle())
  const guest: Guest = await recorder.load({
    ...options,
    deadline: counter => {
      if (counter >>> 0 > 20_000) throw new HostStop('limit')
      guest.u8[512 + (counter & 63)]! ^= counter
      return counter + every
    },
    ...(watched ? { watch: () => {} } : {}),
  })
  try {
    guest.driverEntry(3, 4)
  } catch (error) {
    if (!(error instanceof HostStop || error instanceof WebAssembly.RuntimeError)) throw error
  }
  return { guest, summary: await replay(recorder.recordings[0]!) }
}

describe('exact counting', () => {
  it.each(CASES)('%s', async (_what, body, calls, count) => {
    const library = body.includes('$memset')
      ? `(import "env" "memset" (func $memset (param i32 i32 i32) (result i32)))
         (import "env" "memcmp" (func $memcmp (param i32 i32 i32) (result i32)))`
      : ''
    const { guest, summary } = await runAndReplay(`(module ${library} ${HEAD} ${body})`)
    expect(summary.exits).toBe(1)
    expect(summary.calls).toBe(calls)
    expect(guest.counter()).toBe(count)
  })

  it('holds for random programs at every import call, deadline and return, with and without watched accesses', {
    timeout: 120_000,
  }, async () => {
    const total = { calls: 0, exits: 0, deadlines: 0 }
    await fc.assert(
      fc.asyncProperty(programs, fc.boolean(), async (text, watched) => {
        const { summary } = await runAndReplay(text, 41, watched)
        total.calls += summary.calls
        total.exits += summary.exits
        total.deadlines += summary.deadlines
      }),
      { numRuns: 150, seed: 20_240_601 },
    )
    expect(total.calls).toBeGreaterThan(500)
    expect(total.exits).toBeGreaterThan(50)
    expect(total.deadlines).toBeGreaterThan(500)
  })
})

describe('watched accesses', () => {
  const watchedBy = async (body: string) => {
    const seen: [number, number][] = []
    const bytes = await assemble(`(module ${HEAD} (func (export "DriverEntry") (param i32 i32) (result i32) ${body}))`)
    const watch = (address: number, access: number) => void seen.push([address >>> 0, access])
    const guest = await loadGuest({ ...hostFor(bytes, oracle()), watch })
    try {
      guest.driverEntry(3, 4)
    } catch (error) {
      if (!(error instanceof WebAssembly.RuntimeError)) throw error
    }
    return seen
  }

  it('of loads and stores, with their lengths', async () => {
    const body = '(i32.store16 offset=2 (i32.const 64) (i32.const 1)) (i32.load (i32.const 8))'
    expect(await watchedBy(body)).toEqual([
      [66, 0x102],
      [8, 4],
    ])
  })

  it('of bulk memory operators, the address that can trap last', async () => {
    const body = `(memory.fill (i32.const 16) (i32.const 1) (i32.load (i32.const 8)))
      (memory.copy (i32.const 64) (i32.const 16) (i32.const 3))
      (memory.copy (i32.const 0xe0000000) (i32.const 16) (i32.load (i32.const 64)))
      (i32.const 0)`
    expect(await watchedBy(body)).toEqual([
      [8, 4],
      [16, 0],
      ...[64, 16, 64].map(address => [address, 0]),
      [64, 4],
      ...[0xe0000000, 16, 0xe0000000].map(address => [address, 0]),
    ])
  })
})
