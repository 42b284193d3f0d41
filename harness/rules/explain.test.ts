import { describe, expect, it } from 'vitest'
import { findRule, RULES } from './catalogue.ts'
import { explainRule, listRules } from './explain.ts'

const example = {
  faulty: '\n    if (status == 0) {\n      return TRUE;\n    }\n',
  right: '  if (status == 0)\n    return FALSE;\n',
}

describe('the manual of the rules', () => {
  it('lists one line a rule', () => {
    const lines = listRules(RULES).trimEnd().split('\n')
    expect(lines).toHaveLength(RULES.length)
    expect(lines.find(line => line.startsWith('INT-5 '))).toMatch(/^INT-5 {3}F {2}HwInterrupt dismisses/)
    expect(listRules([])).toBe('')
  })

  it('explains one', () => {
    const text = explainRule(findRule('INT-5'))
    for (const words of [
      'INT-5: ',
      'severity   fatal',
      'source     WDK:',
      'exercised  when',
      'Why\n  A level',
      'Instead\n  Write',
    ])
      expect(text).toContain(words)
    expect(
      Math.max(
        ...text
          .split('\n')
          .slice(7)
          .map(line => line.length),
      ),
    ).toBeLessThanOrEqual(100)
    expect(text).not.toContain('Faulty')
  })

  it('shows faulty and right code side by side', () => {
    expect(explainRule(findRule('INT-3'), example)).toContain(
      [
        'Faulty             │ Right',
        'if (status == 0) { │ if (status == 0)',
        '  return TRUE;     │   return FALSE;',
        '}                  │',
      ].join('\n'),
    )
  })

  it('shows them one below the other on a narrow terminal', () => {
    expect(explainRule(findRule('INT-3'), example, 30)).toContain(
      'Faulty\n  if (status == 0) {\n    return TRUE;\n  }\n\nRight\n  if (status == 0)\n',
    )
  })
})
