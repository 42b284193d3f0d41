// Collects what the HTML report draws, while a run goes on.

import { RANK } from '../latency/distribution.ts'
import type { HostMeter } from '../latency/host-time.ts'
import type { LatencyReader } from '../latency/reader.ts'
import { SceneTaker } from '../latency/scenes.ts'
import { binsOf } from '../report/pictures/histogram.ts'
import { momentOf } from '../report/pictures/moment.ts'
import type { GuestPictures, Pictures } from '../report/pictures/pictures.ts'
import { srbWindow } from '../report/pictures/srb-spans.ts'
import { SrbWindowTaker } from '../report/pictures/srb-window-taker.ts'
import type { Recording } from '../report/trace-export/recording.ts'
import { Routine } from '../trace/events.ts'
import type { Trace } from '../trace/trace.ts'

export class PictureReader {
  readonly scenes: SceneTaker
  readonly #windows: SrbWindowTaker

  constructor(trace: Trace, guests: number) {
    this.scenes = new SceneTaker(trace, guests)
    this.#windows = new SrbWindowTaker(trace)
  }

  /** To be called when the run has ended. */
  pictures(latency: LatencyReader, host: HostMeter | undefined, recording: Recording): Pictures {
    const { names, wiring, costs, guests } = recording
    this.scenes.finish()
    const { window } = this.#windows
    return {
      guests: latency.guests.map(({ guest, claimed, unclaimed }): GuestPictures => {
        const worst = this.scenes.worst(guest)
        const typical = claimed.count === 0 ? undefined : this.scenes.typical(guest, claimed.percentile(RANK.p50))
        return {
          guest: guests[guest]!,
          claimed: binsOf(inNs(claimed.entries())),
          unclaimed: binsOf(inNs(unclaimed.entries())),
          host: host === undefined ? [] : binsOf(host.distribution(guest, Routine.Interrupt)),
          ...(worst === undefined ? {} : { worst: momentOf(worst, names, wiring, costs) }),
          ...(typical === undefined ? {} : { typical: momentOf(typical, names, wiring, costs) }),
        }
      }),
      ...(window === undefined ? {} : { slowest: srbWindow(window, names) }),
    }
  }
}

function* inNs(entries: Iterable<readonly [ps: number, count: number]>): Generator<readonly [number, number]> {
  for (const [ps, count] of entries) yield [ps / 1000, count]
}
