import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { checkScenario } from '../../schemas/scenario.ts'
import { Generator } from '../workload/index.ts'
import { Bench } from './bench.ts'
import { Feeder } from './feeder.ts'
import { buildMachine } from './machine.ts'

test.each(['reference-queued', 'reference-dma'])('boots %s and finds the disk', async name => {
  const scenario = checkScenario(
    {
      machine: { adapters: [{ kind: 'reference', driver: `dist/drivers/${name}.wasm`, autosense: true }] },
      workload: { ios: 2000 },
    },
    'x',
  )
  const machine = await buildMachine(
    scenario,
    {
      driver: async p => new Uint8Array(readFileSync(p)),
      image: () => {
        throw new Error('no')
      },
    },
    () => undefined,
  )
  const bench = new Bench(machine)
  for (const s of machine.stations) bench.boot(s)
  const dump = () => {
    const { trace } = machine
    for (let n = Math.max(0, trace.count - 40); n < trace.count; n++) {
      const i = trace.indexOf(n)
      console.log(
        n,
        trace.atPs[i]! / 1e6,
        'k',
        trace.kind[i],
        trace.a[i],
        trace.b[i],
        trace.c[i],
        trace.d[i],
        trace.kind[i] === 24 ? trace.text[trace.d[i]!] : '',
      )
    }
  }
  console.log(bench.bootFailures, machine.cpu.stops, machine.stations[0]!.port.units.length, machine.clock.nowPs / 1e12)
  if (machine.stations[0]!.port.units.length !== 1) dump()
  expect(machine.stations[0]!.port.units.length).toBe(1)
  const s = machine.stations[0]!
  const feeder = new Feeder(
    s.port,
    new Generator(scenario.workload as never, {
      seed: 1,
      guest: 0,
      drives: [{ label: 'a', target: 0, lun: 0, blockBytes: 512, blocks: 131072, zeroAtStart: true }],
    }),
    10,
  )
  bench.feeders.push(feeder)
  const t0 = performance.now()
  bench.run()
  console.log(
    performance.now() - t0,
    'ms',
    feeder.workload.report(),
    machine.clock.nowPs / 1e12,
    machine.trace.count,
    machine.trace.hash,
  )
  if (feeder.workload.report().failed) dump()
  expect(feeder.workload.report().failed).toBe(0)
})
