// Runs a workload against drives in memory that take a fixed time for each request, in a virtual time of its own.
import { type IoRequest, Outcome, type Workload } from '../workload.ts'
import { decode, type RamDisk } from './ram-disk.ts'

const GOOD = 0x01

export interface Started {
  atPs: number
  target: number
  opcode: number
  lba: number
  blocks: number
  bytes: number
  outcome: Outcome
  /** Requests in flight, this one with them. */
  inFlight: number
}

export const UNMAP = 0x42
export const FLUSH = 0x35

/** @param latencyPs of every request @returns what was started, in order */
export function timedRun(workload: Workload, disks: readonly RamDisk[], latencyPs: number): Started[] {
  const log: Started[] = []
  const flying: { request: IoRequest; duePs: number; entry: Started }[] = []
  let nowPs = 1000
  for (let turns = 0; turns < 1_000_000; turns++) {
    const request = workload.next(nowPs)
    if (request !== undefined) {
      const { cdb, target, lba, blocks, bytes } = request
      const entry = {
        atPs: nowPs - 1000,
        target,
        opcode: cdb[0]!,
        lba,
        blocks,
        bytes,
        outcome: Outcome.Done,
        inFlight: 0,
      }
      log.push(entry)
      flying.push({ request, duePs: nowPs + latencyPs, entry })
      entry.inFlight = flying.length
      continue
    }
    const first = flying[0]
    if (first === undefined && workload.readyAtPs === Number.POSITIVE_INFINITY) {
      if (workload.done) return log
      throw new Error('the workload waits for nothing')
    }
    if (first === undefined || workload.readyAtPs < first.duePs) {
      if (workload.readyAtPs <= nowPs) throw new Error('the workload is ready and gives nothing')
      nowPs = workload.readyAtPs
      continue
    }
    nowPs = first.duePs
    flying.shift()
    const disk = disks[first.request.target]!
    const moved = decode(first.request.cdb) === undefined ? first.request.bytes : disk.execute(first.request)
    first.entry.outcome = workload.complete(first.request, GOOD, 0, moved)
  }
  throw new Error('the workload does not end')
}
