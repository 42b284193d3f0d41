// A scene as a picture needs it: lines with their edges, routines with their bounds, accesses and marks by name; all in ns from the
// entry of HwInterrupt, or of another routine.

import type { Scene } from '../../trace/event-copy.ts'
import { Event, ROUTINE_NAMES, Routine } from '../../trace/events.ts'
import type { AccessCosts, PictureNames, Wiring } from './names.ts'
import { accessOf, type MarkLane, wordsOf } from './words.ts'

/** [ns, level] at each change; the first stands at the left edge. */
export type Edges = [ns: number, level: 0 | 1][]

export interface Wave {
  name: string
  edges: Edges
}

export interface Frame {
  label: string
  from: number
  to: number
  depth: number
  kind: 'isr' | 'routine' | 'dpc'
  /** Of the miniport that the picture is about. */
  own: boolean
}

export interface AccessBlock {
  kind: 'read' | 'write' | 'bad' | 'stall'
  name: string
  value: string
  from: number
  to: number
  /** In its routine, from 1; 0 for none. */
  ordinal: number
  own: boolean
  guest: string
}

export interface Mark {
  lane: MarkLane
  at: number
  label: string
  detail: string
  own: boolean
}

export interface MomentPhase {
  name: string
  from: number
  to: number
}

export interface Moment {
  guest: string
  /** Without it HwInterrupt. */
  routine?: string
  invocation: number
  claimed: boolean
  unfinished: boolean
  durationNs: number
  /** When it was entered: virtual time since the run began. */
  atNs: number
  from: number
  to: number
  lines: Wave[]
  /** The adapters' own outputs, when several share a line. */
  outputs: Wave[]
  frames: Frame[]
  phases: MomentPhase[]
  accesses: AccessBlock[]
  marks: Mark[]
  omitted: number
}

const AROUND = 0.6

/** ns with at most three decimals: what picoseconds are. */
const round = (ns: number): number => Math.round(ns * 1000) / 1000

export function momentOf(scene: Scene, names: PictureNames, wiring: Wiring, costs: AccessCosts): Moment {
  const { guest, enterPs, exitPs, raisedPs, events } = scene
  const startPs = raisedPs < 0 ? enterPs : raisedPs
  const aroundPs = Math.max(2_000_000, (exitPs - startPs) * AROUND)
  const view = {
    fromPs: Math.max(0, startPs - aroundPs),
    toPs: exitPs + aroundPs,
    ns: (ps: number): number => round((ps - enterPs) / 1000),
  }
  const seen = within(scene, view.fromPs, view.toPs)
  const { lines, outputs } = waves(scene, names, wiring, view)
  const frames = framesOf(scene, names, view)
  const accesses: AccessBlock[] = []
  const marks: Mark[] = []
  for (const i of seen) {
    const atPs = events.atPs[i]!
    const own = events.guest[i] === guest
    const access = accessOf(events, i, names, costs)
    if (access !== undefined) {
      const { kind, name, value, costPs } = access
      const ordinal = kind === 'stall' ? 0 : Math.max(0, events.c[i]!)
      // A stall is in the trace when it begins, an access when it has been made.
      const [from, to] =
        kind === 'stall' ? [view.ns(atPs), view.ns(atPs + costPs)] : [view.ns(atPs - costPs), view.ns(atPs)]
      accesses.push({ kind, name, value, from, to, ordinal, own, guest: names.guest(events.guest[i]!) })
      continue
    }
    const words = wordsOf(events, i, names)
    if (words !== undefined) marks.push({ ...words, at: view.ns(atPs), own })
  }
  return {
    guest: names.guest(guest),
    invocation: scene.invocation,
    claimed: scene.claimed,
    unfinished: !scene.finished,
    durationNs: scene.durationPs / 1000,
    atNs: enterPs / 1000,
    from: view.ns(view.fromPs),
    to: view.ns(view.toPs),
    lines,
    outputs,
    frames,
    phases: phasesOf(scene, view.ns),
    accesses,
    marks,
    omitted: events.omitted,
  }
}

interface View {
  fromPs: number
  toPs: number
  ns(ps: number): number
}

const within = ({ events }: Scene, fromPs: number, toPs: number): number[] =>
  Array.from({ length: events.count }, (_, i) => i).filter(i => events.atPs[i]! >= fromPs && events.atPs[i]! <= toPs)

/** Levels before the first change in the scene are the opposite of that change. */
function edgesOf(changes: readonly [ps: number, level: 0 | 1][], view: View, quiet: 0 | 1): Edges {
  const before = changes.filter(([ps]) => ps < view.fromPs)
  const inside = changes.filter(([ps]) => ps >= view.fromPs && ps <= view.toPs)
  const level = before.at(-1)?.[1] ?? (inside.length > 0 ? ((1 - inside[0]![1]) as 0 | 1) : quiet)
  const edges: Edges = [[view.ns(view.fromPs), level]]
  for (const [ps, next] of inside) if (next !== edges.at(-1)![1]) edges.push([view.ns(ps), next])
  return edges
}

function waves({ events, guest, raisedPs, enterPs }: Scene, names: PictureNames, wiring: Wiring, view: View) {
  const wires = wiring.lines.map((): [number, 0 | 1][] => [])
  const own = wiring.lineOf.map((): [number, 0 | 1][] => [])
  for (let i = 0; i < events.count; i++) {
    const adapter = events.guest[i]!
    const atPs = events.atPs[i]!
    if (events.kind[i] === Event.Line) {
      const line = wiring.lineOf[adapter]
      if (line !== undefined) wires[line]!.push([atPs, events.a[i] === 0 ? 0 : 1])
      own[events.b[i]!]?.push([atPs, events.c[i] === 0 ? 0 : 1])
    }
  }
  const line = wiring.lineOf[guest]!
  // The line of this ISR is high at its entry even when the change lies before what was kept, or never comes.
  const high = raisedPs >= 0 && raisedPs <= enterPs ? 1 : 0
  const sharers = wiring.lineOf.flatMap((l, n) => (l === line ? [n] : []))
  return {
    lines: [{ name: wiring.lines[line]!, edges: edgesOf(wires[line]!, view, high) }],
    outputs:
      sharers.length < 2
        ? []
        : sharers.map(n => ({
            name: `${names.guest(n)} output`,
            edges: edgesOf(own[n]!, view, n === guest ? high : 0),
          })),
  }
}

interface Open {
  label: string
  kind: Frame['kind']
  key: string
  fromPs: number
  own: boolean
}

/** Routines and DPCs of everybody, nested as they ran. An exit without an entry began before the scene. */
function framesOf({ events, guest }: Scene, names: PictureNames, view: View): Frame[] {
  const done: { open: Open; toPs: number; depth: number }[] = []
  const stack: Open[] = []
  const close = (key: string, label: string, kind: Frame['kind'], own: boolean, atPs: number): void => {
    const at = stack.findLastIndex(open => open.key === key)
    if (at < 0) {
      for (const one of done) one.depth++
      done.push({ open: { label, kind, key, own, fromPs: view.fromPs }, toPs: atPs, depth: 0 })
      return
    }
    while (stack.length > at) {
      const open = stack.pop()!
      done.push({ open, toPs: atPs, depth: stack.length })
    }
  }
  let lastPs = view.toPs
  for (let i = 0; i < events.count; i++) {
    const atPs = events.atPs[i]!
    const who = events.guest[i]!
    const own = who === guest
    if (events.kind[i] === Event.Enter || events.kind[i] === Event.Exit) {
      const routine = events.a[i]!
      const key = `${who} ${routine}`
      const name = ROUTINE_NAMES[routine] ?? `routine ${routine}`
      const label = own ? name : `${name} (${names.guest(who)})`
      const kind = routine === Routine.Interrupt ? 'isr' : 'routine'
      if (events.kind[i] === Event.Enter) stack.push({ label, kind, key, own, fromPs: atPs })
      else close(key, label, kind, own, atPs)
    } else if (events.kind[i] === Event.Dpc) {
      const label = own ? 'DPC' : `DPC (${names.guest(who)})`
      if (events.a[i] === 1) stack.push({ label, kind: 'dpc', key: `${who} dpc`, own, fromPs: atPs })
      else close(`${who} dpc`, label, 'dpc', own, atPs)
    }
    lastPs = Math.max(lastPs, atPs)
  }
  while (stack.length > 0) {
    const open = stack.pop()!
    done.push({ open, toPs: lastPs, depth: stack.length })
  }
  return done
    .filter(({ open, toPs }) => toPs >= view.fromPs && open.fromPs <= view.toPs)
    .map(({ open: { label, kind, own, fromPs }, toPs, depth }) => ({
      label,
      from: view.ns(Math.max(fromPs, view.fromPs)),
      to: view.ns(Math.min(toPs, view.toPs)),
      depth,
      kind,
      own,
    }))
    .sort((a, b) => a.from - b.from || a.depth - b.depth)
}

/** The marks of an ISR in the order in which they were reached. The names are those of the report's anatomy. */
function phasesOf({ events, guest, enterPs, exitPs, raisedPs, finished }: Scene, ns: View['ns']): MomentPhase[] {
  const first = (wanted: (i: number) => boolean): number => {
    for (let i = 0; i < events.count; i++) {
      const atPs = events.atPs[i]!
      if (atPs >= enterPs && atPs <= exitPs && events.guest[i] === guest && wanted(i)) return atPs
    }
    return -1
  }
  const marks = [
    { name: 'raise', atPs: raisedPs },
    { name: 'enter', atPs: enterPs },
    { name: 'first status read', atPs: first(i => events.kind[i] === Event.Read) },
    { name: 'acknowledge', atPs: first(i => events.kind[i] === Event.CauseCleared) },
    {
      name: 'complete',
      atPs: first(
        i => (events.kind[i] === Event.Notify && events.a[i] === 0) || events.kind[i] === Event.CompleteRequest,
      ),
    },
    { name: finished ? 'exit' : 'stopped', atPs: exitPs },
  ].filter(mark => mark.atPs >= 0)
  marks.sort((a, b) => a.atPs - b.atPs)
  return marks.slice(1).map((mark, n) => ({
    name: `${marks[n]!.name} → ${mark.name}`,
    from: ns(marks[n]!.atPs),
    to: ns(mark.atPs),
  }))
}
