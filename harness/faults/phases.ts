// Where the run of each miniport is: its phase, and the windows between two steps of an I/O. Faults that wait for entering one are told.
import type { Fault } from '../../schemas/faults.ts'
import { Event, Notification, Routine } from '../trace/events.ts'
import type { Planned } from './planned.ts'
import type { FaultMachine, FaultTarget } from './target.ts'

/** What is told from outside; `idle` and `busy` are parts of `run`. */
export type PhaseName = 'boot' | 'connected' | 'initialize' | 'scan' | 'run' | 'shutdown'

const ORDER: readonly PhaseName[] = ['boot', 'connected', 'initialize', 'scan', 'run', 'shutdown']

type When = Fault['when']
type Window = NonNullable<When['between']>

export class Phases {
  readonly #machine: FaultMachine
  readonly #phase: PhaseName[]
  readonly #open: Set<Window>[]
  readonly #planned: readonly Planned[]
  readonly #occasion: (planned: Planned, target: FaultTarget) => void

  constructor(
    planned: readonly Planned[],
    machine: FaultMachine,
    occasion: (planned: Planned, target: FaultTarget) => void,
  ) {
    this.#machine = machine
    this.#planned = planned.filter(p => p.occasion === 'phase')
    this.#occasion = occasion
    this.#phase = machine.targets.map(() => 'boot')
    this.#open = machine.targets.map(() => new Set<Window>())
    const { trace, targets } = machine
    const on = (kind: number, key: number | undefined, act: (guest: number) => void) =>
      trace.subscribe({
        kind,
        ...(key === undefined ? {} : { key }),
        reader: {
          on: index => {
            const guest = trace.guest[index]!
            if (guest < targets.length) act(guest)
          },
        },
      })
    on(Event.Enter, Routine.Initialize, guest => this.enter(guest, 'initialize'))
    on(Event.Exit, Routine.Initialize, guest => this.enter(guest, 'scan'))
    if (this.#planned.some(p => p.fault.when.phase === 'idle'))
      on(Event.SrbCompleted, undefined, guest => {
        if (this.#phase[guest] === 'run' && targets[guest]!.active() === 0) this.#entered(guest, 'idle')
      })
    for (const window of new Set(planned.flatMap(p => p.fault.when.between ?? []))) this.#watch(window, on)
  }

  enter(guest: number, phase: PhaseName): void {
    // A restart connects and initializes once more: that is no phase of the run.
    if (ORDER.indexOf(phase) <= ORDER.indexOf(this.#phase[guest]!)) return
    this.#phase[guest] = phase
    this.#entered(guest, phase)
  }

  /** Is the bus scan over? */
  running(guest: number): boolean {
    return ORDER.indexOf(this.#phase[guest]!) >= ORDER.indexOf('run')
  }

  phase(guest: number): PhaseName {
    return this.#phase[guest]!
  }

  /** Is the run where the matchers want it? */
  holds({ phase, between }: When, target: FaultTarget): boolean {
    if (between !== undefined && !this.#open[target.index]!.has(between)) return false
    if (phase === undefined) return true
    const now = this.#phase[target.index]!
    if (phase === 'idle') return now === 'run' && target.active() === 0
    if (phase === 'busy') return now === 'run' && target.active() > 0
    return phase === now
  }

  #entered(guest: number, phase: string): void {
    const target = this.#machine.targets[guest]!
    for (const planned of this.#planned) {
      const { when } = planned.fault
      if (when.phase !== phase || !planned.guests[guest]) continue
      if (when.atPs !== undefined && this.#machine.clock.nowPs < when.atPs) continue
      this.#occasion(planned, target)
    }
  }

  #watch(window: Window, on: (kind: number, key: number | undefined, act: (guest: number) => void) => void): void {
    const open = (guest: number) => this.#open[guest]!.add(window)
    const close = (guest: number) => this.#open[guest]!.delete(window)
    switch (window) {
      case 'map-transfer and dma-started':
        on(Event.MapTransfer, undefined, open)
        on(Event.Enter, Routine.DmaStarted, close)
        return
      case 'dma-started and flush':
        on(Event.Exit, Routine.DmaStarted, open)
        on(Event.FlushDma, undefined, close)
        return
      case 'raise and enter':
        on(Event.LineChanged, 1, open)
        on(Event.Enter, Routine.Interrupt, close)
        return
      case 'complete and exit':
        on(Event.Notify, Notification.RequestComplete, open)
        on(Event.Exit, Routine.Interrupt, close)
        return
    }
  }
}
