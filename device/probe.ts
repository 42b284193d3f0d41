// The probe: the one way a device tells the bench what happened inside it. Numbers only, so that
// watching costs nothing when nobody watches and little when somebody does.
//
// Event numbers 64…95 are the devices' share of the trace vocabulary (harness/trace/events.ts holds the rest).

/**
 * What a device reports. Every event carries the adapter's index and up to four 32-bit numbers.
 *
 * | event | a | b | c | d |
 * |---|---|---|---|---|
 * | `CauseRaised` | bits newly pending | all pending bits | enabled bits | – |
 * | `CauseCleared` | bits cleared | all pending bits | enabled bits | – |
 * | `LineChanged` | level 0/1 of this adapter's own output | pending & enabled bits | – | – |
 * | `CommandFetched` | tag, elements of its scatter/gather list << 8 | target, `BusWords` << 8 | lun | CDB opcode, digest of the CDB << 8 (see `cdbDigest`) |
 * | `CommandFinished` | tag | SCSI status | `HostStatus`, bytes of sense data delivered << 8 | bytes moved |
 * | `DmaMoved` | tag | bytes | 1 = to memory, 0 = from memory | – |
 * | `DmaFault` | address bits 31…0 | address bits 63…32 | bytes asked | 1 = write, 0 = read; `DmaFaultKind` << 8 |
 * | `BusReset` | 1 = by this adapter, 0 = from outside | commands dropped | – | – |
 * | `AdapterReset` | commands dropped | – | – | – |
 * | `Diagnostic` | diagnostic code | byte offset | value or bits | width in bytes |
 * | … with `BusMasterDisabled` | diagnostic code | address bits 31…0 | address bits 63…32 | bytes asked |
 * | … from an address space (`Unmapped`, `DecodeDisabled`, `BadAccessWidth`, `Unaligned`) | diagnostic code | address | value, 0 for a read | width in bytes |
 * | `Reselection` | target | lun | tag that nobody waits for | – |
 * | `FaultInjected` | index of the fault in the scenario | tag or −1 | – | – |
 */
export const DeviceEvent = {
  CauseRaised: 64,
  CauseCleared: 65,
  LineChanged: 66,
  CommandFetched: 67,
  CommandFinished: 68,
  DmaMoved: 69,
  DmaFault: 70,
  BusReset: 71,
  AdapterReset: 72,
  Diagnostic: 73,
  FaultInjected: 74,
  Reselection: 75,
} as const

/** What the target is told beside the command. `attribute`: 0 untagged, 1 SIMPLE, 2 ORDERED, 3 HEAD OF QUEUE. `told`: the rest means something. */
export const BusWords = { attribute: 3, noDisconnect: 4, told: 8 } as const

/**
 * How a command ended as far as the adapter is concerned, in words that every adapter's own codes are translated into.
 * `ok` and `underrun`: the SCSI status says the rest.
 */
export const HostStatus = {
  ok: 0,
  selectionTimeout: 1,
  parity: 2,
  unexpectedDisconnect: 3,
  overrun: 4,
  underrun: 5,
  badReselection: 6,
  aborted: 7,
  busReset: 8,
  dmaError: 9,
  /** The command as the driver described it makes no sense. */
  badCommand: 10,
  /** The tag is busy or out of range. */
  badTag: 11,
} as const

/** What a refused transfer looks like. */
export const DmaFaultKind = {
  /** To an address that was not granted at all, or not any more. */
  stray: 0,
  /** It began at a granted address and went on beyond what is contiguous there. */
  beyond: 1,
  /** The lower half of a granted address that lies above 4 GiB. */
  truncated: 2,
} as const

/** Why an access or a setting was refused or ignored. `reserved` and `unimplemented` are two different sins: the driver's and ours. */
export const DiagnosticCode = {
  ReservedBitsWritten: 1,
  Unimplemented: 2,
  ReadOnlyWritten: 3,
  WriteOnlyRead: 4,
  BadAccessWidth: 5,
  Unaligned: 6,
  NoRegister: 7,
  Unmapped: 8,
  /** A window of a PCI function whose command register does not enable it. */
  DecodeDisabled: 9,
  BusMasterDisabled: 10,
  IgnoredWhileBusy: 11,
  BadDoorbell: 12,
  BadSetting: 13,
} as const

export interface Probe {
  /** @param adapter index of the adapter in the machine, 255 for the platform itself */
  emit(event: number, adapter: number, a: number, b: number, c: number, d: number): void
}

/** A probe nobody listens to. */
export const noProbe: Probe = { emit() {} }
