import { expect, test } from 'vitest'
import type { CoverageReport } from '../../schemas/report.ts'
import { plainStyle } from './style.ts'
import { coverage } from './text-coverage.ts'

const none = { reached: 0, total: 0 }

const report = (more: Partial<CoverageReport> = {}): CoverageReport => ({
  functions: { reached: 2, total: 3 },
  blocks: { reached: 1200, total: 1250 },
  lines: { reached: 300, total: 400 },
  lineSource: 'dwarf',
  runtime: { functions: none, blocks: none },
  perFunction: [
    { name: 'HwStartIo', blocks: 40, reached: 35, file: 'start.c', line: 7 },
    { name: 'driver/reset/HwResetBus', blocks: 2, reached: 0, file: 'reset.c', line: 20 },
    { name: 'HwTimer', blocks: 1, reached: 0 },
  ],
  unreached: [
    { functionName: 'HwStartIo', codeOffset: 100, operators: 4, file: 'start.c', line: 9 },
    { functionName: 'HwStartIo', codeOffset: 120, operators: 3, file: 'start.c', line: 9 },
    { functionName: 'HwStartIo', codeOffset: 0x8c, operators: 9 },
    { functionName: 'driver/reset/HwResetBus', codeOffset: 200, operators: 50, file: 'reset.c', line: 21 },
  ],
  unreachedOmitted: 0,
  ...more,
})

const text = (more?: Partial<CoverageReport>): string => coverage('hba0', report(more), plainStyle).join('\n')

test('functions never reached stand by name, what is missing in the others by place', () => {
  expect(text()).toBe(
    [
      'Coverage of hba0',
      '  functions 2 of 3, blocks 1,200 of 1,250 (96.00 %), lines 300 of 400 (75.00 %, by DWARF)',
      '  functions never reached: HwResetBus (reset.c:20), HwTimer',
      '  blocks not reached, the largest first:',
      '    0x8c in HwStartIo: 9 instructions',
      '    start.c:9 in HwStartIo: 7 instructions in 2 blocks',
    ].join('\n'),
  )
})

test('all reached', () => {
  const perFunction = [{ name: 'HwStartIo', blocks: 40, reached: 40 }]
  expect(text({ perFunction, unreached: [], lines: null, lineSource: null })).toBe(
    [
      'Coverage of hba0',
      '  functions 2 of 3, blocks 1,200 of 1,250 (96.00 %), lines unknown: no DWARF in the module, no',
      '    source map beside it',
    ].join('\n'),
  )
})

test('what is left out is said: the runtime, more places than anybody reads', () => {
  const unreached = Array.from({ length: 30 }, (_, n) => ({ functionName: 'HwStartIo', codeOffset: n, operators: 1 }))
  const lines = text({ unreached, unreachedOmitted: 5, runtime: { functions: { reached: 0, total: 4 }, blocks: none } })
  expect(lines).toContain("not counted: 4 functions of the compiler's runtime and C library")
  expect(lines.split('\n').filter(line => line.includes(' in HwStartIo'))).toHaveLength(10)
  expect(lines).toContain('… and 25 more places')
})

test('names and paths of a driver cannot drive the terminal', () => {
  const [first] = report().unreached
  const evil = { ...first!, functionName: 'f\x1b[2J', file: 'a\x1b]0;x\x07.c' }
  const perFunction = [{ name: 'g\x1b[31m', blocks: 1, reached: 0, file: '\x9b1m', line: 1 }]
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  expect(text({ unreached: [evil], perFunction })).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/)
})

test('nothing without coverage', () => expect(coverage('hba0', undefined, plainStyle)).toEqual([]))
