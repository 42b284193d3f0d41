// What has changed since the baseline, in words: the routine, the figure, and the access that is new.
import type { Baseline } from '../../schemas/baseline.ts'
import { count, duration, table } from '../report/format.ts'
import type { Emphasis, Style } from '../report/style.ts'
import type { AccessChange } from './access-diff.ts'
import type { CallChange, Comparison, FigureChange, HostChange } from './comparison.ts'
import { confidenceText } from './text.ts'

/** Accesses shown of one call. */
const MOST_SHOWN = 12
/** In the verdict. */
const MOST_SHOWN_SHORT = 4

const COLOURS = { worse: 'bad', better: 'good', changed: 'dim' } as const satisfies Record<string, Emphasis>

export function comparisonText(comparison: Comparison, before: Baseline, file: string, style: Style): string[] {
  const { figures, calls, ways, sameDriver } = comparison
  const driver = sameDriver ? 'the same module' : `module ${before.driver.sha256.slice(0, 12)} there`
  const lines = [`${style('strong', `Against ${file}`)}  ${driver}`]
  if (figures.length + calls.length + ways.length === 0) lines.push('  Virtual figures: every one is the same.')
  for (const cell of new Set([...figures, ...calls, ...ways].map(f => f.cell))) {
    lines.push('', `  ${style('strong', cell)}`)
    const own = figures.filter(f => f.cell === cell)
    const entries = new Set([...own, ...[...calls, ...ways].filter(c => c.cell === cell)].map(f => f.entry))
    for (const entry of entries) {
      const rows = merged(own.filter(f => f.entry === entry))
      lines.push(
        ...table(
          [
            { title: entry ?? 'as a whole' },
            { title: 'baseline', right: true },
            { title: 'now', right: true },
            { title: 'change', right: true },
            { title: '' },
          ],
          rows.map(row),
          '    ',
        ).map((line, n) => (n === 0 ? line : style(COLOURS[rows[n - 1]!.verdict], line))),
      )
      for (const change of calls.filter(c => c.cell === cell && c.entry === entry)) lines.push(...callLines(change))
      for (const { accesses } of ways.filter(w => w.cell === cell && w.entry === entry))
        lines.push('    another way through it, new against the nearest one of the baseline:', ...accessLines(accesses))
    }
  }
  lines.push('', ...hostLines(comparison))
  return lines
}

export function countsText({ worse, better, changed, calls, ways }: Comparison): string {
  if (worse + better + changed > 0)
    return `${count(worse)} ${worse === 1 ? 'figure' : 'figures'} worse, ${count(better)} better, ${count(changed)} otherwise changed${
      worse === 0 ? '; --update-baseline makes this the baseline' : ''
    }`
  const same = 'every virtual figure is that of the baseline'
  return calls.length + ways.length === 0 ? same : `${same}, but some calls do something else`
}

/** Percentiles with the same values share a row. */
function merged(figures: readonly FigureChange[]): FigureChange[] {
  const rows: FigureChange[] = []
  for (const figure of figures) {
    const last = rows.at(-1)
    const equal =
      last?.unit === 'ns' && figure.unit === 'ns' && last.before === figure.before && last.after === figure.after
    if (equal && figure.entry !== undefined)
      rows[rows.length - 1] = { ...last, figure: `${last.figure}, ${figure.figure}` }
    else rows.push(figure)
  }
  return rows
}

const row = ({ figure, unit, before, after, verdict }: FigureChange): string[] =>
  unit === 'ns'
    ? [figure, duration(before), duration(after), signed(exactNs(before, after), ' ns'), verdict]
    : [figure, count(before), count(after), signed(after - before, ''), verdict]

/** In whole ps, so that nothing is made up by binary fractions. */
const exactNs = (before: number, after: number): number => (Math.round(after * 1000) - Math.round(before * 1000)) / 1000

/** '+1,003 ns', '−0.5 ns'. */
function signed(value: number, unit: string): string {
  const size = Math.abs(value)
  const whole = Math.trunc(size)
  const fraction = size === whole ? '' : size.toFixed(3).slice(String(whole).length).replace(/0+$/, '')
  return `${value < 0 ? '−' : '+'}${count(whole)}${fraction}${unit}`
}

/** '+1 register read' */
const part = (by: number, what: string): string[] =>
  by === 0 ? [] : [`${signed(by, '')} ${what}${Math.abs(by) === 1 ? '' : 's'}`]

export const callSummary = ({ reads, writes, instructions, ns }: CallChange): string =>
  [
    ...part(reads, 'register read'),
    ...part(writes, 'register write'),
    ...part(instructions, 'instruction'),
    ns === 0 ? 'the same time' : signed(ns, ' ns'),
  ].join(', ')

/** '+ read INT_ENABLE  (no. 4, after 'read INT_STATUS')' */
const accessText = ({ kind, access, place, after }: AccessChange): string =>
  `${kind === 'added' ? '+' : '−'} ${access}  (${after === undefined ? 'first of all' : `no. ${place}, after '${after}'`})`

function accessLines(accesses: readonly AccessChange[]): string[] {
  const more = accesses.length - MOST_SHOWN
  return [
    ...accesses.slice(0, MOST_SHOWN).map(change => `      ${accessText(change)}`),
    ...(more > 0 ? [`      … and ${count(more)} more`] : []),
  ]
}

function callLines(change: CallChange): string[] {
  const { which, accesses, cut } = change
  return [
    `    ${which === 'typical' ? 'typical call' : 'longest call'}: ${callSummary(change)}`,
    ...accessLines(accesses),
    ...(cut ? ['      (the calls have more accesses than are kept: these are the first)'] : []),
  ]
}

function hostLines({ host, hostReason, hostConfidence }: Comparison): string[] {
  if (hostReason !== undefined) return [`  Host figures were not compared: ${hostReason}.`]
  const told = host.filter(h => h.verdict !== 'no difference' || h.failed)
  const rest = host.length - told.length
  const lines = table(
    [
      { title: 'host p50' },
      { title: 'baseline', right: true },
      { title: 'now', right: true },
      { title: 'ratio', right: true },
      { title: `bounds (${confidenceText(hostConfidence)})` },
      { title: '' },
    ],
    told.map(hostRow),
  )
  return [
    ...(told.length > 0 ? lines : []),
    `  Host figures: of ${host.length} medians ${rest} show no difference that the rounds could tell from noise.`,
    '  A ratio is between the rounds of two processes; another start, another load on the machine can be all there is to it.',
  ]
}

const hostRow = ({ cell, entry, before, after, ratio, low, high, verdict, failed }: HostChange): string[] => [
  `${entry}, ${cell}`,
  duration(before.median),
  duration(after.median),
  `${ratio.toFixed(2)} ×`,
  `${low.toFixed(2)}–${high.toFixed(2)}`,
  failed ? `${verdict}, beyond --host-tolerance` : verdict,
]

/** Why a comparison fails, a few lines for each entry point that got worse: what its calls do more, and where. */
export function worseLines({ figures, calls, ways, host }: Comparison): string[] {
  const worse = figures.filter(f => f.verdict === 'worse')
  const entries = [...new Set(worse.flatMap(f => f.entry ?? []))]
  const lines = entries.flatMap(entry => {
    const own = worse.filter(f => f.entry === entry)
    const cells = [...new Set(own.map(f => f.cell))]
    const changes = calls.filter(c => c.entry === entry && cells.includes(c.cell))
    const change = changes.find(c => c.ns > 0) ?? changes[0]
    const where = `${cells.slice(0, 3).join('; ')}${cells.length > 3 ? `; and ${cells.length - 3} more` : ''}`
    const way = ways.find(w => w.entry === entry && cells.includes(w.cell))
    if (change === undefined && way !== undefined)
      return [
        `${entry}: a way through it that is new (${where})`,
        ...way.accesses.slice(0, MOST_SHOWN_SHORT).map(access => `  ${accessText(access)}`),
      ]
    if (change === undefined) return [`${entry}: ${[...new Set(own.map(f => f.figure))].join(', ')} worse (${where})`]
    const shown = change.accesses.slice(0, MOST_SHOWN_SHORT).map(accessText)
    const more = change.accesses.length - shown.length
    return [
      `${entry}: ${callSummary(change)} in the ${change.which === 'typical' ? 'typical' : 'longest'} call (${where})`,
      ...shown.map(text => `  ${text}`),
      ...(more > 0 ? [`  … and ${count(more)} more`] : []),
    ]
  })
  if (lines.length === 0)
    lines.push(...worse.map(f => `${f.cell}: ${f.figure} ${signed(exactNs(f.before, f.after), ' ns')}`))
  return [
    ...lines,
    ...host
      .filter(h => h.failed)
      .map(h => `${h.entry}, ${h.cell}: ${h.ratio.toFixed(2)} × on the host's clock, at least ${h.low.toFixed(2)} ×`),
  ]
}
