// The rules on the other adapters: sample drivers in C with one mistake each, made by a few edits (faulty/<adapter>/<RULE-ID>.json). Each
// breaks its rule first and nothing else. That the samples themselves break none is shown in campaign.test.ts.
import { existsSync, readFileSync } from 'node:fs'
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

/** Why a rule has no twin although it applies, by its id. */
function exceptionsOf(adapter: string): Record<string, string> {
  const file = new URL(`faulty/${adapter}/exceptions.json`, import.meta.url)
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>) : {}
}

describe.each(ADAPTERS)('%s', adapter => {
  const twins = twinsOf(adapter)

  it('has twins, named after their rules', () => {
    expect(twins.length).toBeGreaterThanOrEqual(12)
    for (const { driver, rule } of twins) expect(driver).toBe(`faulty/${adapter}/${rule}`)
    expect(RULES.map(({ id }) => id)).toEqual(expect.arrayContaining(twins.map(({ rule }) => rule)))
  })

  it('has one for every rule that applies, or says why not', async () => {
    const { report } = await runCampaign('load', `${adapter}-c`)
    const alien = report.guests[0]!.rules.filter(r => r.status === 'not-applicable').map(r => r.id)
    const without = RULES.map(r => r.id).filter(id => !alien.includes(id) && !twins.some(t => t.rule === id))
    const exceptions = exceptionsOf(adapter)
    expect(Object.keys(exceptions)).toEqual(without)
    for (const reason of Object.values(exceptions)) expect(reason).toMatch(/^[A-Z].+\.$/)
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
