/* The device extension: all the driver knows about one controller. There are no globals, so one driver can run any number
   of controllers. The port driver zeroes it before HwFindAdapter. */
#ifndef EXTENSION_H
#define EXTENSION_H

#include <miniport.h>
#include <scsi.h>
#include <srb.h>
#include "protocol.h"

#define PAGE_BYTES 4096u
#define IO_ENTRIES 64
#define ADMIN_ENTRIES 16
/* Commands at once: a full queue has one entry free. The command id is the tag. */
#define MAX_TAGS (IO_ENTRIES - 1)
#define MAX_UNITS 8
/* Abort commands at once. */
#define MAX_ABORTS 4
#define MAX_TRANSFER_BYTES (64 * 1024)
/* 16 pages, and one more because a buffer may begin in mid-page. */
#define MAX_PAGES 17
/* Pages behind the first one; a list must not cross the end of a page, and those of 16 entries do not. */
#define LIST_ENTRIES (MAX_PAGES - 1)
#define LIST_BYTES (LIST_ENTRIES * sizeof(ULONGLONG))
/* Ranges of an UNMAP. They take the place of the list, which an UNMAP has no use for. */
#define MAX_RANGES (LIST_BYTES / sizeof(NVME_RANGE))

/* Common buffer memory: 24 KiB and what it takes to begin at a page. Below the 32 KiB a driver on the crash dump path may have. */
#define IO_SQ 0
#define IO_CQ (IO_SQ + PAGE_BYTES)
#define ADMIN_SQ (IO_CQ + PAGE_BYTES)
#define ADMIN_CQ (ADMIN_SQ + PAGE_BYTES)
#define LISTS (ADMIN_CQ + PAGE_BYTES)
#define TABLES_BYTES (LISTS + 2 * PAGE_BYTES)
/* What Identify returns. Nobody needs a list while the controller is starting. */
#define SCRATCH LISTS

C_ASSERT(MAX_TAGS * LIST_BYTES <= 2 * PAGE_BYTES);
C_ASSERT(IO_ENTRIES * sizeof(NVME_COMMAND) <= PAGE_BYTES);

/* Where the controller stands: values of DEVICE_EXTENSION.state. */
/* Not initialized yet, or stopped. */
#define STOPPED 0
#define RUNNING 1
/* The controller was reset; HwTimer takes it through the start again. */
#define RECOVERING 2
/* It did not come back. */
#define DEAD 3

/* One submission queue and its completion queue. */
typedef struct {
  NVME_COMMAND *commands;
  NVME_COMPLETION *completions;
  PUCHAR tailDoorbell;
  PUCHAR headDoorbell;
  USHORT entries;
  USHORT tail;
  USHORT head;
  /* Phase bit of entries not seen yet in this pass through the completion queue. */
  USHORT phase;
} QUEUE;

/* What the driver remembers a tag. */
typedef struct {
  /* NULL: the tag is free. */
  PSCSI_REQUEST_BLOCK srb;
  /* Bytes that are moved when the command succeeds. */
  ULONG bytes;
  /* 1 + number of the abort that waits for this command to end; 0: none. */
  ULONG abort;
} SLOT;

/* An abort command of ours; its number is its command id. */
typedef struct {
  /* The ABORT_COMMAND, NULL when it was given back already. */
  PSCSI_REQUEST_BLOCK srb;
  USHORT tag;
  /* The controller has not answered yet. */
  BOOLEAN active;
} ABORT;

/* A namespace: a logical unit. */
typedef struct {
  /* 0: there is none. */
  ULONGLONG blocks;
  /* Block size, as a power of two. */
  UCHAR shift;
  BOOLEAN writeProtected;
  /* Sense data for REQUEST SENSE: key, code, qualifier as 0x00KKCCQQ. */
  ULONG sense;
  UCHAR eui64[8];
} UNIT;

typedef struct {
  QUEUE io;
  QUEUE admin;
  PUCHAR registers;
  /* Where the CPU sees the common buffer, and where the controller does. */
  PUCHAR tables;
  ULONGLONG tablesAddress;
  UCHAR state;
  /* How far the start has come: values in controller.c. */
  UCHAR step;
  UCHAR nextNsid;
  BOOLEAN writeCache;
  /* HwStartIo was called, and not answered yet with NextRequest or NextLuRequest. */
  BOOLEAN nextOwed;
  /* Of the SRB started last: says which Next notification answers its HwStartIo. */
  UCHAR nextPath;
  UCHAR nextTarget;
  UCHAR nextLun;
  UCHAR nextQueueTag;
  USHORT optionalCommands;
  /* CSTS.RDY follows CC.EN within this time. */
  ULONG readyMs;
  ULONG recoveryTries;
  /* Highest namespace id that can be a logical unit here. */
  ULONG units;
  ULONG tags;
  ULONG freeTags;
  ULONG activeAborts;
  SLOT slots[MAX_TAGS];
  UCHAR free[MAX_TAGS];
  ABORT aborts[MAX_ABORTS];
  UNIT unit[MAX_UNITS];
  CHAR serial[20];
  CHAR model[16];
  CHAR firmware[4];
} DEVICE_EXTENSION;

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
  RtlZeroMemory(ext->aborts, sizeof(ext->aborts));
  ext->activeAborts = 0;
  ext->freeTags = 0;
  for (ULONG tag = ext->tags; tag > 0; tag--) FreeTag(ext, tag - 1);
}

#endif
