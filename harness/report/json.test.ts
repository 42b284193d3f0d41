import { describe, expect, test } from 'vitest'
import { Report } from '../../schemas/report.ts'
import { jsonReport, withoutHostFigures } from './json.ts'
import { sampleReport } from './testing/sample.ts'

describe('jsonReport', () => {
  test('reads back as the same report and ends with a newline', () => {
    const report = sampleReport()
    const text = jsonReport(report)
    expect(text.endsWith('}\n')).toBe(true)
    expect(Report.parse(JSON.parse(text))).toEqual(report)
  })

  test('has its keys in the order of the schema, whatever order they came in', () => {
    const report = sampleReport()
    const shuffled = Object.fromEntries(Object.entries(report).reverse()) as Report
    expect(jsonReport(shuffled)).toBe(jsonReport(report))
  })

  test('refuses what is no report', () => {
    expect(() => jsonReport({ ...sampleReport(), verdict: 'good' } as never)).toThrow()
  })

  test('two runs differ in host figures only', () => {
    const a = sampleReport()
    const b = sampleReport()
    b.guests[0]!.isr.hostNs = { p50: 1, p90: 1, p99: 1, p999: 1, max: 1, timerOverheadNs: 1 }
    b.isr.noiseFloorNs = { p50: 1, p99: 1, max: 1 }
    expect(b).not.toEqual(a)
    expect(withoutHostFigures(b)).toEqual(withoutHostFigures(a))
  })
})
