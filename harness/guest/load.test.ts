// What is loaded and what is refused, and with which words; the guest's interface once it is loaded.
import { describe, expect, it } from 'vitest'
import type { Bytes } from '../../device/bytes.ts'
import { GuestLoadError, type HostImport, type LoadOptions, type LoadProblem } from './guest.ts'
import { loadGuest } from './load.ts'
import { MemoryMeterCache } from './memory-meter-cache.ts'
import { assemble, Features, hostFor } from './testing/wat.ts'

const READ: HostImport = { name: 'ScsiPortReadRegisterUlong', params: ['i32'], results: ['i32'], fn: () => 7 }
const STALL: HostImport = { name: 'ScsiPortStallExecution', params: ['i32'], results: [], fn: () => {} }

const MEMORY = '(memory (export "memory") 1)'
const TABLE = '(table (export "table") 1 1 funcref)'
const ENTRY = '(func (export "DriverEntry") (param i32 i32) (result i32) (i32.const 0))'

async function problems(bytes: Bytes, wanted: Partial<LoadOptions> = {}): Promise<readonly LoadProblem[]> {
  try {
    await loadGuest(hostFor(bytes, [READ, STALL], undefined, wanted))
  } catch (error) {
    if (error instanceof GuestLoadError) return error.problems
    throw error
  }
  return []
}

describe('refused modules', () => {
  const table: [what: string, text: string, features: number, kind: LoadProblem['kind'], message: string][] = [
    [
      'an unknown import, with what was meant',
      `(import "env" "ScsiPortReadRegisterUlongs" (func (param i32) (result i32))) ${MEMORY} ${TABLE} ${ENTRY}`,
      0,
      'unknown-import',
      'unknown import env.ScsiPortReadRegisterUlongs; nearest: ScsiPortReadRegisterUlong',
    ],
    [
      'an import of another module',
      `(import "ntoskrnl" "memset" (func (param i32) (result i32))) ${MEMORY} ${TABLE} ${ENTRY}`,
      0,
      'unknown-import',
      'unknown import ntoskrnl.memset; did you mean env.memset?',
    ],
    [
      'an import with the wrong signature',
      `(import "env" "ScsiPortReadRegisterUlong" (func (param i32 i32) (result i64))) ${MEMORY} ${TABLE} ${ENTRY}`,
      0,
      'import-signature',
      'import env.ScsiPortReadRegisterUlong has the wrong signature: expected (i32) → i32, found (i32, i32) → i64',
    ],
    [
      'a WASI import that is a name of every JavaScript object',
      `(import "wasi_snapshot_preview1" "toString" (func (param i32))) ${MEMORY} ${TABLE} ${ENTRY}`,
      0,
      'unknown-import',
      'unknown import wasi_snapshot_preview1.toString',
    ],
    [
      'an imported global',
      `(import "env" "__stack_pointer" (global i32)) ${MEMORY} ${TABLE} ${ENTRY}`,
      0,
      'unknown-import',
      'it imports the global env.__stack_pointer; only functions can be imported',
    ],
    [
      'an imported memory',
      `(import "env" "memory" (memory 1)) ${TABLE} ${ENTRY}`,
      0,
      'memory',
      'it imports its memory (env.memory); it must define and export it',
    ],
    ['no DriverEntry', `${MEMORY} ${TABLE}`, 0, 'missing-export', 'it does not export DriverEntry'],
    [
      'no exported memory',
      `(memory 1) ${TABLE} ${ENTRY}`,
      0,
      'missing-export',
      'it does not export its memory under the name memory',
    ],
    [
      'no exported table',
      `${MEMORY} ${ENTRY}`,
      0,
      'missing-export',
      'it does not export its function table as __indirect_function_table or table (clang: -Wl,--export-table; asc: --exportTable)',
    ],
    [
      'DriverEntry with another signature',
      `${MEMORY} ${TABLE} (func (export "DriverEntry") (param i32) (result i32) (i32.const 0))`,
      0,
      'export-signature',
      'export DriverEntry has the wrong signature: expected (i32, i32) → i32, found (i32) → i32',
    ],
    [
      'a memory that reaches into the registers',
      `(memory (export "memory") 16384) ${TABLE} ${ENTRY}`,
      0,
      'memory',
      'its memory of 16384 pages and the bench’s arena of 1 pages are together larger than 16384 pages (1 GiB)',
    ],
    [
      'data beyond its own memory',
      `${MEMORY} ${TABLE} ${ENTRY} (data (i32.const 65534) "abcd")`,
      0,
      'memory',
      'a data segment ends at 0x10002, beyond its memory of 1 pages (0x10000 bytes)',
    ],
    [
      'exception handling',
      `(tag $t) ${MEMORY} ${TABLE} ${ENTRY} (func (try (do (throw $t)) (catch_all)))`,
      Features.exceptionHandling,
      'feature',
      'it uses exception handling, which is refused (it has a tag section)',
    ],
    [
      'exception handling without a tag, made to swallow a host stop',
      `${MEMORY} ${TABLE} (func $swallow (try (do (unreachable)) (catch_all))) ${ENTRY}`,
      Features.exceptionHandling,
      'feature',
      'it uses exception handling, which is refused (in function 0, offset',
    ],
    [
      'threads',
      `(memory (export "memory") 1 1 shared) ${TABLE} ${ENTRY} (func (drop (i32.atomic.load (i32.const 0))))`,
      Features.atomics,
      'feature',
      'it uses threads (atomic operators), which is refused (in function 1, offset',
    ],
    [
      'SIMD',
      `${MEMORY} ${TABLE} ${ENTRY} (func (drop (i32x4.splat (i32.const 0))))`,
      Features.simd,
      'feature',
      'it uses SIMD, which is refused (in function 1, offset',
    ],
    [
      '64-bit memory',
      `(memory (export "memory") i64 1) ${TABLE} ${ENTRY}`,
      Features.memory64,
      'feature',
      'it uses 64-bit memory (memory64), which is refused (its memory)',
    ],
    [
      'tail calls',
      `${MEMORY} ${TABLE} (func (export "DriverEntry") (param i32 i32) (result i32) (return_call 0 (local.get 0) (local.get 1)))`,
      Features.tailCall,
      'feature',
      'it uses tail calls, which is refused (in DriverEntry, offset',
    ],
    [
      'garbage-collected types',
      `(type $s (struct (field i32))) ${MEMORY} ${TABLE} ${ENTRY} (func (drop (struct.new $s (i32.const 1))))`,
      Features.gc,
      'feature',
      'it uses garbage-collected types (GC proposal), which are refused',
    ],
    [
      'several results',
      `${MEMORY} ${TABLE} ${ENTRY} (func $two (result i32 i32) (tuple.make 2 (i32.const 1) (i32.const 2)))`,
      0,
      'feature',
      'it uses multi-value results (the meter cannot count them), which is refused (in function 1)',
    ],
    [
      'changes to the function table',
      `${MEMORY} ${TABLE} ${ENTRY} (func (table.set 0 (i32.const 0) (ref.null func)))`,
      0,
      'feature',
      'it uses reference instructions, which is refused (in function 1, offset',
    ],
    [
      'a start function that never ends',
      `${MEMORY} ${TABLE} ${ENTRY} (func $start (loop $l (br $l))) (start $start)`,
      0,
      'start',
      'its start function does not end within 5000000 instructions (it was in function 1)',
    ],
    [
      'an _initialize that traps',
      `${MEMORY} ${TABLE} ${ENTRY} (func (export "_initialize") (unreachable))`,
      0,
      'start',
      '_initialize trapped in _initialize: unreachable',
    ],
  ]

  it.each(table)('%s', async (_what, text, features, kind, message) => {
    const found = await problems(await assemble(`(module ${text})`, features))
    expect(found.map(p => p.kind)).toContain(kind)
    expect(found.map(p => p.message).join('\n')).toContain(message.replace('’', "'"))
  })

  it('names everything that is wrong at once', async () => {
    const text = `(module
      (import "env" "ScsiPortStallExecution" (func (param i64)))
      (import "env" "KeBugCheck" (func (param i32)))
      (memory 1))`
    const bytes = await assemble(text)
    expect((await problems(bytes)).map(p => p.kind)).toEqual([
      'import-signature',
      'unknown-import',
      'missing-export',
      'missing-export',
      'missing-export',
    ])
    await expect(loadGuest(hostFor(bytes, [READ, STALL]))).rejects.toThrow(
      /^test\.wasm cannot be loaded:\n {2}import env/,
    )
  })

  const words = (text: string) => new TextEncoder().encode(text) as Bytes
  it.each([
    ['an empty file', new Uint8Array(0), 'not a wasm module: the file is empty'],
    ['text', words('(module)'), 'not a wasm module: it begins with 28 6d 6f 64, not with 00 61 73 6d'],
    ['a Windows driver', words('MZ\x90\x00'), 'not a wasm module: this is a Windows PE file (MZ)'],
    ['an ELF object', words('\x7fELF'), 'not a wasm module: this is an ELF file'],
  ])('%s is not wasm', async (_what, bytes, message) => {
    const found = await problems(bytes)
    expect(found).toHaveLength(1)
    expect(found[0]!.kind).toBe('not-wasm')
    expect(found[0]!.message).toContain(message)
  })

  it('a truncated module at every length', async () => {
    const bytes = await assemble(
      `(module (import "env" "ScsiPortStallExecution" (func $stall (param i32))) ${MEMORY} ${TABLE}
        (func $isr (call $stall (i32.const 1))) (elem (i32.const 0) $isr) ${ENTRY} (data (i32.const 8) "text"))`,
    )
    for (let length = 4; length < bytes.length; length++) {
      const found = await problems(bytes.slice(0, length))
      expect(found.length, `${length} of ${bytes.length} bytes`).toBeGreaterThan(0)
      expect(found[0]!.kind, found[0]!.message).toMatch(/malformed|missing-export/)
    }
    expect((await problems(bytes.slice(0, bytes.length - 3)))[0]!.message).toMatch(
      /^truncated: the data section at offset 0x[0-9a-f]+ is \d+ bytes long, \d+ are there$/,
    )
  })

  it('a module that V8 finds invalid', async () => {
    const bytes = await assemble(`(module ${MEMORY} ${TABLE} ${ENTRY})`)
    bytes[bytes.lastIndexOf(0x41)] = 0x42 // i32.const becomes i64.const
    const found = await problems(bytes)
    expect(found[0]!.kind).toBe('malformed')
    expect(found[0]!.message).toMatch(/^it is not valid: Compiling function #0.* failed: type error in fallthru/)
  })
})

describe('a loaded guest', () => {
  const TEXT = `(module
    (type $isr (func (param i32) (result i32)))
    (import "env" "ScsiPortStallExecution" (func $stall (param i32)))
    (import "env" "ScsiPortReadRegisterUlong" (func $read (param i32) (result i32)))
    (memory (export "memory") 2)
    (table (export "__indirect_function_table") 6 6 funcref)
    (elem (i32.const 1) $HwScsiInterrupt $read $wide)
    (func $HwScsiInterrupt (type $isr) (i32.load (call $read (local.get 0))))
    (func $wide (param i64) (result f64) (f64.const 0))
    (func (export "DriverEntry") (param i32 i32) (result i32)
      (call $stall (local.get 0)) (i32.add (memory.size) (memory.grow (local.get 1)))))`

  it('keeps its own pages, has the arena behind them, and cannot grow', async () => {
    const guest = await loadGuest(hostFor(await assemble(TEXT), [READ, STALL], undefined, { arenaBytes: 100_000 }))
    expect(guest.arenaOffset).toBe(2 * 65_536)
    expect(guest.arenaBytes).toBe(2 * 65_536)
    expect(guest.u8.length).toBe(4 * 65_536)
    expect(guest.i32.length).toBe(65_536)
    expect(guest.driverEntry(0, 1)).toBe(2 - 1)
    expect(guest.u8.length).toBe(4 * 65_536)
    expect(guest.usesWasi).toBe(false)
    expect(guest.sha256).toMatch(/^[0-9a-f]{64}$/)
  })

  it('answers for the function table: entry, type, name', async () => {
    const names = await assemble(
      TEXT.replace('$HwScsiInterrupt (type', '$HwScsiInterrupt (export "HwScsiInterrupt") (type'),
    )
    const guest = await loadGuest(hostFor(names, [{ ...READ, fn: () => 0x10 }, STALL]))
    guest.view.setInt32(0x10, 42, true)
    expect(guest.entry(1)!(5)).toBe(42)
    expect(guest.signature(1)).toEqual({ params: ['i32'], results: ['i32'] })
    expect(guest.signature(3)).toEqual({ params: ['i64'], results: ['f64'] })
    expect(guest.functionName(1)).toBe('HwScsiInterrupt')
    // An import in the table is callable with its own signature.
    expect(guest.entry(2)!(5)).toBe(0x10)
    expect(guest.functionName(2)).toBe('ScsiPortReadRegisterUlong')
    expect(guest.functionName(3)).toBe('function 3')
    for (const absent of [0, 4, 6, -1, 0x7fff_ffff]) {
      expect(guest.entry(absent)).toBeUndefined()
      expect(guest.signature(absent)).toBeUndefined()
    }
  })

  it('gives every import the counter, and asks the deadline handler when it is reached', async () => {
    const counters: number[] = []
    const asked: number[] = []
    const text = `(module
      (import "env" "ScsiPortStallExecution" (func $stall (param i32))) ${MEMORY} ${TABLE}
      (func (export "DriverEntry") (param i32 i32) (result i32)
        (loop $l (call $stall (i32.const 5)) (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
        (i32.const 0)))`
    const stall: HostImport = { ...STALL, fn: (...args) => void counters.push(args[1]!) }
    const deadline = (counter: number) => {
      asked.push(counter)
      return counter + 20
    }
    const guest = await loadGuest(hostFor(await assemble(text), [READ, stall], undefined, { deadline }))
    guest.driverEntry(6, 0)
    // const, call; then get, const, sub, tee, br_if between calls
    expect(counters).toEqual([2, 9, 16, 23, 30, 37])
    expect(asked).toEqual([0, 23])
    expect(guest.counter()).toBe(43)
    guest.setDeadline(guest.counter() + 9)
    guest.driverEntry(2, 0)
    expect(asked).toEqual([0, 23, 43 + 9])
  })

  it('counts on beyond 2^32', async () => {
    // A fill over 2^32 − 1 bytes is charged 2^29 before it traps.
    const text = `(module ${MEMORY} ${TABLE}
      (func (export "DriverEntry") (param i32 i32) (result i32)
        (memory.fill (i32.const 0) (i32.const 0) (i32.const -1)) (i32.const 0)))`
    let deadlines = 0
    const deadline = (counter: number) => {
      deadlines++
      return (counter + 0x7000_0000) | 0
    }
    const guest = await loadGuest(hostFor(await assemble(text), [], undefined, { deadline }))
    for (let i = 0; i < 20; i++) expect(() => guest.driverEntry(0, 0)).toThrow('memory access out of bounds')
    expect(guest.counter()).toBe((20 * (2 ** 29 + 4)) | 0)
    // One at the first entry, then every fourth time.
    expect(deadlines).toBe(1 + 5)
  })

  it('binds unknown imports to a stub where the caller wants that', async () => {
    const text = `(module (import "env" "KeBugCheck" (func $k (param i32 f64))) (import "env" "__proto__" (func)) ${MEMORY} ${TABLE}
      (func (export "DriverEntry") (param i32 i32) (result i32) (call $k (i32.const 1) (f64.const 2)) (i32.const 0)))`
    const onUnknownImport = (name: string): never => {
      throw new Error(`called ${name}`)
    }
    const guest = await loadGuest(hostFor(await assemble(text), [], undefined, { onUnknownImport }))
    expect(guest.unknownImports).toEqual(['KeBugCheck', '__proto__'])
    expect(() => guest.driverEntry(0, 0)).toThrow('called KeBugCheck')
  })

  it('finds an unlinked memset and its kin, which check bounds', async () => {
    const imports = ['memset', 'memcpy', 'memmove', 'memcmp']
      .map(name => `(import "env" "${name}" (func $${name} (param i32 i32 i32) (result i32)))`)
      .join(' ')
    const text = `(module ${imports} ${MEMORY} ${TABLE}
      (func (export "DriverEntry") (param $length i32) (param i32) (result i32)
        (drop (call $memset (i32.const 16) (i32.const 0x1ff) (i32.const 4)))
        (drop (call $memcpy (i32.const 32) (i32.const 16) (i32.const 4)))
        (drop (call $memmove (i32.const 34) (i32.const 32) (i32.const 4)))
        (drop (call $memset (i32.const 65536) (i32.const 1) (local.get $length)))
        (call $memcmp (i32.const 30) (i32.const 36) (i32.const 4))))`
    const guest = await loadGuest(
      hostFor(await assemble(text), [], undefined, { arenaBytes: 1, deadline: c => c + 1e9 }),
    )
    expect(guest.driverEntry(0, 0)).toBe(0 - 255)
    expect([...guest.u8.subarray(30, 40)]).toEqual([0, 0, 255, 255, 255, 255, 255, 255, 0, 0])
    expect(() => guest.driverEntry(0x1_0001, 0)).toThrow('memset: 0x10001 bytes at 0x10000 are out of bounds')
    expect(() => guest.driverEntry(-1, 0)).toThrow(WebAssembly.RuntimeError)
  })

  it('puts AssemblyScript abort into words', async () => {
    const text = `(module (import "env" "abort" (func $abort (param i32 i32 i32 i32))) ${MEMORY} ${TABLE}
      (data (i32.const 12) "\\06\\00\\00\\00b\\00a\\00d\\00") (data (i32.const 28) "\\08\\00\\00\\00d\\00.\\00t\\00s\\00")
      (func $check (call $abort (i32.const 16) (i32.const 32) (i32.const 4) (i32.const 9)) (unreachable))
      (func (export "DriverEntry") (param i32 i32) (result i32) (call $check) (i32.const 0)))`
    const guest = await loadGuest(hostFor(await assemble(text), []))
    expect(() => guest.driverEntry(0, 0)).toThrow('abort: bad in d.ts(4:9)')
  })

  it('is metered once with a cache, and a damaged entry is metered anew', async () => {
    const cache = new MemoryMeterCache()
    const keys: string[] = []
    const spy = {
      get: (key: string) => cache.get(key),
      put: (key: string, value: Bytes) => {
        keys.push(key)
        return cache.put(key, value)
      },
    }
    const bytes = await assemble(TEXT)
    const load = (wanted: Partial<LoadOptions> = {}) =>
      loadGuest(hostFor(bytes, [READ, STALL], undefined, { cache: spy, ...wanted }))
    await load()
    expect((await load()).driverEntry(0, 1)).toBe(1)
    expect(keys).toHaveLength(1)
    await load({ arenaBytes: 200_000 })
    await load({ maxCallDepth: 9 })
    expect(new Set(keys).size).toBe(3)
    await cache.put(keys[0]!, (await cache.get(keys[0]!))!.slice(0, 100))
    expect((await load()).driverEntry(0, 1)).toBe(1)
    expect(keys).toHaveLength(4)
  })
})
