// A captured invocation in the words of the report: its phases, and every access with what it cost.
import { PS } from '../../device/clock.ts'
import type { Access, Invocation, Phase } from '../../schemas/report.ts'
import { Event, Notification, ROUTINE_NAMES, Routine } from '../trace/events.ts'
import { CAPTURED, type Capture } from './capture.ts'
import { NEVER } from './frames.ts'

/** What only the bench knows: names for numbers. */
export interface Names {
  guest(guest: number): string
  /** @param offset in the window; @returns for example INT_STATUS */
  register(guest: number, offset: number, side: 'read' | 'write'): string
}

const NOTIFICATIONS = new Map<number, string>(Object.entries(Notification).map(([name, type]) => [type, name]))

export const routineName = (routine: number): string => ROUTINE_NAMES[routine] ?? `routine ${routine}`

/** Picoseconds to nanoseconds with at most three decimals. */
export const toNs = (ps: number): number => ps / 1000

export function invocationOf(capture: Capture, names: Names): Invocation {
  const { figures } = capture
  const interrupt = capture.routine === Routine.Interrupt
  return {
    guest: names.guest(capture.guest),
    routine: routineName(capture.routine),
    number: capture.invocation,
    srb: capture.srb < 0 ? null : capture.srb,
    claimed: interrupt && capture.finished ? capture.claimed : null,
    atNs: toNs(figures[CAPTURED.enter]!),
    durationNs: toNs(figures[CAPTURED.duration]!),
    ...(capture.finished ? {} : { unfinished: true }),
    ...(interrupt && capture.waitedFor >= 0 ? { waitedFor: waitedFor(capture.waitedFor, names) } : {}),
    phases: interrupt ? isrPhases(capture) : otherPhases(capture),
    instructions: capture.instructions,
    reads: figures[CAPTURED.reads]!,
    writes: figures[CAPTURED.writes]!,
    stallUs: figures[CAPTURED.stallUs]!,
    accesses: accessesOf(capture, names),
    accessesOmitted: capture.eventsOmitted,
  }
}

const waitedFor = (packed: number, names: Names): string =>
  `${routineName(packed & 0xff)} of ${names.guest(packed >>> 8)}`

/** The time between each two marks that were reached, in the order in which they were. */
function isrPhases({ figures, finished }: Capture): Phase[] {
  const marks = [
    { name: 'raise', atPs: figures[CAPTURED.raised]! },
    { name: 'enter', atPs: figures[CAPTURED.enter]! },
    { name: 'first status read', atPs: figures[CAPTURED.firstRead]! },
    { name: 'acknowledge', atPs: figures[CAPTURED.acknowledged]! },
    { name: 'complete', atPs: figures[CAPTURED.completed]! },
    { name: finished ? 'exit' : 'stopped', atPs: figures[CAPTURED.exit]! },
  ].filter(mark => mark.atPs !== NEVER)
  // Stable: marks of one instant keep the usual order.
  marks.sort((a, b) => a.atPs - b.atPs)
  return marks.slice(1).map((mark, i) => ({
    name: `${marks[i]!.name} → ${mark.name}`,
    ns: toNs(mark.atPs - marks[i]!.atPs),
  }))
}

function otherPhases({ figures, finished }: Capture): Phase[] {
  const phases = [{ name: finished ? 'enter → exit' : 'enter → stopped', ns: toNs(figures[CAPTURED.duration]!) }]
  const interrupted = figures[CAPTURED.interrupted]!
  if (interrupted > 0) phases.push({ name: "other drivers' ISRs in between", ns: toNs(interrupted) })
  return phases
}

function accessesOf(capture: Capture, names: Names): Access[] {
  const accesses: Access[] = []
  let beforePs = capture.figures[CAPTURED.enter]!
  for (let i = 0; i < capture.events; i++) {
    // Every event tells of the end of what it is about, but a stall is told when it begins.
    const atPs = capture.atPs[i]! + (capture.kind[i] === Event.Stall ? (capture.a[i]! >>> 0) * PS.us : 0)
    accesses.push({ ...accessOf(capture, i, names), atNs: toNs(atPs), ns: toNs(atPs - beforePs) })
    beforePs = atPs
  }
  return accesses
}

function accessOf({ guest, kind, a, b, c }: Capture, i: number, names: Names): Omit<Access, 'atNs' | 'ns'> {
  const first = a[i]!
  const second = b[i]!
  switch (kind[i]) {
    case Event.Read:
    case Event.Write:
      return {
        ordinal: Math.max(0, c[i]!),
        kind: kind[i] === Event.Read ? 'read' : 'write',
        name: names.register(guest, first >>> 0, kind[i] === Event.Read ? 'read' : 'write'),
        value: second >>> 0,
      }
    case Event.BadAccess:
      // The event does not say which; a read of nothing answers all ones.
      return {
        ordinal: Math.max(0, c[i]!),
        kind: second === -1 ? 'read' : 'write',
        name: `no register at 0x${(first >>> 0).toString(16)}`,
        value: second >>> 0,
      }
    case Event.Stall:
      return { ordinal: 0, kind: 'stall', name: 'ScsiPortStallExecution', value: first >>> 0 }
    case Event.CompleteRequest:
      return { ordinal: 0, kind: 'notify', name: 'ScsiPortCompleteRequest', value: null }
    case Event.LogError:
      return { ordinal: 0, kind: 'notify', name: 'ScsiPortLogError', value: first < 0 ? null : first }
    default:
      return {
        ordinal: 0,
        kind: 'notify',
        name: NOTIFICATIONS.get(first) ?? `notification ${first}`,
        value: first === Notification.RequestComplete && second >= 0 ? second : null,
      }
  }
}
