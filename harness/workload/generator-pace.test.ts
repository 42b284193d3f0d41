import { describe, expect, it } from 'vitest'
import { parseConfig } from '../../schemas/errors.ts'
import { Workload } from '../../schemas/workload.ts'
import { Generator } from './generator.ts'
import { RamDisk } from './testing/ram-disk.ts'
import { FLUSH, timedRun } from './testing/timed-run.ts'

const US = 1_000_000

function run(config: object, latencyPs = US) {
  const drives = [{ label: 'd0', target: 0, lun: 0, blockBytes: 512, blocks: 2048, zeroAtStart: true }]
  const parsed = parseConfig(Workload, { verify: 'none', ...config }, 'test')
  if (parsed.kind !== 'generator') throw new Error('no generator')
  const generator = new Generator(parsed, { seed: 7, guest: 0, drives })
  return { generator, log: timedRun(generator, [new RamDisk(2048, 512)], latencyPs) }
}

describe('how much is done', () => {
  it('ioSize: until so many bytes were asked for', () => {
    const { log } = run({ ioSize: '64KiB', blockSizes: [{ size: '4KiB' }, { size: '512B' }] })
    const sum = (n: number) => log.slice(0, n).reduce((total, r) => total + r.bytes, 0)
    expect(sum(log.length)).toBeGreaterThanOrEqual(65536)
    expect(sum(log.length - 1)).toBeLessThan(65536)
  })

  it('ios and ioSize: whichever comes first', () => {
    expect(run({ ioSize: '1MiB', ios: 5 }).log).toHaveLength(5)
    expect(run({ ioSize: '8KiB', ios: 5 }).log).toHaveLength(2)
  })

  it('runtime: nothing new is started after it; what was written is still read back', () => {
    const { log, generator } = run({ runtime: '100us', depth: 2, verify: 'end', read: 0, ios: 1000 }, 10 * US)
    const writes = log.filter(r => r.opcode === 0x2a)
    expect(writes).toHaveLength(20)
    expect(writes.at(-1)!.atPs).toBe(90 * US)
    expect(generator.report()).toMatchObject({ failed: 0, unverifiedBytes: 0 })
  })

  it('runtime ends a paced workload before an I/O that would come after it', () => {
    expect(run({ runtime: '100us', rateIops: 100_000 }).log).toHaveLength(10)
  })
})

describe('when', () => {
  it('rateIops: I/O n starts n / rate after the first', () => {
    const { log } = run({ ios: 50, rateIops: 30_000 })
    expect(log.map(r => r.atPs)).toEqual(log.map((_, n) => Math.floor((n / 30_000) * 1e12)))
  })

  it('thinkTime: one I/O, a pause, the next', () => {
    const { log } = run({ ios: 5, thinkTime: '20us' })
    expect(log.map(r => r.atPs / US)).toEqual([0, 21, 42, 63, 84])
  })

  it('thinkEvery: so many at once, all back, then the pause', () => {
    const { log } = run({ ios: 9, thinkTime: '20us', thinkEvery: 4 })
    expect(log.map(r => r.atPs / US)).toEqual([0, 0, 0, 0, 21, 21, 21, 21, 42])
    expect(Math.max(...log.map(r => r.inFlight))).toBe(4)
  })

  it('flushEveryWrites counts writes only', () => {
    const { log } = run({ ios: 60, read: 50, flushEveryWrites: 3, depth: 1 })
    let writes = 0
    for (const { opcode } of log) {
      if (opcode === FLUSH) {
        expect(writes).toBe(3)
        writes = 0
      } else if (opcode === 0x2a) writes++
      expect(writes).toBeLessThanOrEqual(3)
    }
    expect(log.filter(r => r.opcode === FLUSH).length).toBeGreaterThan(4)
  })
})

describe('where', () => {
  const lbas = (config: object) => run({ read: 100, length: '64KiB', ...config }).log.map(r => r.lba)

  it('once: every start once, then all of them again', () => {
    const drawn = lbas({ once: true, ios: 32 })
    const all = Array.from({ length: 16 }, (_, n) => n * 8)
    for (const pass of [drawn.slice(0, 16), drawn.slice(16)]) expect([...pass].sort((a, b) => a - b)).toEqual(all)
    expect(drawn.slice(0, 16)).not.toEqual(all)
  })

  it('hot:90/10 with mixed sizes: in range, and nine of ten in the first tenth', () => {
    const blockSizes = [{ size: '512B' }, { size: '4KiB' }]
    const drawn = lbas({ distribution: 'hot:90/10', ios: 2000, blockSizes })
    expect(Math.max(...drawn)).toBeLessThan(128)
    expect(drawn.filter(lba => lba < 13).length / 2000).toBeCloseTo(0.9, 1)
  })

  it('zipf: the same seed gives the same places, and few of them get most', () => {
    const config = { distribution: 'zipf:1.2', ios: 1000, blockSizes: '512B' }
    const drawn = lbas(config)
    expect(lbas(config)).toEqual(drawn)
    const counts = new Map<number, number>()
    for (const lba of drawn) counts.set(lba, (counts.get(lba) ?? 0) + 1)
    const top = [...counts.values()].sort((a, b) => b - a).slice(0, 13)
    expect(top.reduce((sum, n) => sum + n, 0) / 1000).toBeGreaterThan(0.6)
  })
})
