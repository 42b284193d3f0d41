// What the port driver keeps for each logical unit: the queue of requests, what is active, freezes, time-out.
import { SlotQueue, type SrbSlot } from './srb.ts'

export class LogicalUnit {
  readonly path: number
  readonly target: number
  readonly lun: number
  /** path, target, lun as 0x00PPTTLL, as the trace shows it. */
  readonly address: number
  readonly queue = new SlotQueue()
  /** Active SRBs, oldest first; the time-out watches the oldest. */
  readonly active: SrbSlot[] = []
  /** Address of the zeroed LU extension, 0 when the miniport asked for none or the unit was never found. */
  extension = 0
  /** NextLuRequest came: another SRB may be started although some are active. */
  ready = false
  frozen = false
  /** An untagged SRB runs alone. */
  untaggedActive = false
  /** A BUSY request waits for the next tick. */
  busyRequest: SrbSlot | null = null
  maxDepth = 254
  /** Ticks until maxDepth is restored after QUEUE FULL. */
  reducedTicks = 0
  /** Seconds until the oldest active SRB times out, −1 off. */
  timeoutCounter = -1

  constructor(path: number, target: number, lun: number) {
    this.path = path
    this.target = target
    this.lun = lun
    this.address = (path << 16) | (target << 8) | lun
  }

  removeActive(slot: SrbSlot): void {
    const { active } = this
    for (let n = 0; n < active.length; n++) {
      if (active[n] !== slot) continue
      const wasOldest = n === 0
      for (; n < active.length - 1; n++) active[n] = active[n + 1]!
      active.pop()
      if (slot.tag === 0xff) this.untaggedActive = false
      if (wasOldest) this.timeoutCounter = active.length > 0 ? active[0]!.timeoutSeconds : -1
      return
    }
  }
}
