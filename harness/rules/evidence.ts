// Evidence: the last things a miniport and its adapter did before an event, in words. Made only for a first violation.
import { Event, Notification, ROUTINE_NAMES } from '../trace/events.ts'
import type { Trace } from '../trace/trace.ts'
import { controlName } from './control.ts'
import type { RuleNames } from './names.ts'
import { hex, plural, time } from './text.ts'

/** Lines at most, and events looked back at most. */
const LINES = 8
const EVENTS = 256

const NOTIFICATION_NAMES: Record<number, string> = Object.fromEntries(
  Object.entries(Notification).map(([name, number]) => [number, name]),
)

/** Oldest first. @param number event the evidence ends with; none when it is not in the ring any more */
export function evidence(trace: Trace, names: RuleNames, guest: number, number: number): string[] {
  const lines: string[] = []
  const last = trace.indexOf(number)
  if (last < 0) return lines
  const endPs = trace.psAt(last)
  for (let n = number; n > number - EVENTS && lines.length < LINES; n--) {
    const index = trace.indexOf(n)
    if (index < 0) break
    if (trace.guest[index] !== guest) continue
    const words = describeEvent(trace, names, guest, index)
    if (words !== undefined) lines.push(`${time(endPs - trace.psAt(index))} before: ${words}`)
  }
  return lines.reverse()
}

/** One event in words; undefined for those that tell a reader little. */
export function describeEvent(
  trace: Trace,
  names: Pick<RuleNames, 'registerName' | 'causeNames' | 'describeSrb'>,
  guest: number,
  index: number,
): string | undefined {
  const a = trace.a[index]!
  const b = trace.b[index]!
  const c = trace.c[index]!
  switch (trace.kind[index]) {
    case Event.Enter:
      return `${ROUTINE_NAMES[a]} entered${c < 0 ? '' : ` with ${names.describeSrb(c)}`}`
    case Event.Exit:
      return `${ROUTINE_NAMES[a]} returned ${c}`
    case Event.Read:
      return `read ${names.registerName(guest, a, 'read')}: ${hex(b, 8)}`
    case Event.Write:
      return `wrote ${names.registerName(guest, a, 'write')}: ${hex(b, 8)}`
    case Event.Stall:
      return `stalled for ${a >>> 0} µs`
    case Event.Notify:
      return `ScsiPortNotification(${NOTIFICATION_NAMES[a] ?? a}${a === Notification.RequestComplete && b >= 0 ? `, ${names.describeSrb(b)}` : ''})`
    case Event.CompleteRequest:
      return `ScsiPortCompleteRequest with status ${hex(b, 2)}: ${plural(c, 'SRB')}`
    case Event.LogError:
      return `ScsiPortLogError(${a < 0 ? 'no SRB' : names.describeSrb(a)}, code ${b}, unique id ${hex(c)})`
    case Event.MapTransfer:
      return `ScsiPortIoMapTransfer: ${plural(c, 'byte')}`
    case Event.FlushDma:
      return 'ScsiPortFlushDma'
    case Event.Control:
      return b === 1 ? `HwAdapterControl is asked for ${controlName(a)}` : undefined
    case Event.CauseRaised:
      return `the adapter raised ${names.causeNames(guest, a)}`
    case Event.CauseCleared:
      return `${names.causeNames(guest, a)} went away`
    default:
      return undefined
  }
}
