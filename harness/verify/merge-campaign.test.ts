// Shards of a campaign into the whole, from runs made by hand: rules, coverage, and what does not belong together.
import { describe, expect, it } from 'vitest'
import { Suite } from '../../schemas/suite.ts'
import { packHits } from '../guest/coverage.ts'
import { jsonSuite } from '../report/json.ts'
import { CAMPAIGN } from './campaign.ts'
import { MergeError } from './merge.ts'
import { mergeCampaign } from './merge-campaign.ts'
import { suiteOf } from './suite.ts'
import { campaignRun, SHA } from './testing/runs.ts'

const CONTEXT = {
  ...{ path: 'd.wasm', sha256: SHA, adapter: 'reference', seed: 5, strict: false, version: '1' },
  rerun: 'hba verify d.wasm --seed 5',
  leftOut: [{ name: 'x', about: 'y', reason: 'z' }],
}
const MAP = {
  sha256: SHA,
  functions: [
    { name: 'a', runtime: false },
    { name: 'malloc', runtime: true },
  ],
  blocks: [0, 0, 0, 1, 0].map((func, n) => ({ func, codeOffset: n, operators: 1, lines: [n % 2] })),
  lines: [1, 2].map(line => ({ file: 'a.ts', line })),
  lineSource: 'dwarf' as const,
}
/** Each run breaks or exercises something else, and reaches another block. */
const RUNS = CAMPAIGN.slice(0, 5).map(({ name }, n) => ({
  ...campaignRun({
    name,
    says: [
      [
        { id: 'INT-5', ...(n === 3 || n === 4 ? { status: 'violated', count: n } : { status: 'held', exercised: 1 }) },
        { id: 'MM-1', ...(n === 2 ? { status: 'held', exercised: 7 } : { status: 'not-exercised' }) },
      ],
    ],
    ...(n >= 3 ? { verdict: 'fail', reasons: [`subject: budget ${n}`], exitCode: n === 4 ? 3 : 1 } : {}),
    hash: `${n}`.repeat(16),
  }),
  coverage: [{ guest: 'subject', map: MAP, hits: packHits(SHA, [1 << n]) }],
}))

const whole = () => suiteOf(RUNS, CONTEXT)
const shards = (of: number) =>
  Array.from({ length: of }, (_, i) => ({
    label: `${i + 1}.json`,
    suite: suiteOf(
      RUNS.filter((_, n) => n % of === i),
      { ...CONTEXT, shard: { index: i + 1, of } },
    ).suite,
  }))
const merge = (parts: ReturnType<typeof shards>, version = '1') => mergeCampaign(parts, version)

describe('merging', () => {
  it.each([1, 2, 3, 5])('%i shards, in any order, give what one campaign gives, byte for byte', of => {
    const { suite, exitCode } = merge(shards(of).toReversed())
    expect(jsonSuite(suite)).toBe(jsonSuite(whole().suite))
    expect([exitCode, whole().exitCode]).toEqual([3, 3])
  })

  it('rules count over all shards, coverage is what any of them reached', () => {
    const { rules, coverage, coverageData } = merge(shards(2)).suite
    expect(rules!.map(({ id, status, count, exercised }) => [id, status, count, exercised])).toEqual([
      ['INT-5', 'violated', 7, 3],
      ['MM-1', 'held', 0, 7],
    ])
    expect(rules![0]!.first!.scenario).toBe(CAMPAIGN[3]!.name)
    expect([coverage!.blocks, coverage!.runtime.blocks]).toEqual([
      { reached: 4, total: 4 },
      { reached: 1, total: 1 },
    ])
    expect(coverageData).toBeUndefined()
    expect(shards(2)[0]!.suite.coverage!.blocks.reached).toBeLessThan(4)
  })

  const changed = (change: (suite: Suite) => void) => {
    const parts = JSON.parse(JSON.stringify(shards(2))) as ReturnType<typeof shards>
    change(parts[1]!.suite)
    return parts
  }
  it.each<[string, () => ReturnType<typeof shards>, string]>([
    ['a shard twice', () => [...shards(2), shards(2)[0]!], "'1.json' and '1.json' are both shard 1/2"],
    ['a shard that is missing', () => [shards(3)[1]!], 'shard 1/3, shard 3/3 are missing'],
    [
      'wholes',
      () => [1, 2].map(n => ({ label: `${n}`, suite: whole().suite })),
      "'1' is a whole campaign: only the shards of one are merged",
    ],
    [
      'another driver',
      () =>
        changed(suite => {
          for (const { report } of suite.reports)
            for (const guest of report.guests) guest.driver.sha256 = 'f'.repeat(64)
        }),
      "driver 'd.wasm' is abababababab in '1.json' and ffffffffffff in '2.json'",
    ],
    [
      'another command',
      () =>
        changed(suite => {
          suite.rerun = 'hba verify d.wasm --seed 6'
        }),
      'shards of one run',
    ],
    [
      'another version',
      () =>
        changed(suite => {
          suite.tool.version = '2'
        }),
      "'2.json' from wasm-hba 2",
    ],
    [
      'coverage left out',
      () =>
        changed(suite => {
          delete suite.coverageData
        }),
      'have coverage of different code',
    ],
    [
      'coverage of other lines',
      () =>
        changed(suite => {
          suite.coverageData!.map.lines[0]!.line = 9
        }),
      'have coverage of different code or lines',
    ],
    [
      'hits of another length',
      () =>
        changed(suite => {
          suite.coverageData!.hits.reached = 'AAAAAAAA'
        }),
      'the coverage of the shards does not go together',
    ],
    [
      'an unknown scenario',
      () =>
        changed(suite => {
          suite.reports[0]!.name = 'x'
        }),
      "'x' is not in the campaign",
    ],
    [
      'a scenario twice',
      () =>
        changed(suite => {
          suite.reports[0]!.name = CAMPAIGN[0]!.name
        }),
      `scenario '${CAMPAIGN[0]!.name}' is in '1.json' and in '2.json'`,
    ],
  ])('refuses %s', (_what, parts, message) => {
    expect(() => merge(parts())).toThrow(MergeError)
    expect(() => merge(parts())).toThrow(message)
  })

  it('refuses shards of another version than its own, whose rules are others', () => {
    expect(() => merge(shards(2), '2')).toThrow("'1.json' is from wasm-hba 1, this is 2")
  })
})

it('coverage that refers to what is not there is no report', () => {
  const { suite } = shards(2)[0]!
  const bad = structuredClone(suite)
  bad.coverageData!.map.blocks[0]!.func = 2
  expect(Suite.safeParse(suite).success).toBe(true)
  expect(Suite.safeParse(bad).error!.message).toContain('a function or a line that is not there')
})
