/* What the driver knows by itself: INQUIRY, READ CAPACITY, MODE SENSE, REQUEST SENSE, REPORT LUNS. */
#include "bytes.h"
#include "driver.h"

#define STANDARD_BYTES 36
#define VERSION_SPC4 0x06
#define FORMAT_SPC 0x02
#define COMMAND_QUEUE 0x02
#define EVPD 0x01
#define READ_CAPACITY_16 0x10
#define CAPACITY_16_BYTES 32
#define UNMAPPABLE 0x80
#define NO_DESCRIPTOR 0x08
#define SAVED_VALUES 3
#define CHANGEABLE_VALUES 1
#define WRITE_CACHE_ENABLED 0x04
#define CACHING_BYTES 20
#define CONTROL_BYTES 12
/* SAVING PARAMETERS NOT SUPPORTED. */
#define NOT_SAVED 0x39
#define OFFERS_DATASET 0x04
#define LUN_HEADER_BYTES 8

static inline UNIT *UnitOf(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb) {
  return &ext->unit[srb->Lun];
}

/* Hands out an answer, as much of it as the CDB allows and the buffer holds. */
UCHAR Answer(PSCSI_REQUEST_BLOCK srb, PUCHAR answer, ULONG bytes, ULONG allocation) {
  bytes = min(min(bytes, allocation), srb->DataTransferLength);
  if (bytes != 0) RtlCopyMemory(srb->DataBuffer, answer, bytes);
  if (bytes == srb->DataTransferLength) return SRB_STATUS_SUCCESS;
  srb->DataTransferLength = bytes;
  return SRB_STATUS_DATA_OVERRUN;
}

static void StandardInquiry(PUCHAR answer) {
  RtlZeroMemory(answer, STANDARD_BYTES);
  answer[2] = VERSION_SPC4;
  answer[3] = FORMAT_SPC;
  answer[4] = STANDARD_BYTES - 5;
  RtlFillMemory(answer + 8, STANDARD_BYTES - 8, ' ');
}

UCHAR Inquiry(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb) {
  UCHAR answer[96];
  PUCHAR cdb = srb->Cdb;
  ULONG bytes = STANDARD_BYTES;
  if (cdb[1] & EVPD) {
    bytes = BuildVpdPage(ext, UnitOf(ext, srb), srb->Lun, cdb[2], answer);
    if (bytes == 0) return CheckCondition(ext, srb, ILLEGAL(SCSI_ADSENSE_INVALID_CDB));
  } else {
    if (cdb[2] != 0) return CheckCondition(ext, srb, ILLEGAL(SCSI_ADSENSE_INVALID_CDB));
    StandardInquiry(answer);
    answer[7] = COMMAND_QUEUE;
    RtlCopyMemory(answer + 8, "NVMe", 4);
    RtlCopyMemory(answer + 16, ext->model, sizeof(ext->model));
    RtlCopyMemory(answer + 32, ext->firmware, sizeof(ext->firmware));
  }
  return Answer(srb, answer, bytes, Get16(cdb + 3));
}

UCHAR MissingUnitInquiry(PSCSI_REQUEST_BLOCK srb) {
  UCHAR answer[STANDARD_BYTES];
  StandardInquiry(answer);
  answer[0] = LOGICAL_UNIT_NOT_PRESENT_DEVICE;
  return Answer(srb, answer, sizeof(answer), Get16(srb->Cdb + 3));
}

UCHAR ReadCapacity(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb) {
  UNIT *unit = UnitOf(ext, srb);
  UCHAR answer[8];
  /* All ones: ask READ CAPACITY (16). */
  Put32(answer, (ULONG)min(unit->blocks - 1, 0xffffffff));
  Put32(answer + 4, 1u << unit->shift);
  return Answer(srb, answer, sizeof(answer), sizeof(answer));
}

/* READ CAPACITY (16). */
UCHAR ServiceActionIn(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb) {
  UNIT *unit = UnitOf(ext, srb);
  UCHAR answer[CAPACITY_16_BYTES];
  if ((srb->Cdb[1] & 0x1f) != READ_CAPACITY_16) return CheckCondition(ext, srb, ILLEGAL(SCSI_ADSENSE_INVALID_CDB));
  RtlZeroMemory(answer, sizeof(answer));
  Put64(answer, unit->blocks - 1);
  Put32(answer + 8, 1u << unit->shift);
  if (ext->optionalCommands & OFFERS_DATASET) answer[14] = UNMAPPABLE;
  return Answer(srb, answer, sizeof(answer), Get32(srb->Cdb + 10));
}

/* Writes a mode page. Nothing in it can be changed. Returns its length, 0 when there is no such page. */
static ULONG PutModePage(DEVICE_EXTENSION *ext, UCHAR code, BOOLEAN changeable, PUCHAR at) {
  ULONG bytes = code == MODE_PAGE_CACHING ? CACHING_BYTES : code == MODE_PAGE_CONTROL ? CONTROL_BYTES : 0;
  if (bytes == 0) return 0;
  RtlZeroMemory(at, bytes);
  at[0] = code;
  at[1] = (UCHAR)(bytes - 2);
  if (code == MODE_PAGE_CACHING && ext->writeCache && !changeable) at[2] = WRITE_CACHE_ENABLED;
  return bytes;
}

static ULONG PutBlockDescriptor(UNIT *unit, PUCHAR at) {
  Put32(at, (ULONG)min(unit->blocks, 0xffffffff));
  Put32(at + 4, 1u << unit->shift);
  return MODE_BLOCK_DESC_LENGTH;
}

UCHAR ModeSense(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb) {
  UCHAR answer[MODE_HEADER_LENGTH10 + MODE_BLOCK_DESC_LENGTH + CACHING_BYTES + CONTROL_BYTES];
  PUCHAR cdb = srb->Cdb;
  UNIT *unit = UnitOf(ext, srb);
  BOOLEAN six = cdb[0] == SCSIOP_MODE_SENSE;
  UCHAR control = cdb[2] >> 6;
  UCHAR page = cdb[2] & 0x3f;
  BOOLEAN changeable = control == CHANGEABLE_VALUES;
  if (control == SAVED_VALUES) return CheckCondition(ext, srb, ILLEGAL(NOT_SAVED));
  /* No subpages, but all of them are none. */
  if (cdb[3] != 0 && cdb[3] != 0xff) return CheckCondition(ext, srb, ILLEGAL(SCSI_ADSENSE_INVALID_CDB));

  ULONG header = six ? MODE_HEADER_LENGTH : MODE_HEADER_LENGTH10;
  ULONG descriptor = cdb[1] & NO_DESCRIPTOR ? 0 : PutBlockDescriptor(unit, answer + header);
  ULONG bytes = header + descriptor;
  if (page == MODE_SENSE_RETURN_ALL) {
    bytes += PutModePage(ext, MODE_PAGE_CACHING, changeable, answer + bytes);
    bytes += PutModePage(ext, MODE_PAGE_CONTROL, changeable, answer + bytes);
  } else if (page != MODE_PAGE_VENDOR_SPECIFIC) {
    ULONG length = PutModePage(ext, page, changeable, answer + bytes);
    if (length == 0) return CheckCondition(ext, srb, ILLEGAL(SCSI_ADSENSE_INVALID_CDB));
    bytes += length;
  }

  UCHAR specific = MODE_DSP_FUA_SUPPORTED | (unit->writeProtected ? MODE_DSP_WRITE_PROTECT : 0);
  RtlZeroMemory(answer, header);
  if (six) {
    answer[0] = (UCHAR)(bytes - 1);
    answer[2] = specific;
    answer[3] = (UCHAR)descriptor;
  } else {
    Put16(answer, bytes - 2);
    answer[3] = specific;
    Put16(answer + 6, descriptor);
  }
  return Answer(srb, answer, bytes, six ? cdb[4] : Get16(cdb + 7));
}

/* Sense data that nobody has taken yet; it is told once. */
UCHAR RequestSense(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb) {
  UCHAR answer[SENSE_BUFFER_SIZE];
  BuildSense(answer, UnitOf(ext, srb)->sense);
  UnitOf(ext, srb)->sense = 0;
  return Answer(srb, answer, sizeof(answer), srb->Cdb[4]);
}

UCHAR ReportLuns(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb) {
  UCHAR answer[LUN_HEADER_BYTES * (1 + MAX_UNITS)];
  ULONG bytes = LUN_HEADER_BYTES;
  RtlZeroMemory(answer, sizeof(answer));
  for (ULONG lun = 0; lun < ext->units; lun++) {
    if (ext->unit[lun].blocks == 0) continue;
    answer[bytes + 1] = (UCHAR)lun;
    bytes += 8;
  }
  Put32(answer, bytes - LUN_HEADER_BYTES);
  return Answer(srb, answer, bytes, Get32(srb->Cdb + 6));
}
