/* One submission queue and its completion queue. A command is written behind the tail, one doorbell tells the controller; an
   entry of the completion queue is new when its phase bit says so, one doorbell gives any number of them back. */
#ifndef QUEUE_H
#define QUEUE_H

#include "driver.h"

/* Both queues empty, as the controller believes they are after a reset. */
static inline void ResetQueue(QUEUE *queue) {
  RtlZeroMemory(queue->completions, queue->entries * sizeof(NVME_COMPLETION));
  queue->tail = 0;
  queue->head = 0;
  queue->phase = NVME_CQE_PHASE;
}

/* The entry behind the tail, with an opcode, an id, a namespace, and zeros: eight stores, where a call would cost more. */
static inline NVME_COMMAND *NewCommand(QUEUE *queue, UCHAR opcode, ULONG id, ULONG nsid) {
  NVME_COMMAND *command = &queue->commands[queue->tail];
  volatile ULONGLONG *words = (volatile ULONGLONG *)command;
  words[0] = (ULONGLONG)nsid << 32 | id << 16 | opcode;
  words[1] = 0;
  words[2] = 0;
  words[3] = 0;
  words[4] = 0;
  words[5] = 0;
  words[6] = 0;
  words[7] = 0;
  return command;
}

/* Hands it over. */
static inline void Submit(QUEUE *queue) {
  USHORT tail = queue->tail + 1;
  if (tail == queue->entries) tail = 0;
  queue->tail = tail;
  ScsiPortWriteRegisterUlong((PULONG)queue->tailDoorbell, tail);
}

/* The new entries from the head on. The rest of an entry is read after its phase bit. */
static inline ULONG CountNew(QUEUE *queue) {
  ULONG head = queue->head;
  USHORT phase = queue->phase;
  ULONG count = 0;
  while (count < queue->entries && (queue->completions[head].status & NVME_CQE_PHASE) == phase) {
    count += 1;
    head += 1;
    if (head == queue->entries) {
      head = 0;
      phase ^= NVME_CQE_PHASE;
    }
  }
  return count;
}

/* The entry at the head, which is known to be new. */
static inline NVME_COMPLETION *TakeEntry(QUEUE *queue) {
  NVME_COMPLETION *entry = &queue->completions[queue->head];
  queue->head += 1;
  if (queue->head == queue->entries) {
    queue->head = 0;
    queue->phase ^= NVME_CQE_PHASE;
  }
  return entry;
}

/* Gives `count` entries back before they are looked at: the controller lets go of its line now, and there is still room for
   every command it has, because there are fewer tags than entries. */
static inline void ReturnEntries(QUEUE *queue, ULONG count) {
  ULONG head = queue->head + count;
  if (head >= queue->entries) head -= queue->entries;
  ScsiPortWriteRegisterUlong((PULONG)queue->headDoorbell, head);
}

#endif
