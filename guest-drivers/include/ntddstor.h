/* What applications ask any storage device about. */
#ifndef WHBA_NTDDSTOR_H
#define WHBA_NTDDSTOR_H

#include <devioctl.h>

#ifdef __cplusplus
extern "C" {
#endif

#define IOCTL_STORAGE_BASE FILE_DEVICE_MASS_STORAGE
#define IOCTL_STORAGE_QUERY_PROPERTY CTL_CODE(IOCTL_STORAGE_BASE, 0x0500, METHOD_BUFFERED, FILE_ANY_ACCESS)
#define IOCTL_STORAGE_GET_DEVICE_NUMBER CTL_CODE(IOCTL_STORAGE_BASE, 0x0420, METHOD_BUFFERED, FILE_ANY_ACCESS)
#define IOCTL_STORAGE_RESET_BUS CTL_CODE(IOCTL_STORAGE_BASE, 0x0400, METHOD_BUFFERED, FILE_READ_ACCESS)
#define IOCTL_STORAGE_RESET_DEVICE CTL_CODE(IOCTL_STORAGE_BASE, 0x0401, METHOD_BUFFERED, FILE_READ_ACCESS)

typedef enum _STORAGE_BUS_TYPE {
  BusTypeUnknown = 0x00,
  BusTypeScsi = 0x01,
  BusTypeAtapi = 0x02,
  BusTypeAta = 0x03,
  BusType1394 = 0x04,
  BusTypeSsa = 0x05,
  BusTypeFibre = 0x06,
  BusTypeUsb = 0x07,
  BusTypeRAID = 0x08,
  BusTypeiScsi = 0x09,
  BusTypeSas = 0x0A,
  BusTypeSata = 0x0B,
  BusTypeSd = 0x0C,
  BusTypeMmc = 0x0D,
  BusTypeVirtual = 0x0E,
  BusTypeFileBackedVirtual = 0x0F,
  BusTypeSpaces = 0x10,
  BusTypeNvme = 0x11,
  BusTypeMaxReserved = 0x7F
} STORAGE_BUS_TYPE, *PSTORAGE_BUS_TYPE;

#ifdef __cplusplus
}
#endif

#endif
