// From a scenario to the first INQUIRY that came back, with everything warm: module metered and in the cache, code compiled.
import { performance } from 'node:perf_hooks'
import { MemoryMeterCache } from '../../guest/memory-meter-cache.ts'
import { Bench } from '../../run/bench.ts'
import { buildMachine } from '../../run/machine.ts'
import { listen } from '../../run.ts'
import { Event } from '../../trace/events.ts'
import { summary } from '../measure.ts'
import { runIo, scenarioOf } from './rig.ts'
import type { Subject } from './subject.ts'

export interface BootOptions {
  drivers: string
  /** Boots of one round: the round's figure is their median. */
  boots: number
}

/** @returns ms of a boot: inquiryMs to the first INQUIRY, readyMs to the end of the bus scan */
export async function openBoot({ drivers, boots }: BootOptions): Promise<Subject> {
  const options = { drivers, driver: 'reference-queued' }
  const scenario = scenarioOf(options)
  const io = runIo(new MemoryMeterCache())
  return {
    round: async () => {
      const inquiryMs: number[] = []
      const readyMs: number[] = []
      for (let n = 0; n < boots; n++) {
        const startedHostMs = performance.now()
        let firstMs = 0
        const machine = await buildMachine(scenario, io, trace => {
          const { host } = listen(scenario, trace, io)
          const on = (): void => {
            if (firstMs === 0) firstMs = performance.now() - startedHostMs
          }
          trace.subscribe({ kind: Event.SrbDone, reader: { on } })
          return host
        })
        const bench = new Bench(machine)
        bench.boot(machine.stations[0]!)
        readyMs.push(performance.now() - startedHostMs)
        inquiryMs.push(firstMs)
        machine.close()
        if (machine.stations[0]!.port.units.length !== 1) throw new Error('the boot did not find its disk')
      }
      return { inquiryMs: summary(inquiryMs).median, readyMs: summary(readyMs).median }
    },
    close: () => {},
  }
}
