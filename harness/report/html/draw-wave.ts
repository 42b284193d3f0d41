// The waveform of one ISR as SVG: lines, CPU context, register accesses, notifications, DMA, adapter and SRBs on one axis of virtual time.
//
// `drawWave` runs twice: here for the page as it is delivered, and in the page, where its source is embedded, when the reader zooms. So it must
// be one function that refers to nothing outside itself but types.
import type { Moment } from '../pictures/moment.ts'

export interface View {
  /** Pixels. */
  width: number
  /** Bounds of the axis, in ns. */
  from: number
  to: number
}

/** Something on a drawing that can be pointed at. */
export interface Item {
  from: number
  to: number
  detail: string
}

export interface Drawn {
  /** Markup for inside the svg element. */
  inner: string
  height: number
  /** In the order of time; element `data-n` is the place in this list. */
  items: Item[]
}

export function drawWave(moment: Moment, view: View): Drawn {
  interface Block extends Item {
    lane: string
    label: string
    css: string
  }
  const { width, from, to } = view
  const CHARACTER = 6.7
  const ROW = 15
  const scale = width / (to - from)
  const x = (ns: number): number => Math.round(Math.max(-20, Math.min(width + 20, (ns - from) * scale)) * 10) / 10
  const shown = (text: string): string =>
    text.replace(/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, '\u00B7').replace(/[&<>"']/g, c => `&#${c.charCodeAt(0)};`)
  const time = (ns: number): string => {
    const size = Math.abs(ns)
    const [value, unit] =
      size >= 1e9 ? [ns / 1e9, 's'] : size >= 1e6 ? [ns / 1e6, 'ms'] : size >= 1e3 ? [ns / 1e3, 'µs'] : [ns, 'ns']
    return `${Number(value.toFixed(3))} ${unit}`
  }
  const signed = (ns: number): string => (ns > 0 ? `+${time(ns)}` : ns === 0 ? '0' : `\u2212${time(-ns)}`)
  const span = (a: number, b: number): string => `${signed(a)} to ${signed(b)}, ${time(b - a)}`

  // What there is to see, as blocks.
  const blocks: Block[] = []
  const add = (lane: string, css: string, a: number, b: number, label: string, detail: string): void => {
    blocks.push({ lane, css, from: a, to: b, label, detail })
  }
  for (const { name, from: a, to: b } of moment.phases) add('phase', 'phase', a, b, name, `${name}: ${time(b - a)}`)
  for (const frame of moment.frames) {
    const css = `frame ${frame.kind}${frame.own ? ' own' : ''}`
    add(`cpu${frame.depth}`, css, frame.from, frame.to, frame.label, `${frame.label}: ${span(frame.from, frame.to)}`)
  }
  for (const access of moment.accesses) {
    const sign = { read: 'R', write: 'W', bad: '!', stall: 'stall' }[access.kind]
    const label = access.kind === 'stall' ? `stall ${access.value}` : `${sign} ${access.name} = ${access.value}`
    const what = { read: 'read', write: 'write', bad: 'access', stall: 'stall' }[access.kind]
    const nth = access.ordinal > 0 ? `, access ${access.ordinal} of its routine` : ''
    const whose = access.own ? '' : ` by ${access.guest}`
    const detail = `${what} ${access.name} = ${access.value}${whose}: ${span(access.from, access.to)}${nth}`
    add('access', `access ${access.kind}${access.own ? ' own' : ''}`, access.from, access.to, label, detail)
  }
  for (const mark of moment.marks)
    add(
      mark.lane,
      `mark ${mark.lane}${mark.label.startsWith('! ') ? ' wrong' : ''}`,
      mark.at,
      mark.at,
      mark.label,
      `${mark.detail}, at ${signed(mark.at)}`,
    )
  for (const wave of [...moment.lines, ...moment.outputs])
    wave.edges.forEach(([at, level], n) => {
      if (n > 0)
        add(`wave ${wave.name}`, 'edge', at, at, '', `${wave.name} goes ${level ? 'high' : 'low'}, at ${signed(at)}`)
    })
  blocks.sort((a, b) => a.from - b.from || a.to - b.to)
  const parts: string[] = []
  let y = 0

  // The axis.
  const steps = [1, 2, 5]
  let step = 0.001
  for (let power = 0.001, n = 0; step * scale < 76 && n < 60; n++) {
    if (n > 0 && n % 3 === 0) power *= 10
    step = steps[n % 3]! * power
  }
  const ticks: number[] = []
  for (let n = Math.ceil(from / step); n * step <= to; n++) ticks.push(Number((n * step).toFixed(3)))
  y = 22
  const grid = (height: number): string =>
    ticks
      .map(ns => {
        const at = x(ns)
        const half = (signed(ns).length * CHARACTER) / 2
        const words = `<text class="tick" x="${at}" y="12" text-anchor="middle">${signed(ns)}</text>`
        const line = `<path class="grid${ns === 0 ? ' zero' : ''}" d="M${at} 18V${height}"/>`
        return at < half || at > width - half ? line : line + words
      })
      .join('')

  const item = (block: Block, body: string): string =>
    `<g class="item ${block.css}" data-n="${blocks.indexOf(block)}"><title>${shown(block.detail)}</title>${body}</g>`
  const visible = (lane: string): Block[] =>
    blocks.filter(block => block.lane === lane && block.to >= from && block.from <= to)
  const title = (text: string): void => {
    parts.push(`<text class="lane" x="4" y="${y + 11}">${shown(text)}</text>`)
    y += 16
  }
  const box = (block: Block, height: number, atLeast: number, shorten = true): string => {
    const left = x(block.from)
    const wide = Math.max(atLeast, x(block.to) - left)
    const seen = Math.max(0, Math.min(width, left + wide) - Math.max(0, left))
    const fits = Math.floor((seen - 6) / CHARACTER)
    const label =
      block.label.length <= fits ? block.label : shorten && fits >= 6 ? `${block.label.slice(0, fits - 1)}\u2026` : ''
    const words =
      label === '' ? '' : `<text x="${Math.max(0, left) + 4}" y="${y + height / 2 + 4}">${shown(label)}</text>`
    return `<rect x="${left}" y="${y}" width="${Math.round(wide * 10) / 10}" height="${height}" rx="2"/>${words}`
  }

  // Phases.
  if (moment.phases.length > 0) {
    title('phases')
    for (const block of visible('phase')) parts.push(item(block, box(block, 16, 1)))
    y += 22
  }
  // Lines: high is up.
  const edgeBlocks = (name: string): Block[] => visible(`wave ${name}`)
  for (const wave of [...moment.lines, ...moment.outputs]) {
    title(wave.name)
    const high = y + 1
    const low = y + 15
    let path = `M-20 ${wave.edges[0]![1] ? high : low}`
    let fill = ''
    wave.edges.forEach(([at, level], n) => {
      const end = wave.edges[n + 1]?.[0] ?? to
      if (n > 0) path += `H${x(at)}V${level ? high : low}`
      if (level)
        fill += `<rect class="high" x="${x(n === 0 ? from : at)}" y="${high}" width="${Math.max(0, x(end) - x(n === 0 ? from : at))}" height="14"/>`
    })
    parts.push(`${fill}<path class="wire" d="${path}H${width + 20}"/>`)
    for (const block of edgeBlocks(wave.name))
      parts.push(item(block, `<rect class="hit" x="${x(block.from) - 5}" y="${high - 3}" width="10" height="20"/>`))
    y += 24
  }
  // CPU.
  title('CPU')
  const depths = moment.frames.reduce((most, frame) => Math.max(most, frame.depth + 1), 1)
  for (let depth = 0; depth < depths; depth++) {
    for (const block of visible(`cpu${depth}`)) parts.push(item(block, box(block, 18, 1.5)))
    y += 20
  }
  y += 6
  // Lanes whose labels stand below, in the first row that is free.
  const labelled = (name: string, lane: string, rows: number, body: (block: Block) => string, height: number): void => {
    const own = visible(lane)
    if (blocks.every(block => block.lane !== lane)) return
    title(name)
    const ends = new Array<number>(rows).fill(-1e9)
    let used = 0
    for (const block of own) {
      const left = Math.max(2, x(block.from))
      const wide = block.label.length * CHARACTER
      let words = ''
      const inside = x(block.to) - x(block.from) >= wide + 8 && x(block.from) >= 0
      if (!inside && block.label !== '') {
        const start = Math.max(2, Math.min(left, width - wide - 2))
        const row = ends.findIndex(end => end + 6 <= start)
        if (row >= 0 && start + wide <= width) {
          ends[row] = start + wide
          used = Math.max(used, row + 1)
          const base = y + height + 12 + row * ROW
          words = `<path class="leader" d="M${x(block.from)} ${y + height}V${base - 9}"/><text x="${start}" y="${base}">${shown(block.label)}</text>`
        }
      }
      parts.push(item(block, body(block) + words))
    }
    y += height + Math.max(1, used) * ROW + 10
  }
  labelled('registers', 'access', 4, block => box(block, 18, 2, false), 18)
  const diamond = (block: Block): string => {
    const at = x(block.from)
    return `<path d="M${at} ${y + 1}l5 6l-5 6l-5 -6z"/>`
  }
  labelled('notifications', 'notify', 3, diamond, 14)
  labelled('DMA', 'dma', 2, diamond, 14)
  labelled('adapter', 'adapter', 3, diamond, 14)
  labelled('SRBs', 'srb', 3, diamond, 14)

  return {
    inner: grid(y) + parts.join(''),
    height: y,
    items: blocks.map(({ from: a, to: b, detail }) => ({ from: a, to: b, detail })),
  }
}
