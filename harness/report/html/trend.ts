// How the figures moved from run to run: one point for each earlier report, this run last. Virtual time, so that every change is one of the driver,
// the scenario or the cost model.
import type { Percentiles } from '../../../schemas/report.ts'
import { duration } from '../format.ts'
import { html, type Markup, raw } from './markup.ts'
import { table } from './page.ts'

export interface TrendPoint {
  /** A commit, a date, a file. */
  label: string
  /** Claimed ISRs, virtual time; null: none ran. */
  isr: Percentiles | null
}

const SERIES = ['p50', 'p99', 'max'] as const
/** It is not drawn anew where the page is narrow: its words must be readable there, too. */
const WIDTH = 480
const HEIGHT = 170
/** Points drawn: the newest. */
const MOST_POINTS = 50

/** @param earlier oldest first @param now of this run */
export function trendChart(earlier: readonly TrendPoint[], now: Percentiles | null): Markup {
  const points = [...earlier, { label: 'this run', isr: now }].slice(-MOST_POINTS)
  const values = points.flatMap(({ isr }) => (isr === null ? [] : SERIES.map(name => isr[name])))
  if (values.length === 0) return html`<p class="muted">No ISR was claimed in any of these runs.</p>`
  const most = Math.max(...values) * 1.1
  const x = (n: number): number => Math.round(60 + ((WIDTH - 80) * n) / Math.max(1, points.length - 1))
  const y = (ns: number): number => Math.round((HEIGHT - 20 - ((HEIGHT - 34) * ns) / most) * 10) / 10
  const lines = SERIES.map(name => {
    const known = points.flatMap(({ isr }, n) => (isr === null ? [] : [`${x(n)} ${y(isr[name])}`]))
    return `<path class="trend ${name}" d="M${known.join('L')}"/>`
  })
  const dots = points.flatMap(({ isr, label }, n) =>
    isr === null
      ? []
      : SERIES.map(
          name =>
            html`<circle class="dot trend ${name}" cx="${x(n)}" cy="${y(isr[name])}" r="3.5"><title>${label}: ${name} ${duration(isr[name])}</title></circle>`,
        ),
  )
  const scale = [0, 0.5, 1].map(
    part =>
      html`<path class="grid" d="M60 ${y(part * most)}H${WIDTH - 20}"/><text class="tick" x="54" y="${y(part * most) + 4}" text-anchor="end">${duration(Math.round(part * most))}</text>`,
  )
  return html`<figure><svg class="small" role="img" aria-label="ISR percentiles over ${points.length} runs" viewBox="0 0 ${WIDTH} ${HEIGHT}">${scale}${raw(lines.join(''))}${dots}</svg>
<ul class="legend"><li><i class="claimed"></i>p50</li><li><i class="host"></i>p99</li><li><i class="wrong"></i>max</li></ul></figure>
${table(
  'Trend',
  [{ title: 'run' }, ...SERIES.map(title => ({ title, right: true })), { title: 'max, change', right: true }],
  points.map(({ label, isr }, n) => ({
    cells: [label, ...SERIES.map(name => (isr === null ? '–' : duration(isr[name]))), change(points[n - 1]?.isr, isr)],
  })),
)}`
}

function change(before: Percentiles | null | undefined, now: Percentiles | null): string {
  if (!before || now === null) return ''
  const by = now.max - before.max
  return by === 0 ? 'the same' : `${by > 0 ? '+' : '−'}${duration(Math.abs(by))}`
}
