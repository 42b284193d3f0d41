// What rules are told of the adapters, by whoever knows them: their shape, and words for numbers.

/** What rules must know of an adapter, whatever its registers are called. */
export interface AdapterShape {
  /** A register tells whether it interrupts. False: the driver finds out in memory. */
  readonly statusRegister: boolean
  /** Its commands carry CDBs. False: the driver translates SCSI commands, and answers by itself what the adapter need not be asked. */
  readonly carriesCdbs: boolean
  /** A command may forbid its target to disconnect. */
  readonly forbidsDisconnect: boolean
  /** The cause that a reset of the bus brings, as bits; 0: it has none, −1: nobody knows. */
  readonly resetCauses: number
  /** Faults it cannot suffer (names as in fault plans), and why. */
  readonly immune: Readonly<Record<string, string>>
}

/** When nobody knows the adapter. */
export const ANY_ADAPTER: AdapterShape = {
  statusRegister: true,
  carriesCdbs: true,
  forbidsDisconnect: true,
  resetCauses: -1,
  immune: {},
}

/** Words for numbers, given by whoever knows the adapters and the SRBs. Called only when a violation is put into words. */
export interface RuleNames {
  /** For example `INT_ACK (0x14)`. */
  registerName(guest: number, offset: number, side: 'read' | 'write'): string
  /** For example `COMMAND_COMPLETE`. */
  causeNames(guest: number, bits: number): string
  /** For example `SRB #17 (READ(10) of target 0)`. */
  describeSrb(serial: number): string
  /** A function of the driver by its table index, for example `HwTimer`. */
  functionName(guest: number, tableIndex: number): string
  /** Does a read of this register tell whether the adapter interrupts? True for every register when nobody knows. */
  isStatusRegister(guest: number, offset: number): boolean
  /** Known once the machine is built. */
  adapter(guest: number): AdapterShape
}
