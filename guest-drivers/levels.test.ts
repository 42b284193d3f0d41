// Contract levels on twins: with a group of checks switched off its rules are not looked at, and with it on they find their twin.
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { RULES } from '../harness/rules/catalogue.ts'
import { GROUP_RULES } from '../harness/run/verify-level.ts'
import { type CheckGroup, VerifyLevel } from '../schemas/verify-level.ts'
import { runCampaign } from './testing/campaign-run.ts'

const twinOf = (rule: string): URL => new URL(`faulty/${rule}/twin.json`, import.meta.url)

const cases = (Object.entries(GROUP_RULES) as [CheckGroup, string[]][]).flatMap(([group, ids]) =>
  ids
    .filter(id => RULES.some(rule => rule.id === id) && existsSync(twinOf(id)))
    .map(rule => ({ group, rule, scenario: JSON.parse(readFileSync(twinOf(rule), 'utf8')).scenario as string })),
)

describe.each(cases)('$group: $rule', ({ group, rule, scenario }) => {
  it.each([true, false])('%s', async on => {
    const { report } = await runCampaign(scenario, `faulty/${rule}`, { level: VerifyLevel.parse({ [group]: on }) })
    expect(report.guests[0]!.rules.find(r => r.id === rule)?.status).toBe(on ? 'violated' : undefined)
  })
})
