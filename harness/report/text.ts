// The text reporter: one report for a terminal of 100 columns, the verdict first.
import type { Report } from '../../schemas/report.ts'
import { plainStyle, type Style } from './style.ts'
import { coverage } from './text-coverage.ts'
import { anatomy, brokenBudgets, bucketTable, budgetTable, hostTable, isrTable, routineTable } from './text-isr.ts'
import { expectations, findings, foot, headline, io, machine, rerunLine, rules, said } from './text-run.ts'

/** @returns lines joined by newlines, one at the end. @param style no emphasis when it is left out */
export function textReport(report: Report, style: Style = plainStyle): string {
  const { worst } = report.isr
  const sections = [
    headline(report, style),
    machine(report, style),
    ...report.guests.map(guest => (guest.stopped === undefined ? [] : said(guest, style))),
    io(report, style),
    isrTable(report, style),
    bucketTable(report.isr, style),
    worst === null ? [] : anatomy('Anatomy of the worst ISR', worst, style),
    budgetTable(report, style),
    ...brokenBudgets(report, style),
    routineTable(report, style),
    hostTable(report, style),
    rules(report, style),
    expectations(report, style),
    ...report.guests.map(guest => coverage(guest.name, guest.coverage, style)),
    ...report.guests.map(guest => (guest.stopped === undefined ? said(guest, style) : [])),
    findings(report, style),
    foot(report, style),
  ]
  return `${sections
    .filter(section => section.length > 0)
    .map(section => section.join('\n'))
    .join('\n\n')}\n`
}

/** The verdict, why it is not pass, and how to run it again. */
export const shortReport = (report: Report, style: Style = plainStyle): string =>
  `${[...headline(report, style), ...(report.verdict === 'pass' ? [] : [rerunLine(report)])].join('\n')}\n`
