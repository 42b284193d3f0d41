// Numbers out of the register map, for the engines: constants and register bits.
import { CONSTANTS } from './constants.ts'

type ConstantName = (typeof CONSTANTS)[number]['name']

/** The map's constants by name (CMD_…, CCB_…, BTSTAT_… and so on). */
export const K = Object.fromEntries(CONSTANTS.map(({ name, value }) => [name, value])) as Readonly<
  Record<ConstantName, number>
>

/** Offsets of the registers. */
export const Offset = { status: 0, control: 0, dataIn: 1, commandParameter: 1, interrupt: 2, geometry: 3 } as const

/** Bits of STATUS. */
export const Status = {
  commandInvalid: 0x01,
  dataInReady: 0x04,
  commandParameterBusy: 0x08,
  hostAdapterReady: 0x10,
  initializationRequired: 0x20,
  diagnosticFailure: 0x40,
  diagnosticActive: 0x80,
} as const

/** Bits of CONTROL. */
export const Control = { busReset: 0x10, interruptReset: 0x20, softReset: 0x40, hardReset: 0x80 } as const

/** Bits of INTERRUPT. */
export const Cause = {
  incomingLoaded: 0x01,
  outgoingAvailable: 0x02,
  commandComplete: 0x04,
  busReset: 0x08,
  all: 0x0f,
  /** Not a cause: any of them. */
  valid: 0x80,
} as const

export const TARGETS = 16
/** CCBs the adapter holds at once (BusLogic.c: 192 in a BT-958). */
export const SLOTS = 192
