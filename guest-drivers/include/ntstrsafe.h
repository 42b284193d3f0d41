/* Strings that end within their buffer. Sizes of the Cb routines are in bytes, of the Cch routines in characters. */
#ifndef WHBA_NTSTRSAFE_H
#define WHBA_NTSTRSAFE_H

#include <ntdef.h>
#include <stdio.h>
#include <string.h>

#define NTSTRSAFE_MAX_CCH 2147483647
#define STRSAFE_MAX_CCH NTSTRSAFE_MAX_CCH
#define NTSTRSAFEDDI static __inline__ NTSTATUS

/* All of it in the buffer, or as much as fits and STATUS_BUFFER_OVERFLOW. */
NTSTRSAFEDDI RtlStringCchVPrintfA(PSTR to, SIZE_T room, PCSTR format, va_list arguments) {
  if (room == 0 || room > NTSTRSAFE_MAX_CCH) return STATUS_INVALID_PARAMETER;
  return (SIZE_T)vsnprintf(to, room, format, arguments) < room ? STATUS_SUCCESS : STATUS_BUFFER_OVERFLOW;
}

NTSTRSAFEDDI RtlStringCchPrintfA(PSTR to, SIZE_T room, PCSTR format, ...) {
  va_list arguments;
  NTSTATUS status;
  va_start(arguments, format);
  status = RtlStringCchVPrintfA(to, room, format, arguments);
  va_end(arguments);
  return status;
}

NTSTRSAFEDDI RtlStringCchLengthA(PCSTR text, SIZE_T room, SIZE_T *length) {
  SIZE_T n = 0;
  while (n < room && text[n] != 0) n++;
  if (length != NULL) *length = n < room ? n : 0;
  return n < room ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
}

NTSTRSAFEDDI RtlStringCchCopyNA(PSTR to, SIZE_T room, PCSTR from, SIZE_T count) {
  SIZE_T n = 0;
  if (room == 0 || room > NTSTRSAFE_MAX_CCH) return STATUS_INVALID_PARAMETER;
  for (; n < count && from[n] != 0; n++) {
    if (n == room - 1) {
      to[n] = 0;
      return STATUS_BUFFER_OVERFLOW;
    }
    to[n] = from[n];
  }
  to[n] = 0;
  return STATUS_SUCCESS;
}

NTSTRSAFEDDI RtlStringCchCopyA(PSTR to, SIZE_T room, PCSTR from) {
  return RtlStringCchCopyNA(to, room, from, NTSTRSAFE_MAX_CCH);
}

NTSTRSAFEDDI RtlStringCchCatA(PSTR to, SIZE_T room, PCSTR from) {
  SIZE_T length;
  NTSTATUS status = RtlStringCchLengthA(to, room, &length);
  return status == STATUS_SUCCESS ? RtlStringCchCopyA(to + length, room - length, from) : status;
}

#define RtlStringCbVPrintfA RtlStringCchVPrintfA
#define RtlStringCbPrintfA RtlStringCchPrintfA
#define RtlStringCbLengthA RtlStringCchLengthA
#define RtlStringCbCopyNA RtlStringCchCopyNA
#define RtlStringCbCopyA RtlStringCchCopyA
#define RtlStringCbCatA RtlStringCchCatA

#endif
