// Errors thrown out of a guest lead back to the function and the operator in the module as given.
import { describe, expect, it } from 'vitest'
import type { HostImport } from './guest.ts'
import { loadGuest } from './load.ts'
import { visitOperators } from './operators.ts'
import { assemble, HostStop, hostFor } from './testing/wat.ts'
import { readWasm } from './wasm-binary.ts'

const STOP: HostImport = {
  name: 'stop',
  params: ['i32'],
  results: ['i32'],
  fn: value => {
    if (value! < 0) throw new HostStop('stop')
    return value! + 1
  },
}

/** Function 1 takes a number and fails in the way of that number. */
const TEXT = `(module
  (import "env" "stop" (func $stop (param i32) (result i32)))
  (memory (export "memory") 1) (table (export "table") 1 1 funcref)
  (func $fail (export "HwScsiInterrupt") (param $way i32) (result i32)
    (block $d (block $c (block $b (block $a
      (br_table $a $b $c $d (local.get $way)))
      (drop (i32.load offset=4 (i32.const 8)))
      (drop (i32.load offset=4 (i32.const -1)))
      (return (i32.load offset=4 (i32.const -2))))
      (drop (call $stop (i32.const 1)))
      (memory.fill (i32.const 0) (i32.const 0) (i32.const 8))
      (drop (call $stop (i32.const -1)))
      (br $c)
      (drop (call $stop (i32.const -2))))
      (if (i32.div_s (local.get $way) (i32.const 2)) (then (unreachable)))
      (unreachable))
    (drop (memory.grow (i32.const 1)))
    (i32.rem_u (local.get $way) (i32.const 0)))
  (func (export "DriverEntry") (param i32 i32) (result i32) (call $fail (local.get 0))))`

/** Offsets of the operators with this code in function 1 of the module as given. */
function offsets(bytes: Parameters<typeof readWasm>[0], code: number): number[] {
  const module = readWasm(bytes)
  const found: number[] = []
  const body = module.bodies[0]!
  visitOperators(
    bytes,
    body.offset,
    body.end,
    () => false,
    (opcode, at) => void (opcode === code && found.push(at)),
  )
  return found
}

describe('where a guest failed', () => {
  it.each([
    ['the second of three loads', 0, 0x28, 1],
    ['the second of two live calls', 1, 0x10, 1],
    ['the first of two unreachables', 2, 0x00, 0],
    ['the remainder', 3, 0x70, 0],
  ])('%s', async (_what, way, code, nth) => {
    const bytes = await assemble(TEXT)
    const guest = await loadGuest(hostFor(bytes, [STOP]))
    let caught: unknown
    try {
      guest.driverEntry(way, 0)
    } catch (error) {
      caught = error
    }
    expect(guest.locate(caught)).toEqual({ functionName: 'HwScsiInterrupt', codeOffset: offsets(bytes, code)[nth] })
  })

  it('is unknown for errors that do not come out of this guest', async () => {
    const bytes = await assemble(TEXT)
    const guest = await loadGuest(hostFor(bytes, [STOP]))
    expect(guest.locate(new Error('from the host'))).toBeUndefined()
    expect(guest.locate('no error')).toBeUndefined()
    const foreign = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { stop: () => 0 } })
    let caught: unknown
    try {
      ;(foreign.exports.DriverEntry as (a: number, b: number) => number)(0, 0)
    } catch (error) {
      caught = error
    }
    expect(caught).toBeInstanceOf(WebAssembly.RuntimeError)
    expect(guest.locate(caught)).toBeUndefined()
  })
})
