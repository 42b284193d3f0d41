import { describe, expect, it } from 'vitest'
import type { CoverageReport } from '../../schemas/report.ts'
import { suiteChecks } from './checks.ts'
import { annotations, jobSummary } from './github.ts'
import { sampleSuite } from './testing/suite.ts'

const coverage = (name: string): CoverageReport => ({
  functions: { reached: 1, total: 2 },
  blocks: { reached: 9, total: 10 },
  lines: null,
  lineSource: null,
  runtime: { functions: { reached: 0, total: 0 }, blocks: { reached: 0, total: 0 } },
  perFunction: [{ name, blocks: 1, reached: 1, file: 'src/isr.c', line: 12 }],
  unreached: [],
  unreachedOmitted: 0,
})

describe('annotations', () => {
  it('one line for each check that did not pass', () => {
    expect(annotations(suiteChecks(sampleSuite())).split('\n')).toEqual([
      '::warning file=my.wasm,title=INT-3%3A what INT-3 wants::HwInterrupt left INT_STATUS (0x10) as it was (in HwInterrupt, at 37.5 µs)%0Aagain: hba run my.wasm --scenario load --seed 7',
      '::error file=my.wasm,title=INT-5%3A what INT-5 wants::HwInterrupt left INT_STATUS (0x10) as it was (in HwInterrupt, SRB #99, at 37.5 µs)%0Aagain: hba run my.wasm --scenario load --seed 7',
      '::error file=my.wasm,title=line%3A a shared line::subject: 3 of 40 I/Os failed%0Aagain: hba run my.wasm --scenario line --seed 7',
      '',
    ])
  })

  it.each(['HwInterrupt', 'my-driver/interrupt/HwInterrupt'])('points into the source where %s is known', name => {
    const text = annotations(suiteChecks({ ...sampleSuite(), coverage: coverage(name) }))
    expect(text).toContain('::error file=src/isr.c,line=12,title=INT-5')
  })

  it('a case that failed for several reasons shows them all', () => {
    const suite = suiteChecks(sampleSuite())
    const failed = suite.checks.find(check => check.group === 'scenarios' && check.outcome === 'failed')!
    const details = [failed.message, 'expect.isr.claimed: 3 instead of 4', 'seed 7']
    const text = annotations({ ...suite, checks: [{ ...failed, details }] })
    expect(text).toContain(`::${failed.message}%0Aexpect.isr.claimed: 3 instead of 4%0Aagain: `)
  })

  it('lets nothing out of its line', () => {
    const text = annotations(suiteChecks(sampleSuite('100 %\r\n::error::no\u001b[2J')))
    expect(text.split('\n')).toHaveLength(4)
    expect(text).toContain('100 %25\\x0d%0A::error::no\\x1b[2J')
  })
})

describe('the job summary', () => {
  it('is a table, and one of what is wrong', () => {
    const text = jobSummary(suiteChecks({ ...sampleSuite('a | b\n<i>'), coverage: coverage('f') }))
    expect(text).toContain('### wasm-hba: my.wasm: ❌ fail')
    expect(text).toContain('| 1 | 2 | 1 | 2 | 90.00 % | 7 |')
    expect(text).toContain('| ❌ INT-5 | a \\| b \\<i\\> (in HwInterrupt, SRB \\#99, at 37.5 µs) |')
    expect(text).toContain('| `hba run my.wasm --scenario load --seed 7` |')
  })

  it('of a good driver has one table', () => {
    const suite = sampleSuite()
    const text = jobSummary(suiteChecks({ ...suite, verdict: 'pass', rules: suite.rules!.slice(0, 2), failures: [] }))
    expect(text).toContain('✅ pass')
    expect(text).not.toContain('what is wrong')
  })
})
