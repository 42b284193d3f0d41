// A part of a run in words: every event of one miniport around the place where two runs part.
import { CONFIG_FIELDS, HWID_FIELDS } from '../../schemas/scsiport.ts'
import { wordsOf } from '../report/pictures/words.ts'
import { describeEvent } from '../rules/evidence.ts'
import { hex, plural } from '../rules/text.ts'
import type { RunNames } from '../run/names.ts'
import { AdapterPhase, Event, KIND_COUNT, ROUTINE_NAMES } from '../trace/events.ts'
import type { Trace, TraceReader } from '../trace/trace.ts'
import { behaviourKey, type EventNumbers, ROUTINE_POINTERS, Stream, streamOf } from './behaviour.ts'

/** Which events are kept: those of one miniport while a stream of it has a number from `first` to before `end`. */
export interface WindowPlace {
  guest: number
  stream: number
  first: number
  end: number
}

export interface WindowEvent extends EventNumbers {
  /** Number in the stream of the window, −1: of another one. */
  number: number
  stream: number
  atPs: number
  words: string
  /** Equal keys: equal behaviour. */
  key: string
  /** The routine that the miniport was in, for example `HwInterrupt #9`; '' outside. */
  routine: string
}

const PHASES = new Map<number, string>(Object.entries(AdapterPhase).map(([name, phase]) => [phase, name.toLowerCase()]))

const fieldName = (fields: typeof HWID_FIELDS, offset: number): string =>
  fields.find(([, at]) => at === offset)?.[0] ?? `offset ${offset}`

export class WindowReader implements TraceReader {
  readonly events: WindowEvent[] = []
  readonly #trace: Trace
  readonly #names: RunNames
  readonly #place: WindowPlace
  #number = 0
  #routine = ''

  constructor(trace: Trace, names: RunNames, place: WindowPlace) {
    this.#trace = trace
    this.#names = names
    this.#place = place
    for (let kind = 0; kind < KIND_COUNT; kind++) trace.subscribe({ kind, reader: this })
  }

  on(i: number): void {
    const trace = this.#trace
    const { guest, stream: wanted, first, end } = this.#place
    if (trace.guest[i] !== guest) return
    const kind = trace.kind[i]!
    const stream = streamOf(kind)
    const number = stream === wanted ? this.#number++ : -1
    if (kind === Event.Enter) this.#routine = `${ROUTINE_NAMES[trace.a[i]!]} #${trace.b[i]}`
    if (this.#number > first && this.#number <= end) {
      const words = this.#words(i)
      if (words !== undefined)
        this.events.push({
          ...{ number, stream, atPs: trace.psAt(i), words, routine: this.#routine },
          ...{ kind, a: trace.a[i]!, b: trace.b[i]!, c: trace.c[i]!, d: trace.d[i]! },
          key: stream === Stream.none ? `${kind} ${words}` : behaviourKey(trace, i),
        })
    }
    if (kind === Event.Exit) this.#routine = ''
  }

  #words(i: number): string | undefined {
    const trace = this.#trace
    const guest = this.#place.guest
    const kind = trace.kind[i]!
    const [a, b, c] = [trace.a[i]!, trace.b[i]!, trace.c[i]!]
    switch (kind) {
      case Event.SrbQueued:
      case Event.SrbStarted:
      case Event.DmaMoved:
      case Event.LineChanged:
      case Event.Workload:
      case Event.Print:
      case Event.Line:
        return undefined
      case Event.CauseRaised:
      case Event.CauseCleared:
        return describeEvent(trace, this.#names, guest, i)
      case Event.SrbCompleted:
        return `completed with SrbStatus ${hex(b, 2)}, ScsiStatus ${hex(c, 2)}, ${plural(trace.d[i]!, 'byte')}: ${this.#names.describeSrb(a)}`
      case Event.SrbDone:
        return `SRB #${a} given back with SrbStatus ${hex(b, 2)}${c === -1 ? '' : `, sense ${hex(c, 6)}`}, ${plural(trace.d[i]!, 'byte')}`
      case Event.BadAccess:
        return `accessed ${hex(a)}, where no register is`
      case Event.InitField:
        return `${fieldName(HWID_FIELDS, a)} of HW_INITIALIZATION_DATA is ${ROUTINE_POINTERS.has(a) && b !== 0 ? 'set' : hex(b)}`
      case Event.ConfigField:
        return `${fieldName(CONFIG_FIELDS, a)} of PORT_CONFIGURATION_INFORMATION is left at ${hex(b)}`
      case Event.ConfigRange:
        return `AccessRanges[${a & 0xff}]: ${hex(b)}, ${plural(c, 'byte')}`
      case Event.Adapter:
        return `the adapter is ${PHASES.get(a) ?? `in phase ${a}`}, result ${b}`
      case Event.Control:
        if (trace.b[i] === 1) return describeEvent(trace, this.#names, guest, i)
        return `HwAdapterControl answers ${c}`
      case Event.Storm:
        return 'interrupt storm'
      default:
        if (streamOf(kind) === Stream.none) return undefined
        return (
          describeEvent(trace, this.#names, guest, i) ??
          wordsOf(trace, i, this.#names)?.detail ??
          `event of kind ${kind}`
        )
    }
  }
}
