// One labelled interrupt wire, level-triggered, that several adapters may share (wired OR).
//
// Models: INTx-like level semantics; an output of each adapter; masking an adapter off the wire; a rise that gets lost (a fault).
// Does not model: edges, vectors, message-signalled interrupts.

/** Told of every change of an output, with the level of the wire after it. */
export type LineListener = (line: InterruptLine, pin: InterruptPin) => void

/** One adapter's output on the wire. */
export class InterruptPin {
  readonly line: InterruptLine
  readonly label: string
  /** Index of the adapter in the machine. */
  readonly adapter: number
  /** What the adapter drives, whether or not it is masked off the wire. */
  level = false
  masked = false
  /** Fault seam: the next rise gets lost on its way to the wire. */
  losesNext = false
  /** The output is asserted, but its rise was lost: the wire does not show it until the output is driven again. */
  lost = false

  constructor(line: InterruptLine, label: string, adapter: number) {
    this.line = line
    this.label = label
    this.adapter = adapter
  }

  set(level: boolean): void {
    if (level === this.level) {
      if (this.lost && level) {
        this.lost = false
        if (!this.masked) this.line.changed(this, true)
      }
      return
    }
    this.level = level
    if (level && this.losesNext) {
      this.losesNext = false
      this.lost = true
    } else if (this.lost) this.lost = false
    else if (!this.masked) this.line.changed(this, level)
  }

  /** Takes the adapter off the wire for good: its driver is dead. */
  mask(): void {
    if (this.masked) return
    this.masked = true
    if (this.level && !this.lost) this.line.changed(this, false)
  }
}

export class InterruptLine {
  readonly label: string
  readonly pins: InterruptPin[] = []
  listener: LineListener | undefined
  #asserted = 0

  constructor(label: string) {
    this.label = label
  }

  /** The level of the wire: asserted while any unmasked output is. */
  get level(): boolean {
    return this.#asserted > 0
  }

  connect(label: string, adapter: number): InterruptPin {
    const pin = new InterruptPin(this, label, adapter)
    this.pins.push(pin)
    return pin
  }

  /** @internal an output changed to `level` as the wire sees it */
  changed(pin: InterruptPin, level: boolean): void {
    this.#asserted += level ? 1 : -1
    this.listener?.(this, pin)
  }
}
