// The HTML reporter: one run as one page, the verdict first. Everything in it comes from the report and the pictures of the same run.
import type { CoverageReport, GuestReport, Percentiles, Report } from '../../../schemas/report.ts'
import { count, duration, hex, size } from '../format.ts'
import type { Pictures } from '../pictures/pictures.ts'
import { plainStyle } from '../style.ts'
import { coverage } from '../text-coverage.ts'
import { distributionChart, spansChart, waveChart } from './charts.ts'
import { html, type Inner, type Markup } from './markup.ts'
import { clipped, page, type Section, some, table, tag, VERDICTS } from './page.ts'
import { rulesTable } from './rules-table.ts'
import { type TrendPoint, trendChart } from './trend.ts'

export interface HtmlOptions {
  pictures?: Pictures | undefined
  /** Earlier runs of the same scenario, oldest first; this run is the last point by itself. */
  trend?: readonly TrendPoint[] | undefined
  /** The trend is of baselines: this run's ISRs of the load alone. */
  loadIsr?: Percentiles | null | undefined
}

const MOST_REASONS = 60
const MOST_FINDINGS = 300
const MOST_LINES = 200
/** Guests whose pictures are drawn; more share a machine only in tests. */
const MOST_PICTURED = 8

export function htmlReport(report: Report, { pictures, trend = [], loadIsr }: HtmlOptions = {}): string {
  const name = report.name ?? report.guests.map(guest => guest.name).join(', ')
  return page(
    `${VERDICTS[report.verdict]} ${name}`,
    verdictBox(report.verdict, name, report.reasons, runFacts(report)),
    [
      expectations(report),
      budgets(report),
      latency(report, pictures),
      ...waveforms(pictures),
      routines(report),
      pictures?.slowest === undefined
        ? undefined
        : { id: 'srbs', title: 'SRBs around the slowest I/O', body: spansChart('spans', pictures.slowest) },
      report.rules.length === 0 ? undefined : { id: 'rules', title: 'Rules', body: rulesTable(report.rules) },
      findings(report),
      trend.length === 0 ? undefined : { id: 'trend', title: 'Trend', body: trendSection(trend, report, loadIsr) },
      ...report.guests.map((guest, n) => coverageSection(guest.coverage, guest.name, n)),
      machine(report),
      ...report.guests.map(output),
    ],
    foot(report),
  )
}

function trendSection(trend: readonly TrendPoint[], { isr }: Report, loadIsr: Percentiles | null | undefined): Inner {
  if (loadIsr === undefined) return trendChart(trend, isr.virtualNs)
  return html`<p class="muted">As <code>hba bench</code> measures them: ISRs of the load alone, without those of the bus scan.</p>${trendChart(trend, loadIsr)}`
}

export function verdictBox(
  verdict: Report['verdict'],
  name: string,
  reasons: readonly string[],
  facts: readonly Inner[],
): Markup {
  return html`<div class="verdict ${verdict}" role="status"><span class="word">${VERDICTS[verdict]}</span><div><h1>${clipped(name, 200)}</h1></div>${
    verdict !== 'pass' &&
    reasons.length > 0 &&
    html`<ul class="reasons">${some(reasons, MOST_REASONS, reason => html`<li>${clipped(reason)}</li>`)}</ul>`
  }</div>
<ul class="facts">${facts.map(fact => html`<li>${fact}</li>`)}</ul>`
}

function runFacts({ io, isr, virtual, seed, costModel, rules }: Report): Inner[] {
  const violated = rules.filter(rule => rule.status === 'violated').length
  return [
    html`<b>${count(io.completed)}</b> of ${count(io.submitted)} I/Os, ${size(io.bytes)}`,
    html`<b>${count(isr.count)}</b> ISRs${isr.virtualNs !== null && html`, p99 <b>${duration(isr.virtualNs.p99)}</b>, max <b>${duration(isr.virtualNs.max)}</b>`}`,
    html`<b>${count(violated)}</b> ${violated === 1 ? 'rule' : 'rules'} violated`,
    html`<b>${count(io.miscompares)}</b> ${io.miscompares === 1 ? 'miscompare' : 'miscompares'}`,
    html`${duration(virtual.durationNs)} of virtual time, seed ${seed}, cost model ‘${costModel.preset}’`,
  ]
}

const RIGHT = { right: true } as const

function budgets({ guests }: Report): Section | undefined {
  const rows = guests.flatMap(({ name, budgets }) =>
    budgets.map(({ name: budget, limitNs, actualNs, pass }) => ({
      cells: [
        actualNs === null ? tag(pass ? 'note' : 'fail', pass ? 'none ran' : 'no data') : tag(pass ? 'pass' : 'fail'),
        html`<code>${budget}</code>`,
        duration(limitNs),
        actualNs === null ? '–' : duration(actualNs),
        ...(guests.length > 1 ? [name] : []),
      ],
    })),
  )
  if (rows.length === 0) return undefined
  const columns = [
    { title: 'verdict' },
    { title: 'budget' },
    { title: 'limit', ...RIGHT },
    { title: 'actual', ...RIGHT },
    ...(guests.length > 1 ? [{ title: 'driver', wide: true, below: true }] : []),
  ]
  return { id: 'budgets', title: 'Budgets', body: table('Budgets', columns, rows) }
}

const PERCENTILES = ['p50', 'p90', 'p99', 'p999', 'max'] as const
const percentileColumns = ['p50', 'p90', 'p99', 'p99.9', 'max'].map(title => ({ title, ...RIGHT }))

function latency({ guests, isr }: Report, pictures: Pictures | undefined): Section | undefined {
  const drawn = (pictures?.guests ?? []).slice(0, MOST_PICTURED).flatMap((own, n) => {
    const guest = guests.find(({ name }) => name === own.guest)
    if (guest === undefined) return []
    return [html`<h3>${own.guest}</h3>\n${distributionChart(`distribution-${n}`, own, guest.isr, guest.budgets)}`]
  })
  if (drawn.length === 0) return undefined
  const floor = isr.noiseFloorNs
  const noise =
    floor !== null &&
    html`<p class="muted">Noise floor of host time (a null ISR): p50 ${duration(floor.p50)}, p99 ${duration(floor.p99)}, max ${duration(floor.max)}.</p>`
  return { id: 'latency', title: 'Interrupt latency', body: [drawn, noise] }
}

function routines({ guests }: Report): Section {
  const rows = guests.flatMap(({ name, isr, routines }) => {
    const figures = (of: { [P in (typeof PERCENTILES)[number]]: number } | null): string[] =>
      PERCENTILES.map(p => (of === null ? '–' : duration(of[p])))
    const others = routines.filter(routine => routine.name !== 'HwInterrupt')
    return [
      { cells: [name, 'HwInterrupt, claimed', count(isr.claimed), ...figures(isr.virtualNs)] },
      { cells: [name, 'HwInterrupt, unclaimed', count(isr.unclaimed), ...figures(isr.unclaimedNs)] },
      ...(isr.raiseToEnterNs === null ? [] : [{ cells: [name, 'raise → enter', '', ...figures(isr.raiseToEnterNs)] }]),
      ...(isr.hostNs === null
        ? []
        : [{ cells: [name, html`HwInterrupt, <em>host time</em>`, '', ...figures(isr.hostNs)] }]),
      ...others.map(routine => ({ cells: [name, routine.name, count(routine.count), ...figures(routine.virtualNs)] })),
    ]
  })
  const columns = [{ title: 'driver' }, { title: 'what' }, { title: 'calls', ...RIGHT }, ...percentileColumns]
  return {
    id: 'routines',
    title: 'Routines',
    body: html`${table('Durations of routines', columns, rows)}<p class="muted">Virtual time unless it says host time.</p>`,
  }
}

function waveforms(pictures: Pictures | undefined): Section[] {
  const drawn = (pictures?.guests ?? []).slice(0, MOST_PICTURED)
  const titled = (guest: string, title: string): string => (drawn.length > 1 ? `${title} of ${guest}` : title)
  return drawn.flatMap(({ guest, worst, typical }, n) => [
    ...(worst === undefined
      ? []
      : [{ id: `worst-${n}`, title: titled(guest, 'Worst ISR'), body: waveChart(`wave-worst-${n}`, worst) }]),
    ...(typical === undefined
      ? []
      : [
          {
            id: `typical-${n}`,
            title: titled(guest, 'Typical ISR'),
            body: html`<p class="muted">The first claimed call that took as long as the median of all.</p>\n${waveChart(`wave-typical-${n}`, typical)}`,
          },
        ]),
  ])
}

/** What the scenario expects; what is not met first. */
function expectations({ expectations: all = [] }: Report): Section | undefined {
  return all.length === 0 ? undefined : { id: 'expectations', title: 'Expectations', body: expectationsTable(all) }
}

export function expectationsTable(all: NonNullable<Report['expectations']>): Markup {
  const sorted = [...all.filter(row => !row.pass), ...all.filter(row => row.pass)]
  const columns = [
    { title: 'in the scenario' },
    { title: 'verdict' },
    { title: 'expected', wide: true, below: true },
    { title: 'found', wide: true, below: true },
  ]
  return table(
    'Expectations',
    columns,
    sorted.map(({ path, expected, found, pass }) => ({
      status: pass ? 'pass' : 'fail',
      cells: [
        html`<code>${clipped(path, 200)}</code>`,
        tag(pass ? 'pass' : 'fail', pass ? 'met' : 'not met'),
        clipped(expected),
        clipped(found),
      ],
    })),
  )
}

function findings({ findings: all, faults, guests, io, images }: Report): Section | undefined {
  const lines: Inner[] = [
    ...all.map(({ severity, message, guest, atNs }) => [
      tag(severity),
      ` ${guest === undefined ? '' : `${guest}: `}${clipped(message)}`,
      atNs !== undefined && html` <span class="muted">at ${duration(atNs)}</span>`,
    ]),
    ...guests.flatMap(({ name, stopped }) =>
      stopped === undefined
        ? []
        : [
            html`${tag('error', 'stopped')} ${name}: ${stopped.kind} in ${stopped.routine}${stopped.functionName !== null && ` (function ${stopped.functionName})`} at ${duration(stopped.atNs)}: ${clipped(stopped.message)}`,
          ],
    ),
    ...guests.flatMap(({ name, adapter }) =>
      adapter.diagnostics.map(
        ({ message, register, routine, count: times }) =>
          html`${tag('warning', 'diagnostic')} ${name}: <code>${register}</code>: ${message}${routine !== null && `, first in ${routine}`}, ${count(times)} times`,
      ),
    ),
    ...guests.flatMap(({ name, log }) =>
      log.map(
        entry =>
          html`${tag('note', 'ScsiPortLogError')} ${name}: ${entry.name} (${hex(entry.code)}), ${count(entry.count)} times, first at ${duration(entry.atNs)}`,
      ),
    ),
    ...io.problems.map(problem => html`${tag('error', 'I/O')} ${clipped(problem)}`),
    ...images.flatMap(({ drive, miscompares, comparedBytes, bytes }) => [
      html`${tag(miscompares === 0 ? 'pass' : 'fail', 'image')} ${drive}: ${size(comparedBytes)} of ${size(bytes)} compared, ${count(miscompares)} differences`,
    ]),
    ...faults.map(
      ({ description, fired }) => html`${tag('note', 'fault')} ${description}: acted ${count(fired)} times`,
    ),
  ]
  if (lines.length === 0) return undefined
  const body = html`<ul>${some(lines, MOST_FINDINGS, line => html`<li>${line}</li>\n`)}</ul>`
  return { id: 'findings', title: 'Findings', body }
}

/** As the terminal has it, without its title. */
export function coverageSection(reached: CoverageReport | undefined, name: string, n: number): Section | undefined {
  if (reached === undefined) return undefined
  const [, ...lines] = coverage(name, reached, plainStyle)
  const body = html`<pre>${lines.map(line => line.replace(/^ {2}/, '')).join('\n')}</pre>`
  return { id: `coverage-${n}`, title: `Coverage of ${name}`, body }
}

function machine({ guests, lines, costModel }: Report): Section {
  return {
    id: 'machine',
    title: 'Machine and I/O',
    body: html`${table(
      'Drivers',
      [
        ...['driver', 'file', 'sha256', 'adapter', 'line'].map(title => ({ title })),
        ...['submitted', 'completed', 'failed', 'moved', 'verified'].map(title => ({ title, ...RIGHT })),
      ],
      guests.map(({ name, driver, adapter, io }) => ({
        cells: [
          name,
          html`<code>${clipped(driver.path, 300)}</code>`,
          html`<code>${driver.sha256.slice(0, 12)}</code>`,
          adapter.kind,
          adapter.line ?? '',
          ...[io.submitted, io.completed, io.failed].map(count),
          size(io.bytes),
          size(io.verifiedBytes),
        ],
      })),
    )}
<ul>${lines.map(
      line =>
        html`<li>line ${line.name}: ${line.guests.join(', ')}; raised ${count(line.raised)} times, high for ${duration(line.assertedNs)}${line.storms > 0 && html`, ${tag('fail', `${line.storms} interrupt storms`)}`}</li>`,
    )}</ul>
<details><summary>Cost model ‘${costModel.preset}’</summary>${table(
      'Cost model',
      [{ title: 'what' }, { title: 'virtual time', ...RIGHT }],
      Object.entries(costModel.values).map(([what, ns]) => ({ cells: [html`<code>${what}</code>`, duration(ns)] })),
    )}</details>`,
  }
}

function output({ name, debugPrint, debugPrintOmitted }: GuestReport, n: number): Section | undefined {
  if (debugPrint.length === 0) return undefined
  const lines = debugPrint.slice(0, MOST_LINES).map(line => clipped(line.trimEnd(), 400))
  const hidden = debugPrint.length - lines.length + debugPrintOmitted
  return {
    id: `output-${n}`,
    title: `Output of ${name}`,
    body: html`<pre>${lines.join('\n')}</pre>${hidden > 0 && html`<p class="muted">… and ${count(hidden)} more lines</p>`}`,
  }
}

const foot = ({ tool, metering, trace, rerun }: Report): Markup =>
  html`<p>Run it again:</p><pre>${clipped(rerun)}</pre><p>${tool.name} ${tool.version}, metering ${metering.version}; trace of ${count(trace.events)} events, hash <code>${trace.hash}</code></p>`
