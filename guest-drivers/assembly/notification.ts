// ScsiPortNotification, one function a notification type. The port driver only takes note of them: it acts after the
// routine that sent them has returned, and never calls back from inside.
import * as type from './constants'
import { MiniportExtension } from './miniport-extension'
import { ScsiPortNotification } from './scsiport'
import { ScsiRequestBlock } from './srb'

/** Gives the SRB back. It must not be touched any more. */
@inline
export function requestComplete(ext: MiniportExtension, srb: ScsiRequestBlock): void {
  ext.argument0 = changetype<u32>(srb)
  ScsiPortNotification(type.RequestComplete, ext, changetype<usize>(ext))
}

/** The adapter can take another SRB for any unit that is not busy. Exactly one of this and nextLuRequest for every HwStartIo. */
@inline
export function nextRequest(ext: MiniportExtension): void {
  ScsiPortNotification(type.NextRequest, ext, 0)
}

/** The same, and this unit may get another SRB although it has some: only while no untagged SRB is active there. */
@inline
export function nextLuRequest(ext: MiniportExtension, path: u8, target: u8, lun: u8): void {
  ext.argument0 = path
  ext.argument1 = target
  ext.argument2 = lun
  ScsiPortNotification(type.NextLuRequest, ext, changetype<usize>(ext))
}

/** The bus was reset, but not by the port driver's order: it holds new SRBs back for a while. */
export function resetDetected(ext: MiniportExtension): void {
  ScsiPortNotification(type.ResetDetected, ext, 0)
}

/** @param routine table index of a function (ext) → bool, called as a DPC while HwInterrupt is held off */
export function callEnableInterrupts(ext: MiniportExtension, routine: u32): void {
  ext.argument0 = routine
  ScsiPortNotification(type.CallEnableInterrupts, ext, changetype<usize>(ext))
}

/** @param routine table index of a function (ext) → bool, called at DIRQL to enable the adapter's interrupts again */
export function callDisableInterrupts(ext: MiniportExtension, routine: u32): void {
  ext.argument0 = routine
  ScsiPortNotification(type.CallDisableInterrupts, ext, changetype<usize>(ext))
}

/** One request at a time: a new one replaces it. @param routine table index of a function (ext) → void @param microseconds 0 cancels */
export function requestTimerCall(ext: MiniportExtension, routine: u32, microseconds: u32): void {
  ext.argument0 = routine
  ext.argument1 = microseconds
  ScsiPortNotification(type.RequestTimerCall, ext, changetype<usize>(ext))
}

/** A device came or went: the port driver looks at the bus again. */
export function busChangeDetected(ext: MiniportExtension, path: u8): void {
  ext.argument0 = path
  ScsiPortNotification(type.BusChangeDetected, ext, changetype<usize>(ext))
}
