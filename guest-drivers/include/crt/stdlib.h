/* The little of stdlib.h that a driver may use. There is no heap. */
#ifndef WHBA_STDLIB_H
#define WHBA_STDLIB_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

static __inline__ int abs(int value) { return value < 0 ? -value : value; }
static __inline__ long labs(long value) { return value < 0 ? -value : value; }
long strtol(const char *text, char **end, int base);
unsigned long strtoul(const char *text, char **end, int base);
static __inline__ int atoi(const char *text) { return (int)strtol(text, (char **)0, 10); }
static __inline__ long atol(const char *text) { return strtol(text, (char **)0, 10); }
#ifndef __cplusplus
#ifndef min
#define min(a, b) ((a) < (b) ? (a) : (b))
#endif
#ifndef max
#define max(a, b) ((a) > (b) ? (a) : (b))
#endif
#endif

#ifdef __cplusplus
}
#endif

#endif
