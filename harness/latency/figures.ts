// Latency in the shape of the report: of one guest, of all guests, of every routine.

import { PS } from '../../device/clock.ts'
import {
  BUCKET_UPTO_US,
  type Bucket,
  type HostFigures,
  type IsrReport,
  type NoiseFloor,
  type Percentiles,
  type RoutineReport,
} from '../../schemas/report.ts'
import { Routine } from '../trace/events.ts'
import { invocationOf, type Names, routineName, toNs } from './anatomy.ts'
import type { Capture } from './capture.ts'
import { Distribution, RANK } from './distribution.ts'
import type { GuestLatency } from './guest-latency.ts'

/** Host figures of one guest's routine, when host time is measured at all. */
export interface HostSource {
  figures(guest: number, routine: number): HostFigures | null
  /** Of several guests' calls of one routine together. */
  merged(guests: readonly number[], routine: number): HostFigures | null
  noiseFloor(): NoiseFloor | null
}

export function percentilesOf(ps: Distribution): Percentiles | null {
  if (ps.count === 0) return null
  const at = (rank: number) => toNs(ps.percentile(rank))
  return { p50: at(RANK.p50), p90: at(RANK.p90), p99: at(RANK.p99), p999: at(RANK.p999), max: at(RANK.max) }
}

/** Counts by the rows of the bucket table; a value on a bound belongs to the row above it. */
export function bucketsOf(...distributions: readonly Distribution[]): Bucket[] {
  const buckets: Bucket[] = BUCKET_UPTO_US.map(uptoUs => ({ uptoUs, count: 0 }))
  for (const distribution of distributions) {
    for (const [value, count] of distribution.entries()) {
      buckets.find(bucket => bucket.uptoUs === null || value < bucket.uptoUs * PS.us)!.count += count
    }
  }
  return buckets
}

const together = (distributions: readonly Distribution[]): Distribution => {
  const all = new Distribution()
  for (const one of distributions) all.merge(one)
  return all
}

/** The longest claimed call; without one the longest unclaimed. */
function worstOf(guests: readonly GuestLatency[]): Capture | undefined {
  const longest = (captures: readonly Capture[]) =>
    captures.reduce<Capture | undefined>((a, b) => (b.taken && b.record > (a?.record ?? -1) ? b : a), undefined)
  return longest(guests.map(g => g.worst[Routine.Interrupt]!)) ?? longest(guests.map(g => g.worstUnclaimed))
}

/** HwInterrupt of one guest, or of several together. */
export function isrReport(guests: readonly GuestLatency[], names: Names, host?: HostSource): IsrReport {
  const claimed = together(guests.map(g => g.claimed))
  const unclaimed = together(guests.map(g => g.unclaimed))
  const total = (which: 'instructions' | 'reads' | 'writes' | 'stalls' | 'stallUs') =>
    guests.reduce((sum, g) => sum + g.routines[Routine.Interrupt]![which], 0)
  const worst = worstOf(guests)
  return {
    count: claimed.count + unclaimed.count,
    claimed: claimed.count,
    unclaimed: unclaimed.count,
    virtualNs: percentilesOf(claimed),
    unclaimedNs: percentilesOf(unclaimed),
    raiseToEnterNs: percentilesOf(together(guests.map(g => g.raiseToEnter))),
    buckets: bucketsOf(claimed, unclaimed),
    reads: total('reads'),
    writes: total('writes'),
    instructions: total('instructions'),
    stalls: total('stalls'),
    stallUs: total('stallUs'),
    worst: worst === undefined ? null : invocationOf(worst, names),
    hostNs:
      host?.merged(
        guests.map(g => g.guest),
        Routine.Interrupt,
      ) ?? null,
    noiseFloorNs: host?.noiseFloor() ?? null,
  }
}

/** Every routine of a guest that was called. */
export function routineReports(guest: GuestLatency, host?: HostSource): RoutineReport[] {
  return guest.routines.flatMap(({ ps, instructions, reads, writes, stallUs }, routine) =>
    ps.count === 0
      ? []
      : [
          {
            name: routineName(routine),
            count: ps.count,
            virtualNs: percentilesOf(ps),
            instructions,
            reads,
            writes,
            stallUs,
            hostNs: host?.figures(guest.guest, routine) ?? null,
          },
        ],
  )
}
