// Every rule against its faulty twin: the twin breaks its own rule and nothing else. That the sample drivers break none is
// shown in samples.test.ts.
import { expect, it } from 'vitest'
import { driverNames } from './build.mjs'
import twins from './faulty/twins.json' with { type: 'json' }
import { runDrivers } from './testing/bench-run.ts'

const NEIGHBOUR = { driver: 'reference-dma', name: 'neighbour' }

it('every twin is in the table', async () => {
  const folders = (await driverNames()).filter(name => name.startsWith('faulty/'))
  expect(twins.map(t => t.driver).sort()).toEqual(folders)
  for (const { rule, driver } of twins) expect(driver).toBe(`faulty/${rule}`)
})

it.each(twins)('$rule', async ({ rule, driver, entryPoint, alsoBreaks, needs }) => {
  const autosense = (needs as string[]).includes('autosense')
  const { report } = await runDrivers([{ driver, name: 'twin', autosense }, NEIGHBOUR])
  const [twin, neighbour] = report.guests
  const violated = twin!.rules.filter(r => r.status === 'violated')
  expect(violated.map(r => r.id)).toContain(rule)
  expect(violated.find(r => r.id === rule)!.first!.entryPoint).toBe(entryPoint)
  expect([rule, ...(alsoBreaks as string[])]).toEqual(expect.arrayContaining(violated.map(r => r.id)))
  expect(neighbour!.rules.filter(r => r.status === 'violated')).toEqual([])
})
