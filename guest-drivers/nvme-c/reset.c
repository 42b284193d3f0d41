/* HwResetBus: there is no bus, so the controller is reset. HwTimer brings it back. */
#include "queue.h"

#define ALL 0xff
/* The system's timer is not finer than about 10 ms anyhow; what comes sooner is waited for within these polls. */
#define RECOVERY_US 1000
#define TIMER_MS 10
#define POLLS 8
#define POLL_US 10

static void CompleteAll(DEVICE_EXTENSION *ext);
static UCHAR AdvanceShortly(DEVICE_EXTENSION *ext);

/* By order of the port driver, usually because a request timed out. The pause afterwards is the port driver's business. */
BOOLEAN HwResetBus(PVOID extension, ULONG path) {
  DEVICE_EXTENSION *ext = extension;
  if (path != 0) return FALSE;
  BOOLEAN wasRunning = ext->state == RUNNING;
  ext->state = RECOVERING;
  BOOLEAN done = Disable(ext);
  /* What has ended by now stands in the queue. Its doorbell is dead. */
  if (wasRunning && done) CompleteIo(ext, CountNew(&ext->io));
  CompleteAll(ext);
  if (!done) LogAdapterError(ext, SP_INTERNAL_ADAPTER_ERROR, SITE_RESET_FAILED);
  BeginStart(ext);
  ext->recoveryTries = ext->readyMs * 2 / TIMER_MS + 1;
  ScsiPortNotification(RequestTimerCall, ext, HwTimer, RECOVERY_US);
  return done;
}

/* Completes everything that was with the controller, which runs none of it any more. */
static void CompleteAll(DEVICE_EXTENSION *ext) {
  for (ULONG number = 0; number < MAX_ABORTS; number++) {
    PSCSI_REQUEST_BLOCK srb = ext->aborts[number].srb;
    if (srb != NULL) Finish(ext, srb, SRB_STATUS_SUCCESS);
  }
  FreeAllTags(ext);
  ScsiPortCompleteRequest(ext, 0, ALL, ALL, SRB_STATUS_BUS_RESET);
}

/* Takes the controller through the start again. May fire late, when there is nothing to do any more. */
VOID HwTimer(PVOID extension) {
  DEVICE_EXTENSION *ext = extension;
  if (ext->state != RECOVERING) return;
  UCHAR result = AdvanceShortly(ext);
  if (result == WAITING && --ext->recoveryTries != 0) {
    ScsiPortNotification(RequestTimerCall, ext, HwTimer, RECOVERY_US);
    return;
  }
  if (result != STARTED) {
    LogAdapterError(ext, SP_INTERNAL_ADAPTER_ERROR, SITE_RECOVERY_FAILED);
    ext->state = DEAD;
  }
  AskForNext(ext);
}

/* As many steps as the controller is ready for, and a little patience for each. */
static UCHAR AdvanceShortly(DEVICE_EXTENSION *ext) {
  UCHAR result = WAITING;
  for (ULONG polls = 0; polls < POLLS;) {
    result = Advance(ext);
    if (result == STARTED || result == FAILED) return result;
    if (result == ADVANCED) continue;
    polls += 1;
    ScsiPortStallExecution(POLL_US);
  }
  return WAITING;
}
