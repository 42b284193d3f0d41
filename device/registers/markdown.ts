// The register manual of an adapter in Markdown, from its register map.
import { ACCESS_WORDS, type AccessWord, type RegisterMapInput } from '../../schemas/register-map.ts'
import { type CompiledField, type CompiledRegister, compileRegisterMap } from '../register-map.ts'

const ACCESS_MEANING: Record<AccessWord, string> = {
  ro: 'read only',
  rw: 'read and write',
  wo: 'write only, reads 0',
  rc: 'read only, cleared by reading',
  rw1c: 'read; writing 1 clears',
  rw1s: 'read; writing 1 sets',
}

export interface ManualOptions {
  /** Where the map is written. */
  source: string
  /** Link to the hand-written part, relative to the manual. */
  guide?: string
}

export function markdownManual(input: RegisterMapInput, options: ManualOptions): string {
  const { map, registers } = compileRegisterMap(input)
  const words = ACCESS_WORDS.filter(word => registers.some(({ fields }) => fields.some(field => field.access === word)))
  const parts = [
    `<!-- Generated from ${options.source}. Do not edit. -->`,
    `# ${map.title}`,
    map.description,
    ...(options.guide === undefined ? [] : [`How to drive it: [programmer's guide](${options.guide}).`]),
    '## Registers',
    `The window is ${map.sizeBytes} bytes. Bits that belong to no field are reserved: they read 0, and writing 1 to one is reported as a driver bug.`,
    words.map(word => `\`${word}\` ${ACCESS_MEANING[word]}`).join(' · '),
    table(
      ['Offset', 'Register', 'Bits', 'Access', 'Reset', 'Description'],
      registers.map(register => [
        hex(register.offset, 2),
        `[${register.name}](#${register.name.toLowerCase()})`,
        `${register.widthBytes * 8}${register.side === 'both' ? '' : `, ${register.side} side`}`,
        [...new Set(register.fields.map(field => field.access))].join(', '),
        hex(register.reset, register.widthBytes * 2),
        register.description,
      ]),
    ),
    ...registers.flatMap(registerSection),
  ]
  if (map.constants.length > 0)
    parts.push(
      '## Memory formats and numbers',
      `The headers give these names the prefix \`${map.prefix}_\`. Numbers in memory are little-endian; a name that stands for a member is its byte offset.`,
      table(
        ['Name', 'Value', 'Description'],
        map.constants.map(({ name, value, description }) => [
          `\`${name}\``,
          value < 0 ? `${value}` : hex(value, 1),
          description,
        ]),
      ),
    )
  return `${parts.join('\n\n')}\n`
}

function registerSection(register: CompiledRegister): string[] {
  return [
    `### ${register.name}`,
    `Offset ${hex(register.offset, 2)}, ${register.widthBytes * 8} bits${register.side === 'both' ? '' : `, ${register.side} side`}, reset ${hex(register.reset, register.widthBytes * 2)}. ${register.description}`,
    table(
      ['Bits', 'Field', 'Access', 'Reset', 'Description'],
      register.fields.map(field => [
        field.width === 1 ? `${field.shift}` : `${field.shift + field.width - 1}:${field.shift}`,
        field.name,
        field.access,
        field.access === 'wo' ? '' : hex(field.reset, 1),
        describe(field),
      ]),
    ),
  ]
}

function describe(field: CompiledField): string {
  const values = Object.entries(field.values ?? {}).map(([name, value]) => `${value} = ${name}`)
  return [field.description, ...(field.unimplemented ? ['*Not implemented by this model.*'] : []), values.join(', ')]
    .filter(text => text !== '')
    .join(' ')
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

function hex(n: number, digits: number): string {
  return `0x${(n >>> 0).toString(16).padStart(digits, '0')}`
}
