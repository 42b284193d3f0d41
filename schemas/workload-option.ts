// --workload: a generator or the replay of a log in one line, in the manner of fio: 'rw=randrw:70 bs=4k-64k iodepth=32 size=64m',
// 'iolog=trace.log,replay_time_scale=200'. Keys are parted by commas or blanks.
import { ALIASES, flag, generatorOf, JOB_KEYS, REPLAY_KEYS, replayOf, type Settings, TYPED_NAMES } from './fio-job.ts'
import { FIO_NAMES } from './fio-names.ts'
import { checked, fail, given, number, splitOptions } from './options.ts'
import { Workload, type WorkloadInput } from './workload.ts'

/** Keys of our own: pattern, length (a range, without saying how much is done), ios, align, flush, verify. */
const OWN_KEYS = ['pattern', 'length', 'ios', 'align', 'flush', 'verify']
const GENERATOR_KEYS = [...OWN_KEYS, ...JOB_KEYS, ...Object.keys(ALIASES)]
const IOLOG_KEYS = ['iolog', 'iodepth', 'pace', 'timescale', 'redirect', 'wrap', 'verify', ...REPLAY_KEYS]
const FLAGS = ['norandommap', 'time_based', 'replay_no_stall', 'wrap']

/**
 * `pattern=random,rw=70,bs=4KiB-64KiB,iodepth=32,ios=100000`; `rw` is the percentage of reads, fio's word, or both: `randrw:70`.
 * `iolog=FILE,iodepth=32,pace=asap`. @throws ConfigError
 */
export function parseWorkloadOption(text: string, name = '--workload'): WorkloadInput {
  const replay = /^iolog=/.test(text.trim())
  const keys = replay ? IOLOG_KEYS : GENERATOR_KEYS
  const stranger = parts(text).find(part => !keys.includes(keyOf(part)) && FIO_NAMES.includes(keyOf(part)))
  if (stranger !== undefined && text.includes('='))
    fail(name, `'${keyOf(stranger)}' is fio's, but not supported ${replay ? "with 'iolog'" : 'here'}`)
  const options = splitOptions(parts(text).map(full).join(','), name, keys, replay ? undefined : 'pattern')
  const settings: Settings = {
    get: key =>
      options.get(key) ?? options.get(Object.keys(ALIASES).find(a => ALIASES[a] === key && options.has(a)) ?? ''),
    wrong: (key, message) => fail(name, `${key}: ${message}`),
  }
  for (const [alias, key] of Object.entries(ALIASES))
    if (options.has(alias) && options.has(key)) fail(name, `'${alias}' is '${key}', which is given already`)
  const input = replay ? iologOf(options, settings) : ownOf(options, settings)
  const typed = { ...TYPED_NAMES, ...own(options) }
  return checked(Workload, input, name, typed)
}

/** What our own spelling of a key is called in messages, where it was used. */
const own = (options: Map<string, string>): Record<string, string> =>
  Object.fromEntries(
    (
      [
        ['ios', '$.ios'],
        ['length', '$.length'],
        ['align', '$.align'],
        ['timescale', '$.timeScale'],
        ['redirect', '$.redirect'],
      ] as const
    )
      .filter(([key]) => options.has(key))
      .map(([key, path]) => [path, key]),
  )

const keyOf = (part: string): string => part.split('=', 1)[0]!

/** Parted by blanks when every part is a key, so that the name of a file may have blanks. */
function parts(text: string): string[] {
  const words = text.trim().split(/[\s,]+/)
  const all = [...GENERATOR_KEYS, ...IOLOG_KEYS, ...FIO_NAMES]
  const blanks = words.length > 1 && words.every(word => all.includes(keyOf(word)))
  return text.trim().split(blanks ? /[\s,]+/ : /(?<!,),(?!,)/)
}

/** A key that may stand alone gets its value. */
const full = (part: string): string => (FLAGS.includes(part.trim()) ? `${part.trim()}=1` : part)

function ownOf(options: Map<string, string>, settings: Settings): WorkloadInput {
  const get = (key: string) => options.get(key)
  const job = generatorOf(settings)
  for (const [key, other] of [
    ['ios', 'number_ios'],
    ['length', 'size'],
    ['align', 'blockalign'],
  ] as const)
    if (options.has(key) && settings.get(other) !== undefined) settings.wrong(key, `'${other}' says that already`)
  return {
    ...job,
    ...given({
      pattern: get('pattern') ?? job.pattern,
      ios: options.has('ios') ? (number(get('ios')!) as number) : job.ios,
      length: get('length') ?? job.length,
      align: get('align') ?? job.align,
      flushEvery: options.has('flush') ? (number(get('flush')!) as number) : undefined,
      verify: get('verify') as 'end' | undefined,
    }),
  } as WorkloadInput
}

function iologOf(options: Map<string, string>, settings: Settings): WorkloadInput {
  const get = (key: string) => options.get(key)
  const replay = replayOf(settings, get('iolog')!)
  for (const [key, other] of [
    ['pace', 'replay_no_stall'],
    ['timescale', 'replay_time_scale'],
    ['redirect', 'replay_redirect'],
  ] as const)
    if (options.has(key) && options.has(other)) settings.wrong(key, `'${other}' says that already`)
  return {
    ...replay,
    ...given({
      pace: (get('pace') as 'asap' | undefined) ?? replay.pace,
      timeScale: options.has('timescale') ? (number(get('timescale')!) as number) : replay.timeScale,
      redirect: options.has('redirect') ? number(get('redirect')!) : replay.redirect,
      wrap: flag(settings, 'wrap'),
      verify: get('verify') as 'end' | undefined,
    }),
  } as WorkloadInput
}
