// A subset of fio's job syntax for workloads: the keys, and what they mean for the generator or the replay of a log. Values come in as text,
// from a job file (fio-job-file.ts) or from --workload (workload-option.ts), sizes and times spelled with our units.
//
// Source: fio, HOWTO, "Job file parameters". Where we differ from fio, fio-job-file.ts refuses.
import { given, number } from './options.ts'
import { formatSize, parseSizeBytes, UnitError } from './units.ts'
import type { WorkloadInput } from './workload.ts'

/** fio's words for direction and pattern at once. */
export const FIO_RW: Readonly<Record<string, { pattern: 'sequential' | 'random'; read: number; mixed?: true }>> = {
  read: { pattern: 'sequential', read: 100 },
  write: { pattern: 'sequential', read: 0 },
  rw: { pattern: 'sequential', read: 50, mixed: true },
  readwrite: { pattern: 'sequential', read: 50, mixed: true },
  randread: { pattern: 'random', read: 100 },
  randwrite: { pattern: 'random', read: 0 },
  randrw: { pattern: 'random', read: 50, mixed: true },
}

/** Keys that say what the generator does, in fio's spelling. */
export const JOB_KEYS = [
  'rw',
  'rwmixread',
  'rwmixwrite',
  'bs',
  'bsrange',
  'bssplit',
  'blockalign',
  'iodepth',
  'offset',
  'size',
  'io_size',
  'number_ios',
  'runtime',
  'time_based',
  'random_distribution',
  'norandommap',
  'rate_iops',
  'thinktime',
  'thinktime_blocks',
  'fsync',
]

/** Keys of a replay, beside `iodepth`. */
export const REPLAY_KEYS = [
  'replay_no_stall',
  'replay_time_scale',
  'replay_redirect',
  'replay_scale',
  'replay_align',
  'replay_skip',
]

export const ALIASES: Readonly<Record<string, string>> = {
  readwrite: 'rw',
  blocksize: 'bs',
  blocksize_range: 'bsrange',
  ba: 'blockalign',
  io_limit: 'io_size',
  timeout: 'runtime',
  fdatasync: 'fsync',
}

/** What a key of the schema is called here, for messages. */
export const TYPED_NAMES: Readonly<Record<string, string>> = {
  '$.read': 'rw',
  '$.pattern': 'pattern',
  '$.blockSizes': 'bs',
  '$.align': 'blockalign',
  '$.depth': 'iodepth',
  '$.ios': 'number_ios',
  '$.ioSize': 'io_size',
  '$.length': 'size',
  '$.distribution': 'random_distribution',
  '$.once': 'norandommap',
  '$.rateIops': 'rate_iops',
  '$.thinkTime': 'thinktime',
  '$.thinkEvery': 'thinktime_blocks',
  '$.flushEvery': 'flush',
  '$.flushEveryWrites': 'fsync',
  '$.timeScale': 'replay_time_scale',
  '$.redirect': 'replay_redirect',
  '$.offsetScale': 'replay_scale',
  '$.skip': 'replay_skip',
  '$.path': 'iolog',
}

/** The settings of one job, and how to complain about one of them. */
export interface Settings {
  get(key: string): string | undefined
  /** Throws ConfigError. */
  wrong(key: string, message: string): never
}

type Generator = Extract<WorkloadInput, { kind?: 'generator' | undefined }>
type Iolog = Extract<WorkloadInput, { kind: 'iolog' }>

/** What the keys of a job say about the generator; what they leave open is left out. */
export function generatorOf(settings: Settings): Generator {
  const { get } = settings
  const timed = flag(settings, 'time_based') === true
  if (timed && get('runtime') === undefined) settings.wrong('time_based', "needs a 'runtime'")
  const size = get('size')
  const { pattern, read } = direction(settings)
  const noMap = flag(settings, 'norandommap')
  const distribution = get('random_distribution')
  return given({
    kind: 'generator' as const,
    pattern,
    read,
    blockSizes: sizes(settings),
    align: get('blockalign'),
    depth: numeric(settings, 'iodepth'),
    offset: get('offset'),
    length: size,
    ioSize: get('io_size') ?? (timed ? undefined : size),
    ios: numeric(settings, 'number_ios'),
    runtime: get('runtime'),
    distribution,
    // fio has no random map for a skewed distribution either.
    once: noMap === false && (distribution ?? 'random') === 'random' ? true : undefined,
    rateIops: numeric(settings, 'rate_iops'),
    thinkTime: get('thinktime'),
    thinkEvery: numeric(settings, 'thinktime_blocks'),
    flushEveryWrites: numeric(settings, 'fsync'),
  }) as Generator
}

/** What the keys of a job say about the replay of a log. */
export function replayOf(settings: Settings, path: string): Iolog {
  const { get } = settings
  const redirect = get('replay_redirect')
  return given({
    kind: 'iolog' as const,
    path,
    depth: numeric(settings, 'iodepth'),
    pace: flag(settings, 'replay_no_stall') === true ? 'asap' : undefined,
    timeScale: numeric(settings, 'replay_time_scale'),
    redirect: redirect === undefined ? undefined : number(redirect),
    offsetScale: numeric(settings, 'replay_scale'),
    align: get('replay_align'),
    skip: get('replay_skip')?.split(/[,:]/),
  }) as Iolog
}

const numeric = ({ get }: Settings, key: string): number | undefined => {
  const text = get(key)
  return text === undefined ? undefined : (number(text) as number)
}

const SWITCH: Readonly<Record<string, boolean>> = {
  '': true,
  1: true,
  on: true,
  yes: true,
  true: true,
  0: false,
  off: false,
  no: false,
  false: false,
}

/** A key that may stand alone. */
export function flag(settings: Settings, key: string): boolean | undefined {
  const text = settings.get(key)
  if (text === undefined) return undefined
  return Object.hasOwn(SWITCH, text) ? SWITCH[text] : settings.wrong(key, `found '${text}', expected 1 or 0`)
}

function direction(settings: Settings): { pattern?: 'sequential' | 'random'; read?: number } {
  const { get } = settings
  const rw = get('rw')
  const mixRead = numeric(settings, 'rwmixread')
  const mixWrite = numeric(settings, 'rwmixwrite')
  const key = mixRead === undefined ? 'rwmixwrite' : 'rwmixread'
  if (mixRead !== undefined && mixWrite !== undefined && mixRead + mixWrite !== 100)
    settings.wrong('rwmixread', `${mixRead} and rwmixwrite ${mixWrite} do not add up to 100`)
  const mix = mixRead ?? (typeof mixWrite === 'number' ? 100 - mixWrite : undefined)
  if (mix !== undefined && !(mix >= 0 && mix <= 100))
    settings.wrong(key, `found '${get(key)}', expected a percentage from 0 to 100`)
  if (rw === undefined) return given({ read: mix }) as { read?: number }
  const [word, percent, ...more] = rw.split(':')
  const known = Object.hasOwn(FIO_RW, word!) ? FIO_RW[word!] : undefined
  if (known === undefined) {
    if (!/^-?\d+$/.test(rw))
      settings.wrong(
        'rw',
        `found '${rw}', expected the percentage of reads, or one of ${Object.keys(FIO_RW).join(', ')}`,
      )
    if (mix !== undefined) settings.wrong('rw', `'${rw}' and '${key}' both say how many I/Os read`)
    return { read: Number(rw) }
  }
  const { pattern } = known
  if (percent === undefined) return { pattern, read: known.mixed ? (mix ?? known.read) : known.read }
  if (more.length > 0 || !/^\d{1,3}$/.test(percent) || known.mixed === undefined)
    settings.wrong('rw', `found '${rw}', expected a percentage of reads behind rw or randrw, for example 'randrw:70'`)
  if (mix !== undefined) settings.wrong('rw', `'${rw}' and '${key}' both say how many I/Os read`)
  return { pattern, read: Number(percent) }
}

interface SizeAndWeight {
  size: string
  weight?: number
}

function sizes(settings: Settings): string | SizeAndWeight[] | undefined {
  const given = ['bs', 'bsrange', 'bssplit'].filter(key => settings.get(key) !== undefined)
  if (given.length > 1) settings.wrong(given[1]!, `'${given[0]}' says the sizes already`)
  const text = settings.get(given[0] ?? 'bs')
  if (text === undefined) return undefined
  if (given[0] === 'bsrange') return multiples(settings, text)
  return given[0] === 'bssplit' ? split(settings, text) : blockSizes(settings, text)
}

/** `4KiB-64KiB` → each power of two between; `4KiB/3:64KiB/1` → sizes with weights. */
function blockSizes(settings: Settings, text: string): string | SizeAndWeight[] {
  const range = rangeOf(settings, 'bs', text)
  if (range !== undefined) {
    const [low, high] = range
    const list: SizeAndWeight[] = []
    for (let size = low; low > 0 && size < high; size *= 2) list.push({ size: formatSize(size) })
    if (low === 0 || low * 2 ** list.length !== high)
      settings.wrong(
        'bs',
        `found '${text}', expected the second size to be the first one doubled some times, for example 4KiB-64KiB`,
      )
    return [...list, { size: formatSize(high) }]
  }
  if (!/[/:]/.test(text)) return text
  return text.split(':').map(part => {
    const [size, weight] = part.split('/')
    return given({ size: size!, weight: weight === undefined ? undefined : (number(weight) as number) })
  })
}

const MAX_SIZES = 64

/** fio's bsrange: every multiple of the smallest size. */
function multiples(settings: Settings, text: string): SizeAndWeight[] {
  const [low, high] = rangeOf(settings, 'bsrange', text) ?? [0, 0]
  if (low <= 0 || high < low || high % low !== 0 || high / low > MAX_SIZES)
    settings.wrong(
      'bsrange',
      `found '${text}', expected two sizes, the second a multiple of the first and at most ${MAX_SIZES} times as large, for example 4KiB-64KiB`,
    )
  return Array.from({ length: high / low }, (_, n) => ({ size: formatSize(low * (n + 1)) }))
}

function rangeOf(settings: Settings, key: string, text: string): [number, number] | undefined {
  const range = /^([^-/:]+)-([^-/:]+)$/.exec(text)
  if (range === null) return undefined
  try {
    return [parseSizeBytes(range[1]!), parseSizeBytes(range[2]!)]
  } catch (error) {
    if (error instanceof UnitError) return settings.wrong(key, error.message)
    throw error
  }
}

/** fio's bssplit: '4k/50:1k/:32k/', percentages; those left out share what is left. */
function split(settings: Settings, text: string): SizeAndWeight[] {
  const parts = text.split(':').map(part => {
    const match = /^([^/]+)(?:\/(\d{0,3}))?$/.exec(part)
    if (match === null)
      return settings.wrong(
        'bssplit',
        `found '${part}', expected a size and a percentage, for example '4KiB/60:64KiB/40'`,
      )
    return { size: match[1]!, percent: (match[2] ?? '') === '' ? undefined : Number(match[2]) }
  })
  if (parts.length > MAX_SIZES) settings.wrong('bssplit', `found ${parts.length} sizes, expected at most ${MAX_SIZES}`)
  const open = parts.filter(p => p.percent === undefined).length
  const sum = parts.reduce((total, p) => total + (p.percent ?? 0), 0)
  if (sum > 100 || (open === 0 && sum !== 100))
    settings.wrong('bssplit', `the percentages of '${text}' add up to ${sum}, expected 100`)
  return parts
    .map(({ size, percent }) => ({ size, weight: percent === undefined ? 100 - sum : percent * Math.max(1, open) }))
    .filter(({ weight }) => weight > 0)
}
