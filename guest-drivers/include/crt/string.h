/* Memory and strings, for drivers: what the guest runtime has. */
#ifndef WHBA_STRING_H
#define WHBA_STRING_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

void *memset(void *to, int value, size_t length);
void *memcpy(void *to, const void *from, size_t length);
void *memmove(void *to, const void *from, size_t length);
int memcmp(const void *a, const void *b, size_t length);
void *memchr(const void *in, int value, size_t length);
size_t strlen(const char *text);
size_t strnlen(const char *text, size_t limit);
char *strcpy(char *to, const char *from);
char *strncpy(char *to, const char *from, size_t length);
char *strcat(char *to, const char *from);
char *strncat(char *to, const char *from, size_t length);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t length);
int _stricmp(const char *a, const char *b);
int _strnicmp(const char *a, const char *b, size_t length);
char *strchr(const char *in, int character);
char *strrchr(const char *in, int character);
char *strstr(const char *in, const char *text);
#define stricmp _stricmp
#define strnicmp _strnicmp

#ifdef __cplusplus
}
#endif

#endif
