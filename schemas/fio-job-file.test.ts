import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ConfigError, parseConfig } from './errors.ts'
import { parseJobFile } from './fio-job-file.ts'
import { Workload } from './workload.ts'

const job = (...lines: string[]) => ['[j]', 'size=1m', ...lines].join('\n')

describe('job files', () => {
  it('a whole one: [global], a job that wins over it, comments, what says nothing about the I/Os', () => {
    const text = [
      '; comment',
      '[global]',
      'ioengine=libaio',
      'direct=1',
      'bs=4k',
      'iodepth = 4',
      '# comment',
      '[oltp]',
      'filename=/dev/sdb',
      'rw=randrw',
      'rwmixread=70',
      'iodepth=32',
      'size=64m',
      'norandommap',
      'random_distribution=zipf:1.2',
      'numjobs=1',
    ].join('\r\n')
    const workload = parseJobFile(text, 'a.fio')
    expect(workload).toEqual({
      ...{ kind: 'generator', pattern: 'random', read: 70, blockSizes: '4096B', depth: 32 },
      ...{ length: '67108864B', ioSize: '67108864B', distribution: 'zipf:1.2' },
    })
    expect(parseConfig(Workload, workload, 'a')).toMatchObject({ ios: 1_000_000_000, ioBytes: 67_108_864 })
  })

  it("what is left out is as fio has it: sequential reads of 4 KiB, one at a time; random I/Os with fio's map", () => {
    const fio = { kind: 'generator', blockSizes: '4096B', depth: 1, length: '1048576B', ioSize: '1048576B' }
    expect(parseJobFile(job(), 'f')).toEqual({ ...fio, pattern: 'sequential', read: 100 })
    expect(parseJobFile(job('rw=randwrite'), 'f')).toEqual({ ...fio, pattern: 'random', read: 0, once: true })
    expect(parseJobFile(job('rw=randwrite', 'norandommap=0'), 'f')).toMatchObject({ once: true })
    expect(parseJobFile(job('rw=randwrite', 'norandommap'), 'f')).not.toHaveProperty('once')
    expect(parseJobFile(job('rw=randwrite', 'random_distribution=pareto:0.2'), 'f')).not.toHaveProperty('once')
  })

  it.each<[string[], object]>([
    [
      ['bssplit=4k/50:1k/:32k/'],
      {
        blockSizes: [
          { size: '4096B', weight: 100 },
          { size: '1024B', weight: 50 },
          { size: '32768B', weight: 50 },
        ],
      },
    ],
    [
      ['bssplit=4k/60:8k/40'],
      {
        blockSizes: [
          { size: '4096B', weight: 60 },
          { size: '8192B', weight: 40 },
        ],
      },
    ],
    [['bsrange=4k-12k'], { blockSizes: [{ size: '4KiB' }, { size: '8KiB' }, { size: '12KiB' }] }],
    [['blocksize_range=4k:8k'], { blockSizes: [{ size: '4KiB' }, { size: '8KiB' }] }],
    [['rw=rw', 'rwmixwrite=30'], { pattern: 'sequential', read: 70 }],
    [['runtime=2', 'time_based'], { runtime: '2s', length: '1048576B' }],
    [['runtime=500ms'], { runtime: '500ms', ioSize: '1048576B' }],
    [['io_size=4M', 'offset=8192'], { ioSize: '4194304B', length: '1048576B', offset: '8192B' }],
    [['number_ios=7', 'rate_iops=1000'], { ios: 7, rateIops: 1000 }],
    [['thinktime=20', 'thinktime_blocks=4'], { thinkTime: '20us', thinkEvery: 4 }],
    [['fdatasync=8', 'ba=8kb'], { flushEveryWrites: 8, align: '8192B' }],
  ])('%j', (lines, workload) => {
    expect(parseJobFile(job(...lines), 'f')).toMatchObject(workload)
  })

  it('time_based: size is only the range', () => {
    expect(parseJobFile(job('runtime=2', 'time_based'), 'f')).not.toHaveProperty('ioSize')
  })

  it('read_iolog is a replay', () => {
    const text =
      '[r]\nread_iolog=a.log\nreplay_no_stall=1\nreplay_redirect=/dev/sdb\nreplay_skip=trim,sync\niodepth=8\nreplay_align=4k\nreplay_scale=2'
    expect(parseJobFile(text, 'f', path => `up/${path}`)).toEqual({
      ...{ kind: 'iolog', path: 'up/a.log', pace: 'asap', redirect: '/dev/sdb', skip: ['trim', 'sync'] },
      ...{ depth: 8, align: '4096B', offsetScale: 2 },
    })
  })

  it.each<[string, string]>([
    ['', 'f:1:1: found no job'],
    ['[global]\nbs=4k', 'f:2:1: found no job, expected a section such as [job]'],
    ['bs=4k\n[j]', "f:1:1: found 'bs=4k' before the first section"],
    ['[a]\nsize=1m\n  [b]\n', "f:3:3: found a second job, 'b', after 'a': one job is run at a time"],
    ['[a\nsize=1m', "f:1:1: found '[a', expected a section"],
    ['[a]\nrw=read', 'f:1:1: size: is missing: say how much is to be done'],
    [job('zonesize=4k'), "f:3:1: 'zonesize' is fio's, but not supported here"],
    [
      job('numjobs=4'),
      "f:3:1: 'numjobs' is fio's, but not supported here; raise iodepth, or give the machine more adapters",
    ],
    [job('randseed=4'), "'randseed' is fio's, but not supported here; give the run a '--seed'"],
    [job('iodpeth=4'), "f:3:1: unknown key 'iodpeth': did you mean 'iodepth'?"],
    [job('blorp=4'), "f:3:1: unknown key 'blorp'. Supported: rw,"],
    [job('include other.fio'), "f:3:1: 'include' is fio's, but not supported"],
    [job('bs=4k', 'bs=8k'), "f:4:1: the key 'bs' is given twice, first in line 3"],
    [job('bs=4k', 'blocksize=8k'), "f:4:1: 'blocksize' is 'bs', which is given already"],
    [job('bs=4KiB'), "f:3:1: bs: found '4KiB', expected a size such as 4096, 4k or 1m; fio's KiB is 1000 bytes"],
    [job('bs=4k,8k'), "f:3:1: bs: found '4k,8k': values of their own for reads and writes are not supported"],
    [job('bs=4k-8k'), "f:3:1: bs: found '4k-8k', expected one size; a range is bsrange"],
    [job('bssplit=4k/60:8k/60'), "f:3:1: bssplit: the percentages of '4096B/60:8192B/60' add up to 120"],
    [job('bsrange=4k-9k'), 'f:3:1: bsrange: found'],
    [job('bs=4k', 'bssplit=4k/100'), "f:4:1: bssplit: 'bs' says the sizes already"],
    [
      job('rw=randrw:70'),
      "f:3:1: rw: 'randrw:70': to fio the number is how many I/Os go by before a new offset, which is not supported; for a share of reads give rwmixread",
    ],
    [job('rw=trim'), "f:3:1: rw: found 'trim', expected"],
    [job('rwmixread=120'), "f:3:1: rwmixread: found '120', expected a percentage from 0 to 100"],
    [job('iodepth=0'), 'f:3:1: iodepth: found 0, expected at least 1'],
    [job('iodepth=many'), "f:3:1: iodepth: found 'many', expected"],
    [job('time_based'), "f:3:1: time_based: needs a 'runtime'"],
    [job('runtime=soon'), "f:3:1: runtime: found 'soon', expected a time such as 10, 500ms or 20us"],
    [job('rw=randread', 'random_distribution=zipf:x'), "f:4:1: random_distribution: found 'zipf:x', expected theta"],
    [
      job('rw=randread', 'random_distribution=normal:20'),
      "f:4:1: random_distribution: 'normal' is fio's, but not supported here",
    ],
    [job('random_distribution=zipf:1.2'), "f:3:1: random_distribution: is for the pattern 'random'"],
    [job('size=1m'), "f:3:1: the key 'size' is given twice, first in line 2"],
    [job('replay_scale=2'), "f:3:1: replay_scale: is for a job with 'read_iolog'"],
    ['[j]\nread_iolog=a\nrw=read', "f:3:1: rw: does not go with 'read_iolog'"],
    [job('rw=randrw', 'rate_iops=9'), 'f:4:1: rate_iops: to fio this is a limit for reads and another for writes'],
    [job('offset=10%'), 'shares of the drive are not supported'],
  ])('%j: %s', (text, message) => {
    expect(() => parseJobFile(text, 'f')).toThrow(message)
  })

  it('anything at all is a workload or a ConfigError with a line (property)', () => {
    const words = [
      '[global]',
      '[j]',
      'bs=4k',
      'size=',
      '=',
      'rw=randrw',
      '[',
      '1m',
      '\n',
      ' ',
      ':',
      '/',
      'bssplit=',
      '-',
      'zipf:',
      '%',
      'thinktime=5',
    ]
    const text = fc.oneof(
      fc.string(),
      fc.array(fc.constantFrom(...words), { maxLength: 20 }).map(parts => parts.join('')),
    )
    fc.assert(
      fc.property(text, fc.boolean(), (some, headed) => {
        try {
          parseConfig(Workload, parseJobFile(headed ? job(some) : some, 'f'), 'f')
        } catch (error) {
          expect(error).toBeInstanceOf(ConfigError)
          expect((error as Error).message).toMatch(/^f:\d+:\d+: /)
        }
      }),
      { numRuns: 500 },
    )
  })
})
