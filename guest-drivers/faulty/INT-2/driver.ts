// Breaks INT-2: a foreign interrupt must be left at once.
//
// The mistake: HwInterrupt takes stock of the whole adapter before it looks whether the interrupt is its own at all. Each
// read costs about a microsecond, every interrupt of every neighbour on the line pays for six of them, and none is used.
// Cure: decide on the status register alone, see reference-queued/interrupt.ts.
import { ScsiPortInitialize } from '../../assembly'
import * as hw from '../../assembly/whba'
import { GONE, read } from '../../reference-queued/chip'
import { drainRing } from '../../reference-queued/completion'
import { DeviceExtension } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'
import { dismiss, serveRest } from '../../reference-queued/interrupt'

function HwInterrupt(ext: DeviceExtension): bool {
  const status = read(ext, hw.WHBA_INT_STATUS)
  const error = read(ext, hw.WHBA_ERROR_INFO)
  const ring = read(ext, hw.WHBA_RING_SIZE)
  const head = read(ext, hw.WHBA_RING_HEAD)
  const control = read(ext, hw.WHBA_CONTROL)
  const state = read(ext, hw.WHBA_STATUS)
  ext.argument3 = error ^ ring ^ head ^ control ^ state

  const causes = status & ext.enabledCauses
  if (causes == 0 || status == GONE) return false
  dismiss(ext, causes)
  drainRing(ext)
  serveRest(ext, causes)
  return true
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwInterrupt = HwInterrupt.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
