// What a rule is: who it is, why it matters, and a factory that makes its state machine for one run.
import type { Subscription, Trace } from '../trace/trace.ts'
import type { Commands } from './commands.ts'
import type { CompletionCheck } from './completion-table.ts'
import type { Frames } from './frames.ts'
import type { RuleLimits } from './limits.ts'
import type { AdapterShape, RuleNames } from './names.ts'
import type { OutcomeCheck } from './outcome.ts'
import type { Traits } from './traits.ts'

/** Fatal (would crash, hang or corrupt), error, warning, information. */
export type Severity = 'F' | 'E' | 'W' | 'I'

export interface Rule {
  /** As in the table of rules, for example `INT-5`. */
  id: string
  /** What must be so, in one line. */
  title: string
  /** Of a violation, unless the violation says otherwise. */
  severity: Severity
  /** The page that says so. */
  source: string
  /** What goes wrong on a real machine when it is broken. */
  why: string
  /** What to do instead. */
  instead: string
  /** The mistake and its cure in a few lines of C. */
  example?: RuleExample
  /** What must have occurred for the rule to count as exercised, in words. */
  precondition: string
  create(context: RuleContext): RuleInstance
}

/** Faulty and right code that show a rule. */
export interface RuleExample {
  faulty: string
  right: string
}

/** A rule at work in one run. State is per guest, in typed arrays made here; nothing is allocated while the rule holds. */
export interface RuleInstance {
  /**
   * Events to listen to. Rare ones only: what happens at every access, call or request (Read, Write, Enter, Exit, Srb…, Command…, Cause…,
   * GetPhysical, Notify of RequestComplete and Next…, Line…) is the frames' and the commands'; see `outcomes` and `completions`.
   */
  subscriptions?: readonly Subscription[]
  /** What to look at when a routine returns. */
  outcomes?: readonly OutcomeCheck[]
  /** What to look at when an SRB comes back. */
  completions?: readonly CompletionCheck[]
  /** Why the rule does not concern this driver at all, in a few words ('the adapter is a bus master'); undefined: it does. */
  exempt?(guest: number): string | undefined
  /** Why it cannot be judged on an adapter like this, whatever the driver does: then nothing is counted, neither occurrences nor violations. */
  foreign?(adapter: AdapterShape): string | undefined
  /** Times the precondition occurred, when it can be told from numbers that are kept anyhow. Added to what `RuleContext.exercised` counted. */
  exercised?(guest: number): number
  /** The run is over. */
  finish?(): void
}

/** Where the blame lies, when it is not the routine that is running at the event. */
export interface Blame {
  severity?: Severity
  /** A `Routine` number. */
  routine?: number
  invocation?: number
  /** SRB serial, −1 for none. */
  srb?: number
  /** Number and instant of the event that shows it, when that is an earlier one. */
  number?: number
  atPs?: number
}

export interface RuleContext extends RuleNames {
  readonly trace: Trace
  readonly frames: Frames
  readonly commands: Commands
  readonly traits: Traits
  readonly guests: number
  readonly limits: Readonly<RuleLimits>
  /** Writes reach the adapter later than the driver made them. */
  readonly postedWrites: boolean
  /** The precondition occurred. */
  exercised(guest: number, times?: number): void
  /**
   * The rule is broken.
   * @param index place of the event that shows it
   * @param say makes the text; called for the first violation of this rule by this guest only
   */
  violation(index: number, guest: number, say: () => string, blame?: Blame): void
}

const RANK: Record<Severity, number> = { I: 0, W: 1, E: 2, F: 3 }

export const worse = (a: Severity, b: Severity): Severity => (RANK[b] > RANK[a] ? b : a)
