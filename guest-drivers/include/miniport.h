/* What every miniport includes first: base types, buses, and the few helpers that are neither ScsiPort nor SCSI. */
#ifndef WHBA_MINIPORT_H
#define WHBA_MINIPORT_H

#include <ntdef.h>
#include <bus-types.h>
#include <string.h>

/* Memory helpers: macros over the C library, as in the original. */
#ifndef RtlCopyMemory
#define RtlCopyMemory(to, from, length) memcpy((to), (from), (length))
#define RtlMoveMemory(to, from, length) memmove((to), (from), (length))
#define RtlZeroMemory(to, length) memset((to), 0, (length))
#define RtlFillMemory(to, length, value) memset((to), (value), (length))
#define RtlEqualMemory(a, b, length) (!memcmp((a), (b), (length)))
#define RtlSecureZeroMemory(to, length) memset((to), 0, (length))
#endif

#endif
