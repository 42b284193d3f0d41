// A suite as a campaign would make it, by hand: a rule of each kind, one failure that is no rule's. For tests of the reporters.
import { SUITE_SCHEMA, type Suite, type SuiteRule } from '../../../schemas/suite.ts'
import { sampleReport } from './sample.ts'

const rule = (id: string, part: Partial<SuiteRule>): SuiteRule => ({
  id,
  title: `what ${id} wants`,
  severity: 'E',
  status: 'held',
  count: 0,
  exercised: 12,
  precondition: 'HwInterrupt was called',
  scenarios: [],
  ...part,
})

const rerun = (scenario: string): string => `hba run my.wasm --scenario ${scenario} --seed 7`

/** @param message of the first violation */
export function sampleSuite(message = 'HwInterrupt left INT_STATUS (0x10) as it was'): Suite {
  const report = sampleReport()
  const first = {
    atNs: 37_500,
    event: 40,
    entryPoint: 'HwInterrupt',
    srb: 99,
    message,
    evidence: ['2 µs before: HwInterrupt entered', '0 ns before: HwInterrupt returned 1'],
    scenario: 'load',
    rerun: rerun('load'),
  }
  return {
    schema: SUITE_SCHEMA,
    tool: { name: 'wasm-hba', version: '1' },
    verdict: 'fail',
    rerun: 'hba verify my.wasm --seed 7',
    seed: 7,
    strict: false,
    driver: { path: 'my.wasm', sha256: 'ab'.repeat(32), adapter: 'reference' },
    hash: '0123456789abcdef',
    rules: [
      rule('LD-1', {}),
      rule('IO-2', { status: 'not-exercised', exercised: 0, severity: 'F' }),
      rule('INT-3', {
        status: 'violated',
        severity: 'W',
        count: 1,
        scenarios: ['load'],
        first: { ...first, srb: null, event: 9 },
      }),
      rule('INT-5', { status: 'violated', severity: 'F', count: 1234, scenarios: ['load', 'line'], first }),
      rule('DM-1', { status: 'not-applicable', exercised: 0, reason: 'the adapter is a bus master' }),
      rule('DM-2', { status: 'not-applicable', exercised: 0, reason: 'the adapter is a bus master' }),
    ],
    applicable: { total: 4, exercised: 3 },
    failures: [{ scenario: 'line', message: 'subject: 3 of 40 I/Os failed', rerun: rerun('line') }],
    reports: [
      { name: 'load', about: 'ordinary work', report: { ...report, verdict: 'fail', seed: 7, rerun: rerun('load') } },
      {
        name: 'line',
        about: 'a shared line',
        report: {
          ...report,
          verdict: 'fail',
          seed: 7,
          rerun: rerun('line'),
          faults: [
            { index: 0, description: 'a spurious interrupt', fired: 3 },
            { index: 1, description: 'ScsiPortGetSrb returns NULL', fired: 0 },
          ],
        },
      },
    ],
  }
}

/** A suite as `hba test` would make it: of two cases one failed, for two reasons. */
export function sampleCases(): Suite {
  const report = sampleReport()
  const rerun = 'hba run load.hba.json'
  const broken = { ...report.rules[0]!, id: 'INT-5', status: 'violated' as const, count: 3 }
  const { isr, io } = report
  return {
    schema: SUITE_SCHEMA,
    tool: { name: 'wasm-hba', version: '1' },
    verdict: 'fail',
    rerun: 'hba test .',
    hash: '0123456789abcdef',
    failures: ['INT-5: HwInterrupt left INT_STATUS as it was', 'expect.isr.claimed: at most 60, found 108'].map(
      message => ({ scenario: 'load.hba.json', message, rerun }),
    ),
    totals: {
      ...{ cases: 2, passed: 1 },
      io: (({ problems: _, ...rest }) => rest)(io),
      isr: {
        ...{ count: isr.count, claimed: isr.claimed, unclaimed: isr.unclaimed, stalls: 0 },
        ...{ reads: 1, writes: 1, instructions: 1, buckets: [] },
      },
    },
    reports: [
      {
        ...{ name: 'load.hba.json', about: 'ordinary work', exitCode: 1 },
        report: {
          ...{ ...report, verdict: 'fail', rerun, rules: [broken] },
          expectations: [{ path: 'isr.claimed', expected: 'at most 60', found: '108', pass: false }],
        },
      },
      { name: 'line.hba.json', about: 'a shared line', exitCode: 0, report: { ...report, verdict: 'pass' } },
    ],
  }
}
