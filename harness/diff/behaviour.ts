// What counts as the behaviour of a miniport, event by event: what it is called with, what it does, what comes of it. When it
// happens and how many instructions it takes is timing. Addresses in the miniport's own memory are neither: they move with every build.
import { CONFIG, HWID } from '../../schemas/scsiport.ts'
import type { Columns } from '../trace/event-copy.ts'
import { Event, Notification, ScsiPortRoutine } from '../trace/events.ts'

/** Events are compared in order within a stream; how streams mix depends on timing alone. */
export const Stream = {
  none: -1,
  /** What the miniport is called with and what it does. */
  driver: 0,
  /** What reaches the adapter from memory: commands, and accesses that make no sense. */
  adapter: 1,
  /** What comes of requests. */
  results: 2,
} as const
export const STREAMS = 3

export const streamOf = (kind: number): number => STREAM_OF[kind]!

const STREAM_OF = new Int8Array(128).fill(Stream.none)
for (const kind of [
  ...[Event.Enter, Event.Exit, Event.Read, Event.Write, Event.BadAccess, Event.Stall, Event.Notify],
  ...[Event.CompleteRequest, Event.LogError, Event.GetPhysical, Event.MapTransfer, Event.FlushDma, Event.SrbCompleted],
  ...[Event.TimerArmed, Event.Stopped, Event.Storm, Event.InitField, Event.ConfigField, Event.ConfigRange, Event.Call],
  Event.Control,
])
  STREAM_OF[kind] = Stream.driver
for (const kind of [
  ...[Event.CommandFetched, Event.BusReset, Event.AdapterReset, Event.Diagnostic, Event.DmaFault, Event.FaultInjected],
])
  STREAM_OF[kind] = Stream.adapter
for (const kind of [Event.SrbDone, Event.Timeout, Event.Finding, Event.Adapter]) STREAM_OF[kind] = Stream.results

/** Members of HW_INITIALIZATION_DATA that are table indices: other numbers in every build. */
export const ROUTINE_POINTERS: ReadonlySet<number> = new Set<number>([
  ...[HWID.HwInitialize, HWID.HwStartIo, HWID.HwInterrupt, HWID.HwFindAdapter, HWID.HwResetBus, HWID.HwDmaStarted],
  ...[HWID.HwAdapterState, HWID.HwAdapterControl],
])
/** What else is of no concern to anybody but the driver: where its texts lie, and how much memory it wants for itself. */
const PRIVATE = new Set<number>([
  ...[HWID.VendorId, HWID.DeviceId, HWID.DeviceExtensionSize, HWID.SpecificLuExtensionSize, HWID.SrbExtensionSize],
])
const PRIVATE_CONFIG = new Set<number>([
  ...[CONFIG.AccessRanges, CONFIG.DeviceExtensionSize, CONFIG.SpecificLuExtensionSize, CONFIG.SrbExtensionSize],
])
const A = 1
const B = 2
const C = 4
const D = 8
const ALL = A | B | C | D

/** Which of a, b, c, d are behaviour, by kind; the few that depend on what is in them stand in `columnsOf`. */
const COLUMNS = new Uint8Array(128).fill(ALL)
for (const [kind, columns] of [
  [Event.Enter, A | B | C],
  [Event.Exit, A | B | C],
  [Event.GetPhysical, A | D],
  [Event.Stopped, A | B | C],
  [Event.Finding, A | B],
  [Event.Stall, A],
  [Event.FlushDma, A],
  [Event.TimerArmed, A],
  [Event.Adapter, A | B],
] as const)
  COLUMNS[kind] = columns

function columnsOf({ kind, a }: Columns, i: number): number {
  const word = a[i]!
  switch (kind[i]) {
    case Event.Notify:
      if (word === Notification.RequestComplete) return A | B
      if (word === Notification.RequestTimerCall) return A | C
      return word === Notification.NextLuRequest ? ALL : A
    case Event.InitField:
      return ROUTINE_POINTERS.has(word) || PRIVATE.has(word) ? A | C : ALL
    case Event.ConfigField:
      return PRIVATE_CONFIG.has(word) ? A : ALL
    case Event.Call:
      switch (word) {
        case ScsiPortRoutine.GetUncachedExtension:
        case ScsiPortRoutine.GetLogicalUnit:
          return A | B
        case ScsiPortRoutine.GetVirtualAddress:
          return A
        default:
          return ALL
      }
    default:
      return COLUMNS[kind[i]!]!
  }
}

/** A number for the behaviour in an event, to go on with from the numbers before it. */
export function mixBehaviour(columns: Columns, i: number, hash: number): number {
  const taken = columnsOf(columns, i)
  let h = Math.imul(hash ^ columns.kind[i]!, 0x85ebca6b)
  h = Math.imul((h ^ (h >>> 15)) + ((taken & A) === 0 ? 0 : columns.a[i]!), 0xc2b2ae35)
  h = Math.imul((h ^ (h >>> 13)) + ((taken & B) === 0 ? pointer(columns, i) : columns.b[i]!), 0x27d4eb2f)
  h = Math.imul((h ^ (h >>> 15)) + ((taken & C) === 0 ? 0 : columns.c[i]!), 0x165667b1)
  h = Math.imul((h ^ (h >>> 13)) + ((taken & D) === 0 ? 0 : columns.d[i]!), 0x9e3779b1)
  return h ^ (h >>> 16)
}

/** Of a routine pointer: is there one? */
const pointer = ({ kind, a, b }: Columns, i: number): number =>
  kind[i] === Event.InitField && ROUTINE_POINTERS.has(a[i]!) && b[i] !== 0 ? 1 : 0

/** The same as a text, so that two events can be told apart. */
export function behaviourKey(columns: Columns, i: number): string {
  const taken = columnsOf(columns, i)
  const part = (bit: number, value: number): string => ((taken & bit) === 0 ? '' : String(value))
  const b = (taken & B) === 0 ? String(pointer(columns, i)) : String(columns.b[i])
  return [columns.kind[i], part(A, columns.a[i]!), b, part(C, columns.c[i]!), part(D, columns.d[i]!)].join(' ')
}

/** One event, out of the ring. */
export interface EventNumbers {
  kind: number
  a: number
  b: number
  c: number
  d: number
}

/** Do two events differ in what the miniport is given, not in what it does? Then the reason lies elsewhere. */
export function isGiven(one: EventNumbers, other: EventNumbers): boolean {
  if (one.kind !== other.kind) return false
  return one.kind === Event.Enter || (one.kind === Event.Read && one.a === other.a && one.d === other.d)
}
