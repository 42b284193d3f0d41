/* The end of a command: what an incoming mailbox and the CCB say becomes the status of an SRB. */
#include "driver.h"

static REQUEST *RequestAt(DEVICE_EXTENSION *ext, ULONG ccb);
static void FinishRequest(DEVICE_EXTENSION *ext, REQUEST *request, UCHAR status);
static void FinishAbort(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK abortSrb, UCHAR status);
static UCHAR SrbStatus(DEVICE_EXTENSION *ext, REQUEST *request, UCHAR host);
static UCHAR Logged(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb, UCHAR host, ULONG code, UCHAR status);
static UCHAR TargetStatus(REQUEST *request);
static ULONG Left(REQUEST *request);
static BOOLEAN TakeSense(REQUEST *request);

/* One incoming mailbox. */
void CompleteMailbox(DEVICE_EXTENSION *ext, ULONG ccb, UCHAR code, UCHAR hostStatus, UCHAR targetStatus) {
  REQUEST *request = RequestAt(ext, ccb);
  if (code == BL_COMPLETION_NOT_FOUND) {
    /* The answer to an abort that came too late: its victim has ended on another way, and the abort with it. */
    if (request == NULL || request->abortSrb == NULL) return;
    FinishAbort(ext, request->abortSrb, SRB_STATUS_ABORT_FAILED);
    request->abortSrb = NULL;
    return;
  }
  if (request == NULL) {
    /* Nobody waits for this one. Completing a guess would be worse than nothing. */
    ScsiPortLogError(ext, NULL, 0, 0xff, 0xff, SP_INVALID_RESELECTION, SITE_UNKNOWN_CCB);
    return;
  }
  if (code == BL_COMPLETION_ABORTED) {
    FinishRequest(ext, request, SRB_STATUS_ABORTED);
    return;
  }
  request->srb->ScsiStatus = targetStatus;
  FinishRequest(ext, request, SrbStatus(ext, request, hostStatus));
}

/* The request a CCB belongs to. NULL: none that is with the adapter. */
static REQUEST *RequestAt(DEVICE_EXTENSION *ext, ULONG ccb) {
  SCSI_PHYSICAL_ADDRESS address;
  address.QuadPart = ccb;
  REQUEST *request = ScsiPortGetVirtualAddress(ext, address);
  return IsActive(ext, request) ? request : NULL;
}

/* Gives the SRB back, and after it the ABORT_COMMAND that waited for it. With the SRB goes its extension, so everything in
   it is read before. */
static void FinishRequest(DEVICE_EXTENSION *ext, REQUEST *request, UCHAR status) {
  PSCSI_REQUEST_BLOCK srb = request->srb;
  PSCSI_REQUEST_BLOCK abortSrb = request->abortSrb;
  FreeSlot(ext, request);
  srb->SrbStatus = status;
  ScsiPortNotification(RequestComplete, ext, srb);
  if (abortSrb != NULL) FinishAbort(ext, abortSrb, status == SRB_STATUS_ABORTED ? SRB_STATUS_SUCCESS : SRB_STATUS_ABORT_FAILED);
}

static void FinishAbort(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK abortSrb, UCHAR status) {
  abortSrb->SrbStatus = status;
  ScsiPortNotification(RequestComplete, ext, abortSrb);
}

/* How the command ended, in the port driver's words. */
static UCHAR SrbStatus(DEVICE_EXTENSION *ext, REQUEST *request, UCHAR host) {
  PSCSI_REQUEST_BLOCK srb = request->srb;
  switch (host) {
  case BL_BTSTAT_OK:
  case BL_BTSTAT_DATA_UNDERRUN:
    return TargetStatus(request);
  case BL_BTSTAT_DATA_OVERRUN:
    /* Or underrun: then something was left over. */
    if (Left(request) != 0) return TargetStatus(request);
    return Logged(ext, srb, host, SP_PROTOCOL_ERROR, SRB_STATUS_DATA_OVERRUN);
  case BL_BTSTAT_SELECTION_TIMEOUT:
    /* Not logged: looking for devices that are not there is nothing unusual. */
    return SRB_STATUS_SELECTION_TIMEOUT;
  case BL_BTSTAT_SENSE_FAILED:
    /* No sense data, but the status byte is there: the port driver asks itself. */
    return TargetStatus(request);
  case BL_BTSTAT_ADAPTER_RESET_BUS:
  case BL_BTSTAT_OTHER_RESET_BUS:
  case BL_BTSTAT_BUS_DEVICE_RESET:
    return SRB_STATUS_BUS_RESET;
  case BL_BTSTAT_QUEUE_ABORTED:
    return SRB_STATUS_ABORTED;
  case BL_BTSTAT_PARITY:
    return Logged(ext, srb, host, SP_BUS_PARITY_ERROR, SRB_STATUS_PARITY_ERROR);
  case BL_BTSTAT_UNEXPECTED_BUS_FREE:
    return Logged(ext, srb, host, SP_PROTOCOL_ERROR, SRB_STATUS_UNEXPECTED_BUS_FREE);
  case BL_BTSTAT_INVALID_PHASE:
  case BL_BTSTAT_IGNORED_ATTENTION:
    return Logged(ext, srb, host, SP_PROTOCOL_ERROR, SRB_STATUS_PHASE_SEQUENCE_FAILURE);
  case BL_BTSTAT_TAG_REJECTED:
  case BL_BTSTAT_UNSUPPORTED_MESSAGE:
    return Logged(ext, srb, host, SP_PROTOCOL_ERROR, SRB_STATUS_MESSAGE_REJECTED);
  case BL_BTSTAT_BAD_RECONNECT:
    return Logged(ext, srb, host, SP_INVALID_RESELECTION, SRB_STATUS_PHASE_SEQUENCE_FAILURE);
  default:
    /* The adapter failed, or it and the driver do not understand each other. */
    return Logged(ext, srb, host, SP_INTERNAL_ADAPTER_ERROR, SRB_STATUS_ERROR);
  }
}

static UCHAR Logged(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb, UCHAR host, ULONG code, UCHAR status) {
  ScsiPortLogError(ext, srb, srb->PathId, srb->TargetId, srb->Lun, code, SITE_COMMAND + host);
  /* Whatever else happened, a status byte other than GOOD is an ERROR. */
  return srb->ScsiStatus == SCSISTAT_GOOD ? status : SRB_STATUS_ERROR;
}

/* The command ran to its end: the target's status byte and what was left over decide. */
static UCHAR TargetStatus(REQUEST *request) {
  PSCSI_REQUEST_BLOCK srb = request->srb;
  UCHAR scsi = srb->ScsiStatus;
  ULONG left = Left(request);
  if (scsi == SCSISTAT_GOOD) {
    if (left == 0) return SRB_STATUS_SUCCESS;
    srb->DataTransferLength -= left;
    return SRB_STATUS_DATA_OVERRUN;
  }
  /* After BUSY and QUEUE FULL the port driver sends the same SRB again: its length must stay. */
  if (scsi != SCSISTAT_BUSY && scsi != SCSISTAT_QUEUE_FULL) srb->DataTransferLength -= left;
  if (scsi == SCSISTAT_CHECK_CONDITION && TakeSense(request)) return SRB_STATUS_ERROR | SRB_STATUS_AUTOSENSE_VALID;
  return SRB_STATUS_ERROR;
}

/* Bytes of the buffer that were not moved. The adapter's count is negative when the target wanted to move more. */
static ULONG Left(REQUEST *request) {
  LONG left = (LONG)request->ccb.dataLength;
  return left <= 0 ? 0 : min((ULONG)left, request->srb->DataTransferLength);
}

/* Copies the sense data the adapter fetched. Returns whether there is any, and anybody wants it. */
static BOOLEAN TakeSense(REQUEST *request) {
  PSCSI_REQUEST_BLOCK srb = request->srb;
  if (request->sense[0] == 0 || srb->SenseInfoBuffer == NULL || srb->SrbFlags & SRB_FLAGS_DISABLE_AUTOSENSE) return FALSE;
  /* Its eighth byte counts those behind it. */
  ULONG bytes = min(min(8u + request->sense[7], SENSE_BYTES), srb->SenseInfoBufferLength);
  if (bytes == 0) return FALSE;
  ScsiPortMoveMemory(srb->SenseInfoBuffer, request->sense, bytes);
  srb->SenseInfoBufferLength = (UCHAR)bytes;
  return TRUE;
}
