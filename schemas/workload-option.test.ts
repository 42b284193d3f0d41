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
  ])('%s is refused: %s', (text, message) => {
    expect(() => parseWorkloadOption(text)).toThrow(message)
  })
})
