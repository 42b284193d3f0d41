// Register and port accesses: when they are charged and sampled, the buffer forms, ordinals, refused accesses, and the
// mappings they go through. Sources: WDK ScsiPortReadRegisterUlong, ScsiPortReadPortBufferUchar and their neighbours,
// ScsiPortGetDeviceBase, ScsiPortFreeDeviceBase; the buffer forms as READ_REGISTER_BUFFER_* in the public wdm.h.
import { beforeEach, describe, expect, test } from 'vitest'
import { PS } from '../../device/clock.ts'
import { accessWord, BAD_ACCESS, Event, StopKind } from '../trace/events.ts'
import { found, type MiniportSpec } from './testing/fake-miniport.ts'
import { PortBench } from './testing/port-bench.ts'
import { TOY } from './testing/toy-adapter.ts'

const COST = { mmioReadPs: 1000 * PS.ns, mmioWritePs: 100 * PS.ns, portReadPs: 700 * PS.ns, portWritePs: 600 * PS.ns }

let regs = 0
let ports = 0
const MAPS: MiniportSpec = {
  findAdapter: (m, ...args) => {
    const ranges = m.config(args[4]!, 'AccessRanges')
    regs = m.base(m.read32(ranges), m.read32(ranges + 8), false)
    ports = m.base(m.read32(ranges + 16), m.read32(ranges + 24), true)
    return found(m, ...args)
  },
}
let t: PortBench
beforeEach(() => {
  t = new PortBench([MAPS], { cost: COST }).boot()
  t.adapter.accesses.length = 0
})

describe('time', () => {
  test('a read is charged, then alarms fire, then the register is sampled', () => {
    let value = 0
    t.interrupt(m => {
      t.adapter.later(500 * PS.ns, () => {
        t.adapter.memory[0x10] = 7
      })
      const start = t.clock.nowPs
      value = m.call('ScsiPortReadRegisterUlong', regs + 0x10)
      expect(t.adapter.accesses[0]!.atPs).toBe(start + COST.mmioReadPs + PS.ns)
    })
    expect(value).toBe(7)
  })

  test('a write is charged, then alarms fire, then it is delivered', () => {
    t.interrupt(m => {
      t.adapter.later(50 * PS.ns, () => {
        t.adapter.memory[0x10] = 7
      })
      m.call('ScsiPortWriteRegisterUchar', regs + 0x10, 9)
    })
    expect(t.adapter.memory[0x10]).toBe(9)
  })

  test.each([
    ['ScsiPortReadRegisterUchar', 'memory', COST.mmioReadPs],
    ['ScsiPortWriteRegisterUshort', 'memory', COST.mmioWritePs],
    ['ScsiPortReadPortUlong', 'port', COST.portReadPs],
    ['ScsiPortWritePortUlong', 'port', COST.portWritePs],
  ] as const)('%s costs what the model says', (name, space, cost) => {
    t.interrupt(m => {
      const start = t.clock.nowPs
      m.call(name, space === 'memory' ? regs + 0x10 : ports + 0x10, 1)
      expect(t.clock.nowPs).toBe(start + cost + PS.ns)
    })
  })
})

describe('single accesses', () => {
  test.each([
    ['Uchar', 1, 0x88],
    ['Ushort', 2, 0x7788],
    ['Ulong', 4, 0x55667788],
  ] as const)('%s moves %i bytes, zero-extended', (name, width, value) => {
    const read: number[] = []
    t.interrupt(m => {
      for (const [space, base] of [
        ['Register', regs],
        ['Port', ports],
      ] as const) {
        m.call(`ScsiPortWrite${space}${name}`, base + 0x10, 0x55667788)
        read.push(m.call(`ScsiPortRead${space}${name}`, base + 0x10))
      }
    })
    expect(read).toEqual([value, value])
    expect(t.adapter.accesses.map(a => [a.kind, a.space, a.offset, a.width, a.value])).toEqual([
      ['write', 'memory', 0x10, width, value],
      ['read', 'memory', 0x10, width, value],
      ['write', 'port', 0x10, width, value],
      ['read', 'port', 0x10, width, value],
    ])
  })

  test('ordinals count accesses of all kinds in one call of a routine, and begin again in the next', () => {
    const body = (m: { call(name: string, ...args: number[]): number }): void => {
      m.call('ScsiPortReadRegisterUlong', regs + 0x10)
      m.call('ScsiPortWritePortUchar', ports, 1)
      m.call('ScsiPortReadRegisterUlong', 4)
    }
    t.interrupt(body)
    t.interrupt(body)
    const ordinals = [Event.Read, Event.Write, Event.BadAccess].map(kind => t.events(kind).map(e => e.c))
    expect(ordinals).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
    ])
  })
})

describe('buffer forms', () => {
  test.each([
    ['Register', 'Uchar', 1],
    ['Register', 'Ushort', 2],
    ['Register', 'Ulong', 4],
    ['Port', 'Uchar', 1],
    ['Port', 'Ushort', 2],
    ['Port', 'Ulong', 4],
  ] as const)('%s %s: registers advance, a port repeats', (space, name, width) => {
    const base = space === 'Register' ? regs : ports
    const offsets = [0, 1, 2].map(n => 0x10 + (space === 'Register' ? n * width : 0))
    const bytes = space === 'Register' ? t.adapter.memory : t.adapter.ports
    for (let n = 0; n < 12; n++) bytes[0x10 + n] = n + 1
    let copied: number[] = []
    t.interrupt(m => {
      const buffer = m.alloc(16)
      const start = t.clock.nowPs
      m.call(`ScsiPortRead${space}Buffer${name}`, base + 0x10, buffer, 3)
      const each = space === 'Register' ? COST.mmioReadPs : COST.portReadPs
      expect(t.clock.nowPs - start).toBe(3 * each + PS.ns)
      copied = [...m.u8.subarray(buffer, buffer + 3 * width)]
      m.call(`ScsiPortWrite${space}Buffer${name}`, base + 0x10, buffer, 3)
    })
    const wanted = offsets.flatMap(offset => Array.from({ length: width }, (_, b) => offset - 0x10 + b + 1))
    expect(copied).toEqual(wanted)
    const { accesses } = t.adapter
    expect(accesses.filter(a => a.kind === 'read').map(a => [a.offset, a.width])).toEqual(offsets.map(o => [o, width]))
    expect(accesses.filter(a => a.kind === 'write').map(a => a.offset)).toEqual(offsets)
    expect(t.events(Event.Read).map(e => e.d)).toEqual(Array(3).fill(accessWord(width, space === 'Port', true)))
  })

  test('a count of 0 does nothing', () => {
    t.interrupt(m => {
      m.call('ScsiPortReadPortBufferUlong', ports, 0, 0)
      m.call('ScsiPortWriteRegisterBufferUchar', regs, 0, 0)
    })
    expect(t.adapter.accesses).toEqual([])
    expect(t.port.dead).toBe(false)
  })

  test.each([
    ['ScsiPortReadPortBufferUchar', 0xffffffff, 'larger than the driver'],
    ['ScsiPortReadRegisterBufferUlong', 0x40000001, 'larger than the driver'],
    ['ScsiPortWritePortBufferUshort', 600, 'not in the driver'],
  ])('%s with a count of %i stops the driver before anything moves', (name, count, words) => {
    t.interrupt(m => void m.call(name, ports, m.u8.length - 16, count))
    expect(t.adapter.accesses).toEqual([])
    expect(t.cpu.stops.get(0)).toMatchObject({ kind: StopKind.BadArgument, message: expect.stringContaining(words) })
    expect(t.cpu.stops.get(0)!.message).toContain(name)
  })
})

describe('refused accesses read all ones and write nothing', () => {
  test.each([
    ['outside every mapping', (): number => 0x1234, 'Register', 'Ulong', BAD_ACCESS.outsideMapping],
    ['behind the window', (): number => regs + TOY.registerBytes, 'Register', 'Uchar', BAD_ACCESS.outsideMapping],
    [
      'over the end of the window',
      (): number => regs + TOY.registerBytes - 2,
      'Register',
      'Ulong',
      BAD_ACCESS.unaligned,
    ],
    ['a port routine on a register', (): number => regs, 'Port', 'Ulong', BAD_ACCESS.wrongSpace],
    ['a register routine on a port', (): number => ports, 'Register', 'Ushort', BAD_ACCESS.wrongSpace],
    ['unaligned', (): number => regs + 2, 'Register', 'Ulong', BAD_ACCESS.unaligned],
  ] as const)('%s', (_name, address, space, name, reason) => {
    const width = { Uchar: 1, Ushort: 2, Ulong: 4 }[name]
    let value = 0
    t.interrupt(m => {
      value = m.call(`ScsiPortRead${space}${name}`, address())
      m.call(`ScsiPortWrite${space}${name}`, address(), 1)
    })
    expect(value).toBe(width === 4 ? -1 : width === 2 ? 0xffff : 0xff)
    expect(t.adapter.accesses).toEqual([])
    const word = accessWord(width, space === 'Port', false, reason)
    expect(t.events(Event.BadAccess)).toMatchObject([
      { a: address(), b: value, c: 1, d: word },
      { a: address(), b: 1, c: 2, d: word },
    ])
  })

  test('a window that is not decoded any more', () => {
    t.adapter.pci.writeConfig(4, new Uint8Array([0, 0]), 0, 2)
    let value = 0
    t.interrupt(m => {
      value = m.call('ScsiPortReadRegisterUlong', regs)
    })
    expect(value).toBe(-1)
    expect(t.events(Event.BadAccess)).toMatchObject([{ d: accessWord(4, false, false, BAD_ACCESS.unmapped) }])
  })
})

describe('ScsiPortGetDeviceBase and ScsiPortFreeDeviceBase', () => {
  const find = (body: Parameters<typeof run>[0]): PortBench => run(body)
  function run(body: (m: PortBench['guest'], memory: number, port: number) => void): PortBench {
    const bench = new PortBench([
      {
        findAdapter: (m, ...args) => {
          const { memoryBase, portBase } = bench.adapter
          body(m, memoryBase, portBase)
          return found(m, ...args)
        },
      },
    ])
    return bench.boot()
  }

  test('logical addresses of registers are no bus addresses and lie above every memory; ports are raw', () => {
    find((m, memory, port) => {
      expect(m.base(memory, 0x1000, false)).toBe(0x7800_0000)
      expect(m.base(port, 0x20, true)).toBe(port)
    })
  })

  test.each([
    ['outside', 0x1000, 0x10, false],
    ['over the end', 0xff0, 0x20, false],
    ['of length 0', 0, 0, false],
    ['in the wrong space', 0, 0x10, true],
  ])('NULL for a range %s', (_name, offset, bytes, io) => {
    find((m, memory) => expect(m.base(memory + offset, bytes, io)).toBe(0))
  })

  test('NULL for the range of another adapter, and on a bus that does not exist', () => {
    find((m, memory) => {
      expect(m.base(memory + 0x1_0000, 0x10, false)).toBe(0)
      expect(m.call('ScsiPortGetDeviceBase', m.extension, 5, 1, m.address(memory), 16, 0)).toBe(0)
    })
  })

  test('a part of a window may be mapped, and several parts at once', () => {
    find((m, memory) => {
      const [a, b] = [m.base(memory + 0x100, 0x10, false), m.base(memory + 0x200, 0x10, false)]
      m.call('ScsiPortWriteRegisterUchar', a + 1, 0xaa)
      m.call('ScsiPortWriteRegisterUchar', b + 2, 0xbb)
      expect(m.call('ScsiPortReadRegisterUchar', a + 0x10)).toBe(0xff)
    }).adapter.accesses.forEach((access, n) => {
      expect([access.offset, access.value]).toEqual(
        [
          [0x101, 0xaa],
          [0x202, 0xbb],
        ][n],
      )
    })
  })

  test('a freed mapping answers no more; an unknown pointer is ignored', () => {
    find((m, memory) => {
      const a = m.base(memory, 0x10, false)
      m.call('ScsiPortFreeDeviceBase', m.extension, a + 4)
      expect(m.call('ScsiPortReadRegisterUlong', a + 4)).toBe(0)
      m.call('ScsiPortFreeDeviceBase', m.extension, a)
      expect(m.call('ScsiPortReadRegisterUlong', a + 4)).toBe(-1)
    })
  })

  test('mappings without end are refused with NULL', () => {
    let granted = 0
    find((m, memory) => {
      for (let n = 0; n < 1000; n++) if (m.base(memory, 16, false) !== 0) granted++
    })
    expect(granted).toBeGreaterThan(16)
    expect(granted).toBeLessThan(1000)
  })
})
