// The result of `hba test` for a terminal: the verdict, a line a case, why a case failed and how to see it again, the totals.
import type { Suite } from '../../schemas/suite.ts'
import { bar, type Column, clip, count, duration, percent, plain, size, table, wrap } from './format.ts'
import { plainStyle, type Style } from './style.ts'
import { DEFAULT_WIDTH } from './text-suite.ts'

const NARROWEST = 60
const WIDEST = 140
const REASONS_SHOWN = 8
const BAR_WIDTH = 24
const VERDICTS = { pass: 'PASS', fail: 'FAIL', 'no-data': 'NO DATA' } as const

/** @param width columns of the terminal */
export function casesText(suite: Suite, style: Style = plainStyle, width = DEFAULT_WIDTH): string {
  const columns = Math.min(WIDEST, Math.max(NARROWEST, width))
  return join([
    headline(suite, style),
    caseLines(suite, style, columns),
    ...failures(suite, style, columns),
    histogram(suite, style),
    foot(suite, style),
  ])
}

/** The verdict, and what failed. */
export function shortCases(suite: Suite, style: Style = plainStyle, width = DEFAULT_WIDTH): string {
  return join([headline(suite, style), ...failures(suite, style, Math.min(WIDEST, Math.max(NARROWEST, width)))])
}

const join = (sections: readonly string[][]): string =>
  `${sections
    .filter(section => section.length > 0)
    .map(section => section.join('\n'))
    .join('\n\n')}\n`

function headline({ verdict, totals, broken = [], notRun = [], shard }: Suite, style: Style): string[] {
  const { cases, passed } = totals!
  const failed = cases - passed - broken.length
  const parts = [
    `${count(passed)} of ${count(cases)} case${cases === 1 ? '' : 's'} passed`,
    ...(failed > 0 ? [`${count(failed)} failed`] : []),
    ...(broken.length > 0 ? [`${count(broken.length)} could not be run`] : []),
    ...(notRun.length > 0 ? [`${count(notRun.length)} not run after the first failure`] : []),
  ]
  const part = shard === undefined ? '' : style('dim', `  shard ${shard.index}/${shard.of}`)
  return [`${style(verdict === 'pass' ? 'good' : 'bad', VERDICTS[verdict])}  ${parts.join(', ')}${part}`]
}

function caseLines({ reports, broken = [], notRun = [] }: Suite, style: Style, width: number): string[] {
  const columns: Column[] = [
    { title: '' },
    { title: 'case' },
    { title: 'expected', right: true },
    { title: 'I/Os', right: true },
    { title: 'ISRs', right: true },
    { title: 'ISR max', right: true },
  ]
  const rows = [
    ...reports.map(({ name, report: { verdict, expectations = [], io, isr } }) => ({
      name,
      verdict: verdict === 'pass' ? 'pass' : VERDICTS[verdict],
      cells: [
        expectations.length === 0 ? '' : `${expectations.filter(e => e.pass).length}/${expectations.length}`,
        count(io.submitted),
        count(isr.count),
        isr.virtualNs === null ? '–' : duration(isr.virtualNs.max),
      ],
    })),
    ...broken.map(({ name }) => ({ name, verdict: 'ERROR', cells: ['', '', '', ''] })),
    ...notRun.map(name => ({ name, verdict: 'not run', cells: ['', '', '', ''] })),
  ].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
  if (rows.length === 0) return []
  const [head, ...lines] = table(
    columns,
    rows.map(({ name, verdict, cells }) => [verdict, plain(name), ...cells]),
  )
  return [
    style('dim', head!),
    ...lines.map((line, n) => {
      const { verdict } = rows[n]!
      const shown = clip(line, width)
      return verdict === 'pass' ? shown : style(verdict === 'not run' ? 'dim' : 'bad', shown)
    }),
  ]
}

/** Each case that failed, with its seed and the command that shows it again. */
function failures({ reports, broken = [] }: Suite, style: Style, width: number): string[][] {
  const bullet = (text: string): string[] =>
    wrap(plain(text), width - 4).map((line, i) => `${i === 0 ? '  - ' : '    '}${line}`)
  const failed = [
    ...reports.flatMap(({ name, about, report: { verdict, reasons, seed, rerun } }) =>
      verdict === 'pass' ? [] : [{ name, about, reasons, seed: `seed ${seed}`, rerun }],
    ),
    ...broken.map(({ name, message, rerun }) => ({
      name,
      about: undefined,
      reasons: message.split('\n'),
      seed: 'it could not be run',
      rerun,
    })),
  ].sort((a, b) => (a.name < b.name ? -1 : 1))
  return failed.map(({ name, about = '', reasons, seed, rerun }) => [
    `${style('bad', plain(name))}${style('dim', about === '' ? `  (${seed})` : `  ${plain(about)} (${seed})`)}`,
    ...reasons.slice(0, REASONS_SHOWN).flatMap(bullet),
    ...(reasons.length > REASONS_SHOWN ? [`  … and ${count(reasons.length - REASONS_SHOWN)} more`] : []),
    `    $ ${plain(rerun)}`,
  ])
}

function histogram({ totals }: Suite, style: Style): string[] {
  const { buckets, count: all, unclaimed } = totals!.isr
  if (all === 0) return []
  const last = buckets.findLastIndex(bucket => bucket.count > 0)
  const most = Math.max(...buckets.map(bucket => bucket.count))
  const rows = buckets.slice(0, last + 1).map(({ uptoUs, count: n }, i) => {
    const from = buckets[i - 1]?.uptoUs ?? 0
    return [
      uptoUs === null ? `${from} µs and more` : `${from}–${uptoUs} µs`,
      count(n),
      percent(n, all),
      bar(n, most, BAR_WIDTH),
    ]
  })
  const title = style('strong', 'ISRs of all cases, virtual time')
  const note = style('dim', ` (${count(all)} calls, ${count(unclaimed)} of them unclaimed)`)
  const columns = [
    { title: 'duration' },
    { title: 'calls', right: true },
    { title: 'share', right: true },
    { title: '' },
  ]
  return [`${title}${note}`, ...table(columns, rows)]
}

function foot({ tool, hash, rerun, totals }: Suite, style: Style): string[] {
  const { io } = totals!
  return [
    style(
      'dim',
      `${tool.name} ${tool.version}; ${count(io.completed)} of ${count(io.submitted)} I/Os completed, ${size(io.bytes)}; hash over all traces ${hash}`,
    ),
    ...(rerun === undefined ? [] : [`rerun: ${plain(rerun)}`]),
  ]
}
