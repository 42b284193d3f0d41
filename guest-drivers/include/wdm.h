/* Base types for drivers that include the kernel's header. The kernel's routines themselves are not a miniport's business. */
#ifndef WHBA_WDM_H
#define WHBA_WDM_H

#include <miniport.h>

#define PASSIVE_LEVEL 0
#define APC_LEVEL 1
#define DISPATCH_LEVEL 2
#define PAGED_CODE() ((void)0)
#ifndef ASSERT
#define ASSERT(e) ((void)0)
#define ASSERTMSG(m, e) ((void)0)
#define NT_ASSERT(e) ((void)0)
#endif
#ifndef KdPrint
#define KdPrint(arguments) ((void)0)
#endif

FORCEINLINE void InitializeListHead(PLIST_ENTRY head) {
  head->Flink = head->Blink = head;
}

FORCEINLINE BOOLEAN IsListEmpty(const LIST_ENTRY *head) {
  return head->Flink == head;
}

FORCEINLINE BOOLEAN RemoveEntryList(PLIST_ENTRY entry) {
  entry->Blink->Flink = entry->Flink;
  entry->Flink->Blink = entry->Blink;
  return entry->Flink == entry->Blink;
}

FORCEINLINE PLIST_ENTRY RemoveHeadList(PLIST_ENTRY head) {
  PLIST_ENTRY entry = head->Flink;
  RemoveEntryList(entry);
  return entry;
}

FORCEINLINE PLIST_ENTRY RemoveTailList(PLIST_ENTRY head) {
  PLIST_ENTRY entry = head->Blink;
  RemoveEntryList(entry);
  return entry;
}

FORCEINLINE void InsertTailList(PLIST_ENTRY head, PLIST_ENTRY entry) {
  entry->Flink = head;
  entry->Blink = head->Blink;
  head->Blink->Flink = entry;
  head->Blink = entry;
}

FORCEINLINE void InsertHeadList(PLIST_ENTRY head, PLIST_ENTRY entry) {
  entry->Flink = head->Flink;
  entry->Blink = head;
  head->Flink->Blink = entry;
  head->Flink = entry;
}

#define PushEntryList(head, entry) ((entry)->Next = (head)->Next, (head)->Next = (entry))

/* The bench runs one routine at a time: these need no lock. */
FORCEINLINE LONG InterlockedIncrement(LONG volatile *value) {
  return ++*value;
}

FORCEINLINE LONG InterlockedDecrement(LONG volatile *value) {
  return --*value;
}

FORCEINLINE LONG InterlockedExchange(LONG volatile *target, LONG value) {
  LONG old = *target;
  *target = value;
  return old;
}

FORCEINLINE LONG InterlockedExchangeAdd(LONG volatile *target, LONG value) {
  LONG old = *target;
  *target = old + value;
  return old;
}

FORCEINLINE LONG InterlockedCompareExchange(LONG volatile *target, LONG value, LONG expected) {
  LONG old = *target;
  if (old == expected) *target = value;
  return old;
}

#define KeMemoryBarrier() __atomic_signal_fence(__ATOMIC_SEQ_CST)
#define _ReadWriteBarrier() __atomic_signal_fence(__ATOMIC_SEQ_CST)
#define MemoryBarrier() __atomic_signal_fence(__ATOMIC_SEQ_CST)
#define YieldProcessor() ((void)0)

#endif
