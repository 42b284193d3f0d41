/* Numbers out of text. */
#include "runtime.h"
#include <ctype.h>
#include <stdlib.h>

static int digit(char c) {
  if (isdigit(c)) return c - '0';
  return isalpha(c) ? tolower(c) - 'a' + 10 : 36;
}

SHARED unsigned long strtoul(const char *text, char **end, int base) {
  const char *at = text;
  unsigned long value = 0;
  int minus = 0;
  while (isspace((unsigned char)*at)) at++;
  if (*at == '-' || *at == '+') minus = *at++ == '-';
  if ((base == 0 || base == 16) && at[0] == '0' && tolower(at[1]) == 'x' && digit(at[2]) < 16) {
    at += 2;
    base = 16;
  } else if (base == 0) {
    base = *at == '0' ? 8 : 10;
  }
  for (; digit(*at) < base; at++) value = value * (unsigned long)base + (unsigned long)digit(*at);
  if (end != 0) *end = (char *)at;
  return minus ? 0 - value : value;
}

SHARED long strtol(const char *text, char **end, int base) {
  return (long)strtoul(text, end, base);
}
