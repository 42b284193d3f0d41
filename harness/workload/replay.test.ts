import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseConfig } from '../../schemas/errors.ts'
import { Workload } from '../../schemas/workload.ts'
import { compareImage } from './image.ts'
import { readIolog } from './iolog.ts'
import { fitIolog } from './iolog-fit.ts'
import { Replay } from './replay.ts'
import { RamDisk } from './testing/ram-disk.ts'
import { FLUSH, timedRun, UNMAP } from './testing/timed-run.ts'
import { type DriveGeometry, Outcome } from './workload.ts'

const RECORDED = readFileSync(new URL('../../docs/scenarios/fio-3.33.iolog', import.meta.url))
const US = 1_000_000
const HEAD = ['fio version 3 iolog', '0 /dev/sda add', '0 /dev/sda open']
const text = (...lines: string[]) => new TextEncoder().encode([...HEAD, ...lines].join('\n'))

interface Setup {
  log?: Uint8Array
  config?: object
  geometry?: Partial<DriveGeometry>[]
  maxTransferBytes?: number
}

function setUp({ log = RECORDED, config = {}, geometry = [{}, {}], maxTransferBytes }: Setup = {}) {
  const drives = geometry.map((g, i) => ({
    ...{ label: `d${i}`, target: i, lun: 0, blockBytes: 512, blocks: 2048, zeroAtStart: true, ...g },
  }))
  const parsed = parseConfig(Workload, { kind: 'iolog', path: 'l', ...config }, 'test')
  if (parsed.kind !== 'iolog') throw new Error('no iolog')
  const fitted = fitIolog(readIolog(log, 'l'), parsed, drives)
  const replay = new Replay(parsed, fitted, {
    ...{ seed: 7, guest: 0, drives },
    ...(maxTransferBytes === undefined ? {} : { maxTransferBytes }),
  })
  return { replay, disks: drives.map(d => new RamDisk(d.blocks, d.blockBytes)) }
}

const run = (setup: Setup, latencyPs = US) => {
  const bench = setUp(setup)
  return { ...bench, log: timedRun(bench.replay, bench.disks, latencyPs) }
}

describe('a recorded log', () => {
  it('is asked for as it was recorded, and every block is checked', () => {
    const { replay, disks, log } = run({})
    const recorded = log.slice(0, 50).map(r => [r.target, r.opcode, r.lba * 512, r.bytes])
    const lines = RECORDED.toString()
      .trim()
      .split('\n')
      .slice(1)
      .map(line => line.split(' '))
    const opcodes: Record<string, number> = { read: 0x28, write: 0x2a, sync: FLUSH }
    expect(recorded).toEqual(
      lines
        .filter(([, , action]) => action! in opcodes)
        .map(([, file, action, offset, length]) => [
          ...[Number(file!.slice(4)), opcodes[action!]],
          ...(action === 'sync' ? [0, 0] : [Number(offset), Number(length)]),
        ]),
    )
    expect(replay.report()).toMatchObject({ failed: 0, miscompares: 0, unverifiedBytes: 0, writtenBytes: 188 * 1024 })
    disks.forEach((disk, i) => {
      const image = compareImage(replay.models[i]!, disk.bytes.length, (at, n) => disk.bytes.slice(at, at + n))
      expect(image.miscompares).toBe(0)
    })
  })

  it('starts each I/O at its time, counted from the start of the log', () => {
    const { log } = run({})
    expect(log.slice(0, 3).map(r => r.atPs / US)).toEqual([239, 375, 436])
    expect(log[49]!.atPs / US).toBe(6801)
  })

  it.each([
    [{ timeScale: 200 }, 3400.5],
    [{ timeScale: 50 }, 13602],
  ])('%j', (config, lastUs) => {
    expect(run({ config }).log[49]!.atPs / US).toBe(lastUs)
  })

  it('asap: as fast as the depth allows', () => {
    const { log } = run({ config: { pace: 'asap', depth: 2 } }, 10 * US)
    expect(Math.max(...log.map(r => r.inFlight))).toBe(2)
    expect(log[49]!.atPs).toBeLessThanOrEqual(500 * US)
  })

  it('a slow drive makes I/Os late, and that is said', () => {
    const { replay } = run({ config: { depth: 1 } }, 1000 * US)
    expect(replay.notes().at(-1)).toMatch(
      /^\d+ of 50 timed I\/Os started more than 10 µs late, the latest by \d+\.\d µs/,
    )
  })

  it('a wrong byte in a block that the log wrote is found', () => {
    const bench = setUp({})
    const [disk] = bench.disks
    const execute = disk!.execute.bind(disk)
    let spoiled = false
    disk!.execute = request => {
      const moved = execute(request)
      if (request.direction === 'out' && request.bytes > 0 && !spoiled) {
        disk!.bytes[request.lba * 512 + 3]! ^= 1
        spoiled = true
      }
      return moved
    }
    expect(timedRun(bench.replay, bench.disks, US).some(r => r.outcome === Outcome.Miscompare)).toBe(true)
    expect(bench.replay.report().miscompares).toBe(1)
  })
})

describe('how offsets and files are brought onto the drives', () => {
  const one = (setup: Setup, line: string) => run({ geometry: [{}], log: text(line), ...setup }).log[0]!
  const notes = (setup: Setup, line: string) => setUp({ geometry: [{}], log: text(line), ...setup }).replay.notes()

  it.each<[string, object, number, number]>([
    ['0 /dev/sda read 4096 1024', {}, 8, 2],
    ['0 /dev/sda read 1048064 512', {}, 2047, 1],
    ['0 /dev/sda read 1049088 1024', { wrap: true }, 1, 2],
    ['0 /dev/sda read 1048064 1024', { wrap: true }, 2046, 2],
    ['0 /dev/sda read 41943040 1024', { offsetScale: 4, wrap: true }, 0, 2],
    ['0 /dev/sda read 2097152 1024', { offsetScale: 4 }, 1024, 2],
    ['0 /dev/sda read 5000 1000', { align: '4KiB' }, 8, 2],
  ])('%s with %j', (line, config, lba, blocks) => {
    expect(one({ config }, line)).toMatchObject({ lba, blocks })
  })

  it('says what it did', () => {
    expect(
      notes({ config: { wrap: true, offsetScale: 2, align: '4KiB', pace: 'asap' } }, '0 /dev/sda read 4194309 512'),
    ).toEqual([
      'replays 1 of 1 I/Os of l (fio iolog version 3): /dev/sda is drive d0',
      'the times of the log are not kept (pace: asap)',
      'offsets of the log are divided by 2 (offsetScale)',
      '1 I/Os were rounded to multiples of 4KiB and whole blocks (align)',
      '1 I/Os beyond the end of their drive were wrapped to its beginning (wrap)',
    ])
  })

  it.each<[object, number[]]>([
    [{}, [0, 1]],
    [{ redirect: 1 }, [1, 1]],
    [{ redirect: 'd1' }, [1, 1]],
    [{ files: { '/dev/sda': 'd1', b: 0 } }, [1, 0]],
  ])('files and drives: %j', (config, targets) => {
    const log = text('0 b add', '0 b open', '0 /dev/sda read 0 512', '0 b read 512 512')
    expect(run({ log, config }).log.map(r => r.target)).toEqual(targets)
  })

  it('skip leaves kinds out', () => {
    const log = text('0 /dev/sda write 0 512', '0 /dev/sda trim 0 512', '1 /dev/sda sync 0 0', '1 /dev/sda read 0 512')
    const config = { skip: ['write', 'trim'] }
    expect(run({ log, config }).log.map(r => r.opcode)).toEqual([FLUSH, 0x28])
  })

  it('trims become UNMAP, and what they left is not compared', () => {
    const log = text('0 /dev/sda write 0 2048', '10 /dev/sda trim 512 1024', '20 /dev/sda read 0 2048')
    const { replay, log: done } = run({ log, geometry: [{}] })
    expect(done.map(r => [r.opcode, r.lba, r.blocks]).slice(0, 3)).toEqual([
      [0x2a, 0, 4],
      [UNMAP, 1, 2],
      [0x28, 0, 4],
    ])
    expect(replay.report()).toMatchObject({ failed: 0, miscompares: 0, verifiedBytes: 1024 })
  })

  it('I/Os on the same blocks wait for each other when one of them changes them, by a trim, too', () => {
    const lines = [
      'write 0 1024',
      'trim 512 512',
      'read 0 512',
      'read 512 512',
      'trim 0 512',
      'write 0 512',
      'read 4096 512',
      'trim 4096 512',
    ]
    const log = text(...lines.map(line => `0 /dev/sda ${line}`))
    const { log: done } = run({ log, geometry: [{}], config: { pace: 'asap' } })
    expect(done.slice(0, 8).map(r => r.atPs / US)).toEqual([0, 1, 1, 2, 2, 3, 3, 4])
  })

  it('any log, however its I/Os overlap: nothing fails, nothing differs (property)', () => {
    const io = fc.tuple(fc.constantFrom('read', 'write', 'trim', 'sync'), fc.nat(15), fc.integer({ min: 1, max: 8 }))
    fc.assert(
      fc.property(fc.array(io, { minLength: 1, maxLength: 80 }), fc.integer({ min: 1, max: 9 }), (ios, depth) => {
        const log = text(...ios.map(([action, at, n], i) => `${i} /dev/sda ${action} ${at * 512} ${n * 512}`))
        const { replay, disks } = run({ log, geometry: [{ blocks: 23 }], config: { depth } }, 3 * US)
        expect(replay.report()).toMatchObject({ failed: 0, miscompares: 0, unverifiedBytes: 0, problems: [] })
        const [disk] = disks
        expect(
          compareImage(replay.models[0]!, disk!.bytes.length, (at, n) => disk!.bytes.slice(at, at + n)).miscompares,
        ).toBe(0)
      }),
    )
  })

  it('what is larger than the miniport takes is split', () => {
    const log = text('0 /dev/sda write 0 10240')
    const { replay, log: done } = run({ log, geometry: [{}], maxTransferBytes: 4096 })
    expect(done.slice(0, 3).map(r => [r.lba, r.blocks])).toEqual([
      [0, 8],
      [8, 8],
      [16, 4],
    ])
    expect(replay.notes().at(-1)).toBe('1 I/Os of the log were split into 3: no more than 4KiB are moved at once')
  })
})

describe('what does not fit is refused', () => {
  const big = '7 /dev/sda write 1048064 1024'
  it.each<[string, Setup, string]>([
    [
      'beyond the end',
      { log: text(big) },
      'l:4:1: write of 1024 bytes at offset 1048064 goes beyond the end of drive d0, which has 1048576 bytes (1MiB)',
    ],
    [
      'one block too far',
      { log: text('0 /dev/sda read 1048576 512') },
      'l:4:1: read of 512 bytes at offset 1048576 goes beyond',
    ],
    [
      'far beyond the end',
      { log: text('0 /dev/sda read 9007199254740480 512') },
      'l:4:1: read of 512 bytes at offset 9007199254740480 goes beyond',
    ],
    [
      'too long to wrap',
      { log: text('0 /dev/sda read 0 2097152'), config: { wrap: true } },
      'l:4:1: 2097152 bytes are more than drive d0 has (1MiB)',
    ],
    [
      'offset',
      { log: text('0 /dev/sda read 100 512') },
      'l:4:1: offset 100 is no multiple of the block size of drive d0 (512 bytes)',
    ],
    ['length', { log: text('0 /dev/sda read 0 100') }, 'l:4:1: length 100 is no multiple'],
    [
      '4 KiB blocks',
      { log: text('0 /dev/sda read 512 4096'), geometry: [{ blockBytes: 4096 }] },
      'l:4:1: offset 512 is no multiple of the block size of drive d0 (4096 bytes)',
    ],
    [
      'read-only',
      { log: text('0 /dev/sda write 0 512'), geometry: [{ readOnly: true }] },
      'l:4:1: write to drive d0, which is read-only',
    ],
    [
      'no UNMAP',
      { log: text('0 /dev/sda trim 0 512'), geometry: [{ unmaps: false }] },
      'l:4:1: trim to drive d0, whose store cannot give blocks back',
    ],
    [
      'beyond time',
      { log: text('9999999999 /dev/sda read 0 512') },
      'l:4:1: 9999999999 µs are beyond the end of virtual time',
    ],
    ['more files than drives', { geometry: [{}] }, 'l has 2 files, but there is 1 drive'],
    ['unknown drive', { config: { redirect: 'd7' } }, "redirect: unknown drive 'd7'"],
    [
      'number of a drive',
      { config: { redirect: 2 } },
      'redirect: found drive 2, but there are 2 drives, counted from 0',
    ],
    ['unknown file', { config: { files: { disk7: 0 } } }, "files: unknown file of l 'disk7'"],
    ['forgotten file', { config: { files: { disk0: 0 } } }, "files: no drive for 'disk1', which l adds"],
    [
      'nothing left',
      { log: text('0 /dev/sda read 0 512'), config: { skip: ['read'] } },
      "'skip' leaves no I/O of the log",
    ],
    ['both', { config: { redirect: 0, files: {} } }, "'files' and 'redirect' exclude each other"],
    ['align', { config: { align: '3KiB' } }, 'expected a power of two'],
    ['time without times', { config: { pace: 'asap', timeScale: 50 } }, "is for the pace 'recorded'"],
    [
      'a block larger than a transfer',
      { geometry: [{ blockBytes: 4096 }, {}], maxTransferBytes: 2048 },
      'the miniport takes at most 2KiB',
    ],
  ])('%s', (_, setup, message) => {
    expect(() => setUp(setup)).toThrow(message)
  })
})
