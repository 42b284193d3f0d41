// The rules as a table that can be narrowed down by status; the violated ones first, with their evidence.
import type { RuleReport } from '../../../schemas/report.ts'
import { count, duration } from '../format.ts'
import { html, type Inner, type Markup } from './markup.ts'
import { clipped, some, table, tag } from './page.ts'

const SEVERITIES = { F: 'fatal', E: 'error', W: 'warning', I: 'information' } as const
const ORDER = ['violated', 'held', 'not-exercised', 'not-applicable'] as const
const SEVERITY_ORDER = 'FEWI'

type First = NonNullable<RuleReport['first']> & { scenario?: string; rerun?: string }
type Rule = Omit<RuleReport, 'first'> & { first?: First | undefined; precondition?: string }

/** @param picture where the first violation of a rule is drawn */
export function rulesTable(
  rules: readonly Rule[],
  link: (scenario: string) => Inner = name => name,
  picture: (id: string) => Inner = () => '',
): Markup {
  const sorted = [...rules].sort(
    (a, b) =>
      ORDER.indexOf(a.status) - ORDER.indexOf(b.status) ||
      (a.status === 'violated' ? SEVERITY_ORDER.indexOf(a.severity) - SEVERITY_ORDER.indexOf(b.severity) : 0),
  )
  const counts = ORDER.map(status => ({ status, n: rules.filter(rule => rule.status === status).length }))
  const violated = sorted.filter(rule => rule.status === 'violated')
  const others = sorted.filter(rule => rule.status !== 'violated')
  return html`<ul class="facts">${counts.map(({ status, n }) => html`<li><b>${n}</b> ${n > 0 ? tag(status) : status.replaceAll('-', ' ')}</li>`)}</ul>
${violated.length > 0 && ruleRows('Violated rules', violated, link, picture)}
${
  others.length > 0 &&
  html`<details><summary>${violated.length > 0 ? `The other ${others.length} rules` : `All ${others.length} rules`}</summary>
<label hidden="">Show <select data-filters="rules-table"><option value="">all</option>${counts
    .filter(({ status, n }) => n > 0 && status !== 'violated')
    .map(
      ({ status, n }) => html`<option value="${status}">${status.replaceAll('-', ' ')} (${n})</option>`,
    )}</select></label>
${ruleRows('Other rules', others, link, picture, 'rules-table')}</details>`
}`
}

function ruleRows(
  label: string,
  rules: readonly Rule[],
  link: (scenario: string) => Inner,
  picture: (id: string) => Inner,
  id?: string,
): Markup {
  return table(
    label,
    [
      { title: 'rule' },
      { title: 'status' },
      { title: 'severity' },
      { title: 'times', right: true },
      { title: 'exercised', right: true },
      { title: 'what must be so', wide: true, below: true },
    ],
    rules.map(rule => ({
      status: rule.status,
      id: `rule-${rule.id}`,
      cells: [
        html`<code>${rule.id}</code>`,
        tag(rule.status),
        SEVERITIES[rule.severity],
        rule.count > 0 && count(rule.count),
        rule.exercised !== undefined && count(rule.exercised),
        [html`<p>${rule.title}</p>`, about(rule, link, picture)],
      ],
    })),
    id,
  )
}

function about(
  { id, status, reason, precondition, guests, first }: Rule,
  link: (scenario: string) => Inner,
  picture: (id: string) => Inner,
): Inner {
  if (status === 'not-applicable') return html`<p class="muted">${reason ?? ''}</p>`
  if (status === 'not-exercised')
    return precondition !== undefined && html`<p class="muted">would take: ${precondition}</p>`
  if (status !== 'violated' || first === undefined) return ''
  const srb = first.srb === null ? '' : `, SRB #${first.srb}`
  const evidence = first.evidence ?? []
  return html`<p><strong>${clipped(first.message)}</strong></p>
<p>in ${first.entryPoint}${srb}, at ${duration(first.atNs)}${guests !== undefined && html`, by ${guests.join(', ')}`}${first.scenario !== undefined && html`, scenario ${link(first.scenario)}`}${picture(id)}</p>
${evidence.length > 0 && html`<details><summary>what happened before</summary><ul>${some(evidence, 60, line => html`<li class="mono">${clipped(line, 300)}</li>`)}</ul></details>`}
${first.rerun !== undefined && html`<pre>${clipped(first.rerun)}</pre>`}`
}
