// What became of each SRB while the slowest I/O was under way, as SVG: one row an SRB. Embedded in the page as draw-wave.ts is: one function that
// refers to nothing outside itself but types.
import type { SrbWindow } from '../pictures/srb-spans.ts'
import type { Drawn, Item, View } from './draw-wave.ts'

export function drawSpans(window: SrbWindow, view: View): Drawn {
  const { width, from, to } = view
  const ROW = 20
  const LEFT = 58
  const scale = (width - LEFT) / (to - from)
  const x = (ns: number): number =>
    Math.round(Math.max(LEFT, Math.min(width + 20, LEFT + (ns - from) * scale)) * 10) / 10
  const shown = (text: string): string =>
    text.replace(/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, '\u00B7').replace(/[&<>"']/g, c => `&#${c.charCodeAt(0)};`)
  const time = (ns: number): string => {
    const size = Math.abs(ns)
    const [value, unit] =
      size >= 1e9 ? [ns / 1e9, 's'] : size >= 1e6 ? [ns / 1e6, 'ms'] : size >= 1e3 ? [ns / 1e3, 'µs'] : [ns, 'ns']
    return `${Number(value.toFixed(3))} ${unit}`
  }
  const items: Item[] = []
  const parts: string[] = []
  let step = 1
  for (let power = 1, n = 0; step * scale < 76 && n < 60; n++) {
    if (n > 0 && n % 3 === 0) power *= 10
    step = [1, 2, 5][n % 3]! * power
  }
  const height = 26 + window.spans.length * ROW + 4
  for (let n = Math.ceil(from / step); n * step <= to; n++)
    parts.push(
      `<path class="grid" d="M${x(n * step)} 18V${height}"/><text class="tick" x="${x(n * step)}" y="12" text-anchor="middle">${time(n * step)}</text>`,
    )
  window.spans.forEach((span, row) => {
    const y = 24 + row * ROW
    const slowest = span.serial === window.serial && span.guest === window.guest
    const marks: [name: string, css: string, at: number | null][] = [
      ['waits in the queue', 'queue', span.queued],
      ['HwStartIo, on its way to the adapter', 'start', span.started],
      ['the adapter works', 'work', span.fetched],
      ['waits for the ISR', 'wait', span.finished],
      ['HwInterrupt until RequestComplete', 'isr', span.isr],
      ['waits for the DPC', 'dpc', span.completed],
      ['', '', span.done],
    ]
    const reached = marks.filter((mark): mark is [string, string, number] => mark[2] !== null)
    const head = `SRB #${span.serial} (${span.what}, ${span.bytes} bytes)`
    const took = span.queued !== null && span.done !== null ? `: ${time(span.done - span.queued)} in all` : ''
    const whole = reached.length > 0 ? reached[0]![2] : 0
    const nameItem = items.length
    items.push({ from: whole, to: reached.at(-1)?.[2] ?? whole, detail: `${head}${took}` })
    const rows = [
      `<g class="item name" data-n="${nameItem}"><title>${shown(`${head}${took}`)}</title><text x="${LEFT - 8}" y="${y + 12}" text-anchor="end">#${span.serial}</text></g>`,
    ]
    reached.forEach(([name, css, at], n) => {
      if (css === '') return
      const end = reached[n + 1]?.[2] ?? window.to
      if (end < from || at > to) return
      const detail = `${head}: ${name}, ${time(end - at)}`
      rows.push(
        `<g class="item span ${css}" data-n="${items.length}"><title>${shown(detail)}</title><rect x="${x(at)}" y="${y}" width="${Math.max(1, Math.round((x(end) - x(at)) * 10) / 10)}" height="15" rx="2"/></g>`,
      )
      items.push({ from: at, to: end, detail })
    })
    for (const at of span.dma) {
      if (at < from || at > to) continue
      const detail = `${head}: DMA at ${time(at)}`
      rows.push(
        `<g class="item span dma" data-n="${items.length}"><title>${shown(detail)}</title><path d="M${x(at)} ${y - 1}v17"/></g>`,
      )
      items.push({ from: at, to: at, detail })
    }
    parts.push(`<g${slowest ? ' class="slowest"' : ''}>${rows.join('')}</g>`)
  })
  return { inner: parts.join(''), height, items }
}
