/* The controller as a whole: reset, start, stop. HwInitialize and HwAdapterControl.

   A start takes several steps, and each waits for the controller: not ready, ready, controller identified, namespaces
   identified, completion queue, submission queue. `Advance` does one when its time has come and never waits itself, so that
   HwInitialize, which may wait, and HwTimer, which may not, go the same way. */
#include "queue.h"

/* Interrupts of the admin queue and of ours come on vector 0, the pin. */
#define VECTOR_0 1
#define IO_QUEUE 1
#define ENABLE \
  (NVME_CC_EN | 6u << NVME_CC_IOSQES_SHIFT | 4u << NVME_CC_IOCQES_SHIFT)
#define POLL_US 10
/* HwInitialize may take 5 s. */
#define LONGEST_START_MS 4500
#define DISABLE_POLLS 20
#define DISABLE_POLL_US 25
#define SHUTDOWN_POLLS 16

/* Values of DEVICE_EXTENSION.step: what the start waits for. */
enum { NOT_READY, READY, CONTROLLER_KNOWN, NAMESPACE_KNOWN, CQ_CREATED, SQ_CREATED };

static void Enable(DEVICE_EXTENSION *ext);
static UCHAR NextStep(DEVICE_EXTENSION *ext);
static UCHAR AdminStep(DEVICE_EXTENSION *ext, UCHAR step, UCHAR opcode, ULONG nsid, ULONG address, ULONG cdw10, ULONG cdw11);
static UCHAR IdentifyController(DEVICE_EXTENSION *ext);
static BOOLEAN NoteController(DEVICE_EXTENSION *ext);
static UCHAR IdentifyNamespace(DEVICE_EXTENSION *ext);
static void NoteNamespace(DEVICE_EXTENSION *ext);
static UCHAR CreateCompletionQueue(DEVICE_EXTENSION *ext);
static UCHAR CreateSubmissionQueue(DEVICE_EXTENSION *ext);
static UCHAR Run(DEVICE_EXTENSION *ext);
static void Stop(DEVICE_EXTENSION *ext);

/* Takes the controller from any state to work. Interrupts may come before and while this runs: they are masked, so not ours. */
BOOLEAN HwInitialize(PVOID extension) {
  DEVICE_EXTENSION *ext = extension;
  ext->state = STOPPED;
  FreeAllTags(ext);
  Write(ext, NVME_INTMS, VECTOR_0);
  Write(ext, NVME_CC, 0);
  BeginStart(ext);
  ULONG polls = min(ext->readyMs * 2, LONGEST_START_MS) * (1000 / POLL_US);
  for (UCHAR result = ADVANCED; result != FAILED; result = Advance(ext)) {
    if (result == STARTED) return TRUE;
    if (result == ADVANCED) continue;
    if (polls-- == 0) break;
    ScsiPortStallExecution(POLL_US);
  }
  LogAdapterError(ext, SP_INTERNAL_ADAPTER_ERROR, SITE_START_FAILED);
  return FALSE;
}

/* A controller reset: it drops its commands and queues. Returns whether it has taken effect, after a wait that a routine may
   take; from then on the controller touches no memory any more. */
BOOLEAN Disable(DEVICE_EXTENSION *ext) {
  Write(ext, NVME_INTMS, VECTOR_0);
  Write(ext, NVME_CC, 0);
  for (ULONG polls = 0; polls < DISABLE_POLLS; polls++) {
    ULONG status = Read(ext, NVME_CSTS);
    if (status == GONE) return FALSE;
    if (!(status & NVME_CSTS_RDY)) return TRUE;
    ScsiPortStallExecution(DISABLE_POLL_US);
  }
  return FALSE;
}

/* For Advance: CC.EN was cleared. */
void BeginStart(DEVICE_EXTENSION *ext) {
  ext->step = NOT_READY;
}

/* The next step of the start, if the controller is ready for it. */
UCHAR Advance(DEVICE_EXTENSION *ext) {
  if (ext->step > READY) return NextStep(ext);
  ULONG status = Read(ext, NVME_CSTS);
  if (status == GONE) return FAILED;
  if (ext->step == NOT_READY) {
    if (status & NVME_CSTS_RDY) return WAITING;
    Enable(ext);
    return ADVANCED;
  }
  if (status & NVME_CSTS_CFS) return FAILED;
  return status & NVME_CSTS_RDY ? IdentifyController(ext) : WAITING;
}

/* Enables a controller that is not ready. The reset has unmasked its interrupt. */
static void Enable(DEVICE_EXTENSION *ext) {
  ULONGLONG commands = ext->tablesAddress + ADMIN_SQ;
  ULONGLONG completions = ext->tablesAddress + ADMIN_CQ;
  ResetQueue(&ext->admin);
  ResetQueue(&ext->io);
  Write(ext, NVME_INTMS, VECTOR_0);
  Write(ext, NVME_AQA, (ADMIN_ENTRIES - 1) << NVME_AQA_ACQS_SHIFT | (ADMIN_ENTRIES - 1) << NVME_AQA_ASQS_SHIFT);
  Write(ext, NVME_ASQ_LOW, (ULONG)commands);
  Write(ext, NVME_ASQ_HIGH, (ULONG)(commands >> 32));
  Write(ext, NVME_ACQ_LOW, (ULONG)completions);
  Write(ext, NVME_ACQ_HIGH, (ULONG)(completions >> 32));
  Write(ext, NVME_CC, ENABLE);
  ext->step = READY;
}

/* The admin command of the last step has ended: what it brought, and what comes next. */
static UCHAR NextStep(DEVICE_EXTENSION *ext) {
  QUEUE *queue = &ext->admin;
  if (CountNew(queue) == 0) return WAITING;
  NVME_COMPLETION *entry = TakeEntry(queue);
  ReturnEntries(queue, 0);
  if (STATUS_OF(entry) != NVME_STATUS_SUCCESS) return FAILED;
  switch (ext->step) {
  case CONTROLLER_KNOWN:
    if (!NoteController(ext)) return FAILED;
    break;
  case NAMESPACE_KNOWN:
    NoteNamespace(ext);
    break;
  case CQ_CREATED:
    return CreateSubmissionQueue(ext);
  case SQ_CREATED:
    return Run(ext);
  }
  return ext->nextNsid <= ext->units ? IdentifyNamespace(ext) : CreateCompletionQueue(ext);
}

/* Sends an admin command, with `address` in the common buffer as its memory, and waits for `step` from now on. */
static UCHAR AdminStep(DEVICE_EXTENSION *ext, UCHAR step, UCHAR opcode, ULONG nsid, ULONG address, ULONG cdw10, ULONG cdw11) {
  NVME_COMMAND *command = NewCommand(&ext->admin, opcode, step, nsid);
  command->prp1 = ext->tablesAddress + address;
  command->cdw10 = cdw10;
  command->cdw11 = cdw11;
  ext->step = step;
  Submit(&ext->admin);
  return ADVANCED;
}

static UCHAR IdentifyController(DEVICE_EXTENSION *ext) {
  return AdminStep(ext, CONTROLLER_KNOWN, NVME_ADMIN_IDENTIFY, 0, SCRATCH, NVME_CNS_CONTROLLER, 0);
}

static BOOLEAN NoteController(DEVICE_EXTENSION *ext) {
  PUCHAR data = ext->tables + SCRATCH;
  RtlCopyMemory(ext->serial, data + NVME_CTRL_SERIAL, sizeof(ext->serial));
  RtlCopyMemory(ext->model, data + NVME_CTRL_MODEL, sizeof(ext->model));
  RtlCopyMemory(ext->firmware, data + NVME_CTRL_FIRMWARE, sizeof(ext->firmware));
  ext->writeCache = data[NVME_CTRL_VWC] & 1;
  ext->optionalCommands = *(PUSHORT)(data + NVME_CTRL_ONCS);
  ext->units = min(*(PULONG)(data + NVME_CTRL_NN), MAX_UNITS);
  ext->nextNsid = 1;
  RtlZeroMemory(ext->unit, sizeof(ext->unit));
  UCHAR pages = data[NVME_CTRL_MDTS];
  if (pages == 0 || pages > 4 || PAGE_BYTES << pages >= MAX_TRANSFER_BYTES) return TRUE;
  /* HwFindAdapter had to promise a length before it could ask, and the promise cannot be lowered any more. */
  LogAdapterError(ext, SP_INTERNAL_ADAPTER_ERROR, SITE_SHORT_TRANSFERS);
  return FALSE;
}

static UCHAR IdentifyNamespace(DEVICE_EXTENSION *ext) {
  return AdminStep(ext, NAMESPACE_KNOWN, NVME_ADMIN_IDENTIFY, ext->nextNsid, SCRATCH, NVME_CNS_NAMESPACE, 0);
}

/* A namespace that is not active has the size 0, and so has a unit that is none. */
static void NoteNamespace(DEVICE_EXTENSION *ext) {
  PUCHAR data = ext->tables + SCRATCH;
  UNIT *unit = &ext->unit[ext->nextNsid++ - 1];
  ULONG format = ((PULONG)(data + NVME_NS_LBAF0))[data[NVME_NS_FLBAS] & 0xf];
  UCHAR shift = (UCHAR)(format >> 16);
  /* Blocks that do not fit a page, or carry metadata, are not for this driver. */
  if (shift < 9 || shift > 12 || (USHORT)format != 0) return;
  unit->shift = shift;
  unit->writeProtected = data[NVME_NS_NSATTR] & 1;
  RtlCopyMemory(unit->eui64, data + NVME_NS_EUI64, sizeof(unit->eui64));
  unit->blocks = *(PULONGLONG)(data + NVME_NS_NSZE);
}

static UCHAR CreateCompletionQueue(DEVICE_EXTENSION *ext) {
  ULONG size = ext->io.entries - 1;
  return AdminStep(ext, CQ_CREATED, NVME_ADMIN_CREATE_CQ, 0, IO_CQ, size << 16 | IO_QUEUE,
                   NVME_QUEUE_CONTIGUOUS | NVME_QUEUE_INTERRUPTS);
}

static UCHAR CreateSubmissionQueue(DEVICE_EXTENSION *ext) {
  ULONG size = ext->io.entries - 1;
  return AdminStep(ext, SQ_CREATED, NVME_ADMIN_CREATE_SQ, 0, IO_SQ, size << 16 | IO_QUEUE, IO_QUEUE << 16 | NVME_QUEUE_CONTIGUOUS);
}

static UCHAR Run(DEVICE_EXTENSION *ext) {
  ext->state = RUNNING;
  Write(ext, NVME_INTMC, VECTOR_0);
  return STARTED;
}

/* Marks a control type as supported, when the list has a place for it. */
static void Support(PSCSI_SUPPORTED_CONTROL_TYPE_LIST list, SCSI_ADAPTER_CONTROL_TYPE type) {
  if (type < list->MaxControlType) list->SupportedTypeList[type] = TRUE;
}

SCSI_ADAPTER_CONTROL_STATUS HwAdapterControl(PVOID extension, SCSI_ADAPTER_CONTROL_TYPE type, PVOID parameters) {
  DEVICE_EXTENSION *ext = extension;
  switch (type) {
  case ScsiQuerySupportedControlTypes: {
    PSCSI_SUPPORTED_CONTROL_TYPE_LIST list = parameters;
    Support(list, ScsiQuerySupportedControlTypes);
    Support(list, ScsiStopAdapter);
    Support(list, ScsiRestartAdapter);
    return ScsiAdapterControlSuccess;
  }
  case ScsiStopAdapter:
    Stop(ext);
    return ScsiAdapterControlSuccess;
  case ScsiRestartAdapter:
    return HwInitialize(ext) ? ScsiAdapterControlSuccess : ScsiAdapterControlUnsuccessful;
  default:
    return ScsiAdapterControlUnsuccessful;
  }
}

/* The queue is empty, and the port driver has sent FLUSH. The shutdown notification is for the controller's own tables; it
   answers soon or is reset all the same. It may be gone already: nothing here waits for long. */
static void Stop(DEVICE_EXTENSION *ext) {
  Write(ext, NVME_INTMS, VECTOR_0);
  if (ext->state == RUNNING) {
    Write(ext, NVME_CC, ENABLE | NVME_CC_SHN_NORMAL << NVME_CC_SHN_SHIFT);
    for (ULONG polls = 0; polls < SHUTDOWN_POLLS; polls++) {
      ULONG status = Read(ext, NVME_CSTS);
      if (status == GONE || (status & NVME_CSTS_SHST_MASK) == NVME_CSTS_SHST_COMPLETE << NVME_CSTS_SHST_SHIFT) break;
      ScsiPortStallExecution(DISABLE_POLL_US);
    }
  }
  ext->state = STOPPED;
  Write(ext, NVME_CC, 0);
}
