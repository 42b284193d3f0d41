// I/O through a driver, reference-queued unless another is named: 4 KiB random reads, every byte compared with what was written before.
import { performance } from 'node:perf_hooks'
import { Feeder } from '../../run/feeder.ts'
import type { Station } from '../../run/machine.ts'
import { Generator } from '../../workload/index.ts'
import { openRig, type Part, type Rig } from './rig.ts'
import type { Subject } from './subject.ts'

export interface IoOptions {
  drivers: string
  depth: number
  driver?: string
  kind?: 'reference' | 'buslogic' | 'nvme'
  without?: readonly Part[]
  /** I/Os of one round. */
  ios: number
}

export const IO_BYTES = 4096
/** As `hba run` has it by default. */
export const STORE_BYTES = 64 * 1024 * 1024

/** @returns of one I/O: ioNs (wall), cpuNs (CPU time of the process, collector and compiler included), events in the trace */
export async function openIo(options: IoOptions): Promise<Subject> {
  const { drivers, depth, driver = 'reference-queued', kind = 'reference', without = [], ios } = options
  const verify = without.includes('verification') ? 'none' : 'end'
  const workload = { pattern: 'random', read: 100, blockSizes: '4KiB', depth, ios, verify } as const
  const rig = await openRig({ drivers, driver, kind, workload, without })
  const { bench, machine, station } = rig
  return {
    round: () => {
      const generator = filled(rig, station)
      bench.feeders[0] = new Feeder(station.port, generator, rig.scenario.machine.port.srbTimeoutSeconds)
      const eventsBefore = machine.trace.count
      const cpu = process.cpuUsage()
      const startedHostMs = performance.now()
      bench.run()
      const wallMs = performance.now() - startedHostMs
      const { user, system } = process.cpuUsage(cpu)
      const { completed, verifiedBytes } = generator.report()
      const unverified = verify === 'end' && verifiedBytes !== ios * IO_BYTES
      if (completed !== ios || unverified)
        throw new Error(`${completed} of ${ios} I/Os, ${verifiedBytes} bytes verified`)
      return {
        ioNs: (wallMs * 1e6) / ios,
        cpuNs: ((user + system) * 1e3) / ios,
        events: (machine.trace.count - eventsBefore) / ios,
      }
    },
    close: () => machine.close(),
  }
}

/** A workload on a drive whose every block holds something, and that knows it. */
export function filled({ scenario }: Pick<Rig, 'scenario'>, { drives, index }: Station): Generator {
  const { store, label, config } = drives[0]!
  const { target, lun, blockBytes } = config
  const geometry = { label, target, lun, blockBytes, blocks: store.blocks }
  if (scenario.workload.kind !== 'generator') throw new Error('a script was not expected')
  const generator = new Generator(scenario.workload, { seed: scenario.seed, guest: index, drives: [geometry] })
  const model = generator.models[0]!
  const blocks = Math.min(2048, store.blocks)
  const words = new Int32Array((blocks * blockBytes) / 4)
  const bytes = new Uint8Array(words.buffer)
  for (let lba = 0; lba < store.blocks; lba += blocks) {
    model.fill(words, 0, lba, blocks)
    store.write(lba, blocks, bytes, 0)
    model.commit(lba, blocks)
    model.check(words, 0, lba, blocks) // seen: nothing is left to be read back at the end
  }
  return generator
}
