import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseConfig } from '../../schemas/errors.ts'
import { parseSizeBytes } from '../../schemas/units.ts'
import { Workload } from '../../schemas/workload.ts'
import { Generator } from './generator.ts'
import { compareImage } from './image.ts'
import { Prng } from './prng.ts'
import { decode, RamDisk } from './testing/ram-disk.ts'
import { type DriveGeometry, type IoRequest, Outcome, WorkloadError } from './workload.ts'

const GOOD = 0x01
const ERROR = 0x84 // SRB_STATUS_ERROR, with AUTOSENSE_VALID set
const BLOCKS = 256

interface Setup {
  config?: object
  seed?: number
  geometry?: Partial<DriveGeometry>[]
  maxTransferBytes?: number
}

function setUp({ config = {}, seed = 7, geometry = [{}], maxTransferBytes }: Setup = {}) {
  const drives = geometry.map((g, i) => ({
    label: `d${i}`,
    target: i,
    lun: 0,
    blockBytes: 512,
    blocks: BLOCKS,
    zeroAtStart: true,
    ...g,
  }))
  const parsed = parseConfig(Workload, { ios: 200, depth: 4, ...config }, 'test')
  if (parsed.kind !== 'generator') throw new Error('no generator')
  const generator = new Generator(parsed, {
    seed,
    guest: 0,
    drives,
    ...(maxTransferBytes === undefined ? {} : { maxTransferBytes }),
  })
  return { generator, drives, disks: drives.map(d => new RamDisk(d.blocks, d.blockBytes)) }
}

type Bench = ReturnType<typeof setUp>

/** Runs to the end; requests are carried out at once, or when they complete, and complete in any order. `meddle` may answer instead. */
function run(
  { generator, disks }: Bench,
  meddle?: (request: IoRequest) => Outcome | undefined,
  order = new Prng(99),
): IoRequest[] {
  const flying: IoRequest[] = []
  const log: IoRequest[] = []
  for (let turns = 0; ; turns++) {
    if (turns > 100_000) throw new Error('the workload does not end')
    const request = order.below(3) > 0 || flying.length === 0 ? generator.next() : undefined
    if (request !== undefined) {
      log.push(Object.assign(Object.create(Object.getPrototypeOf(request)), request, { cdb: request.cdb.slice() }))
      flying.push(request)
      continue
    }
    if (flying.length === 0) {
      if (generator.done) return log
      continue
    }
    const done = flying.splice(order.below(flying.length), 1)[0]!
    if (meddle?.(done) !== undefined) continue
    generator.complete(done, GOOD, 0, disks[done.target]!.execute(done))
  }
}

const ranges = (log: readonly IoRequest[]) => log.map(r => [r.drive, r.direction, r.lba, r.blocks])

describe('Generator', () => {
  it('moves every I/O, verifies every read, and reads back what was written', () => {
    const bench = setUp({
      config: { read: 50, blockSizes: [{ size: '512B' }, { size: '4KiB', weight: 2 }] },
      geometry: [{}, { blockBytes: 512 }],
    })
    const log = run(bench)
    const report = bench.generator.report()
    expect(report).toMatchObject({
      failed: 0,
      miscompares: 0,
      unverifiedBytes: 0,
      problems: [],
      submitted: log.length,
      completed: log.length,
    })
    expect(log.length).toBeGreaterThan(200)
    expect(report.bytes).toBe(log.reduce((sum, r) => sum + r.bytes, 0))
    expect(report.verifiedBytes).toBe(log.filter(r => r.direction === 'in').reduce((sum, r) => sum + r.bytes, 0))
    expect(report.reads + report.writes).toBe(report.submitted)
    bench.disks.forEach((disk, i) => {
      const image = compareImage(bench.generator.models[i]!, disk.bytes.length, (at, length) =>
        disk.bytes.slice(at, at + length),
      )
      expect(image).toMatchObject({ miscompares: 0, comparedBytes: BLOCKS * 512 })
    })
  })

  it('for any shape of workload: in range, never overlapping a write in flight, all verified (property)', () => {
    const size = fc.constantFrom('512B', '1KiB', '2KiB', '4KiB', '8KiB')
    const shape = fc.record({
      pattern: fc.constantFrom('sequential', 'random'),
      read: fc.nat(100),
      blockSizes: fc.array(fc.record({ size, weight: fc.integer({ min: 1, max: 5 }) }), { minLength: 1, maxLength: 3 }),
      depth: fc.integer({ min: 1, max: 40 }),
      ios: fc.integer({ min: 1, max: 300 }),
      offset: fc.constantFrom('0B', '8KiB', '64KiB'),
      length: fc.constantFrom('8KiB', '32KiB', '64KiB'),
      cdb: fc.record({ 6: fc.nat(2), 10: fc.constant(1), 12: fc.nat(2), 16: fc.nat(2) }),
      verify: fc.constantFrom('end', 'each'),
      flushEvery: fc.nat(5),
    })
    fc.assert(
      fc.property(
        shape,
        fc.nat(),
        fc.nat(),
        fc.integer({ min: 1, max: 3 }),
        fc.boolean(),
        (config, seed, order, drives, zeroAtStart) => {
          const bench = setUp({ config, seed, geometry: new Array(drives).fill({ zeroAtStart }) })
          const { generator } = bench
          if (!zeroAtStart) for (const disk of bench.disks) disk.bytes.fill(0xa5)
          const first = parseSizeBytes(config.offset) / 512
          const end = first + parseSizeBytes(config.length) / 512
          const flying = new Map<IoRequest, ReturnType<typeof decode>>()
          const next = generator.next.bind(generator)
          generator.next = () => {
            const request = next()
            if (request === undefined) return undefined
            if (flying.has(request)) throw new Error(`#${request.number} was handed out twice`)
            const mine = decode(request.cdb)
            if (mine !== undefined) {
              if (mine.lba < first || mine.lba + mine.blocks > end)
                throw new Error(`#${request.number} is out of range`)
              for (const [request2, other] of flying) {
                if (other === undefined || request2.target !== request.target) continue
                const apart = other.lba >= mine.lba + mine.blocks || mine.lba >= other.lba + other.blocks
                if (!apart && (other.write || mine.write))
                  throw new Error(`#${request.number} meets #${request2.number}`)
              }
            }
            flying.set(request, mine)
            if (flying.size > config.depth) throw new Error(`${flying.size} in flight`)
            return request
          }
          const complete = generator.complete.bind(generator)
          generator.complete = (request, ...rest) => {
            flying.delete(request)
            return complete(request, ...rest)
          }
          run(bench, undefined, new Prng(order))
          expect(generator.report()).toMatchObject({ failed: 0, miscompares: 0, unverifiedBytes: 0, problems: [] })
          expect(generator.issued).toBe(config.ios)
          bench.disks.forEach((disk, i) => {
            expect(
              compareImage(generator.models[i]!, disk.bytes.length, (at, length) => disk.bytes.slice(at, at + length))
                .miscompares,
            ).toBe(0)
          })
        },
      ),
      { numRuns: 100 },
    )
  })

  it('asks for the same I/Os with the same seed, whatever order they complete in', () => {
    const config = { read: 60, depth: 8, ios: 300 }
    const generated = (seed: number, order: number) => {
      const bench = setUp({ config, seed })
      return ranges(run(bench, undefined, new Prng(order))).slice(0, 300)
    }
    expect(generated(7, 1)).toEqual(generated(7, 2))
    expect(generated(7, 1)).not.toEqual(generated(8, 1))
  })

  it('gives each guest a stream of its own', () => {
    const stream = (guest: number) => {
      const parsed = Workload.parse({ ios: 50 })
      if (parsed.kind !== 'generator') throw new Error()
      const generator = new Generator(parsed, { seed: 7, guest, drives: setUp().drives })
      return Array.from({ length: 20 }, () => generator.next()?.lba)
    }
    expect(stream(0)).not.toEqual(stream(1))
  })

  it('goes on sequentially and wraps', () => {
    const bench = setUp({
      config: { pattern: 'sequential', read: 100, depth: 1, ios: 40, offset: '4KiB', length: '64KiB' },
    })
    const lbas = run(bench).map(r => r.lba)
    expect(lbas).toEqual(Array.from({ length: 40 }, (_, i) => 8 + (i % 16) * 8))
  })

  it.each([
    [0, 0, 200],
    [100, 200, 0],
    [70, 140, 60],
  ])('reads %d percent', (read, reads, writes) => {
    const bench = setUp({ config: { read, verify: 'none' } })
    run(bench)
    const report = bench.generator.report()
    expect(Math.abs(report.reads - reads)).toBeLessThan(25)
    expect(Math.abs(report.writes - writes)).toBeLessThan(25)
    expect(report.verifiedBytes).toBe(0)
  })

  it('mixes sizes, command forms and tags by weight', () => {
    const bench = setUp({
      config: {
        ios: 4000,
        blockSizes: [{ size: '512B', weight: 3 }, { size: '1KiB' }],
        cdb: { 6: 1, 10: 1, 16: 2 },
        tags: { simple: 8, ordered: 1, untagged: 1 },
        read: 100,
      },
    })
    const log = run(bench)
    const share = (test: (r: IoRequest) => boolean) => log.filter(test).length / log.length
    expect(share(r => r.blocks === 1)).toBeCloseTo(0.75, 1)
    expect(share(r => r.cdbLength === 16)).toBeCloseTo(0.5, 1)
    expect(share(r => r.cdbLength === 6)).toBeCloseTo(0.25, 1)
    expect(share(r => r.tag === 'simple')).toBeCloseTo(0.8, 1)
    expect(share(r => r.tag === 'untagged')).toBeCloseTo(0.1, 1)
  })

  it("reads each write back at once with verify 'each'", () => {
    const bench = setUp({ config: { verify: 'each', read: 0, depth: 1, ios: 20 } })
    const log = run(bench)
    expect(log.map(r => r.direction)).toEqual(Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? 'out' : 'in')))
    for (let i = 0; i < 40; i += 2) expect(log[i]!.lba).toBe(log[i + 1]!.lba)
  })

  it('flushes every so many I/Os', () => {
    const log = run(setUp({ config: { flushEvery: 3, ios: 12, depth: 1, read: 100 } }))
    expect(log.map(r => r.cdb[0] === 0x35)).toEqual([
      false,
      false,
      false,
      true,
      false,
      false,
      false,
      true,
      false,
      false,
      false,
      true,
    ])
    expect(log[3]).toMatchObject({ direction: 'none', bytes: 0 })
  })
})

describe('what goes wrong is found', () => {
  const writes = { read: 0, ios: 1, depth: 1 }

  it('a lost write is stale', () => {
    const bench = setUp({ config: { ...writes, ios: 60, length: '8KiB' } })
    let lost: string | undefined
    run(bench, request => {
      if (request.number !== 60) return undefined
      lost = request.direction
      return bench.generator.complete(request, GOOD, 0, request.bytes)
    })
    expect(lost).toBe('out')
    const report = bench.generator.report()
    expect(report.miscompares).toBeGreaterThan(0)
    expect(report.problems[0]).toMatch(
      /drive d0, LBA \d+, byte 12: expected 0x[0-9a-f]{2}, found 0x[0-9a-f]{2}; expected generation \d+, found stale: generation \d+, 1 write\(s\) behind/,
    )
    expect(report.unverifiedBytes).toBeGreaterThan(0)
  })

  it.each<[string, (disk: Uint8Array, lba: number) => void, RegExp]>([
    [
      'zeros',
      (disk, lba) => disk.fill(0, lba * 512, (lba + 1) * 512),
      /LBA \d+, byte 0: expected 0x57, found 0x00; expected generation 1, found zeros/,
    ],
    [
      'a misplaced block',
      (disk, lba) => disk.copyWithin(lba * 512, (lba + 1) * 512, (lba + 2) * 512),
      /found the block of LBA \d+, generation 1/,
    ],
    [
      'one damaged bit',
      (disk, lba) => {
        disk[lba * 512 + 301]! ^= 0x10
      },
      /LBA \d+, byte 301: expected 0x[0-9a-f]{2}, found 0x[0-9a-f]{2}; .*the right block, damaged inside/,
    ],
  ])('%s', (_, spoil, message) => {
    const bench = setUp({ config: { ...writes, blockSizes: '4KiB' } })
    let lba = -1
    run(bench, request => {
      if (request.direction !== 'in') {
        lba = request.lba
        return undefined
      }
      spoil(bench.disks[0]!.bytes, lba + 2)
      expect(bench.generator.complete(request, GOOD, 0, bench.disks[0]!.execute(request))).toBe(Outcome.Miscompare)
      return Outcome.Miscompare
    })
    const report = bench.generator.report()
    expect(report).toMatchObject({ miscompares: 1, verifiedBytes: 7 * 512, unverifiedBytes: 512 })
    expect(report.problems).toHaveLength(1)
    expect(report.problems[0]).toMatch(message)
    expect(report.problems[0]).toContain(`LBA ${lba + 2},`)
    // The plain reader of the image finds the same.
    const disk = bench.disks[0]!
    const image = compareImage(bench.generator.models[0]!, disk.bytes.length, (at, length) =>
      disk.bytes.slice(at, at + length),
    )
    expect(image.miscompares).toBe(1)
    expect(image.problems[0]).toMatch(message)
  })

  it('a write where nothing was ever written shows in a drive that was zeros', () => {
    const bench = setUp({ config: { read: 100, ios: 1, length: '4KiB', offset: '4KiB' } })
    run(bench)
    const disk = bench.disks[0]!.bytes
    disk[3 * 512 + 5] = 1 // outside the range of the workload
    const image = compareImage(bench.generator.models[0]!, disk.length, (at, length) => disk.slice(at, at + length))
    expect(image).toMatchObject({ miscompares: 1, comparedBytes: BLOCKS * 512 })
    expect(image.problems[0]).toContain('LBA 3, byte 5: expected 0x00, found 0x01; expected zeros (never written)')
  })

  it('an image that is too short or too long', () => {
    const { generator, disks } = setUp()
    const read = (at: number, length: number) => disks[0]!.bytes.slice(at, Math.min(at + length, 1000))
    expect(compareImage(generator.models[0]!, 1000, read)).toMatchObject({
      comparedBytes: 512,
      problems: ['the image has 1000 bytes, the drive 131072', 'the image ends at byte 1000, the drive has 131072'],
    })
  })

  it.each<[string, [number, number, number, number?], string]>([
    [
      'status',
      [ERROR, 2, 4096, 0x031100],
      'SRB status 0x84 (error), SCSI status 0x02, 4096 of 4096 bytes, sense 0x03/0x11/0x00',
    ],
    ['a short transfer', [GOOD, 0, 512], 'SRB status 0x01 (success), SCSI status 0x00, 512 of 4096 bytes'],
    ['SCSI status under SRB success', [GOOD, 8, 4096], 'SCSI status 0x08'],
  ])('a request that failed by its %s', (_, [srb, scsi, moved, sense], message) => {
    const { generator } = setUp({ config: { read: 100, ios: 1, cdb: { 10: 1 } } })
    const request = generator.next()!
    expect(generator.complete(request, srb, scsi, moved, sense)).toBe(Outcome.Failed)
    expect(generator.next()).toBeUndefined()
    expect(generator.done).toBe(true)
    expect(generator.report()).toMatchObject({ submitted: 1, completed: 0, failed: 1, bytes: 0 })
    expect(generator.report().problems[0]).toMatch(/^#1 READ\(10\) to target 0 LUN 0, LBA \d+, 8 blocks: /)
    expect(generator.report().problems[0]).toContain(message)
  })

  it('blocks of a failed write are not judged until they are written again', () => {
    const bench = setUp({ config: { read: 0, ios: 2, depth: 1, length: '4KiB' } })
    run(bench, request => {
      if (request.number !== 1) return undefined
      bench.disks[0]!.bytes.fill(0x77, 0, 1024) // half of it got there
      return bench.generator.complete(request, ERROR, 2, 0)
    })
    expect(bench.generator.report()).toMatchObject({
      failed: 1,
      completed: 2,
      miscompares: 0,
      unverifiedBytes: 0,
      verifiedBytes: 4096,
    })
  })

  it('a medium error of the scenario is expected, and nothing but', () => {
    const errors = [{ lba: 10, blocks: 2, on: 'read' as const }]
    const bench = setUp({ config: { read: 50, ios: 400, blockSizes: '512B', length: '16KiB' }, geometry: [{ errors }] })
    run(bench, request => {
      const hit = request.direction === 'in' && request.lba < 12 && request.lba + request.blocks > 10
      expect(request.expectError).toBe(hit)
      return hit ? bench.generator.complete(request, ERROR, 2, 0, 0x031100) : undefined
    })
    const report = bench.generator.report()
    expect(report).toMatchObject({ failed: 0, miscompares: 0, unverifiedBytes: 1024 }) // written, but cannot be read back
    expect(report.expectedErrors).toBeGreaterThan(0)

    const silent = setUp({
      config: { read: 100, ios: 1, length: '4KiB', blockSizes: '4KiB' },
      geometry: [{ errors: [{ lba: 0, blocks: 1, on: 'both' }] }],
    })
    run(silent)
    expect(silent.generator.report()).toMatchObject({ failed: 1 })
    expect(silent.generator.report().problems[0]).toContain('it had to fail')
  })

  it('requests that never come back are failed, their blocks unknown', () => {
    const { generator, disks } = setUp({ config: { read: 0, depth: 3 } })
    const requests = [generator.next()!, generator.next()!, generator.next()!]
    expect(generator.next()).toBeUndefined()
    generator.abandon('the miniport was stopped')
    expect(generator.done).toBe(true)
    expect(generator.next()).toBeUndefined()
    expect(generator.complete(requests[0]!, GOOD, 0, 4096)).toBe(Outcome.Failed) // too late, and harmless
    expect(generator.report()).toMatchObject({
      submitted: 3,
      failed: 3,
      problems: ['3 requests never came back: the miniport was stopped'],
    })
    disks[0]!.bytes.fill(1, requests[0]!.lba * 512, requests[0]!.lba * 512 + 4096)
    expect(
      compareImage(generator.models[0]!, disks[0]!.bytes.length, (at, length) => disks[0]!.bytes.slice(at, at + length))
        .miscompares,
    ).toBe(0)
  })

  it('a request handed back twice is an error of the bench', () => {
    const { generator } = setUp()
    const request = generator.next()!
    generator.complete(request, GOOD, 0, 4096)
    expect(() => generator.complete(request, GOOD, 0, 4096)).toThrow(WorkloadError)
  })
})

describe('a workload that does not fit is refused', () => {
  it.each<[Setup, string]>([
    [{ geometry: [{ readOnly: true }] }, 'drive d0: is read-only, but 30 % of the I/Os write'],
    [
      { geometry: [{ blockBytes: 4096, blocks: 32 }], config: { blockSizes: '2KiB' } },
      'drive d0: a transfer of 2KiB is no multiple of its block size (4096 bytes)',
    ],
    [{ config: { offset: '100B' } }, 'offset of 100B is no multiple'],
    [{ config: { offset: '1MiB' } }, 'the offset of 1MiB lies beyond its end (128KiB)'],
    [{ config: { length: '1MiB' } }, 'the range of 1MiB from 0B goes beyond its end (128KiB)'],
    [{ config: { length: '2KiB' } }, 'the range is smaller than one I/O of 4KiB'],
    [{ geometry: [{ blocks: 2 ** 40 }] }, "more than can be checked (33554432); give the workload a 'length'"],
    [
      { config: { blockSizes: '128KiB' }, maxTransferBytes: 65_536 },
      'moves 128KiB at once, but the miniport takes at most 64KiB (MaximumTransferLength)',
    ],
    [{ geometry: [] }, 'there is no drive to work on'],
  ])('%j: %s', (setup, message) => {
    expect(() => setUp(setup)).toThrow(
      expect.objectContaining({ name: 'WorkloadError', message: expect.stringContaining(message) }),
    )
  })
})
