// Every rule against its faulty twin: the twin breaks its own rule first and nothing else, in a scenario of the campaign. That the sample
// drivers break none is shown in samples.test.ts.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { RULES } from '../harness/rules/catalogue.ts'
import { driverNames } from './build.mjs'
import { runCampaign } from './testing/campaign-run.ts'
import { type Twin, violated } from './testing/twin.ts'

const drivers = (await driverNames()).filter(name => /^faulty\/[A-Z]/.test(name))
const twins = drivers.map(driver => ({ driver, ...read(driver) }))

function read(driver: string): Twin {
  return JSON.parse(readFileSync(new URL(`${driver}/twin.json`, import.meta.url), 'utf8')) as Twin
}

it('every rule has its twin, in a folder of its name', () => {
  expect(twins.map(t => t.driver).sort()).toEqual(RULES.map(r => `faulty/${r.id}`).sort())
  for (const { rule, driver } of twins) expect(driver).toBe(`faulty/${rule}`)
})

describe.each(twins)('$rule', ({ rule, driver, scenario, entryPoint, srb, alsoBreaks }) => {
  it('is broken by its twin, first and alone', async () => {
    const { report } = await runCampaign(scenario, driver)
    const [twin, neighbour] = report.guests
    const broken = violated(twin!)
    expect(broken.map(r => r.id).sort()).toEqual([rule, ...alsoBreaks].sort())
    expect(broken[0]).toMatchObject({ id: rule, first: { entryPoint } })
    if (srb !== undefined) expect(broken[0]!.first!.srb === null).toBe(!srb)
    expect(neighbour === undefined ? [] : violated(neighbour)).toEqual([])
  })

  it('is not seen when the rule is switched off', async () => {
    const { report } = await runCampaign(scenario, driver, { off: [rule] })
    expect(report.guests[0]!.rules.map(r => r.id)).not.toContain(rule)
    expect(
      violated(report.guests[0]!)
        .map(r => r.id)
        .sort(),
    ).toEqual([...alsoBreaks].sort())
  })
})
