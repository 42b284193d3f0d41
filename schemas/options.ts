// Option strings on the command line, in the manner of QEMU and fio: 'file=disk.img,format=raw,readonly=on'. They become
// parts of a scenario and are checked as such; errors name the flag and the key as typed.
import type { z } from 'zod'
import { ConfigError, parseConfig, unknownWord } from './errors.ts'
import { AdapterConfig, type AdapterInput, Drive, type DriveInput } from './machine.ts'

export const fail = (flag: string, message: string): never => {
  throw new ConfigError(flag, [{ path: '$', message }])
}

/**
 * Splits 'a=1,b=2'. A comma in a value is written ',,', as in QEMU. A first part without '=' is the value of `implied`.
 * @throws ConfigError for unknown and repeated keys, naming the nearest
 */
export function splitOptions(
  text: string,
  flag: string,
  keys: readonly string[],
  implied?: string,
): Map<string, string> {
  const options = new Map<string, string>()
  const parts = text.replaceAll(',,', '\u0000').split(',')
  for (const [i, part] of parts.entries()) {
    const plain = part.replaceAll('\u0000', ',').trim()
    const equals = plain.indexOf('=')
    let key = equals < 0 ? plain : plain.slice(0, equals)
    let value = equals < 0 ? '' : plain.slice(equals + 1)
    if (equals < 0) {
      if (i !== 0 || implied === undefined || plain === '')
        return fail(flag, `found '${plain}', expected KEY=VALUE with one of ${keys.join(', ')}`)
      value = plain
      key = implied
    }
    if (!keys.includes(key)) {
      return fail(flag, unknownWord('key', key, keys))
    }
    if (options.has(key)) return fail(flag, `the key '${key}' is given twice`)
    options.set(key, value)
  }
  return options
}

/** Digits become a number, everything else stays text; the schema judges. */
export const number = (text: string): number | string => (/^-?\d+$/.test(text) ? Number(text) : text)

const SWITCH: Readonly<Record<string, boolean>> = {
  on: true,
  off: false,
  true: true,
  false: false,
  yes: true,
  no: false,
}

function onOff(options: Map<string, string>, key: string, flag: string): boolean | undefined {
  const text = options.get(key)
  if (text === undefined) return undefined
  return Object.hasOwn(SWITCH, text) ? SWITCH[text] : fail(flag, `${key}: found '${text}', expected on or off`)
}

/** Leaves out what was not given. */
export function given<T extends object>(object: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as never
}

/** Checks the made-up part; renames schema keys in the errors to what was typed. @returns the input, unchanged */
export function checked<S extends z.ZodType>(
  schema: S,
  input: unknown,
  flag: string,
  names: Readonly<Record<string, string>>,
): z.input<S> {
  try {
    parseConfig(schema, input, flag)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    throw new ConfigError(
      flag,
      error.problems.map(problem => {
        const typed = names[problem.path]
        return { path: '$', message: `${typed ?? problem.path.replace(/^\$\.?/, '')}: ${problem.message}` }
      }),
    )
  }
  return input as z.input<S>
}

/** `--drive file=disk.img,format=raw,readonly=on,target=0,lun=0`, or without `file` a RAM disk of `size`. @throws ConfigError */
export function parseDriveOption(text: string, flag = '--drive'): DriveInput {
  const keys = [
    'file',
    'format',
    'readonly',
    'size',
    'target',
    'lun',
    'name',
    'blocksize',
    'serial',
    'vendor',
    'product',
    'revision',
  ]
  const options = splitOptions(text, flag, keys, 'file')
  const get = (key: string) => options.get(key)
  const asNumber = (key: string) => (options.has(key) ? number(options.get(key)!) : undefined)
  const path = get('file')
  const readOnly = onOff(options, 'readonly', flag)
  if (path === undefined && options.has('format')) fail(flag, "'format' needs 'file'")
  const store =
    path === undefined
      ? { kind: 'ram', size: get('size') ?? '64MiB' }
      : given({ kind: 'file', path, format: get('format'), readOnly, create: get('size') })
  const input = given({
    name: get('name'),
    target: asNumber('target'),
    lun: asNumber('lun'),
    blockSize: asNumber('blocksize'),
    readOnly: path === undefined ? readOnly : undefined,
    serial: get('serial'),
    vendor: get('vendor'),
    product: get('product'),
    revision: get('revision'),
    store,
  })
  return checked(Drive, input, flag, {
    '$.target': 'target',
    '$.lun': 'lun',
    '$.blockSize': 'blocksize',
    '$.store.size': 'size',
    '$.store.create': 'size',
    '$.store.path': 'file',
    '$.store.format': 'format',
  })
}

/** Keys of --adapter that only some kinds have. */
const KIND_KEYS: Readonly<Record<AdapterInput['kind'], readonly string[]>> = {
  reference: ['autosense', 'base'],
  buslogic: ['isa', 'port'],
  nvme: ['base'],
}
const COMMON_KEYS = ['kind', 'name', 'line', 'irq', 'slot', 'arguments']
const ADAPTER_KEYS = [...new Set([...COMMON_KEYS, ...Object.values(KIND_KEYS).flat()])]

/** The kind that an option string names; undefined: it leaves that open. @throws ConfigError */
export const adapterKindOf = (text: string, flag = '--adapter'): string | undefined =>
  splitOptions(text, flag, ADAPTER_KEYS, 'kind').get('kind')

/**
 * `--adapter reference,line=INTA,autosense=on` (`irq=11` is the line IRQ11), `buslogic,isa=0x330,port=0x1000`, `nvme,base=0x70010000`.
 * @param defaults for what the text leaves open @throws ConfigError
 */
export function parseAdapterOption(
  text: string,
  driver: string,
  { flag = '--adapter', kind = 'reference', isa }: { flag?: string; kind?: string; isa?: string | undefined } = {},
): AdapterInput {
  const options = splitOptions(text, flag, ADAPTER_KEYS, 'kind')
  const irq = options.get('irq')
  if (irq !== undefined && !/^\d{1,3}$/.test(irq)) fail(flag, `irq: found '${irq}', expected a number`)
  if (irq !== undefined && options.has('line')) fail(flag, "'line' and 'irq' exclude each other")
  const named = options.get('kind') ?? kind
  if (Object.hasOwn(KIND_KEYS, named)) {
    const keys = [...COMMON_KEYS, ...KIND_KEYS[named as AdapterInput['kind']]]
    const stranger = [...options.keys()].find(key => !keys.includes(key))
    if (stranger !== undefined)
      fail(flag, `the adapter '${named}' has no '${stranger}'; its keys: ${keys.slice(1).join(', ')}`)
  }
  const asNumber = (key: string) => (options.has(key) ? number(options.get(key)!) : undefined)
  const input = given({
    kind: named,
    driver,
    name: options.get('name'),
    line: irq === undefined ? options.get('line') : `IRQ${irq}`,
    autosense: onOff(options, 'autosense', flag),
    base: asNumber('base'),
    port: asNumber('port'),
    isa: options.get('isa') ?? (options.has('kind') ? undefined : isa),
    slot: asNumber('slot'),
    arguments: options.get('arguments'),
  })
  return checked(AdapterConfig, input, flag, {})
}
