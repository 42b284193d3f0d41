/* The completion ring: each entry the adapter has posted becomes the status of an SRB. */
#include "driver.h"

/* An entry of the completion ring. */
typedef struct {
  UCHAR tag;
  UCHAR hostStatus;
  UCHAR scsiStatus;
  UCHAR flags;
  /* Bytes moved. */
  ULONG bytes;
  ULONG senseLength;
  ULONG sequence;
} RING_ENTRY;

C_ASSERT(sizeof(RING_ENTRY) == WHBA_RING_ENTRY_SIZE);

static RING_ENTRY *TakeEntry(DEVICE_EXTENSION *ext);
static void ReturnEntries(DEVICE_EXTENSION *ext, ULONG from);
static void CompleteEntry(DEVICE_EXTENSION *ext, RING_ENTRY *entry);
static PSCSI_REQUEST_BLOCK SrbOf(DEVICE_EXTENSION *ext, RING_ENTRY *entry);
static void FinishCommand(DEVICE_EXTENSION *ext, ULONG tag, PSCSI_REQUEST_BLOCK srb, UCHAR status);
static PSCSI_REQUEST_BLOCK ReleaseTag(DEVICE_EXTENSION *ext, ULONG tag);
static UCHAR SrbStatus(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb, RING_ENTRY *entry);
static UCHAR Logged(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb, ULONG host, ULONG code, UCHAR status);
static UCHAR TargetStatus(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb, RING_ENTRY *entry);
static BOOLEAN TakeSense(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb, RING_ENTRY *entry);

/* Completes every command that has ended, then tells the adapter once how far it got. */
void DrainRing(DEVICE_EXTENSION *ext) {
  ULONG from = ext->ringHead;
  for (RING_ENTRY *entry = TakeEntry(ext); entry != NULL; entry = TakeEntry(ext)) CompleteEntry(ext, entry);
  ReturnEntries(ext, from);
}

/* The next entry, if its phase bit says that it is new. */
static RING_ENTRY *TakeEntry(DEVICE_EXTENSION *ext) {
  ULONG head = ext->ringHead;
  RING_ENTRY *entry = (RING_ENTRY *)(ext->tables + RING) + head;
  if ((entry->flags & WHBA_ENTRY_FLAG_PHASE) != ext->ringPhase) return NULL;
  ULONG next = (head + 1) & (RING_ENTRIES - 1);
  ext->ringHead = next;
  /* The phase turns with every pass through the ring. */
  if (next == 0) ext->ringPhase ^= 1;
  return entry;
}

/* Gives the entries taken since `from` back to the adapter. */
static void ReturnEntries(DEVICE_EXTENSION *ext, ULONG from) {
  if (ext->ringHead != from) Write(ext, WHBA_RING_HEAD, ext->ringHead);
}

static void CompleteEntry(DEVICE_EXTENSION *ext, RING_ENTRY *entry) {
  PSCSI_REQUEST_BLOCK srb = SrbOf(ext, entry);
  if (srb != NULL) FinishCommand(ext, entry->tag, srb, SrbStatus(ext, srb, entry));
}

/* The SRB an entry is about. NULL, and logged: nobody waits for this tag, and completing a guess would be worse than nothing. */
static PSCSI_REQUEST_BLOCK SrbOf(DEVICE_EXTENSION *ext, RING_ENTRY *entry) {
  ULONG tag = entry->tag;
  PSCSI_REQUEST_BLOCK srb = tag < ext->tags ? SlotOf(ext, tag)->srb : NULL;
  if (srb == NULL) ScsiPortLogError(ext, NULL, 0, 0xff, 0xff, SP_INVALID_RESELECTION, SITE_UNKNOWN_TAG);
  return srb;
}

/* Frees the tag and gives the SRB back, and after it the ABORT_COMMAND that waited for it. */
static void FinishCommand(DEVICE_EXTENSION *ext, ULONG tag, PSCSI_REQUEST_BLOCK srb, UCHAR status) {
  PSCSI_REQUEST_BLOCK abortSrb = ReleaseTag(ext, tag);
  srb->SrbStatus = status;
  ScsiPortNotification(RequestComplete, ext, srb);
  if (abortSrb != NULL) {
    abortSrb->SrbStatus = status == SRB_STATUS_ABORTED ? SRB_STATUS_SUCCESS : SRB_STATUS_ABORT_FAILED;
    ScsiPortNotification(RequestComplete, ext, abortSrb);
  }
}

/* Returns the ABORT_COMMAND that waited for the tag. */
static PSCSI_REQUEST_BLOCK ReleaseTag(DEVICE_EXTENSION *ext, ULONG tag) {
  SLOT *slot = SlotOf(ext, tag);
  PSCSI_REQUEST_BLOCK abortSrb = slot->abortSrb;
  slot->srb = NULL;
  slot->abortSrb = NULL;
  FreeTag(ext, tag);
  return abortSrb;
}

/* How the command ended, in the port driver's words. Fills in ScsiStatus, the length on underrun and the sense data. */
static UCHAR SrbStatus(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb, RING_ENTRY *entry) {
  ULONG host = entry->hostStatus;
  srb->ScsiStatus = entry->scsiStatus;
  switch (host) {
  case WHBA_HOST_OK:
  case WHBA_HOST_UNDERRUN:
    return TargetStatus(ext, srb, entry);
  case WHBA_HOST_SELECTION_TIMEOUT:
    /* Not logged: looking for devices that are not there is nothing unusual. */
    return SRB_STATUS_SELECTION_TIMEOUT;
  case WHBA_HOST_ABORTED:
    return SRB_STATUS_ABORTED;
  case WHBA_HOST_BUS_RESET:
    return SRB_STATUS_BUS_RESET;
  case WHBA_HOST_PARITY:
    return Logged(ext, srb, host, SP_BUS_PARITY_ERROR, SRB_STATUS_PARITY_ERROR);
  case WHBA_HOST_UNEXPECTED_DISCONNECT:
    return Logged(ext, srb, host, SP_PROTOCOL_ERROR, SRB_STATUS_UNEXPECTED_BUS_FREE);
  case WHBA_HOST_OVERRUN:
    return Logged(ext, srb, host, SP_PROTOCOL_ERROR, SRB_STATUS_DATA_OVERRUN);
  case WHBA_HOST_BAD_RESELECTION:
    return Logged(ext, srb, host, SP_INVALID_RESELECTION, SRB_STATUS_PHASE_SEQUENCE_FAILURE);
  default:
    /* DMA error, bad block, bad tag: the adapter and the driver do not understand each other. */
    return Logged(ext, srb, host, SP_INTERNAL_ADAPTER_ERROR, SRB_STATUS_ERROR);
  }
}

static UCHAR Logged(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb, ULONG host, ULONG code, UCHAR status) {
  ScsiPortLogError(ext, srb, srb->PathId, srb->TargetId, srb->Lun, code, SITE_COMMAND + host);
  /* Whatever else happened, a status byte other than GOOD is an ERROR. */
  return srb->ScsiStatus == SCSISTAT_GOOD ? status : SRB_STATUS_ERROR;
}

/* The command ran to its end: the target's status byte and the byte count decide. */
static UCHAR TargetStatus(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb, RING_ENTRY *entry) {
  UCHAR scsi = entry->scsiStatus;
  BOOLEAN isShort = entry->bytes < srb->DataTransferLength;
  if (scsi == SCSISTAT_GOOD) {
    if (!isShort) return SRB_STATUS_SUCCESS;
    srb->DataTransferLength = entry->bytes;
    return SRB_STATUS_DATA_OVERRUN;
  }
  /* After BUSY and QUEUE FULL the port driver sends the same SRB again: its length must stay. */
  if (isShort && scsi != SCSISTAT_BUSY && scsi != SCSISTAT_QUEUE_FULL) srb->DataTransferLength = entry->bytes;
  if (scsi == SCSISTAT_CHECK_CONDITION && TakeSense(ext, srb, entry)) return SRB_STATUS_ERROR | SRB_STATUS_AUTOSENSE_VALID;
  return SRB_STATUS_ERROR;
}

/* Copies the sense data the adapter fetched. Returns whether there is any, and anybody wants it. */
static BOOLEAN TakeSense(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb, RING_ENTRY *entry) {
  if (!(entry->flags & WHBA_ENTRY_FLAG_SENSE) || srb->SenseInfoBuffer == NULL) return FALSE;
  if (srb->SrbFlags & SRB_FLAGS_DISABLE_AUTOSENSE) return FALSE;
  ULONG bytes = min(min(entry->senseLength, SENSE_BYTES), srb->SenseInfoBufferLength);
  if (bytes == 0) return FALSE;
  ScsiPortMoveMemory(srb->SenseInfoBuffer, ext->tables + SENSE + entry->tag * SENSE_BYTES, bytes);
  srb->SenseInfoBufferLength = (UCHAR)bytes;
  return TRUE;
}
