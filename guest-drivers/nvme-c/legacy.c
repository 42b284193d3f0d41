/* Detection as before Plug and Play: the port driver supplied neither ranges nor an interrupt, so the driver looks through the bus itself.
   Nothing is touched before ScsiPortValidateRange has said that nobody else owns it. */
#include "driver.h"

/* Fills the first access range, the slot and the interrupt. Returns whether there is a controller that is free. */
BOOLEAN DetectAdapter(DEVICE_EXTENSION *ext, PPORT_CONFIGURATION_INFORMATION config) {
  for (ULONG slot = 0; slot < PCI_MAX_DEVICES; slot++) {
    PPCI_COMMON_CONFIG header;
    /* Length 0: the port driver brings the buffer and stores its address. */
    if (ScsiPortGetBusData(ext, PCIConfiguration, config->SystemIoBusNumber, slot, &header, 0) == 0) return FALSE;
    if (header->VendorID != NVME_PCI_VENDOR || header->DeviceID != NVME_PCI_DEVICE) continue;
    /* The header is gone with the next call: take what is needed first. */
    ULONG address = header->u.type0.BaseAddresses[0];
    ULONG high = (address & PCI_ADDRESS_MEMORY_TYPE_MASK) == PCI_TYPE_64BIT ? header->u.type0.BaseAddresses[1] : 0;
    UCHAR interrupt = header->u.type0.InterruptLine;
    if (address == 0 || address & PCI_ADDRESS_IO_SPACE) continue;
    SCSI_PHYSICAL_ADDRESS base;
    base.LowPart = address & PCI_ADDRESS_MEMORY_ADDRESS_MASK;
    base.HighPart = high;
    if (!ScsiPortValidateRange(ext, config->AdapterInterfaceType, config->SystemIoBusNumber, base, NVME_WINDOW_BYTES, FALSE)) continue;
    PACCESS_RANGE range = &(*config->AccessRanges)[0];
    range->RangeStart = base;
    range->RangeLength = NVME_WINDOW_BYTES;
    range->RangeInMemory = TRUE;
    config->SlotNumber = slot;
    config->BusInterruptLevel = interrupt;
    config->BusInterruptVector = interrupt;
    config->InterruptMode = LevelSensitive;
    return TRUE;
  }
  return FALSE;
}
