// A bench as `hba run` builds it, with parts that can be left out to see what they cost.
import { readFile } from 'node:fs/promises'
import { performance } from 'node:perf_hooks'
import type { Bytes } from '../../../device/bytes.ts'
import { checkScenario, type Scenario, type ScenarioInput } from '../../../schemas/scenario.ts'
import type { MeterCache } from '../../guest/guest.ts'
import { MemoryMeterCache } from '../../guest/memory-meter-cache.ts'
import { HostMeter } from '../../latency/host-time.ts'
import { RULES } from '../../rules/catalogue.ts'
import { Bench } from '../../run/bench.ts'
import { buildMachine, type Machine, type Station } from '../../run/machine.ts'
import type { RunNames } from '../../run/names.ts'
import { listen } from '../../run.ts'
import type { RunIo } from '../../run-io.ts'
import { UnmeteredCache } from './unmetered.ts'

/**
 * What can be left out. `rules`: the rule engine · `readers`: rules, latency, lines, diagnostics · `trace`: the events, and with
 * them every reader · `metering`: counting in the guest · `host-time`: the stopwatch around each routine · `verification`:
 * looking at what was read.
 */
export type Part = 'metering' | 'trace' | 'readers' | 'rules' | 'host-time' | 'verification'

export interface RigOptions {
  /** Folder of the built drivers. */
  drivers: string
  driver: string
  /** What it runs on. Default reference. */
  kind?: 'reference' | 'buslogic' | 'nvme'
  /** Adapters with that driver, on one interrupt line. Default 1. */
  adapters?: number
  workload?: ScenarioInput['workload']
  without?: readonly Part[]
}

export const hostTimer = { now: (): number => performance.now() * 1e6 }

export function scenarioOf(options: RigOptions): Scenario {
  const { drivers, driver, kind = 'reference', adapters = 1, workload, without = [] } = options
  const rulesOff = without.includes('rules')
  return checkScenario(
    {
      machine: {
        adapters: Array.from({ length: adapters }, () => ({
          kind,
          driver: `${drivers}/${driver}.wasm`,
          ...(kind === 'reference' ? { autosense: true } : {}),
        })),
      },
      ...(workload === undefined ? {} : { workload }),
      rules: { off: rulesOff ? RULES.map(rule => rule.id) : [] },
    },
    'bench',
  )
}

export function runIo(cache: MeterCache, without: readonly Part[] = []): RunIo {
  const modules = new Map<string, Promise<Bytes>>()
  return {
    driver: path => {
      const known = modules.get(path) ?? readFile(path).then(file => new Uint8Array(file))
      modules.set(path, known)
      return known
    },
    image: () => {
      throw new Error('the bench of the bench has no images')
    },
    cache,
    rerun: '',
    version: '',
    ...(without.includes('host-time') ? {} : { hostTimer }),
  }
}

export interface Rig {
  readonly scenario: Scenario
  readonly machine: Machine
  readonly bench: Bench
  /** The first adapter with its driver. */
  readonly station: Station
}

/** Builds and boots. @throws Error when the driver does not come up */
export async function openRig(options: RigOptions): Promise<Rig> {
  const { without = [] } = options
  const scenario = scenarioOf(options)
  let cache: MeterCache = new MemoryMeterCache()
  if (without.includes('metering')) {
    cache = new UnmeteredCache()
    const first = await buildMachine(scenario, runIo(cache), () => undefined) // puts the module into the cache
    first.close()
  }
  const io = runIo(cache, without)
  let names: RunNames | undefined
  const machine = await buildMachine(scenario, io, trace => {
    if (without.includes('trace')) trace.emit = () => 0
    if (!without.includes('trace') && !without.includes('readers')) {
      const readers = listen(scenario, trace, io)
      names = readers.names
      return readers.host
    }
    return io.hostTimer === undefined ? undefined : new HostMeter(io.hostTimer, scenario.machine.adapters.length)
  })
  names?.know(machine)
  const bench = new Bench(machine)
  const station = machine.stations[0]!
  bench.boot(station)
  const failure = bench.bootFailures.get(0) ?? machine.cpu.stops.get(0)?.message
  if (failure !== undefined) throw new Error(failure)
  return { scenario, machine, bench, station }
}
