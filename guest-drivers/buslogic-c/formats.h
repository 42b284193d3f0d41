/* What driver and adapter read and write in memory, 32-bit forms. The numbers stand in buslogic.h. */
#ifndef FORMATS_H
#define FORMATS_H

#include <miniport.h>
#include <scsi.h>
#include <srb.h>
#include <buslogic.h>

/* A mailbox, outgoing or incoming. The adapter writes it behind the compiler's back. */
typedef volatile struct {
  ULONG ccb;
  /* Incoming only, as are the two behind it. */
  UCHAR hostStatus;
  UCHAR targetStatus;
  UCHAR reserved;
  /* Action code, or completion code. 0: the mailbox is free. Whoever fills a mailbox writes this last. */
  UCHAR code;
} MAILBOX;

/* Command control block. */
typedef struct {
  UCHAR opcode;
  /* Which way the data goes. */
  UCHAR direction;
  UCHAR cdbLength;
  UCHAR senseLength;
  /* Bytes of the scatter/gather list. With the opcodes that return a residual: afterwards the bytes that were not moved,
     negative when there were too many. */
  ULONG dataLength;
  ULONG dataAddress;
  UCHAR reserved1[2];
  UCHAR hostStatus;
  UCHAR targetStatus;
  UCHAR target;
  /* And the tag message. */
  UCHAR lun;
  UCHAR cdb[12];
  UCHAR reserved2[6];
  ULONG senseAddress;
} CCB;

/* An element of a scatter/gather list. */
typedef struct {
  ULONG length;
  ULONG address;
} SEGMENT;

C_ASSERT(sizeof(MAILBOX) == 8);
C_ASSERT(sizeof(CCB) == 40);
C_ASSERT(sizeof(SEGMENT) == 8);

#endif
