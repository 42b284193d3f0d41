/* GUID. After <initguid.h> DEFINE_GUID also defines what it declares. */
#ifndef WHBA_GUIDDEF_H
#define WHBA_GUIDDEF_H

typedef struct _GUID {
  unsigned long Data1;
  unsigned short Data2;
  unsigned short Data3;
  unsigned char Data4[8];
} GUID;
typedef GUID *PGUID, *LPGUID;
typedef const GUID *LPCGUID;
#ifdef __cplusplus
#define REFGUID const GUID &
#define WHBA_GUID_LINKAGE extern "C"
#else
#define REFGUID const GUID *
#define WHBA_GUID_LINKAGE extern
#endif
#define IsEqualGUID(a, b) (!__builtin_memcmp(&(a), &(b), sizeof(GUID)))

#endif

#undef DEFINE_GUID
#ifdef INITGUID
#define DEFINE_GUID(name, l, w1, w2, b1, b2, b3, b4, b5, b6, b7, b8) \
  WHBA_GUID_LINKAGE const GUID name __attribute__((weak)); \
  WHBA_GUID_LINKAGE const GUID name __attribute__((weak)) = { l, w1, w2, { b1, b2, b3, b4, b5, b6, b7, b8 } }
#else
#define DEFINE_GUID(name, l, w1, w2, b1, b2, b3, b4, b5, b6, b7, b8) WHBA_GUID_LINKAGE const GUID name
#endif
