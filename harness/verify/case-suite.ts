// The end of `hba test`, and of `hba merge`: all cases in one suite, in the order of their names, with the verdict and the exit code.
import { BUCKET_UPTO_US, type Report } from '../../schemas/report.ts'
import { type BrokenCase, SUITE_SCHEMA, type Suite, type SuiteTotals } from '../../schemas/suite.ts'
import { suiteHash, verdictOf } from './suite.ts'

export type CaseReport = Suite['reports'][number]

export interface CaseRuns {
  reports: readonly CaseReport[]
  broken: readonly BrokenCase[]
  /** Names of cases left out after a failure. */
  notRun: readonly string[]
}

export interface CaseContext {
  /** A command line that does all of it again; without the shard. */
  rerun?: string | undefined
  shard?: Suite['shard']
  version: string
}

/** What a scenario that cannot be used amounts to: as `hba run` would exit. */
const BROKEN_EXIT = 2

export const byName = <T extends { name: string }>(a: T, b: T): number =>
  a.name < b.name ? -1 : a.name > b.name ? 1 : 0

export function caseSuite(runs: CaseRuns, { rerun, shard, version }: CaseContext): { suite: Suite; exitCode: number } {
  const reports = [...runs.reports].sort(byName)
  const broken = [...runs.broken].sort(byName)
  const notRun = [...runs.notRun].sort()
  const verdict = broken.length > 0 ? 'fail' : verdictOf(reports)
  const failures = [
    ...reports.flatMap(({ name, report }) =>
      report.verdict === 'pass' ? [] : report.reasons.map(message => ({ name, message, rerun: report.rerun })),
    ),
    ...broken,
  ].sort(byName)
  const suite: Suite = {
    schema: SUITE_SCHEMA,
    tool: { name: 'wasm-hba', version },
    verdict,
    ...(rerun === undefined ? {} : { rerun }),
    ...(shard === undefined ? {} : { shard }),
    hash: suiteHash(reports.map(({ name, report }) => [name, report.trace.hash])),
    failures: failures.map(({ name, message, rerun: again }) => ({ scenario: name, message, rerun: again })),
    ...(broken.length === 0 ? {} : { broken }),
    ...(notRun.length === 0 ? {} : { notRun }),
    totals: totalsOf(
      reports.map(({ report }) => report),
      broken.length,
    ),
    reports,
  }
  const codes = reports.map(({ exitCode = 0 }) => exitCode)
  return { suite, exitCode: Math.max(verdict === 'pass' ? 0 : 1, broken.length > 0 ? BROKEN_EXIT : 0, ...codes) }
}

function totalsOf(reports: readonly Report[], broken: number): SuiteTotals {
  const sum = (of: (report: Report) => number): number => reports.reduce((total, report) => total + of(report), 0)
  const io = (name: keyof SuiteTotals['io']): number => sum(report => report.io[name])
  const isr = (name: Exclude<keyof SuiteTotals['isr'], 'buckets'>): number => sum(report => report.isr[name])
  return {
    cases: reports.length + broken,
    passed: reports.filter(report => report.verdict === 'pass').length,
    io: {
      submitted: io('submitted'),
      completed: io('completed'),
      failed: io('failed'),
      bytes: io('bytes'),
      verifiedBytes: io('verifiedBytes'),
      miscompares: io('miscompares'),
      reads: io('reads'),
      writes: io('writes'),
      writtenBytes: io('writtenBytes'),
      unverifiedBytes: io('unverifiedBytes'),
      expectedErrors: io('expectedErrors'),
    },
    isr: {
      count: isr('count'),
      claimed: isr('claimed'),
      unclaimed: isr('unclaimed'),
      reads: isr('reads'),
      writes: isr('writes'),
      instructions: isr('instructions'),
      stalls: isr('stalls'),
      buckets: BUCKET_UPTO_US.map(uptoUs => ({
        uptoUs,
        count: sum(({ isr: { buckets } }) => buckets.find(bucket => bucket.uptoUs === uptoUs)?.count ?? 0),
      })),
    },
  }
}
