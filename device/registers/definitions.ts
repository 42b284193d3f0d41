// The names a driver needs from a register map, as one flat list: what the C header and the AssemblyScript module print.
//
// REGISTER is a byte offset. A field of one bit is its mask; a wider field has _MASK and _SHIFT, both in place.
// Named field values and the map's constants are plain numbers. Every name carries the map's prefix.
import type { RegisterMapInput } from '../../schemas/register-map.ts'
import { type CompiledField, type CompiledMap, compileRegisterMap, RegisterMapError } from '../register-map.ts'

export interface Definition {
  readonly name: string
  readonly value: number
  /** How to print the value. */
  readonly base: 10 | 16
  readonly comment: string
}

export interface DefinitionGroup {
  readonly title: string
  readonly definitions: readonly Definition[]
}

/** @throws RegisterMapError for a map that contradicts itself, two equal names, or a constant beyond 32 bits */
export function definitionGroups(input: RegisterMapInput): DefinitionGroup[] {
  const compiled = compileRegisterMap(input)
  const { map, registers } = compiled
  const groups: DefinitionGroup[] = [
    {
      title: 'Register window.',
      definitions: [
        { name: `${map.prefix}_WINDOW_BYTES`, value: map.sizeBytes, base: 16, comment: 'Size of the register window.' },
      ],
    },
    ...registers.map(register => ({
      title: `${register.name}: ${register.description}`,
      definitions: [
        {
          name: `${map.prefix}_${register.name}`,
          value: register.offset,
          base: 16 as const,
          comment: `Offset; ${register.widthBytes * 8} bits.`,
        },
        // In the order of the map's bits, low bits first.
        ...[...register.fields]
          .reverse()
          .flatMap(field => fieldDefinitions(`${map.prefix}_${register.name}_${field.name}`, field)),
      ],
    })),
  ]
  if (map.constants.length > 0)
    groups.push({
      title: 'Memory formats and numbers.',
      definitions: map.constants.map(({ name, value, description }) => ({
        name: `${map.prefix}_${name}`,
        value,
        base: 16,
        comment: description,
      })),
    })
  check(compiled, groups)
  return groups
}

function fieldDefinitions(name: string, field: CompiledField): Definition[] {
  const comment = `${field.access}${field.unimplemented ? ', unimplemented' : ''}. ${field.description}`
  const mask = field.mask >>> 0
  const definitions: Definition[] =
    field.width === 1
      ? [{ name, value: mask, base: 16, comment }]
      : [
          { name: `${name}_MASK`, value: mask, base: 16, comment },
          { name: `${name}_SHIFT`, value: field.shift, base: 10, comment: '' },
        ]
  for (const [value, number] of Object.entries(field.values ?? {}))
    definitions.push({ name: `${name}_${value}`, value: number, base: 10, comment: 'Value, not shifted.' })
  return definitions
}

function check({ map }: CompiledMap, groups: readonly DefinitionGroup[]): void {
  const problems: string[] = []
  const names = new Set<string>()
  for (const { name, value } of groups.flatMap(group => group.definitions)) {
    if (names.has(name)) problems.push(`${name}: two definitions would have this name`)
    names.add(name)
    if (value > 0xffff_ffff || value < -0x8000_0000) problems.push(`${name}: ${value} does not fit 32 bits`)
  }
  if (problems.length > 0) throw new RegisterMapError(map.title, problems)
}
