// fio's job files: [global] and one job. What a key means is said in fio-job.ts; here lines are read, and sizes and times in fio's spelling.
// A key that fio has and we have not is refused by name: a workload that is only almost the one that was asked for measures something else.
//
// Source: fio, HOWTO, "Job file format" and "Parameter types".
import { ConfigError, found, nearest, parseConfig } from './errors.ts'
import {
  ALIASES,
  FIO_RW,
  flag,
  generatorOf,
  JOB_KEYS,
  REPLAY_KEYS,
  replayOf,
  type Settings,
  TYPED_NAMES,
} from './fio-job.ts'
import { FIO_NAMES } from './fio-names.ts'
import { formatDuration, TIME_UNITS } from './units.ts'
import { Workload, type WorkloadInput } from './workload.ts'

const SIZES = ['bs', 'blockalign', 'offset', 'size', 'io_size', 'replay_align']
/** Sizes in a list or range. */
const SIZE_LISTS = ['bsrange', 'bssplit']
/** With the unit of a bare number. */
const TIMES: Readonly<Record<string, 's' | 'us'>> = { runtime: 's', thinktime: 'us' }
const SUPPORTED = [...JOB_KEYS, ...Object.keys(ALIASES), 'read_iolog', ...REPLAY_KEYS]

/** What says nothing about the I/Os that reach a drive, or is done here in any case. */
const LEFT_ALONE = [
  'description',
  'direct',
  'directory',
  'do_verify',
  'filename',
  'group_reporting',
  'invalidate',
  'ioengine',
  'name',
  'stonewall',
  'thread',
  'verify',
  'verify_fatal',
  'wait_for_previous',
]

/** Keys that change nothing with this value. */
const NEUTRAL: Readonly<Record<string, string>> = { numjobs: '1', loops: '1', nrfiles: '1', buffered: '0' }

const INSTEAD: Readonly<Record<string, string>> = {
  randseed: "; give the run a '--seed'",
  numjobs: '; raise iodepth, or give the machine more adapters',
  rate: '; rate_iops limits the I/Os in a second',
  loops: '; take a larger io_size',
  zonemode: '',
}

interface Setting {
  value: string
  line: number
  column: number
}

/**
 * @param file as typed @param pathOf where a log that the job names lies, from the folder that paths of the run start from
 * @throws ConfigError with the line
 */
export function parseJobFile(
  text: string,
  file: string,
  pathOf: (path: string) => string = path => path,
): WorkloadInput {
  const at = (line: number, column: number, message: string): never => {
    throw new ConfigError(file, [{ path: '$', message, line, column }])
  }
  const { settings: job, line: jobLine } = readSections(text, at)
  const positionOf = (key: string): { line: number; column: number } => {
    const typed = [key, ...Object.keys(ALIASES).filter(alias => ALIASES[alias] === key)].find(name => job.has(name))
    return typed === undefined ? { line: jobLine, column: 1 } : job.get(typed)!
  }
  const values = new Map<string, string>()
  const wrong = (key: string, message: string): never => {
    const { line, column } = positionOf(key)
    return at(line, column, `${key}: ${message}`)
  }
  for (const [typed, { value, line, column }] of job) {
    const key = ALIASES[typed] ?? typed
    if (LEFT_ALONE.includes(key) || NEUTRAL[key] === value) continue
    if (!SUPPORTED.includes(typed)) at(line, column, refusal(typed))
    if (values.has(key)) at(line, column, `'${typed}' is '${key}', which is given already`)
    values.set(
      key,
      spelled(key, value, message => at(line, column, `${typed}: ${message}`)),
    )
  }
  const settings: Settings = { get: key => values.get(key), wrong }
  const rw = values.get('rw')
  if (rw !== undefined && /:/.test(rw))
    wrong(
      'rw',
      `'${rw}': to fio the number is how many I/Os go by before a new offset, which is not supported; for a share of reads give rwmixread`,
    )
  if (rw !== undefined && /^\d+$/.test(rw))
    wrong('rw', `found '${rw}', expected a word such as randrw; for a share of reads give rwmixread`)
  if (rw !== undefined && FIO_RW[rw]?.mixed === true && values.has('rate_iops'))
    wrong(
      'rate_iops',
      'to fio this is a limit for reads and another for writes; for both together give the workload on the command line, or one of reads or writes only',
    )
  const log = values.get('read_iolog')
  const extra = [...values.keys()].find(
    key => (log === undefined ? REPLAY_KEYS : JOB_KEYS).includes(key) && key !== 'iodepth',
  )
  if (extra !== undefined)
    wrong(
      extra,
      log === undefined ? "is for a job with 'read_iolog'" : "does not go with 'read_iolog': the log says what is done",
    )
  const input = log === undefined ? withDefaults(generatorOf(settings), settings) : replayOf(settings, pathOf(log))
  try {
    parseConfig(Workload, input, file)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    throw new ConfigError(
      file,
      error.problems.map(({ path, message }) => {
        const known = Object.keys(TYPED_NAMES).find(name => path === name || path.startsWith(`${name}[`))
        let key = known === undefined ? path.replace(/^\$\.?/, '') : TYPED_NAMES[known]!
        if (key === 'bs') key = ['bsrange', 'bssplit'].find(name => values.has(name)) ?? key
        return { path: '$', message: `${key}: ${message}`, ...place(positionOf(key)) }
      }),
    )
  }
  return input
}

const place = ({ line, column }: { line: number; column: number }) => ({ line, column })

/** What fio does where the job says nothing. */
function withDefaults(input: ReturnType<typeof generatorOf>, settings: Settings): WorkloadInput {
  const random = (input.pattern ?? 'sequential') === 'random'
  const plain = (input.distribution ?? 'random') === 'random'
  const whole = input.ioSize === undefined && input.runtime === undefined && input.ios === undefined
  if (whole)
    settings.wrong('size', "is missing: say how much is to be done with 'size', 'io_size', 'number_ios' or 'runtime'")
  return {
    ...{ pattern: 'sequential', blockSizes: '4096B', depth: 1 },
    // fio reads unless it is told otherwise.
    read: 100,
    ...(random && plain && flag(settings, 'norandommap') !== true ? { once: true } : {}),
    ...input,
  } as WorkloadInput
}

type Complain = (line: number, column: number, message: string) => never

/** Reads the lines. The settings of the job win over those of [global]. */
function readSections(text: string, at: Complain): { settings: Map<string, Setting>; line: number } {
  const global = new Map<string, Setting>()
  const job = new Map<string, Setting>()
  let section: Map<string, Setting> | undefined
  let jobName: string | undefined
  let jobLine = 1
  for (const [n, raw] of text.split('\n').entries()) {
    const line = n + 1
    const plain = raw.trim()
    if (plain === '' || plain.startsWith('#') || plain.startsWith(';')) continue
    const column = raw.indexOf(plain) + 1
    const heading = /^\[([^\]]+)\]$/.exec(plain)?.[1]
    if (heading !== undefined) {
      if (heading !== 'global' && jobName !== undefined)
        at(line, column, `found a second job, ${found(heading)}, after ${found(jobName)}: one job is run at a time`)
      section = heading === 'global' ? global : job
      if (heading !== 'global') {
        jobName = heading
        jobLine = line
      }
      continue
    }
    if (plain.startsWith('[')) at(line, column, `found ${found(plain)}, expected a section such as [global] or [job]`)
    if (/^include\s/.test(plain))
      at(line, column, "'include' is fio's, but not supported: write the lines into the job")
    if (section === undefined)
      return at(line, column, `found ${found(plain)} before the first section, expected [global] or [job]`)
    const equals = plain.indexOf('=')
    const key = (equals < 0 ? plain : plain.slice(0, equals)).trim()
    if (section.has(key))
      at(line, column, `the key ${found(key)} is given twice, first in line ${section.get(key)!.line}`)
    section.set(key, { value: equals < 0 ? '' : plain.slice(equals + 1).trim(), line, column })
  }
  if (jobName === undefined)
    at(Math.max(1, text.split('\n').length), 1, 'found no job, expected a section such as [job]')
  return { settings: new Map([...global, ...job]), line: jobLine }
}

function refusal(key: string): string {
  if (FIO_NAMES.includes(key)) return `'${key}' is fio's, but not supported here${INSTEAD[key] ?? ''}`
  const near = nearest(key, [...SUPPORTED, ...LEFT_ALONE])
  return `unknown key ${found(key)}${near === undefined ? `. Supported: ${SUPPORTED.join(', ')}` : `: did you mean '${near}'?`}`
}

/** A value with our units. */
function spelled(key: string, value: string, wrong: (message: string) => never): string {
  if (SIZES.includes(key)) return sizes(value, wrong)
  if (SIZE_LISTS.includes(key)) {
    if (value.includes(',')) wrong(`found ${found(value)}: sizes of their own for reads and writes are not supported`)
    // fio takes ':' in a range, too.
    const list = key === 'bsrange' ? value.replace(':', '-') : value
    return list.replaceAll(/(^|[-:])([^-:/]+)/g, (_, before: string, size: string) => before + sizes(size, wrong))
  }
  const unit = TIMES[key]
  return unit === undefined ? value : time(value, unit, wrong)
}

const POWERS = ['', 'k', 'm', 'g', 't']

function sizes(text: string, wrong: (message: string) => never): string {
  if (text.includes(',')) wrong(`found ${found(text)}: values of their own for reads and writes are not supported`)
  if (/[-/]/.test(text))
    wrong(`found ${found(text)}, expected one size; a range is bsrange, sizes with shares are bssplit`)
  if (text.includes('%')) wrong(`found ${found(text)}: shares of the drive are not supported, give a size`)
  const match = /^(\d{1,15})([kmgt]?)b?$/i.exec(text)
  if (match === null) {
    const iec = /^\d+[kmgt]i/i.test(text) ? "; fio's KiB is 1000 bytes unless kb_base says otherwise, write 4k" : ''
    return wrong(`found ${found(text)}, expected a size such as 4096, 4k or 1m${iec}`)
  }
  const bytes = Number(match[1]) * 1024 ** POWERS.indexOf(match[2]!.toLowerCase())
  return Number.isSafeInteger(bytes) ? `${bytes}B` : wrong(`found ${found(text)}, which is too large`)
}

const SECONDS = TIME_UNITS.s
const TIME_WORDS: Readonly<Record<string, number>> = {
  us: TIME_UNITS.us,
  usec: TIME_UNITS.us,
  ms: TIME_UNITS.ms,
  msec: TIME_UNITS.ms,
  s: SECONDS,
  sec: SECONDS,
  m: 60 * SECONDS,
  h: 3600 * SECONDS,
}

function time(text: string, unit: 's' | 'us', wrong: (message: string) => never): string {
  const match = /^(\d{1,15})([a-z]*)$/i.exec(text)
  const word = match?.[2] === '' ? unit : match?.[2]?.toLowerCase()
  if (match === null || word === undefined || !Object.hasOwn(TIME_WORDS, word))
    return wrong(`found ${found(text)}, expected a time such as 10, 500ms or 20us`)
  const ps = Number(match[1]) * TIME_WORDS[word]!
  return Number.isSafeInteger(ps)
    ? formatDuration(ps)
    : wrong(`found ${found(text)}: virtual time ends after 2.5 hours`)
}
