/* HwStartIo: an SRB becomes a command and a doorbell, or is answered at once. Runs with interrupts masked, so it is as short as
   the ISR: a read or write costs one register access.

   Every call is answered with exactly one NextRequest or NextLuRequest: at once while there are free tags, otherwise by
   whoever frees one. */
#include "driver.h"

static void NoteStart(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb);
static void Execute(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb);
static void FlushCache(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb);
static UCHAR Refusal(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb);
static void ResetBus(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb);

BOOLEAN HwStartIo(PVOID extension, PSCSI_REQUEST_BLOCK srb) {
  DEVICE_EXTENSION *ext = extension;
  NoteStart(ext, srb);
  switch (srb->Function) {
  case SRB_FUNCTION_EXECUTE_SCSI:
    Execute(ext, srb);
    break;
  case SRB_FUNCTION_ABORT_COMMAND:
    Abort(ext, srb);
    break;
  case SRB_FUNCTION_RESET_BUS:
    ResetBus(ext, srb);
    break;
  case SRB_FUNCTION_FLUSH:
  case SRB_FUNCTION_SHUTDOWN:
    FlushCache(ext, srb);
    break;
  default:
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
  if (!ext->nextOwed || ext->freeTags == 0 || ext->state == RECOVERING) return;
  ext->nextOwed = FALSE;
  /* A tagged request leaves its unit open for more; behind an untagged one the unit must wait. */
  if (ext->nextQueueTag == SP_UNTAGGED) ScsiPortNotification(NextRequest, ext);
  else ScsiPortNotification(NextLuRequest, ext, ext->nextPath, ext->nextTarget, ext->nextLun);
}

/* Ends an SRB that never reached the controller, or was an order to the driver itself. */
void Finish(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb, UCHAR status) {
  srb->SrbStatus = status;
  ScsiPortNotification(RequestComplete, ext, srb);
}

static void Execute(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb) {
  UCHAR status = Refusal(ext, srb);
  srb->ScsiStatus = SCSISTAT_GOOD;
  if (status == 0) status = Translate(ext, srb);
  if (status != SRB_STATUS_PENDING) Finish(ext, srb, status);
}

/* FLUSH and SHUTDOWN are held until the write cache of the unit is on the medium. A SHUTDOWN may be followed by requests for
   other units: the controller is told of the end by ScsiStopAdapter only. */
static void FlushCache(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb) {
  BOOLEAN needed = ext->writeCache && srb->TargetId == 0 && srb->Lun < ext->units && ext->unit[srb->Lun].blocks != 0;
  UCHAR status = needed ? Refusal(ext, srb) : SRB_STATUS_SUCCESS;
  if (status == 0) status = Flush(ext, srb);
  if (status != SRB_STATUS_PENDING) Finish(ext, srb, status);
}

/* Returns the status to refuse the SRB with, 0 to go on. */
static UCHAR Refusal(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb) {
  if (ext->state != RUNNING) return ext->state == DEAD ? SRB_STATUS_NO_HBA : SRB_STATUS_BUSY;
  if (ext->freeTags == 0) return SRB_STATUS_BUSY;
  if (srb->PathId != 0) return SRB_STATUS_INVALID_PATH_ID;
  /* Not logged: looking for devices that are not there is nothing unusual. */
  if (srb->TargetId != 0) return SRB_STATUS_SELECTION_TIMEOUT;
  return 0;
}

/* A class driver wants the bus reset; the port driver does not know about it yet. */
static void ResetBus(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb) {
  /* Completed first: what HwResetBus completes is everything still active on the bus. */
  Finish(ext, srb, srb->PathId == 0 ? SRB_STATUS_SUCCESS : SRB_STATUS_INVALID_PATH_ID);
  HwResetBus(ext, 0);
  ScsiPortNotification(ResetDetected, ext);
}
