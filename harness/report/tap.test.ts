import { describe, expect, it } from 'vitest'
import { caseSuite } from '../verify/case-suite.ts'
import { caseChecks, suiteChecks } from './checks.ts'
import { tapReport } from './tap.ts'
import { sampleReport } from './testing/sample.ts'
import { sampleSuite } from './testing/suite.ts'

describe('TAP', () => {
  it('has a point for each check, and counts them', () => {
    const lines = tapReport(suiteChecks(sampleSuite())).split('\n')
    expect(lines.slice(0, 2)).toEqual(['TAP version 14', '1..8'])
    expect(lines.filter(line => /^(not )?ok \d+ - /.test(line))).toHaveLength(8)
    expect(lines.filter(line => line.startsWith('not ok'))).toHaveLength(2)
    expect(lines.filter(line => / # SKIP /.test(line))).toHaveLength(3)
  })

  it('a failure has its seed, its command, and words that are no syntax', () => {
    const report = sampleReport()
    const { suite } = caseSuite(
      {
        reports: [
          {
            name: 'a#b.hba.json',
            exitCode: 1,
            report: { ...report, verdict: 'fail', reasons: ['said "no"\u001b', 'and'] },
          },
        ],
        broken: [{ name: 'broken.hba.json', message: 'not JSON', rerun: 'hba run broken.hba.json' }],
        notRun: ['left.hba.json'],
      },
      { version: '1', rerun: 'hba test .' },
    )
    expect(tapReport(caseChecks(suite))).toBe(`TAP version 14
1..3
not ok 1 - a\\#b.hba.json
  ---
  message: "said \\"no\\"\\\\x1b"
  severity: fail
  seed: 7
  again: "hba run two.json --seed 7"
  details:
    - "said \\"no\\"\\\\x1b"
    - "and"
    - "seed 7"
  ...
not ok 2 - broken.hba.json
  ---
  message: "not JSON"
  severity: fail
  again: "hba run broken.hba.json"
  details:
    - "not JSON"
  ...
ok 3 - left.hba.json # SKIP not run after a failure
# verdict: fail
# rerun: hba test .
`)
  })
})
