/* memset and its kin: a compiler calls them when structures are assigned or cleared, whether or not the driver does.
   Each of the first three is one instruction here (memory.fill, memory.copy): the bench charges it by length. */
#include "runtime.h"
#include <string.h>

SHARED void *memset(void *to, int value, size_t length) {
  __builtin_memset(to, value, length);
  return to;
}

SHARED void *memcpy(void *to, const void *from, size_t length) {
  __builtin_memcpy(to, from, length);
  return to;
}

SHARED void *memmove(void *to, const void *from, size_t length) {
  __builtin_memmove(to, from, length);
  return to;
}

SHARED int memcmp(const void *a, const void *b, size_t length) {
  const unsigned char *x = (const unsigned char *)a;
  const unsigned char *y = (const unsigned char *)b;
  for (; length > 0; x++, y++, length--)
    if (*x != *y) return *x - *y;
  return 0;
}
