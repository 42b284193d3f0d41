// Register accesses of a guest: a driver that reads INT_STATUS, or writes 0 to INT_ACK, in a loop.

import { readFile } from 'node:fs/promises'
import { performance } from 'node:perf_hooks'
import type { ReferenceAdapter } from '../../../device/adapters/reference/adapter.ts'
import { offsetOf } from '../../../device/adapters/reference/format.ts'
import { HWID } from '../../../schemas/scsiport.ts'
import { DIRQL } from '../../port/cpu.ts'
import { Routine } from '../../trace/events.ts'
import { openRig, type Part } from './rig.ts'
import type { Subject } from './subject.ts'

export interface AccessOptions {
  drivers: string
  /** `all`: through the real imports. `bare`: the module as compiled, its import straight to the register. */
  way: 'all' | 'bare'
  without?: readonly Part[]
  /** Accesses of one round. */
  accesses: number
}

const DRIVER = 'bench/register-access'
/** Control types of that driver. */
const Order = { reads: 0x100, writes: 0x101 } as const
/** Accesses of one call: far below the limits of a routine. */
const PER_CALL = 2_000
const STATUS = offsetOf('INT_STATUS')
const ACKNOWLEDGE = offsetOf('INT_ACK')

type Loop = (order: number, register: number, times: number) => void

/** @returns ns of one access: readNs, writeNs */
export async function openAccess(options: AccessOptions): Promise<Subject> {
  const loop = await (options.way === 'bare' ? bareLoop(options) : realLoop(options))
  const measure = (order: number, register: number): number => {
    const calls = Math.ceil(options.accesses / PER_CALL)
    const startedHostMs = performance.now()
    for (let n = 0; n < calls; n++) loop(order, register, PER_CALL)
    return ((performance.now() - startedHostMs) * 1e6) / (calls * PER_CALL)
  }
  return {
    round: () => ({ readNs: measure(Order.reads, STATUS), writeNs: measure(Order.writes, ACKNOWLEDGE) }),
    close: () => {},
  }
}

async function realLoop({ drivers, without = [] }: AccessOptions): Promise<Loop> {
  const { machine, station } = await openRig({ drivers, driver: DRIVER, without })
  const { port } = station
  const { at } = port.arena.allocate('register and count', 8)
  const window = port.mappings[0]!.logical
  return (order, register, times) => {
    const { i32 } = port.guest
    i32[at >> 2] = window + register
    i32[(at >> 2) + 1] = times
    port.call(Routine.AdapterControl, port.entries.adapterControl!, DIRQL, -1, port.extension.at, order, at)
    if (port.dead) throw new Error(machine.cpu.stops.get(0)!.message)
  }
}

/** Where the two words lie in the module's own memory: behind all it uses. */
const WORDS_AT = 0xff00

async function bareLoop({ drivers }: AccessOptions): Promise<Loop> {
  const { station } = await openRig({ drivers, driver: DRIVER })
  const { bar0 } = station.adapter as ReferenceAdapter
  const base = station.port.mappings[0]!.logical
  const module = await WebAssembly.compile(await readFile(`${drivers}/${DRIVER}.wasm`))
  let initializationData = 0
  const env: Record<string, (...args: number[]) => unknown> = {
    ScsiPortInitialize: (_a, _b, data) => {
      initializationData = data!
      return 0
    },
    ScsiPortReadRegisterUlong: (address: number) => bar0.read(address - base, 4),
    ScsiPortWriteRegisterUlong: (address: number, value: number) => bar0.write(address - base, 4, value),
  }
  for (const { name } of WebAssembly.Module.imports(module)) env[name] ??= () => 0
  const { exports } = await WebAssembly.instantiate(module, { env } as WebAssembly.Imports)
  ;(exports.DriverEntry as (a: number, b: number) => number)(0, 0)
  const words = new Int32Array((exports.memory as WebAssembly.Memory).buffer)
  const index = words[(initializationData + HWID.HwAdapterControl) >> 2]!
  const control = (exports.table as WebAssembly.Table).get(index) as (ext: number, type: number, at: number) => number
  return (order, register, times) => {
    words[WORDS_AT >> 2] = base + register
    words[(WORDS_AT >> 2) + 1] = times
    control(0, order, WORDS_AT)
  }
}
