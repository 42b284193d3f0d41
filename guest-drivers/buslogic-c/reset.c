/* Resets: ours by order of the port driver, those of others, and HwTimer, which brings the adapter back.

   The adapter has a bit that resets the bus and nothing else. It is of no use here: the adapter then ends its commands one by
   one, later, and writes into SRB extensions that are not ours any more. A hard reset drops them all at once. */
#include "driver.h"

#define ALL 0xff
/* The system's timer is not finer than this anyhow. The test after a hard reset takes some time, 3 s at most. */
#define RECOVERY_US 10000
#define RECOVERY_TRIES 300

static void CompleteAll(DEVICE_EXTENSION *ext);
static BOOLEAN ResetChip(DEVICE_EXTENSION *ext, UCHAR reset);
static UCHAR NextStep(DEVICE_EXTENSION *ext);

/* By order of the port driver, usually because a request timed out. The pause afterwards is the port driver's business. */
BOOLEAN HwResetBus(PVOID extension, ULONG path) {
  DEVICE_EXTENSION *ext = extension;
  if (path != 0) return FALSE;
  BOOLEAN done = TRUE;
  if (ext->state != STOPPED) {
    BOOLEAN wasRunning = ext->state == RUNNING;
    done = ResetChip(ext, BL_CONTROL_HARD_RESET);
    /* From here on nothing new ends; what has ended before is in the mailboxes. */
    if (wasRunning) DrainMailboxes(ext);
  }
  CompleteAll(ext);
  if (!done) LogAdapterError(ext, SP_INTERNAL_ADAPTER_ERROR, SITE_BUS_RESET_FAILED);
  AskForNext(ext);
  return done;
}

/* Somebody else pulled the wire. What was with the targets is lost; a command may have been started since. Driver and
   adapter could disagree about what still runs, so start afresh. */
void BusWasReset(DEVICE_EXTENSION *ext) {
  if (ext->state == RUNNING) {
    ResetChip(ext, BL_CONTROL_SOFT_RESET);
    CompleteAll(ext);
  }
  ScsiPortNotification(ResetDetected, ext);
}

/* Completes everything that was with the adapter, which runs none of it any more. */
static void CompleteAll(DEVICE_EXTENSION *ext) {
  for (ULONG slot = 0; slot < MAX_COMMANDS; slot++) {
    REQUEST *request = ext->active[slot];
    if (request == NULL || request->abortSrb == NULL) continue;
    request->abortSrb->SrbStatus = SRB_STATUS_SUCCESS;
    ScsiPortNotification(RequestComplete, ext, request->abortSrb);
  }
  FreeAllSlots(ext);
  ScsiPortCompleteRequest(ext, 0, ALL, ALL, SRB_STATUS_BUS_RESET);
}

/* Resets the adapter, which drops its commands, and leaves the rest to HwTimer: it takes longer than a routine may wait. Returns
   FALSE when nobody is there. */
static BOOLEAN ResetChip(DEVICE_EXTENSION *ext, UCHAR reset) {
  Write(ext, BL_CONTROL, reset);
  if (Read(ext, BL_STATUS) == GONE) {
    ext->state = DEAD;
    return FALSE;
  }
  ext->state = RECOVERING;
  ext->recoveryTries = RECOVERY_TRIES;
  ScsiPortNotification(RequestTimerCall, ext, HwTimer, RECOVERY_US);
  return TRUE;
}

/* One step of the way back. A timer routine has 100 us, so it sends one command and comes again for the other.
   May fire late, when there is nothing to do any more. */
VOID HwTimer(PVOID extension) {
  DEVICE_EXTENSION *ext = extension;
  if (!IsRecovering(ext)) return;
  ext->state = NextStep(ext);
  if (IsRecovering(ext)) {
    ScsiPortNotification(RequestTimerCall, ext, HwTimer, RECOVERY_US);
    return;
  }
  if (ext->state == DEAD) LogAdapterError(ext, SP_INTERNAL_ADAPTER_ERROR, SITE_RECOVERY_FAILED);
  AskForNext(ext);
}

/* The state after a step was tried. */
static UCHAR NextStep(DEVICE_EXTENSION *ext) {
  if (AwaitReady(ext, 0)) {
    if (ext->state == RECOVERING && SetMailboxes(ext)) return RECOVERING_ORDER;
    if (ext->state == RECOVERING_ORDER && SetOrder(ext)) return RUNNING;
  }
  /* No sense in waiting for an adapter that was pulled out. */
  if (--ext->recoveryTries == 0 || Read(ext, BL_STATUS) == GONE) return DEAD;
  return ext->state;
}
