/* Detection as before Plug and Play: the port driver supplied neither ranges nor an interrupt, so the driver looks through the bus itself.
   Nothing is touched before ScsiPortValidateRange has said that nobody else owns it. */
#include "driver.h"

/* Fills the first access range, the slot and the interrupt. Returns whether there is an adapter that is free. */
BOOLEAN DetectAdapter(DEVICE_EXTENSION *ext, PPORT_CONFIGURATION_INFORMATION config) {
  for (ULONG slot = 0; slot < PCI_MAX_DEVICES; slot++) {
    PPCI_COMMON_CONFIG header;
    /* Length 0: the port driver brings the buffer and stores its address. */
    if (ScsiPortGetBusData(ext, PCIConfiguration, config->SystemIoBusNumber, slot, &header, 0) == 0) return FALSE;
    if (header->VendorID != BL_PCI_VENDOR || header->DeviceID != BL_PCI_DEVICE) continue;
    /* The header is gone with the next call: take what is needed first. */
    ULONG address = header->u.type0.BaseAddresses[0];
    UCHAR interrupt = header->u.type0.InterruptLine;
    if (!(address & PCI_ADDRESS_IO_SPACE)) continue;
    SCSI_PHYSICAL_ADDRESS base;
    base.QuadPart = address & PCI_ADDRESS_IO_ADDRESS_MASK;
    if (base.QuadPart == 0) continue;
    if (!ScsiPortValidateRange(ext, config->AdapterInterfaceType, config->SystemIoBusNumber, base, BL_WINDOW_BYTES, TRUE)) continue;
    PACCESS_RANGE range = &(*config->AccessRanges)[0];
    range->RangeStart = base;
    range->RangeLength = BL_WINDOW_BYTES;
    range->RangeInMemory = FALSE;
    config->SlotNumber = slot;
    config->BusInterruptLevel = interrupt;
    config->BusInterruptVector = interrupt;
    config->InterruptMode = LevelSensitive;
    return TRUE;
  }
  return FALSE;
}
