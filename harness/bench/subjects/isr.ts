// What an interrupt costs in virtual time on an adapter: the figures of a run, which are the same in every round and on every machine.

import { MemoryMeterCache } from '../../guest/memory-meter-cache.ts'
import { runScenario } from '../../run.ts'
import { runIo, scenarioOf } from './rig.ts'
import type { Subject } from './subject.ts'

export interface IsrOptions {
  drivers: string
  driver: string
  kind: 'reference' | 'buslogic' | 'nvme'
  depth: number
  ios: number
}

/** Bytes an I/O. */
const IO_BYTES = 4096

/** @returns of one claimed ISR in virtual time: p50Ns, p99Ns, raiseNs (raise → enter, p50), reads, writes, instructions */
export async function openIsr({ ios, depth, ...rest }: IsrOptions): Promise<Subject> {
  const scenario = scenarioOf({
    ...rest,
    workload: { pattern: 'random', read: 100, blockSizes: `${IO_BYTES}B`, depth, ios, verify: 'none' },
  })
  const io = runIo(new MemoryMeterCache(), ['host-time'])
  return {
    round: async () => {
      const { isr } = (await runScenario(scenario, io)).report
      if (isr.virtualNs === null) throw new Error(`${rest.driver}: no interrupt was claimed`)
      const each = (count: number): number => count / isr.count
      return {
        p50Ns: isr.virtualNs.p50,
        p99Ns: isr.virtualNs.p99,
        raiseNs: isr.raiseToEnterNs?.p50 ?? 0,
        reads: each(isr.reads),
        writes: each(isr.writes),
        instructions: each(isr.instructions),
      }
    },
    close: () => {},
  }
}
