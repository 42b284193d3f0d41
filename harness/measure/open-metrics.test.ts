import { expect, test } from 'vitest'
import { openMetrics, secondsOf } from './open-metrics.ts'
import { sampleBaseline, sampleCell, sampleEntry } from './testing/sample-baseline.ts'

test.each([
  [0, '0.0'],
  [1, '0.000000001'],
  [0.001, '0.000000000001'],
  [2519, '0.000002519'],
  [3_500_000_000, '3.5'],
  [1e12, '1000.0'],
])('%s ns are %s s', (ns, seconds) => {
  expect(secondsOf(ns)).toBe(seconds)
})

const text = openMetrics(
  sampleBaseline([sampleCell([sampleEntry()], { name: 'a "quoted" \\ name' })], {
    driver: { name: 'line\nfeed', sha256: 'a'.repeat(64) },
  }),
)

test('families have type, unit and help before their samples, and the text its end', () => {
  const lines = text.split('\n')
  expect(lines.slice(-2)).toEqual(['# EOF', ''])
  expect(lines.slice(3, 6)).toEqual([
    '# TYPE wasm_hba_entry_virtual_seconds summary',
    '# UNIT wasm_hba_entry_virtual_seconds seconds',
    '# HELP wasm_hba_entry_virtual_seconds Virtual time of the calls of an entry point, exact.',
  ])
  const LINE = /^(# (TYPE|UNIT|HELP) [a-z_]+ .+|[a-z_]+\{([a-z0-9_]+="([^"\\\n]|\\["\\n])*",?)+\} [\d.]+|# EOF|)$/
  for (const line of lines) expect(line).toMatch(LINE)
})

test('labels are escaped, figures exact', () => {
  expect(text).toContain(
    'wasm_hba_entry_virtual_seconds{driver="line\\nfeed",adapter="reference",cell="a \\"quoted\\" \\\\ name",entry="HwInterrupt, claimed",quantile="0.5"} 0.000002519\n',
  )
  expect(text).toMatch(/wasm_hba_entry_virtual_seconds_count\{.*\} 10\n/)
  expect(text).toMatch(/wasm_hba_entry_virtual_seconds_sum\{.*\} 0\.000025196\n/)
})

test('families without samples are left out', () => {
  expect(text).not.toContain('host')
})
