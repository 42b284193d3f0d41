// REQUEST SENSE: hands over what is held, in the format the DESC bit asks for.
//
// Models: a pending unit attention first (it is cleared by that), else the sense of the last CHECK CONDITION, else NO SENSE; always
// status GOOD. Does not model: contingent allegiance blocking other commands, sense per initiator (there is one initiator).
// Clauses: HP SureStore Optical 2600fx SCSI-2 reference, Unit Attention Condition (p. 1-17); Seagate Medalist 2160N manual 3.4.3 (p. 38):
// sense is kept until fetched or until another command arrives.
import type { DiskState } from './disk-state.ts'
import { finishParameterData, startParameterData } from './parameter-data.ts'
import { NO_INFORMATION, NO_POINTER, SenseKey, writeDescriptorSense, writeFixedSense } from './sense.ts'
import type { ScsiTask } from './task.ts'

export function beginRequestSense(disk: DiskState, task: ScsiTask): void {
  if (disk.attention !== 0) {
    disk.hold(SenseKey.unitAttention, disk.attention, NO_INFORMATION, NO_POINTER)
    disk.attention = 0
  }
  startParameterData(task)
  const write = (task.cdb[1]! & 0x01) !== 0 ? writeDescriptorSense : writeFixedSense
  const bytes = write(task.data, disk.heldKey, disk.heldAsc, disk.heldInformation, disk.heldPointer)
  disk.forgetSense()
  finishParameterData(task, bytes, task.cdb[4]!)
}
