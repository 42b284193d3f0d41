import { describe, expect, it } from 'vitest'
import { parseWorkloadOption } from './workload-option.ts'

describe('--workload', () => {
  const sizes = ['4KiB', '8KiB', '16KiB', '32KiB', '64KiB'].map(size => ({ size }))
  it.each([
    [
      'pattern=random,rw=70,bs=4KiB-64KiB,iodepth=32,ios=100000',
      { kind: 'generator', pattern: 'random', read: 70, blockSizes: sizes, depth: 32, ios: 100_000 },
    ],
    ['rw=randread,bs=4k', { kind: 'generator', pattern: 'random', read: 100, blockSizes: '4k' }],
    ['rw=write', { kind: 'generator', pattern: 'sequential', read: 0 }],
    ['bs=4KiB/3:64KiB', { kind: 'generator', blockSizes: [{ size: '4KiB', weight: 3 }, { size: '64KiB' }] }],
    [
      'rw=randrw:70 bs=4k-64k iodepth=32 size=64m',
      {
        ...{ kind: 'generator', pattern: 'random', read: 70, blockSizes: sizes, depth: 32 },
        ...{ length: '64m', ioSize: '64m' },
      },
    ],
    ['rw=randrw,rwmixread=30', { kind: 'generator', pattern: 'random', read: 30 }],
    ['rw=randread,rwmixread=30', { kind: 'generator', pattern: 'random', read: 100 }],
    ['rw=randread,norandommap', { kind: 'generator', pattern: 'random', read: 100 }],
    ['rw=randread,norandommap=0', { kind: 'generator', pattern: 'random', read: 100, once: true }],
    [
      'random,random_distribution=hot:90/10,rate_iops=50',
      { kind: 'generator', pattern: 'random', distribution: 'hot:90/10', rateIops: 50 },
    ],
    [
      'random_distribution=zoned:60/10:40/90 runtime=2ms time_based size=1m',
      { kind: 'generator', distribution: 'zoned:60/10:40/90', runtime: '2ms', length: '1m' },
    ],
    [
      'bssplit=4k/60:8k/40,length=1m',
      {
        kind: 'generator',
        blockSizes: [
          { size: '4k', weight: 60 },
          { size: '8k', weight: 40 },
        ],
        length: '1m',
      },
    ],
    [
      'rw=write,fsync=4,thinktime=20us,number_ios=9',
      { kind: 'generator', pattern: 'sequential', read: 0, flushEveryWrites: 4, thinkTime: '20us', ios: 9 },
    ],
    ['iolog=my trace.log', { kind: 'iolog', path: 'my trace.log' }],
    [
      'iolog=a.log iodepth=8 timescale=50 redirect=d1 wrap',
      { kind: 'iolog', path: 'a.log', depth: 8, timeScale: 50, redirect: 'd1', wrap: true },
    ],
    [
      'iolog=a.log,replay_no_stall,replay_scale=4,replay_align=4k,replay_skip=write:trim,replay_redirect=0,verify=none',
      {
        kind: 'iolog',
        path: 'a.log',
        pace: 'asap',
        offsetScale: 4,
        align: '4k',
        skip: ['write', 'trim'],
        redirect: 0,
        verify: 'none',
      },
    ],
  ])('%s', (text, workload) => {
    expect(parseWorkloadOption(text)).toEqual(workload)
  })

  it.each([
    ['rw=170', '--workload: rw: found 170, expected at most 100'],
    ['rw=sideways', "--workload: rw: found 'sideways', expected the percentage of reads, or one of read, write,"],
    ['bs=4us', "--workload: bs: found '4us', expected a size with a unit"],
    ['bs=4KiB-60KiB', "--workload: bs: found '4KiB-60KiB', expected the second size to be the first one doubled"],
    ['bs=0B-4KiB', '--workload: bs:'],
    ['iodepht=4', "--workload: unknown key 'iodepht': did you mean 'iodepth'?"],
    ['iodepth=0', '--workload: iodepth: found 0, expected at least 1'],
    ['zigzag', "--workload: pattern: found 'zigzag', expected one of 'sequential', 'random'"],
    ['rw=randrw:70,rwmixread=30', "--workload: rw: 'randrw:70' and 'rwmixread' both say how many I/Os read"],
    ['rw=70,rwmixread=30', "--workload: rw: '70' and 'rwmixread' both say"],
    ['rw=randread:8', "--workload: rw: found 'randread:8', expected a percentage of reads behind rw or randrw"],
    ['rwmixread=60,rwmixwrite=60', '--workload: rwmixread: 60 and rwmixwrite 60 do not add up to 100'],
    ['rw=randread,zonesize=4k', "--workload: 'zonesize' is fio's, but not supported here"],
    ['rw=randread loops=2 bs=4k', "--workload: 'loops' is fio's, but not supported here"],
    ['ios=5,number_ios=6', "--workload: ios: 'number_ios' says that already"],
    ['bs=4k,blocksize=8k', "--workload: 'blocksize' is 'bs', which is given already"],
    ['rw=read,random_distribution=zipf:1.2', "--workload: random_distribution: is for the pattern 'random'"],
    [
      'random_distribution=zipf:11',
      "--workload: random_distribution: found 'zipf:11', expected theta from more than 0 to 10",
    ],
    ['random_distribution=zoned:60/10:30/90', 'where the percentages of I/Os add up to 90, expected 100'],
    ['random_distribution=zipff:1', "unknown distribution 'zipff': did you mean 'zipf'?"],
    ['random_distribution=hot:90', "expected percent of I/Os / percent of blocks, for example 'hot:90/10'"],
    ['thinktime_blocks=4', "--workload: thinktime_blocks: says how often 'thinkTime' is waited, which is missing"],
    ['thinktime=20', "--workload: thinktime: found '20' without a unit"],
    ['rate_iops=0', '--workload: rate_iops: found 0, expected at least 1'],
    ['iolog=a,pace=slow', "--workload: pace: found 'slow', expected one of 'recorded', 'asap'"],
    ['iolog=a,timescale=0', '--workload: timescale: found 0, expected at least 1'],
    ['iolog=a,bs=4k', "--workload: 'bs' is fio's, but not supported with 'iolog'"],
    ['iolog=', '--workload: iolog: found'],
    ['iolog=a,pace=asap,replay_no_stall=1', "--workload: pace: 'replay_no_stall' says that already"],
  ])('%s is refused: %s', (text, message) => {
    expect(() => parseWorkloadOption(text)).toThrow(message)
  })
})
