// A real run with its pictures and its trace: both reference drivers on one line, so that every lane of a waveform has something in it.
import { readFileSync } from 'node:fs'
import { checkScenario, type ScenarioInput } from '../../../schemas/scenario.ts'
import { MemoryMeterCache } from '../../guest/memory-meter-cache.ts'
import { runScenario } from '../../run.ts'
import type { RunResult } from '../../run-io.ts'

const cache = new MemoryMeterCache()

export function picturedRun(part: Partial<ScenarioInput> = {}, drivers = BOTH): Promise<RunResult> {
  const scenario = checkScenario(
    {
      machine: {
        adapters: drivers.map(name => ({
          kind: 'reference',
          driver: `dist/drivers/${name}.wasm`,
          drives: [{ target: 0, store: { kind: 'ram', size: '16MiB' } }],
        })),
      },
      workload: { ios: 60, depth: 8 },
      ...part,
    },
    'pictured run',
  )
  let hostNs = 0
  return runScenario(scenario, {
    driver: async path => new Uint8Array(readFileSync(path)),
    image: () => {
      throw new Error('no images here')
    },
    cache,
    hostTimer: {
      now: () => {
        hostNs += 700
        return hostNs
      },
    },
    rerun: 'hba run a.wasm b.wasm',
    version: '1',
    pictures: true,
    recording: true,
  })
}

const BOTH = ['reference-dma', 'reference-queued']
