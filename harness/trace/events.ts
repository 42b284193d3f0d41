// The trace vocabulary: every event a run can record, on one screen. Numbers 64…95 are the devices' own (device/probe.ts).
//
// Every event has: instant (`atPs`), kind, guest (index of the miniport = index of its adapter; 255 = the bench itself)
// and four 32-bit numbers a, b, c, d. Strings live in a side table (`Trace.text`).
import { BusWords, DeviceEvent, DiagnosticCode, DmaFaultKind, HostStatus } from '../../device/probe.ts'

export { BusWords, DiagnosticCode, DmaFaultKind, HostStatus }

/**
 * | event | a | b | c | d |
 * |---|---|---|---|---|
 * | `Enter` | routine | invocation number | SRB serial or −1 | 1 when the adapter's own line output is asserted |
 * | `Exit` | routine | invocation number | return value (BOOLEAN masked to 8 bits) | instructions executed in it |
 * | `Read` | byte offset in the window | value | ordinal in the routine (from 1) | access word, see `accessWord` |
 * | `Write` | byte offset in the window | value | ordinal in the routine | access word |
 * | `BadAccess` | address | value | ordinal in the routine | access word; reason in the upper half, see `BAD_ACCESS` |
 * | `Stall` | microseconds | – | – | – |
 * | `Notify` | notification type | SRB serial or −1, or first argument | second argument | third argument |
 * | `CompleteRequest` | path, target, lun as 0x00PPTTLL | SRB status | SRBs completed | – |
 * | `LogError` | SRB serial or −1 | error code | unique id | path, target, lun |
 * | `GetPhysical` | SRB serial or −1 | virtual address | bytes returned | 1 ok, 3 ok and above 4 GiB, 0 refused |
 * | `MapTransfer` | SRB serial | offset in the data buffer | bytes | 1 ok, 0 refused |
 * | `FlushDma` | bytes moved on the channel | – | – | – |
 * | `Print` | level | index in the text table | – | – |
 * | `SrbQueued` | SRB serial | path, target, lun | function and opcode as 0xFFOO | bytes |
 * | `SrbStarted` | SRB serial | path, target, lun; `BusWords` wanted << 19 (`told`: by the SRB's own QueueAction; 16: direction open); SRB function << 24 | queue tag, digest of the CDB << 8 | bytes |
 * | `SrbCompleted` | SRB serial | SRB status byte | SCSI status byte | DataTransferLength |
 * | `SrbDone` | SRB serial | SRB status byte | sense key/ASC/ASCQ as 0xKKAAQQ, −1 none | bytes |
 * | `Line` | level of the wire | adapter whose output changed | level of that output | – |
 * | `Dpc` | 1 = begins, 0 = ends | – | – | – |
 * | `TimerArmed` | microseconds, 0 = cancelled | – | – | – |
 * | `ResetHold` | 1 = begins, 0 = ends | path or −1 | SRBs of the paths that were reset that are with the miniport still | 1 = a HwStartIo still waits for its NextRequest |
 * | `Timeout` | SRB serial or −1 | path, target, lun | 1 = a HwStartIo still waits for its NextRequest | – |
 * | `Finding` | finding code, see `Finding` | SRB serial or −1 | argument | argument |
 * | `Stopped` | stop kind, see `StopKind` | routine | invocation number | index in the text table |
 * | `Storm` | invocations without progress | – | – | – |
 * | `Workload` | 1 submitted, 2 verified, 3 miscompare | request number | low 32 bits of the LBA | bytes |
 * | `Adapter` | phase, see `AdapterPhase` | result | – | – |
 * | … with `Found` | phase | SP_RETURN_… | `*Again` as HwFindAdapter left it; it was given 0xCC | 1 HwContext was a pointer to nowhere |
 * | … with `Stopped` | phase | result | 1 causes are enabled still: the adapter may interrupt | commands the adapter still works on |
 * | `InitField` | offset in HW_INITIALIZATION_DATA | value | call of ScsiPortInitialize, from 0 | bytes of the field |
 * | `ConfigField` | offset in PORT_CONFIGURATION_INFORMATION | value that HwFindAdapter left | value it was given | bytes of the field |
 * | `ConfigRange` | index in AccessRanges, 0x100 = as given, before HwFindAdapter | start, low 32 bits | bytes | 1 memory, 0 ports |
 * | `Call` | routine of the port driver, see `ScsiPortRoutine` | first argument that matters | second | result |
 * | `Control` | SCSI_ADAPTER_CONTROL_TYPE that HwAdapterControl works on | 1 = begins, 0 = ended | result | 1 when the adapter's own line output is asserted |
 */
export const Event = {
  Enter: 1,
  Exit: 2,
  Read: 3,
  Write: 4,
  BadAccess: 5,
  Stall: 6,
  Notify: 7,
  CompleteRequest: 8,
  LogError: 9,
  GetPhysical: 10,
  MapTransfer: 11,
  FlushDma: 12,
  Print: 13,
  SrbQueued: 14,
  SrbStarted: 15,
  SrbCompleted: 16,
  SrbDone: 17,
  Line: 18,
  Dpc: 19,
  TimerArmed: 20,
  ResetHold: 21,
  Timeout: 22,
  Finding: 23,
  Stopped: 24,
  Storm: 25,
  Workload: 26,
  Adapter: 27,
  InitField: 28,
  ConfigField: 29,
  ConfigRange: 30,
  Call: 31,
  Control: 32,
  ...DeviceEvent,
} as const

export type EventKind = (typeof Event)[keyof typeof Event]

/** Kinds are below this number. */
export const KIND_COUNT = 96

/** `guest` of an event that belongs to no miniport. */
export const BENCH = 255

/** Routines of a miniport, in the order in which they are first called. */
export const Routine = {
  DriverEntry: 0,
  FindAdapter: 1,
  Initialize: 2,
  StartIo: 3,
  Interrupt: 4,
  ResetBus: 5,
  DmaStarted: 6,
  Timer: 7,
  EnableInterrupts: 8,
  DisableInterrupts: 9,
  AdapterControl: 10,
} as const

export type Routine = (typeof Routine)[keyof typeof Routine]

/** Their names, in the same order. */
export { ROUTINES as ROUTINE_NAMES } from '../../schemas/faults.ts'

/** Notification types of ScsiPortNotification (WDK: ScsiPortNotification). */
export const Notification = {
  RequestComplete: 0,
  NextRequest: 1,
  NextLuRequest: 2,
  ResetDetected: 3,
  CallDisableInterrupts: 4,
  CallEnableInterrupts: 5,
  RequestTimerCall: 6,
  BusChangeDetected: 7,
  WmiEvent: 8,
  WmiReregister: 9,
} as const

/** Rarely called routines of the port driver that `Call` events are about: | b | c | d | in the comments. */
export const ScsiPortRoutine = {
  /** logical or bus address asked for, low 32 bits | bytes, 0x8000_0000 = in I/O space | base returned */
  GetDeviceBase: 1,
  /** mapped address | – | 1 it was mapped, 0 not */
  FreeDeviceBase: 2,
  /** bus address, low 32 bits | bytes, 0x8000_0000 = in I/O space | BOOLEAN returned */
  ValidateRange: 3,
  /** BusDataType | bytes | bytes returned */
  GetBusData: 4,
  /** offset | bytes | bytes returned */
  SetBusDataByOffset: 5,
  /** bytes | – | address returned */
  GetUncachedExtension: 6,
  /** path, target, lun | – | address returned */
  GetLogicalUnit: 7,
  /** path, target, lun | queue tag | SRB serial, −1 none */
  GetSrb: 8,
  /** address, low 32 bits | – | address returned */
  GetVirtualAddress: 9,
  /** AdapterInterfaceType | number of the call, from 0 | NTSTATUS returned */
  Initialize: 10,
} as const

/** What the port driver and its inspectors found out by themselves; rules turn these into violations. Numbers below 4096. */
export const Finding = {
  /** RequestComplete for an SRB that was already completed. argument: times */
  DoubleCompletion: 1,
  /** RequestComplete for an address that is no SRB. argument: the address */
  UnknownSrb: 2,
  /** An SRB was completed with a status the contract forbids. argument: the status byte */
  BadSrbStatus: 3,
  /** An SRB never came back. argument: path, target, lun */
  SrbLost: 4,
  /** NextRequest or NextLuRequest without a HwStartIo that it could belong to. argument: notification type */
  SurplusNext: 5,
  /** No NextRequest or NextLuRequest came within the SRB's time-out. */
  NextMissing: 6,
  /** A red zone was overwritten. arguments: offset from the start of the object; index of the object's name (and the function's, when known) in the text table */
  RedZone: 7,
  /** The bytes below the first guest data (NULL) were overwritten. arguments: address; index of the function's name in the text table, −1 unknown */
  NullWrite: 8,
  /** An SRB, its extension or sense buffer was touched after completion. arguments: offset in what was touched, −1 it was passed to or read for a routine of the port driver; index in the text table of what, or of the routine */
  TouchedAfterCompletion: 9,
  /** A routine called something the contract forbids there. argument: index of the import's name in the text table */
  ForbiddenCall: 10,
  /** GetPhysicalAddress was asked for an address it must not translate. argument: the address */
  BadVirtualAddress: 11,
  /** A routine pointer has another type than the contract says. argument: routine; index of the text in the text table */
  BadSignature: 12,
  /** An import nobody knows. argument: index of its name in the text table */
  UnknownImport: 13,
  /** HwStartIo returned FALSE. */
  StartIoFalse: 14,
  /** IoMapTransfer outside the SRB's buffer, or by a bus master. argument: offset, bytes */
  BadMapTransfer: 15,
  /** An SRB field that belongs to the port was changed. arguments: offset in the SRB, the value found */
  SrbFieldChanged: 16,
  /** A register address was dereferenced instead of going through ScsiPortRead/Write…; the guest is stopped by the trap. arguments: the address or −1, index of the function's name in the text table */
  RegisterDereference: 17,
  // Loading and start: 100 to 139.
  /** ScsiPortInitialize was not given what DriverEntry got. arguments: 1 = Argument1, 2 = Argument2; the value it was given */
  DriverArgument: 100,
  /** DriverEntry returned none of the results of ScsiPortInitialize. arguments: what it returned; the lowest of them, unsigned */
  EntryResult: 101,
  /** CHECK CONDITION came back without sense data although AutoRequestSense is TRUE. */
  SenseMissing: 102,
  /** A byte of the module's own data changed after DriverEntry. argument: its address, or −1; index of a global's name in the text table, or −1 */
  ModuleDataChanged: 103,
  /** ScsiPortGetUncachedExtension did not find a member as it needs it. arguments: offset in PORT_CONFIGURATION_INFORMATION; value */
  BufferMember: 104,
  /** A member that ScsiPortGetUncachedExtension reads was changed after the call. arguments: offset; value at the end */
  BufferMemberLate: 105,
  /** HwContext was followed although access ranges were supplied; the guest is stopped by the trap. arguments: the address, index of the function's name in the text table */
  HwContextUsed: 106,
  /** An INQUIRY of the bus scan came back BUSY and had to be repeated. argument: path, target, lun */
  BusyAtScan: 107,
  // Requests: 140 to 169.
  /** NextLuRequest from a miniport that queues nothing. arguments: path, target, lun; 1 TaggedQueuing | 2 MultipleRequestPerLu | 4 AutoRequestSense */
  NextLuNotAllowed: 140,
  /** NextLuRequest while this untagged SRB is active on the unit. argument: path, target, lun */
  NextLuUntagged: 141,
  /** An ABORT_COMMAND was not carried out as it must be. arguments: `AbortFault`, its victim's serial; status of the one to blame << 24 */
  AbortProtocol: 142,
  /** Sense data and what the SRB says about it differ. arguments: `BadSense`; bytes written to the buffer << 8 | SenseInfoBufferLength */
  BadSense: 143,
  /** IoMapTransfer for an SRB whose direction is still open. argument: SrbFlags */
  DirectionOpen: 144,
  /** RequestComplete for an SRB that ScsiPortCompleteRequest had completed. argument: the address */
  BothCompletions: 145,
  /** An IO_CONTROL with a header that is not in order was carried out. arguments: `BadIoControl`; DataTransferLength */
  BadIoControl: 146,
  /** A DataBuffer address was dereferenced although MapBuffers is FALSE; the guest is stopped by the trap. arguments: the address, index of the function's name in the text table */
  OpaqueDereference: 147,
  /** A word of the SRB extension that the miniport never wrote came back. arguments: offset in the SRB, −1 a pointer that was followed; the value */
  ExtensionNotWritten: 148,
  // Resets, timers, DMA, memory, adapter control: 200 to 239.
  /** A system DMA transfer was not ended with ScsiPortFlushDma. argument: 1 the SRB was completed, 2 ScsiPortIoMapTransfer was called again */
  DmaNotFlushed: 200,
  /** ScsiPortGetPhysicalAddress was called although NeedPhysicalAddresses is FALSE; the first time. argument: the address */
  PhysicalNotNeeded: 201,
  /** HwResetBus completed an SRB of another bus. argument: path of the SRB, path that was to be reset */
  OtherPathCompleted: 202,
} as const

/** Name of the object that HwAdapterControl(ScsiQuerySupportedControlTypes) fills, in `RedZone` findings. */
export const CONTROL_LIST = 'SCSI_SUPPORTED_CONTROL_TYPE_LIST'

/** What is wrong in `Finding.AbortProtocol`. */
export const AbortFault = {
  /** The abort came back with SUCCESS, its victim is still with the miniport. */
  victimHeld: 1,
  /** Neither SUCCESS nor ABORT_FAILED. */
  status: 3,
  /** SUCCESS, but the victim did not come back with ABORTED. */
  victimStatus: 4,
} as const

/** What is wrong in `Finding.BadSense`. */
export const BadSense = {
  /** Sense data in spite of SRB_FLAGS_DISABLE_AUTOSENSE. */
  disabled: 1,
  /** SenseInfoBufferLength was raised. */
  longerThanBuffer: 2,
  /** SRB_STATUS_AUTOSENSE_VALID, and the buffer is as it was. */
  nothingWritten: 3,
  /** SenseInfoBufferLength is not what was written. */
  otherLength: 4,
} as const

/** What is wrong in `Finding.BadIoControl`. */
export const BadIoControl = { headerLength: 1, length: 2, signature: 3, short: 4 } as const

/** Why a guest was stopped for good. */
export const StopKind = {
  InstructionLimit: 1,
  TimeLimit: 2,
  DepthLimit: 3,
  /** A wasm trap: out-of-bounds access, division by zero, unreachable, bad indirect call. */
  Trap: 4,
  /** The guest handed an import something that cannot be carried out, for example a buffer outside its memory. */
  BadArgument: 5,
  /** Interrupts without end: the line stayed asserted. */
  InterruptStorm: 6,
  /** `env.abort`, WASI `proc_exit`. */
  Abort: 7,
  /** An import nobody knows was called. */
  UnknownImport: 8,
  /** The contract makes going on impossible (for example a double completion that would corrupt the port's state). */
  Contract: 9,
} as const

export type StopKind = (typeof StopKind)[keyof typeof StopKind]

export const STOP_NAMES: Record<number, string> = {
  1: 'instruction limit',
  2: 'time limit',
  3: 'call depth limit',
  4: 'trap',
  5: 'bad argument',
  6: 'interrupt storm',
  7: 'abort',
  8: 'unknown import',
  9: 'contract broken',
}

/** Why a register or port access reached no register. */
export const BAD_ACCESS = { unmapped: 1, wrongSpace: 2, width: 3, unaligned: 4, outsideMapping: 5, probed: 6 } as const

export const AdapterPhase = {
  Found: 1,
  Initialized: 2,
  Scanned: 3,
  Started: 4,
  Stopped: 5,
  Restarted: 6,
  Removed: 7,
} as const

/** Access word of a register access: width in bytes | port space 0x100 | part of a buffer form 0x200 | reason << 16. */
export const accessWord = (widthBytes: number, port: boolean, buffer = false, reason = 0): number =>
  widthBytes | (port ? 0x100 : 0) | (buffer ? 0x200 : 0) | (reason << 16)
