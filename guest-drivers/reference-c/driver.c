/* A miniport for the reference adapter in queued mode: bus master, 64 tags, scatter/gather lists, several logical units,
   sense data fetched by the adapter. The same driver as ../reference-queued, line by line, in C. Read it in this order:

     initialization-data.c   what the port driver is told before it has seen an adapter
     extension.h             all state: one device extension an adapter, tables in common buffer memory
     find-adapter.c          HwFindAdapter
     legacy.c                what it does when the port driver supplied nothing
     chip.c                  register access; reset, program and quiet the chip; HwInitialize, HwAdapterControl
     start-io.c              HwStartIo: an SRB becomes a command block
     interrupt.c             HwInterrupt: short, and why it reads the status register twice
     completion.c            a ring entry becomes an SRB status
     reset.c                 HwResetBus, resets from outside, HwTimer */
#include "driver.h"

ULONG DriverEntry(PVOID argument1, PVOID argument2) {
  HW_INITIALIZATION_DATA data;
  InitializationData(&data);
  return ScsiPortInitialize(argument1, argument2, &data, NULL);
}
