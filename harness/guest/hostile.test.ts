// Guests that mean harm, as far as the guest layer holds them: each is stopped, by name, at the same count on every run.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Bytes } from '../../device/bytes.ts'
import { type Guest, GuestLoadError, type HostImport } from './guest.ts'
import { loadGuest } from './load.ts'
import { assemble, HostStop, hostFor } from './testing/wat.ts'

const READ: HostImport = { name: 'read', params: ['i32'], results: ['i32'], fn: () => 0 }
const HEAD = `(import "env" "read" (func $read (param i32) (result i32)))
  (memory (export "memory") 1) (table (export "table") 4 4 funcref)`

async function load(text: string, limit = 1_000_000): Promise<Guest> {
  return loadGuest(hostFor(await assemble(`(module ${HEAD} ${text})`), [READ], limit))
}

const ENTRY = '(func (export "DriverEntry") (param i32 i32) (result i32)'

const STOPPED: [what: string, text: string, message: string, counter: number, where: string][] = [
  ['an endless loop', `${ENTRY} (loop $l (br $l)) (i32.const 0))`, 'limit', 1_000_000, 'DriverEntry'],
  [
    'an endless loop around a call in a callee',
    `(func $poll (result i32) (loop $l (br_if $l (i32.eqz (call $read (i32.const 4))))) (i32.const 1)) ${ENTRY} (call $poll))`,
    'limit',
    // call; then const call | eqz br_if each round; the deadline falls at a loop head, where const call is charged
    1_000_003,
    'function 1',
  ],
  [
    'endless recursion',
    `(func $down (param i32) (result i32) (i32.add (call $down (local.get 0)) (i32.const 1))) ${ENTRY} (call $down (i32.const 0)))`,
    'too deep',
    // const call of DriverEntry, then get call of each of the 511 levels below it
    2 + 511 * 2,
    'function 1',
  ],
  [
    'endless recursion through the function table',
    `(type $t (func (param i32) (result i32))) (elem (i32.const 0) $self)
      (func $self (type $t) (i32.add (call_indirect (type $t) (local.get 0) (i32.const 0)) (i32.const 1)))
      ${ENTRY} (call_indirect (type $t) (i32.const 0) (i32.const 0)))`,
    'too deep',
    3 + 511 * 3,
    'function 1',
  ],
  [
    'an exponential tree of calls without a loop',
    `${Array.from({ length: 60 }, (_, i) => `(func $f${i} ${i < 59 ? `(call $f${i + 1}) (call $f${i + 1})` : ''})`).join(' ')}
      ${ENTRY} (call $f0) (i32.const 0))`,
    'limit',
    1_000_000,
    'function',
  ],
  [
    'a fill of all memory, over and over',
    `${ENTRY} (loop $l (memory.fill (i32.const 0) (i32.const 1) (i32.const 131072)) (br $l)) (i32.const 0))`,
    'limit',
    // 16,384 + 4 + br each
    61 * 16_389 + 16_388,
    'DriverEntry',
  ],
  [
    'one huge fill',
    `${ENTRY} (memory.fill (i32.const 0) (i32.const 1) (i32.const -1)) (i32.const 0))`,
    'limit',
    2 ** 29 + 4,
    'DriverEntry',
  ],
]

const TRAPS: [what: string, body: string, message: string][] = [
  [
    'a null function pointer',
    '(call_indirect (param i32) (result i32) (i32.const 0) (i32.const 3))',
    'null function or function signature mismatch',
  ],
  [
    'a function pointer out of the table',
    '(call_indirect (param i32) (result i32) (i32.const 0) (i32.const 99))',
    'table index is out of bounds',
  ],
  ['a register address dereferenced', '(i32.load (i32.const 0x70000000))', 'memory access out of bounds'],
  ['a load past the arena', '(i32.load offset=0x1ffff (i32.const 0))', 'memory access out of bounds'],
  ['a division by zero', '(i32.div_u (i32.const 1) (local.get 0))', 'divide by zero'],
]

describe('hostile guests', () => {
  it.each(STOPPED)('%s is stopped', async (_what, text, message, counter, where) => {
    for (let run = 0; run < 2; run++) {
      const guest = await load(text)
      let caught: unknown
      try {
        guest.driverEntry(0, 0)
      } catch (error) {
        caught = error
      }
      expect(caught).toBeInstanceOf(HostStop)
      expect((caught as Error).message).toBe(message)
      expect(guest.counter()).toBe(counter)
      expect(guest.locate(caught)?.functionName).toContain(where)
    }
  })

  it.each(TRAPS)('%s traps', async (_what, body, message) => {
    const guest = await load(`(func $inner (param i32) (result i32) ${body}) ${ENTRY} (call $inner (i32.const 0)))`)
    let caught: unknown
    try {
      guest.driverEntry(0, 0)
    } catch (error) {
      caught = error
    }
    expect(caught).toBeInstanceOf(WebAssembly.RuntimeError)
    expect((caught as Error).message).toContain(message)
    expect(guest.locate(caught)?.functionName).toBe('function 1')
  })

  it('a frame of many locals is stopped before the host stack ends', async () => {
    const locals = Array.from({ length: 2000 }, (_, i) => `(local $x${i} i64)`).join(' ')
    const sets = Array.from({ length: 2000 }, (_, i) => `(local.set $x${i} (i64.load (local.get 0)))`).join(' ')
    const uses = Array.from({ length: 2000 }, (_, i) => `(i64.store (local.get 0) (local.get $x${i}))`).join(' ')
    const guest = await load(`(func $wide (param i32) ${locals} ${sets} (call $wide (local.get 0)) ${uses})
      ${ENTRY} (call $wide (i32.const 8)) (i32.const 0))`)
    expect(() => guest.driverEntry(0, 0)).toThrow('too deep')
  })

  it('a module nested beyond measure is refused', async () => {
    let deep = '(i32.const 0)'
    for (let i = 0; i < 1500; i++) deep = `(i32.eqz ${deep})`
    await expect(load(`${ENTRY} ${deep})`)).rejects.toThrow('expressions nested deeper than 1000 levels')
  })

  it('a legitimate wait on memory ends when the deadline handler writes', async () => {
    const text = `(module ${HEAD} ${ENTRY} (loop $l (br_if $l (i32.eqz (i32.load (i32.const 64))))) (i32.load (i32.const 64))))`
    const guest: Guest = await loadGuest(
      hostFor(await assemble(text), [READ], undefined, {
        deadline: counter => {
          if (counter >= 10_000) guest.view.setInt32(64, 99, true)
          return counter < 10_000 ? 10_000 : counter + 1_000_000
        },
      }),
    )
    expect(guest.driverEntry(0, 0)).toBe(99)
    // Four operators a round; the deadline falls into round 2,500 and shows in it.
    expect(guest.counter()).toBe(10_000 + 2)
  })

  it('another guest is loaded after any of them', async () => {
    for (const [, text] of STOPPED) await expect(load(text).then(g => g.driverEntry(0, 0))).rejects.toThrow()
    const guest = await load(`${ENTRY} (i32.add (local.get 0) (local.get 1)))`)
    expect(guest.driverEntry(2, 3)).toBe(5)
  })

  it('a module with a few bytes changed is loaded or refused, nothing else', { timeout: 60_000 }, async () => {
    const base = await assemble(`(module ${HEAD}
      (type $t (func (param i32) (result i32))) (elem (i32.const 0) $isr $read) (data (i32.const 16) "data")
      (func $isr (type $t) (block $b (br_table $b $b (call $read (local.get 0)))) (memory.fill (i32.const 0) (i32.const 0) (i32.const 9))
        (if (result i32) (local.get 0) (then (memory.grow (i32.const 1))) (else (call_indirect (type $t) (i32.const 1) (i32.const 1)))))
      ${ENTRY} (call $isr (local.get 0))))`)
    const change = fc.tuple(fc.nat({ max: base.length - 9 }), fc.nat({ max: 255 }))
    let loaded = 0
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async changes => {
        const bytes: Bytes = base.slice()
        for (const [at, value] of changes) bytes[8 + at] = value
        try {
          const guest = await loadGuest(hostFor(bytes, [READ], 10_000))
          loaded++
          guest.driverEntry(0, 0)
        } catch (error) {
          const expected =
            error instanceof GuestLoadError || error instanceof HostStop || error instanceof WebAssembly.RuntimeError
          if (!expected) throw error
        }
      }),
      { numRuns: 400, seed: 4711 },
    )
    expect(loaded).toBeGreaterThan(5)
  })
})

it.each(['hba.counter', 'hba.deadline', 'hba.depth', 'hba.start', 'hba.reached.0'])(
  'a guest that exports %s gets a counter that is not its own',
  async name => {
    const own = `(global $own (mut i32) (i32.const 77)) (export "${name}" (global $own))`
    const bytes = await assemble(`(module ${HEAD} ${own} ${ENTRY} (global.set $own (i32.const -1)) (i32.const 1)))`)
    const guest = await loadGuest(hostFor(bytes, [READ], 1000, { coverage: true }))
    expect(guest.driverEntry(0, 0)).toBe(1)
    expect(guest.counter()).toBe(3)
    expect(guest.coverageHits()!.reached).toBe(btoa('\x01\0\0\0'))
  },
)
