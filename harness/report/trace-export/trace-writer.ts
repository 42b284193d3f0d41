// Writes trace events track by track: keeps slices nested and time from going back, whatever is asked for.

/** µs with the picoseconds as decimals, exactly: no floating point on the way. */
export function microseconds(ps: number): string {
  const whole = Math.floor(ps / 1e6)
  const rest = String(ps - whole * 1e6)
    .padStart(6, '0')
    .replace(/0+$/, '')
  return rest === '' ? String(whole) : `${whole}.${rest}`
}

type Args = Readonly<Record<string, unknown>>

export class TraceWriter {
  /** Where the recording begins. */
  readonly firstPs: number
  readonly #tracks: Track[] = []
  readonly #processes = new Set<number>()
  #text = ''
  #any = false

  constructor(firstPs: number) {
    this.firstPs = firstPs
  }

  get length(): number {
    return this.#text.length
  }

  /** What was written since the last time. */
  take(): string {
    const text = this.#text
    this.#text = ''
    return text
  }

  track(pid: number, process: string, tid: number, name: string): Track {
    if (!this.#processes.has(pid)) {
      this.#processes.add(pid)
      this.#metadata(pid, 0, 'process_name', { name: process })
      this.#metadata(pid, 0, 'process_sort_index', { sort_index: pid })
    }
    this.#metadata(pid, tid, 'thread_name', { name })
    this.#metadata(pid, tid, 'thread_sort_index', { sort_index: tid })
    const track = new Track(this, pid, tid)
    this.#tracks.push(track)
    return track
  }

  #metadata(pid: number, tid: number, name: string, args: Args): void {
    this.write(`{"ph":"M","pid":${pid},"tid":${tid},"name":"${name}","args":${JSON.stringify(args)}}`)
  }

  write(event: string): void {
    this.#text += this.#any ? `,\n${event}` : event
    this.#any = true
  }

  /** Ends what is open still, and the file. */
  close(lastPs: number): void {
    for (const track of this.#tracks) track.endAll(lastPs)
    this.#text += '\n]}\n'
  }
}

export class Track {
  readonly tid: number
  readonly #writer: TraceWriter
  readonly #place: string
  readonly #open: string[] = []
  #lastPs = 0
  /** When the innermost slice ends by itself, −1 when it does not. */
  #untilPs = -1

  constructor(writer: TraceWriter, pid: number, tid: number) {
    this.#writer = writer
    this.tid = tid
    this.#place = `"pid":${pid},"tid":${tid}`
  }

  begin(atPs: number, name: string, args?: Args): void {
    this.#expire(atPs)
    this.#open.push(name)
    this.#event('B', atPs, `,"name":${JSON.stringify(name)}${argsOf(args)}`)
  }

  /** A slice that ends by itself, at the latest when something else happens on this track. */
  beginUntil(atPs: number, untilPs: number, name: string): void {
    this.begin(atPs, name)
    this.#untilPs = untilPs
  }

  #expire(atPs: number): void {
    if (this.#untilPs < 0) return
    const endPs = Math.min(atPs, this.#untilPs)
    this.#untilPs = -1
    this.#pop(endPs)
  }

  /** Ends the slice of this name and what is open inside it; without one, nothing. */
  end(atPs: number, name: string, args?: Args): void {
    this.#expire(atPs)
    const depth = this.#open.lastIndexOf(name)
    if (depth < 0) return
    while (this.#open.length > depth + 1) this.#pop(atPs)
    this.#pop(atPs, args)
  }

  endAll(atPs: number): void {
    this.#expire(atPs)
    while (this.#open.length > 0) this.#pop(atPs)
  }

  /** Ends what is open below a depth, and begins the next slice there. */
  next(atPs: number, name: string, depth: number): void {
    this.#expire(atPs)
    while (this.#open.length > depth) this.#pop(atPs)
    this.begin(atPs, name)
  }

  /** A wire: a slice as long as it is high. */
  level(atPs: number, high: boolean): void {
    if (high && this.#open.length === 0) this.begin(atPs, 'high')
    else if (!high) this.endAll(atPs)
  }

  /** A slice that ends now; it begins no earlier than what stands before it on this track. */
  slice(endPs: number, costPs: number, name: string, args?: Args): void {
    this.#expire(endPs)
    const fromPs = Math.min(endPs, Math.max(this.#lastPs, this.#writer.firstPs, endPs - costPs))
    const dur = microseconds(endPs - fromPs)
    this.#event('X', fromPs, `,"dur":${dur},"name":${JSON.stringify(name)}${argsOf(args)}`)
    this.#lastPs = endPs
  }

  instant(atPs: number, name: string, args?: Args): void {
    this.#expire(atPs)
    this.#event('i', atPs, `,"s":"t","name":${JSON.stringify(name)}${argsOf(args)}`)
  }

  #pop(atPs: number, args?: Args): void {
    this.#open.pop()
    this.#event('E', atPs, argsOf(args))
  }

  #event(phase: string, atPs: number, rest: string): void {
    this.#writer.write(`{"ph":"${phase}",${this.#place},"ts":${microseconds(atPs)}${rest}}`)
    if (atPs > this.#lastPs) this.#lastPs = atPs
  }
}

const argsOf = (args: Args | undefined): string => (args === undefined ? '' : `,"args":${JSON.stringify(args)}`)
