/* An SRB becomes a CCB with its scatter/gather list, both in the SRB extension. */
#include "driver.h"

static ULONG BuildList(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb, REQUEST *request);
static UCHAR Direction(PSCSI_REQUEST_BLOCK srb);
static UCHAR Tag(PSCSI_REQUEST_BLOCK srb);

/* Every field: the extension comes with whatever was in it. Returns FALSE when the data buffer cannot be described. */
BOOLEAN BuildCcb(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb, REQUEST *request) {
  ULONG length;
  SCSI_PHYSICAL_ADDRESS address = ScsiPortGetPhysicalAddress(ext, NULL, request, &length);
  if (length < sizeof(*request)) return FALSE;
  request->address = address.LowPart;
  request->srb = srb;
  request->abortSrb = NULL;

  CCB *ccb = &request->ccb;
  RtlZeroMemory(ccb, sizeof(*ccb));
  ccb->target = srb->TargetId;
  if (srb->Function == SRB_FUNCTION_RESET_DEVICE) {
    ccb->opcode = BL_OPCODE_BUS_DEVICE_RESET;
    ccb->direction = BL_CONTROL_DIRECTION_MASK;
    return TRUE;
  }
  ccb->lun = (UCHAR)(srb->Lun | Tag(srb));
  ccb->cdbLength = srb->CdbLength;
  RtlCopyMemory(ccb->cdb, srb->Cdb, sizeof(ccb->cdb));
  if (srb->SrbFlags & SRB_FLAGS_DISABLE_AUTOSENSE) {
    ccb->senseLength = BL_SENSE_DISABLED;
  } else {
    ccb->senseLength = SENSE_BYTES;
    ccb->senseAddress = request->address + FIELD_OFFSET(REQUEST, sense);
  }
  /* The adapter does not tell whether it has fetched sense data: the first byte will, which is never 0 in sense data. */
  request->sense[0] = 0;

  /* With the residual opcodes the adapter tells how much was not moved. */
  ccb->opcode = BL_OPCODE_INITIATOR_RESIDUAL;
  ccb->direction = BL_CONTROL_DIRECTION_MASK;
  if (!(srb->SrbFlags & SRB_FLAGS_UNSPECIFIED_DIRECTION) || srb->DataTransferLength == 0) return TRUE;
  ULONG elements = BuildList(ext, srb, request);
  ccb->opcode = BL_OPCODE_INITIATOR_SG_RESIDUAL;
  ccb->direction = Direction(srb);
  ccb->dataLength = elements * sizeof(SEGMENT);
  ccb->dataAddress = request->address + FIELD_OFFSET(REQUEST, list);
  return elements != 0;
}

/* Memory that is contiguous for the CPU lies scattered on the bus: ask for each piece, and believe the length that comes
   back. Returns elements, 0 when an address is refused or the list is too short. */
static ULONG BuildList(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb, REQUEST *request) {
  PUCHAR va = srb->DataBuffer;
  ULONG left = srb->DataTransferLength;
  ULONG elements = 0;
  while (left != 0) {
    if (elements == LIST_ELEMENTS) return 0;
    ULONG length = 0;
    SCSI_PHYSICAL_ADDRESS address = ScsiPortGetPhysicalAddress(ext, srb, va, &length);
    ULONG piece = min(length, left);
    if (piece == 0) return 0;
    request->list[elements].length = piece;
    request->list[elements].address = address.LowPart;
    va += piece;
    left -= piece;
    elements += 1;
  }
  return elements;
}

/* Which way the data goes. Left open by the class driver it is left open to the adapter, too: the target decides. */
static UCHAR Direction(PSCSI_REQUEST_BLOCK srb) {
  switch (srb->SrbFlags & SRB_FLAGS_UNSPECIFIED_DIRECTION) {
  case SRB_FLAGS_DATA_IN:
    return BL_CONTROL_DATA_IN;
  case SRB_FLAGS_DATA_OUT:
    return BL_CONTROL_DATA_OUT;
  default:
    return 0;
  }
}

/* The tag message the class driver asked for; the adapter chooses the number. With a queue tag but no wish of its own a
   request is SIMPLE. */
static UCHAR Tag(PSCSI_REQUEST_BLOCK srb) {
  if (srb->QueueTag == SP_UNTAGGED) return 0;
  if (srb->SrbFlags & SRB_FLAGS_QUEUE_ACTION_ENABLE) {
    if (srb->QueueAction == SRB_ORDERED_QUEUE_TAG_REQUEST) return BL_TAG_ENABLE | BL_TAG_ORDERED;
    if (srb->QueueAction == SRB_HEAD_OF_QUEUE_TAG_REQUEST) return BL_TAG_ENABLE | BL_TAG_HEAD;
  }
  return BL_TAG_ENABLE | BL_TAG_SIMPLE;
}
