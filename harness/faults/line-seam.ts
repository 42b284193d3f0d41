// The line's seam: interrupts without a cause, a line that sticks. Drawn by an output of its own beside the adapters', as if
// somebody else on the line did it; the adapters' outputs stay what their causes make them.
import type { Alarm, Clock } from '../../device/clock.ts'
import type { InterruptLine, InterruptPin } from '../../device/interrupt-line.ts'
import { BENCH, Event, Routine } from '../trace/events.ts'
import type { Trace } from '../trace/trace.ts'

/** A spurious interrupt that nobody serves is over after so long. */
const GLITCH_PS = 50_000_000

export class LineFaults {
  readonly #spurious: InterruptPin
  readonly #stuck: InterruptPin
  readonly #glitchEnd: Alarm
  readonly #stuckEnd: Alarm

  /** @param guests miniports whose HwInterrupt is on this line */
  constructor(line: InterruptLine, clock: Clock, trace: Trace, guests: ReadonlySet<number>) {
    this.#spurious = line.connect('spurious', BENCH)
    this.#stuck = line.connect('stuck', BENCH)
    this.#glitchEnd = clock.createAlarm(`${line.label}: end of a spurious interrupt`, () => this.#spurious.set(false))
    this.#stuckEnd = clock.createAlarm(`${line.label}: no longer stuck`, () => this.#stuck.set(false))
    // Gone when somebody has looked.
    trace.subscribe({
      kind: Event.Exit,
      key: Routine.Interrupt,
      reader: {
        on: index => {
          if (!this.#spurious.level || !guests.has(trace.guest[index]!)) return
          this.#glitchEnd.cancel()
          this.#spurious.set(false)
        },
      },
    })
  }

  /** The line goes high without a cause, until the first HwInterrupt on it returns. */
  spurious(): void {
    this.#glitchEnd.scheduleIn(GLITCH_PS)
    this.#spurious.set(true)
  }

  stick(forPs: number): void {
    this.#stuckEnd.scheduleIn(forPs)
    this.#stuck.set(true)
  }
}
