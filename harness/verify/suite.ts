// The end of a campaign: all runs in one suite, with the verdict and the exit code.

import type { Verdict } from '../../schemas/report.ts'
import { type CoverageData, SUITE_SCHEMA, type Suite, type SuiteFailure } from '../../schemas/suite.ts'
import { mergeHits } from '../guest/coverage.ts'
import { fails, ruleReason } from '../report/reasons.ts'
import { coverageReport } from '../run/coverage.ts'
import type { LeftOut } from './campaign.ts'
import type { CampaignRun } from './campaign-run.ts'
import { summarise } from './rules-summary.ts'

export interface Campaign {
  /** The driver, as typed. */
  path: string
  sha256: string
  adapter: string
  seed: number
  strict: boolean
  /** Scenarios that cannot be on this adapter. */
  leftOut?: readonly LeftOut[]
  /** A command line that does all of it again; without the shard. */
  rerun: string
  shard?: Suite['shard']
  /** Version of wasm-hba. */
  version: string
}

/** @param runs in campaign order */
export function suiteOf(runs: readonly CampaignRun[], campaign: Campaign): { suite: Suite; exitCode: number } {
  const { path, sha256, adapter, seed, strict, rerun, shard, version, leftOut = [] } = campaign
  const rules = summarise(runs, sha256)
  const applicable = rules.filter(rule => rule.status !== 'not-applicable')
  const covered = coveredBy(runs, sha256)
  const suite: Suite = {
    schema: SUITE_SCHEMA,
    tool: { name: 'wasm-hba', version },
    verdict: verdictOf(runs),
    rerun,
    ...(shard === undefined ? {} : { shard }),
    seed,
    strict,
    driver: { path, sha256, adapter },
    hash: suiteHash(runs.map(({ name, report }) => [name, report.trace.hash])),
    rules,
    applicable: {
      total: applicable.length,
      exercised: applicable.filter(rule => rule.status !== 'not-exercised').length,
    },
    failures: runs.flatMap(run => failuresOf(run, strict)),
    ...(leftOut.length === 0 ? {} : { leftOut: [...leftOut] }),
    ...(covered === undefined ? {} : { coverage: coverageReport(covered.map, covered.hits) }),
    ...(covered === undefined || shard === undefined ? {} : { coverageData: covered }),
    reports: runs.map(({ name, about, exitCode, report }) => ({ name, about, exitCode, report })),
  }
  return { suite, exitCode: Math.max(suite.verdict === 'pass' ? 0 : 1, ...runs.map(run => run.exitCode)) }
}

export function verdictOf(runs: readonly Pick<CampaignRun, 'report'>[]): Verdict {
  if (runs.some(({ report }) => report.verdict === 'fail')) return 'fail'
  return runs.length === 0 || runs.some(({ report }) => report.verdict === 'no-data') ? 'no-data' : 'pass'
}

/** Why a run did not pass, without the rules. */
function failuresOf({ name, report }: CampaignRun, strict: boolean): SuiteFailure[] {
  const byRules = new Set(
    report.guests.flatMap(guest => guest.rules.filter(r => fails(r, strict)).map(r => ruleReason(guest.name, r))),
  )
  return report.reasons
    .filter(reason => !byRules.has(reason))
    .map(message => ({ scenario: name, message, rerun: report.rerun }))
}

/** What of the driver all runs together reached. */
function coveredBy(runs: readonly CampaignRun[], sha256: string): CoverageData | undefined {
  const own = runs.flatMap(run => run.coverage.filter(c => c.map.sha256 === sha256))
  return own.length === 0 ? undefined : { map: own[0]!.map, hits: mergeHits(own.map(c => c.hits)) }
}

/** Over names and trace hashes, sorted by name: two lanes of FNV-1a. */
export function suiteHash(hashes: readonly (readonly [name: string, hash: string])[]): string {
  const sorted = [...hashes].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  const text = sorted.map(([name, hash]) => `${name} ${hash}\n`).join('')
  let h1 = 0x811c9dc5
  let h2 = 0x2545f491
  for (let i = 0; i < text.length; i++) {
    h1 = Math.imul(h1 ^ text.charCodeAt(i), 0x01000193)
    h2 = Math.imul(h2 ^ text.charCodeAt(i), 0x01000193) + i
  }
  return [h1, h2].map(h => (h >>> 0).toString(16).padStart(8, '0')).join('')
}
