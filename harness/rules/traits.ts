// What a miniport said about itself: HW_INITIALIZATION_DATA, and PORT_CONFIGURATION_INFORMATION as HwFindAdapter left it. Rules ask
// here whether they apply to a driver at all.
import { CONFIG, HWID } from '../../schemas/scsiport.ts'
import { Event } from '../trace/events.ts'
import type { Subscription, Trace } from '../trace/trace.ts'
import { Ranges } from './ranges.ts'

const FIELDS = 256

export class Traits {
  readonly ranges: Ranges
  readonly #trace: Trace
  readonly #guests: number
  readonly #init: Int32Array
  readonly #config: Int32Array
  readonly #given: Int32Array
  readonly #configured: Uint8Array

  constructor(trace: Trace, guests: number) {
    this.#trace = trace
    this.#guests = guests
    this.ranges = new Ranges(trace, guests)
    this.#init = new Int32Array(guests * FIELDS)
    this.#config = new Int32Array(guests * FIELDS)
    this.#given = new Int32Array(guests * FIELDS)
    this.#configured = new Uint8Array(guests)
  }

  /** HwFindAdapter has returned. */
  configured(guest: number): boolean {
    return this.#configured[guest] === 1
  }

  /** A field of HW_INITIALIZATION_DATA by its offset (`HWID`), of the newest call of ScsiPortInitialize; 0 before. */
  init(guest: number, offset: number): number {
    return this.#init[guest * FIELDS + offset]!
  }

  /** A field of PORT_CONFIGURATION_INFORMATION by its offset (`CONFIG`) as HwFindAdapter left it; 0 before. */
  config(guest: number, offset: number): number {
    return this.#config[guest * FIELDS + offset]!
  }

  /** The same as HwFindAdapter was given it. */
  given(guest: number, offset: number): number {
    return this.#given[guest * FIELDS + offset]!
  }

  busMaster(guest: number): boolean {
    return this.config(guest, CONFIG.Master) !== 0
  }

  /** A subordinate adapter: the system's DMA controller moves its data. */
  systemDma(guest: number): boolean {
    return this.#configured[guest] === 1 && !this.busMaster(guest) && this.init(guest, HWID.HwDmaStarted) !== 0
  }

  tagged(guest: number): boolean {
    return this.config(guest, CONFIG.TaggedQueuing) !== 0 || this.config(guest, CONFIG.MultipleRequestPerLu) !== 0
  }

  autoRequestSense(guest: number): boolean {
    return this.config(guest, CONFIG.AutoRequestSense) !== 0
  }

  cachesData(guest: number): boolean {
    return this.config(guest, CONFIG.CachesData) !== 0
  }

  mapBuffers(guest: number): boolean {
    return this.config(guest, CONFIG.MapBuffers) !== 0
  }

  hasInterrupt(guest: number): boolean {
    return this.init(guest, HWID.HwInterrupt) !== 0
  }

  hasAdapterControl(guest: number): boolean {
    return this.init(guest, HWID.HwAdapterControl) !== 0
  }

  subscriptions(): Subscription[] {
    const { guest: guestAt, a, b, c } = this.#trace
    const on = (kind: number, listen: (index: number, guest: number) => void): Subscription => ({
      kind,
      reader: {
        on: index => {
          const guest = guestAt[index]!
          if (guest < this.#guests) listen(index, guest)
        },
      },
    })
    return [
      ...this.ranges.subscriptions(),
      on(Event.InitField, (index, guest) => {
        this.#init[guest * FIELDS + a[index]!] = b[index]!
      }),
      on(Event.ConfigField, (index, guest) => {
        this.#configured[guest] = 1
        this.#config[guest * FIELDS + a[index]!] = b[index]!
        this.#given[guest * FIELDS + a[index]!] = c[index]!
      }),
    ]
  }
}
