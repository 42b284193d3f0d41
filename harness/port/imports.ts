// Everything a ScsiPort miniport may import, bound to one port driver: the ABI table's rows with their functions.

import { ADAPTER_CONTROL } from '../../schemas/scsiport.ts'
import type { ImportSpec } from '../guest/guest.ts'
import { Event, Finding, Routine } from '../trace/events.ts'
import { CONFIGURATION_CALLERS, SCSIPORT_ABI } from './abi.ts'
import { addressImports } from './address-imports.ts'
import { abortImport, miscImports } from './misc-imports.ts'
import { notificationImports } from './notification.ts'
import type { Port } from './port.ts'
import { type ImportFn, registerImports } from './register-imports.ts'

export type BoundImport = ImportSpec & { fn: (...args: number[]) => number | void }

/**
 * @param initialize what ScsiPortInitialize does, see life-cycle.ts
 * Rows that some routine may not call get a check in front; rows allowed anywhere but DriverEntry cost nothing extra.
 */
export function bindImports(
  port: Port,
  initialize: (a1: number, a2: number, hwid: number, context: number) => number,
): BoundImport[] {
  const functions: Record<string, ImportFn> = {
    ...registerImports(port),
    ...notificationImports(port),
    ...addressImports(port),
    ...miscImports(port, initialize),
  }
  const bound: BoundImport[] = SCSIPORT_ABI.map(row => {
    const fn = functions[row.name]
    if (fn === undefined) throw new Error(`no implementation of ${row.name}`)
    return {
      name: row.name,
      params: row.params,
      results: row.results,
      fn: isAccessor(row.name) ? fn : guarded(port, row.name, row.allowed, fn),
    }
  })
  bound.push({ name: 'abort', params: ['i32', 'i32', 'i32', 'i32'], results: [], fn: abortImport(port) })
  return bound
}

const { SetRunningConfig, SetBootConfig } = ADAPTER_CONTROL

const isAccessor = (name: string): boolean => /^ScsiPort(Read|Write)(Port|Register)/.test(name)

/** Calls from a routine that the contract does not allow are findings; they are carried out all the same. */
function guarded(port: Port, name: string, allowed: number, fn: ImportFn): ImportFn {
  if (allowed === ~0) return fn
  const { cpu, trace } = port
  const text = trace.intern(name)
  const check = (): void => {
    const { routine } = cpu.frame
    const configuring = port.controlType === SetRunningConfig || port.controlType === SetBootConfig
    if (
      (allowed & (1 << routine)) === 0 ||
      (allowed === CONFIGURATION_CALLERS && routine === Routine.AdapterControl && !configuring)
    )
      trace.emit(Event.Finding, port.index, Finding.ForbiddenCall, cpu.frame.srb, text, routine)
  }
  switch (fn.length) {
    case 2:
      return (a, b) => {
        check()
        return fn(a!, b!)
      }
    case 3:
      return (a, b, c) => {
        check()
        return fn(a!, b!, c!)
      }
    case 4:
      return (a, b, c, d) => {
        check()
        return fn(a!, b!, c!, d!)
      }
    case 5:
      return (a, b, c, d, e) => {
        check()
        return fn(a!, b!, c!, d!, e!)
      }
    case 6:
      return (a, b, c, d, e, f) => {
        check()
        return fn(a!, b!, c!, d!, e!, f!)
      }
    case 7:
      return (a, b, c, d, e, f, g) => {
        check()
        return fn(a!, b!, c!, d!, e!, f!, g!)
      }
    default:
      return (a, b, c, d, e, f, g, h) => {
        check()
        return fn(a!, b!, c!, d!, e!, f!, g!, h!)
      }
  }
}
