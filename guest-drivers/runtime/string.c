/* Strings, and the searches in memory. */
#include "runtime.h"
#include <ctype.h>
#include <string.h>

SHARED void *memchr(const void *in, int value, size_t length) {
  const unsigned char *at = (const unsigned char *)in;
  for (; length > 0; at++, length--)
    if (*at == (unsigned char)value) return (void *)at;
  return 0;
}

SHARED size_t strlen(const char *text) {
  const char *end = text;
  while (*end != 0) end++;
  return (size_t)(end - text);
}

SHARED size_t strnlen(const char *text, size_t limit) {
  size_t length = 0;
  while (length < limit && text[length] != 0) length++;
  return length;
}

SHARED char *strcpy(char *to, const char *from) {
  char *at = to;
  while ((*at++ = *from++) != 0) {
  }
  return to;
}

SHARED char *strncpy(char *to, const char *from, size_t length) {
  size_t i = 0;
  for (; i < length && from[i] != 0; i++) to[i] = from[i];
  for (; i < length; i++) to[i] = 0;
  return to;
}

SHARED char *strcat(char *to, const char *from) {
  strcpy(to + strlen(to), from);
  return to;
}

SHARED char *strncat(char *to, const char *from, size_t length) {
  char *at = to + strlen(to);
  for (; length > 0 && *from != 0; length--) *at++ = *from++;
  *at = 0;
  return to;
}

SHARED int strcmp(const char *a, const char *b) {
  for (; *a != 0 && *a == *b; a++, b++) {
  }
  return (unsigned char)*a - (unsigned char)*b;
}

SHARED int strncmp(const char *a, const char *b, size_t length) {
  for (; length > 0; a++, b++, length--)
    if (*a != *b || *a == 0) return (unsigned char)*a - (unsigned char)*b;
  return 0;
}

SHARED int _stricmp(const char *a, const char *b) {
  for (; *a != 0 && tolower((unsigned char)*a) == tolower((unsigned char)*b); a++, b++) {
  }
  return tolower((unsigned char)*a) - tolower((unsigned char)*b);
}

SHARED int _strnicmp(const char *a, const char *b, size_t length) {
  for (; length > 0; a++, b++, length--) {
    int difference = tolower((unsigned char)*a) - tolower((unsigned char)*b);
    if (difference != 0 || *a == 0) return difference;
  }
  return 0;
}

SHARED char *strchr(const char *in, int character) {
  for (;; in++) {
    if (*in == (char)character) return (char *)in;
    if (*in == 0) return 0;
  }
}

SHARED char *strrchr(const char *in, int character) {
  const char *last = 0;
  for (;; in++) {
    if (*in == (char)character) last = in;
    if (*in == 0) return (char *)last;
  }
}

SHARED char *strstr(const char *in, const char *text) {
  size_t length = strlen(text);
  for (;; in++) {
    if (strncmp(in, text, length) == 0) return (char *)in;
    if (*in == 0) return 0;
  }
}
