// Breaks LD-6: a driver without HwInterrupt names no interrupt.
//
// The mistake: this driver polls its adapter with HwScsiTimer and gives no HwInterrupt, but leaves the interrupt in the configuration that
// the port driver supplied. The port driver is told to connect a line for which there is no routine.
// Cure: BusInterruptLevel and BusInterruptVector 0 in HwFindAdapter.
import { ScsiPortInitialize, ScsiRequestBlock, requestTimerCall } from '../../assembly'
import * as hw from '../../assembly/whba'
import { HwInitialize as initialize, write } from '../../reference-queued/chip'
import { drainRing } from '../../reference-queued/completion'
import { DeviceExtension } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'
import { dismiss, pendingCauses, serveRest } from '../../reference-queued/interrupt'
import { HwStartIo as startIo } from '../../reference-queued/start-io'

const POLL_US: u32 = 500

function HwInitialize(ext: DeviceExtension): bool {
  const ready = initialize(ext)
  // The causes are polled; none of them may drive the line.
  write(ext, hw.WHBA_INT_ENABLE, 0)
  return ready
}

function HwStartIo(ext: DeviceExtension, srb: ScsiRequestBlock): bool {
  startIo(ext, srb)
  requestTimerCall(ext, HwTimer.index, POLL_US)
  return true
}

function HwTimer(ext: DeviceExtension): void {
  const causes = pendingCauses(ext)
  if (causes != 0) {
    dismiss(ext, causes)
    drainRing(ext)
    serveRest(ext, causes)
  }
  if (ext.freeTags < ext.tags) requestTimerCall(ext, HwTimer.index, POLL_US)
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwInterrupt = 0
  data.HwInitialize = HwInitialize.index
  data.HwStartIo = HwStartIo.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
