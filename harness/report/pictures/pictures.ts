// What the HTML report draws beside the report itself: plain data that a worker may hand over.
import type { Bins } from './histogram.ts'
import type { Moment } from './moment.ts'
import type { SrbWindow } from './srb-spans.ts'

export interface GuestPictures {
  guest: string
  /** HwInterrupt, virtual time. */
  claimed: Bins
  unclaimed: Bins
  /** HwInterrupt, host time, claimed or not; the timer's own cost is subtracted. */
  host: Bins
  worst?: Moment
  /** The first call that took as long as the median of all claimed ones. */
  typical?: Moment
}

export interface Pictures {
  guests: GuestPictures[]
  /** What was under way while the slowest I/O was. */
  slowest?: SrbWindow
}
