// ScsiPortNotification and ScsiPortCompleteRequest: they only latch; nothing is called back from here.
// Variable arguments arrive as a pointer to 4-byte slots; surplus slots are ignored (WDK: ScsiPortNotification).

import { SP_UNTAGGED, SRB, SRB_FUNCTION, SRB_STATUS } from '../../schemas/scsiport.ts'
import { Event, Finding, Notification, Routine } from '../trace/events.ts'
import { ENTRY_TYPES } from './abi.ts'
import { checkRange } from './guest-memory.ts'
import type { Port } from './port.ts'
import type { EntryFn } from './port-parts.ts'
import type { ImportFn } from './register-imports.ts'
import { describeSignature, sameSignature } from './signature.ts'
import { SlotState, type SrbSlot } from './srb.ts'

export function notificationImports(port: Port): Record<string, ImportFn> {
  const { cpu, trace } = port
  const cost = cpu.costs.callPs

  const argument = (args: number, slot: number): number => {
    const at = checkRange(port.guest, args, 4 * slot + 4, 'ScsiPortNotification')
    return port.guest.view.getInt32(at + 4 * slot, true)
  }

  const callback = (tableIndex: number, routine: Routine): EntryFn | undefined => {
    const fn = port.guest.entry(tableIndex >>> 0)
    const expected = ENTRY_TYPES[routine]!
    const found = port.guest.signature(tableIndex >>> 0)
    if (found === undefined || !sameSignature(found, expected)) {
      const text = `${found === undefined ? `table index ${tableIndex >>> 0} is no function` : describeSignature(found)}, expected ${describeSignature(expected)}`
      trace.emit(Event.Finding, port.index, Finding.BadSignature, -1, routine, trace.intern(text))
    }
    return fn
  }

  const nextLuName = trace.intern('ScsiPortNotification(NextLuRequest)')

  /** The disable callback is there to re-enable the adapter's interrupts, and for nothing else. */
  const forbidden = Object.keys(Notification).map(name => trace.intern(`ScsiPortNotification(${name})`))

  return {
    ScsiPortNotification: (type: number, _extension: number, args: number, counter: number) => {
      cpu.sync(counter, cost)
      if (cpu.frame.routine === Routine.DisableInterrupts && type >= 0 && type < forbidden.length)
        trace.emit(Event.Finding, port.index, Finding.ForbiddenCall, -1, forbidden[type]!, Routine.DisableInterrupts)
      switch (type) {
        case Notification.RequestComplete:
          requestComplete(port, argument(args, 0))
          return
        case Notification.NextRequest:
          trace.emit(Event.Notify, port.index, type, -1, 0, 0)
          nextRequest(port, type)
          return
        case Notification.NextLuRequest: {
          const path = argument(args, 0) & 0xff
          const target = argument(args, 1) & 0xff
          const lun = argument(args, 2) & 0xff
          trace.emit(Event.Notify, port.index, type, path, target, lun)
          nextLuRequest(port, path, target, lun, nextLuName)
          return
        }
        case Notification.ResetDetected:
          trace.emit(Event.Notify, port.index, type, -1, 0, 0)
          port.latchReset()
          return
        case Notification.CallEnableInterrupts:
        case Notification.CallDisableInterrupts: {
          const enable = type === Notification.CallEnableInterrupts
          trace.emit(Event.Notify, port.index, type, argument(args, 0), 0, 0)
          const fn = callback(argument(args, 0), enable ? Routine.EnableInterrupts : Routine.DisableInterrupts)
          if (fn === undefined) return
          if (enable) port.latchEnable(fn)
          else port.latchDisable(fn)
          return
        }
        case Notification.RequestTimerCall: {
          const us = argument(args, 1)
          trace.emit(Event.Notify, port.index, type, argument(args, 0), us, 0)
          if (us === 0) {
            port.latchTimer(() => 0, 0)
            return
          }
          const fn = callback(argument(args, 0), Routine.Timer)
          if (fn !== undefined) port.latchTimer(fn, us)
          return
        }
        case Notification.BusChangeDetected:
          trace.emit(Event.Notify, port.index, type, args === 0 ? 0 : argument(args, 0) & 0xff, 0, 0)
          port.latchBusChange()
          return
        default:
          trace.emit(Event.Notify, port.index, type, -1, 0, 0)
      }
    },

    ScsiPortCompleteRequest: (
      _extension: number,
      path: number,
      target: number,
      lun: number,
      status: number,
      counter: number,
    ) => {
      cpu.sync(counter, cost)
      const p = path & 0xff
      const t = target & 0xff
      const l = lun & 0xff
      let count = 0
      for (let n = 0; n < port.slots.length; n++) {
        const slot = port.slots[n]!
        if (slot.state !== SlotState.active) continue
        const lu = slot.lu!
        if (
          (p !== SP_UNTAGGED && p !== lu.path) ||
          (t !== SP_UNTAGGED && t !== lu.target) ||
          (l !== SP_UNTAGGED && l !== lu.lun)
        )
          continue
        port.guest.u8[slot.at + SRB.SrbStatus] = status
        port.guest.i32[(slot.at + SRB.DataTransferLength) >> 2] = 0
        checkStatus(port, slot, status & 0xff)
        port.latchCompletion(slot)
        slot.bulk = true
        count++
      }
      trace.emit(Event.CompleteRequest, port.index, (p << 16) | (t << 8) | l, status & 0xff, count, 0)
    },
  }
}

function requestComplete(port: Port, address: number): void {
  const { trace } = port
  const slot = port.slotAt(address)
  trace.emit(Event.Notify, port.index, Notification.RequestComplete, slot === undefined ? -1 : slot.serial, address, 0)
  if (slot === undefined) {
    trace.emit(Event.Finding, port.index, Finding.UnknownSrb, -1, address, 0)
    return
  }
  if (slot.state !== SlotState.active) {
    trace.emit(
      Event.Finding,
      port.index,
      slot.startedPs === 0 ? Finding.UnknownSrb : slot.bulk ? Finding.BothCompletions : Finding.DoubleCompletion,
      slot.serial,
      address,
      0,
    )
    port.guard.excuse(slot)
    return
  }
  checkStatus(port, slot, port.guest.u8[slot.at + SRB.SrbStatus]!)
  port.latchCompletion(slot)
}

function nextLuRequest(port: Port, path: number, target: number, lun: number, name: number): void {
  const { trace, index, capabilities } = port
  const surplus = !port.awaitsNext
  nextRequest(port, Notification.NextLuRequest)
  if (port.guard.read(path, target, lun, name)) return
  const lu = port.findLu(path, target, lun)
  if (lu !== undefined && !lu.untaggedActive) lu.ready = true
  if (surplus) return
  const address = (path << 16) | (target << 8) | lun
  const { taggedQueuing, multipleRequestPerLu, autoRequestSense } = capabilities
  if (!taggedQueuing && !(multipleRequestPerLu && autoRequestSense)) {
    const offered = (multipleRequestPerLu ? 2 : 0) | (autoRequestSense ? 4 : 0)
    trace.emit(Event.Finding, index, Finding.NextLuNotAllowed, -1, address, offered)
  }
  if (lu?.untaggedActive !== true) return
  for (let n = 0; n < lu.active.length; n++) {
    const slot = lu.active[n]!
    if (slot.tag !== SP_UNTAGGED || slot.srbFunction !== SRB_FUNCTION.EXECUTE_SCSI) continue
    if (slot.state === SlotState.active)
      trace.emit(Event.Finding, index, Finding.NextLuUntagged, slot.serial, address, 0)
  }
}

function nextRequest(port: Port, type: number): void {
  if (!port.awaitsNext) {
    port.trace.emit(Event.Finding, port.index, Finding.SurplusNext, -1, type, 0)
    return
  }
  port.latchNext()
}

/** Final statuses a miniport may give (WDK: SCSI_REQUEST_BLOCK; srb.h). */
function checkStatus(port: Port, slot: SrbSlot, status: number): void {
  const code = status & SRB_STATUS.MASK
  const assigned = code <= 0x25 && code !== 0x0c && !(code >= 0x17 && code <= 0x1f)
  if (code === SRB_STATUS.PENDING || !assigned || (status & SRB_STATUS.QUEUE_FROZEN) !== 0) {
    port.trace.emit(Event.Finding, port.index, Finding.BadSrbStatus, slot.serial, status, 0)
  }
}
