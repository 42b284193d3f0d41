import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ConfigError } from '../../schemas/errors.ts'
import { Action, readIolog } from './iolog.ts'

const RECORDED = new URL('../../docs/scenarios/fio-3.33.iolog', import.meta.url)
const STRIPPED = new URL('testing/fio.v2.iolog', import.meta.url)
const parse = (text: string) => readIolog(new TextEncoder().encode(text), 't.log')
const v2 = (...lines: string[]) => ['fio version 2 iolog', ...lines].join('\n')
const v3 = (...lines: string[]) => ['fio version 3 iolog', ...lines].join('\n')
const OPEN = ['/dev/sda add', '/dev/sda open']
const TIMED = ['0 /dev/sda add', '5 /dev/sda open']

const errorOf = (read: () => unknown): string => {
  try {
    read()
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
  return ''
}

describe('a log recorded with fio 3.33', () => {
  const log = readIolog(readFileSync(RECORDED), 'recorded')

  it('has every I/O of it, as the summary that fio printed says', () => {
    // fio: READ io=168KiB, WRITE io=188KiB; fsync=12 makes the two syncs.
    const bytes = (action: number) => log.lengths.reduce((sum, n, i) => sum + (log.actions[i] === action ? n : 0), 0)
    expect([bytes(Action.read), bytes(Action.write)]).toEqual([168 * 1024, 188 * 1024])
    expect([log.version, log.count, log.files]).toEqual([3, 50, ['disk0', 'disk1']])
    expect(log.actions.filter(a => a === Action.sync)).toHaveLength(2)
  })

  it('keeps times, files, offsets and lines', () => {
    const at = (n: number) => [log.timesUs[n], log.files[log.file[n]!], log.offsets[n], log.lengths[n], log.lines[n]]
    expect(at(0)).toEqual([239, 'disk0', 28672, 16384, 5])
    expect(at(1)).toEqual([375, 'disk1', 385024, 8192, 7])
    expect(at(49)).toEqual([6801, 'disk1', 176128, 4096, 55])
  })

  it('is the same without its timestamps, as version 2', () => {
    const old = readIolog(readFileSync(STRIPPED), 'stripped')
    expect(old.version).toBe(2)
    for (const key of ['actions', 'file', 'offsets', 'lengths', 'lines'] as const)
      expect(Array.from(old[key])).toEqual(Array.from(log[key]))
    expect(old.timesUs.every(us => us === 0)).toBe(true)
  })
})

it("version 2: 'wait' counts from the wait before; below 100 µs it is discarded", () => {
  const log = parse(
    v2(
      ...OPEN,
      '/dev/sda read 0 512',
      '/dev/sda wait 250 0',
      '/dev/sda read 0 512',
      '/dev/sda wait 99 0',
      '/dev/sda wait 100 0',
      '/dev/sda sync 0 0',
    ),
  )
  expect(Array.from(log.timesUs)).toEqual([0, 250, 350])
})

it('blanks, tabs, carriage returns, empty lines and a missing last line end do no harm', () => {
  const log = parse('fio version 2 iolog\r\n\r\n a\tadd \r\na open\r\na  write 512\t1024\r\n\na datasync 0 0')
  expect([log.count, log.offsets[0], log.lengths[0], log.lines[1]]).toEqual([2, 512, 1024, 7])
})

describe('what is refused, with its line', () => {
  it.each<[string, string]>([
    ['', "t.log:1:1: found '', expected 'fio version 2 iolog' or 'fio version 3 iolog' in the first line"],
    ['fio version 4 iolog', "t.log:1:1: found 'fio version 4 iolog', expected"],
    ['0, 4096, 512', 'this looks like version 1, which fio itself has given up'],
    [v2(...OPEN), 't.log:3:1: the log has no I/O'],
    [v2('/dev/sda open'), "t.log:2:1: open of '/dev/sda', which was never added"],
    [v2('/dev/sda add', '/dev/sda add'), "t.log:3:1: '/dev/sda' is added a second time"],
    [v2(...OPEN, '/dev/sda open'), "t.log:4:1: '/dev/sda' is open already"],
    [v2('/dev/sda add', '/dev/sda close'), "t.log:3:1: close of '/dev/sda', which is not open"],
    [v2('/dev/sda add', '/dev/sda read 0 512'), "t.log:3:1: read of '/dev/sda', which is not open"],
    [v2(...OPEN, '/dev/sdb read 0 512'), "t.log:4:1: read of '/dev/sdb', which was never added"],
    [v2(...OPEN, '/dev/sda raed 0 512'), "t.log:4:10: unknown action 'raed': did you mean 'read'?"],
    [v2(...OPEN, '/dev/sda'), 't.log:4:9: expected an action behind the file: add, open, close, read,'],
    [v2(...OPEN, '/dev/sda read 0'), "t.log:4:15: 'read' needs a file, an offset and a length in bytes; found 3 words"],
    [v2(...OPEN, '/dev/sda read 0 512 9'), 't.log:4:17: '],
    [v2(...OPEN, '/dev/sda read 0 512 9 9 9 9 9 9 9 9'), 'the line has too many words'],
    [v2(...OPEN, '/dev/sda read -1 512'), "t.log:4:15: found '-1', expected an offset in bytes"],
    [v2(...OPEN, '/dev/sda read 0x10 512'), "t.log:4:15: found '0x10', expected an offset in bytes"],
    [v2(...OPEN, '/dev/sda read 0 0'), 't.log:4:17: read of 0 bytes'],
    [v2(...OPEN, '/dev/sda read 99999999999999999999 512'), "found '99999999999999999999', which is too large"],
    [v3(...TIMED, '/dev/sda read 0 512'), "t.log:4:1: found '/dev/sda', expected a timestamp in microseconds"],
    [v3(...TIMED, '4 /dev/sda read 0 512'), 't.log:4:1: found the timestamp 4 after 5: the lines are not in order'],
    [v3(...TIMED, '7 /dev/sda wait 100 0'), "t.log:4:12: 'wait' is for version 2: version 3 has timestamps"],
    [
      v3(...TIMED, '7 /dev/sda read 0 512', v3('0 /dev/sda add')),
      't.log:5:1: found a second first line: fio appends to a log',
    ],
    ['\u001b[31mfio', "t.log:1:1: found '\ufffd[31mfio'"],
  ])('%j: %s', (text, message) => {
    expect(errorOf(() => parse(text))).toContain(message)
  })
})

describe('anything at all is a log or a ConfigError with a line (property)', () => {
  const judged = (bytes: Uint8Array): void => {
    try {
      expect(readIolog(bytes, 'f').count).toBeGreaterThan(0)
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigError)
      expect((error as Error).message).toMatch(/^f:\d+:\d+: /)
      // biome-ignore lint/suspicious/noControlCharactersInRegex: that is the point
      expect((error as Error).message).not.toMatch(/[\u0000-\u001f]/)
    }
  }

  it('random bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), judged))
    const behind = fc.uint8Array({ maxLength: 200 })
    fc.assert(fc.property(behind, tail => judged(Buffer.concat([Buffer.from(`${v2(...OPEN)}\n/dev/sda `), tail]))))
  })

  it('a good log with bytes changed, lost or doubled', () => {
    const good = readFileSync(RECORDED)
    const change = fc.record({
      at: fc.nat(good.length - 1),
      byte: fc.nat(255),
      how: fc.constantFrom('set', 'cut', 'twice'),
    })
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), changes => {
        let bytes: Buffer = Buffer.from(good)
        for (const { at, byte, how } of changes) {
          if (how === 'set') bytes[at % bytes.length] = byte
          if (how === 'cut') bytes = bytes.subarray(0, Math.max(1, at % bytes.length))
          if (how === 'twice') bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(Math.floor(at / 2))])
        }
        judged(bytes)
      }),
    )
  })
})

it('a hundred thousand lines are read in a moment, and without a string for each', () => {
  const lines = Array.from(
    { length: 100_000 },
    (_, n) => `${n} /dev/sda ${n % 3 === 0 ? 'write' : 'read'} ${n * 512} 512`,
  )
  const log = parse(v3('0 /dev/sda add', '0 /dev/sda open', ...lines))
  expect([log.count, log.offsets.at(-1), log.lines.at(-1)]).toEqual([100_000, 99_999 * 512, 100_003])
})
