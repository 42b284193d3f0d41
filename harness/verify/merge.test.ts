// Shards into the whole: the same as one run, and what does not belong together.
import { describe, expect, it } from 'vitest'
import type { Report } from '../../schemas/report.ts'
import type { Suite } from '../../schemas/suite.ts'
import { jsonSuite } from '../report/json.ts'
import { sampleReport } from '../report/testing/sample.ts'
import { caseSuite } from './case-suite.ts'
import { MergeError, mergeSuites } from './merge.ts'

const sample = sampleReport()
/** Each its own figures, so that sums and order show. */
const reportOf = (n: number): Report => ({
  ...sample,
  seed: n,
  io: { ...sample.io, submitted: n, reads: n * n },
  isr: { ...sample.isr, buckets: sample.isr.buckets.map((bucket, i) => ({ ...bucket, count: i * n })) },
  trace: { ...sample.trace, hash: n.toString(16).padStart(16, '0') },
})
const NAMES = ['a.hba.json', 'b.hba.json', 'c/a.hba.json', 'c/b.hba.json', 'd.hba.json']
const entries = NAMES.map((name, n) => ({ name, about: `case ${n}`, exitCode: 0, report: reportOf(n + 1) }))
const BROKEN = { name: 'c.hba.json', message: 'not JSON', rerun: 'hba run c.hba.json' }
const context = { rerun: 'hba test .', version: '1' }

const whole = () => caseSuite({ reports: entries, broken: [BROKEN], notRun: [] }, context)

function shards(of: number): { label: string; suite: Suite }[] {
  return Array.from({ length: of }, (_, i) => {
    const reports = entries.filter((_, n) => n % of === i)
    const broken = i === 0 ? [BROKEN] : []
    const { suite } = caseSuite({ reports, broken, notRun: [] }, { ...context, shard: { index: i + 1, of } })
    return { label: `${i + 1}.json`, suite }
  })
}

describe('merging', () => {
  it.each([1, 2, 3, 5])('%i shards, in any order, give what one run gives, byte for byte', of => {
    const merged = mergeSuites(shards(of).toReversed())
    expect(jsonSuite(merged.suite)).toBe(jsonSuite(whole().suite))
    expect(merged.exitCode).toBe(whole().exitCode)
  })

  it('counts and histograms add up exactly', () => {
    const { totals } = mergeSuites(shards(2)).suite
    expect([totals!.cases, totals!.passed, totals!.io.submitted, totals!.io.reads]).toEqual([6, 5, 15, 55])
    expect(totals!.isr.buckets.map(b => b.count)).toEqual(sample.isr.buckets.map((_, i) => 15 * i))
  })

  it('reports that are no shards go together, too; then nobody can say how to run them again', () => {
    const part = (n: number) => ({
      label: `${n}`,
      suite: caseSuite({ reports: [entries[n]!], broken: [], notRun: [] }, { ...context, rerun: `hba test ${n}` })
        .suite,
    })
    const { suite, exitCode } = mergeSuites([part(1), part(0)])
    expect([suite.reports.map(r => r.name), suite.rerun, exitCode]).toEqual([NAMES.slice(0, 2), undefined, 0])
  })

  const changed = (n: number, change: (suite: Suite) => void) => {
    // Not structuredClone: what two reports share must not be changed in both.
    const parts = JSON.parse(JSON.stringify(shards(2))) as ReturnType<typeof shards>
    change(parts[n]!.suite)
    return parts
  }
  it.each<[string, () => { label: string; suite: Suite }[], string]>([
    ['a shard twice', () => [shards(2)[0]!, ...shards(2)], "'1.json' and '1.json' are both shard 1/2"],
    ['a shard that is missing', () => [shards(3)[1]!], 'shard 1/3, shard 3/3 are missing'],
    ['shards of different cuts', () => [shards(2)[0]!, shards(3)[1]!], "'1.json' is shard 1/2, '2.json' is shard 2/3"],
    ['a shard and a whole', () => [shards(2)[0]!, { label: 'w', suite: whole().suite }], "'w' is no shard"],
    [
      'a case twice',
      () =>
        changed(1, suite => {
          suite.reports[0]!.name = NAMES[0]!
        }),
      "case 'a.hba.json' is in '1.json' and in '2.json'",
    ],
    [
      'another version',
      () =>
        changed(1, suite => {
          suite.tool.version = '2'
        }),
      "'1.json' is from wasm-hba 1, '2.json' from wasm-hba 2",
    ],
    [
      'another metering',
      () =>
        changed(1, suite => {
          suite.reports[0]!.report.metering.version = 99
        }),
      'from metering 99',
    ],
    [
      'another run',
      () =>
        changed(1, suite => {
          suite.rerun = 'hba test other'
        }),
      "'2.json' of 'hba test other': expected shards of one run",
    ],
    [
      'another driver in its place',
      () =>
        changed(1, suite => {
          suite.reports[0]!.report.guests[0]!.driver.sha256 = 'f'.repeat(64)
        }),
      "driver 'dist/drivers/reference-queued.wasm' is 0123456789ab in '1.json' and ffffffffffff in '2.json'",
    ],
    [
      'a campaign',
      () =>
        changed(0, suite => {
          delete suite.totals
        }),
      "'1.json' is no report of 'hba test'",
    ],
  ])('refuses %s', (_what, parts, message) => {
    expect(() => mergeSuites(parts())).toThrow(MergeError)
    expect(() => mergeSuites(parts())).toThrow(message)
  })

  it('drivers of the same name beside different scenarios are different drivers', () => {
    const parts = changed(0, () => {})
    // Their paths start in c/.
    for (const { suite } of parts)
      for (const { name, report } of suite.reports)
        if (name.startsWith('c/')) report.guests[0]!.driver.sha256 = 'f'.repeat(64)
    expect(() => mergeSuites(parts)).not.toThrow()
  })
})
