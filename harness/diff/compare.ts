// Two drivers under the same scenario and seed. Both are run; fingerprints tell in which block of events they part first; both are run
// once more up to there, and that block is compared event by event. Nothing of a trace is kept in between.
import type { Diff, Parting } from '../../schemas/diff.ts'
import type { Report } from '../../schemas/report.ts'
import type { Scenario } from '../../schemas/scenario.ts'
import { plural, time } from '../rules/text.ts'
import type { RunNames } from '../run/names.ts'
import type { RunIo, RunResult } from '../run-io.ts'
import { Event } from '../trace/events.ts'
import { align } from './align.ts'
import { isGiven, STREAMS, Stream } from './behaviour.ts'
import { BLOCK_EVENTS, firstBlock, type StreamHash, StreamReader } from './stream-hashes.ts'
import { type WindowEvent, type WindowPlace, WindowReader } from './window.ts'

/** One of the two. */
export interface DiffSide {
  scenario: Scenario
  io: RunIo
}

export interface Compared {
  reports: { a: Report; b: Report }
  accesses: { a: AccessName[]; b: AccessName[] }
  parting: Parting | null
  timingParting: Parting | null
  behaviour: Diff['behaviour']
  timing: Diff['timing']
}

export interface AccessName {
  guest: number
  routine: number
  register: string
  side: 'read' | 'write'
  count: number
}

export interface CompareOptions {
  runScenario(scenario: Scenario, io: RunIo): Promise<RunResult>
  /** Instructions cost almost nothing, so that both meet the same world. */
  ignoreTiming: boolean
  /** Events shown before and after the place. */
  context: number
}

/** In virtual time; not 0, or a loop would take none. */
const ALMOST_NOTHING_PS = 1
const STREAM_NAMES = ['driver', 'adapter', 'results'] as const

interface Fingerprint {
  streams: StreamReader
  names: RunNames
  report: Report
}

/** Where two fingerprints differ: a block of one stream. */
interface Place extends WindowPlace {
  of: 'behaviour' | 'timing'
  startPs: number
  endPs: number
  /** When the block after it ends. */
  afterPs: number
}

export async function compareDrivers(a: DiffSide, b: DiffSide, options: CompareOptions): Promise<Compared> {
  const prepared = (free: boolean): [DiffSide, DiffSide] =>
    free ? [withFreeInstructions(a), withFreeInstructions(b)] : [a, b]
  const fingerprints = async ([one, other]: [DiffSide, DiffSide]) => ({
    a: await fingerprint(one, options),
    b: await fingerprint(other, options),
  })
  const { ignoreTiming } = options
  const sides = prepared(ignoreTiming)
  const first = await fingerprints(sides)
  const places = placesOf(first.a, first.b, 'behaviour')
  const timingPlaces = placesOf(first.a, first.b, 'timing')
  const partings = await partingsAt(sides, [...places, ...(ignoreTiming ? [] : timingPlaces)], options)
  const parting = earliest(partings.slice(0, places.length))
  const timed = earliest(partings.slice(places.length))
  const timingParting = timed !== null && (parting === null || timed.atNs < parting.atNs) ? timed : null
  let behaviour: Diff['behaviour'] = places.length === 0 ? 'same' : 'different'
  if (parting !== null && timingParting !== null) {
    const again = await fingerprints(prepared(true))
    if (placesOf(again.a, again.b, 'behaviour').length === 0) behaviour = 'follows-timing'
  }
  return {
    reports: { a: first.a.report, b: first.b.report },
    accesses: { a: accessNames(first.a), b: accessNames(first.b) },
    parting,
    timingParting,
    behaviour,
    timing: timingPlaces.length === 0 ? 'same' : 'different',
  }
}

/** The first of those at the same instant. */
const earliest = (partings: readonly Parting[]): Parting | null =>
  partings.reduce<Parting | null>((best, next) => (best === null || next.atNs < best.atNs ? next : best), null)

const withFreeInstructions = ({ scenario, io }: DiffSide): DiffSide => {
  const { machine } = scenario
  return {
    io,
    scenario: { ...scenario, machine: { ...machine, cost: { ...machine.cost, instructionPs: ALMOST_NOTHING_PS } } },
  }
}

async function fingerprint({ scenario, io }: DiffSide, { runScenario }: CompareOptions): Promise<Fingerprint> {
  let streams!: StreamReader
  let names!: RunNames
  const { report } = await runScenario(scenario, {
    ...io,
    listener: {
      begin: (trace, runNames) => {
        streams = new StreamReader(trace, scenario.machine.adapters.length)
        names = runNames
      },
    },
  })
  streams.finish()
  return { streams, names, report }
}

function accessNames({ streams, names }: Fingerprint): AccessName[] {
  return streams.accesses.map(({ guest, routine, offset, side, count }) => ({
    ...{ guest, routine, side, count },
    register: names.register(guest, offset, side),
  }))
}

/** The first block that differs in each stream of each miniport, without those that lie after another one. */
function placesOf(a: Fingerprint, b: Fingerprint, of: 'behaviour' | 'timing'): Place[] {
  const places: Place[] = []
  for (const [n, one] of a.streams.streams.entries()) {
    const stream = n % STREAMS
    if (of === 'timing' && stream !== Stream.driver) continue
    const other = b.streams.streams[n]!
    const block = firstBlock(one, other, of)
    if (block < 0) continue
    const end = (after: number): number => Math.max(endOf(one, block + after), endOf(other, block + after))
    places.push({
      of,
      guest: Math.floor(n / STREAMS),
      stream,
      first: block * BLOCK_EVENTS,
      end: (block + 1) * BLOCK_EVENTS,
      startPs: block === 0 ? 0 : Math.min(endOf(one, block - 1), endOf(other, block - 1)),
      endPs: end(0),
      afterPs: end(1),
    })
  }
  const firstEndPs = Math.min(...places.map(place => place.endPs))
  return places.filter(place => place.startPs <= firstEndPs)
}

const endOf = ({ endPs }: StreamHash, block: number): number =>
  block < endPs.count ? endPs.at(block) : Number.POSITIVE_INFINITY

/** More events of the stream than this are kept around the block. */
const MARGIN = 64

/** Runs both once more, as far as the places are. */
async function partingsAt(
  [a, b]: [DiffSide, DiffSide],
  places: readonly Place[],
  options: CompareOptions,
): Promise<Parting[]> {
  if (places.length === 0) return []
  const [one, other] = [await look(a, places, options), await look(b, places, options)]
  return places.flatMap((place, n) => part(one.events[n]!, other.events[n]!, place, one.names, options))
}

/** @returns one, none when they do not part after all */
function part(
  a: readonly WindowEvent[],
  b: readonly WindowEvent[],
  place: Place,
  names: RunNames,
  { context }: CompareOptions,
): Parting[] {
  const inStream = (events: readonly WindowEvent[]): WindowEvent[] =>
    events.filter(event => event.number >= place.first)
  const [eventsA, eventsB] = [inStream(a), inStream(b)]
  const differs = (n: number): boolean => {
    const [x, y] = [eventsA[n], eventsB[n]]
    if (x === undefined || y === undefined) return true
    return place.of === 'behaviour' ? x.key !== y.key : x.atPs !== y.atPs || (x.kind === Event.Exit && x.d !== y.d)
  }
  let n = 0
  while (n < Math.max(eventsA.length, eventsB.length) && !differs(n)) n++
  const [x, y] = [eventsA[n], eventsB[n]]
  const at = x ?? y
  if (at === undefined) return []
  const around = (events: readonly WindowEvent[], event: WindowEvent | undefined): WindowEvent[] => {
    const index = event === undefined ? events.length : events.indexOf(event)
    return events.slice(Math.max(0, index - context), index + context + 1)
  }
  return [
    {
      guest: names.guest(place.guest),
      stream: STREAM_NAMES[place.stream]!,
      event: place.first + n,
      routine: at.routine === '' || (x ?? at).routine !== (y ?? at).routine ? null : at.routine,
      atNs: at.atPs / 1000,
      a: place.of === 'behaviour' ? said(x) : timed(eventsA, n),
      b: place.of === 'behaviour' ? said(y) : timed(eventsB, n),
      by: x !== undefined && y !== undefined && isGiven(x, y) ? 'world' : 'driver',
      lines: align(around(a, x), around(b, y)),
    },
  ]
}

const said = (event: WindowEvent | undefined): string => (event === undefined ? 'nothing more' : event.words)

/** How long the routine takes in which something comes later or earlier; else what does. */
function timed(events: readonly WindowEvent[], n: number): string {
  const event = events[n]
  if (event === undefined) return 'nothing more'
  const exit = events.slice(n).find(later => later.kind === Event.Exit && later.routine === event.routine)
  if (event.routine === '' || exit === undefined) return `${event.words}, at ${time(event.atPs)}`
  return `${event.routine} executes ${plural(exit.d >>> 0, 'instruction')}, returns at ${time(exit.atPs)}`
}

/** Runs it again, as far as the places are. */
async function look(
  { scenario, io }: DiffSide,
  places: readonly Place[],
  { runScenario }: CompareOptions,
): Promise<{ events: WindowEvent[][]; names: RunNames }> {
  const { machine } = scenario
  const runPs = Math.min(machine.limits.runPs, Math.max(...places.map(place => place.afterPs)))
  let readers: WindowReader[] = []
  let names!: RunNames
  await runScenario(
    { ...scenario, machine: { ...machine, limits: { ...machine.limits, runPs } } },
    {
      ...io,
      listener: {
        begin: (trace, runNames) => {
          names = runNames
          readers = places.map(
            place =>
              new WindowReader(trace, runNames, { ...place, first: place.first - MARGIN, end: place.end + MARGIN }),
          )
        },
      },
    },
  )
  return { events: readers.map(reader => reader.events), names }
}
