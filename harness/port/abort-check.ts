// SRB_FUNCTION_ABORT_COMMAND: what an abort that came back says about its victim (WDK: Handling SRB_FUNCTION_ABORT_COMMAND).
import { SRB_STATUS } from '../../schemas/scsiport.ts'
import { AbortFault, Event, Finding } from '../trace/events.ts'
import type { Trace } from '../trace/trace.ts'
import { SlotState, type SrbSlot } from './srb.ts'

interface Host {
  readonly index: number
  readonly trace: Trace
}

/** An abort came back; everything that came back with it is known. A bus reset in between gives the victim another status. */
export function checkAbort(host: Host, abort: SrbSlot, victim: SrbSlot): void {
  const status = abort.srbStatus & SRB_STATUS.MASK
  if (status === SRB_STATUS.ABORT_FAILED) return
  if (status !== SRB_STATUS.SUCCESS) {
    find(host, abort, AbortFault.status, abort.victimSerial, status)
    return
  }
  if (victim.serial === abort.victimSerial && victim.state === SlotState.active) {
    find(host, abort, AbortFault.victimHeld, abort.victimSerial, 0)
    return
  }
  const left = victim.serial === abort.victimSerial || victim.serial === -1
  const ended = victim.srbStatus & SRB_STATUS.MASK
  if (left && ended !== SRB_STATUS.ABORTED && ended !== SRB_STATUS.BUS_RESET)
    find(host, abort, AbortFault.victimStatus, abort.victimSerial, ended)
}

/**
 * An abort came back whose victim was gone before. ABORT_FAILED says that it was not found; but of a victim that has been completed WDK
 * SCSI_REQUEST_BLOCK (Function) says, too, that its abort is to be completed normally.
 */
export function checkAbortOfNothing(host: Host, abort: SrbSlot): void {
  const status = abort.srbStatus & SRB_STATUS.MASK
  if (status !== SRB_STATUS.ABORT_FAILED && status !== SRB_STATUS.INVALID_REQUEST && status !== SRB_STATUS.SUCCESS)
    find(host, abort, AbortFault.status, -1, status)
}

function find(host: Host, abort: SrbSlot, fault: number, victimSerial: number, status: number): void {
  host.trace.emit(Event.Finding, host.index, Finding.AbortProtocol, abort.serial, fault | (status << 24), victimSerial)
}
