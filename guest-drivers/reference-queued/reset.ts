// Resets: ours by order of the port driver, those of others, and HwTimer, which brings the chip back.
import {
  SP_INTERNAL_ADAPTER_ERROR, SRB_STATUS_BUS_RESET, SRB_STATUS_SUCCESS, ScsiPortCompleteRequest, requestComplete,
  requestTimerCall, resetDetected,
} from '../assembly'
import * as hw from '../assembly/whba'
import { GONE, RUN, read, startChip, write } from './chip'
import { drainRing } from './completion'
import { DEAD, DeviceExtension, RECOVERING, RUNNING, freeAllTags, slotOf } from './extension'
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
    write(ext, hw.WHBA_CONTROL, RUN | hw.WHBA_CONTROL_BUS_RESET)
    // The read pushes the write out: from here on nothing new ends, and what has ended is in the ring.
    done = read(ext, hw.WHBA_STATUS) != GONE
    if (done) drainRing(ext)
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
  // A command may have been started after the reset and before this interrupt: driver and chip could disagree about what
  // still runs, and a command that runs after its SRB was completed writes into memory that is not ours. So start afresh.
  resetChip(ext)
  completeAll(ext)
  resetDetected(ext)
}

/** Completes everything that was with the adapter, which runs none of it any more. */
function completeAll(ext: DeviceExtension): void {
  for (let tag: u32 = 0; tag < ext.tags; tag++) {
    const abortSrb = slotOf(ext, tag).abortSrb
    if (abortSrb === null) continue
    abortSrb.SrbStatus = SRB_STATUS_SUCCESS
    requestComplete(ext, abortSrb)
  }
  freeAllTags(ext)
  ScsiPortCompleteRequest(ext, 0, ALL, ALL, SRB_STATUS_BUS_RESET)
}

/** Resets the chip, drops its commands, and leaves the rest to HwTimer: it takes longer than a routine may wait. */
function resetChip(ext: DeviceExtension): void {
  ext.state = RECOVERING
  ext.enabledCauses = 0
  ext.recoveryTries = RECOVERY_TRIES
  write(ext, hw.WHBA_CONTROL, hw.WHBA_CONTROL_ADAPTER_RESET)
  read(ext, hw.WHBA_STATUS)
  requestTimerCall(ext, HwTimer.index, RECOVERY_US)
}

/** Programs the chip once it has come out of reset. May fire late, when there is nothing to do any more. */
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
