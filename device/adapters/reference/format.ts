// Numbers out of the register map, for the engines: memory formats and interrupt causes.
import { REFERENCE_REGISTERS } from './registers.ts'

type ConstantName = (typeof REFERENCE_REGISTERS.constants)[number]['name']

/** The map's constants by name (BLOCK_…, SG_…, ENTRY_…, HOST_…). */
export const K = Object.fromEntries(REFERENCE_REGISTERS.constants.map(({ name, value }) => [name, value])) as Readonly<
  Record<ConstantName, number>
>

/** Bits of INT_STATUS, INT_ACK and INT_ENABLE. */
export const Cause = {
  commandComplete: 1,
  dmaReady: 2,
  dmaError: 4,
  scsiError: 8,
  busReset: 16,
  deviceChange: 32,
  all: 63,
} as const

/** Bits of STATUS. */
export const Status = { ready: 1, busy: 2, dmaActive: 4, busResetting: 8, ringFull: 16 } as const

/** Bits of CONTROL. */
export const Control = { enable: 1, queued: 2, adapterReset: 0x100, busReset: 0x200 } as const

export const TAGS = 64
export const TARGETS = 16
export const MAX_SG = 128
/** TAG in ERROR_INFO when there is none. */
export const NO_TAG = 0xff

/** Byte offset of a register, for diagnostics. */
export function offsetOf(name: string): number {
  const register = REFERENCE_REGISTERS.registers.find(r => r.name === name)
  if (register === undefined) throw new RangeError(`the reference adapter has no register ${name}`)
  return register.offset
}
