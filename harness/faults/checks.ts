// 'verify' faults: what the driver must do to the hardware from the moment a fault acts, counted on the trace.
import type { FaultAction } from '../../schemas/faults.ts'
import { registerNamed } from '../../schemas/register-map.ts'
import { Event, ROUTINE_NAMES } from '../trace/events.ts'
import { expectation } from './describe.ts'
import { FaultPlanError } from './kinds.ts'
import type { Planned } from './planned.ts'
import type { FaultMachine, FaultTarget } from './target.ts'

type Verify = FaultAction & { do: 'verify' }

/** A check that failed. */
export interface Broken {
  readonly guest: number
  readonly atPs: number
  readonly message: string
}

/** One check at work. */
interface Open {
  readonly planned: Planned
  readonly verify: Verify
  readonly guest: number
  readonly offset: number
  readonly sincePs: number
  count: number
  /** Accesses of the register that did not count, the last ones, in words. */
  readonly others: string[]
}

const BROKEN_KEPT = 16
const OTHERS_KEPT = 4

const hex = (value: number): string => `0x${(value >>> 0).toString(16)}`
const us = (ps: number): string => `${(ps / 1e6).toFixed(3)} µs`

export class Checks {
  readonly broken: Broken[] = []
  readonly #machine: FaultMachine
  #open: Open[] = []

  /** Subscribes to the trace. @throws FaultPlanError for a register that an adapter does not have */
  constructor(planned: readonly Planned[], machine: FaultMachine) {
    this.#machine = machine
    const { trace } = machine
    const reader = (on: (index: number) => void) => ({ on })
    const offsets = { read: new Set<number>(), write: new Set<number>() }
    const routines = new Set<number>()
    for (const one of planned) {
      for (const check of one.checks as readonly Verify[]) {
        for (const target of machine.targets)
          if (one.guests[target.index]) offsets[check.access].add(offsetOf(target, check, one.index))
        if (check.in !== undefined) routines.add(ROUTINE_NAMES.indexOf(check.in))
      }
    }
    const access = reader(index => this.#access(index))
    for (const key of offsets.read) trace.subscribe({ kind: Event.Read, key, reader: access })
    for (const key of offsets.write) trace.subscribe({ kind: Event.Write, key, reader: access })
    for (const key of routines)
      trace.subscribe({
        kind: Event.Exit,
        key,
        reader: reader(index => {
          const guest = trace.guest[index]!
          this.#close(open => open.guest === guest && open.verify.in === ROUTINE_NAMES[trace.a[index]!])
        }),
      })
  }

  /** A fault acts. */
  begin(planned: Planned, target: FaultTarget): void {
    const { clock } = this.#machine
    for (const verify of planned.checks as readonly Verify[]) {
      const open: Open = {
        planned,
        verify,
        guest: target.index,
        offset: offsetOf(target, verify, planned.index),
        sincePs: clock.nowPs,
        count: 0,
        others: [],
      }
      this.#open.push(open)
      if (verify.withinPs !== undefined)
        clock
          .createAlarm(`fault ${planned.index}: verify`, () => this.#close(other => other === open))
          .scheduleIn(verify.withinPs)
    }
  }

  #access(index: number): void {
    const { trace } = this.#machine
    const offset = trace.a[index]!
    const value = trace.b[index]!
    const access = trace.kind[index] === Event.Read ? 'read' : 'write'
    for (const open of this.#open) {
      const { verify } = open
      if (open.guest !== trace.guest[index] || open.offset !== offset || verify.access !== access) continue
      if (verify.in !== undefined && this.#machine.targets[open.guest]!.routine() !== ROUTINE_NAMES.indexOf(verify.in))
        continue
      if (verify.bits === undefined || (value & verify.bits) >>> 0 === verify.bits) open.count++
      else {
        if (open.others.length >= OTHERS_KEPT) open.others.shift()
        open.others.push(`${hex(value)} at ${us(trace.psAt(index))}`)
      }
    }
  }

  #close(ends: (open: Open) => boolean): void {
    for (const open of this.#open) if (ends(open)) this.#judge(open)
    this.#open = this.#open.filter(open => !ends(open))
  }

  #judge({ planned, verify, guest, count, sincePs, others }: Open): void {
    if (count >= verify.min && count <= (verify.max ?? Number.POSITIVE_INFINITY)) return
    if (this.broken.length >= BROKEN_KEPT) return
    const did = verify.access === 'read' ? 'read' : 'written'
    const found = count === 0 ? `it was not ${did}` : `it was ${did} ${count} ${count === 1 ? 'time' : 'times'}`
    const instead =
      others.length === 0 ? '' : `; ${verify.access === 'read' ? 'read with' : 'written with'} ${others.join(', ')}`
    this.broken.push({
      guest,
      atPs: this.#machine.clock.nowPs,
      message: `fault ${planned.index}, which acted at ${us(sincePs)}, expects ${expectation(verify)}: ${found}${instead}`,
    })
  }
}

function offsetOf(target: FaultTarget, { register, access }: Verify, fault: number): number {
  const { name, adapter } = target
  const found = registerNamed(adapter.map, register, access)
  if (typeof found === 'object') return found.offset
  throw new FaultPlanError(
    found === 'unknown'
      ? `fault ${fault} verifies '${register}', but ${name} has no such register, see 'hba adapters ${adapter.kind}'`
      : `fault ${fault} verifies '${register}', which is ${found} on ${name}`,
  )
}
