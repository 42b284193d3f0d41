// Requests that a good day does not bring: other functions than SCSI commands, rare flags, answers that are short or bad, aborts.
import type { ScenarioInput } from '../../../schemas/scenario.ts'
import type { WorkloadInput } from '../../../schemas/workload.ts'
import { adapter, type CampaignScenario } from '../campaign-scenario.ts'

type Steps = Extract<WorkloadInput, { kind: 'script' }>['steps']

const READ = { cdb: '28 00 00 00 00 10 00 00 08 00', length: '4KiB' } as const
const WRITE = { cdb: '2a 00 00 00 00 40 00 00 08 00', direction: 'out', length: '4KiB' } as const
const INVALID = 'c1 00 00 00 00 00'
/** SRB_IO_CONTROL: HeaderLength, a signature that is nobody's, Timeout, ControlCode, ReturnCode, Length. */
const header = (headerLength: string, length: string): string =>
  `${headerLength} ff ff ff ff ff ff ff ff 0a 00 00 00 01 00 00 00 00 00 00 00 ${length}`
const any = { expect: { any: true } } as const

const FUNCTIONS: Steps = [
  { ...READ },
  { function: 'unassigned', ...any },
  { function: 'io control', data: header('1c 00 00 00', '04 00 00 00'), length: '32B', ...any },
  { function: 'io control', data: header('1d 00 00 00', '04 00 00 00'), length: '32B', ...any },
  { function: 'io control', data: header('1c 00 00 00', 'f0 ff ff ff'), length: '32B', ...any },
  { function: 'io control', data: '1c 00 00 00 ff ff ff ff', ...any },
  { ...READ },
  { function: 'receive event', length: '32B', ...any },
  { function: 'terminate io', ...any },
  { function: 'wmi', length: '64B', ...any },
  { function: 'power', ...any },
  { function: 'pnp', ...any },
  { function: 'flush', ...any },
  { function: 'shutdown', ...any },
  { function: 'abort command', ...any },
  { ...READ, repeat: 4 },
]

const MODE_SENSE = { cdb: '1a 00 3f 00 ff 00', length: '255B', ...any } as const

const UNUSUAL: Steps = [
  { name: 'short answer', cdb: '12 00 00 00 ff 00', length: '255B', expect: { srb: 'data overrun', bytes: 36 } },
  MODE_SENSE,
  {
    name: 'more room than data',
    cdb: '28 00 00 00 00 10 00 00 01 00',
    length: '1KiB',
    expect: { srb: 'data overrun', bytes: 512 },
  },
  { cdb: INVALID, expect: { status: 'check condition' } },
  { cdb: INVALID, flags: ['disable autosense'], expect: { status: 'check condition' } },
  { cdb: INVALID, flags: ['no queue freeze'], expect: { status: 'check condition' } },
  { ...READ, tag: 'ordered', repeat: 2 },
  { ...READ, tag: 'head', repeat: 2 },
  { ...READ, tag: 'untagged', repeat: 2 },
  { ...READ, flags: ['disable disconnect'], repeat: 2 },
  { ...READ, flags: ['unspecified direction'] },
  {
    cdb: '2a 00 00 00 00 20 00 00 01 00',
    direction: 'out',
    length: '512B',
    flags: ['unspecified direction'],
  },
  { cdb: '08 00 00 10 08 00', length: '4KiB' },
  { cdb: 'a8 00 00 00 00 10 00 00 00 08 00 00', length: '4KiB' },
  { cdb: '88 00 00 00 00 00 00 00 00 10 00 00 00 08 00 00', length: '4KiB' },
  { lun: 5, cdb: '00 00 00 00 00 00', expect: { status: 'check condition' } },
  { target: 5, cdb: '00 00 00 00 00 00', expect: { srb: 'selection timeout' } },
]

/** A command that brings something back; how much is the unit's business. */
const asks = (cdb: string, length: string): Steps[number] => ({ cdb, length, ...any })
/** A command with parameters or contents of its own. */
const tells = (cdb: string, contents: string): Steps[number] => ({
  cdb,
  direction: 'out',
  length: `${contents.split(' ').length}B`,
  data: contents,
  ...any,
})
const plain = (cdb: string): Steps[number] => ({ cdb, ...any })
/** A command with a block of zeros. */
const block = (cdb: string): Steps[number] => ({ cdb, direction: 'out', length: '512B', ...any })

/** What a class driver for disks, and the tools above it, send beside reads and writes. */
const COMMANDS: Steps = [
  asks('12 00 00 00 24 00', '36B'),
  ...['00', '80', '83', 'b0', 'b1', 'b2', 'c0'].map(page => asks(`12 01 ${page} 00 ff 00`, '255B')),
  asks('12 00 80 00 ff 00', '255B'),
  plain('00 00 00 00 00 00'),
  asks('03 00 00 00 12 00', '18B'),
  asks('03 01 00 00 fc 00', '252B'),
  asks('25 00 00 00 00 00 00 00 00 00', '8B'),
  asks('25 00 00 00 00 01 00 00 00 00', '8B'),
  asks('9e 10 00 00 00 00 00 00 00 00 00 00 00 20 00 00', '32B'),
  asks('9e 1f 00 00 00 00 00 00 00 00 00 00 00 20 00 00', '32B'),
  asks('a0 00 00 00 00 00 00 00 01 00 00 00', '256B'),
  asks('a0 00 02 00 00 00 00 00 00 10 00 00', '16B'),
  ...['3f', '08', '0a', '1c', '02'].flatMap(page => [
    asks(`1a 00 ${page} 00 ff 00`, '255B'),
    asks(`5a 00 ${page} 00 00 00 00 00 ff 00`, '255B'),
  ]),
  asks('1a 08 3f 00 40 00', '64B'),
  asks('1a 00 48 00 ff 00', '255B'),
  asks('5a 10 08 00 00 00 00 01 00 00', '256B'),
  tells('15 10 00 00 18 00', '00 00 00 00 08 12 04 00 ff ff 00 00 ff ff ff ff 80 14 00 00 00 00 00 00'),
  plain('1b 00 00 00 00 00'),
  plain('1b 00 00 00 01 00'),
  plain('1e 00 00 00 01 00'),
  plain('1e 00 00 00 00 00'),
  plain('2f 00 00 00 00 10 00 00 08 00'),
  block('2f 02 00 00 00 10 00 00 01 00'),
  plain('8f 00 00 00 00 00 00 00 00 10 00 00 00 08 00 00'),
  plain('35 00 00 00 00 00 00 00 00 00'),
  plain('91 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00'),
  tells('42 00 00 00 00 00 00 00 18 00', '00 16 00 10 00 00 00 00 00 00 00 00 00 00 01 00 00 00 00 08 00 00 00 00'),
  tells('42 00 00 00 00 00 00 00 08 00', '00 06 00 00 00 00 00 00'),
  block('41 00 00 00 01 00 00 00 08 00'),
  block('93 00 00 00 00 00 00 00 01 00 00 00 00 08 00 00'),
  block('93 08 00 00 00 00 00 00 01 00 00 00 00 08 00 00'),
  { cdb: '28 00 7f ff ff ff 00 00 08 00', length: '4KiB', expect: { status: 'check condition' } },
  { cdb: '2a 00 7f ff ff ff 00 00 08 00', direction: 'out', length: '4KiB', expect: { status: 'check condition' } },
  plain('28 00 00 00 00 10 00 00 00 00'),
  plain('bf 00 00 00 00 00 00 00 00 00 00 00'),
  { ...READ, repeat: 2 },
]

/** Reads from two units, one of which takes longer than the time-out. */
const slowUnit =
  (port: NonNullable<ScenarioInput['machine']['port']>): CampaignScenario['input'] =>
  subject => ({
    machine: {
      adapters: [adapter(subject, { autosense: true, drives: [{}, { target: 2, latency: { read: '4s' } }] })],
      port,
    },
    workload: {
      kind: 'script',
      depth: 3,
      steps: [
        { ...READ, repeat: 3, ...any },
        { ...READ, target: 2, repeat: 2, ...any },
        { ...READ, repeat: 3, ...any },
      ],
    },
  })

export const REQUESTS: readonly CampaignScenario[] = [
  {
    name: 'functions',
    about:
      'SRBs that are no SCSI commands: private requests good and bad, power, flush, aborts that come too late, codes that do not exist',
    input: subject => ({
      machine: { adapters: [adapter(subject)] },
      workload: { kind: 'script', steps: FUNCTIONS },
    }),
  },
  {
    name: 'unusual-requests',
    about:
      'short answers, refused commands with and without autosense, all tag messages, no disconnection, open direction',
    input: subject => ({
      machine: { adapters: [adapter(subject, { autosense: true })] },
      workload: { kind: 'script', steps: UNUSUAL },
    }),
  },
  {
    name: 'unusual-requests-deep',
    about: 'the same, several at once, on an adapter without autosense',
    input: subject => ({
      machine: { adapters: [adapter(subject)] },
      workload: { kind: 'script', depth: 6, steps: UNUSUAL.map(step => ({ ...step, ...any, repeat: 2 })) },
    }),
  },
  {
    name: 'commands',
    about:
      'what a disk is asked beside reads and writes: pages, capacity, verify, unmap, write same, and what it refuses',
    input: subject => ({
      machine: { adapters: [adapter(subject, { autosense: true })] },
      workload: { kind: 'script', depth: 2, steps: COMMANDS },
    }),
  },
  {
    name: 'several-units',
    about: 'requests for four units at once, some of them untagged',
    input: subject => ({
      machine: {
        adapters: [adapter(subject, { autosense: true, drives: [{}, { lun: 1 }, { target: 3 }, { target: 15 }] })],
      },
      workload: { ios: 80, depth: 12, tags: { simple: 4, ordered: 1, untagged: 1 } },
    }),
  },
  {
    name: 'reset-request',
    about: 'a class driver asks for a bus reset while requests are active',
    input: subject => ({
      machine: { adapters: [adapter(subject, { autosense: true, drives: [{}, { target: 1 }] })] },
      workload: {
        kind: 'script',
        depth: 8,
        steps: [
          { ...READ, repeat: 12, ...any },
          { function: 'reset bus', target: 1, ...any },
          { ...READ, repeat: 12, ...any },
        ],
      },
    }),
  },
  {
    name: 'aborts',
    about: 'a unit that takes too long: its requests are aborted',
    input: slowUnit({ abortFirst: true, srbTimeout: '1s' }),
  },
  {
    name: 'time-outs',
    about: 'a unit that takes too long: the bus is reset',
    input: slowUnit({ srbTimeout: '1s' }),
  },
  {
    name: 'caches',
    about: 'writes to a slow medium, then FLUSH and SHUTDOWN',
    input: subject => ({
      machine: { adapters: [adapter(subject, { autosense: true, drives: [{ latency: { write: '2ms' } }] })] },
      workload: {
        kind: 'script',
        steps: [
          { ...WRITE, repeat: 3 },
          { ...READ },
          { function: 'flush', ...any },
          { ...WRITE },
          { ...READ },
          { function: 'shutdown', ...any },
          { ...READ },
        ],
      },
    }),
  },
]
