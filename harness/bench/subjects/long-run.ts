// A million I/Os: does it get slower, does the heap grow?
import { performance } from 'node:perf_hooks'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Feeder } from '../../run/feeder.ts'
import { summary } from '../measure.ts'
import { filled } from './io.ts'
import { openRig } from './rig.ts'
import type { Subject } from './subject.ts'

export interface LongRunOptions {
  drivers: string
  depth: number
  warmUpIos: number
  ios: number
  /** The first and the last so many are compared. */
  windowIos: number
}

/** Where the heap is looked at, in parts of the run. */
export const LOOKS = [0.1, 0.5, 1] as const

/** Each window is timed in so many pieces and its median taken: a neighbour on the machine that wakes up is no drift. */
const PIECES = 20

/**
 * The default workload of `hba run`, 70 % reads. A round is a whole run.
 * @returns for the windows firstNs, lastNs (wall) for one I/O; heap10, heap50, heap100 in bytes
 */
export async function openLongRun(options: LongRunOptions): Promise<Subject> {
  const { drivers, depth, warmUpIos, ios, windowIos } = options
  const total = warmUpIos + ios
  const rig = await openRig({ drivers, driver: 'reference-queued', workload: { depth, ios: total } })
  const { bench, machine, station } = rig
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const heapBytes = (): number => {
    collect()
    const { heapUsed, external } = process.memoryUsage()
    return heapUsed + external
  }
  return {
    round: () => {
      const feeder = new Feeder(station.port, filled(rig, station), rig.scenario.machine.port.srbTimeoutSeconds)
      bench.feeders[0] = feeder
      /** @returns ns of one I/O on the way to that many */
      const until = (returned: number): number => {
        const before = feeder.returned
        const startedHostMs = performance.now()
        while (feeder.returned < returned) if (!bench.step()) throw new Error('the run came to a halt')
        return ((performance.now() - startedHostMs) * 1e6) / (feeder.returned - before)
      }
      const window = (from: number): number => {
        until(warmUpIos + from)
        const pieces = Array.from({ length: PIECES }, (_, n) =>
          until(warmUpIos + from + Math.round((windowIos * (n + 1)) / PIECES)),
        )
        return summary(pieces).median
      }
      const firstNs = window(0)
      until(warmUpIos + ios * LOOKS[0])
      const heap10 = heapBytes()
      until(warmUpIos + ios * LOOKS[1])
      const heap50 = heapBytes()
      const lastNs = window(ios - windowIos)
      const heap100 = heapBytes()
      if (feeder.workload.report().miscompares > 0) throw new Error('blocks read back differ from what was written')
      feeder.abandon('measured')
      return { firstNs, lastNs, heap10, heap50, heap100 }
    },
    close: () => machine.close(),
  }
}
