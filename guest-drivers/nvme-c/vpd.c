/* Vital product data: pages 00h, 80h, 83h, B0h, B1h, B2h. */
#include "bytes.h"
#include "driver.h"

#define BLOCK_PAGE_BYTES 64
#define PROVISIONING_BYTES 8
#define WRITE_SAME_NOT_ZERO 0x01
#define DOES_NOT_ROTATE 1
#define UNMAP_SUPPORTED 0x80
#define DATASET 0x04
#define LUN_DIGITS 4

static const UCHAR PAGES[] = {
  VPD_SUPPORTED_PAGES, VPD_SERIAL_NUMBER, VPD_DEVICE_IDENTIFIERS,
  VPD_BLOCK_LIMITS,    VPD_BLOCK_DEVICE_CHARACTERISTICS, VPD_LOGICAL_BLOCK_PROVISIONING,
};

static ULONG PutSerial(DEVICE_EXTENSION *ext, UCHAR lun, PUCHAR at);
static ULONG PutDesignator(DEVICE_EXTENSION *ext, UNIT *unit, UCHAR lun, PUCHAR at);
static void PutLimits(DEVICE_EXTENSION *ext, UNIT *unit, PUCHAR page);

/* Builds a page. Returns its length, 0 when there is no such page. */
ULONG BuildVpdPage(DEVICE_EXTENSION *ext, UNIT *unit, UCHAR lun, UCHAR code, PUCHAR page) {
  ULONG bytes = 4;
  RtlZeroMemory(page, BLOCK_PAGE_BYTES);
  switch (code) {
  case VPD_SUPPORTED_PAGES:
    RtlCopyMemory(page + bytes, PAGES, sizeof(PAGES));
    bytes += sizeof(PAGES);
    break;
  case VPD_SERIAL_NUMBER:
    bytes += PutSerial(ext, lun, page + bytes);
    break;
  case VPD_DEVICE_IDENTIFIERS:
    bytes += PutDesignator(ext, unit, lun, page + bytes);
    break;
  case VPD_BLOCK_LIMITS:
    PutLimits(ext, unit, page);
    bytes = BLOCK_PAGE_BYTES;
    break;
  case VPD_BLOCK_DEVICE_CHARACTERISTICS:
    Put16(page + 4, DOES_NOT_ROTATE);
    bytes = BLOCK_PAGE_BYTES;
    break;
  case VPD_LOGICAL_BLOCK_PROVISIONING:
    if (ext->optionalCommands & DATASET) page[5] = UNMAP_SUPPORTED;
    bytes = PROVISIONING_BYTES;
    break;
  default:
    return 0;
  }
  page[1] = code;
  Put16(page + 2, bytes - 4);
  return bytes;
}

/* The controller's serial number and the unit's own: the same for no two units. Returns its length. */
static ULONG PutSerial(DEVICE_EXTENSION *ext, UCHAR lun, PUCHAR at) {
  ULONG bytes = sizeof(ext->serial);
  RtlCopyMemory(at, ext->serial, bytes);
  at[bytes++] = '-';
  for (ULONG digit = 0; digit < LUN_DIGITS; digit++) at[bytes++] = (UCHAR)('0' + (digit == LUN_DIGITS - 1 ? lun + 1 : 0));
  return bytes;
}

/* EUI-64 when the namespace has one, else the T10 vendor identification with the serial number. Returns its length. */
static ULONG PutDesignator(DEVICE_EXTENSION *ext, UNIT *unit, UCHAR lun, PUCHAR at) {
  static const UCHAR NO_EUI64[8];
  if (!RtlEqualMemory(unit->eui64, NO_EUI64, sizeof(unit->eui64))) {
    at[0] = VpdCodeSetBinary;
    at[1] = VpdIdentifierTypeEUI64;
    at[3] = sizeof(unit->eui64);
    RtlCopyMemory(at + 4, unit->eui64, sizeof(unit->eui64));
    return 4 + sizeof(unit->eui64);
  }
  at[0] = VpdCodeSetAscii;
  at[1] = VpdIdentifierTypeVendorId;
  RtlCopyMemory(at + 4, "NVMe    ", 8);
  at[3] = (UCHAR)(8 + PutSerial(ext, lun, at + 12));
  return 4 + at[3];
}

static void PutLimits(DEVICE_EXTENSION *ext, UNIT *unit, PUCHAR page) {
  ULONG blocks = MAX_TRANSFER_BYTES >> unit->shift;
  page[4] = WRITE_SAME_NOT_ZERO;
  Put32(page + 8, blocks);
  Put32(page + 12, blocks);
  if (ext->optionalCommands & DATASET) {
    Put32(page + 20, 0xffffffff);
    Put32(page + 24, MAX_RANGES);
  }
  /* A command of the controller counts its blocks in 16 bits. */
  Put64(page + 36, 0x10000);
}
