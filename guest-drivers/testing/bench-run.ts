// Drivers on the real bench, all on one interrupt line, with a small workload and every rule on.
import { readFile } from 'node:fs/promises'
import { MemoryMeterCache } from '../../harness/guest/memory-meter-cache.ts'
import { METERING_VERSION } from '../../harness/guest/meter.ts'
import { RuleEngine } from '../../harness/rules/engine.ts'
import { Bench } from '../../harness/run/bench.ts'
import { Feeder } from '../../harness/run/feeder.ts'
import { buildMachine, type Machine, type Supply } from '../../harness/run/machine.ts'
import { RunNames } from '../../harness/run/names.ts'
import { runScenario } from '../../harness/run.ts'
import type { RunResult } from '../../harness/run-io.ts'
import { createWorkload } from '../../harness/workload/index.ts'
import type { AdapterInput } from '../../schemas/machine.ts'
import { checkScenario, type Scenario, type ScenarioInput } from '../../schemas/scenario.ts'
import { buildDrivers } from '../build.mjs'

export interface BenchGuest {
  /** As in `driverNames`. */
  driver: string
  name: string
  /** Default: `reference`. */
  kind?: AdapterInput['kind']
  autosense?: boolean
  drives?: AdapterInput['drives']
}

type MachineInput = Omit<ScenarioInput['machine'], 'adapters'>

export interface BenchOptions {
  /** Default: 300 I/Os of 4 KiB for each driver, 8 at once. */
  workload?: ScenarioInput['workload']
  machine?: MachineInput
}

export const supply: Supply = {
  cache: new MemoryMeterCache(),
  driver: async file => new Uint8Array(await readFile(file)),
  image: () => {
    throw new Error('no images here')
  },
}

const files = new Map<string, Promise<string>>()

/** Builds a driver the first time it is asked for: looking whether one is still fresh takes longer than most scenarios. */
export function fileOf(driver: string): Promise<string> {
  let file = files.get(driver)
  if (file === undefined) {
    file = buildDrivers({ only: [driver] }).then(([built]) => built!.file)
    files.set(driver, file)
  }
  return file
}

async function scenarioOf(guests: readonly BenchGuest[], options: BenchOptions): Promise<Scenario> {
  const adapters: AdapterInput[] = []
  for (const { driver, ...rest } of guests)
    adapters.push({ kind: 'reference', driver: await fileOf(driver), ...rest } as AdapterInput)
  const { workload = { ios: 300, depth: 8 }, machine = {} } = options
  return checkScenario({ machine: { ...machine, adapters }, workload }, 'test')
}

export async function runDrivers(guests: readonly BenchGuest[], options: BenchOptions = {}): Promise<RunResult> {
  return runScenario(await scenarioOf(guests, options), { ...supply, rerun: 'test', version: METERING_VERSION })
}

/** A machine whose drivers have booted, for tests that reach into it. */
export interface Booted {
  machine: Machine
  bench: Bench
  feeders: readonly Feeder[]
  rules: RuleEngine
  /** Steps until `done` says so or nothing is left to do. @returns whether `done` did */
  until(done: () => boolean): boolean
}

export async function bootDrivers(guests: readonly BenchGuest[], options: BenchOptions = {}): Promise<Booted> {
  const scenario = await scenarioOf(guests, options)
  let rules!: RuleEngine
  let names!: RunNames
  const machine = await buildMachine(scenario, supply, trace => {
    names = new RunNames(
      trace,
      guests.map(g => g.name),
    )
    const adapter = (guest: number) => names.adapter(guest)
    rules = new RuleEngine(trace, { guests: guests.length, names: { adapter } })
    return undefined
  })
  names.know(machine)
  const bench = new Bench(machine)
  for (const station of machine.stations) bench.boot(station)
  const feeders = machine.stations.map(({ port, index, drives }) => {
    const workload = createWorkload(scenario.workload, {
      seed: scenario.seed,
      guest: index,
      drives: drives.map(({ config, label, store, zeroAtStart }) => ({
        label,
        target: config.target,
        lun: config.lun,
        blockBytes: config.blockBytes,
        blocks: store.blocks,
        readOnly: false,
        zeroAtStart,
        errors: [],
      })),
      maxTransferBytes: port.capabilities.maximumTransferBytes,
    })
    return new Feeder(port, workload, scenario.machine.port.srbTimeoutSeconds)
  })
  bench.feeders.push(...feeders)
  const until = (done: () => boolean): boolean => {
    while (!done()) if (!bench.step()) return false
    return true
  }
  return { machine, bench, feeders, rules, until }
}
