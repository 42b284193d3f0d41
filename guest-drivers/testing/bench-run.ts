// Runs drivers on the real bench, all on one interrupt line, with a small workload and every rule on.
import { readFile } from 'node:fs/promises'
import type { RunResult } from '../../harness/run-io.ts'
import { runScenario } from '../../harness/run.ts'
import { checkScenario, type ScenarioInput } from '../../schemas/scenario.ts'
import { buildDrivers } from '../build.mjs'

export interface BenchGuest {
  /** As in `driverNames`. */
  driver: string
  name: string
  autosense?: boolean
}

/** @param scenario what differs from the default: 300 I/Os of 4 KiB each, 8 at once */
export async function runDrivers(guests: readonly BenchGuest[], scenario: Partial<ScenarioInput> = {}): Promise<RunResult> {
  const built = await buildDrivers({ only: [...new Set(guests.map(g => g.driver))] })
  const adapters = guests.map(({ driver, name, autosense = false }) => ({
    kind: 'reference' as const,
    driver: built.find(b => b.name === driver)!.file,
    name,
    autosense,
  }))
  const input: ScenarioInput = { machine: { adapters }, workload: { ios: 300, depth: 8 }, ...scenario }
  return runScenario(checkScenario(input, 'test'), {
    driver: async file => new Uint8Array(await readFile(file)),
    image: () => {
      throw new Error('no images here')
    },
    rerun: 'test',
    version: '0',
  })
}
