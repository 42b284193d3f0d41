// What a terminal can show: colours, and one line of progress.
import { styleText } from 'node:util'
import { PS } from '../../device/clock.ts'
import { bar, count, duration } from '../report/format.ts'
import { type Emphasis, plainStyle, type Style } from '../report/style.ts'
import type { Progress } from '../run-io.ts'
import type { CliIo, OutputStream } from './io.ts'

const FORMATS = {
  good: 'green',
  bad: 'red',
  warning: 'yellow',
  dim: 'dim',
  strong: 'bold',
} as const satisfies Record<Emphasis, string>

/** NO_COLOR (any value but the empty one) wins, then FORCE_COLOR, then: is it a terminal? */
export function coloured(stream: OutputStream, env: CliIo['env']): boolean {
  if (env.NO_COLOR) return false
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false'
  return stream.isTTY && env.TERM !== 'dumb'
}

export const styleFor = (stream: OutputStream, env: CliIo['env']): Style =>
  coloured(stream, env) ? (emphasis, text) => styleText(FORMATS[emphasis], text, { validateStream: false }) : plainStyle

const REDRAW_NS = 100_000_000
const BAR_WIDTH = 24

/** One line on a terminal, drawn over itself. Nothing anywhere else. */
export class ProgressLine {
  readonly #stream: OutputStream
  readonly #now: () => number
  #drawnHostNs = Number.NEGATIVE_INFINITY
  #startedHostNs: number | undefined
  #startedDone = 0
  #phase = ''
  #visible = false

  constructor(stream: OutputStream, now: () => number) {
    this.#stream = stream
    this.#now = now
  }

  update({ phase, done, total, virtualPs }: Progress): void {
    const hostNs = this.#now()
    if (phase !== this.#phase) {
      this.#phase = phase
      this.#startedHostNs = hostNs
      this.#startedDone = done
    } else if (hostNs - this.#drawnHostNs < REDRAW_NS) return
    this.#drawnHostNs = hostNs
    const text = phase === 'run' ? this.#ios(hostNs, done, total) : `${phase} ${done + 1} of ${total}`
    this.#draw(`${text}, virtual ${duration(virtualPs / PS.ns)}`)
  }

  /** Scenarios of a campaign, or other runs. */
  scenarios(done: number, total: number, last: string, what = 'scenarios'): void {
    this.#draw(`${this.#bar(done, total)}${count(done)} of ${count(total)} ${what}${last === '' ? '' : `, ${last}`}`)
  }

  #draw(line: string): void {
    this.#stream.write(`\r\u001b[2K${line.slice(0, (this.#stream.columns || 80) - 1)}`)
    this.#visible = true
  }

  #bar(done: number, total: number): string {
    return total > 0 ? `${bar(done, total, BAR_WIDTH).padEnd(BAR_WIDTH, '·')} ` : ''
  }

  #ios(hostNs: number, done: number, total: number): string {
    const seconds = (hostNs - (this.#startedHostNs ?? hostNs)) / 1e9
    const ios = total > 0 ? `${count(done)} of ${count(total)} I/Os` : `${count(done)} I/Os`
    return `${this.#bar(done, total)}${ios}${seconds > 0 ? `, ${count((done - this.#startedDone) / seconds)}/s` : ''}`
  }

  /** Takes the line away again. */
  end(): void {
    if (this.#visible) this.#stream.write('\r\u001b[2K')
    this.#visible = false
  }
}
