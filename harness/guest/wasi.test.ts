// Guests that import WASI: @wasmer/wasi is bound for them, and only for them; time, entropy and exit are the bench's.
import { describe, expect, it, vi } from 'vitest'
import { loadGuest } from './load.ts'
import { assemble, HostStop, hostFor } from './testing/wat.ts'

const wasmer = vi.hoisted(() => ({ loads: 0 }))
vi.mock('@wasmer/wasi', async original => {
  wasmer.loads++
  return await original()
})

const W = 'wasi_snapshot_preview1'
const TEXT = `(module
  (import "${W}" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "${W}" "clock_time_get" (func $clock (param i32 i64 i32) (result i32)))
  (import "${W}" "random_get" (func $random (param i32 i32) (result i32)))
  (import "${W}" "args_sizes_get" (func $args (param i32 i32) (result i32)))
  (import "${W}" "fd_prestat_get" (func $prestat (param i32 i32) (result i32)))
  (import "${W}" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
  (import "${W}" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1) (table (export "table") 1 1 funcref)
  (data (i32.const 0) "\\10\\00\\00\\00\\06\\00\\00\\00\\16\\00\\00\\00\\01\\00\\00\\00" "hello \\e2\\82\\ac")
  (func (export "DriverEntry") (param $what i32) (param $argument i32) (result i32)
    (block $7 (block $6 (block $5 (block $4 (block $3 (block $2 (block $1 (block $0
      (br_table $0 $1 $2 $3 $4 $5 $6 $7 (local.get $what)))
      (return (call $fd_write (i32.const 1) (i32.const 0) (i32.const 2) (i32.const 64))))
      (return (call $clock (local.get $argument) (i64.const 0) (i32.const 64))))
      (return (call $random (i32.const 64) (local.get $argument))))
      (return (call $args (i32.const 64) (i32.const 68))))
      (return (call $prestat (i32.const 3) (i32.const 64))))
      (return (call $poll (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 64))))
      (call $exit (local.get $argument)))
    ;; 7: vectors that all cover the whole memory, as many as there is room for
    (call $fd_write (i32.const 1) (i32.const 128) (local.get $argument) (i32.const 64))))`

describe('WASI', () => {
  it('is not even loaded for a guest that does not import it', async () => {
    const text = `(module (memory (export "memory") 1) (table (export "table") 1 1 funcref)
      (func (export "DriverEntry") (param i32 i32) (result i32) (i32.const 0)))`
    const guest = await loadGuest(hostFor(await assemble(text), []))
    expect(guest.usesWasi).toBe(false)
    expect(wasmer.loads).toBe(0)
  })

  it('prints, reads the virtual clock, draws seeded bytes, exits in a typed way', async () => {
    const printed: [number, string][] = []
    const wasi = {
      nowPs: () => 42_000_999,
      seed: 7,
      write: (fd: number, text: string) => void printed.push([fd, text]),
      exit: (code: number): never => {
        throw new HostStop(`exit ${code}`)
      },
    }
    const bytes = await assemble(TEXT)
    const guest = await loadGuest(hostFor(bytes, [], undefined, { wasi }))
    expect(guest.usesWasi).toBe(true)
    expect(wasmer.loads).toBe(1)

    expect(guest.driverEntry(0, 0)).toBe(0)
    expect(guest.driverEntry(0, 0)).toBe(0)
    expect(printed.map(([fd]) => fd)).toEqual([1, 1])
    expect(printed[0]![1]).toBe('hello ')
    expect(guest.view.getUint32(64, true)).toBe(7)

    for (const clock of [0, 1, 2]) {
      guest.view.setBigUint64(64, 0n)
      expect(guest.driverEntry(1, clock)).toBe(0)
      expect(guest.view.getBigUint64(64, true)).toBe(42_000n)
    }

    expect(guest.driverEntry(2, 16)).toBe(0)
    const drawn = [...guest.u8.subarray(64, 80)]
    expect(new Set(drawn).size).toBeGreaterThan(8)
    const again = await loadGuest(hostFor(bytes, [], undefined, { wasi }))
    again.driverEntry(2, 16)
    expect([...again.u8.subarray(64, 80)]).toEqual(drawn)

    // Answered by @wasmer/wasi itself: one argument, the name; the root of a file system in memory.
    expect(guest.driverEntry(3, 0)).toBe(0)
    expect(guest.view.getUint32(64, true)).toBe(1)
    expect(guest.view.getUint32(68, true)).toBe('test.wasm'.length + 1)
    expect(guest.driverEntry(4, 0)).toBe(0)

    // No waiting on the host's time.
    expect(guest.driverEntry(5, 0)).toBe(58)
    expect(() => guest.driverEntry(6, 3)).toThrow('exit 3')
  })

  it('gives the counter to no WASI import', async () => {
    const guest = await loadGuest(hostFor(await assemble(TEXT), []))
    expect(guest.driverEntry(1, 0)).toBe(0)
  })

  it('survives bad pointers and endless output', async () => {
    let limit = 0x7fff_ffff
    const deadline = (counter: number) => {
      if (((counter - limit) | 0) >= 0) throw new HostStop('limit')
      return limit
    }
    const guest = await loadGuest(hostFor(await assemble(TEXT), [], undefined, { deadline }))
    expect(guest.driverEntry(2, -1)).toBe(21)
    expect(guest.driverEntry(7, -1)).toBe(21)
    limit = (guest.counter() + 1_000_000) | 0
    guest.setDeadline(limit)
    for (let at = 128; at < 60_000; at += 8) {
      guest.view.setUint32(at, 0, true)
      guest.view.setUint32(at + 4, guest.u8.length, true)
    }
    expect(() => guest.driverEntry(7, 7000)).toThrow('limit')
  })

  it('refuses functions that WASI does not have', async () => {
    const text = TEXT.replaceAll('"poll_oneoff"', '"poll_twooff"')
    await expect(loadGuest(hostFor(await assemble(text), []))).rejects.toThrow(
      'unknown import wasi_snapshot_preview1.poll_twooff; nearest: poll_oneoff',
    )
  })
})
