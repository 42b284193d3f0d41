/* Commands that reach the medium: one command of the controller for each. */
#include "bytes.h"
#include "queue.h"

#define FUA 0x08
#define BYTE_CHECK 0x02
#define BYTE_CHECK_MASK 0x06
#define UNMAP_BIT 0x08
/* NDOB of WRITE SAME (16): zeros, without a buffer to say so. */
#define NO_BUFFER 0x01
/* ONCS. */
#define OFFERS_COMPARE 0x01
#define OFFERS_DATASET 0x04
#define OFFERS_ZEROES 0x08
#define OFFERS_VERIFY 0x80
/* Optional, and not in nvme.h: the bench's controller does not offer it. */
#define IO_VERIFY 0x0c
/* A command counts its blocks in 16 bits, less one. */
#define MOST_BLOCKS 0x10000
#define UNMAP_HEADER_BYTES 8
#define UNMAP_DESCRIPTOR_BYTES 16

typedef struct {
  ULONGLONG lba;
  ULONGLONG blocks;
} RANGE;

static inline UNIT *UnitOf(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb) {
  return &ext->unit[srb->Lun];
}

/* Where the form of the CDB has them. In the 6-byte form 0 blocks are 256. */
static inline RANGE RangeOf(PSCSI_REQUEST_BLOCK srb) {
  PUCHAR cdb = srb->Cdb;
  switch (cdb[0] >> 5) {
  case 0:
    return (RANGE){Get32(cdb) & 0x1fffff, cdb[4] == 0 ? 256 : cdb[4]};
  case 4:
    return (RANGE){Get64(cdb + 2), Get32(cdb + 10)};
  case 5:
    return (RANGE){Get32(cdb + 2), Get32(cdb + 6)};
  default:
    return (RANGE){Get32(cdb + 2), Get16(cdb + 7)};
  }
}

/* A tag and the entry behind the tail, for an SRB that moves `bytes` when all goes well. */
static inline NVME_COMMAND *Begin(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb, UCHAR opcode, ULONG bytes) {
  ULONG tag = TakeTag(ext);
  ext->slots[tag].bytes = bytes;
  return NewCommand(&ext->io, opcode, tag, srb->Lun + 1);
}

/* Rings for it. */
static inline UCHAR Go(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb, NVME_COMMAND *command) {
  ext->slots[command->id].srb = srb;
  Submit(&ext->io);
  return SRB_STATUS_PENDING;
}

static inline void SetRange(NVME_COMMAND *command, RANGE range) {
  command->cdw10 = (ULONG)range.lba;
  command->cdw11 = (ULONG)(range.lba >> 32);
  command->cdw12 |= (ULONG)range.blocks - 1;
}

/* The same with data: the pages of the buffer. */
static UCHAR GoWithData(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb, NVME_COMMAND *command, ULONG bytes) {
  if (DescribeBuffer(ext, srb, bytes, command->id, command)) return Go(ext, srb, command);
  /* The port driver gave us a buffer that breaks its own promises. */
  FreeTag(ext, command->id);
  LogSrbError(ext, srb, SP_INTERNAL_ADAPTER_ERROR, SITE_BAD_BUFFER);
  return SRB_STATUS_ERROR;
}

/* READ, WRITE and COMPARE in all their forms. */
UCHAR ReadOrWrite(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb, UCHAR opcode) {
  RANGE range = RangeOf(srb);
  if (range.blocks == 0) return Answer(srb, NULL, 0, 0);
  ULONGLONG bytes = range.blocks << UnitOf(ext, srb)->shift;
  if (bytes > srb->DataTransferLength) {
    /* A target would move what fits and fail. The controller believes the command, not the buffer: it must not see it. */
    if (bytes > MAX_TRANSFER_BYTES) return CheckCondition(ext, srb, ILLEGAL(SCSI_ADSENSE_INVALID_CDB));
    LogSrbError(ext, srb, SP_PROTOCOL_ERROR, SITE_OVERRUN);
    srb->DataTransferLength = 0;
    return SRB_STATUS_DATA_OVERRUN;
  }
  NVME_COMMAND *command = Begin(ext, srb, opcode, (ULONG)bytes);
  if (srb->Cdb[0] >> 5 != 0 && srb->Cdb[1] & FUA && opcode != NVME_IO_COMPARE) command->cdw12 = NVME_RW_FUA;
  SetRange(command, range);
  return GoWithData(ext, srb, command, (ULONG)bytes);
}

/* With BYTCHK the data is compared. Without, the blocks are to be read and nothing is moved: a controller that has no command
   for that cannot do it, and only the range is looked at. */
UCHAR Verify(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb) {
  UCHAR check = srb->Cdb[1] & BYTE_CHECK_MASK;
  if (check == BYTE_CHECK && ext->optionalCommands & OFFERS_COMPARE) return ReadOrWrite(ext, srb, NVME_IO_COMPARE);
  if (check != 0) return CheckCondition(ext, srb, ILLEGAL(SCSI_ADSENSE_INVALID_CDB));
  RANGE range = RangeOf(srb);
  ULONGLONG blocks = UnitOf(ext, srb)->blocks;
  if (range.lba > blocks || range.blocks > blocks - range.lba) return CheckCondition(ext, srb, ILLEGAL(SCSI_ADSENSE_ILLEGAL_BLOCK));
  if (!(ext->optionalCommands & OFFERS_VERIFY) || range.blocks == 0) return SRB_STATUS_SUCCESS;
  if (range.blocks > MOST_BLOCKS) return CheckCondition(ext, srb, ILLEGAL(SCSI_ADSENSE_INVALID_CDB));
  NVME_COMMAND *command = Begin(ext, srb, IO_VERIFY, srb->DataTransferLength);
  SetRange(command, range);
  return Go(ext, srb, command);
}

/* SYNCHRONIZE CACHE, FLUSH, SHUTDOWN: all of the unit's cache, whatever the range. */
UCHAR Flush(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb) {
  return Go(ext, srb, Begin(ext, srb, NVME_IO_FLUSH, srb->DataTransferLength));
}

/* Each descriptor becomes a range of dataset management; they are few (VPD page B0h says how many), so that they fit into the
   memory of the tag. */
UCHAR Unmap(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb) {
  PUCHAR list = srb->DataBuffer;
  ULONG length = Get16(srb->Cdb + 7);
  if (!(ext->optionalCommands & OFFERS_DATASET)) return CheckCondition(ext, srb, ILLEGAL(SCSI_ADSENSE_ILLEGAL_COMMAND));
  if (length == 0) return SRB_STATUS_SUCCESS;
  if (length < UNMAP_HEADER_BYTES || length > srb->DataTransferLength) {
    return CheckCondition(ext, srb, ILLEGAL(SCSI_ADSENSE_PARAMETER_LIST_LENGTH));
  }
  ULONG ranges = min(Get16(list + 2), length - UNMAP_HEADER_BYTES) / UNMAP_DESCRIPTOR_BYTES;
  if (ranges == 0) return SRB_STATUS_SUCCESS;
  if (ranges > MAX_RANGES) return CheckCondition(ext, srb, ILLEGAL(SCSI_ADSENSE_INVALID_FIELD_PARAMETER_LIST));
  NVME_COMMAND *command = Begin(ext, srb, NVME_IO_DATASET_MANAGEMENT, srb->DataTransferLength);
  ULONG at = LISTS + command->id * LIST_BYTES;
  NVME_RANGE *range = (NVME_RANGE *)(ext->tables + at);
  for (ULONG n = 0; n < ranges; n++) {
    PUCHAR descriptor = list + UNMAP_HEADER_BYTES + n * UNMAP_DESCRIPTOR_BYTES;
    range[n].attributes = 0;
    range[n].lba = Get64(descriptor);
    range[n].blocks = Get32(descriptor + 8);
  }
  command->prp1 = ext->tablesAddress + at;
  command->cdw10 = ranges - 1;
  command->cdw11 = NVME_DSM_DEALLOCATE;
  return Go(ext, srb, command);
}

static BOOLEAN IsZero(PUCHAR at, ULONG bytes) {
  for (ULONG n = 0; n < bytes; n++)
    if (at[n] != 0) return FALSE;
  return TRUE;
}

/* Zeros only: the controller can write no other pattern by itself. */
UCHAR WriteSame(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb) {
  RANGE range = RangeOf(srb);
  ULONG block = 1u << UnitOf(ext, srb)->shift;
  if (!(ext->optionalCommands & OFFERS_ZEROES)) return CheckCondition(ext, srb, ILLEGAL(SCSI_ADSENSE_ILLEGAL_COMMAND));
  if (range.blocks == 0 || range.blocks > MOST_BLOCKS) return CheckCondition(ext, srb, ILLEGAL(SCSI_ADSENSE_INVALID_CDB));
  BOOLEAN noBuffer = srb->Cdb[0] == SCSIOP_WRITE_SAME16 && srb->Cdb[1] & NO_BUFFER;
  if (!noBuffer && (srb->DataTransferLength < block || !IsZero(srb->DataBuffer, block))) {
    return CheckCondition(ext, srb, ILLEGAL(SCSI_ADSENSE_INVALID_CDB));
  }
  NVME_COMMAND *command = Begin(ext, srb, NVME_IO_WRITE_ZEROES, srb->DataTransferLength);
  if (srb->Cdb[1] & UNMAP_BIT) command->cdw12 = NVME_WRITE_ZEROES_DEALLOCATE;
  SetRange(command, range);
  return Go(ext, srb, command);
}
