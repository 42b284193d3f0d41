// A run written by hand, for the tests of the rules: events of a trace in the order a bench would record them.
import { Event, type Finding, Notification, Routine } from '../../trace/events.ts'
import { Trace } from '../../trace/trace.ts'
import { RuleEngine, type RuleEngineOptions } from '../engine.ts'

type TraceClock = ConstructorParameters<typeof Trace>[0]

const US = 1_000_000

/** Bits of a made-up adapter. */
export const COMPLETE = 1
export const ERROR = 8

export class SyntheticRun {
  readonly #time = { nowPs: 0 }
  readonly trace: Trace
  readonly rules: RuleEngine
  guest = 0
  #calls = 0
  #serial = 0
  readonly #pending = [0, 0, 0]
  readonly #enabled = [0xff, 0xff, 0xff]
  readonly #level = [0, 0, 0]

  constructor(options: Partial<RuleEngineOptions> = {}) {
    this.trace = new Trace(this.#time as unknown as TraceClock, 1 << 10)
    this.rules = new RuleEngine(this.trace, { guests: 3, ...options })
  }

  get nowPs(): number {
    return this.#time.nowPs
  }

  wait(us: number): this {
    this.#time.nowPs += us * US
    return this
  }

  emit(kind: number, a: number, b = 0, c = 0, d = 0): this {
    this.trace.emit(kind, this.guest, a, b, c, d)
    return this
  }

  /** A call of a routine; `body` is what happens inside. */
  call(routine: number, result: number, body: () => void = () => {}, srb = -1): this {
    const call = ++this.#calls
    this.emit(Event.Enter, routine, call, srb, this.#level[this.guest]!)
    body()
    return this.emit(Event.Exit, routine, call, result, 100)
  }

  isr(claimed: boolean, body?: () => void): this {
    return this.call(Routine.Interrupt, claimed ? 1 : 0, body)
  }

  /** HwStartIo with a new SRB, and NextRequest. @returns its serial */
  startIo(body: () => void = () => {}): number {
    const serial = ++this.#serial
    this.emit(Event.SrbQueued, serial, 0, 0x28, 4096).emit(Event.SrbStarted, serial, 0, -1, 4096)
    this.call(
      Routine.StartIo,
      1,
      () => {
        body()
        this.emit(Event.Notify, Notification.NextRequest, -1)
      },
      serial,
    )
    return serial
  }

  complete(serial: number): this {
    return this.emit(Event.Notify, Notification.RequestComplete, serial).emit(Event.SrbCompleted, serial, 1, 0, 4096)
  }

  read(offset = 0x10, value = 0): this {
    return this.wait(1).emit(Event.Read, offset, value, 1, 4)
  }

  write(offset = 0x14, value = 0): this {
    return this.wait(0.2).emit(Event.Write, offset, value, 1, 4)
  }

  finding(code: (typeof Finding)[keyof typeof Finding], serial = -1, c = 0, d = 0): this {
    return this.emit(Event.Finding, code, serial, c, d)
  }

  // --- the adapter ---

  finishCommand(tag = 0): this {
    return this.emit(Event.CommandFinished, tag, 0, 0, 4096).raise(COMPLETE)
  }

  raise(causes: number): this {
    const { guest } = this
    const fresh = causes & ~this.#pending[guest]!
    this.#pending[guest]! |= causes
    if (fresh !== 0) this.emit(Event.CauseRaised, fresh, this.#pending[guest]!, this.#enabled[guest]!)
    return this.#drive()
  }

  /** The driver's acknowledge reaches the adapter. */
  dismiss(causes: number): this {
    const { guest } = this
    const gone = causes & this.#pending[guest]!
    this.#pending[guest]! &= ~causes
    if (gone !== 0) this.emit(Event.CauseCleared, gone, this.#pending[guest]!, this.#enabled[guest]!)
    return this.#drive()
  }

  enable(causes: number): this {
    this.#enabled[this.guest] = causes
    return this.#drive()
  }

  /** What a good ISR does: status, acknowledge. */
  acknowledge(causes: number): this {
    return this.read(0x10, causes).write(0x14, causes).dismiss(causes)
  }

  #drive(): this {
    const { guest } = this
    const active = this.#pending[guest]! & this.#enabled[guest]!
    const level = active === 0 ? 0 : 1
    if (level === this.#level[guest]) return this
    this.#level[guest] = level
    return this.emit(Event.LineChanged, level, active)
  }

  // --- verdicts ---

  row(id: string, guest = 0) {
    this.rules.finish()
    const row = this.rules.report(guest).find(r => r.id === id)
    if (row === undefined) throw new Error(`no row ${id}`)
    return row
  }

  /** Ids of the violated rules, in the order of their first violations. */
  get violated(): string[] {
    return this.rules.violations().map(v => v.id)
  }
}

/** One request done as it should be, from HwStartIo to its interrupt. */
export function goodRequest(run: SyntheticRun): void {
  const serial = run.startIo(() => run.write(0x98, 1))
  run.wait(20).finishCommand()
  run.isr(true, () => run.acknowledge(COMPLETE).complete(serial))
}
