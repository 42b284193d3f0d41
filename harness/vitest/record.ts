// What a driver did to its adapter, kept in order, for assertions on registers and interrupt causes.
import type { RunNames } from '../run/names.ts'
import { Event, ROUTINE_NAMES } from '../trace/events.ts'
import type { Trace, TraceReader } from '../trace/trace.ts'

/** A register access, or a cause of interrupts that was raised or cleared. */
export interface Deed {
  kind: 'read' | 'write' | 'raised' | 'cleared'
  /** Of an access: the register's name, or its offset when it has none. */
  register: string
  /** Of an access: its value; else the causes, as bits. */
  value: number
  /** For example HwInterrupt; '' outside. */
  routine: string
  /** Number of that call, from 1. */
  call: number
  /** SRB that the routine was called with, −1: none. */
  srb: number
  atNs: number
}

/** More are not kept: the oldest go. */
const MOST = 200_000

const KINDS = new Map<number, Deed['kind']>([
  [Event.Read, 'read'],
  [Event.Write, 'write'],
  [Event.CauseRaised, 'raised'],
  [Event.CauseCleared, 'cleared'],
])

export class DeedRecord implements TraceReader {
  deeds: Deed[] = []
  /** Deeds that are not kept any more. */
  forgotten = 0
  readonly #trace: Trace
  readonly #names: RunNames
  readonly #guest: number
  #routine = ''
  #call = 0
  #srb = -1

  constructor(trace: Trace, names: RunNames, guest: number) {
    this.#trace = trace
    this.#names = names
    this.#guest = guest
    for (const kind of [Event.Enter, Event.Exit, ...KINDS.keys()]) trace.subscribe({ kind, reader: this })
  }

  on(i: number): void {
    const trace = this.#trace
    if (trace.guest[i] !== this.#guest) return
    const [a, b] = [trace.a[i]!, trace.b[i]!]
    switch (trace.kind[i]) {
      case Event.Enter:
        this.#routine = ROUTINE_NAMES[a]!
        this.#call = b
        this.#srb = trace.c[i]!
        return
      case Event.Exit:
        this.#routine = ''
        return
      default:
        this.#keep(i, KINDS.get(trace.kind[i]!)!, a, b)
    }
  }

  #keep(i: number, kind: Deed['kind'], a: number, b: number): void {
    const access = kind === 'read' || kind === 'write'
    if (this.deeds.length >= MOST) {
      this.deeds = this.deeds.slice(MOST / 2)
      this.forgotten += MOST / 2
    }
    this.deeds.push({
      kind,
      register: access ? this.#names.register(this.#guest, a >>> 0, kind) : '',
      value: (access ? b : a) >>> 0,
      ...{ routine: this.#routine, call: this.#call, srb: this.#srb, atNs: this.#trace.psAt(i) / 1000 },
    })
  }

  clear(): void {
    this.deeds = []
    this.forgotten = 0
  }
}
