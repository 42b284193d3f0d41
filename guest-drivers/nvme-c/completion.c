/* The completion queue: each entry the controller has posted becomes the status of an SRB. */
#include "queue.h"

static void CompleteEntry(DEVICE_EXTENSION *ext, NVME_COMPLETION *entry);
static UCHAR SrbStatus(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb, SLOT *slot, NVME_COMPLETION *entry);

/* Completes the commands of the next `entries` entries. */
void CompleteIo(DEVICE_EXTENSION *ext, ULONG entries) {
  while (entries-- != 0) CompleteEntry(ext, TakeEntry(&ext->io));
}

/* Frees the tag and gives the SRB back, and after it the ABORT_COMMAND that waited for it. */
static void CompleteEntry(DEVICE_EXTENSION *ext, NVME_COMPLETION *entry) {
  ULONG tag = entry->id;
  PSCSI_REQUEST_BLOCK srb = tag < ext->tags ? ext->slots[tag].srb : NULL;
  if (srb == NULL) {
    /* Nobody waits for this tag, and completing a guess would be worse than nothing. */
    LogAdapterError(ext, SP_INVALID_RESELECTION, SITE_UNKNOWN_TAG);
    return;
  }
  SLOT *slot = &ext->slots[tag];
  UCHAR status = SrbStatus(ext, srb, slot, entry);
  ULONG abort = slot->abort;
  slot->srb = NULL;
  slot->abort = 0;
  FreeTag(ext, tag);
  Finish(ext, srb, status);
  if (abort != 0) VictimEnded(ext, abort - 1, status);
}

/* Fills in ScsiStatus, the length on underrun and the sense data. */
static UCHAR SrbStatus(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb, SLOT *slot, NVME_COMPLETION *entry) {
  ULONG status = STATUS_OF(entry);
  if (status != NVME_STATUS_SUCCESS) return FailedStatus(ext, srb, status);
  if (slot->bytes >= srb->DataTransferLength) return SRB_STATUS_SUCCESS;
  srb->DataTransferLength = slot->bytes;
  return SRB_STATUS_DATA_OVERRUN;
}
