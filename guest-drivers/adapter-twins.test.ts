// Rules whose checking depends on the hardware, on the other adapters: sample drivers in C with one mistake each, made by a few edits
// (faulty/<adapter>/<RULE-ID>.json). Each breaks its rule first and nothing else. That the samples themselves break none is shown in
// campaign.test.ts.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { RULES } from '../harness/rules/catalogue.ts'
import { buildDrivers, DriverBuildError, driverNames } from './build.mjs'
import { runCampaign } from './testing/campaign-run.ts'
import { type Twin, violated } from './testing/twin.ts'

const ADAPTERS = ['buslogic', 'nvme'] as const

interface EditedTwin extends Twin {
  /** What the mistake is. */
  mistake: string
  edits: { file: string; find: string; replace: string }[]
}

const names = await driverNames()
const twinsOf = (adapter: (typeof ADAPTERS)[number]) =>
  names
    .filter(name => name.startsWith(`faulty/${adapter}/`))
    .map(driver => ({
      driver,
      ...(JSON.parse(readFileSync(new URL(`${driver}.json`, import.meta.url), 'utf8')) as EditedTwin),
    }))

describe.each(ADAPTERS)('%s', adapter => {
  const twins = twinsOf(adapter)

  it('has twins, named after their rules', () => {
    expect(twins.length).toBeGreaterThanOrEqual(12)
    for (const { driver, rule } of twins) expect(driver).toBe(`faulty/${adapter}/${rule}`)
    expect(RULES.map(({ id }) => id)).toEqual(expect.arrayContaining(twins.map(({ rule }) => rule)))
  })

  it.each(twins)('$rule is broken by its twin, first and alone', async twin => {
    const { rule, driver, scenario, entryPoint, srb, alsoBreaks } = twin
    const { report } = await runCampaign(scenario, driver)
    const [guest, neighbour] = report.guests
    const broken = violated(guest!)
    expect(broken.map(r => r.id).sort()).toEqual([rule, ...alsoBreaks].sort())
    expect(broken[0]).toMatchObject({ id: rule, first: { entryPoint } })
    if (srb !== undefined) expect(broken[0]!.first!.srb === null).toBe(!srb)
    expect(neighbour === undefined ? [] : violated(neighbour)).toEqual([])
  })
})

it('an edit that does not find its text is an error', async () => {
  await expect(buildDrivers({ only: ['faulty/nvme/INT-999'] })).rejects.toThrow(DriverBuildError)
})
