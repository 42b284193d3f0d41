/* The device extension: all the driver knows about one adapter. There are no globals, so one driver can run any number
   of adapters. The port driver zeroes it before HwFindAdapter. */
#ifndef EXTENSION_H
#define EXTENSION_H

#include <miniport.h>
#include <scsi.h>
#include <srb.h>
#include <whba.h>

/* Commands at once. The adapter's tags are the driver's own: the port driver's queue tags run from 1 to 254 and have no room here. */
#define MAX_TAGS 64
/* Elements a scatter/gather list: 16 pages, and one more because a buffer may begin in mid-page. */
#define LIST_ELEMENTS 17
#define MAX_TRANSFER_BYTES (64 * 1024)
/* More than there are tags, so that the ring never fills. */
#define RING_ENTRIES 128
/* Room for sense data a tag: fixed format needs 18. */
#define SENSE_BYTES 32

/* Common buffer memory. 26 KiB in all: below the 32 KiB a driver on the crash dump path may have. */
#define BLOCKS 0
#define RING (BLOCKS + MAX_TAGS * WHBA_COMMAND_BLOCK_SIZE)
#define LISTS (RING + RING_ENTRIES * WHBA_RING_ENTRY_SIZE)
#define LIST_BYTES (LIST_ELEMENTS * WHBA_SG_SIZE)
#define SENSE (LISTS + MAX_TAGS * LIST_BYTES)
#define TABLES_BYTES (SENSE + MAX_TAGS * SENSE_BYTES)
/* The adapter wants its command table aligned to this many bytes. */
#define TABLES_ALIGNMENT 64

/* Where the adapter stands: values of DEVICE_EXTENSION.state. */
/* Not initialized yet, or stopped. */
#define STOPPED 0
#define RUNNING 1
/* The chip was reset; HwTimer will program it again. */
#define RECOVERING 2
/* It did not come back. */
#define DEAD 3

/* What the driver remembers a tag. */
typedef struct {
  /* NULL: the tag is free. */
  PSCSI_REQUEST_BLOCK srb;
  /* The ABORT_COMMAND that waits for this one to end. */
  PSCSI_REQUEST_BLOCK abortSrb;
} SLOT;

typedef struct {
  /* Physical address of the tables. */
  ULONGLONG tablesAddress;
  /* Where the CPU sees them. */
  PUCHAR tables;
  /* Logical base address of the registers. */
  PUCHAR registers;
  /* INT_ENABLE as written last. A pending cause that is not enabled does not drive the line: it is not our interrupt. */
  ULONG enabledCauses;
  UCHAR state;
  BOOLEAN autosense;
  /* The next BUS_RESET cause is the echo of our own reset. */
  BOOLEAN ownReset;
  /* Of the SRB started last: says which Next notification answers its HwStartIo. */
  UCHAR nextPath;
  UCHAR nextTarget;
  UCHAR nextLun;
  UCHAR nextQueueTag;
  UCHAR targets;
  /* HwStartIo was called, and not answered yet with NextRequest or NextLuRequest. */
  BOOLEAN nextOwed;
  ULONG ringHead;
  /* Phase bit of entries not seen yet in this pass through the ring. */
  ULONG ringPhase;
  ULONG tags;
  ULONG freeTags;
  ULONG recoveryTries;
  SLOT slots[MAX_TAGS];
  /* The stack of free tags. */
  UCHAR free[MAX_TAGS];
} DEVICE_EXTENSION;

static inline SLOT *SlotOf(DEVICE_EXTENSION *ext, ULONG tag) {
  return &ext->slots[tag];
}

/* Only while freeTags is not 0. */
static inline ULONG TakeTag(DEVICE_EXTENSION *ext) {
  return ext->free[--ext->freeTags];
}

static inline void FreeTag(DEVICE_EXTENSION *ext, ULONG tag) {
  ext->free[ext->freeTags++] = (UCHAR)tag;
}

/* Forgets every command. */
static inline void FreeAllTags(DEVICE_EXTENSION *ext) {
  RtlZeroMemory(ext->slots, sizeof(ext->slots));
  ext->freeTags = 0;
  for (ULONG tag = ext->tags; tag > 0; tag--) FreeTag(ext, tag - 1);
}

#endif
