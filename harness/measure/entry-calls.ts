// Every call of one entry point: exact distribution, totals, and of each duration the first call with what it did, so that at the end there is
// one that took exactly as long as the median and one as long as the longest.
import type { EntryFigures, MeasuredCall } from '../../schemas/baseline.ts'
import type { Names } from '../latency/anatomy.ts'
import { Distribution, RANK } from '../latency/distribution.ts'
import { Event, Notification } from '../trace/events.ts'
import type { Trace } from '../trace/trace.ts'

/** Durations of which the first call is kept. */
const MOST_DURATIONS = 4096
/** Ways through an entry point that are listed, beside the typical and the longest call. */
const MOST_WAYS = 32
/** Accesses listed of one call. */
const MOST_ACCESSES = 512

const NOTIFICATIONS = new Map<number, string>(Object.entries(Notification).map(([name, type]) => [type, name]))

export class EntryCalls {
  readonly ps = new Distribution()
  instructions = 0
  reads = 0
  writes = 0
  stallUs = 0
  readonly #first = new Map<number, MeasuredCall>()
  #lastPs = -1
  #longestPs = -1

  /** A call ends: the newest event of the trace is its Exit. @param enterEvent number of its Enter */
  add(
    trace: Trace,
    names: Names,
    guest: number,
    enterEvent: number,
    durationPs: number,
    instructions: number,
    reads: number,
    writes: number,
    stallUs: number,
  ): void {
    this.ps.add(durationPs)
    this.instructions += instructions
    this.reads += reads
    this.writes += writes
    this.stallUs += stallUs
    if (durationPs === this.#lastPs) return
    this.#lastPs = durationPs
    const longest = durationPs > this.#longestPs
    if (longest) this.#longestPs = durationPs
    if (this.#first.has(durationPs) || (this.#first.size >= MOST_DURATIONS && !longest)) return
    this.#first.set(durationPs, {
      durationNs: durationPs / 1000,
      instructions,
      reads,
      writes,
      ...accessesOf(trace, names, guest, enterEvent),
    })
  }

  figures(name: string): EntryFigures {
    const { ps } = this
    const at = (rank: number) => ps.percentile(rank) / 1000
    const typical = this.#callOf(ps.percentile(RANK.p50))
    const worst = this.#callOf(ps.max)
    const ways = this.#waysBeside(typical, worst)
    return {
      name,
      calls: ps.count,
      virtualNs: { p50: at(RANK.p50), p90: at(RANK.p90), p99: at(RANK.p99), p999: at(RANK.p999), max: at(RANK.max) },
      totalNs: ps.sum / 1000,
      instructions: this.instructions,
      reads: this.reads,
      writes: this.writes,
      stallUs: this.stallUs,
      typical,
      worst,
      otherWays: ways.slice(0, MOST_WAYS),
      otherWaysOmitted: Math.max(0, ways.length - MOST_WAYS),
    }
  }

  /** In the order in which they were first gone. Two ways of one duration count as one. */
  #waysBeside(...shown: readonly MeasuredCall[]): string[][] {
    const known = new Set(shown.map(call => wayOf(call.accesses)))
    const ways: string[][] = []
    for (const { accesses } of this.#first.values()) {
      const way = wayOf(accesses)
      if (known.has(way)) continue
      known.add(way)
      ways.push(accesses)
    }
    return ways
  }

  /** The first call that took so long; of a duration that came too late to be kept, the nearest. */
  #callOf(durationPs: number): MeasuredCall {
    const exact = this.#first.get(durationPs)
    if (exact !== undefined) return exact
    const apart = ([ps]: readonly [number, MeasuredCall]) => Math.abs(ps - durationPs)
    return [...this.#first].reduce((best, next) => (apart(next) < apart(best) ? next : best))[1]
  }
}

/** Tells two lists of accesses apart. */
export const wayOf = (accesses: readonly string[]): string => accesses.join('\n')

function accessesOf(
  trace: Trace,
  names: Names,
  guest: number,
  enterEvent: number,
): Pick<MeasuredCall, 'accesses' | 'accessesOmitted'> {
  const accesses: string[] = []
  const first = Math.max(enterEvent, trace.overwritten)
  let accessesOmitted = first - enterEvent
  for (let number = first; number < trace.count; number++) {
    const i = trace.indexOf(number)
    if (trace.guest[i] !== guest) continue
    const text = accessOf(trace, names, guest, i)
    if (text === undefined) continue
    if (accesses.length < MOST_ACCESSES) accesses.push(text)
    else accessesOmitted++
  }
  return { accesses, accessesOmitted }
}

function accessOf(trace: Trace, names: Names, guest: number, i: number): string | undefined {
  const first = trace.a[i]!
  switch (trace.kind[i]) {
    case Event.Read:
      return `read ${names.register(guest, first >>> 0, 'read')}`
    case Event.Write:
      return `write ${names.register(guest, first >>> 0, 'write')}`
    case Event.BadAccess:
      return `access to 0x${(first >>> 0).toString(16)}, where there is no register`
    case Event.Stall:
      return `stall ${first >>> 0} µs`
    case Event.Notify:
      return `notify ${NOTIFICATIONS.get(first) ?? first}`
    case Event.CompleteRequest:
      return 'call ScsiPortCompleteRequest'
    case Event.LogError:
      return 'call ScsiPortLogError'
    default:
      return undefined
  }
}
