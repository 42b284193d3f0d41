// Durations of HwInterrupt against the budget, as SVG: both axes logarithmic, virtual time above, host time below. Embedded in the page as
// draw-wave.ts is: one function that refers to nothing outside itself but types.
import type { Bins } from '../pictures/histogram.ts'
import type { Drawn, Item } from './draw-wave.ts'

export interface DistributionData {
  claimed: Bins
  unclaimed: Bins
  host: Bins
  /** Vertical lines: budgets. */
  limits: { name: string; ns: number; pass: boolean }[]
  /** Ticks: percentiles of the claimed calls. */
  percentiles: { name: string; ns: number }[]
}

export function drawDistribution(data: DistributionData, { width }: { width: number }): Drawn {
  const items: Item[] = []
  const parts: string[] = []
  const shown = (text: string): string =>
    text.replace(/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, '\u00B7').replace(/[&<>"']/g, c => `&#${c.charCodeAt(0)};`)
  const time = (ns: number): string => {
    const [value, unit] =
      ns >= 1e9 ? [ns / 1e9, 's'] : ns >= 1e6 ? [ns / 1e6, 'ms'] : ns >= 1e3 ? [ns / 1e3, 'µs'] : [ns, 'ns']
    return `${Number(value.toFixed(2))} ${unit}`
  }
  const grouped = (n: number): string => String(n).replace(/\B(?=(\d{3})+(?!\d))/g, ',')
  const all = [...data.claimed, ...data.unclaimed, ...data.host]
  const ends = [
    ...all.map(([low]) => Math.max(1, low)),
    ...all.map(([, high]) => high),
    ...data.limits.map(({ ns }) => ns),
  ]
  const lowest = Math.max(1, Math.min(...ends) / 1.3)
  const highest = Math.max(...ends, 10) * 1.3
  const LEFT = 46
  const RIGHT = 10
  const decades = Math.log10(highest / lowest)
  const x = (ns: number): number =>
    Math.round((LEFT + ((width - LEFT - RIGHT) * Math.log10(Math.max(ns, lowest) / lowest)) / decades) * 10) / 10
  const TOP = 34
  const PLOT = 120
  const panel = (name: string, y: number, series: { css: string; what: string; bins: Bins }[]): void => {
    const most = Math.max(1, ...series.flatMap(({ bins }) => bins.map(([, , count]) => count)))
    const high = Math.ceil(Math.log10(most * 1.05 + 1))
    const bar = (count: number): number => Math.max(2, (PLOT * Math.log10(count + 1)) / Math.max(1, high))
    for (let power = 0; power <= high; power++) {
      const at =
        Math.round((y + PLOT - (PLOT * Math.log10(10 ** power + (power === 0 ? 1 : 1))) / Math.max(1, high)) * 10) / 10
      if (at < y - 1) continue
      const words = power >= 6 ? `${10 ** (power - 6)}M` : power >= 3 ? `${10 ** (power - 3)}k` : String(10 ** power)
      parts.push(
        `<path class="grid" d="M${LEFT} ${at}H${width - RIGHT}"/><text class="tick" x="${LEFT - 6}" y="${at + 4}" text-anchor="end">${words}</text>`,
      )
    }
    parts.push(`<path class="base" d="M${LEFT} ${y + PLOT}H${width - RIGHT}"/>`)
    parts.push(`<text class="lane" x="${LEFT + 4}" y="${y - 4}">${shown(name)}</text>`)
    for (const { css, what, bins } of series)
      for (const [low, top, count] of bins) {
        const detail = `${what}: ${grouped(count)} ${count === 1 ? 'call' : 'calls'} of ${time(low)} to ${time(top)}`
        const left = x(low)
        const wide = Math.max(2, x(top) - left - 1)
        const tall = Math.round(bar(count) * 10) / 10
        parts.push(
          `<g class="item bar ${css}" data-n="${items.length}"><title>${shown(detail)}</title><rect x="${left}" y="${y + PLOT - tall}" width="${Math.round(wide * 10) / 10}" height="${tall}"/></g>`,
        )
        items.push({ from: low, to: top, detail })
      }
  }
  const second = TOP + PLOT + 46
  const height = data.host.length > 0 ? second + PLOT + 26 : TOP + PLOT + 26
  for (let power = -1; power <= 13; power++) {
    for (const step of [1, 2, 5]) {
      const ns = step * 10 ** power
      if (ns < lowest || ns > highest) continue
      const labelled = step === 1 || decades * 90 < width - LEFT
      parts.push(`<path class="grid${step === 1 ? ' decade' : ''}" d="M${x(ns)} ${TOP}V${height - 20}"/>`)
      if (labelled)
        parts.push(`<text class="tick" x="${x(ns)}" y="${height - 6}" text-anchor="middle">${time(ns)}</text>`)
    }
  }
  panel('virtual time: calls', TOP, [
    { css: 'unclaimed', what: 'unclaimed, virtual', bins: data.unclaimed },
    { css: 'claimed', what: 'claimed, virtual', bins: data.claimed },
  ])
  if (data.host.length > 0)
    panel('host time: calls (information)', second, [{ css: 'host', what: 'host', bins: data.host }])
  for (const { name, ns } of data.percentiles) {
    const detail = `${name}: ${time(ns)}`
    parts.push(
      `<g class="item percentile" data-n="${items.length}"><title>${shown(detail)}</title><path d="M${x(ns)} ${TOP + PLOT}v7l-3 5h6l-3 -5"/></g>`,
    )
    items.push({ from: ns, to: ns, detail })
  }
  data.limits.forEach(({ name, ns, pass }, n) => {
    const detail = `budget ${name}: ${time(ns)}, ${pass ? 'met' : 'exceeded'}`
    const words = `${name} ${time(ns)}`
    const left = x(ns) + words.length * 6.7 + 4 > width
    parts.push(
      `<g class="item limit ${pass ? 'pass' : 'fail'}" data-n="${items.length}"><title>${shown(detail)}</title><path d="M${x(ns)} ${10 + (n % 2) * 12}V${height - 20}"/><text x="${x(ns) + (left ? -4 : 4)}" y="${12 + (n % 2) * 12}" text-anchor="${left ? 'end' : 'start'}">${shown(words)}</text></g>`,
    )
    items.push({ from: ns, to: ns, detail })
  })
  return { inner: parts.join(''), height, items }
}
