// HwInterrupt. The line is shared, so most of its calls may be for others: those cost one register read.
//
// Ours cost two reads, two writes, and no more however many commands have ended:
//
//   read  INT_STATUS   ours?
//   write INT_ACK      dismiss what was seen, before looking at the ring: what comes later raises the cause again
//   read  INT_STATUS   push the acknowledge out
//   write RING_HEAD    room in the ring
//
// The second read is the price of being right. A write may be posted: it leaves the CPU at once and reaches the chip when
// the bus pleases. Were it still on its way when the ring has been drained, it would also wipe out the cause of a
// completion that came in between, and that request would hang until the next interrupt; and the line would still be
// asserted when we return, for a second interrupt that finds nothing. A read from the same device cannot pass the write.
// Entries posted until then are drained below, although their cause is pending again: that costs an interrupt which finds
// an empty ring, which is harmless, while looping here until nothing is pending would have no bound.
import {
  SP_INTERNAL_ADAPTER_ERROR, SP_INVALID_RESELECTION, ScsiPortLogError, busChangeDetected,
} from '../assembly'
import * as hw from '../assembly/whba'
import { GONE, read, write } from './chip'
import { drainRing } from './completion'
import { DeviceExtension } from './extension'
import { Site } from './log'
import { busWasReset } from './reset'
import { askForNext } from './start-io'

export function HwInterrupt(ext: DeviceExtension): bool {
  const causes = pendingCauses(ext)
  if (causes == 0) return false
  dismiss(ext, causes)
  drainRing(ext)
  serveRest(ext, causes)
  return true
}

/** The causes with which this adapter interrupts; 0: it does not. */
@inline
export function pendingCauses(ext: DeviceExtension): u32 {
  const status = read(ext, hw.WHBA_INT_STATUS)
  // All ones: the adapter is gone, and so is its interrupt.
  return status == GONE ? 0 : status & ext.enabledCauses
}

@inline
export function dismiss(ext: DeviceExtension, causes: u32): void {
  write(ext, hw.WHBA_INT_ACK, causes)
  read(ext, hw.WHBA_INT_STATUS)
}

/** What remains to be done when the ring is empty. */
export function serveRest(ext: DeviceExtension, causes: u32): void {
  if (causes & ~(hw.WHBA_INT_STATUS_COMMAND_COMPLETE | hw.WHBA_INT_STATUS_DMA_ERROR)) rareCauses(ext, causes)
  if (ext.nextOwed) askForNext(ext)
}

function rareCauses(ext: DeviceExtension, causes: u32): void {
  // Errors of a command stand in its ring entry. Here only those no command can be blamed for.
  if (causes & hw.WHBA_INT_STATUS_SCSI_ERROR) {
    const info = read(ext, hw.WHBA_ERROR_INFO)
    const code = info & hw.WHBA_ERROR_INFO_CODE_MASK
    const target = <u8>((info & hw.WHBA_ERROR_INFO_TARGET_MASK) >> hw.WHBA_ERROR_INFO_TARGET_SHIFT)
    const lun = <u8>((info & hw.WHBA_ERROR_INFO_LUN_MASK) >> hw.WHBA_ERROR_INFO_LUN_SHIFT)
    if (code == hw.WHBA_HOST_BAD_RESELECTION) {
      ScsiPortLogError(ext, null, 0, target, lun, SP_INVALID_RESELECTION, Site.Reselection)
    } else if (code == hw.WHBA_HOST_BAD_TAG) {
      ScsiPortLogError(ext, null, 0, target, lun, SP_INTERNAL_ADAPTER_ERROR, Site.Refused)
    }
  }
  if (causes & hw.WHBA_INT_STATUS_BUS_RESET) busWasReset(ext)
  if (causes & hw.WHBA_INT_STATUS_DEVICE_CHANGE) busChangeDetected(ext, 0)
}
