// The interrupt in three parts.
//
// The causes stay pending while the adapter is masked, so nothing has to be saved but the fact that there is work: the enable callback reads
// them again, and finds those that came up in the meantime, too.
//
// HwResetBus and HwTimer may run between the parts. They may leave the adapter reset, with nothing enabled: the disable callback enables
// what the driver wants enabled now (`enabledCauses`), not what was enabled before.
import { callDisableInterrupts, callEnableInterrupts } from '../assembly'
import * as hw from '../assembly/whba'
import { GONE, read, write } from '../reference-queued/chip'
import { drainRing } from '../reference-queued/completion'
import { DeviceExtension, RUNNING } from '../reference-queued/extension'
import { dismiss, pendingCauses, serveRest } from '../reference-queued/interrupt'

export function HwInterrupt(ext: DeviceExtension): bool {
  if (pendingCauses(ext) == 0) return false
  mask(ext)
  callEnableInterrupts(ext, HwEnableInterrupts.index)
  return true
}

/** From here on the adapter is silent. The read pushes the write out: the line is low when HwInterrupt returns. */
export function mask(ext: DeviceExtension): void {
  write(ext, hw.WHBA_INT_ENABLE, 0)
  read(ext, hw.WHBA_INT_STATUS)
}

export function HwEnableInterrupts(ext: DeviceExtension): bool {
  serve(ext)
  callDisableInterrupts(ext, HwDisableInterrupts.index)
  return true
}

/** What HwInterrupt of the queued sample driver does. */
export function serve(ext: DeviceExtension): void {
  const status = read(ext, hw.WHBA_INT_STATUS)
  const causes = status == GONE ? 0 : status & ext.enabledCauses
  if (causes == 0) return
  dismiss(ext, causes)
  drainRing(ext)
  serveRest(ext, causes)
}

export function HwDisableInterrupts(ext: DeviceExtension): bool {
  // A chip that was reset in the meantime is not ready; HwTimer will enable its interrupts.
  if (ext.state == RUNNING) write(ext, hw.WHBA_INT_ENABLE, ext.enabledCauses)
  return true
}
