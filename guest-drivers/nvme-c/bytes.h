/* Numbers on the wire: high byte first. */
#ifndef BYTES_H
#define BYTES_H

#include <miniport.h>

static inline ULONG Get16(PUCHAR at) {
  return (ULONG)at[0] << 8 | at[1];
}

static inline ULONG Get32(PUCHAR at) {
  return Get16(at) << 16 | Get16(at + 2);
}

static inline ULONGLONG Get64(PUCHAR at) {
  return (ULONGLONG)Get32(at) << 32 | Get32(at + 4);
}

static inline void Put16(PUCHAR at, ULONG value) {
  at[0] = (UCHAR)(value >> 8);
  at[1] = (UCHAR)value;
}

static inline void Put32(PUCHAR at, ULONG value) {
  Put16(at, value >> 16);
  Put16(at + 2, value);
}

static inline void Put64(PUCHAR at, ULONGLONG value) {
  Put32(at, (ULONG)(value >> 32));
  Put32(at + 4, (ULONG)value);
}

#endif
