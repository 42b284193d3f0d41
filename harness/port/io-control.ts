// SRB_FUNCTION_IO_CONTROL: a miniport that carries one out has looked at its header first (WDK: SRB_IO_CONTROL).
import { IO_CONTROL, SRB_STATUS } from '../../schemas/scsiport.ts'
import type { Guest } from '../guest/guest.ts'
import { BadIoControl, Event, Finding } from '../trace/events.ts'
import type { Trace } from '../trace/trace.ts'
import type { SrbSlot } from './srb.ts'

interface Host {
  readonly index: number
  readonly trace: Trace
}

/** Eight of these are nobody's signature. */
const NOBODY = 0xff

/** What is wrong with the header of an IO_CONTROL that goes to the miniport: a `BadIoControl`, 0 nothing. */
export function headerFault({ u8, view }: Guest, slot: SrbSlot): number {
  const at = slot.dataAt
  if (slot.bytes < IO_CONTROL.bytes) return BadIoControl.short
  if (view.getUint32(at + IO_CONTROL.HeaderLength, true) !== IO_CONTROL.bytes) return BadIoControl.headerLength
  if (view.getUint32(at + IO_CONTROL.Length, true) > slot.bytes - IO_CONTROL.bytes) return BadIoControl.length
  for (let n = 0; n < 8; n++) if (u8[at + IO_CONTROL.Signature + n] !== NOBODY) return 0
  return BadIoControl.signature
}

/** It came back. */
export function checkIoControl(host: Host, slot: SrbSlot): void {
  if (slot.headerFault === 0 || (slot.srbStatus & SRB_STATUS.MASK) !== SRB_STATUS.SUCCESS) return
  host.trace.emit(Event.Finding, host.index, Finding.BadIoControl, slot.serial, slot.headerFault, slot.bytes)
}
