import { describe, expect, it } from 'vitest'
import { findRule } from '../rules/catalogue.ts'
import type { RuleExample } from '../rules/rule.ts'
import { rulePage } from './rule-page.ts'

const example = {
  faulty: '\n    if (status == 0) {\n      return TRUE;\n    }\n',
  right: '  if (status == 0)\n    return FALSE;\n',
}

/** The same rule with another example, or none. */
const page = (id: string, more: { example?: RuleExample }, columns?: number): string => {
  const { example: _, ...rule } = findRule(id)
  return rulePage({ ...rule, ...more }, undefined, columns).join('\n')
}

describe('a rule in full', () => {
  it.each([60, 80, 100, 200])('fits %d columns', columns => {
    const text = page('INT-5', {}, columns)
    expect(text).toMatch(/^INT-5 {2}HwInterrupt dismisses/)
    for (const words of ['\n\nWhy\n  A level', '\n\nInstead\n  Write', 'Exercised when\n', 'Source\n  WDK:', '(fatal)'])
      expect(text).toContain(words)
    expect(Math.max(...text.split('\n').map(line => line.length))).toBeLessThanOrEqual(Math.min(columns, 100))
    expect(text).not.toContain('Faulty')
  })

  it('shows faulty and right code side by side', () => {
    expect(page('INT-3', { example })).toContain(
      [
        '  Faulty             │ Right',
        '  if (status == 0) { │ if (status == 0)',
        '    return TRUE;     │   return FALSE;',
        '  }                  │',
      ].join('\n'),
    )
  })

  it('shows them one below the other on a narrow terminal', () => {
    expect(page('INT-3', { example }, 38)).toContain(
      'Faulty\n  if (status == 0) {\n    return TRUE;\n  }\n\nRight\n  if (status == 0)\n    return FALSE;',
    )
  })
})
