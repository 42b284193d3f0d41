/* HW_INITIALIZATION_DATA: everything the port driver must know before it has seen a controller. */
#include "driver.h"

/* PCI vendor and device id as the port driver wants them, four hexadecimal digits each. */
static CHAR VendorId[] = "1b36";
static CHAR DeviceId[] = "0010";

C_ASSERT(NVME_PCI_VENDOR == 0x1b36 && NVME_PCI_DEVICE == 0x0010);

void InitializationData(PHW_INITIALIZATION_DATA data) {
  RtlZeroMemory(data, sizeof(*data));
  data->HwInitializationDataSize = sizeof(*data);
  data->AdapterInterfaceType = PCIBus;
  data->HwInitialize = HwInitialize;
  data->HwStartIo = HwStartIo;
  data->HwInterrupt = HwInterrupt;
  data->HwFindAdapter = HwFindAdapter;
  data->HwResetBus = HwResetBus;
  data->HwAdapterControl = HwAdapterControl;
  /* HwDmaStarted stays NULL: a bus master has no use for system DMA. */
  data->DeviceExtensionSize = sizeof(DEVICE_EXTENSION);
  data->NumberOfAccessRanges = 1;
  /* INQUIRY and its like are answered by the driver, which writes the data buffer itself. */
  data->MapBuffers = TRUE;
  data->NeedPhysicalAddresses = TRUE;
  data->TaggedQueuing = TRUE;
  data->AutoRequestSense = TRUE;
  data->MultipleRequestPerLu = TRUE;
  data->VendorId = VendorId;
  data->VendorIdLength = 4;
  data->DeviceId = DeviceId;
  data->DeviceIdLength = 4;
}
