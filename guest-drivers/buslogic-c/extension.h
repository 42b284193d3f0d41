/* The device extension: all the driver knows about one adapter. There are no globals, so one driver can run any number
   of adapters. The port driver zeroes it before HwFindAdapter. And the SRB extension: all about one request. */
#ifndef EXTENSION_H
#define EXTENSION_H

#include "formats.h"

/* Commands at once: as many as the adapter holds. */
#define MAX_COMMANDS 192
/* Of each kind. More than there are commands, so that aborts find a mailbox, too, and incoming ones never run out. */
#define MAILBOXES 211
#define MAILBOX_BYTES (2 * MAILBOXES * sizeof(MAILBOX))
/* Elements of a scatter/gather list: 16 pages, and one more because a buffer may begin in mid-page. */
#define LIST_ELEMENTS 17
#define MAX_TRANSFER_BYTES (64 * 1024)
/* Room for sense data: fixed format needs 18. */
#define SENSE_BYTES 32
/* The registers in I/O space; boards have a second range in memory space that nobody needs. */
#define ACCESS_RANGES 2

/* Where the adapter stands: values of DEVICE_EXTENSION.state. */
/* Not initialized yet, or stopped. */
#define STOPPED 0
#define RUNNING 1
/* The adapter was reset; HwTimer will start it again in two steps: before the first of them, */
#define RECOVERING 2
/* and before the second. */
#define RECOVERING_ORDER 3
/* It did not come back. */
#define DEAD 4

/* The SRB extension. It lies in common buffer memory, so the adapter reads and writes it, too. It is the driver's until the
   SRB is completed, and not a moment longer. It comes uninitialized. */
typedef struct {
  CCB ccb;
  SEGMENT list[LIST_ELEMENTS];
  UCHAR sense[SENSE_BYTES];
  PSCSI_REQUEST_BLOCK srb;
  /* The ABORT_COMMAND that waits for this request to end. */
  PSCSI_REQUEST_BLOCK abortSrb;
  /* Where the adapter sees it. The CCB comes first: its address, too. */
  ULONG address;
  /* Its place in DEVICE_EXTENSION.active. */
  ULONG slot;
} REQUEST;

C_ASSERT(FIELD_OFFSET(REQUEST, ccb) == 0);

typedef struct {
  /* Logical base address of the registers. */
  PUCHAR registers;
  /* Outgoing mailboxes, then incoming ones, in common buffer memory. */
  MAILBOX *mailboxes;
  ULONG mailboxesAddress;
  UCHAR state;
  /* As they were set last. What is pending while they are off does not drive the line: it is not our interrupt. */
  BOOLEAN interrupts;
  UCHAR targets;
  UCHAR initiatorId;
  /* Of the SRB started last: says which Next notification answers its HwStartIo. */
  UCHAR nextPath;
  UCHAR nextTarget;
  UCHAR nextLun;
  UCHAR nextQueueTag;
  /* HwStartIo was called, and not answered yet with NextRequest or NextLuRequest. */
  BOOLEAN nextOwed;
  /* The mailbox to fill, and the one to look at next: both sides go round in turn. */
  ULONG nextOutgoing;
  ULONG nextIncoming;
  ULONG elements;
  ULONG recoveryTries;
  ULONG freeSlots;
  /* Requests that are with the adapter. */
  REQUEST *active[MAX_COMMANDS];
  /* The stack of free slots. */
  UCHAR free[MAX_COMMANDS];
} DEVICE_EXTENSION;

/* Only while freeSlots is not 0. */
static inline void TakeSlot(DEVICE_EXTENSION *ext, REQUEST *request) {
  request->slot = ext->free[--ext->freeSlots];
  ext->active[request->slot] = request;
}

static inline void FreeSlot(DEVICE_EXTENSION *ext, REQUEST *request) {
  ext->active[request->slot] = NULL;
  ext->free[ext->freeSlots++] = (UCHAR)request->slot;
}

/* Forgets every request. */
static inline void FreeAllSlots(DEVICE_EXTENSION *ext) {
  RtlZeroMemory(ext->active, sizeof(ext->active));
  for (ULONG slot = 0; slot < MAX_COMMANDS; slot++) ext->free[slot] = (UCHAR)(MAX_COMMANDS - 1 - slot);
  ext->freeSlots = MAX_COMMANDS;
}

static inline BOOLEAN IsRecovering(DEVICE_EXTENSION *ext) {
  return ext->state == RECOVERING || ext->state == RECOVERING_ORDER;
}

/* Is it a request that is with the adapter? Its memory may hold anything otherwise. */
static inline BOOLEAN IsActive(DEVICE_EXTENSION *ext, REQUEST *request) {
  return request != NULL && request->slot < MAX_COMMANDS && ext->active[request->slot] == request;
}

#endif
