import { expect, it } from 'vitest'
import { findRule, RULES } from './catalogue.ts'
import { rulesManual } from './manual.ts'

it('has every rule, once in a table and once in full', () => {
  const manual = rulesManual(RULES)
  for (const { id } of RULES) {
    expect(manual.split(`| [${id}](#${id.toLowerCase()}) |`)).toHaveLength(2)
    expect(manual.split(`\n### ${id}\n`)).toHaveLength(2)
  }
})

it('keeps markup out of prose, and puts code into fences', () => {
  const rule = {
    ...findRule('INT-5'),
    title: 'a | b',
    why: 'HW_X <b>',
    example: { faulty: '\n\t\ta = *b;\n', right: '  c_d();' },
  }
  const manual = rulesManual([rule])
  expect(manual).toContain('| fatal | a \\| b |')
  expect(manual).toContain('HW\\_X \\<b\\>')
  expect(manual).toContain('Faulty:\n\n```c\na = *b;\n```\n\nRight:\n\n```c\nc_d();\n```\n')
})
