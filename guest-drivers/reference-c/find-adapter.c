/* HwFindAdapter: is this our adapter, and what can it do? */
#include "driver.h"

#define MAGIC 0x41424857u
#define VERSION 1
#define INITIATOR_ID 7

static ULONG Identify(DEVICE_EXTENSION *ext, PPORT_CONFIGURATION_INFORMATION config);
static void Describe(DEVICE_EXTENSION *ext, PPORT_CONFIGURATION_INFORMATION config);
static ULONG ClaimTables(DEVICE_EXTENSION *ext, PPORT_CONFIGURATION_INFORMATION config, ULONG bytes);
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
  return ClaimTables(ext, config, TABLES_BYTES + TABLES_ALIGNMENT);
}

/* Maps the registers and asks whether this is our adapter. */
static ULONG Identify(DEVICE_EXTENSION *ext, PPORT_CONFIGURATION_INFORMATION config) {
  /* A PCI driver takes the range the port driver supplies and looks nowhere else, unless it supplied none. */
  if (config->NumberOfAccessRanges == 0) return SP_RETURN_NOT_FOUND;
  PACCESS_RANGE range = &(*config->AccessRanges)[0];
  if (range->RangeLength == 0 && !DetectAdapter(ext, config)) return SP_RETURN_NOT_FOUND;
  if (range->RangeLength < WHBA_WINDOW_BYTES) return SP_RETURN_NOT_FOUND;
  ext->registers = ScsiPortGetDeviceBase(ext, config->AdapterInterfaceType, config->SystemIoBusNumber, range->RangeStart,
                                         range->RangeLength, (BOOLEAN)!range->RangeInMemory);
  if (ext->registers == NULL) {
    LogAdapterError(ext, SP_INTERNAL_ADAPTER_ERROR, SITE_NO_MAPPING);
    return SP_RETURN_ERROR;
  }

  ULONG caps = Read(ext, WHBA_CAPS);
  if (Read(ext, WHBA_ID) != MAGIC || (caps & WHBA_CAPS_VERSION_MASK) >> WHBA_CAPS_VERSION_SHIFT != VERSION) {
    return GiveUp(ext, SP_RETURN_NOT_FOUND);
  }
  /* The interrupt is connected when this routine returns: whatever the firmware left enabled, nobody would dismiss it. */
  Write(ext, WHBA_INT_ENABLE, 0);
  return SP_RETURN_FOUND;
}

/* Tells the port driver what the adapter can do. */
static void Describe(DEVICE_EXTENSION *ext, PPORT_CONFIGURATION_INFORMATION config) {
  ULONG caps = Read(ext, WHBA_CAPS);
  ext->tags = min((caps & WHBA_CAPS_TAGS_MASK) >> WHBA_CAPS_TAGS_SHIFT, MAX_TAGS);
  ext->targets = (UCHAR)((caps & WHBA_CAPS_TARGETS_MASK) >> WHBA_CAPS_TARGETS_SHIFT);
  ext->autosense = (caps & WHBA_CAPS_AUTOSENSE) != 0;
  ULONG elements = min((caps & WHBA_CAPS_MAX_SG_MASK) >> WHBA_CAPS_MAX_SG_SHIFT, LIST_ELEMENTS);

  config->NumberOfBuses = 1;
  config->InitiatorBusId[0] = INITIATOR_ID;
  config->MaximumNumberOfTargets = ext->targets;
  config->MaximumNumberOfLogicalUnits = 8;
  config->Master = TRUE;
  config->ScatterGather = TRUE;
  /* The lists take any byte address and any length. */
  config->AlignmentMask = 0;
  /* Both limits may be lowered, never raised. */
  config->MaximumTransferLength = min(config->MaximumTransferLength, MAX_TRANSFER_BYTES);
  config->NumberOfPhysicalBreaks = min(config->NumberOfPhysicalBreaks, elements);
  /* Addresses are 64 bits wide everywhere in this adapter. One of the two, never both. */
  if (config->Dma64BitAddresses & SCSI_DMA64_SYSTEM_SUPPORTED) {
    config->Dma64BitAddresses = SCSI_DMA64_MINIPORT_SUPPORTED;
    config->Dma32BitAddresses = FALSE;
  } else {
    config->Dma32BitAddresses = TRUE;
  }
  /* Only a chip that fetches sense data by itself can hold several requests of a unit: whoever has to ask for it with a
     command of its own must find the unit waiting. */
  if (!ext->autosense) {
    config->AutoRequestSense = FALSE;
    config->MultipleRequestPerLu = FALSE;
  }
}

/* The memory that driver and adapter share. */
static ULONG ClaimTables(DEVICE_EXTENSION *ext, PPORT_CONFIGURATION_INFORMATION config, ULONG bytes) {
  PUCHAR tables = ScsiPortGetUncachedExtension(ext, config, bytes);
  if (tables == NULL) {
    LogAdapterError(ext, SP_INTERNAL_ADAPTER_ERROR, SITE_NO_TABLES);
    return GiveUp(ext, SP_RETURN_ERROR);
  }
  ULONG length;
  SCSI_PHYSICAL_ADDRESS address = ScsiPortGetPhysicalAddress(ext, NULL, tables, &length);
  ULONG skip = -address.LowPart & (TABLES_ALIGNMENT - 1);
  if (length < skip + TABLES_BYTES) {
    LogAdapterError(ext, SP_INTERNAL_ADAPTER_ERROR, SITE_NO_TABLES);
    return GiveUp(ext, SP_RETURN_ERROR);
  }
  ext->tables = tables + skip;
  ext->tablesAddress = address.QuadPart + skip;
  return SP_RETURN_FOUND;
}

static ULONG GiveUp(DEVICE_EXTENSION *ext, ULONG result) {
  ScsiPortFreeDeviceBase(ext, ext->registers);
  ext->registers = NULL;
  return result;
}
