// Breaks INT-11: HwInterrupt must not stall.
//
// The mistake: a pause after the acknowledge, "so that the chip can settle". It burns the processor with interrupts shut out,
// for 100 µs each time, and what it was meant for a register read does in one.
// Cure: read a register of the adapter back; wait for anything longer with RequestTimerCall or for the next interrupt.
import { ScsiPortInitialize, ScsiPortStallExecution } from '../../assembly'
import * as hw from '../../assembly/whba'
import { write } from '../../reference-queued/chip'
import { drainRing } from '../../reference-queued/completion'
import { DeviceExtension } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'
import { pendingCauses, serveRest } from '../../reference-queued/interrupt'

function HwInterrupt(ext: DeviceExtension): bool {
  const causes = pendingCauses(ext)
  if (causes == 0) return false
  write(ext, hw.WHBA_INT_ACK, causes)
  ScsiPortStallExecution(100)
  drainRing(ext)
  serveRest(ext, causes)
  return true
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwInterrupt = HwInterrupt.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
