// HwInterrupt. The line is shared, so most of its calls may be for others: those cost one register read.
//
// The acknowledge is written before anything else is looked at: what comes later raises its cause again. A write may be
// posted, that is, still be on its way to the chip; but a read from the same device cannot pass it. Every way through
// this routine reads some register after the acknowledge, so the line is released when it returns.
import {
  SP_INVALID_RESELECTION, ScsiPortLogError, busChangeDetected,
} from '../assembly'
import * as hw from '../assembly/whba'
import { GONE, read, write } from './chip'
import { completeCommand } from './completion'
import { dataReady } from './data-phase'
import { DeviceExtension } from './extension'
import { Site } from './log'
import { busWasReset } from './reset'
import { askForNext } from './start-io'

/** Causes with which a command may have ended. */
const ENDINGS: u32 =
  hw.WHBA_INT_STATUS_COMMAND_COMPLETE | hw.WHBA_INT_STATUS_DMA_ERROR | hw.WHBA_INT_STATUS_SCSI_ERROR

export function HwInterrupt(ext: DeviceExtension): bool {
  const causes = pendingCauses(ext)
  if (causes == 0) return false
  write(ext, hw.WHBA_INT_ACK, causes)
  serve(ext, causes)
  return true
}

/** The causes with which this adapter interrupts; 0: it does not. */
@inline
export function pendingCauses(ext: DeviceExtension): u32 {
  const status = read(ext, hw.WHBA_INT_STATUS)
  // All ones: the adapter is gone, and so is its interrupt.
  return status == GONE ? 0 : status & ext.enabledCauses
}

/** What remains to be done once the causes are dismissed. */
export function serve(ext: DeviceExtension, causes: u32): void {
  if (causes & ENDINGS) completeCommand(ext)
  if (causes & hw.WHBA_INT_STATUS_DMA_READY) dataReady(ext)
  if (causes & ~(hw.WHBA_INT_STATUS_COMMAND_COMPLETE | hw.WHBA_INT_STATUS_DMA_READY)) rareCauses(ext, causes)
  askForNext(ext)
}

function rareCauses(ext: DeviceExtension, causes: u32): void {
  // The errors of a command stand in its status. Here only the one no command can be blamed for.
  const info = read(ext, hw.WHBA_ERROR_INFO)
  if (causes & hw.WHBA_INT_STATUS_SCSI_ERROR && (info & hw.WHBA_ERROR_INFO_CODE_MASK) == hw.WHBA_HOST_BAD_RESELECTION) {
    const target = <u8>((info & hw.WHBA_ERROR_INFO_TARGET_MASK) >> hw.WHBA_ERROR_INFO_TARGET_SHIFT)
    const lun = <u8>((info & hw.WHBA_ERROR_INFO_LUN_MASK) >> hw.WHBA_ERROR_INFO_LUN_SHIFT)
    ScsiPortLogError(ext, null, 0, target, lun, SP_INVALID_RESELECTION, Site.Reselection)
  }
  if (causes & hw.WHBA_INT_STATUS_BUS_RESET) busWasReset(ext)
  if (causes & hw.WHBA_INT_STATUS_DEVICE_CHANGE) busChangeDetected(ext, 0)
}
