// The charts of the page: each as it is delivered, with its data beside it, so that the script can draw it anew when the reader zooms.
import type { BudgetReport, IsrReport } from '../../../schemas/report.ts'
import { duration } from '../format.ts'
import type { Moment } from '../pictures/moment.ts'
import type { GuestPictures } from '../pictures/pictures.ts'
import type { SrbWindow } from '../pictures/srb-spans.ts'
import { type DistributionData, drawDistribution } from './draw-distribution.ts'
import { drawSpans } from './draw-spans.ts'
import { type Drawn, drawWave, type Item, type View } from './draw-wave.ts'
import { dataIsland, html, type Inner, type Markup, raw } from './markup.ts'
import { table } from './page.ts'

const WIDTH = 1120
const TABLE_ROWS = 400

const KEYS =
  'Arrow keys step through the events, + and − zoom, 0 fits, Shift and arrow keys pan; the wheel zooms while the chart has the focus; drag to pan.'

const BUTTONS = [
  ['in', '+', 'zoom in'],
  ['out', '−', 'zoom out'],
  ['left', '◀', 'pan left'],
  ['right', '▶', 'pan right'],
  ['fit', 'Fit', 'back to the first view'],
  ['all', 'All', 'everything that was kept'],
] as const

interface Figure {
  kind: 'wave' | 'spans' | 'distribution'
  id: string
  caption: Inner
  label: string
  data: unknown
  view: View
  drawn: Drawn
  legend: Inner
}

function figure({ kind, id, caption, label, data, view, drawn, legend }: Figure): Markup {
  const zooms = kind !== 'distribution'
  const tools = html`<div class="tools" role="toolbar" aria-label="Zoom and pan" hidden="">${BUTTONS.map(([does, sign, words]) => html`<button type="button" data-do="${does}" aria-label="${words}" title="${words}">${sign}</button>`)}</div>`
  return html`<figure data-chart="${kind}" data-source="${id}-data" data-from="${view.from}" data-to="${view.to}">
<figcaption>${caption}</figcaption>
${zooms && tools}
<svg id="${id}" tabindex="0" role="group" aria-label="${label}" aria-describedby="${id}-keys" viewBox="0 0 ${view.width} ${drawn.height}">${raw(drawn.inner)}</svg>
<p class="detail" aria-live="polite"><span class="muted" id="${id}-keys">${zooms ? KEYS : 'Point at a bar, or step through them with the arrow keys.'}</span></p>
${legend}
${dataIsland(`${id}-data`, data)}
</figure>`
}

const legend = (entries: readonly (readonly [css: string, words: string])[]): Markup =>
  html`<ul class="legend">${entries.map(([css, words]) => html`<li><i class="${css}"></i>${words}</li>`)}</ul>`

/** HwInterrupt of one miniport: how long its calls took, and what they may take. */
export function distributionChart(
  id: string,
  pictures: GuestPictures,
  isr: IsrReport,
  budgets: readonly BudgetReport[],
): Markup {
  const { claimed, unclaimed, host } = pictures
  if (claimed.length + unclaimed.length + host.length === 0)
    return html`<p class="muted">No call of HwInterrupt came to its end.</p>`
  const { virtualNs } = isr
  const data: DistributionData = {
    claimed,
    unclaimed,
    host,
    limits: budgets
      .filter(({ name }) => /^isr\.(p\d+|max)$/.test(name))
      .map(({ name, limitNs, pass }) => ({ name, ns: limitNs, pass })),
    percentiles:
      virtualNs === null
        ? []
        : (['p50', 'p99', 'max'] as const).map(name => ({ name: `${name} of claimed calls`, ns: virtualNs[name] })),
  }
  const figures =
    virtualNs === null
      ? 'no claimed call'
      : `p50 ${duration(virtualNs.p50)}, p99 ${duration(virtualNs.p99)}, max ${duration(virtualNs.max)}`
  return figure({
    ...{ kind: 'distribution', id, data, view: { width: WIDTH, from: 0, to: 0 } },
    caption: html`${figures}. Both axes are logarithmic; the markers below the upper axis are p50, p99 and max.`,
    label: `Durations of HwInterrupt of ${pictures.guest}: ${figures}`,
    drawn: drawDistribution(data, { width: WIDTH }),
    legend: legend([
      ['claimed', 'claimed (TRUE), virtual time'],
      ['unclaimed', 'unclaimed (FALSE), virtual time'],
      ...(host.length > 0 ? ([['host', 'host time: information, no verdict']] as const) : []),
    ]),
  })
}

/** From the raise to the exit, with room for what comes of it. */
export function momentView({ phases, durationNs, from, to }: Moment, width: number): View {
  const start = Math.min(0, ...phases.map(phase => phase.from))
  const end = Math.max(durationNs, ...phases.map(phase => phase.to))
  return {
    width,
    from: Math.max(from, start - 0.08 * (end - start) - 20),
    to: Math.min(to, end + 0.3 * (end - start) + 100),
  }
}

/** One ISR, or another call, as an engineer draws it. */
export function waveChart(id: string, moment: Moment): Markup {
  const { guest, routine, invocation, claimed, unfinished, durationNs, atNs, omitted } = moment
  const view = momentView(moment, WIDTH)
  const ended = unfinished ? ', never returned' : routine !== undefined ? '' : claimed ? ', claimed' : ', not claimed'
  const what = `${routine ?? 'HwInterrupt'} of ${guest}, call ${invocation}${ended}, ${duration(durationNs)}`
  const drawn = drawWave(moment, view)
  const rows = drawn.items.slice(0, TABLE_ROWS)
  return html`${figure({
    ...{ kind: 'wave', id, data: moment, view, drawn },
    caption: html`${what}, entered at ${duration(atNs)} of virtual time; 0 is its entry.${omitted > 0 && html` <span class="muted">${omitted} events of this stretch were not kept.</span>`}`,
    label: what,
    legend: legend([
      ['isr', 'HwInterrupt'],
      ['start', 'other routines'],
      ['dpc', 'DPC'],
      ['read', 'R: register read'],
      ['write', 'W: register write'],
      ['stall', 'stall'],
      ['dma', '↓ to memory, ↑ from memory'],
      ...(moment.marks.some(({ label }) => label.startsWith('! ')) ? ([['wrong', '! what is wrong']] as const) : []),
    ]),
  })}
<details><summary>The same as a table (${drawn.items.length} entries)</summary>${eventTable(what, rows)}${
    drawn.items.length > rows.length && html`<p class="muted">… and ${drawn.items.length - rows.length} more</p>`
  }</details>`
}

const eventTable = (label: string, items: readonly Item[]): Markup =>
  table(
    label,
    [
      { title: 'from, ns', right: true },
      { title: 'took, ns', right: true },
      { title: 'what', wide: true },
    ],
    items.map(({ from, to, detail }) => ({ cells: [from, Math.round((to - from) * 1000) / 1000, detail] })),
  )

/** What every SRB waited for while the slowest I/O was under way. */
export function spansChart(id: string, window: SrbWindow): Markup {
  const to = Math.max(window.to, 1)
  const view = { width: WIDTH, from: Math.max(window.from, -0.3 * to), to: 1.02 * to }
  const what = `SRB #${window.serial} of ${window.guest} took longest of the workload: ${duration(window.durationNs)} from queued to done`
  return figure({
    ...{ kind: 'spans', id, view, drawn: drawSpans(window, view) },
    data: { ...window, from: window.from - 0.02 * to, to: view.to },
    caption: html`${what}. With it are shown SRBs of the same adapter that were queued shortly before it or while it was under way; 0 is ${duration(window.atNs)} of virtual time.${window.omitted > 0 && html` <span class="muted">${window.omitted} more are not shown.</span>`}`,
    label: what,
    legend: legend([
      ['queue', 'queued'],
      ['start', 'HwStartIo, until the adapter fetches it'],
      ['work', 'the adapter works'],
      ['dma', 'DMA'],
      ['wait', 'finished, waits for the ISR'],
      ['isr', 'HwInterrupt, until RequestComplete'],
      ['dpc', 'completed, waits for the DPC'],
    ]),
  })
}
