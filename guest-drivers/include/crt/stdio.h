/* Printing. What goes to printf goes the way of ScsiDebugPrint: it stands in the trace and in the report. */
#ifndef WHBA_STDIO_H
#define WHBA_STDIO_H

#include <stdarg.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

int printf(const char *format, ...) __attribute__((format(printf, 1, 2)));
int vprintf(const char *format, va_list arguments);
int puts(const char *text);
int sprintf(char *to, const char *format, ...);
int vsprintf(char *to, const char *format, va_list arguments);
int snprintf(char *to, size_t room, const char *format, ...);
int vsnprintf(char *to, size_t room, const char *format, va_list arguments);
#define _snprintf snprintf
#define _vsnprintf vsnprintf

#ifdef __cplusplus
}
#endif

#endif
