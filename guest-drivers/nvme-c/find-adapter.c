/* HwFindAdapter: is this a controller we can drive? What it can do is known only after Identify, which needs the common buffer:
   HwInitialize asks for it. */
#include "driver.h"

#define INITIATOR_ID 7
/* CAP.CSS: the NVM command set. */
#define COMMAND_SET_NVM (1u << NVME_CAP_HIGH_CSS_SHIFT)
#define VECTOR_0 1

static ULONG Identify(DEVICE_EXTENSION *ext, PPORT_CONFIGURATION_INFORMATION config);
static void Describe(DEVICE_EXTENSION *ext, PPORT_CONFIGURATION_INFORMATION config);
static ULONG ClaimTables(DEVICE_EXTENSION *ext, PPORT_CONFIGURATION_INFORMATION config);
static void PlaceQueue(DEVICE_EXTENSION *ext, QUEUE *queue, ULONG number, ULONG entries, ULONG commands, ULONG completions);
static ULONG GiveUp(DEVICE_EXTENSION *ext, ULONG result);

ULONG HwFindAdapter(PVOID extension, PVOID hwContext, PVOID busInformation, PCHAR argumentString,
                    PPORT_CONFIGURATION_INFORMATION config, PBOOLEAN again) {
  DEVICE_EXTENSION *ext = extension;
  *again = FALSE;
  if (config->Length < sizeof(*config)) return SP_RETURN_BAD_CONFIG;
  ULONG found = Identify(ext, config);
  if (found != SP_RETURN_FOUND) return found;
  Describe(ext, config);
  /* Once, and after the DMA members: the port driver reads them here. */
  return ClaimTables(ext, config);
}

/* Maps the registers and asks whether this is a controller for us. */
static ULONG Identify(DEVICE_EXTENSION *ext, PPORT_CONFIGURATION_INFORMATION config) {
  /* A PCI driver takes the range the port driver supplies and looks nowhere else, unless it supplied none. */
  if (config->NumberOfAccessRanges == 0) return SP_RETURN_NOT_FOUND;
  PACCESS_RANGE range = &(*config->AccessRanges)[0];
  if (range->RangeLength == 0 && !DetectAdapter(ext, config)) return SP_RETURN_NOT_FOUND;
  if (range->RangeLength < NVME_DOORBELLS) return SP_RETURN_NOT_FOUND;
  ext->registers = ScsiPortGetDeviceBase(ext, config->AdapterInterfaceType, config->SystemIoBusNumber, range->RangeStart,
                                         range->RangeLength, (BOOLEAN)!range->RangeInMemory);
  if (ext->registers == NULL) {
    LogAdapterError(ext, SP_INTERNAL_ADAPTER_ERROR, SITE_NO_MAPPING);
    return SP_RETURN_ERROR;
  }

  ULONG version = Read(ext, NVME_VS);
  ULONG high = Read(ext, NVME_CAP_HIGH);
  /* Somebody else's command set, pages larger than ours, doorbells beyond the range: not for this driver. */
  if (version == GONE || version >> NVME_VS_MJR_SHIFT == 0 || !(high & COMMAND_SET_NVM) || high & NVME_CAP_HIGH_MPSMIN_MASK ||
      NVME_DOORBELLS + (4 << (high & NVME_CAP_HIGH_DSTRD_MASK)) * 4 > range->RangeLength) {
    return GiveUp(ext, SP_RETURN_NOT_FOUND);
  }
  /* The interrupt is connected when this routine returns: whatever the firmware left running, nobody would dismiss it. */
  Write(ext, NVME_INTMS, VECTOR_0);
  Write(ext, NVME_CC, 0);
  return SP_RETURN_FOUND;
}

/* Tells the port driver what the controller can do. */
static void Describe(DEVICE_EXTENSION *ext, PPORT_CONFIGURATION_INFORMATION config) {
  config->NumberOfBuses = 1;
  config->InitiatorBusId[0] = INITIATOR_ID;
  /* The controller is target 0. */
  config->MaximumNumberOfTargets = 1;
  config->MaximumNumberOfLogicalUnits = MAX_UNITS;
  config->Master = TRUE;
  config->ScatterGather = TRUE;
  /* Data begins at a multiple of 4 bytes. */
  config->AlignmentMask = 3;
  /* Namespaces may have a write cache, so that FLUSH and SHUTDOWN are for us. */
  config->CachesData = TRUE;
  /* Both limits may be lowered, never raised. */
  config->MaximumTransferLength = min(config->MaximumTransferLength, MAX_TRANSFER_BYTES);
  config->NumberOfPhysicalBreaks = min(config->NumberOfPhysicalBreaks, MAX_PAGES);
  /* Addresses are 64 bits wide everywhere in this controller. One of the two, never both. */
  if (config->Dma64BitAddresses & SCSI_DMA64_SYSTEM_SUPPORTED) {
    config->Dma64BitAddresses = SCSI_DMA64_MINIPORT_SUPPORTED;
    config->Dma32BitAddresses = FALSE;
  } else {
    config->Dma32BitAddresses = TRUE;
  }
}

/* The memory that driver and controller share. Queues begin at a page. */
static ULONG ClaimTables(DEVICE_EXTENSION *ext, PPORT_CONFIGURATION_INFORMATION config) {
  PUCHAR tables = ScsiPortGetUncachedExtension(ext, config, TABLES_BYTES + PAGE_BYTES);
  if (tables == NULL) {
    LogAdapterError(ext, SP_INTERNAL_ADAPTER_ERROR, SITE_NO_TABLES);
    return GiveUp(ext, SP_RETURN_ERROR);
  }
  ULONG length;
  SCSI_PHYSICAL_ADDRESS address = ScsiPortGetPhysicalAddress(ext, NULL, tables, &length);
  ULONG skip = -address.LowPart & (PAGE_BYTES - 1);
  if (length < skip + TABLES_BYTES) {
    LogAdapterError(ext, SP_INTERNAL_ADAPTER_ERROR, SITE_NO_TABLES);
    return GiveUp(ext, SP_RETURN_ERROR);
  }
  ext->tables = tables + skip;
  ext->tablesAddress = address.QuadPart + skip;

  ULONG low = Read(ext, NVME_CAP_LOW);
  ULONG most = ((low & NVME_CAP_LOW_MQES_MASK) >> NVME_CAP_LOW_MQES_SHIFT) + 1;
  ext->readyMs = max((low & NVME_CAP_LOW_TO_MASK) >> NVME_CAP_LOW_TO_SHIFT, 1) * 500;
  PlaceQueue(ext, &ext->admin, 0, ADMIN_ENTRIES, ADMIN_SQ, ADMIN_CQ);
  PlaceQueue(ext, &ext->io, 1, min(most, IO_ENTRIES), IO_SQ, IO_CQ);
  ext->tags = ext->io.entries - 1;
  return SP_RETURN_FOUND;
}

/* @param commands, completions: where in the common buffer */
static void PlaceQueue(DEVICE_EXTENSION *ext, QUEUE *queue, ULONG number, ULONG entries, ULONG commands, ULONG completions) {
  ULONG stride = 4 << (Read(ext, NVME_CAP_HIGH) & NVME_CAP_HIGH_DSTRD_MASK);
  queue->commands = (NVME_COMMAND *)(ext->tables + commands);
  queue->completions = (NVME_COMPLETION *)(ext->tables + completions);
  queue->tailDoorbell = ext->registers + NVME_DOORBELLS + 2 * number * stride;
  queue->headDoorbell = queue->tailDoorbell + stride;
  queue->entries = (USHORT)entries;
}

static ULONG GiveUp(DEVICE_EXTENSION *ext, ULONG result) {
  ScsiPortFreeDeviceBase(ext, ext->registers);
  ext->registers = NULL;
  return result;
}
