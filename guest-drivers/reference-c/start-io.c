/* HwStartIo: an SRB becomes a command block and a doorbell. Runs with interrupts masked, so it is as short as the ISR.

   Every call is answered with exactly one NextRequest or NextLuRequest: at once while there are free tags, otherwise by
   whoever frees one. */
#include "driver.h"

/* Result of PrepareCommand: there is nothing to start. */
#define NO_TAG 0xffffffffu

static void NoteStart(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb);
static void Finish(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb, UCHAR status);
static void Execute(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb);
static ULONG PrepareCommand(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb);
static UCHAR Refusal(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb);
static BOOLEAN BuildBlock(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb, ULONG tag);
static ULONG BuildList(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb, ULONG tag);
static ULONG Attribute(PSCSI_REQUEST_BLOCK srb);
static BOOLEAN IsOut(PSCSI_REQUEST_BLOCK srb);
static BOOLEAN Writes(UCHAR operation);
static void Abort(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb);
static ULONG TagOf(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb);
static BOOLEAN IsActive(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb);
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
    /* Neither driver nor adapter caches data. */
    Finish(ext, srb, SRB_STATUS_SUCCESS);
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

/* Ends an SRB that never reached the adapter, or was an order to the driver itself. */
static void Finish(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb, UCHAR status) {
  srb->SrbStatus = status;
  ScsiPortNotification(RequestComplete, ext, srb);
}

static void Execute(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb) {
  ULONG tag = PrepareCommand(ext, srb);
  if (tag != NO_TAG) Write(ext, WHBA_DOORBELL, tag);
}

/* Everything but the doorbell. Returns the tag, NO_TAG when the SRB was refused and given back. */
static ULONG PrepareCommand(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb) {
  UCHAR wrong = Refusal(ext, srb);
  if (wrong != 0) {
    Finish(ext, srb, wrong);
    return NO_TAG;
  }
  ULONG tag = TakeTag(ext);
  if (!BuildBlock(ext, srb, tag)) {
    /* The port driver gave us a buffer that breaks its own promises. */
    FreeTag(ext, tag);
    ScsiPortLogError(ext, srb, srb->PathId, srb->TargetId, srb->Lun, SP_INTERNAL_ADAPTER_ERROR, SITE_BAD_BUFFER);
    Finish(ext, srb, SRB_STATUS_ERROR);
    return NO_TAG;
  }
  SlotOf(ext, tag)->srb = srb;
  return tag;
}

/* Returns the status to refuse the SRB with, 0 to go on. */
static UCHAR Refusal(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb) {
  if (ext->state != RUNNING) return ext->state == DEAD ? SRB_STATUS_NO_HBA : SRB_STATUS_BUSY;
  if (ext->freeTags == 0) return SRB_STATUS_BUSY;
  if (srb->PathId != 0) return SRB_STATUS_INVALID_PATH_ID;
  if (srb->TargetId >= ext->targets) return SRB_STATUS_INVALID_TARGET_ID;
  UCHAR length = srb->CdbLength;
  if (length != 6 && length != 10 && length != 12 && length != 16) return SRB_STATUS_INVALID_REQUEST;
  return 0;
}

/* Numbers in the adapter's memory formats. */
static inline void Put8(PUCHAR at, ULONG offset, ULONG value) {
  at[offset] = (UCHAR)value;
}

static inline void Put32(PUCHAR at, ULONG offset, ULONG value) {
  *(PULONG)(at + offset) = value;
}

static inline void Put64(PUCHAR at, ULONG offset, ULONGLONG value) {
  *(PULONGLONG)(at + offset) = value;
}

/* Fills the command block and the scatter/gather list of a tag. Returns FALSE when the data buffer cannot be described. */
static BOOLEAN BuildBlock(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb, ULONG tag) {
  ULONG flags = srb->SrbFlags;
  PUCHAR block = ext->tables + BLOCKS + tag * WHBA_COMMAND_BLOCK_SIZE;
  ULONG blockFlags = Attribute(srb);
  if (flags & SRB_FLAGS_DISABLE_DISCONNECT) blockFlags |= WHBA_BLOCK_FLAG_NO_DISCONNECT;
  BOOLEAN fetchSense = ext->autosense && !(flags & SRB_FLAGS_DISABLE_AUTOSENSE);
  if (!fetchSense) blockFlags |= WHBA_BLOCK_FLAG_NO_AUTOSENSE;

  ULONG elements = 0;
  ULONG bytes = 0;
  if (flags & SRB_FLAGS_UNSPECIFIED_DIRECTION && srb->DataTransferLength != 0) {
    blockFlags |= IsOut(srb) ? WHBA_BLOCK_FLAG_DATA_OUT : WHBA_BLOCK_FLAG_DATA_IN;
    bytes = srb->DataTransferLength;
    elements = BuildList(ext, srb, tag);
    if (elements == 0) return FALSE;
  }

  Put8(block, WHBA_BLOCK_TARGET, srb->TargetId);
  Put8(block, WHBA_BLOCK_LUN, srb->Lun);
  Put8(block, WHBA_BLOCK_CDB_LENGTH, srb->CdbLength);
  Put8(block, WHBA_BLOCK_FLAGS, blockFlags);
  Put32(block, WHBA_BLOCK_DATA_LENGTH, bytes);
  RtlCopyMemory(block + WHBA_BLOCK_CDB, srb->Cdb, sizeof(srb->Cdb));
  Put64(block, WHBA_BLOCK_SG_ADDRESS, ext->tablesAddress + LISTS + tag * LIST_BYTES);
  Put32(block, WHBA_BLOCK_SG_COUNT, elements);
  Put32(block, WHBA_BLOCK_SENSE_LENGTH, fetchSense ? SENSE_BYTES : 0);
  Put64(block, WHBA_BLOCK_SENSE_ADDRESS, ext->tablesAddress + SENSE + tag * SENSE_BYTES);
  return TRUE;
}

/* The tag message the class driver asked for. With a queue tag but no wish of its own a request is SIMPLE. */
static ULONG Attribute(PSCSI_REQUEST_BLOCK srb) {
  if (srb->QueueTag == SP_UNTAGGED) return 0;
  if (srb->SrbFlags & SRB_FLAGS_QUEUE_ACTION_ENABLE) {
    if (srb->QueueAction == SRB_ORDERED_QUEUE_TAG_REQUEST) return WHBA_BLOCK_FLAG_ORDERED;
    if (srb->QueueAction == SRB_HEAD_OF_QUEUE_TAG_REQUEST) return WHBA_BLOCK_FLAG_HEAD;
  }
  return WHBA_BLOCK_FLAG_SIMPLE;
}

/* Which way the data goes. The chip must be told; when the class driver leaves it open, the operation code says it. */
static BOOLEAN IsOut(PSCSI_REQUEST_BLOCK srb) {
  ULONG direction = srb->SrbFlags & SRB_FLAGS_UNSPECIFIED_DIRECTION;
  return direction == SRB_FLAGS_UNSPECIFIED_DIRECTION ? Writes(srb->Cdb[0]) : direction == SRB_FLAGS_DATA_OUT;
}

static BOOLEAN Writes(UCHAR operation) {
  switch (operation) {
  case SCSIOP_WRITE6:
  case SCSIOP_WRITE:
  case SCSIOP_WRITE12:
  case SCSIOP_WRITE16:
  case SCSIOP_WRITE_VERIFY:
  case SCSIOP_WRITE_SAME:
  case SCSIOP_WRITE_SAME16:
  case SCSIOP_WRITE_DATA_BUFF:
  case SCSIOP_VERIFY:
  case SCSIOP_VERIFY16:
  case SCSIOP_UNMAP:
  case SCSIOP_MODE_SELECT:
  case SCSIOP_MODE_SELECT10:
    return TRUE;
  default:
    return FALSE;
  }
}

/* Memory that is contiguous for the CPU lies scattered on the bus: ask for each piece, and believe the length that comes
   back. Returns elements, 0 when an address is refused or the list is too short. */
static ULONG BuildList(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb, ULONG tag) {
  PUCHAR element = ext->tables + LISTS + tag * LIST_BYTES;
  PUCHAR va = srb->DataBuffer;
  ULONG left = srb->DataTransferLength;
  ULONG elements = 0;
  while (left != 0) {
    if (elements == LIST_ELEMENTS) return 0;
    ULONG length = 0;
    SCSI_PHYSICAL_ADDRESS address = ScsiPortGetPhysicalAddress(ext, srb, va, &length);
    ULONG piece = min(length, left);
    if (piece == 0) return 0;
    Put64(element, WHBA_SG_ADDRESS, address.QuadPart);
    Put32(element, WHBA_SG_LENGTH, piece);
    Put32(element, WHBA_SG_RESERVED, 0);
    element += WHBA_SG_SIZE;
    va += piece;
    left -= piece;
    elements += 1;
  }
  return elements;
}

/* The victim is NextSrb, if it is still there: it ends with ABORTED through the ring, and then this SRB with SUCCESS. */
static void Abort(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb) {
  PSCSI_REQUEST_BLOCK victim = srb->NextSrb;
  ULONG tag = TagOf(ext, victim);
  /* Not among ours: it has ended, and its memory may be somebody else's by now. So look before touching it. */
  if (victim == NULL || tag == ext->tags || !IsActive(ext, victim) || SlotOf(ext, tag)->abortSrb != NULL) {
    Finish(ext, srb, SRB_STATUS_ABORT_FAILED);
    return;
  }
  SlotOf(ext, tag)->abortSrb = srb;
  Write(ext, WHBA_ABORT_TAG, tag);
}

/* Returns the tag an SRB runs under, `ext->tags` when it is not with the adapter. */
static ULONG TagOf(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb) {
  for (ULONG tag = 0; tag < ext->tags; tag++)
    if (SlotOf(ext, tag)->srb == srb) return tag;
  return ext->tags;
}

static BOOLEAN IsActive(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb) {
  return ScsiPortGetSrb(ext, srb->PathId, srb->TargetId, srb->Lun, srb->QueueTag) == srb;
}

/* A class driver wants the bus reset; the port driver does not know about it yet. */
static void ResetBus(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb) {
  /* Completed first: what HwResetBus completes is everything still active on the bus. */
  Finish(ext, srb, srb->PathId == 0 ? SRB_STATUS_SUCCESS : SRB_STATUS_INVALID_PATH_ID);
  HwResetBus(ext, 0);
  ScsiPortNotification(ResetDetected, ext);
}
