// `hba adapters`: the adapters there are, and their register maps as text, Markdown, C, AssemblyScript or JSON.
import { ADAPTER_KINDS as ADAPTERS, type AdapterKind } from '../../device/adapters/kinds.ts'
import { assemblyScriptModule } from '../../device/registers/assemblyscript.ts'
import { cHeader } from '../../device/registers/c-header.ts'
import { markdownManual } from '../../device/registers/markdown.ts'
import { unknownWord } from '../../schemas/errors.ts'
import { RegisterMap, type RegisterMapInput } from '../../schemas/register-map.ts'
import { pciId } from '../port/candidates.ts'
import { table, wrap } from '../report/format.ts'
import type { Style } from '../report/style.ts'
import { type Arguments, HELP_OPTION, type Options } from './arguments.ts'
import type { Command } from './command.ts'
import { type CliIo, EXIT, UsageError } from './io.ts'
import { styleFor } from './terminal.ts'

const FORMATS = ['md', 'c', 'as', 'json'] as const

const OPTIONS = {
  md: { type: 'boolean', help: 'the register manual as Markdown' },
  c: { type: 'boolean', help: 'a C header' },
  as: { type: 'boolean', help: 'an AssemblyScript module' },
  json: { type: 'boolean', help: 'the register map itself; without a name the list of adapters' },
  ...HELP_OPTION,
} as const satisfies Options

const WIDTH = 100

function run(args: Arguments, io: CliIo): number {
  const formats = FORMATS.filter(name => args.flag(name))
  if (formats.length > 1) throw new UsageError(`--${formats.join(' and --')} exclude each other`, 'adapters')
  const [name, extra] = args.positionals
  if (extra !== undefined) throw new UsageError(`found '${extra}' after '${name}': one adapter at a time`, 'adapters')
  const [format] = formats
  if (name === undefined) {
    if (format !== undefined && format !== 'json')
      throw new UsageError(`--${format} needs the name of an adapter`, 'adapters')
    io.stdout.write(format === 'json' ? listJson() : list())
    return EXIT.pass
  }
  if (!Object.hasOwn(ADAPTERS, name))
    throw new UsageError(unknownWord('adapter', name, Object.keys(ADAPTERS)), 'adapters')
  const { map, source } = ADAPTERS[name]!
  io.stdout.write(render(format, map, source, styleFor(io.stdout, io.env)))
  return EXIT.pass
}

function render(
  format: (typeof FORMATS)[number] | undefined,
  map: RegisterMapInput,
  source: string,
  style: Style,
): string {
  switch (format) {
    case 'md':
      return markdownManual(map, { source })
    case 'c':
      return cHeader(map, source)
    case 'as':
      return assemblyScriptModule(map, source)
    case 'json':
      return `${JSON.stringify(RegisterMap.parse(map), null, 2)}\n`
    default:
      return manual(RegisterMap.parse(map), style)
  }
}

/** Where drivers find it: PCI vendor and device id, I/O bases on ISA. */
const places = ({ vendor, device, isaBases }: AdapterKind): string[] => [
  pciId(vendor, device),
  isaBases.map(base => `0x${base.toString(16)}`).join(' '),
]

const list = (): string => {
  const rows = Object.entries(ADAPTERS).map(([name, kind]) => [
    name,
    kind.map.title,
    ...places(kind),
    `${kind.map.registers.length} registers`,
  ])
  const head = ['adapter', 'what it is', 'PCI id', 'ISA', ''].map(title => ({ title }))
  return `${table(head, rows, '').join('\n')}\n`
}

const listJson = (): string =>
  `${JSON.stringify(
    Object.entries(ADAPTERS).map(([name, { map, vendor, device, isaBases }]) => ({
      name,
      title: map.title,
      description: map.description,
      pci: pciId(vendor, device),
      isa: isaBases.map(base => `0x${base.toString(16)}`),
    })),
    null,
    2,
  )}\n`

function manual({ title, description, sizeBytes, registers }: RegisterMap, style: Style): string {
  const lines = [style('strong', title), ...wrap(description, WIDTH), `Window: ${sizeBytes} bytes.`, '']
  for (const register of registers) {
    const offset = `0x${register.offset.toString(16).padStart(3, '0')}`
    lines.push(
      style('strong', `${offset}  ${register.name}${register.side === undefined ? '' : ` (${register.side})`}`),
    )
    lines.push(...wrap(register.description, WIDTH - 4).map(line => `    ${line}`))
    const rows = register.fields.map(field => [
      field.bits,
      field.name,
      field.access,
      field.reset === 0 ? '' : `0x${field.reset.toString(16)}`,
    ])
    const head = table([{ title: '', right: true }, { title: '' }, { title: '' }, { title: '' }], rows, '    ').slice(1)
    register.fields.forEach((field, i) => {
      const indent = Math.max(...head.map(line => line.length)) + 2
      const [first, ...more] = wrap(field.description, Math.max(30, WIDTH - indent))
      lines.push(`${head[i]!.padEnd(indent)}${first}`, ...more.map(line => ' '.repeat(indent) + line))
    })
    lines.push('')
  }
  return `${lines.join('\n').trimEnd()}\n`
}

export const ADAPTERS_COMMAND: Command = {
  name: 'adapters',
  summary: 'adapters and their registers',
  usage: ['hba adapters [NAME] [--md|--c|--as|--json]'],
  text: ['Lists the adapters, or prints the registers of one of them: for reading, or as a header for a driver.'],
  options: OPTIONS,
  examples: ['hba adapters', 'hba adapters reference', 'hba adapters reference --c > whba.h'],
  run,
}
