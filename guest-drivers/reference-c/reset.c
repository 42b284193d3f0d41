/* Resets: ours by order of the port driver, those of others, and HwTimer, which brings the chip back. */
#include "driver.h"

#define ALL 0xff
/* The chip needs 20 us; the system's timer is not finer than about 10 ms anyhow. */
#define RECOVERY_US 1000
#define RECOVERY_TRIES 10

static void CompleteAll(DEVICE_EXTENSION *ext);
static void ResetChip(DEVICE_EXTENSION *ext);

/* By order of the port driver, usually because a request timed out. The pause afterwards is the port driver's business. */
BOOLEAN HwResetBus(PVOID extension, ULONG path) {
  DEVICE_EXTENSION *ext = extension;
  if (path != 0) return FALSE;
  BOOLEAN done = TRUE;
  if (ext->state == RUNNING) {
    ext->ownReset = TRUE;
    Write(ext, WHBA_CONTROL, RUN | WHBA_CONTROL_BUS_RESET);
    /* The read pushes the write out: from here on nothing new ends, and what has ended is in the ring. */
    done = Read(ext, WHBA_STATUS) != GONE;
    if (done) DrainRing(ext);
  }
  CompleteAll(ext);
  if (!done) {
    LogAdapterError(ext, SP_INTERNAL_ADAPTER_ERROR, SITE_BUS_RESET_FAILED);
    ResetChip(ext);
  }
  AskForNext(ext);
  return done;
}

/* BUS_RESET is pending: the echo of our own reset, or somebody else pulled the wire. */
void BusWasReset(DEVICE_EXTENSION *ext) {
  if (ext->ownReset) {
    ext->ownReset = FALSE;
    return;
  }
  /* A command may have been started after the reset and before this interrupt: driver and chip could disagree about what
     still runs, and a command that runs after its SRB was completed writes into memory that is not ours. So start afresh. */
  ResetChip(ext);
  CompleteAll(ext);
  ScsiPortNotification(ResetDetected, ext);
}

/* Completes everything that was with the adapter, which runs none of it any more. */
static void CompleteAll(DEVICE_EXTENSION *ext) {
  for (ULONG tag = 0; tag < ext->tags; tag++) {
    PSCSI_REQUEST_BLOCK abortSrb = SlotOf(ext, tag)->abortSrb;
    if (abortSrb == NULL) continue;
    abortSrb->SrbStatus = SRB_STATUS_SUCCESS;
    ScsiPortNotification(RequestComplete, ext, abortSrb);
  }
  FreeAllTags(ext);
  ScsiPortCompleteRequest(ext, 0, ALL, ALL, SRB_STATUS_BUS_RESET);
}

/* Resets the chip, drops its commands, and leaves the rest to HwTimer: it takes longer than a routine may wait. */
static void ResetChip(DEVICE_EXTENSION *ext) {
  ext->state = RECOVERING;
  ext->enabledCauses = 0;
  ext->recoveryTries = RECOVERY_TRIES;
  Write(ext, WHBA_CONTROL, WHBA_CONTROL_ADAPTER_RESET);
  Read(ext, WHBA_STATUS);
  ScsiPortNotification(RequestTimerCall, ext, HwTimer, RECOVERY_US);
}

/* Programs the chip once it has come out of reset. May fire late, when there is nothing to do any more. */
VOID HwTimer(PVOID extension) {
  DEVICE_EXTENSION *ext = extension;
  if (ext->state != RECOVERING) return;
  ULONG status = Read(ext, WHBA_STATUS);
  if (status != GONE && (status & WHBA_STATUS_READY)) {
    StartChip(ext);
  } else if (--ext->recoveryTries != 0) {
    ScsiPortNotification(RequestTimerCall, ext, HwTimer, RECOVERY_US);
    return;
  } else {
    LogAdapterError(ext, SP_INTERNAL_ADAPTER_ERROR, SITE_RECOVERY_FAILED);
    ext->state = DEAD;
  }
  AskForNext(ext);
}
