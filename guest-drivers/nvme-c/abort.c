/* ABORT_COMMAND. The controller answers an abort twice: in the admin queue whether it did it, in the I/O queue how the victim
   ended. Either may come first. */
#include "queue.h"

#define IO_QUEUE 1
/* Bit of the answer: the command was not aborted. */
#define NOT_ABORTED 1

static ULONG TagOf(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb);
static ULONG FreeAbort(DEVICE_EXTENSION *ext);
static BOOLEAN IsActive(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb);

/* The victim is NextSrb, if it is still there: it ends with ABORTED, and then this SRB with SUCCESS. */
void Abort(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb) {
  PSCSI_REQUEST_BLOCK victim = srb->NextSrb;
  ULONG tag = victim == NULL ? ext->tags : TagOf(ext, victim);
  ULONG number = FreeAbort(ext);
  /* Not among ours: it has ended, and its memory may be somebody else's by now. So look before touching it. */
  if (ext->state != RUNNING || number == MAX_ABORTS || tag == ext->tags || ext->slots[tag].abort != 0 || !IsActive(ext, victim)) {
    Finish(ext, srb, SRB_STATUS_ABORT_FAILED);
    return;
  }
  ABORT *abort = &ext->aborts[number];
  abort->srb = srb;
  abort->tag = (USHORT)tag;
  abort->active = TRUE;
  ext->activeAborts += 1;
  ext->slots[tag].abort = number + 1;
  NewCommand(&ext->admin, NVME_ADMIN_ABORT, number, 0)->cdw10 = tag << 16 | IO_QUEUE;
  Submit(&ext->admin);
}

/* The answers in the admin queue. After a yes the victim's own entry ends both; after a no it may never come. */
void CompleteAborts(DEVICE_EXTENSION *ext, ULONG entries) {
  while (entries-- != 0) {
    NVME_COMPLETION *entry = TakeEntry(&ext->admin);
    if (entry->id >= MAX_ABORTS || !ext->aborts[entry->id].active) continue;
    ABORT *abort = &ext->aborts[entry->id];
    PSCSI_REQUEST_BLOCK srb = abort->srb;
    abort->active = FALSE;
    ext->activeAborts -= 1;
    BOOLEAN done = STATUS_OF(entry) == NVME_STATUS_SUCCESS && !(entry->result & NOT_ABORTED);
    if (srb == NULL || done) continue;
    abort->srb = NULL;
    ext->slots[abort->tag].abort = 0;
    Finish(ext, srb, SRB_STATUS_ABORT_FAILED);
  }
}

/* The victim of an abort has been given back. */
void VictimEnded(DEVICE_EXTENSION *ext, ULONG number, UCHAR status) {
  PSCSI_REQUEST_BLOCK srb = ext->aborts[number].srb;
  ext->aborts[number].srb = NULL;
  Finish(ext, srb, status == SRB_STATUS_ABORTED ? SRB_STATUS_SUCCESS : SRB_STATUS_ABORT_FAILED);
}

/* Returns the tag an SRB runs under, `ext->tags` when it is not with the controller. */
static ULONG TagOf(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb) {
  for (ULONG tag = 0; tag < ext->tags; tag++)
    if (ext->slots[tag].srb == srb) return tag;
  return ext->tags;
}

/* One whose SRB is gone and whose answer has come: until then its command id is in use. */
static ULONG FreeAbort(DEVICE_EXTENSION *ext) {
  for (ULONG number = 0; number < MAX_ABORTS; number++)
    if (!ext->aborts[number].active && ext->aborts[number].srb == NULL) return number;
  return MAX_ABORTS;
}

static BOOLEAN IsActive(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb) {
  return ScsiPortGetSrb(ext, srb->PathId, srb->TargetId, srb->Lun, srb->QueueTag) == srb;
}
