/* Base types for drivers that include the kernel's header. The kernel's routines are not a miniport's business: the most common ones are
   declared, so that a driver compiles that calls them somewhere, and nowhere defined. What is really called, the linker names (LD-1). */
#ifndef WHBA_WDM_H
#define WHBA_WDM_H

#include <miniport.h>

#define PASSIVE_LEVEL 0
#define APC_LEVEL 1
#define DISPATCH_LEVEL 2
#define HIGH_LEVEL 31
#define PAGED_CODE() ((void)0)
#ifndef ASSERT
#define ASSERT(e) ((void)0)
#define ASSERTMSG(m, e) ((void)0)
#define NT_ASSERT(e) ((void)0)
#endif
#ifndef KdPrint
#define KdPrint(arguments) ((void)0)
#endif

#define PAGE_SIZE 0x1000
#define PAGE_SHIFT 12
#define BYTE_OFFSET(address) ((ULONG)((ULONG_PTR)(address) & (PAGE_SIZE - 1)))
#define PAGE_ALIGN(address) ((PVOID)((ULONG_PTR)(address) & ~(ULONG_PTR)(PAGE_SIZE - 1)))
#define ROUND_TO_PAGES(size) (((ULONG_PTR)(size) + PAGE_SIZE - 1) & ~(ULONG_PTR)(PAGE_SIZE - 1))
#define BYTES_TO_PAGES(size) (((ULONG)(size) >> PAGE_SHIFT) + (((ULONG)(size) & (PAGE_SIZE - 1)) != 0))
#define ADDRESS_AND_SIZE_TO_SPAN_PAGES(address, size) \
  ((ULONG)((BYTE_OFFSET(address) + (ULONG_PTR)(size) + PAGE_SIZE - 1) >> PAGE_SHIFT))

/* Objects of the kernel: nothing inside is for a miniport. */
typedef struct _DRIVER_OBJECT DRIVER_OBJECT, *PDRIVER_OBJECT;
typedef struct _DEVICE_OBJECT DEVICE_OBJECT, *PDEVICE_OBJECT;
typedef struct _IRP IRP, *PIRP;
typedef struct _MDL MDL, *PMDL;
typedef struct _KINTERRUPT KINTERRUPT, *PKINTERRUPT;
typedef struct _KTHREAD *PKTHREAD, *PETHREAD;
typedef struct _KEVENT {
  ULONG_PTR Opaque[4];
} KEVENT, *PKEVENT;
typedef struct _KDPC {
  ULONG_PTR Opaque[8];
} KDPC, *PKDPC;
typedef struct _KTIMER {
  ULONG_PTR Opaque[10];
} KTIMER, *PKTIMER;
typedef ULONG_PTR KSPIN_LOCK, *PKSPIN_LOCK;
typedef struct _KLOCK_QUEUE_HANDLE {
  struct {
    PVOID Next;
    PKSPIN_LOCK Lock;
  } LockQueue;
  KIRQL OldIrql;
} KLOCK_QUEUE_HANDLE, *PKLOCK_QUEUE_HANDLE;
typedef enum _MODE { KernelMode, UserMode, MaximumMode } MODE;
typedef enum _POOL_TYPE { NonPagedPool, PagedPool } POOL_TYPE;
typedef enum _MEMORY_CACHING_TYPE { MmNonCached, MmCached, MmWriteCombined } MEMORY_CACHING_TYPE;

#ifdef __cplusplus
extern "C" {
#endif
KIRQL KeGetCurrentIrql(void);
ULONG KeGetCurrentProcessorNumber(void);
ULONG KeQueryActiveProcessorCount(KAFFINITY *active);
LARGE_INTEGER KeQueryPerformanceCounter(PLARGE_INTEGER frequency);
void KeQuerySystemTime(PLARGE_INTEGER time);
void KeStallExecutionProcessor(ULONG microseconds);
void KeInitializeSpinLock(PKSPIN_LOCK lock);
void KeAcquireSpinLock(PKSPIN_LOCK lock, PKIRQL old);
void KeReleaseSpinLock(PKSPIN_LOCK lock, KIRQL old);
void KeAcquireSpinLockAtDpcLevel(PKSPIN_LOCK lock);
void KeReleaseSpinLockFromDpcLevel(PKSPIN_LOCK lock);
void KeAcquireInStackQueuedSpinLock(PKSPIN_LOCK lock, PKLOCK_QUEUE_HANDLE handle);
void KeReleaseInStackQueuedSpinLock(PKLOCK_QUEUE_HANDLE handle);
void KeAcquireInStackQueuedSpinLockAtDpcLevel(PKSPIN_LOCK lock, PKLOCK_QUEUE_HANDLE handle);
void KeReleaseInStackQueuedSpinLockFromDpcLevel(PKLOCK_QUEUE_HANDLE handle);
DECLSPEC_NORETURN void KeBugCheckEx(ULONG code, ULONG_PTR a, ULONG_PTR b, ULONG_PTR c, ULONG_PTR d);
PVOID ExAllocatePool(POOL_TYPE type, SIZE_T length);
PVOID ExAllocatePoolWithTag(POOL_TYPE type, SIZE_T length, ULONG tag);
void ExFreePool(PVOID block);
void ExFreePoolWithTag(PVOID block, ULONG tag);
PHYSICAL_ADDRESS MmGetPhysicalAddress(PVOID address);
PVOID MmMapIoSpace(PHYSICAL_ADDRESS address, SIZE_T length, MEMORY_CACHING_TYPE type);
void MmUnmapIoSpace(PVOID address, SIZE_T length);
ULONG DbgPrint(PCSTR format, ...);
void RtlInitUnicodeString(PUNICODE_STRING string, PCWSTR text);
#ifdef __cplusplus
}
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

FORCEINLINE LONG InterlockedOr(LONG volatile *target, LONG value) {
  LONG old = *target;
  *target = old | value;
  return old;
}

FORCEINLINE LONG InterlockedAnd(LONG volatile *target, LONG value) {
  LONG old = *target;
  *target = old & value;
  return old;
}

#define KeMemoryBarrier() __atomic_signal_fence(__ATOMIC_SEQ_CST)
#define _ReadWriteBarrier() __atomic_signal_fence(__ATOMIC_SEQ_CST)
#define MemoryBarrier() __atomic_signal_fence(__ATOMIC_SEQ_CST)
#define YieldProcessor() ((void)0)

#endif
