// A conformance campaign or a regression suite as a page: the verdict, what failed, the rules with links to their scenarios, and the scenarios.
import type { Report } from '../../../schemas/report.ts'
import type { Suite } from '../../../schemas/suite.ts'
import { count, duration, percent, size } from '../format.ts'
import type { ViolationMoment } from '../pictures/violations.ts'
import { waveChart } from './charts.ts'
import { html, type Inner, type Markup } from './markup.ts'
import { clipped, page, type Section, some, table, tag, VERDICTS } from './page.ts'
import { rulesTable } from './rules-table.ts'
import { coverageSection, expectationsTable, verdictBox } from './run-page.ts'

const MOST_FAILURES = 200
const MOST_REASONS = 40
/** Unfolded by themselves; with all that fail the page would be endless. */
const MOST_OPEN = 3

/** What went wrong first, by scenario. */
export type SuiteMoments = ReadonlyMap<string, readonly ViolationMoment[]>

/** Characters that waveforms may take: a page is to stay below 5 MiB. */
const MOST_WAVES = 2_500_000

/** @param moments of those that are about rules a campaign draws the first of each rule, a suite all */
export function htmlSuite(suite: Suite, moments: SuiteMoments = new Map()): string {
  const { verdict, driver, failures = [], rules = [], reports, shard } = suite
  const places = new Map(reports.map(({ name }, n) => [name, `scenario-${n}`]))
  const link = (name: string): Inner =>
    places.has(name) ? html`<a href="#${places.get(name)}">${name}</a>` : html`${name}`
  const name = `${driver?.path ?? 'regression suite'}${shard === undefined ? '' : `, shard ${shard.index}/${shard.of}`}`
  const { waves, pictures, left } = wavesOf(suite, moments)
  const picture = (id: string): Inner => {
    const place = pictures.get(id)
    return place !== undefined && html`, <a href="#${place}">waveform</a>`
  }
  const reasons = failures.map(({ scenario, message }) => `${scenario}: ${message}`)
  const violated = rules.filter(rule => rule.status === 'violated').map(rule => `${rule.id}: ${rule.title}`)
  const words = wordsOf(suite)
  return page(
    `${VERDICTS[verdict]} ${name}`,
    verdictBox(verdict, name, [...violated, ...reasons], facts(suite)),
    [
      rules.length === 0 ? undefined : { id: 'rules', title: 'Rules', body: rulesTable(rules, link, picture) },
      failed(suite, link),
      scenarios(suite, places, words),
      details(suite, places, waves, left, words),
      leftOut(suite),
      coverageSection(suite.coverage, driver?.path ?? '', 0),
    ],
    foot(suite),
  )
}

interface Words {
  one: string
  all: string
  about: string
}

/** A suite has cases, each says what it tries; a campaign has scenarios. */
const wordsOf = ({ totals }: Suite): Words =>
  totals === undefined
    ? { one: 'scenario', all: 'Scenarios', about: 'what it puts in the way' }
    : { one: 'case', all: 'Cases', about: 'what it tries' }

function caseFacts({ totals, broken = [], notRun = [] }: Suite): Inner[] {
  if (totals === undefined) return []
  const { cases, passed, io, isr } = totals
  const failed = cases - passed - broken.length
  return [
    html`<b>${count(passed)}</b> of ${count(cases)} ${cases === 1 ? 'case' : 'cases'} passed`,
    failed > 0 && html`<b>${count(failed)}</b> failed`,
    broken.length > 0 && html`<b>${count(broken.length)}</b> could not be run`,
    notRun.length > 0 && html`<b>${count(notRun.length)}</b> not run`,
    html`<b>${count(io.completed)}</b> of ${count(io.submitted)} I/Os, ${size(io.bytes)}`,
    html`<b>${count(isr.count)}</b> ISRs`,
  ]
}

function facts(suite: Suite): Inner[] {
  const { reports, rules = [], applicable, coverage, seed, driver, totals } = suite
  const of = (status: string): string => count(rules.filter(rule => rule.status === status).length)
  return [
    ...caseFacts(suite),
    totals === undefined && html`<b>${count(reports.length)}</b> ${reports.length === 1 ? 'scenario' : 'scenarios'}`,
    rules.length > 0 && html`rules: <b>${of('held')}</b> held, <b>${of('violated')}</b> violated`,
    applicable !== undefined &&
      html`<b>${percent(applicable.exercised, applicable.total)}</b> of the applicable rules exercised`,
    coverage !== undefined &&
      html`<b>${percent(coverage.blocks.reached, coverage.blocks.total)}</b> of the driver’s blocks reached`,
    seed !== undefined && html`${driver !== undefined && `adapter ${driver.adapter}, `}seed ${seed}`,
  ].filter(fact => fact !== false)
}

function failed({ failures = [], rules }: Suite, link: (name: string) => Inner): Section | undefined {
  if (failures.length === 0) return undefined
  // A case that fails for several reasons is run again by one command.
  const body = html`<ul>${some(
    failures,
    MOST_FAILURES,
    ({ scenario, message, rerun }, n) =>
      html`<li>${link(scenario)}: ${clipped(message)}${failures[n + 1]?.rerun !== rerun && html`<pre>${clipped(rerun)}</pre>`}</li>\n`,
  )}</ul>`
  return { id: 'failures', title: rules === undefined ? 'Failed' : 'Failed beside the rules', body }
}

function scenarios(
  { reports }: Suite,
  places: ReadonlyMap<string, string>,
  { one, all, about: aboutIt }: Words,
): Section {
  const right = { right: true }
  return {
    id: 'scenarios',
    title: all,
    body: table(
      all,
      [
        ...[{ title: 'verdict' }, { title: one }, { title: aboutIt, wide: true, below: true }],
        ...['I/Os', 'ISRs', 'p99', 'max'].map(title => ({ title, ...right })),
      ],
      reports.map(({ name, about, report: { verdict, io, isr } }) => ({
        status: verdict,
        cells: [
          tag(verdict),
          html`<a href="#${places.get(name)}">${name}</a>`,
          about ?? '',
          count(io.submitted),
          count(isr.count),
          isr.virtualNs === null ? '–' : duration(isr.virtualNs.p99),
          isr.virtualNs === null ? '–' : duration(isr.virtualNs.max),
        ],
      })),
    ),
  }
}

interface Waves {
  /** By scenario. */
  waves: ReadonlyMap<string, readonly Markup[]>
  /** Where the violation of a rule is drawn. */
  pictures: ReadonlyMap<string, string>
  /** Left out, so that the page keeps its size. */
  left: number
}

function wavesOf({ reports, rules }: Suite, moments: SuiteMoments): Waves {
  const waves = new Map<string, Markup[]>()
  const pictures = new Map<string, string>()
  const firsts = new Set(rules?.map(({ id, first }) => `${first?.scenario} ${id} ${first?.event}`))
  let size = 0
  let drawn = 0
  let left = 0
  for (const { name } of reports)
    for (const { wrong, moment } of moments.get(name) ?? []) {
      const shown = wrong.filter(
        ({ what, isRule, event }) => rules === undefined || !isRule || firsts.has(`${name} ${what} ${event}`),
      )
      if (shown.length === 0) continue
      const id = `violation-${drawn}`
      const wave = html`<h3 id="${id}">${shown.map(({ what }) => what).join(', ')}</h3>
<ul>${shown.map(({ message }) => html`<li>${clipped(message, 600)}</li>`)}</ul>
${waveChart(`wave-${id}`, moment)}`
      if (size + wave.text.length > MOST_WAVES) {
        left++
        continue
      }
      size += wave.text.length
      drawn++
      waves.set(name, [...(waves.get(name) ?? []), wave])
      for (const { what, isRule } of shown) if (isRule && !pictures.has(what)) pictures.set(what, id)
    }
  return { waves, pictures, left }
}

function details(
  { reports, rules }: Suite,
  places: ReadonlyMap<string, string>,
  waves: Waves['waves'],
  left: number,
  { all }: Words,
): Section {
  const open = new Set(
    reports
      .filter(({ report }) => report.verdict !== 'pass')
      .slice(0, MOST_OPEN)
      .map(({ name }) => name),
  )
  return {
    id: 'details',
    title: `${all} one by one`,
    body: [
      left > 0 &&
        html`<p class="muted">${count(left)} more waveforms are left out, so that the page stays small: <code>hba run</code> with <code>--html</code> draws them.</p>`,
      reports.map(
        ({ name, about, report }) =>
          html`<details id="${places.get(name)}"${open.has(name) && html` open=""`}><summary>${tag(report.verdict)} ${name}</summary>${oneScenario(about, report, rules !== undefined)}${waves.get(name) ?? []}</details>\n`,
      ),
    ],
  }
}

/** @param linked the page has a table of rules */
function oneScenario(about: string | undefined, report: Report, linked: boolean): Markup {
  const { reasons, rules, io, faults, findings, expectations = [], rerun, virtual, trace } = report
  const violated = rules.filter(rule => rule.status === 'violated')
  return html`${about !== undefined && html`<p>${about}</p>`}
<p>${count(io.completed)} of ${count(io.submitted)} I/Os, ${size(io.bytes)}; ${duration(virtual.durationNs)} of virtual time; trace hash <code>${trace.hash}</code></p>
${reasons.length > 0 && html`<ul>${some(reasons, MOST_REASONS, reason => html`<li>${clipped(reason, 600)}</li>`)}</ul>`}
${violated.length > 0 && html`<p>violated: ${violated.map(({ id }, n) => html`${n > 0 && ', '}${linked ? html`<a href="#rule-${id}">${id}</a>` : id}`)}</p>`}
${expectations.length > 0 && expectationsTable(expectations)}
${faults.length > 0 && html`<ul>${some(faults, MOST_REASONS, ({ description, fired }) => html`<li>fault: ${description}: acted ${count(fired)} times</li>`)}</ul>`}
${findings.length > 0 && html`<ul>${some(findings, MOST_REASONS, ({ severity, message }) => html`<li>${tag(severity)} ${clipped(message, 600)}</li>`)}</ul>`}
<pre>${clipped(rerun)}</pre>`
}

function leftOut({ leftOut: left = [] }: Suite): Section | undefined {
  if (left.length === 0) return undefined
  const body = html`<ul>${left.map(({ name, reason }) => html`<li>${name}: ${reason}</li>\n`)}</ul>`
  return { id: 'left-out', title: 'Left out', body }
}

const foot = ({ tool, rerun, hash }: Suite): Markup =>
  html`${rerun !== undefined && html`<p>Run it again:</p><pre>${clipped(rerun)}</pre>`}<p>${tool.name} ${tool.version}; hash over all traces <code>${hash}</code></p>`
