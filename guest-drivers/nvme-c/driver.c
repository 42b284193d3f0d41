/* A miniport for an NVMe controller: the host's commands are SCSI, the controller's are not, so that the driver is the SCSI
   target. One I/O queue pair, 63 commands at once, the namespaces n as logical units n - 1 of target 0. Read it in this order:

     initialization-data.c   what the port driver is told before it has seen a controller
     extension.h             all state: one device extension a controller, queues in common buffer memory
     find-adapter.c          HwFindAdapter; legacy.c: when the port driver supplied nothing
     controller.c            HwInitialize, HwAdapterControl: reset, enable, identify, create the queues
     queue.h                 one submission and one completion queue: entries, doorbells, phase
     start-io.c              HwStartIo: who may start what, and the Next that is owed
     translate.c             a CDB becomes a command, or is answered here
     media.c, prp.c          READ, WRITE and their kin; the pages of a data buffer
     answers.c, vpd.c        INQUIRY, MODE SENSE and all that the driver knows by itself
     sense.c                 sense data; the table from NVMe status to SCSI
     interrupt.c             HwInterrupt: how it knows its own interrupts without reading a register
     completion.c            a completion entry becomes an SRB status
     abort.c, reset.c        ABORT_COMMAND; HwResetBus and HwTimer */
#include "driver.h"

ULONG DriverEntry(PVOID argument1, PVOID argument2) {
  HW_INITIALIZATION_DATA data;
  InitializationData(&data);
  return ScsiPortInitialize(argument1, argument2, &data, NULL);
}
