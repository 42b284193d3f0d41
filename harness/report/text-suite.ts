// A conformance campaign for a terminal: the verdict, what is broken with its evidence, what could not be shown, what holds, what of the
// driver was reached.
import type { Suite, SuiteRule } from '../../schemas/suite.ts'
import { type Column, clip, clipStart, count, duration, percent, plain, table, wrap } from './format.ts'
import { type Emphasis, plainStyle, type Style } from './style.ts'
import { coverage } from './text-coverage.ts'

export const DEFAULT_WIDTH = 100
const NARROWEST = 60
const WIDEST = 140
/** The last lines of evidence say most. */
const EVIDENCE_SHOWN = 6
const SCENARIOS_SHOWN = 3
const FAILED_SHOWN = 5

const SEVERITIES = { F: 'fatal', E: 'error', W: 'warning', I: 'information' } as const
const RANK = { F: 0, E: 1, W: 2, I: 3 } as const
const SEVERITY_STYLE: Record<SuiteRule['severity'], Emphasis> = { F: 'bad', E: 'bad', W: 'warning', I: 'dim' }
const VERDICTS = { pass: 'PASS', fail: 'FAIL', 'no-data': 'NO DATA' } as const

/** @param width columns of the terminal */
export function suiteText(suite: Suite, style: Style = plainStyle, width = DEFAULT_WIDTH): string {
  const page = new Page(style, Math.min(WIDEST, Math.max(NARROWEST, width)))
  const rules = suite.rules ?? []
  const of = (status: SuiteRule['status']) => rules.filter(rule => rule.status === status)
  const violated = inOrder(of('violated'), suite)
  const sections = [
    page.headline(suite),
    ...(violated.length === 0 ? [] : [page.overview(violated), ...violated.map(rule => page.violation(rule))]),
    page.failures(suite),
    page.idle(of('not-exercised')),
    page.foreign(of('not-applicable')),
    page.held(of('held')),
    page.idleFaults(suite),
    page.leftOut(suite),
    coverage(suite.driver?.path ?? '', suite.coverage, style, page.width),
    page.foot(suite),
  ]
  return `${sections
    .filter(section => section.length > 0)
    .map(section => section.join('\n'))
    .join('\n\n')}\n`
}

/** The verdict, one line for whatever is wrong, and how to do it again. */
export function shortSuite(suite: Suite, style: Style = plainStyle, width = DEFAULT_WIDTH): string {
  const page = new Page(style, Math.min(WIDEST, Math.max(NARROWEST, width)))
  const violated = inOrder(
    (suite.rules ?? []).filter(rule => rule.status === 'violated'),
    suite,
  )
  const lines = [
    ...page.headline(suite),
    ...(violated.length === 0 ? [] : page.overview(violated).slice(1)),
    ...page.failures(suite).slice(1),
    ...(suite.verdict === 'pass' ? [] : [`rerun: ${plain(suite.rerun ?? '')}`]),
  ]
  return `${lines.join('\n')}\n`
}

/** The gravest first; of the same severity what happened first in the campaign. */
function inOrder(rules: readonly SuiteRule[], { reports }: Suite): SuiteRule[] {
  const place = ({ first }: SuiteRule) => reports.findIndex(({ name }) => name === first?.scenario)
  return [...rules].sort(
    (a, b) =>
      RANK[a.severity] - RANK[b.severity] ||
      place(a) - place(b) ||
      (a.first?.event ?? 0) - (b.first?.event ?? 0) ||
      (a.id < b.id ? -1 : 1),
  )
}

const times = (n: number): string => (n === 1 ? 'once' : `${count(n)} times`)

class Page {
  readonly style: Style
  readonly width: number

  constructor(style: Style, width: number) {
    this.style = style
    this.width = width
  }

  headline({ verdict, driver, seed, reports, rules = [], applicable, coverage: reached, shard }: Suite): string[] {
    const of = (status: SuiteRule['status']) => count(rules.filter(rule => rule.status === status).length)
    const word = this.style(verdict === 'pass' ? 'good' : 'bad', VERDICTS[verdict])
    const about = `seed ${seed}, ${count(reports.length)} scenario${reports.length === 1 ? '' : 's'}${shard === undefined ? '' : `, shard ${shard.index}/${shard.of}`}`
    const path = clipStart(
      plain(driver?.path ?? ''),
      Math.max(20, this.width - about.length - VERDICTS[verdict].length - 4),
    )
    const shown =
      applicable === undefined
        ? []
        : [
            `rules: ${percent(applicable.exercised, applicable.total)} of the applicable exercised (${count(applicable.exercised)} of ${count(applicable.total)})`,
          ]
    const lines = [
      `rules: ${of('held')} held, ${of('violated')} violated, ${of('not-exercised')} not exercised, ${of('not-applicable')} not applicable`,
      ...shown,
      ...(reached === undefined
        ? []
        : [
            `driver: ${percent(reached.blocks.reached, reached.blocks.total)} of its blocks reached, ${count(reached.functions.reached)} of ${count(reached.functions.total)} functions`,
          ]),
    ]
    return [`${word}  ${path}  ${this.style('dim', about)}`, ...lines.flatMap(line => this.wrapped(line, '  '))]
  }

  overview(violated: readonly SuiteRule[]): string[] {
    const columns: Column[] = [
      { title: 'rule' },
      { title: 'violated', right: true },
      { title: 'exercised', right: true },
      { title: 'severity' },
      { title: 'what must be so' },
    ]
    const rows = violated.map(({ id, count: n, exercised = 0, severity, title }) => [
      id,
      count(n),
      count(exercised),
      SEVERITIES[severity],
      plain(title),
    ])
    const [head, ...lines] = table(columns, rows)
    return [
      this.style('strong', 'Violated'),
      head!,
      ...lines.map((line, n) => this.style(SEVERITY_STYLE[violated[n]!.severity], clip(line, this.width))),
    ]
  }

  violation({ id, severity, first, scenarios, count: n }: SuiteRule): string[] {
    if (first === undefined) return []
    const srb = first.srb === null ? '' : `, SRB #${first.srb}`
    const also = scenarios.filter(name => name !== first.scenario)
    const shown = also.slice(0, SCENARIOS_SHOWN).join(', ')
    const rest = also.length > SCENARIOS_SHOWN ? ` and ${count(also.length - SCENARIOS_SHOWN)} more` : ''
    const others = also.length === 0 ? '' : `; also in ${shown}${rest}`
    const where = `${first.entryPoint}${srb}, at ${duration(first.atNs)}, scenario ${first.scenario}; ${times(n)} in all${others}`
    const evidence = (first.evidence ?? []).slice(-EVIDENCE_SHOWN)
    const [head, ...more] = this.wrapped(`${id} in ${where}`, '')
    return [
      this.style(SEVERITY_STYLE[severity], id) + head!.slice(id.length),
      ...more.map(line => `  ${line}`),
      ...this.wrapped(first.message, '  '),
      ...evidence.map(line => this.style('dim', `    ${clip(plain(line), this.width - 4)}`)),
      ...this.command(first.rerun),
    ]
  }

  failures({ failures = [] }: Suite): string[] {
    if (failures.length === 0) return []
    const scenarios = [...new Set(failures.map(failure => failure.scenario))]
    const shown = scenarios.slice(0, FAILED_SHOWN).flatMap(name => {
      const own = failures.filter(failure => failure.scenario === name)
      return [
        ...own.flatMap(({ message }) => this.wrapped(`${name}: ${message}`, '  ').map(line => this.style('bad', line))),
        ...this.command(own[0]!.rerun),
      ]
    })
    const hidden = scenarios.length - FAILED_SHOWN
    return [
      this.style('strong', 'Failed beside the rules'),
      ...shown,
      ...(hidden > 0 ? [this.style('dim', `  … and in ${count(hidden)} more scenarios; --json has them all`)] : []),
    ]
  }

  idle(rules: readonly SuiteRule[]): string[] {
    if (rules.length === 0) return []
    const id = Math.max(...rules.map(rule => rule.id.length))
    return [
      `${this.style('strong', 'Not exercised')}${this.style('dim', ' (nothing is known about these)')}`,
      ...rules.flatMap(rule => {
        const [head, ...more] = wrap(`${plain(rule.title)} (${SEVERITIES[rule.severity]})`, this.width - id - 4)
        const indent = ' '.repeat(id + 4)
        const need = wrap(`would take: ${plain(rule.precondition)}`, this.width - id - 4)
        return [
          `  ${rule.id.padEnd(id)}  ${head}`,
          ...more.map(line => indent + line),
          ...need.map(line => this.style('dim', indent + line)),
        ]
      }),
    ]
  }

  foreign(rules: readonly SuiteRule[]): string[] {
    if (rules.length === 0) return []
    const byReason = new Map<string, string[]>()
    for (const { id, reason = '' } of rules) byReason.set(reason, [...(byReason.get(reason) ?? []), id])
    return [
      this.style('strong', 'Not applicable'),
      ...[...byReason].flatMap(([reason, ids]) => this.hanging(`${ids.join(' ')}: ${reason}`)),
    ]
  }

  held(rules: readonly SuiteRule[]): string[] {
    if (rules.length === 0) return []
    const list = rules.map(({ id, exercised = 0 }) => `${id} ${count(exercised)}`).join(', ')
    return [
      `${this.style('strong', 'Held')}${this.style('dim', ' (and how often each was exercised)')}`,
      ...this.hanging(list),
    ]
  }

  /** A fault that never acted has shown nothing. */
  idleFaults({ reports }: Suite): string[] {
    const idle = reports.flatMap(({ name, report }) =>
      report.faults.filter(fault => fault.fired === 0).map(({ description }) => `${name}: ${description}`),
    )
    if (idle.length === 0) return []
    return [
      `${this.style('strong', 'Faults that never acted')}${this.style('dim', ' (the driver gave no occasion)')}`,
      ...idle.flatMap(text => this.hanging(text)),
    ]
  }

  leftOut({ leftOut = [], driver }: Suite): string[] {
    if (leftOut.length === 0) return []
    const byReason = new Map<string, string[]>()
    for (const { name, reason } of leftOut) byReason.set(reason, [...(byReason.get(reason) ?? []), name])
    return [
      `${this.style('strong', 'Left out')}${this.style('dim', ` (cannot be on the adapter '${plain(driver?.adapter ?? '')}')`)}`,
      ...[...byReason].flatMap(([reason, names]) => this.hanging(`${names.join(' ')}: ${reason}`)),
    ]
  }

  foot({ tool, reports, hash, rerun }: Suite): string[] {
    const events = reports.reduce((sum, { report }) => sum + report.trace.events, 0)
    return [
      this.style(
        'dim',
        `${tool.name} ${tool.version}; ${count(events)} events in ${count(reports.length)} traces, hash ${hash}`,
      ),
      ...(rerun === undefined ? [] : [`rerun: ${plain(rerun)}`]),
    ]
  }

  /** A command stands on one line, however long: it is to be copied. */
  command(line: string): string[] {
    return [`    $ ${plain(line)}`]
  }

  wrapped(text: string, indent: string): string[] {
    return wrap(plain(text), this.width - indent.length).map(line => indent + line)
  }

  hanging(text: string): string[] {
    return wrap(plain(text), this.width - 4).map((line, i) => `${i === 0 ? '  ' : '    '}${line}`)
  }
}
