// The driver's entries in the system's error log. UniqueId tells a reader which line of the driver spoke.
import { ScsiPortLogError } from '../assembly'
import { DeviceExtension } from './extension'

export const enum Site {
  NoMapping = 0x100,
  NoTables = 0x101,
  /** A data buffer without addresses, or with more pieces than allowed. */
  BadBuffer = 0x102,
  ResetTimeout = 0x200,
  BusResetFailed = 0x201,
  RecoveryFailed = 0x202,
  /** The host status is added to it. */
  Command = 0x300,
  UnknownTag = 0x400,
  Reselection = 0x401,
  Refused = 0x402,
}

/** An error of the adapter as a whole. */
export function logAdapterError(ext: DeviceExtension, code: u32, site: u32): void {
  ScsiPortLogError(ext, null, 0, 0xff, 0xff, code, site)
}
