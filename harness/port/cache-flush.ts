// Before an adapter stops, a miniport that caches data gets it onto the media: SRB_FUNCTION_FLUSH, then SRB_FUNCTION_SHUTDOWN,
// to every unit. The miniport holds each until its cache is clean (WDK: Handling SRB_FUNCTION_FLUSH, SRB_FUNCTION_SHUTDOWN).

import { SRB, SRB_FUNCTION } from '../../schemas/scsiport.ts'
import { NO_OWNER } from './bus-scan.ts'
import type { Port } from './port.ts'
import type { SrbSlot } from './srb.ts'

/** As class drivers give a cache that may have to be written whole. */
const TIMEOUT_SECONDS = 60

/** @param pump runs the bench until a request is back. Does nothing for a miniport without CachesData: the port answers for it. */
export function flushCaches(port: Port, pump: (slot: SrbSlot) => void): void {
  if (port.dead || port.stopped || !port.capabilities?.cachesData) return
  for (const srbFunction of [SRB_FUNCTION.FLUSH, SRB_FUNCTION.SHUTDOWN]) {
    for (const { lu } of port.units) {
      const slot = port.take()
      if (slot === undefined) return
      port.prepare(slot, lu, NO_OWNER, 'none', 0, 0, TIMEOUT_SECONDS)
      slot.srbFunction = srbFunction
      port.guest.u8.fill(0, slot.at + SRB.Cdb, slot.at + SRB.bytes)
      port.submit(slot)
      pump(slot)
      if (port.dead) return
      if (slot.frozeQueue) port.releaseQueue(lu)
    }
  }
}
