// Resets: ours by order of the port driver, those of others, and HwTimer, which brings the chip back.
import {
  SP_INTERNAL_ADAPTER_ERROR, SRB_STATUS_BUS_RESET, ScsiPortCompleteRequest, requestTimerCall, resetDetected,
} from '../assembly'
import * as hw from '../assembly/whba'
import { GONE, read, startChip, write } from './chip'
import { flush } from './data-phase'
import { DEAD, DeviceExtension, RECOVERING, RUNNING } from './extension'
import { Site, logAdapterError } from './log'
import { askForNext } from './start-io'

const ALL: u8 = 0xff
/** The chip needs 20 µs; the system's timer is not finer than about 10 ms anyhow. */
const RECOVERY_US: u32 = 1000
const RECOVERY_TRIES: u32 = 10

/** By order of the port driver, usually because a request timed out. The pause afterwards is the port driver's business. */
export function HwResetBus(ext: DeviceExtension, path: u32): bool {
  if (path != 0) return false
  let done = true
  if (ext.state == RUNNING) {
    ext.ownReset = true
    write(ext, hw.WHBA_CONTROL, hw.WHBA_CONTROL_ENABLE | hw.WHBA_CONTROL_BUS_RESET)
    // The read pushes the write out: from here on the adapter moves nothing.
    done = read(ext, hw.WHBA_STATUS) != GONE
  }
  completeAll(ext)
  if (!done) {
    logAdapterError(ext, SP_INTERNAL_ADAPTER_ERROR, Site.BusResetFailed)
    resetChip(ext)
  }
  askForNext(ext)
  return done
}

/** BUS_RESET is pending: the echo of our own reset, or somebody else pulled the wire. */
export function busWasReset(ext: DeviceExtension): void {
  if (ext.ownReset) {
    ext.ownReset = false
    return
  }
  // A command may have been started after the reset and before this interrupt, and still run. So start afresh.
  if (ext.active !== null) resetChip(ext)
  completeAll(ext)
  resetDetected(ext)
}

/** Completes what was with the adapter, which does not run it any more. */
function completeAll(ext: DeviceExtension): void {
  flush(ext)
  ext.active = null
  ScsiPortCompleteRequest(ext, 0, ALL, ALL, SRB_STATUS_BUS_RESET)
}

/** Resets the chip, drops its command, and leaves the rest to HwTimer: it takes longer than a routine may wait. */
function resetChip(ext: DeviceExtension): void {
  ext.state = RECOVERING
  ext.enabledCauses = 0
  ext.recoveryTries = RECOVERY_TRIES
  write(ext, hw.WHBA_CONTROL, hw.WHBA_CONTROL_ADAPTER_RESET)
  read(ext, hw.WHBA_STATUS)
  requestTimerCall(ext, HwTimer.index, RECOVERY_US)
}

/** Starts the chip once it has come out of reset. May fire late, when there is nothing to do any more. */
export function HwTimer(ext: DeviceExtension): void {
  if (ext.state != RECOVERING) return
  const status = read(ext, hw.WHBA_STATUS)
  if (status != GONE && (status & hw.WHBA_STATUS_READY)) {
    startChip(ext)
  } else if (--ext.recoveryTries != 0) {
    requestTimerCall(ext, HwTimer.index, RECOVERY_US)
    return
  } else {
    logAdapterError(ext, SP_INTERNAL_ADAPTER_ERROR, Site.RecoveryFailed)
    ext.state = DEAD
  }
  askForNext(ext)
}
