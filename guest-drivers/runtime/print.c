/* printf goes to the bench as it is: on wasm a va_list is the pointer to four-byte slots that ScsiDebugPrint takes, and the
   bench formats. sprintf and its kin format here: integers, characters and strings, as in the kernel no floating point. */
#include "runtime.h"
#include <ctype.h>
#include <stdio.h>
#include <string.h>

__attribute__((import_module("env"), import_name("ScsiDebugPrint"))) void whba_debug_print(
  unsigned long level, const char *format, va_list arguments);

SHARED int vprintf(const char *format, va_list arguments) {
  whba_debug_print(0, format, arguments);
  return 0;
}

SHARED int printf(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vprintf(format, arguments);
  va_end(arguments);
  return 0;
}

SHARED int puts(const char *text) {
  return printf("%s\n", text);
}

struct output {
  char *at;
  char *end;
  int length;
};

static void put(struct output *out, char c) {
  if (out->at < out->end) *out->at++ = c;
  out->length++;
}

static void pad(struct output *out, char c, int count) {
  while (count-- > 0) put(out, c);
}

struct conversion {
  int left, zero, plus, space, alternative;
  int width, precision;
};

static void put_text(struct output *out, const struct conversion *how, const char *text, int length) {
  int blanks = how->width - length;
  if (!how->left) pad(out, ' ', blanks);
  for (int i = 0; i < length; i++) put(out, text[i]);
  if (how->left) pad(out, ' ', blanks);
}

static void put_number(struct output *out, const struct conversion *how, unsigned long long value, const char *sign, unsigned base,
                       int capitals) {
  char digits[24];
  int count = 0;
  for (; value != 0; value /= base) {
    unsigned d = (unsigned)(value % base);
    digits[count++] = (char)(d < 10 ? '0' + d : (capitals ? 'A' : 'a') + d - 10);
  }
  int zeros = (how->precision < 0 ? 1 : how->precision) - count;
  int signs = (int)strlen(sign);
  if (zeros < 0) zeros = 0;
  if (how->zero && !how->left && how->precision < 0 && how->width - signs - count > zeros) zeros = how->width - signs - count;
  int blanks = how->width - signs - zeros - count;
  if (!how->left) pad(out, ' ', blanks);
  while (*sign != 0) put(out, *sign++);
  pad(out, '0', zeros);
  while (count > 0) put(out, digits[--count]);
  if (how->left) pad(out, ' ', blanks);
}

SHARED int vsnprintf(char *to, size_t room, const char *format, va_list arguments) {
  struct output out = { to, room > 0 ? to + room - 1 : to, 0 };
  for (; *format != 0; format++) {
    struct conversion how = { 0, 0, 0, 0, 0, 0, -1 };
    int size = 0;
    if (*format != '%') {
      put(&out, *format);
      continue;
    }
    for (format++;; format++) {
      if (*format == '-') how.left = 1;
      else if (*format == '0') how.zero = 1;
      else if (*format == '+') how.plus = 1;
      else if (*format == ' ') how.space = 1;
      else if (*format == '#') how.alternative = 1;
      else break;
    }
    if (*format == '*') {
      how.width = va_arg(arguments, int);
      if (how.width < 0) how.left = 1, how.width = -how.width;
      format++;
    }
    for (; isdigit(*format); format++) how.width = how.width * 10 + *format - '0';
    if (*format == '.') {
      how.precision = 0;
      format++;
      if (*format == '*') how.precision = va_arg(arguments, int), format++;
      for (; isdigit(*format); format++) how.precision = how.precision * 10 + *format - '0';
    }
    /* Sizes: -2 char, -1 short, 0 int and long, 1 long long, 2 wide text. */
    if (format[0] == 'I' && format[1] == '6' && format[2] == '4') size = 1, format += 3;
    else if (format[0] == 'I' && format[1] == '3' && format[2] == '2') format += 3;
    else if (*format == 'I' || *format == 'z' || *format == 't' || *format == 'j') format++;
    else if (*format == 'w') size = 2, format++;
    for (; *format == 'l' || *format == 'h' || *format == 'L'; format++) {
      if (*format == 'h') size--;
      else if (*format == 'L' || format[1] == 'l') size = 1, format += format[1] == 'l';
    }
    switch (*format) {
    case 0:
      format--;
      break;
    case 'c': {
      char c = (char)va_arg(arguments, int);
      put_text(&out, &how, &c, 1);
      break;
    }
    case 's': {
      const char *text = va_arg(arguments, const char *);
      if (text == 0) text = "(null)", size = 0;
      if (size == 2) {
        for (const unsigned short *wide = (const unsigned short *)text; *wide != 0; wide++) put(&out, (char)*wide);
      } else {
        put_text(&out, &how, text, (int)(how.precision < 0 ? strlen(text) : strnlen(text, (size_t)how.precision)));
      }
      break;
    }
    case 'd':
    case 'i': {
      long long value = size == 1 ? va_arg(arguments, long long) : va_arg(arguments, int);
      if (size == -1) value = (short)value;
      if (size == -2) value = (signed char)value;
      put_number(&out, &how, value < 0 ? 0 - (unsigned long long)value : (unsigned long long)value,
                 value < 0 ? "-" : how.plus ? "+" : how.space ? " " : "", 10, 0);
      break;
    }
    case 'u':
    case 'o':
    case 'x':
    case 'X':
    case 'p': {
      unsigned long long value = size == 1 ? va_arg(arguments, unsigned long long) : va_arg(arguments, unsigned);
      if (size == -1) value = (unsigned short)value;
      if (size == -2) value = (unsigned char)value;
      if (*format == 'p') how.precision = 8;
      put_number(&out, &how, value, how.alternative && value != 0 && (*format | 32) == 'x' ? (*format == 'X' ? "0X" : "0x") : "",
                 *format == 'u' ? 10 : *format == 'o' ? 8 : 16, *format == 'X' || *format == 'p');
      break;
    }
    default:
      put(&out, *format);
    }
  }
  if (room > 0) *out.at = 0;
  return out.length;
}

SHARED int snprintf(char *to, size_t room, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(to, room, format, arguments);
  va_end(arguments);
  return length;
}

SHARED int vsprintf(char *to, const char *format, va_list arguments) {
  return vsnprintf(to, (size_t)-1 - (size_t)to, format, arguments);
}

SHARED int sprintf(char *to, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int length = vsprintf(to, format, arguments);
  va_end(arguments);
  return length;
}
