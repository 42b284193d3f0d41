// Numbers out of the register map, for the engine: memory formats and register bits.
import { NVME_REGISTERS } from './registers.ts'

type ConstantName = (typeof NVME_REGISTERS.constants)[number]['name']

/** The map's constants by name (SQE_…, CQE_…, ADMIN_…, IO_…, STATUS_…). */
export const K = Object.fromEntries(NVME_REGISTERS.constants.map(({ name, value }) => [name, value])) as Readonly<
  Record<ConstantName, number>
>

/** Byte offset of a register, for diagnostics. */
export function offsetOf(name: string): number {
  const register = NVME_REGISTERS.registers.find(r => r.name === name)
  if (register === undefined) throw new RangeError(`the NVMe controller has no register ${name}`)
  return register.offset
}
