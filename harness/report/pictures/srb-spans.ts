// What became of each SRB in a stretch of the trace: queued, started, fetched by the adapter, DMA, finished, ISR, completed, done. Commands of the
// adapter and SRBs are brought together by unit and CDB, in the order in which they were started, as the rules do (rules/commands.ts).

import type { EventCopy } from '../../trace/event-copy.ts'
import { Event, Routine } from '../../trace/events.ts'
import type { PictureNames } from './names.ts'
import { srbWhat } from './words.ts'

/** Instants in ns of the picture; null when it did not happen in it. */
export interface SrbSpan {
  serial: number
  guest: string
  /** READ(10) 4 KiB to target 0 LUN 0 */
  what: string
  bytes: number
  queued: number | null
  started: number | null
  fetched: number | null
  dma: number[]
  finished: number | null
  isr: number | null
  completed: number | null
  done: number | null
}

export interface SrbWindow {
  /** The SRB it is about: of all I/Os of the workload the one that took longest. */
  serial: number
  guest: string
  /** Queued to done. */
  durationNs: number
  /** Virtual time since the run began of the instant 0. */
  atNs: number
  from: number
  to: number
  spans: SrbSpan[]
  /** SRBs of the window that are not shown. */
  omitted: number
}

/** The instants of an SRB while it is followed, in ps, and what finds its command. */
interface Followed {
  span: SrbSpan
  guest: number
  unit: number
  digest: number
  tag: number
}

export interface SpanWindow {
  guest: number
  serial: number
  queuedPs: number
  donePs: number
  events: EventCopy
}

const MOST_SPANS = 40

export function srbWindow(window: SpanWindow, names: PictureNames): SrbWindow {
  const { queuedPs, donePs } = window
  const ns = (ps: number): number => Math.round(ps - queuedPs) / 1000
  const followed = follow(window, ns, names)
  // What had come back before it was queued has nothing to do with it. The port's own requests (REQUEST SENSE) are never given back to anybody.
  const all = followed.map(({ span }) => span).filter(({ completed, done }) => (done ?? completed ?? 0) >= 0)
  const at = all.findIndex(({ serial, guest }) => serial === window.serial && guest === names.guest(window.guest))
  const first = Math.max(0, Math.min(at - (MOST_SPANS >> 1), all.length - MOST_SPANS))
  const spans = all.slice(first, first + MOST_SPANS)
  const to = ns(donePs)
  return {
    serial: window.serial,
    guest: names.guest(window.guest),
    durationNs: to,
    atNs: queuedPs / 1000,
    from: Math.min(0, ...spans.map(({ queued }) => queued ?? 0)),
    to,
    spans,
    omitted: all.length - spans.length,
  }
}

const NOT_REACHED = { started: null, fetched: null, finished: null, isr: null, completed: null, done: null }

function follow(window: SpanWindow, ns: (ps: number) => number, names: PictureNames): Followed[] {
  const { events, serial } = window
  const all: Followed[] = []
  const bySerial = new Map<number, Followed>()
  // So much went on while it waited that its beginning was overwritten: of that only the instant is known.
  if (!events.kind.some((kind, i) => kind === Event.SrbQueued && events.a[i] === serial)) {
    const span = {
      serial,
      guest: names.guest(window.guest),
      what: 'its beginning was overwritten',
      bytes: 0,
      queued: 0,
    }
    const slowest = { span: { ...span, ...NOT_REACHED, dma: [] }, guest: window.guest, unit: -1, digest: -1, tag: -1 }
    all.push(slowest)
    bySerial.set(serial, slowest)
  }
  const byTag = new Map<number, Followed>()
  const lastIsr = new Map<number, number>()
  for (let i = 0; i < events.count; i++) {
    const guest = events.guest[i]!
    const at = ns(events.atPs[i]!)
    const [a, b, c, d] = [events.a[i]!, events.b[i]!, events.c[i]!, events.d[i]!]
    const one = bySerial.get(a)
    switch (events.kind[i]) {
      case Event.SrbQueued: {
        const span: SrbSpan = {
          serial: a,
          guest: names.guest(guest),
          what: `${srbWhat(c, names)} to target ${(b >> 8) & 0xff} LUN ${b & 0xff}`,
          bytes: d,
          ...NOT_REACHED,
          queued: at,
          dma: [],
        }
        const followed = { span, guest, unit: b & 0xffff, digest: -1, tag: -1 }
        all.push(followed)
        bySerial.set(a, followed)
        break
      }
      case Event.SrbStarted:
        if (one === undefined) break
        one.span.started = at
        one.digest = c >> 8
        break
      case Event.CommandFetched: {
        const unit = ((b & 0xff) << 8) | (c & 0xff)
        const digest = d >> 8
        const owner = all.find(
          f => f.guest === guest && f.tag < 0 && f.digest === digest && f.unit === unit && f.span.completed === null,
        )
        byTag.delete((guest << 8) | (a & 0xff))
        if (owner === undefined || owner.span.started === null) break
        owner.tag = a & 0xff
        owner.span.fetched = at
        byTag.set((guest << 8) | owner.tag, owner)
        break
      }
      case Event.DmaMoved:
        byTag.get((guest << 8) | (a & 0xff))?.span.dma.push(at)
        break
      case Event.CommandFinished: {
        const owner = byTag.get((guest << 8) | (a & 0xff))
        if (owner !== undefined) owner.span.finished = at
        byTag.delete((guest << 8) | (a & 0xff))
        break
      }
      case Event.Enter:
        if (a === Routine.Interrupt) lastIsr.set(guest, at)
        break
      case Event.Exit:
        if (a === Routine.Interrupt) lastIsr.delete(guest)
        break
      case Event.SrbCompleted:
        if (one === undefined) break
        one.span.completed = at
        one.span.isr = lastIsr.get(guest) ?? null
        break
      case Event.SrbDone:
        if (one !== undefined) one.span.done = at
        break
    }
  }
  return all
}
