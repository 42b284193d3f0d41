// Memory nobody may write to: red zones around everything the port driver hands out, the bytes at NULL.
// Sources: Driver Verifier, SCSI verification (memory checks); WDK HW_INITIALIZATION_DATA (extension sizes).
import { describe, expect, test } from 'vitest'
import { Event, Finding, Routine } from '../trace/events.ts'
import { Arena, ArenaFull, GUARD_BYTES } from './arena.ts'
import { FakeMiniport, found, type MiniportSpec } from './testing/fake-miniport.ts'
import { PortBench } from './testing/port-bench.ts'

const bench = (spec: MiniportSpec = {}): PortBench => new PortBench([spec]).boot()
/** [finding, offset from the object, name of the object] */
const seen = (t: PortBench): [number, number, string | undefined][] =>
  t.events(Event.Finding).map(e => [e.a, e.c, t.trace.text[e.d]])

describe('red zones of the device extension', () => {
  test.each([
    ['the byte behind it', 64],
    ['16 bytes behind it', 79],
    ['the byte before it', -1],
    ['16 bytes before it', -16],
  ])('%s: found when the routine returns', (_name, offset) => {
    const t = bench()
    t.interrupt(m => {
      m.u8[m.extension + offset] = 1
      expect(t.findings()).toEqual([])
    })
    expect(seen(t)).toEqual([[Finding.RedZone, offset, 'device extension']])
  })

  test.each([
    ['last byte of the zone behind it', 64 + GUARD_BYTES - 1],
    ['first byte of the zone before it', -GUARD_BYTES],
  ])('the %s: found at the sweep at the end', (_name, offset) => {
    const t = bench()
    t.interrupt(m => {
      m.u8[m.extension + offset] = 1
    })
    t.port.inspector.sweep()
    expect(seen(t)).toEqual([[Finding.RedZone, offset, 'device extension']])
  })

  test('a size that is no multiple of 4 is guarded from its last byte on', () => {
    const t = bench({ hwid: { DeviceExtensionSize: 61 } })
    t.interrupt(m => void m.u8.fill(7, m.extension, m.extension + 61))
    expect(t.findings()).toEqual([])
    t.interrupt(m => {
      m.u8[m.extension + 61] = 7
    })
    expect(seen(t)).toEqual([[Finding.RedZone, 61, 'device extension']])
  })

  test('one overrun is found once, in the routine that did it; the next one again', () => {
    const t = bench()
    const write = (m: FakeMiniport): void => {
      m.u8[m.extension + 70] = 1
    }
    t.interrupt(write)
    t.interrupt(() => true)
    expect(t.findings()).toHaveLength(1)
    t.interrupt(write)
    expect(t.findings()).toHaveLength(2)
    const exits = t.events(Event.Exit).filter(e => e.a === Routine.Interrupt).length
    expect(exits).toBe(3)
  })

  test('is looked at after every kind of routine, HwFindAdapter first', () => {
    const t = bench({
      findAdapter: (m, ...args) => {
        m.u8[m.extension + 64] = 1
        return found(m, ...args)
      },
      initialize: m => {
        m.u8[m.extension + 65] = 1
        return true
      },
    })
    expect(seen(t).map(([, offset]) => offset)).toEqual([64, 65])
  })
})

describe('other objects', () => {
  test('an LU extension, after the routine', () => {
    const t = bench({ hwid: { SpecificLuExtensionSize: 10 } })
    const lu = t.port.lu(0, 0, 0)
    t.port.extendLu(lu)
    t.interrupt(m => {
      m.u8[lu.extension + 10] = 1
    })
    expect(seen(t)).toEqual([[Finding.RedZone, 10, 'LU extension']])
  })

  test('configuration, access ranges and Again: when HwFindAdapter returns', () => {
    const t = bench({
      findAdapter: (m, ...args) => {
        const config = args[4]!
        const result = found(m, ...args)
        m.u8[config + 140] = 1
        m.u8[m.config(config, 'AccessRanges') + 32] = 1
        m.u8[args[5]! + 1] = 1
        return result
      },
    })
    expect(seen(t)).toEqual([
      [Finding.RedZone, 140, 'PORT_CONFIGURATION_INFORMATION'],
      [Finding.RedZone, 32, 'access ranges'],
      [Finding.RedZone, 1, 'Again'],
    ])
  })

  test('everything else at the sweep at the end', () => {
    const t = bench()
    const last = t.port.slots.at(-1)!
    t.interrupt(m => {
      m.u8[last.at + 128] = 1
    })
    expect(seen(t)).toEqual([])
    t.port.inspector.sweep()
    expect(seen(t)).toMatchObject([[Finding.RedZone, last.at + 128 - t.port.srbBase, 'SRBs']])
  })

  test('a thousand overruns leave a bounded number of findings', () => {
    const t = bench()
    for (let n = 0; n < 1000; n++) t.interrupt(m => void m.u8.fill(n, m.extension - 1, m.extension))
    expect(t.findings()).toHaveLength(64)
  })
})

describe('NULL', () => {
  test.each([0, 3, 16, 63])('a write to address %i is found with its address', address => {
    const t = bench()
    t.interrupt(m => {
      m.u8[address] = 0
    })
    expect(seen(t)).toMatchObject([[Finding.NullWrite, address, undefined]])
    t.interrupt(() => true)
    expect(t.findings()).toHaveLength(1)
  })

  test('the first byte the guest uses itself is its own', () => {
    const t = bench()
    t.interrupt(m => {
      m.u8[64] = 0
    })
    expect(t.findings()).toEqual([])
  })
})

describe('the arena', () => {
  const arena = (bytes = 0x1_0000): [Arena, FakeMiniport] => {
    const m = new FakeMiniport({}, bytes, counter => counter + 256)
    return [new Arena(m), m]
  }

  test('objects are zeroed, aligned to 16, never overlap, and lie behind the guest memory', () => {
    const [a, m] = arena()
    let end = m.arenaOffset
    for (const bytes of [0, 1, 7, 16, 100, 4096]) {
      const object = a.allocate('x', bytes)
      expect([object.at % 16, object.bytes, a.damage(object), a.intact(object)]).toEqual([0, bytes, -1, true])
      expect(object.at).toBeGreaterThanOrEqual(end + GUARD_BYTES)
      expect(m.u8.subarray(object.at, object.at + bytes).every(b => b === 0)).toBe(true)
      end = object.at + bytes
    }
  })

  test('pages are shared with nothing', () => {
    const [a] = arena()
    a.allocate('x', 10)
    const pages = a.allocatePages('p', 5000)
    const after = a.allocate('y', 10)
    expect([pages.at % 4096, after.at >= pages.at + 8192 + GUARD_BYTES]).toEqual([0, true])
  })

  test('full: an error that names what there was no room for, and nothing is lost', () => {
    const [a] = arena(0x1000)
    expect(() => a.allocate('big thing', 0x1000)).toThrow(/no room for 4096 bytes of big thing/)
    for (const bytes of [-1, Number.NaN, 2 ** 40]) expect(() => a.allocate('odd', bytes)).toThrow(ArenaFull)
    expect(a.allocate('small', 100).bytes).toBe(100)
  })
})
