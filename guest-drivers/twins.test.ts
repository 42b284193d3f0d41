// Every rule against its faulty twin: the twin breaks its own rule and nothing else. That the sample drivers break none is
// shown in samples.test.ts.
import { describe, expect, it } from 'vitest'
import { driverNames } from './build.mjs'
import table from './faulty/twins.json' with { type: 'json' }
import { runDrivers } from './testing/bench-run.ts'

const twins: { rule: string; driver: string; entryPoint: string; alsoBreaks: string[]; needs: string[] }[] = table
const NEIGHBOUR = { driver: 'reference-dma', name: 'neighbour' }

it('every twin is in the table', async () => {
  const folders = (await driverNames()).filter(name => name.startsWith('faulty/'))
  expect(twins.map(t => t.driver).sort()).toEqual(folders)
  for (const { rule, driver } of twins) expect(driver).toBe(`faulty/${rule}`)
})

describe.each(twins)('$rule', ({ rule, driver, entryPoint, alsoBreaks, needs }) => {
  it('is broken by its twin, and no other rule with it', async () => {
    const autosense = needs.includes('autosense')
    const { report } = await runDrivers([{ driver, name: 'twin', autosense }, NEIGHBOUR])
    const [twin, neighbour] = report.guests
    const violated = twin!.rules.filter(r => r.status === 'violated')
    expect(violated.find(r => r.id === rule)?.first?.entryPoint).toBe(entryPoint)
    expect(violated.map(r => r.id).sort()).toEqual([rule, ...alsoBreaks].sort())
    expect(neighbour!.rules.filter(r => r.status === 'violated')).toEqual([])
  })
})
