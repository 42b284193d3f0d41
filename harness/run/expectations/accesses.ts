// Register accesses that a scenario expects, counted on the trace, and their order within one call of a routine.
import { unknownWord } from '../../../schemas/errors.ts'
import type { ExpectedAccess, ExpectedOrder, ExpectedRegisters } from '../../../schemas/expectations.ts'
import { registerNamed } from '../../../schemas/register-map.ts'
import { duration } from '../../report/format.ts'
import { Event, ROUTINE_NAMES } from '../../trace/events.ts'
import { type Machine, MachineError } from '../machine.ts'

const hex = (value: number): string => `0x${(value >>> 0).toString(16)}`

/** Indexes of the adapters that are meant. @throws MachineError */
export function guestsOf(machine: Machine, name: string | undefined, path: string): Set<number> {
  const { stations } = machine
  if (name === undefined) return new Set(stations.map(s => s.index))
  const station = stations.find(s => s.name === name)
  if (station !== undefined) return new Set([station.index])
  throw new MachineError(
    `${path}: ${unknownWord(
      'adapter',
      name,
      stations.map(s => s.name),
    )}`,
  )
}

/** One kind of access, by guest the byte offset of its register. */
class Wanted {
  readonly words: string
  readonly #kind: number
  readonly #bits: number
  readonly #offsets = new Map<number, number>()
  readonly #machine: Machine

  /** @throws MachineError for a register that no adapter has that is meant */
  constructor(machine: Machine, { register, access, bits }: ExpectedAccess, guests: ReadonlySet<number>, path: string) {
    this.#machine = machine
    this.#kind = access === 'read' ? Event.Read : Event.Write
    this.#bits = bits ?? 0
    this.words = `${access} of ${register}${bits === undefined ? '' : ` with the bits ${hex(bits)} set`}`
    const meant = machine.stations.filter(s => guests.has(s.index))
    let wrong = ''
    for (const { index, adapter } of meant) {
      const found = registerNamed(adapter.map, register, access)
      if (typeof found === 'object') this.#offsets.set(index, found.offset)
      else if (found !== 'unknown') wrong = `'${register}' of 'hba adapters ${adapter.kind}' is ${found}`
    }
    if (this.#offsets.size > 0) return
    if (wrong !== '') throw new MachineError(`${path}: ${wrong}`)
    const [first] = meant
    const names = first?.adapter.map.registers.map(r => r.name) ?? []
    throw new MachineError(
      `${path}: ${unknownWord('register', register, names, `those of 'hba adapters ${first?.adapter.kind}'`)}`,
    )
  }

  subscribe(on: (index: number) => void): void {
    for (const key of new Set(this.#offsets.values()))
      this.#machine.trace.subscribe({ kind: this.#kind, key, reader: { on } })
  }

  is(index: number): boolean {
    const { trace } = this.#machine
    return (
      trace.kind[index] === this.#kind &&
      this.#offsets.get(trace.guest[index]!) === trace.a[index] &&
      (trace.b[index]! & this.#bits) >>> 0 === this.#bits
    )
  }
}

/** Counts accesses of one register. */
export class AccessCount {
  readonly words: string
  count = 0
  #first = ''

  constructor(machine: Machine, expected: ExpectedRegisters, path: string, calls: Calls) {
    const { trace } = machine
    const guests = guestsOf(machine, expected.adapter, path)
    const wanted = new Wanted(machine, expected, guests, path)
    const routine = expected.in === undefined ? -1 : ROUTINE_NAMES.indexOf(expected.in)
    this.words = `${wanted.words.replace(' of ', 's of ')}${expected.in === undefined ? '' : ` in ${expected.in}`}`
    wanted.subscribe(index => {
      if (!wanted.is(index)) return
      const running = calls.running(trace.guest[index]!)
      if (routine >= 0 && running?.routine !== routine) return
      if (this.count++ > 0) return
      const where = running === undefined ? '' : `, in ${ROUTINE_NAMES[running.routine]} #${running.number}`
      this.#first = `the first at ${duration(trace.psAt(index) / 1000)}${where}`
    })
  }

  get evidence(): string {
    return this.#first
  }
}

interface Call {
  readonly routine: number
  readonly number: number
}

/** The routine that each guest runs. Calls of one guest nest. */
export class Calls {
  readonly #stacks: Call[][]
  readonly #ended: ((guest: number, call: Call) => void)[] = []

  constructor({ trace, stations }: Machine) {
    this.#stacks = stations.map(() => [])
    const enter = (index: number): void => {
      this.#stacks[trace.guest[index]!]?.push({ routine: trace.a[index]!, number: trace.b[index]! })
    }
    const exit = (index: number): void => {
      const guest = trace.guest[index]!
      const call = this.#stacks[guest]?.pop()
      if (call !== undefined) for (const ended of this.#ended) ended(guest, call)
    }
    trace.subscribe({ kind: Event.Enter, reader: { on: enter } }, { kind: Event.Exit, reader: { on: exit } })
  }

  running(guest: number): Call | undefined {
    return this.#stacks[guest]?.at(-1)
  }

  onEnd(ended: (guest: number, call: Call) => void): void {
    this.#ended.push(ended)
  }
}

/** Calls of a routine that make some accesses in their order. */
export class OrderCheck {
  readonly words: string
  /** Calls that made all of the steps. */
  complete = 0
  /** The first step that came before those above it, in words. */
  broken = ''
  readonly #reached = new WeakMap<Call, number>()

  constructor(machine: Machine, expected: ExpectedOrder, path: string, calls: Calls) {
    const { trace } = machine
    const guests = guestsOf(machine, expected.adapter, path)
    const routine = expected.in === undefined ? -1 : ROUTINE_NAMES.indexOf(expected.in)
    const steps = expected.steps.map((step, n) => new Wanted(machine, step, guests, `${path}.steps[${n}]`))
    this.words = `${expected.in === undefined ? '' : `in ${expected.in} `}${steps.map(step => step.words).join(', then ')}`
    /** Without a routine: the whole run, as a call of each adapter's driver. */
    const whole = machine.stations.map((): Call => ({ routine: -1, number: 0 }))
    const on = (index: number): void => {
      const running = calls.running(trace.guest[index]!)
      const call = routine < 0 ? whole[trace.guest[index]!] : running
      if (call?.routine !== routine) return
      const reached = this.#reached.get(call) ?? 0
      const next = steps[reached]
      if (next?.is(index)) {
        this.#reached.set(call, reached + 1)
        if (routine < 0 && reached + 1 === steps.length) this.complete++
        return
      }
      const early = steps.findIndex((step, n) => n > reached && step.is(index))
      if (early < 0 || this.broken !== '') return
      const at = duration(trace.psAt(index) / 1000)
      const where = running === undefined ? '' : ` in ${ROUTINE_NAMES[running.routine]} #${running.number}`
      this.broken = `${steps[early]!.words} before ${next!.words}${where}, at ${at}`
    }
    const heard = new Set<string>()
    for (const [n, step] of steps.entries()) {
      const { register, access } = expected.steps[n]!
      if (heard.has(`${access} ${register}`)) continue
      heard.add(`${access} ${register}`)
      step.subscribe(on)
    }
    calls.onEnd((_guest, call) => {
      if (this.#reached.get(call) === steps.length) this.complete++
    })
  }
}
