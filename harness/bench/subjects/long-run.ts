// A million I/Os: does it get slower, does the heap grow?
import { performance } from 'node:perf_hooks'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Feeder } from '../../run/feeder.ts'
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

/**
 * The default workload of `hba run`, 70 % reads, each round on. A round is a whole run.
 * @returns for the windows firstNs, lastNs (wall) and firstCpuNs, lastCpuNs for one I/O; heap10, heap50, heap100 in bytes
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
      const until = (returned: number): void => {
        while (feeder.returned < returned) if (!bench.step()) throw new Error('the run came to a halt')
      }
      const timed = (from: number, to: number): { ns: number; cpuNs: number } => {
        until(warmUpIos + from)
        const cpu = process.cpuUsage()
        const startedHostMs = performance.now()
        until(warmUpIos + to)
        const wallMs = performance.now() - startedHostMs
        const { user, system } = process.cpuUsage(cpu)
        return { ns: (wallMs * 1e6) / (to - from), cpuNs: ((user + system) * 1e3) / (to - from) }
      }
      const first = timed(0, windowIos)
      until(warmUpIos + ios * LOOKS[0])
      const heap10 = heapBytes()
      until(warmUpIos + ios * LOOKS[1])
      const heap50 = heapBytes()
      const last = timed(ios - windowIos, ios)
      const heap100 = heapBytes()
      if (feeder.workload.report().miscompares > 0) throw new Error('blocks read back differ from what was written')
      feeder.abandon('measured')
      return {
        ...{ firstNs: first.ns, lastNs: last.ns, firstCpuNs: first.cpuNs, lastCpuNs: last.cpuNs },
        ...{ heap10, heap50, heap100 },
      }
    },
    close: () => machine.close(),
  }
}
