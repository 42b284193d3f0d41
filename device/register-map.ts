// A register map made ready for use: validated, checked for contradictions, with the masks that follow from it.
//
// The register bank runs on this, the generators print it.
import { type AccessWord, RegisterMap, type RegisterMapInput } from '../schemas/register-map.ts'

/** One problem or several, each naming register and field. */
export class RegisterMapError extends Error {
  override name = 'RegisterMapError'
  readonly problems: readonly string[]
  constructor(title: string, problems: readonly string[]) {
    super(`register map '${title}': ${problems.join('; ')}`)
    this.problems = problems
  }
}

export interface CompiledField {
  readonly name: string
  readonly access: AccessWord
  /** Low bit and number of bits. */
  readonly shift: number
  readonly width: number
  /** In place, as a 32-bit pattern. */
  readonly mask: number
  readonly reset: number
  readonly description: string
  readonly unimplemented: boolean
  readonly values: Readonly<Record<string, number>> | undefined
}

/** Masks are 32-bit patterns over the whole register. */
export interface CompiledRegister {
  readonly name: string
  readonly offset: number
  readonly widthBytes: number
  /** 'both', or the only side it has: another register may answer the other one. */
  readonly side: 'read' | 'write' | 'both'
  readonly description: string
  /** High bits first. */
  readonly fields: readonly CompiledField[]
  readonly reset: number
  readonly ro: number
  readonly rw: number
  readonly wo: number
  readonly rc: number
  readonly w1c: number
  readonly w1s: number
  /** Bits of no field. */
  readonly reserved: number
  /** Bits of fields the real chip has and the model does not act on; they hold their reset value. */
  readonly unimplemented: number
}

export interface CompiledMap {
  readonly map: RegisterMap
  /** In order of offset. */
  readonly registers: readonly CompiledRegister[]
}

const compiled = new WeakMap<object, CompiledMap>()

/**
 * Validates a map once; asked again for the same object it answers from memory.
 * @throws RegisterMapError listing everything that is wrong
 */
export function compileRegisterMap(input: RegisterMapInput): CompiledMap {
  const known = compiled.get(input)
  if (known) return known
  const parsed = RegisterMap.safeParse(input)
  if (!parsed.success) {
    const title = typeof input?.title === 'string' ? input.title : '?'
    throw new RegisterMapError(
      title,
      parsed.error.issues.map(issue => `${issue.path.join('.')}: ${issue.message}`),
    )
  }
  const map = parsed.data
  const problems: string[] = []
  const registers = map.registers
    .map(register => compileRegister(register, problems))
    .sort((a, b) => a.offset - b.offset)
  checkMap(map, registers, problems)
  if (problems.length > 0) throw new RegisterMapError(map.title, problems)
  const result: CompiledMap = { map, registers }
  compiled.set(input, result)
  return result
}

type ParsedRegister = RegisterMap['registers'][number]

function compileRegister(register: ParsedRegister, problems: string[]): CompiledRegister {
  const bitCount = register.width * 8
  const masks = { ro: 0, rw: 0, wo: 0, rc: 0, rw1c: 0, rw1s: 0 }
  let used = 0
  let reset = 0
  let unimplemented = 0
  const names = new Set<string>()
  const fields: CompiledField[] = []
  for (const field of register.fields) {
    const where = `${register.name}.${field.name}`
    if (names.has(field.name)) problems.push(`${where}: the name is used twice`)
    names.add(field.name)
    const [high, low = high] = field.bits.split(':').map(Number) as [number, number?]
    if (low > high) {
      problems.push(`${where}: bits ${field.bits} are the wrong way round, the high bit comes first`)
      continue
    }
    if (high >= bitCount) {
      problems.push(`${where}: bit ${high} is outside a register of ${bitCount} bits`)
      continue
    }
    const width = high - low + 1
    const limit = 2 ** width - 1
    const mask = (limit << low) | 0
    if ((used & mask) !== 0) problems.push(`${where}: bits ${field.bits} overlap another field`)
    if (field.reset > limit)
      problems.push(`${where}: reset value 0x${field.reset.toString(16)} does not fit ${width} bits`)
    if (field.access === 'wo' && field.reset !== 0)
      problems.push(`${where}: a write-only field reads 0 and has no reset value`)
    for (const [name, value] of Object.entries(field.values ?? {}))
      if (value > limit) problems.push(`${where}: value ${name} = ${value} does not fit ${width} bits`)
    used |= mask
    reset |= field.reset << low
    if (field.unimplemented) unimplemented |= mask
    else masks[field.access] |= mask
    const { name, access, description, values } = field
    fields.push({
      name,
      access,
      shift: low,
      width,
      mask,
      reset: field.reset,
      description,
      unimplemented: field.unimplemented,
      values,
    })
  }
  const all = register.width === 4 ? -1 : 2 ** bitCount - 1
  return {
    name: register.name,
    offset: register.offset,
    widthBytes: register.width,
    side: register.side ?? 'both',
    description: register.description,
    fields: fields.sort((a, b) => b.shift - a.shift),
    reset,
    ro: masks.ro,
    rw: masks.rw,
    wo: masks.wo,
    rc: masks.rc,
    w1c: masks.rw1c,
    w1s: masks.rw1s,
    reserved: all & ~used,
    unimplemented,
  }
}

function checkMap(map: RegisterMap, registers: readonly CompiledRegister[], problems: string[]): void {
  if (!Number.isInteger(Math.log2(map.sizeBytes))) problems.push(`window of ${map.sizeBytes} bytes: not a power of two`)
  const names = new Set<string>()
  const last: { read?: CompiledRegister; write?: CompiledRegister } = {}
  for (const register of registers) {
    const { name, offset, widthBytes } = register
    if (names.has(name)) problems.push(`${name}: the name is used twice`)
    names.add(name)
    if (offset % widthBytes !== 0)
      problems.push(`${name}: offset 0x${offset.toString(16)} is not aligned to ${widthBytes} bytes`)
    if (offset + widthBytes > map.sizeBytes)
      problems.push(`${name}: offset 0x${offset.toString(16)} is outside a window of ${map.sizeBytes} bytes`)
    for (const side of ['read', 'write'] as const) {
      if (register.side !== 'both' && register.side !== side) continue
      const previous = last[side]
      if (previous && offset < previous.offset + previous.widthBytes) {
        problems.push(`${name} overlaps ${previous.name}`)
        break
      }
    }
    for (const side of ['read', 'write'] as const)
      if (register.side === 'both' || register.side === side) last[side] = register
    for (const { name: field, access } of register.fields) {
      if (register.side === 'read' && access !== 'ro' && access !== 'rc')
        problems.push(`${name}.${field}: '${access}' on the read side, expected 'ro' or 'rc'`)
      if (register.side === 'write' && access !== 'wo')
        problems.push(`${name}.${field}: '${access}' on the write side, expected 'wo'`)
    }
  }
  for (const name of [...map.interruptStatus, ...(map.interruptEnable === undefined ? [] : [map.interruptEnable])])
    if (!names.has(name)) problems.push(`${name}: no such register`)
  const constants = new Set<string>()
  for (const { name } of map.constants) {
    if (constants.has(name)) problems.push(`constant ${name}: the name is used twice`)
    constants.add(name)
  }
}
