import { describe, expect, it } from 'vitest'
import { runChecks, suiteChecks } from './checks.ts'
import { junitReport } from './junit.ts'
import { sampleReport } from './testing/sample.ts'
import { sampleSuite } from './testing/suite.ts'
import { elements, parseXml } from './testing/xml.ts'

const cases = (xml: string) => {
  const root = parseXml(xml)
  return {
    root,
    suites: elements(root, 'testsuite'),
    of: (name: string) => elements(root, 'testcase').find(c => c.attributes.name!.startsWith(name))!,
  }
}

describe('JUnit', () => {
  it('has a test case for each rule and each scenario, and counts them', () => {
    const { root, suites } = cases(junitReport(suiteChecks(sampleSuite())))
    expect(
      suites.map(s => [s.attributes.name, s.attributes.tests, s.attributes.failures, s.attributes.skipped]),
    ).toEqual([
      ['rules', '6', '1', '3'],
      ['scenarios', '2', '1', '0'],
    ])
    expect(root.attributes).toMatchObject({ tests: '8', failures: '2', skipped: '3', errors: '0' })
    for (const suite of suites) expect(elements(suite, 'testcase')).toHaveLength(Number(suite.attributes.tests))
  })

  it('a violation has the message, the seed, the evidence and the command that shows it again', () => {
    const [failure] = cases(junitReport(suiteChecks(sampleSuite()))).of('INT-5').children
    expect(failure!.name).toBe('failure')
    expect(failure!.attributes.message).toBe(
      'HwInterrupt left INT_STATUS (0x10) as it was (in HwInterrupt, SRB #99, at 37.5 µs)',
    )
    for (const words of ['seed 7', 'HwInterrupt returned 1', 'again: hba run my.wasm --scenario load --seed 7'])
      expect(failure!.text).toContain(words)
  })

  it('a warning fails only when it is to', () => {
    const kinds = (strict: boolean) =>
      cases(junitReport(suiteChecks({ ...sampleSuite(), strict })))
        .of('INT-3')
        .children.map(c => c.name)
    expect(kinds(false)).toEqual(['system-out'])
    expect(kinds(true)).toEqual(['failure'])
  })

  it('what was not looked at is skipped, with the reason', () => {
    const { of } = cases(junitReport(suiteChecks(sampleSuite())))
    expect(of('IO-2').children[0]!.attributes.message).toBe('not exercised; it would take: HwInterrupt was called')
    expect(of('DM-1').children[0]!.attributes.message).toBe('not applicable: the adapter is a bus master')
    expect(of('LD-1').children).toEqual([])
  })

  it('a scenario fails for what is no rule’s', () => {
    const { of } = cases(junitReport(suiteChecks(sampleSuite())))
    expect(of('load').children).toEqual([])
    expect(of('line').children[0]!.attributes.message).toBe('subject: 3 of 40 I/Os failed')
  })

  it('is well-formed whatever a driver says', () => {
    const nasty = '<a b="c">&amp; ]]> \u0000\u001b[2J \ud800 \ufffe "q" \'s\' 💾\nline'
    const { of } = cases(junitReport(suiteChecks(sampleSuite(nasty))))
    const { message } = of('INT-5').children[0]!.attributes
    expect(message).toContain('<a b="c">&amp; ]]> \ufffd\ufffd[2J \ufffd \ufffd "q" \'s\' 💾\nline')
  })

  it('serves a single run, too', () => {
    const { suites, of } = cases(junitReport(runChecks(sampleReport())))
    expect(suites.map(s => s.attributes.name)).toContain('rules')
    expect(of('INT-')).toBeDefined()
  })
})
