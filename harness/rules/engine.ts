// The rule engine: makes the rules of a run, counts what they find, keeps the first violation of each rule by each guest.
import type { RuleReport } from '../../schemas/report.ts'
import { ROUTINE_NAMES, Routine } from '../trace/events.ts'
import type { Trace } from '../trace/trace.ts'
import { findRule, RULES } from './catalogue.ts'
import { Commands } from './commands.ts'
import { type CompletionCheck, CompletionTable } from './completion-table.ts'
import { evidence } from './evidence.ts'
import { Frames } from './frames.ts'
import { DEFAULT_LIMITS, type RuleLimits } from './limits.ts'
import { ANY_ADAPTER, type RuleNames } from './names.ts'
import { type OutcomeCheck, OutcomeTable } from './outcome.ts'
import { type Blame, type Rule, type RuleContext, type RuleInstance, type Severity, worse } from './rule.ts'
import { hex } from './text.ts'
import { Traits } from './traits.ts'

export interface RuleEngineOptions {
  /** Miniports in the run: guests 0 … guests − 1 of the trace. */
  guests: number
  /** Ids of rules that are switched off. */
  off?: readonly string[]
  limits?: Partial<RuleLimits>
  names?: Partial<RuleNames>
  /** Writes reach the adapters later than they are made (`access.postedWriteDelayNs` is not 0). */
  postedWrites?: boolean
  /** Instead of the catalogue. */
  rules?: readonly Rule[]
}

/** The first violation of a rule by a guest. */
export interface Violation {
  id: string
  guest: number
  severity: Severity
  /** Number of the event that shows it. */
  number: number
  atPs: number
  /** Routine to blame, −1 when none ran yet. */
  routine: number
  entryPoint: string
  invocation: number
  /** −1 for none. */
  srb: number
  message: string
  evidence: readonly string[]
}

const DEFAULT_NAMES: RuleNames = {
  registerName: (_guest, offset) => hex(offset, 2),
  causeNames: (_guest, bits) => `cause ${hex(bits)}`,
  describeSrb: serial => `SRB #${serial}`,
  functionName: (_guest, tableIndex) => `function ${tableIndex}`,
  isStatusRegister: () => true,
  adapter: () => ANY_ADAPTER,
}

/** Routines whose calls are judged when they return. */
const JUDGED = [Routine.Interrupt, Routine.StartIo, Routine.EnableInterrupts, Routine.DisableInterrupts]

/** One rule in one run, over all guests. */
class Row {
  readonly rule: Rule
  readonly exercised: Uint32Array
  readonly count: Uint32Array
  readonly severity: Severity[]
  readonly first: (Violation | undefined)[]
  instance: RuleInstance = {}

  constructor(rule: Rule, guests: number) {
    this.rule = rule
    this.exercised = new Uint32Array(guests)
    this.count = new Uint32Array(guests)
    this.severity = Array.from({ length: guests }, () => 'I')
    this.first = Array.from({ length: guests }, () => undefined)
  }
}

export class RuleEngine {
  readonly frames: Frames
  readonly commands: Commands
  readonly traits: Traits
  readonly #trace: Trace
  readonly #names: RuleNames
  readonly #outcomes: readonly OutcomeTable[]
  readonly #completions: CompletionTable
  readonly #rows: Row[]

  /** Subscribes to the trace. @throws UnknownRuleError for an id in `off` that is no rule's */
  constructor(trace: Trace, options: RuleEngineOptions) {
    const { guests, rules = RULES } = options
    const off = new Set((options.off ?? []).map(id => findRule(id, rules).id))
    const limits = { ...DEFAULT_LIMITS, ...options.limits }
    this.#trace = trace
    this.#names = { ...DEFAULT_NAMES, ...options.names }
    this.#outcomes = JUDGED.map(routine => new OutcomeTable(routine, guests))
    this.#completions = new CompletionTable(guests)
    this.commands = new Commands(trace, guests, this.#completions, this.#names)
    this.traits = new Traits(trace, guests)
    this.frames = new Frames(trace, guests, limits, this.#outcomes, this.commands, this.#names)
    this.#rows = rules.filter(rule => !off.has(rule.id)).map(rule => new Row(rule, guests))
    // First: rules look at what these know of the event.
    if (this.#rows.length > 0) {
      trace.subscribe(...this.traits.subscriptions(), ...this.commands.subscriptions(), ...this.frames.subscriptions())
    }
    const shared = {
      ...this.#names,
      trace,
      frames: this.frames,
      commands: this.commands,
      traits: this.traits,
      guests,
      limits,
      postedWrites: options.postedWrites ?? false,
    }
    for (const row of this.#rows) {
      row.instance = row.rule.create(this.#context(row, shared))
      for (const table of this.#outcomes) table.add(row.instance.outcomes ?? [])
      this.#completions.add(row.instance.completions ?? [])
      trace.subscribe(...(row.instance.subscriptions ?? []))
    }
  }

  /** To be called once, when the run is over. */
  finish(): void {
    for (const row of this.#rows) row.instance.finish?.()
  }

  /** Rows of one guest, in the order of the catalogue. */
  report(guest: number): RuleReport[] {
    return this.#rows.map(row => {
      const { id, title, severity } = row.rule
      const count = row.count[guest]!
      const exercised = this.#exercised(row, guest)
      const first = row.first[guest]
      const status = this.#status(row, guest, exercised)
      return {
        id,
        title,
        severity: count > 0 ? row.severity[guest]! : severity,
        status,
        ...(status === 'not-applicable' ? { reason: this.#foreign(row, guest) ?? row.instance.exempt!(guest)! } : {}),
        count,
        exercised,
        ...(first === undefined
          ? {}
          : {
              first: {
                atNs: first.atPs / 1000,
                event: first.number,
                entryPoint: first.entryPoint,
                srb: first.srb < 0 ? null : first.srb,
                message: first.message,
                evidence: [...first.evidence],
              },
            }),
      }
    })
  }

  /** One row a rule over all guests: the worst status, the sum of the counts, the earliest violation. @param guestNames by guest number */
  summary(guestNames: readonly string[]): RuleReport[] {
    const all = guestNames.map((_name, guest) => this.report(guest))
    return this.#rows.map((row, n) => {
      const rows = all.map(rows => rows[n]!)
      const violated = rows.flatMap((r, guest) => (r.status === 'violated' ? [guest] : []))
      const count = rows.reduce((sum, r) => sum + r.count, 0)
      const exercised = rows.reduce((sum, r) => sum + (r.exercised ?? 0), 0)
      const base = { id: row.rule.id, title: row.rule.title, count, exercised }
      if (violated.length === 0) {
        const exempt = rows.length > 0 && rows.every(r => r.status === 'not-applicable')
        const status = exercised > 0 ? 'held' : exempt ? 'not-applicable' : 'not-exercised'
        return { ...base, severity: row.rule.severity, status, ...(exempt ? { reason: rows[0]!.reason! } : {}) }
      }
      const earliest = violated.reduce((a, b) => (row.first[b]!.number < row.first[a]!.number ? b : a))
      return {
        ...base,
        severity: violated.map(guest => row.severity[guest]!).reduce(worse),
        status: 'violated',
        guests: violated.map(guest => guestNames[guest]!),
        first: { ...rows[earliest]!.first!, guest: guestNames[earliest]! },
      }
    })
  }

  /** First violations of every rule by every guest, earliest first. */
  violations(): Violation[] {
    return this.#rows
      .flatMap(row => row.first.filter(first => first !== undefined))
      .sort((a, b) => a.number - b.number || a.guest - b.guest)
  }

  #exercised(row: Row, guest: number): number {
    const { instance } = row
    if (this.#foreign(row, guest) !== undefined) return 0
    const byOutcome = (instance.outcomes ?? []).reduce(
      (sum: number, check: OutcomeCheck) =>
        sum + this.#outcomes.reduce((calls, table) => calls + table.exercised(check, guest), 0),
      0,
    )
    const byCompletion = (instance.completions ?? []).reduce(
      (sum: number, check: CompletionCheck) => sum + this.#completions.exercised(check, guest),
      0,
    )
    return row.exercised[guest]! + byOutcome + byCompletion + (instance.exercised?.(guest) ?? 0)
  }

  #status(row: Row, guest: number, exercised: number): RuleReport['status'] {
    if (row.count[guest]! > 0) return 'violated'
    if (exercised > 0) return 'held'
    if (this.#foreign(row, guest) !== undefined) return 'not-applicable'
    return row.instance.exempt?.(guest) === undefined ? 'not-exercised' : 'not-applicable'
  }

  /** Why a rule cannot be judged on the adapter of a guest. */
  #foreign(row: Row, guest: number): string | undefined {
    return row.instance.foreign?.(this.#names.adapter(guest))
  }

  /** What all rules share is made once, and each rule's context has it as its prototype. */
  #context(row: Row, shared: object): RuleContext {
    const own: Pick<RuleContext, 'exercised' | 'violation'> = {
      exercised(guest, times = 1) {
        row.exercised[guest]! += times
      },
      violation: (index, guest, say, blame) => this.#violation(row, index, guest, say, blame ?? {}),
    }
    return Object.assign(Object.create(shared), own) as RuleContext
  }

  #violation(row: Row, index: number, guest: number, say: () => string, blame: Blame): void {
    if (this.#foreign(row, guest) !== undefined) return
    const severity = blame.severity ?? row.rule.severity
    row.severity[guest] = row.count[guest] === 0 ? severity : worse(row.severity[guest]!, severity)
    if (row.count[guest]!++ > 0) return
    const { frames } = this
    const trace = this.#trace
    const number = blame.number ?? trace.numberAt(index)
    const routine = blame.routine ?? frames.routine(guest)
    const sameRoutine = routine === frames.routine(guest)
    row.first[guest] = {
      id: row.rule.id,
      guest,
      severity,
      number,
      atPs: blame.atPs ?? trace.psAt(index),
      routine,
      entryPoint: ROUTINE_NAMES[routine] ?? 'loading',
      invocation: blame.invocation ?? (sameRoutine ? frames.invocation(guest) : -1),
      srb: blame.srb ?? (sameRoutine ? frames.srb(guest) : -1),
      message: say(),
      evidence: evidence(trace, this.#names, guest, number),
    }
  }
}
