/* HwStartIo: what becomes of an SRB. Runs with interrupts masked, so it is as short as the ISR.

   Every call is answered with exactly one NextRequest or NextLuRequest: at once while there are free slots, otherwise by
   whoever frees one. */
#include "driver.h"

static void NoteStart(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb);
static void Finish(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb, UCHAR status);
static void Start(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb);
static UCHAR Refusal(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb);
static void Abort(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb);
static BOOLEAN AskToAbort(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb, PSCSI_REQUEST_BLOCK victim);
static void ResetBus(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb);

BOOLEAN HwStartIo(PVOID extension, PSCSI_REQUEST_BLOCK srb) {
  DEVICE_EXTENSION *ext = extension;
  NoteStart(ext, srb);
  switch (srb->Function) {
  case SRB_FUNCTION_EXECUTE_SCSI:
  case SRB_FUNCTION_RESET_DEVICE:
    Start(ext, srb);
    break;
  case SRB_FUNCTION_ABORT_COMMAND:
    Abort(ext, srb);
    break;
  case SRB_FUNCTION_RESET_BUS:
    ResetBus(ext, srb);
    break;
  case SRB_FUNCTION_FLUSH:
  case SRB_FUNCTION_SHUTDOWN:
    /* Neither driver nor adapter caches data. */
    Finish(ext, srb, SRB_STATUS_SUCCESS);
    break;
  default:
    /* IO_CONTROL, too: the driver has no private requests. */
    Finish(ext, srb, SRB_STATUS_INVALID_REQUEST);
  }
  AskForNext(ext);
  return TRUE;
}

/* Remembers that this call must be answered, and how. */
static void NoteStart(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb) {
  ext->nextOwed = TRUE;
  ext->nextPath = srb->PathId;
  ext->nextTarget = srb->TargetId;
  ext->nextLun = srb->Lun;
  /* An abort comes while its unit may be at work on an untagged request. */
  ext->nextQueueTag = srb->Function == SRB_FUNCTION_ABORT_COMMAND ? SP_UNTAGGED : srb->QueueTag;
}

/* Tells the port driver to send more, if it waits for that and there is room. */
void AskForNext(DEVICE_EXTENSION *ext) {
  if (!ext->nextOwed || ext->freeSlots == 0 || IsRecovering(ext)) return;
  ext->nextOwed = FALSE;
  /* A tagged request leaves its unit open for more; behind an untagged one the unit must wait. */
  if (ext->nextQueueTag == SP_UNTAGGED) ScsiPortNotification(NextRequest, ext);
  else ScsiPortNotification(NextLuRequest, ext, ext->nextPath, ext->nextTarget, ext->nextLun);
}

/* Ends an SRB that never reached the adapter, or was an order to the driver itself. */
static void Finish(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb, UCHAR status) {
  srb->SrbStatus = status;
  ScsiPortNotification(RequestComplete, ext, srb);
}

/* Hands the SRB to the adapter, or gives it back at once. */
static void Start(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb) {
  UCHAR wrong = Refusal(ext, srb);
  if (wrong != 0) {
    Finish(ext, srb, wrong);
    return;
  }
  REQUEST *request = srb->SrbExtension;
  if (!BuildCcb(ext, srb, request)) {
    /* The port driver gave us a buffer that breaks its own promises. */
    ScsiPortLogError(ext, srb, srb->PathId, srb->TargetId, srb->Lun, SP_INTERNAL_ADAPTER_ERROR, SITE_BAD_BUFFER);
    Finish(ext, srb, SRB_STATUS_ERROR);
    return;
  }
  TakeSlot(ext, request);
  if (Post(ext, request, BL_ACTION_START)) return;
  FreeSlot(ext, request);
  Finish(ext, srb, SRB_STATUS_BUSY);
}

/* Returns the status to refuse the SRB with, 0 to go on. */
static UCHAR Refusal(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb) {
  if (ext->state != RUNNING) return ext->state == DEAD ? SRB_STATUS_NO_HBA : SRB_STATUS_BUSY;
  if (ext->freeSlots == 0) return SRB_STATUS_BUSY;
  if (srb->PathId != 0) return SRB_STATUS_INVALID_PATH_ID;
  if (srb->TargetId >= ext->targets) return SRB_STATUS_INVALID_TARGET_ID;
  /* A CCB has room for 12 bytes: 16-byte commands do not exist for this adapter. */
  if (srb->Function == SRB_FUNCTION_EXECUTE_SCSI && (srb->CdbLength == 0 || srb->CdbLength > BL_MAX_CDB)) return SRB_STATUS_INVALID_REQUEST;
  return 0;
}

/* The victim is NextSrb, if it is still there: it ends with ABORTED through a mailbox, and then this SRB with SUCCESS. */
static void Abort(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb) {
  PSCSI_REQUEST_BLOCK victim = srb->NextSrb;
  /* Not with the port driver any more: it has ended, and its memory may be somebody else's by now. So ask before touching
     it, with the address in this SRB, which is the victim's. */
  if (victim == NULL || ScsiPortGetSrb(ext, srb->PathId, srb->TargetId, srb->Lun, srb->QueueTag) != victim ||
      !AskToAbort(ext, srb, victim)) {
    Finish(ext, srb, SRB_STATUS_ABORT_FAILED);
  }
}

static BOOLEAN AskToAbort(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb, PSCSI_REQUEST_BLOCK victim) {
  REQUEST *request = victim->SrbExtension;
  if (ext->state != RUNNING || !IsActive(ext, request) || request->abortSrb != NULL) return FALSE;
  if (!Post(ext, request, BL_ACTION_ABORT)) return FALSE;
  request->abortSrb = srb;
  return TRUE;
}

/* A class driver wants the bus reset; the port driver does not know about it yet. */
static void ResetBus(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb) {
  /* Completed first: what HwResetBus completes is everything still active on the bus. */
  Finish(ext, srb, srb->PathId == 0 ? SRB_STATUS_SUCCESS : SRB_STATUS_INVALID_PATH_ID);
  HwResetBus(ext, 0);
  ScsiPortNotification(ResetDetected, ext);
}
