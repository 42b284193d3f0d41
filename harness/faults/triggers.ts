// Occasions that the trace tells: register accesses, entries of routines, steps of an I/O. Listens only to what the plan waits for.
import { Event, Notification, Routine } from '../trace/events.ts'
import { FaultPlanError } from './kinds.ts'
import type { Planned } from './planned.ts'
import type { FaultMachine, FaultTarget } from './target.ts'

/** @param serial of the SRB the occasion is about, −1 none */
export type Occurs = (planned: Planned, target: FaultTarget, serial: number) => void

export class Triggers {
  readonly #machine: FaultMachine
  readonly #occurs: Occurs

  /** Subscribes to the trace. @throws FaultPlanError for a register no adapter of the plan has */
  constructor(planned: readonly Planned[], machine: FaultMachine, occurs: Occurs) {
    this.#machine = machine
    this.#occurs = occurs
    for (const one of planned) {
      if (one.occasion === 'access') this.#accesses(one)
      else if (one.occasion === 'routine') this.#on(one, Event.Enter, one.routine, index => machine.trace.c[index]!)
      else if (one.occasion === 'between') this.#window(one)
    }
  }

  #on(planned: Planned, kind: number, key: number | undefined, serial: (index: number) => number): void {
    const { trace, targets } = this.#machine
    trace.subscribe({
      kind,
      ...(key === undefined ? {} : { key }),
      reader: {
        on: index => {
          const target = targets[trace.guest[index]!]
          if (target !== undefined) this.#occurs(planned, target, serial(index))
        },
      },
    })
  }

  #accesses(planned: Planned): void {
    const { trace, targets } = this.#machine
    const { register, access, ordinal } = planned.fault.when
    const registers = targets.map(t => t.adapter.map.registers.find(r => r.name === register))
    const offsets = registers.map(r => r?.offset ?? -1)
    // Another register may answer the other kind of access at its offset.
    const silent = registers.map(r => (r?.side === undefined ? -1 : r.side === 'read' ? Event.Write : Event.Read))
    if (register !== undefined && !offsets.some((offset, guest) => offset >= 0 && planned.guests[guest]!))
      throw new FaultPlanError(
        `fault ${planned.index} waits for an access to '${register}', but the adapters have no such register, see 'hba adapters ${targets[0]?.adapter.kind ?? 'reference'}'`,
      )
    const reader = {
      on: (index: number) => {
        const guest = trace.guest[index]!
        const target = targets[guest]
        if (target === undefined || (register !== undefined && trace.a[index] !== offsets[guest])) return
        if (trace.kind[index] === silent[guest]) return
        if (ordinal !== undefined && trace.c[index] !== ordinal) return
        this.#occurs(planned, target, -1)
      },
    }
    const keys = register === undefined ? [undefined] : [...new Set(offsets.filter(offset => offset >= 0))]
    for (const kind of access === undefined ? ['read', 'write'] : [access])
      for (const key of keys)
        trace.subscribe({
          kind: kind === 'read' ? Event.Read : Event.Write,
          ...(key === undefined ? {} : { key }),
          reader,
        })
  }

  /** After the phases have opened the window: they subscribed before. */
  #window(planned: Planned): void {
    const { trace } = this.#machine
    const none = () => -1
    switch (planned.fault.when.between) {
      case 'map-transfer and dma-started':
        this.#on(planned, Event.MapTransfer, undefined, index => trace.a[index]!)
        return
      case 'dma-started and flush':
        this.#on(planned, Event.Exit, Routine.DmaStarted, none)
        return
      case 'raise and enter':
        this.#on(planned, Event.LineChanged, 1, none)
        return
      case 'complete and exit':
        this.#on(planned, Event.Notify, Notification.RequestComplete, none)
        return
    }
  }
}
