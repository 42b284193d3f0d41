import { describe, expect, test } from 'vitest'
import type { RegisterMapInput } from '../../schemas/register-map.ts'
import { REFERENCE_REGISTERS } from '../adapters/reference/registers.ts'
import { RegisterBank } from '../register-bank.ts'
import { compileRegisterMap, RegisterMapError } from '../register-map.ts'
import { assemblyScriptModule } from './assemblyscript.ts'
import { cHeader } from './c-header.ts'
import { definitionGroups } from './definitions.ts'
import { markdownManual } from './markdown.ts'

const MAP: RegisterMapInput = {
  prefix: 'T',
  title: 'Test chip',
  description: 'A chip | for tests.',
  sizeBytes: 16,
  registers: [
    {
      name: 'CTRL',
      offset: 4,
      width: 2,
      description: 'Ends a comment: */ and a cell: |.',
      fields: [
        { name: 'GO', bits: '15', access: 'wo', description: 'Starts.' },
        { name: 'MODE', bits: '2:1', access: 'rw', reset: 2, description: 'How.', values: { SLOW: 0, FAST: 2 } },
        { name: 'TEST', bits: '0', access: 'rw', unimplemented: true, description: 'Factory test.' },
      ],
    },
  ],
  constants: [
    { name: 'ENTRY_SIZE', value: 16, description: 'Bytes.' },
    { name: 'MINUS', value: -1, description: 'Negative.' },
  ],
}

/** Name → number, as a compiler would read the text. */
function parse(text: string, line: RegExp): Map<string, number> {
  const found = new Map<string, number>()
  for (const [, name, value] of text.matchAll(line)) {
    expect(found.has(name!)).toBe(false)
    found.set(name!, Number(value!.replace(/[u()]/g, '')))
  }
  return found
}

const C_LINE = /^#define (\w+) (\S+)(?: \/\*(?:(?!\*\/).)*\*\/)?$/gm
const AS_LINE = /^export const (\w+): [ui]32 = (\S+)$/gm

describe('the names of a small map', () => {
  const expected = new Map([
    ['T_WINDOW_BYTES', 16],
    ['T_CTRL', 4],
    ['T_CTRL_TEST', 1],
    ['T_CTRL_MODE_MASK', 6],
    ['T_CTRL_MODE_SHIFT', 1],
    ['T_CTRL_MODE_SLOW', 0],
    ['T_CTRL_MODE_FAST', 2],
    ['T_CTRL_GO', 0x8000],
    ['T_ENTRY_SIZE', 16],
    ['T_MINUS', -1],
  ])

  test('in C', () => {
    const text = cHeader(MAP, 'chip.ts')
    expect(parse(text, C_LINE)).toEqual(expected)
    expect(text).toContain('Generated from chip.ts')
    expect(text.match(/\/\*/g)!.length).toBe(text.match(/\*\//g)!.length)
    expect(text).toMatch(/^#ifndef T_REGISTERS_H\n#define T_REGISTERS_H\n/m)
    expect(text.endsWith('#endif\n')).toBe(true)
  })

  test('in AssemblyScript', () => {
    const text = assemblyScriptModule(MAP, 'chip.ts')
    expect(parse(text, AS_LINE)).toEqual(expected)
    expect(text).toContain('export const T_MINUS: i32 = -1')
    expect(text).toContain('/** rw, unimplemented. Factory test. */')
  })

  test('in the manual', () => {
    const text = markdownManual(MAP, { source: 'chip.ts', guide: 'guide.md' })
    expect(text).toContain('# Test chip\n')
    expect(text).toContain("[programmer's guide](guide.md)")
    expect(text).toContain('| 0x04 | [CTRL](#ctrl) | 16 | wo, rw | 0x0004 | Ends a comment: */ and a cell: \\|. |')
    expect(text).toContain('| 15 | GO | wo |  | Starts. |')
    expect(text).toContain('| 2:1 | MODE | rw | 0x2 | How. 0 = SLOW, 2 = FAST |')
    expect(text).toContain('| 0 | TEST | rw | 0x0 | Factory test. *Not implemented by this model.* |')
    expect(text).toContain('| `ENTRY_SIZE` | 0x10 | Bytes. |')
    expect(text).toContain('| `MINUS` | -1 | Negative. |')
    expect(text).toContain('`rw` read and write · `wo` write only, reads 0')
    expect(markdownManual(MAP, { source: 'chip.ts' })).not.toContain('guide')
  })
})

test('the two headers of the reference adapter say the same', () => {
  const c = parse(cHeader(REFERENCE_REGISTERS, ''), C_LINE)
  expect(parse(assemblyScriptModule(REFERENCE_REGISTERS, ''), AS_LINE)).toEqual(c)
  expect(c.size).toBeGreaterThan(150)
})

test('a driver with the header and the register bank agree on every register and field', () => {
  const c = parse(cHeader(REFERENCE_REGISTERS, ''), C_LINE)
  const bank = new RegisterBank(REFERENCE_REGISTERS, {}, () => {})
  for (const { name, fields, reset } of compileRegisterMap(REFERENCE_REGISTERS).registers) {
    expect(bank.read(c.get(`WHBA_${name}`)!, 4)).toBe(reset)
    for (const { name: field, reset: value, width } of fields) {
      const mask = c.get(`WHBA_${name}_${field}${width === 1 ? '' : '_MASK'}`)!
      const shift = width === 1 ? Math.log2(mask) : c.get(`WHBA_${name}_${field}_SHIFT`)!
      expect(bank.field(name, field)).toEqual({ mask: mask | 0, shift })
      expect((reset & mask) >>> shift).toBe(value)
    }
  }
})

test('the manual of the reference adapter has a row for each register, field and constant', () => {
  const text = markdownManual(REFERENCE_REGISTERS, { source: '' })
  for (const { name, fields } of REFERENCE_REGISTERS.registers) {
    expect(text).toContain(`[${name}](#${name.toLowerCase()})`)
    const section = text.slice(text.indexOf(`### ${name}\n`)).split('\n### ')[0]!
    for (const field of fields) expect(section).toContain(`| ${field.bits} | ${field.name} | ${field.access} |`)
  }
  for (const { name } of REFERENCE_REGISTERS.constants) expect(text).toContain(`| \`${name}\` |`)
})

test('names that would meet in a header are refused', () => {
  const twice: RegisterMapInput = {
    ...MAP,
    registers: [
      { name: 'A', offset: 0, description: '', fields: [{ name: 'B', bits: '0', access: 'rw', description: '' }] },
      { name: 'A_B', offset: 4, description: '', fields: [{ name: 'C', bits: '0', access: 'rw', description: '' }] },
    ],
  }
  expect(() => definitionGroups(twice)).toThrow(RegisterMapError)
  expect(() => cHeader(twice, '')).toThrow('T_A_B: two definitions would have this name')
})

test.each([2 ** 32, -(2 ** 31) - 1])('a constant of %d does not fit the headers', value => {
  expect(() => cHeader({ ...MAP, constants: [{ name: 'C', value, description: '' }] }, '')).toThrow(
    'does not fit 32 bits',
  )
})
