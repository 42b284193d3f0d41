import { describe, expect, it } from 'vitest'
import { plainStyle, type Style } from './style.ts'
import { sampleSuite } from './testing/suite.ts'
import { shortSuite, suiteText } from './text-suite.ts'

describe('a campaign as text', () => {
  it('has the verdict first, and what matters first after it', () => {
    const text = suiteText(sampleSuite())
    expect(text.startsWith('FAIL  my.wasm  seed 7, 2 scenarios\n')).toBe(true)
    const order = [
      'Violated',
      'INT-5 in HwInterrupt',
      'INT-3 in HwInterrupt',
      'Failed beside',
      'Not exercised',
      'Not appl',
      'Held',
    ]
    const places = order.map(words => text.indexOf(`\n${words}`))
    expect([...places].sort((a, b) => a - b)).toEqual(places)
    expect(places).not.toContain(-1)
    expect(text).toContain('rules: 75.00 % of the applicable exercised (3 of 4)')
  })

  it('a violation is enough to go and mend the driver', () => {
    const text = suiteText(sampleSuite())
    expect(text).toContain(
      [
        'INT-5 in HwInterrupt, SRB #99, at 37.5 µs, scenario load; 1,234 times in all; also in line',
        '  HwInterrupt left INT_STATUS (0x10) as it was',
        '    2 µs before: HwInterrupt entered',
        '    0 ns before: HwInterrupt returned 1',
        '    $ hba run my.wasm --scenario load --seed 7',
      ].join('\n'),
    )
  })

  it('a rule that breaks everywhere does not fill the screen', () => {
    const suite = sampleSuite()
    const rule = suite.rules!.find(r => r.id === 'INT-5')!
    const scenarios = ['load', ...Array.from({ length: 40 }, (_, n) => `s${n}`)]
    expect(suiteText({ ...suite, rules: [{ ...rule, scenarios }] })).toMatch(
      /; also in\s+s0,\s+s1,\s+s2\s+and\s+37\s+more\n/,
    )
  })

  it('nor does a driver that fails everywhere', () => {
    const failures = Array.from({ length: 40 }, (_, n) => ({
      scenario: `s${n >> 1}`,
      message: `m${n}`,
      rerun: `r${n}`,
    }))
    const text = suiteText({ ...sampleSuite(), failures })
    expect(text).toContain('\n  s4: m8\n  s4: m9\n    $ r8\n  … and in 15 more scenarios; --json has them all\n')
    expect(text).not.toContain('s5: m10')
  })

  it('what holds and what does not concern the driver is short', () => {
    const text = suiteText(sampleSuite())
    expect(text).toContain('\n  LD-1 12\n')
    expect(text).toContain('\n  DM-1 DM-2: the adapter is a bus master\n')
    expect(text).toContain('would take: HwInterrupt was called')
    expect(text).toMatch(/\nFaults that never acted .*\n {2}line: ScsiPortGetSrb returns NULL\n\n/)
  })

  it.each([40, 80, 100, 120, 300])('fits a terminal of %d columns, but for commands', columns => {
    const message = `${'word '.repeat(40)}${'x'.repeat(150)}`
    const lines = suiteText(sampleSuite(message), plainStyle, columns).split('\n')
    const widest = Math.max(...lines.filter(line => !/^ *\$ |^rerun: /.test(line)).map(line => line.length))
    expect(widest).toBeLessThanOrEqual(Math.min(140, Math.max(60, columns)))
  })

  it('emphasis does not change the text', () => {
    const style: Style = (_, text) => `⟦${text}⟧`
    expect(suiteText(sampleSuite(), style).replaceAll(/[⟦⟧]/g, '')).toBe(suiteText(sampleSuite()))
  })

  it('nothing from a driver reaches the terminal as it is', () => {
    expect(suiteText(sampleSuite('\u001b[2J'))).toContain('\\x1b[2J')
  })

  it('in short: the verdict, a line for each thing, the command', () => {
    const lines = shortSuite(sampleSuite()).trimEnd().split('\n')
    expect(lines.at(-1)).toBe('rerun: hba verify my.wasm --seed 7')
    expect(lines.length).toBeLessThan(12)
  })
})
