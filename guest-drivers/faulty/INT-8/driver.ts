// Breaks INT-8: what the adapter has finished must be completed.
//
// The mistake: 0 stands for "no entry", so the entry at index 0 of the ring is taken and thrown away, once in every pass.
// The interrupt is dismissed, so nothing reminds the driver of it: that request waits for its time-out, and then the
// whole bus is reset for its sake.
// Cure: let nothing but the phase bit decide whether there is an entry.
import { ScsiPortInitialize } from '../../assembly'
import * as hw from '../../assembly/whba'
import { completeEntry, returnEntries, takeEntry } from '../../reference-queued/completion'
import { DeviceExtension, RING } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'
import { dismiss, pendingCauses, serveRest } from '../../reference-queued/interrupt'

function HwInterrupt(ext: DeviceExtension): bool {
  const causes = pendingCauses(ext)
  if (causes == 0) return false
  dismiss(ext, causes)
  const from = ext.ringHead
  for (let entry = takeEntry(ext); entry !== null; entry = takeEntry(ext)) {
    const index = (changetype<usize>(entry) - ext.tables - RING) / hw.WHBA_RING_ENTRY_SIZE
    if (index) completeEntry(ext, entry)
  }
  returnEntries(ext, from)
  serveRest(ext, causes)
  return true
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwInterrupt = HwInterrupt.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
