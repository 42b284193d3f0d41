/* Entries of the queues, as the controller reads and writes them. Their numbers are in nvme.h. */
#ifndef PROTOCOL_H
#define PROTOCOL_H

#include <miniport.h>
#include <nvme.h>

/* A command: an entry of a submission queue. */
typedef struct {
  UCHAR opcode;
  UCHAR flags;
  USHORT id;
  ULONG nsid;
  ULONGLONG reserved;
  ULONGLONG metadata;
  ULONGLONG prp1;
  ULONGLONG prp2;
  ULONG cdw10;
  ULONG cdw11;
  ULONG cdw12;
  ULONG cdw13;
  ULONGLONG cdw14;
} NVME_COMMAND;

/* How it ended: an entry of a completion queue. */
typedef struct {
  ULONG result;
  ULONG reserved;
  USHORT sqHead;
  USHORT sqId;
  USHORT id;
  /* With the phase bit. */
  USHORT status;
} NVME_COMPLETION;

/* A range of dataset management. */
typedef struct {
  ULONG attributes;
  ULONG blocks;
  ULONGLONG lba;
} NVME_RANGE;

C_ASSERT(sizeof(NVME_COMMAND) == NVME_SQE_SIZE);
C_ASSERT(FIELD_OFFSET(NVME_COMMAND, prp1) == NVME_SQE_PRP1);
C_ASSERT(FIELD_OFFSET(NVME_COMMAND, cdw10) == NVME_SQE_CDW10);
C_ASSERT(sizeof(NVME_COMPLETION) == NVME_CQE_SIZE);
C_ASSERT(FIELD_OFFSET(NVME_COMPLETION, status) == NVME_CQE_STATUS);
C_ASSERT(sizeof(NVME_RANGE) == NVME_DSM_RANGE_SIZE);

/* The status without the phase: code type, code, flags. Without the flags: what STATUS_… of nvme.h are compared with. */
#define STATUS_OF(entry) ((ULONG)(entry)->status >> NVME_CQE_STATUS_SHIFT)
#define CODE_OF(status) ((status) & 0x7ff)

#endif
