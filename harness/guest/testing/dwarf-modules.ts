// A module with DWARF line tables of versions 4 and 5, as clang 22 -O2 -g writes them, other debug sections left out.
//
// driver.c
//    1  #include "helper.h"
//    2  __attribute__((import_module("env"), import_name("note"))) void note(int);
//    3
//    4  int dropped_by_linker(int a) {
//    5    return a * 3;
//    6  }
//    7
//    8  __attribute__((noinline)) static int pick(int n) {
//    9    switch (n) {
//   10    case 0:
//   11      note(10);
//   12      return 1;
//   13    case 1:
//   14      note(20);
//   15      return 2;
//   16    default:
//   17      if (n < 0)
//   18        __builtin_trap();
//   19      note(twice(n));
//   20      break;
//   21    }
//   22    for (int i = 0; i < n; i++)
//   23      note(i);
//   24    return 3;
//   25  }
//   26
//   27  __attribute__((noinline)) static void never(int n) {
//   28    note(n + 1);
//   29  }
//   30
//   31  __attribute__((export_name("DriverEntry"))) int DriverEntry(void *a, void *b) {
//   32    int r = pick((int)a);
//   33    if ((int)b == 99)
//   34      never(r);
//   35    return r;
//   36  }
//
// inc/helper.h
//    1  static inline int twice(int x) {
//    2    if (x > 100)
//    3      return x;
//    4    return 2 * x;
//    5  }
import type { Bytes } from '../../../device/bytes.ts'

const VERSION_4 = [
  'AGFzbQEAAAABEANgAX8AYAJ/fwF/YAF/AX8CDAEDZW52BG5vdGUAAAMEAwECAAQFAXABAQEFAwEAAQYIAX8BQYCABAsHNAMGbWVtb3J5AgALRH',
  'JpdmVyRW50cnkAARlfX2luZGlyZWN0X2Z1bmN0aW9uX3RhYmxlAQAKmQEDIQAgABCCgICAACEAAkAgAUHjAEcNACAAEIOAgIAACyAAC2cBAn9B',
  'ASEBQQohAgJAAkACQAJAIAAOAgIBAAsgAEF/TA0CIAAgAEHlAEl0EICAgIAAQQAhAQNAIAEQgICAgAAgACABQQFqIgFHDQALQQMPC0ECIQFBFC',
  'ECCyACEICAgIAAIAEPCwALDQAgAEEBahCAgICAAAsA+gELLmRlYnVnX2xpbmXqAAAABAAwAAAAAQEB+w4NAAEBAQEAAAABAAABaW5jAABkcml2',
  'ZXIuYwAAAABoZWxwZXIuaAABAAAAAAUC/////xUFDApZBQMGIAIBAAEBBQsKAAUCAwAAAAMfAYIGA2AuBQ4GAyF0BQU9BgNeggUDBgMjIAIDAA',
  'EBAAUCJAAAABkFAwqtBgN35AULBgMRWAYDbzwEAgUJBnYEAQUFAxEuBgNtZgYDF0oGA2meBRsGAxZmBRUgBQM8LgUBPwYDZyAGAxkIIAYDZzwF',
  'BwMSIAICAAEBAAUCjAAAAAMaAQUKClkFAwYgBQEGZwIBAAEBAEUEbmFtZQAHBmQud2FzbQEhBAAEbm90ZQELRHJpdmVyRW50cnkCBHBpY2sDBW',
  '5ldmVyBxIBAA9fX3N0YWNrX3BvaW50ZXI=',
]

const VERSION_5 = [
  'AGFzbQEAAAABEANgAX8AYAJ/fwF/YAF/AX8CDAEDZW52BG5vdGUAAAMEAwECAAQFAXABAQEFAwEAAQYIAX8BQYCABAsHNAMGbWVtb3J5AgALRH',
  'JpdmVyRW50cnkAARlfX2luZGlyZWN0X2Z1bmN0aW9uX3RhYmxlAQAKmQEDIQAgABCCgICAACEAAkAgAUHjAEcNACAAEIOAgIAACyAAC2cBAn9B',
  'ASEBQQohAgJAAkACQAJAIAAOAgIBAAsgAEF/TA0CIAAgAEHlAEl0EICAgIAAQQAhAQNAIAEQgICAgAAgACABQQFqIgFHDQALQQMPC0ECIQFBFC',
  'ECCyACEICAgIAAIAEPCwALDQAgAEEBahCAgICAAAsApAILLmRlYnVnX2xpbmUUAQAABQAEAFAAAAABAQH7Dg0AAQEBAQAAAAEAAAEBAR8CFgAA',
  'AAkAAAADAR8CDwUeAg0AAAAAfRjito+Hb9Jh25Iceh5a3QAAAAABU4fe5P1BPCJ3WPLVE5vARQQAAAUC/////xUFDApZBQMGIAIBAAEBBAAFCw',
  'oABQIDAAAAAx8BggYDYC4FDgYDIXQFBT0GA16CBQMGAyMgAgMAAQEEAAAFAiQAAAAZBQMKrQYDd+QFCwYDEVgGA288BAEFCQZ2BAAFBQMRLgYD',
  'bWYGAxdKBgNpngUbBgMWZgUVIAUDPC4FAT8GA2cgBgMZCCAGA2c8BQcDEiACAgABAQQAAAUCjAAAAAMaAQUKClkFAwYgBQEGZwIBAAEBACgPLm',
  'RlYnVnX2xpbmVfc3RyaGVscGVyLmgAaW5jAGRyaXZlci5jAC8AAEUEbmFtZQAHBmQud2FzbQEhBAAEbm90ZQELRHJpdmVyRW50cnkCBHBpY2sD',
  'BW5ldmVyBxIBAA9fX3N0YWNrX3BvaW50ZXI=',
]

export function dwarfModule(version: 4 | 5): Bytes {
  const text = atob((version === 4 ? VERSION_4 : VERSION_5).join(''))
  return Uint8Array.from(text, character => character.charCodeAt(0))
}
