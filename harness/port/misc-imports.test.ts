// Units and SRBs by address, the error log, time, memory, debug print. Sources: WDK ScsiPortGetSrb, ScsiPortLogError,
// ScsiPortQuerySystemTime, ScsiPortMoveMemory, ScsiPortStallExecution, ScsiDebugPrint.
import { describe, expect, test } from 'vitest'
import { PS } from '../../device/clock.ts'
import { SP_UNTAGGED } from '../../schemas/scsiport.ts'
import { Event } from '../trace/events.ts'
import { formatPrint } from './print.ts'
import { FakeMiniport, type MiniportSpec } from './testing/fake-miniport.ts'
import { PortBench } from './testing/port-bench.ts'

const TAGGED: MiniportSpec = { hwid: { TaggedQueuing: 1, AutoRequestSense: 1, MultipleRequestPerLu: 1 } }
const bench = (spec: MiniportSpec = {}): PortBench => new PortBench([spec]).boot()

describe('ScsiPortGetSrb', () => {
  const get = (m: FakeMiniport, target: number, lun: number, tag: number): number =>
    m.call('ScsiPortGetSrb', m.extension, 0, target, lun, tag)

  test('finds active SRBs by unit and tag, untagged ones by SP_UNTAGGED; the tag is a LONG', () => {
    const t = bench(TAGGED)
    const a = t.request({ tagged: true })
    t.interrupt(m => m.nextLu())
    const b = t.request({ tagged: true })
    t.interrupt(m => m.next())
    const c = t.request({ target: 1, lun: 2 })
    t.interrupt(m => {
      const tags = [a, b].map(io => m.srb(io.at, 'QueueTag'))
      expect([get(m, 0, 0, tags[0]!), get(m, 0, 0, tags[1]!)]).toEqual([a.at, b.at])
      expect([get(m, 1, 2, SP_UNTAGGED), get(m, 1, 2, -1), get(m, 0x101, 2, 0xff)]).toEqual([c.at, c.at, c.at])
      expect([get(m, 0, 0, SP_UNTAGGED), get(m, 1, 2, 1), get(m, 0, 0, 99), get(m, 5, 0, 1)]).toEqual([0, 0, 0, 0])
    })
  })

  test('not a queued one, not one that was completed in this very call', () => {
    const t = bench()
    const a = t.request()
    t.request({ target: 1 })
    t.interrupt(m => {
      expect([get(m, 0, 0, 0xff), get(m, 1, 0, 0xff)]).toEqual([a.at, 0])
      m.complete()
      expect(get(m, 0, 0, 0xff)).toBe(0)
      m.next()
    })
  })
})

describe('ScsiPortGetSrb that is to answer NULL', () => {
  test('does so to an abort that comes too late, never to HwInterrupt, which has a command to complete', () => {
    const answers: number[] = []
    const get = (m: FakeMiniport): number => m.call('ScsiPortGetSrb', m.extension, 0, 0, 0, SP_UNTAGGED)
    const t = bench({
      startIo: m => {
        answers.push(get(m))
        return 1
      },
    })
    t.port.faults = { ...t.port.faults, nullResult: routine => routine === 'ScsiPortGetSrb' }
    const io = t.request()
    t.interrupt(m => {
      answers.push(get(m))
      m.complete()
      m.next()
    })
    expect(answers).toEqual([0, io.at])
  })
})

describe('ScsiPortLogError', () => {
  test('every call is in the trace; the log counts by code and unique id', () => {
    const t = bench()
    const io = t.request()
    t.interrupt(m => {
      for (const [srb, code, id] of [
        [io.at, 6, 0x100],
        [0, 6, 0x100],
        [0, 6, 0x200],
        [12345, 1, 0xffff_ffff],
      ] as const)
        m.call('ScsiPortLogError', m.extension, srb, 1, 2, 3, code, id)
    })
    expect(t.events(Event.LogError).map(e => [e.a, e.b, e.c, e.d])).toEqual([
      [io.serial, 6, 0x100, 0x010203],
      [-1, 6, 0x100, 0x010203],
      [-1, 6, 0x200, 0x010203],
      [-1, 1, -1, 0x010203],
    ])
    const log = [...t.port.log.values()].map(({ code, uniqueId, count }) => [code, uniqueId, count])
    expect(log).toEqual([
      [6, 0x100, 2],
      [6, 0x200, 1],
      [1, 0xffff_ffff, 1],
    ])
  })

  test('the log is bounded', () => {
    const t = bench()
    t.interrupt(m => {
      for (let n = 0; n < 1000; n++) m.call('ScsiPortLogError', m.extension, 0, 0, 0, 0, 6, n)
    })
    expect(t.port.log.size).toBe(256)
  })
})

describe('ScsiPortQuerySystemTime', () => {
  test('100 ns units since 1601, in steps of 10 ms', () => {
    const t = bench()
    const read = (): bigint => {
      let time = 0n
      t.interrupt(m => {
        const at = m.alloc(8)
        m.call('ScsiPortQuerySystemTime', at)
        time = m.view.getBigUint64(at, true)
      })
      return time
    }
    const year2000 = BigInt(Date.UTC(2000, 0, 1) - Date.UTC(1601, 0, 1)) * 10_000n
    const first = read()
    expect(first).toBe(year2000)
    t.pass(9 * PS.ms)
    expect(read() - first).toBe(0n)
    t.pass(2 * PS.ms)
    expect(read() - first).toBe(100_000n)
    t.seconds(1000)
    expect(read() - first).toBe(10_000_100_000n)
  })
})

describe('ScsiPortMoveMemory', () => {
  test.each([
    ['forwards', 2],
    ['backwards', -2],
  ])('overlapping, %s', (_name, shift) => {
    const t = bench()
    t.interrupt(m => {
      const at = m.alloc(32) + 8
      for (let n = 0; n < 8; n++) m.u8[at + n] = n + 1
      m.call('ScsiPortMoveMemory', at + shift, at, 8)
      expect([...m.u8.subarray(at + shift, at + shift + 8)]).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    })
  })

  test('costs as much as 8 bytes an instruction', () => {
    const t = bench()
    t.interrupt(m => {
      const start = t.clock.nowPs
      m.call('ScsiPortMoveMemory', 1024, 2048, 1001)
      expect(t.clock.nowPs - start).toBe((1 + 126) * PS.ns)
    })
  })
})

describe('ScsiDebugPrint', () => {
  const print = (pattern: string, ...args: (number | string | bigint)[]): string => {
    const m = new FakeMiniport({}, 0x1_0000, counter => counter + 256)
    m.u8.fill(0x55, 0, m.nullBytes)
    const format = m.text(pattern)
    const values = args.map(a => (typeof a === 'string' ? m.text(a) : a))
    const block = m.alloc(256)
    let at = block
    for (const value of values) {
      if (typeof value === 'bigint') {
        at = (at + 7) & ~7
        m.view.setBigInt64(at, value, true)
        at += 8
      } else {
        m.view.setInt32(at, value | 0, true)
        at += 4
      }
    }
    return formatPrint(m, format, args.length === 0 ? 0 : block)
  }

  test.each([
    ['plain\n', [], 'plain'],
    ['%d %i %u', [-5, 7, -1], '-5 7 4294967295'],
    ['%x %X %p', [0xabc, 0xabc, 0xabc], 'abc ABC 00000abc'],
    ['[%5d|%-5d|%05d]', [42, 42, -42], '[   42|42   |-0042]'],
    ['%08lx %hx', [0xbeef, 0x12], '0000beef 12'],
    ['%s and %.2s%%', ['one', 'three'], 'one and th%'],
    ['%s', [0], '(null)'],
    ['%c%c', [72, 105], 'Hi'],
    ['%d %I64x %d', [1, 0x1_2345_6789n, 2], '1 123456789 2'],
    ['%lld', [-1n], '-1'],
    ['%q stays', [], '%q stays'],
    ['%d %d', [], '0 0'],
    ['a\tb\x01', [], 'a b.'],
  ] as const)('%j', (pattern, args, text) => {
    expect(print(pattern, ...args)).toBe(text)
  })

  test('a line has at most 256 characters, whatever the widths and strings', () => {
    expect(print('%s%s', 'x'.repeat(300), 'y')).toHaveLength(256)
    expect(print('%99999999999d|', 1)).toHaveLength(256)
    expect(print('%s'.repeat(100), ...Array(60).fill('z'.repeat(200)))).toHaveLength(256)
  })

  test('pointers outside memory read as empty', () => {
    expect(print('<%s>', 0x7fff_ffff)).toBe('<>')
  })

  test('lines are kept up to a bound, further ones are counted', () => {
    const t = bench()
    t.interrupt(m => {
      const text = m.text('line %d')
      for (let n = 0; n < 1005; n++) m.scratch(() => m.call('ScsiDebugPrint', 1, text, 0))
    })
    expect([t.port.debugPrint.length, t.port.debugPrintDropped]).toEqual([1000, 5])
    expect(t.events(Event.Print)[0]).toMatchObject({ a: 1, b: t.trace.intern('line 0') })
  })
})
