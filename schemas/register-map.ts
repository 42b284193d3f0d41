// The register map: what registers an adapter has, as data. The register bank, the C header, the
// AssemblyScript module and the Markdown manual are all made from it.
import { z } from 'zod'

/** Access words, in the sense of the field's register description languages. */
export const ACCESS_WORDS = ['ro', 'rw', 'wo', 'rc', 'rw1c', 'rw1s'] as const

/** `ro` read only · `rw` read/write · `wo` write only, reads 0 · `rc` cleared by reading · `rw1c` write 1 to clear · `rw1s` write 1 to set. */
export type AccessWord = (typeof ACCESS_WORDS)[number]

const Name = z.string().regex(/^[A-Z][A-Z0-9_]*$/, 'expected an upper-case name such as INT_STATUS')

export const RegisterField = z.strictObject({
  name: Name,
  /** One bit (`'3'`) or a range, high first (`'7:0'`). */
  bits: z.string().regex(/^\d+(:\d+)?$/, "expected a bit '3' or a range '7:0'"),
  access: z.enum(ACCESS_WORDS),
  reset: z.number().int().min(0).max(0xffffffff).default(0),
  description: z.string(),
  /** A field the real chip has and this model does not act on: accesses are reported as *unimplemented*. */
  unimplemented: z.boolean().default(false),
  /** Named values. */
  values: z.record(Name, z.number().int().min(0)).optional(),
})

export const Register = z.strictObject({
  name: Name,
  /** Byte offset in the BAR. */
  offset: z.number().int().min(0),
  /** Width in bytes. */
  width: z.union([z.literal(1), z.literal(2), z.literal(4)]).default(4),
  /** Chips of old have one register to read and another to write at the same offset; each then has a name of its own. Default: both. */
  side: z.enum(['read', 'write']).optional(),
  description: z.string(),
  fields: z.array(RegisterField).min(1),
})

export const RegisterMap = z.strictObject({
  /** Prefix of the generated names, for example `WHBA`. */
  prefix: Name,
  title: z.string(),
  description: z.string(),
  /** Size of the window in bytes, a power of two. */
  sizeBytes: z.number().int().min(4),
  registers: z.array(Register).min(1),
  /** Registers whose reads tell whether the adapter interrupts. Empty: the driver finds out in memory. */
  interruptStatus: z.array(Name).default([]),
  /** The register whose write lets the adapter raise its line, where one does. */
  interruptEnable: Name.optional(),
  /** Formats in bus memory and plain numbers that driver and adapter share: generated into the headers beside the registers. */
  constants: z.array(z.strictObject({ name: Name, value: z.number().int(), description: z.string() })).default([]),
})

export type RegisterField = z.output<typeof RegisterField>
export type Register = z.output<typeof Register>
export type RegisterMap = z.output<typeof RegisterMap>
export type RegisterMapInput = z.input<typeof RegisterMap>

const answers = ({ side }: Register, access: 'read' | 'write'): boolean => side === undefined || side === access

/** The register that answers an access. @param offset byte in the window, any of the register's */
export const registerAt = (
  { registers }: RegisterMap,
  offset: number,
  access: 'read' | 'write',
): Register | undefined => registers.find(r => offset >= r.offset && offset < r.offset + r.width && answers(r, access))

/** The register of a name; in words when there is none, or none that can be accessed so. */
export function registerNamed(
  { registers }: RegisterMap,
  name: string,
  access: 'read' | 'write',
): Register | 'unknown' | 'only read' | 'only written' {
  const found = registers.find(r => r.name === name)
  if (found === undefined) return 'unknown'
  if (answers(found, access)) return found
  return found.side === 'read' ? 'only read' : 'only written'
}
