// Of a run that is over: the calls in which something was first wrong (a rule, a stop, a budget, wrong data), as far as the trace's ring has them.
import type { GuestReport, Report } from '../../../schemas/report.ts'
import { copyEvents } from '../../trace/event-copy.ts'
import { Event, ROUTINE_NAMES, Routine, STOP_NAMES } from '../../trace/events.ts'
import type { Trace } from '../../trace/trace.ts'
import { duration } from '../format.ts'
import type { Recording } from '../trace-export/recording.ts'
import { type Moment, momentOf } from './moment.ts'

/** What was wrong in a call. */
export interface Wrong {
  /** 'INT-5', 'stopped', 'budget isr.max', 'miscompare', 'failed I/O'. */
  what: string
  isRule: boolean
  /** Number of the event that shows it. */
  event: number
  message: string
}

/** One call with all that was first wrong in it. Plain data. */
export interface ViolationMoment {
  wrong: Wrong[]
  moment: Moment
}

/** Events kept before the call, of it, and after it. */
const BEFORE = 24
const MOST_EVENTS = 320
const AFTER = 32
/** How far back from the entry of an ISR its raise is looked for. */
const RAISE_BEFORE = 4096

/** @returns in the order of the calls, guest by guest; a violation whose routine is not in the ring has none */
export function violationMoments(report: Report, recording: Recording): ViolationMoment[] {
  return report.guests.flatMap((guest, n) => {
    const byCall = new Map<number, { call: Call; wrong: Wrong[] }>()
    for (const { wrong, routine, srb } of wrongOf(guest, n, recording.trace)) {
      const call = callOf(recording.trace, n, routine, srb, wrong.event)
      if (call === undefined) continue
      const known = byCall.get(call.enterEvent)
      if (known === undefined) byCall.set(call.enterEvent, { call, wrong: [wrong] })
      else known.wrong.push(wrong)
    }
    return [...byCall.values()]
      .sort((a, b) => a.call.enterEvent - b.call.enterEvent)
      .map(({ call, wrong }) => ({ wrong, moment: momentAt(call, n, wrong, recording) }))
  })
}

function wrongOf(guest: GuestReport, n: number, trace: Trace): { wrong: Wrong; routine: number; srb: number }[] {
  const found = guest.rules.flatMap(({ id, first }) => {
    if (first?.event === undefined) return []
    const { event, message, srb } = first
    const routine = routineOf(first.entryPoint)
    return [{ wrong: { what: id, isRule: true, event, message }, routine, srb: srb ?? -1 }]
  })
  const other = (what: string, event: number, message: string, routine: number): void => {
    found.push({ wrong: { what, isRule: false, event, message }, routine, srb: -1 })
  }
  const newest = trace.count - 1
  const stop = guest.stopped === undefined ? -1 : lastOf(trace, newest, i => isStop(trace, i, n))
  if (stop >= 0) {
    const i = trace.indexOf(stop)
    other('stopped', stop, STOP_NAMES[trace.a[i]!] ?? guest.stopped!.kind, trace.b[i]!)
  }
  for (const { name, pass, limitNs, actualNs, worst } of guest.budgets) {
    if (pass || worst === undefined || actualNs === null) continue
    const routine = routineOf(worst.routine)
    const enter = lastOf(trace, newest, i => isEnter(trace, i, n, routine) && trace.b[i] === worst.number)
    if (enter >= 0) other(`budget ${name}`, enter, `${duration(limitNs)} allowed, ${duration(actualNs)} found`, routine)
  }
  // The first of them all, or none: the ring may have lost it.
  if (trace.overwritten === 0)
    for (const [outcome, what, says] of OUTCOMES) {
      const first = firstOf(
        trace,
        i => trace.kind[i] === Event.Workload && trace.guest[i] === n && trace.a[i] === outcome,
      )
      if (first >= 0) other(what, first, `request ${trace.b[trace.indexOf(first)]} ${says}`, Routine.Interrupt)
    }
  return found
}

/** What the workload says of a request, as in the event. */
const OUTCOMES = [
  [3, 'miscompare', 'read something else than was written'],
  [4, 'failed I/O', 'came back with another status than it should have'],
] as const

const routineOf = (name: string): number => (ROUTINE_NAMES as readonly string[]).indexOf(name)

const isEnter = (trace: Trace, i: number, guest: number, routine: number): boolean =>
  trace.kind[i] === Event.Enter && trace.guest[i] === guest && trace.a[i] === routine

const isStop = (trace: Trace, i: number, guest: number): boolean =>
  trace.kind[i] === Event.Stopped && trace.guest[i] === guest

/** @returns number of the newest event up to `from` of which this is true, −1: none in the ring */
function lastOf(trace: Trace, from: number, is: (i: number) => boolean, steps = Number.POSITIVE_INFINITY): number {
  const oldest = Math.max(trace.overwritten, from - steps)
  for (let n = Math.min(from, trace.count - 1); n >= oldest; n--) if (is(trace.indexOf(n))) return n
  return -1
}

/** @returns number of the oldest event of which this is true, −1: none; nothing may be lost */
function firstOf(trace: Trace, is: (i: number) => boolean): number {
  for (let n = 0; n < trace.count; n++) if (is(trace.indexOf(n))) return n
  return -1
}

interface Call {
  routine: number
  enterEvent: number
  /** Of its last event. */
  endEvent: number
  finished: boolean
  result: number
}

/** The call of a routine that an event is in, or that came last before it; one with that SRB when there is one. */
function callOf(trace: Trace, guest: number, routine: number, srb: number, event: number): Call | undefined {
  const entered = (i: number): boolean => isEnter(trace, i, guest, routine)
  const withSrb = srb < 0 ? -1 : lastOf(trace, event, i => entered(i) && trace.c[i] === srb)
  const enterEvent = withSrb >= 0 ? withSrb : lastOf(trace, event, entered)
  if (enterEvent < 0) return undefined
  let endEvent = enterEvent
  for (let n = enterEvent + 1; n < trace.count; n++) {
    const i = trace.indexOf(n)
    if (trace.guest[i] !== guest) continue
    endEvent = n
    if (isStop(trace, i, guest)) return { routine, enterEvent, endEvent, finished: false, result: 0 }
    if (trace.kind[i] === Event.Exit && trace.a[i] === routine)
      return { routine, enterEvent, endEvent, finished: true, result: trace.c[i]! }
  }
  return { routine, enterEvent, endEvent, finished: false, result: 0 }
}

function momentAt(call: Call, guest: number, wrong: readonly Wrong[], recording: Recording): Moment {
  const { trace, names, wiring, costs } = recording
  const { routine, enterEvent, endEvent, finished, result } = call
  const at = (event: number): number => trace.psAt(trace.indexOf(event))
  const isr = routine === Routine.Interrupt
  const first = enterEvent - BEFORE
  const most = Math.min(endEvent + AFTER - first, MOST_EVENTS)
  const scene = {
    guest,
    invocation: trace.b[trace.indexOf(enterEvent)]!,
    durationPs: at(endEvent) - at(enterEvent) - foreignPs(trace, guest, enterEvent, endEvent),
    enterPs: at(enterEvent),
    exitPs: at(endEvent),
    raisedPs: isr ? raisedPs(trace, guest, enterEvent) : -1,
    claimed: isr && result !== 0,
    finished,
    events: copyEvents(trace, first, endEvent + AFTER, most, 'first'),
  }
  const moment = momentOf(scene, names, wiring, costs)
  const marks = wrong.flatMap(({ what, event, message }) => {
    const ns = Math.round(at(event) - scene.enterPs) / 1000
    if (event < trace.overwritten || ns < moment.from || ns > moment.to) return []
    return [{ lane: 'notify' as const, at: ns, label: `! ${what}`, detail: message, own: true }]
  })
  const routineName = ROUTINE_NAMES[routine]!
  return {
    ...moment,
    ...(isr ? {} : { routine: routineName, phases: [] }),
    marks: [...moment.marks, ...marks].sort((a, b) => a.at - b.at),
  }
}

/** Time in other miniports between two events. */
function foreignPs(trace: Trace, guest: number, first: number, last: number): number {
  let depth = 0
  let fromPs = 0
  let sumPs = 0
  for (let n = first + 1; n < last; n++) {
    const i = trace.indexOf(n)
    if (trace.guest[i] === guest) continue
    if (trace.kind[i] === Event.Enter && depth++ === 0) fromPs = trace.psAt(i)
    else if (trace.kind[i] === Event.Exit && depth > 0 && --depth === 0) sumPs += trace.psAt(i) - fromPs
  }
  return sumPs
}

/** When the adapter's own output went high that brought this ISR about, −1: it is low, or that is too long ago. */
function raisedPs(trace: Trace, adapter: number, enterEvent: number): number {
  const change = lastOf(
    trace,
    enterEvent - 1,
    i => trace.kind[i] === Event.Line && trace.b[i] === adapter,
    RAISE_BEFORE,
  )
  if (change < 0) return -1
  const i = trace.indexOf(change)
  return trace.c[i] === 1 ? trace.psAt(i) : -1
}
