// Trace events: a recorded stretch of a real run, written into a fresh trace again and again.
import { performance } from 'node:perf_hooks'
import { Clock } from '../../../device/clock.ts'
import { MemoryMeterCache } from '../../guest/memory-meter-cache.ts'
import { Feeder } from '../../run/feeder.ts'
import { listen } from '../../run.ts'
import { copyEvents, type EventCopy } from '../../trace/event-copy.ts'
import { Event } from '../../trace/events.ts'
import { Trace } from '../../trace/trace.ts'
import { filled } from './io.ts'
import { openRig, runIo, scenarioOf } from './rig.ts'
import type { Subject } from './subject.ts'

export interface EventsOptions {
  drivers: string
  /** `all`: every reader `hba run` has. `rules`: those but the rules. `trace`: nobody listens. */
  readers: 'all' | 'no-rules' | 'trace'
  /** Times the stretch is played in one round. */
  plays: number
}

/** I/Os in the stretch: their events fit into the ring. */
const IOS = 1_000

/** @returns ns of one event: eventNs */
export async function openEvents({ drivers, readers, plays }: EventsOptions): Promise<Subject> {
  const tape = await record(drivers)
  const { count, atPs, kind, guest, a, b, c, d, startPs, spanPs } = tape
  const clock = new Clock()
  const trace = new Trace(clock)
  const options = { drivers, driver: 'reference-queued', without: readers === 'no-rules' ? (['rules'] as const) : [] }
  const heard = readers === 'trace' ? undefined : listen(scenarioOf(options), trace, runIo(new MemoryMeterCache()))
  let originPs = 0
  return {
    round: () => {
      const startedHostMs = performance.now()
      for (let play = 0; play < plays; play++) {
        for (let n = 0; n < count; n++) {
          clock.nowPs = originPs + atPs[n]! - startPs
          trace.emit(kind[n]!, guest[n]!, a[n]!, b[n]!, c[n]!, d[n]!)
        }
        originPs += spanPs
      }
      const wallMs = performance.now() - startedHostMs
      if ((heard?.rules.violations().length ?? 0) > 0) throw new Error('the played events break a rule')
      return { eventNs: (wallMs * 1e6) / (plays * count) }
    },
    close: () => {},
  }
}

interface Tape extends EventCopy {
  startPs: number
  /** Virtual time from its first event to the first that follows. */
  spanPs: number
}

/** From one submitted request to another at depth 1: nothing is open at either end, so that the stretch can follow itself. */
async function record(drivers: string): Promise<Tape> {
  const workload = { depth: 1, read: 100, ios: IOS + 2 }
  const rig = await openRig({ drivers, driver: 'reference-queued', workload })
  const { bench, station, machine } = rig
  const { trace } = machine
  const feeder = new Feeder(station.port, filled(rig, station), rig.scenario.machine.port.srbTimeoutSeconds)
  bench.feeders.push(feeder)
  const submitted: number[] = []
  const on = (i: number): void => {
    if (trace.a[i] === 1) submitted.push(trace.numberAt(i))
  }
  trace.subscribe({ kind: Event.Workload, reader: { on } })
  bench.run()
  machine.close()
  const { 0: first, [IOS]: end } = submitted
  if (first === undefined || end === undefined || trace.indexOf(first) < 0)
    throw new Error('the recorded stretch does not fit into the ring')
  const startPs = trace.psAt(trace.indexOf(first))
  const spanPs = trace.psAt(trace.indexOf(end)) - startPs
  return { ...copyEvents(trace, first, end, end - first, 'first'), startPs, spanPs }
}
