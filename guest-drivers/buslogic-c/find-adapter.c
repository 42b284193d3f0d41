/* HwFindAdapter: is this our adapter, and what can it do? */
#include "driver.h"

/* Bits of registers that are always 0: an empty port reads all ones. */
#define STATUS_RESERVED 0x02
#define INTERRUPT_RESERVED 0x70
/* A soft reset does not test anything and takes no time to speak of. */
#define RESET_US 10000
/* INQUIRE SETUP: where the maker's signature stands. */
#define SETUP_SIGNATURE 17
#define SETUP_BYTES 19

static PACCESS_RANGE Registers(DEVICE_EXTENSION *ext, PPORT_CONFIGURATION_INFORMATION config);
static BOOLEAN IsOurs(DEVICE_EXTENSION *ext);
static BOOLEAN Inquire(DEVICE_EXTENSION *ext);
static void Describe(DEVICE_EXTENSION *ext, PPORT_CONFIGURATION_INFORMATION config);
static ULONG ClaimMailboxes(DEVICE_EXTENSION *ext, PPORT_CONFIGURATION_INFORMATION config);
static ULONG GiveUp(DEVICE_EXTENSION *ext, ULONG result);

ULONG HwFindAdapter(PVOID extension, PVOID hwContext, PVOID busInformation, PCHAR argumentString,
                    PPORT_CONFIGURATION_INFORMATION config, PBOOLEAN again) {
  DEVICE_EXTENSION *ext = extension;
  *again = FALSE;
  if (config->Length < sizeof(*config)) return SP_RETURN_BAD_CONFIG;
  PACCESS_RANGE range = Registers(ext, config);
  if (range == NULL) return SP_RETURN_NOT_FOUND;
  ext->registers = ScsiPortGetDeviceBase(ext, config->AdapterInterfaceType, config->SystemIoBusNumber, range->RangeStart,
                                         range->RangeLength, (BOOLEAN)!range->RangeInMemory);
  if (ext->registers == NULL) {
    LogAdapterError(ext, SP_INTERNAL_ADAPTER_ERROR, SITE_NO_MAPPING);
    return SP_RETURN_ERROR;
  }
  if (!IsOurs(ext) || !SwitchInterruptsOff(ext) || !Inquire(ext)) return GiveUp(ext, SP_RETURN_NOT_FOUND);
  Describe(ext, config);
  /* Once, and after the DMA members: the port driver reads them here. */
  return ClaimMailboxes(ext, config);
}

/* The range with the registers. A PCI driver takes what the port driver supplies and looks nowhere else, unless it supplied
   nothing. NULL: there is none. */
static PACCESS_RANGE Registers(DEVICE_EXTENSION *ext, PPORT_CONFIGURATION_INFORMATION config) {
  BOOLEAN supplied = FALSE;
  for (ULONG n = 0; n < config->NumberOfAccessRanges; n++) {
    PACCESS_RANGE range = &(*config->AccessRanges)[n];
    if (range->RangeLength == 0) continue;
    supplied = TRUE;
    if (!range->RangeInMemory && range->RangeLength >= BL_WINDOW_BYTES) return range;
  }
  if (supplied || config->NumberOfAccessRanges == 0 || !DetectAdapter(ext, config)) return NULL;
  return &(*config->AccessRanges)[0];
}

/* Looks before it writes: what answers here may be somebody else. */
static BOOLEAN IsOurs(DEVICE_EXTENSION *ext) {
  if (Read(ext, BL_STATUS) & STATUS_RESERVED) return FALSE;
  if (Read(ext, BL_INTERRUPT) & INTERRUPT_RESERVED) return FALSE;
  if (Read(ext, BL_GEOMETRY) == GONE) return FALSE;
  /* Whatever the BIOS was doing, it is over. The bus is not reset. */
  Write(ext, BL_CONTROL, BL_CONTROL_SOFT_RESET);
  return AwaitReady(ext, RESET_US);
}

/* Asks the adapter who it is. With its interrupts switched off before: every command ends with one, HwInterrupt is not connected
   yet, and others on the line would be called for it without end.

   An adapter of another make does not know the last command, an older one has another firmware. */
static BOOLEAN Inquire(DEVICE_EXTENSION *ext) {
  UCHAR board[4];
  if (!Command(ext, BL_CMD_INQUIRE_BOARD_ID, NULL, 0, board, sizeof(board))) return FALSE;
  if (board[2] < '5') return FALSE;

  UCHAR configuration[3];
  if (!Command(ext, BL_CMD_INQUIRE_CONFIGURATION, NULL, 0, configuration, sizeof(configuration))) return FALSE;
  ext->initiatorId = configuration[2] & 0x0f;

  UCHAR setup[SETUP_BYTES];
  UCHAR bytes = sizeof(setup);
  if (!Command(ext, BL_CMD_INQUIRE_SETUP, &bytes, 1, setup, sizeof(setup))) return FALSE;
  if (setup[SETUP_SIGNATURE] != 'B' || setup[SETUP_SIGNATURE + 1] != 'D') return FALSE;

  UCHAR extended[BL_EXTENDED_SETUP_SIZE];
  bytes = sizeof(extended);
  if (!Command(ext, BL_CMD_INQUIRE_EXTENDED_SETUP, &bytes, 1, extended, sizeof(extended))) return FALSE;
  /* 'E': addresses of 32 bits. */
  if (extended[BL_EXTENDED_SETUP_BUS] != 'E') return FALSE;
  ext->targets = extended[BL_EXTENDED_SETUP_FEATURES] & BL_EXTENDED_SETUP_FEATURE_WIDE ? 16 : 8;
  ULONG elements = extended[BL_EXTENDED_SETUP_SG] | extended[BL_EXTENDED_SETUP_SG + 1] << 8;
  ext->elements = min(elements, LIST_ELEMENTS);
  return TRUE;
}

/* Tells the port driver what the adapter can do. */
static void Describe(DEVICE_EXTENSION *ext, PPORT_CONFIGURATION_INFORMATION config) {
  config->NumberOfBuses = 1;
  config->InitiatorBusId[0] = (CHAR)ext->initiatorId;
  config->MaximumNumberOfTargets = ext->targets;
  config->MaximumNumberOfLogicalUnits = 8;
  config->Master = TRUE;
  config->ScatterGather = TRUE;
  /* The lists take any byte address and any length. */
  config->AlignmentMask = 0;
  /* Both limits may be lowered, never raised. */
  config->MaximumTransferLength = min(config->MaximumTransferLength, MAX_TRANSFER_BYTES);
  config->NumberOfPhysicalBreaks = min(config->NumberOfPhysicalBreaks, ext->elements);
  /* Addresses in CCBs and lists have 32 bits. Dma64BitAddresses stays as the port driver left it: not taken up. */
  config->Dma32BitAddresses = TRUE;
}

/* The memory for the mailboxes, behind the SRB extensions in the same common buffer. */
static ULONG ClaimMailboxes(DEVICE_EXTENSION *ext, PPORT_CONFIGURATION_INFORMATION config) {
  PUCHAR mailboxes = ScsiPortGetUncachedExtension(ext, config, MAILBOX_BYTES);
  if (mailboxes == NULL) {
    LogAdapterError(ext, SP_INTERNAL_ADAPTER_ERROR, SITE_NO_MAILBOXES);
    return GiveUp(ext, SP_RETURN_ERROR);
  }
  ULONG length;
  SCSI_PHYSICAL_ADDRESS address = ScsiPortGetPhysicalAddress(ext, NULL, mailboxes, &length);
  if (length < MAILBOX_BYTES) {
    LogAdapterError(ext, SP_INTERNAL_ADAPTER_ERROR, SITE_NO_MAILBOXES);
    return GiveUp(ext, SP_RETURN_ERROR);
  }
  ext->mailboxes = (MAILBOX *)mailboxes;
  ext->mailboxesAddress = address.LowPart;
  return SP_RETURN_FOUND;
}

static ULONG GiveUp(DEVICE_EXTENSION *ext, ULONG result) {
  ScsiPortFreeDeviceBase(ext, ext->registers);
  ext->registers = NULL;
  return result;
}
