// Breaks INT-13: work of more than 50 µs must be put off. (It cannot but break INT-10, too: such a call is long.)
//
// The mistake: statistics. With every interrupt the driver sums up the tables that it shares with the adapter, 26 KiB, before it completes
// anything, and keeps the processor at device IRQL for more than 50 µs each time.
// Cure: mask the adapter, CallEnableInterrupts, and do the work in the callback, see reference-deferred/.
import { ScsiPortInitialize } from '../../assembly'
import { drainRing } from '../../reference-queued/completion'
import { DeviceExtension, TABLES_BYTES } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'
import { dismiss, pendingCauses, serveRest } from '../../reference-queued/interrupt'

function HwInterrupt(ext: DeviceExtension): bool {
  const causes = pendingCauses(ext)
  if (causes == 0) return false
  dismiss(ext, causes)
  let sum: u32 = 0
  for (let at: u32 = 0; at < TABLES_BYTES; at++) sum = sum * 31 + load<u8>(ext.tables + at)
  ext.argument3 = sum
  drainRing(ext)
  serveRest(ext, causes)
  return true
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwInterrupt = HwInterrupt.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
