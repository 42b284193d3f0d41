/* Detection as before Plug and Play: the port driver supplied neither ranges nor an interrupt, so the driver looks through the bus itself.
   Nothing is touched before ScsiPortValidateRange has said that nobody else owns it. */
#include "driver.h"

#define VENDOR 0x57a8
#define DEVICE 0x0001
/* Bit of a base address register: it is a port, not memory. */
#define ADDRESS_IO_SPACE 1u
#define ADDRESS_MEMORY_MASK 0xfffffff0u

/* Fills the first access range, the slot and the interrupt. Returns whether there is an adapter that is free. */
BOOLEAN DetectAdapter(DEVICE_EXTENSION *ext, PPORT_CONFIGURATION_INFORMATION config) {
  for (ULONG slot = 0; slot < PCI_MAX_DEVICES; slot++) {
    /* Length 0: the port driver brings the buffer and stores its address. It is gone with the next call. */
    PPCI_COMMON_CONFIG header = NULL;
    if (ScsiPortGetBusData(ext, PCIConfiguration, config->SystemIoBusNumber, slot, &header, 0) == 0) return FALSE;
    if (header->VendorID != VENDOR || header->DeviceID != DEVICE) continue;
    ULONG address = header->u.type0.BaseAddresses[0];
    ULONG interrupt = header->u.type0.InterruptLine;
    if (address == 0 || address & ADDRESS_IO_SPACE) continue;
    SCSI_PHYSICAL_ADDRESS base = ScsiPortConvertUlongToPhysicalAddress(address & ADDRESS_MEMORY_MASK);
    if (!ScsiPortValidateRange(ext, config->AdapterInterfaceType, config->SystemIoBusNumber, base, WHBA_WINDOW_BYTES, FALSE)) continue;
    PACCESS_RANGE range = &(*config->AccessRanges)[0];
    range->RangeStart = base;
    range->RangeLength = WHBA_WINDOW_BYTES;
    range->RangeInMemory = TRUE;
    config->SlotNumber = slot;
    config->BusInterruptLevel = interrupt;
    config->BusInterruptVector = interrupt;
    config->InterruptMode = LevelSensitive;
    return TRUE;
  }
  return FALSE;
}
