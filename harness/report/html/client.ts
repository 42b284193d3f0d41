// The script of the page: draws the charts at the width of the window, zooms and pans them, and says what is pointed at. Its source is put into
// the page as it is; so it must be one function that refers to nothing outside itself but types. Without it the page shows the charts whole.
import type { DistributionData } from './draw-distribution.ts'
import type { Drawn, View } from './draw-wave.ts'

interface Draws {
  wave(data: never, view: View): Drawn
  spans(data: never, view: View): Drawn
  distribution(data: never, view: View): Drawn
}

export function client(draws: Draws): void {
  const FEWEST_NS = 0.01
  for (const figure of document.querySelectorAll<HTMLElement>('figure[data-chart]')) {
    const kind = figure.dataset.chart as keyof Draws
    const data = JSON.parse(document.getElementById(figure.dataset.source!)!.textContent!) as DistributionData & {
      from: number
      to: number
    }
    const svg = figure.querySelector('svg')!
    const said = figure.querySelector<HTMLElement>('.detail')!
    const idle = said.textContent ?? ''
    const whole = { from: data.from, to: data.to }
    const home = { from: Number(figure.dataset.from), to: Number(figure.dataset.to) }
    let { from, to } = home
    let items: Drawn['items'] = []
    let chosen = -1
    let hovered = -1
    const zooms = kind !== 'distribution'

    const width = (): number => Math.max(280, Math.floor(svg.getBoundingClientRect().width || 960))
    const draw = (): void => {
      const wide = width()
      const drawn = draws[kind](data as never, { width: wide, from, to })
      items = drawn.items
      svg.setAttribute('viewBox', `0 0 ${wide} ${drawn.height}`)
      svg.setAttribute('height', String(drawn.height))
      svg.innerHTML = drawn.inner
      mark()
    }
    const mark = (): void => {
      for (const old of svg.querySelectorAll('.chosen')) old.classList.remove('chosen')
      const n = hovered >= 0 ? hovered : chosen
      if (n >= 0) svg.querySelector(`[data-n="${n}"]`)?.classList.add('chosen')
      said.textContent = n >= 0 ? (items[n]?.detail ?? idle) : idle
    }
    let waiting = false
    const soon = (): void => {
      if (waiting) return
      waiting = true
      requestAnimationFrame(() => {
        waiting = false
        draw()
      })
    }
    const show = (a: number, b: number): void => {
      const span = Math.max(FEWEST_NS, Math.min(b - a, whole.to - whole.from))
      from = Math.max(whole.from, Math.min(a + (b - a - span) / 2, whole.to - span))
      to = from + span
      soon()
    }
    const zoom = (by: number, at = (from + to) / 2): void => show(at - (at - from) * by, at + (to - at) * by)
    const pan = (part: number): void => show(from + (to - from) * part, to + (to - from) * part)
    const nsAt = (clientX: number): number => {
      const box = svg.getBoundingClientRect()
      return from + ((clientX - box.left) / box.width) * (to - from)
    }
    /** Steps through what is drawn; what is outside is brought into view. */
    const choose = (n: number): void => {
      chosen = Math.max(0, Math.min(items.length - 1, n))
      const item = items[chosen]
      if (item !== undefined && zooms && (item.to < from || item.from > to)) {
        const middle = (item.from + item.to) / 2
        show(middle - (to - from) / 2, middle + (to - from) / 2)
      }
      mark()
    }
    const ACTIONS: Record<string, () => void> = {
      in: () => zoom(0.6),
      out: () => zoom(1 / 0.6),
      left: () => pan(-0.25),
      right: () => pan(0.25),
      fit: () => show(home.from, home.to),
      all: () => show(whole.from, whole.to),
    }
    const KEYS: Record<string, () => void> = {
      '+': () => ACTIONS.in!(),
      '=': () => ACTIONS.in!(),
      '-': () => ACTIONS.out!(),
      0: () => ACTIONS.fit!(),
    }
    const tools = figure.querySelector<HTMLElement>('.tools')
    if (tools !== null) {
      tools.hidden = false
      for (const button of tools.querySelectorAll<HTMLElement>('[data-do]'))
        button.addEventListener('click', () => ACTIONS[button.dataset.do!]!())
    }
    svg.addEventListener('keydown', event => {
      if (event.ctrlKey || event.metaKey || event.altKey) return
      const { key, shiftKey } = event
      if (key === 'ArrowRight' || key === 'ArrowLeft') {
        const way = key === 'ArrowRight' ? 1 : -1
        if (shiftKey && zooms) pan(way * 0.25)
        else if (chosen < 0 && zooms) choose(items.findIndex(item => item.from >= from))
        else choose(chosen + way)
      } else if (key === 'Home') choose(0)
      else if (key === 'End') choose(items.length - 1)
      else if (key === 'Escape') {
        chosen = -1
        mark()
        return
      } else if (zooms && KEYS[key] !== undefined) KEYS[key]()
      else return
      event.preventDefault()
    })
    svg.addEventListener('pointerover', event => {
      const group = (event.target as Element).closest('[data-n]')
      hovered = group === null ? -1 : Number(group.getAttribute('data-n'))
      mark()
    })
    svg.addEventListener('pointerleave', () => {
      hovered = -1
      mark()
    })
    svg.addEventListener('click', event => {
      const group = (event.target as Element).closest('[data-n]')
      if (group !== null) {
        chosen = Number(group.getAttribute('data-n'))
        mark()
      }
    })
    if (zooms) {
      // The page scrolls with the wheel until the chart has the focus.
      svg.addEventListener(
        'wheel',
        event => {
          if (document.activeElement !== svg && !event.ctrlKey) return
          event.preventDefault()
          if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) pan(event.deltaX / 1000)
          else zoom(event.deltaY > 0 ? 1.25 : 0.8, nsAt(event.clientX))
        },
        { passive: false },
      )
      let grip: { x: number; from: number; to: number } | undefined
      svg.addEventListener('pointerdown', event => {
        if (event.button === 0) grip = { x: event.clientX, from, to }
      })
      svg.addEventListener('pointermove', event => {
        if (grip === undefined || Math.abs(event.clientX - grip.x) < 4) return
        svg.setPointerCapture(event.pointerId)
        const by = ((event.clientX - grip.x) / svg.getBoundingClientRect().width) * (grip.to - grip.from)
        show(grip.from - by, grip.to - by)
      })
      for (const end of ['pointerup', 'pointercancel'] as const)
        svg.addEventListener(end, () => {
          grip = undefined
        })
    }
    let drawnWidth = 0
    new ResizeObserver(() => {
      if (width() === drawnWidth) return
      drawnWidth = width()
      draw()
    }).observe(svg)
    drawnWidth = width()
    draw()
  }
  // Filters of the tables.
  for (const select of document.querySelectorAll<HTMLSelectElement>('select[data-filters]')) {
    select.parentElement!.hidden = false
    const table = document.getElementById(select.dataset.filters!)!
    select.addEventListener('change', () => {
      for (const row of table.querySelectorAll<HTMLElement>('tr[data-status]'))
        row.hidden = select.value !== '' && row.dataset.status !== select.value
    })
  }
  // A link into something folded opens it.
  const unfold = (): void => {
    const target = location.hash.length > 1 ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null
    const folded = target?.closest('details') ?? target?.querySelector('details')
    if (folded) folded.open = true
  }
  addEventListener('hashchange', unfold)
  unfold()
}
