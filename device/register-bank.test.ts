import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AccessWord, RegisterMapInput } from '../schemas/register-map.ts'
import { allOnes } from './address-space.ts'
import { DiagnosticCode } from './probe.ts'
import { RegisterBank, type RegisterHooks } from './register-bank.ts'
import { RegisterMapError } from './register-map.ts'

const field = (name: string, bits: string, access: AccessWord, reset = 0, unimplemented = false) => ({
  name,
  bits,
  access,
  reset,
  unimplemented,
  description: '',
})

/** One register for each access word, a mixed one, narrow ones, and a hole at 0x24. */
const MAP: RegisterMapInput = {
  prefix: 'T',
  title: 'Test chip',
  description: '',
  sizeBytes: 64,
  registers: [
    { name: 'RO', offset: 0x00, description: '', fields: [field('A', '15:0', 'ro', 0x1234)] },
    { name: 'RW', offset: 0x04, description: '', fields: [field('A', '15:0', 'rw', 0x5678)] },
    { name: 'WO', offset: 0x08, description: '', fields: [field('A', '15:0', 'wo')] },
    { name: 'RC', offset: 0x0c, description: '', fields: [field('A', '15:0', 'rc', 0x00ff)] },
    { name: 'W1C', offset: 0x10, description: '', fields: [field('A', '15:0', 'rw1c', 0xf0f0)] },
    { name: 'W1S', offset: 0x14, description: '', fields: [field('A', '15:0', 'rw1s', 0x000f)] },
    { name: 'UN', offset: 0x18, description: '', fields: [field('A', '15:0', 'rw', 0x00aa, true)] },
    {
      name: 'MIX',
      offset: 0x1c,
      description: '',
      fields: [
        field('RO', '3:0', 'ro', 0x9),
        field('RW', '7:4', 'rw', 0x6),
        field('WO', '11:8', 'wo'),
        field('RC', '15:12', 'rc', 0xf),
        field('W1C', '19:16', 'rw1c', 0xf),
        field('W1S', '23:20', 'rw1s', 0x1),
        field('UN', '27:24', 'rw', 0x3, true),
      ],
    },
    { name: 'BYTE', offset: 0x20, width: 1, description: '', fields: [field('A', '7:0', 'rw')] },
    { name: 'NEXT', offset: 0x21, width: 1, description: '', fields: [field('A', '7:0', 'rw1c', 0xff)] },
    { name: 'WORD', offset: 0x22, width: 2, description: '', fields: [field('A', '15:0', 'rw', 0xffff)] },
    { name: 'FULL', offset: 0x28, description: '', fields: [field('A', '31:0', 'rw')] },
  ],
}

type Report = [code: number, offset: number, value: number, widthBytes: number]

function bench(hooks: Record<string, RegisterHooks> = {}) {
  const reports: Report[] = []
  const bank = new RegisterBank(MAP, hooks, (...report) => reports.push(report))
  const at = Object.fromEntries(MAP.registers.map(r => [r.name, r.offset])) as Record<string, number>
  return {
    bank,
    /** Takes out the reports so far. */
    reports: () => reports.splice(0),
    read: (name: string) => bank.read(at[name]!, MAP.registers.find(r => r.name === name)!.width ?? 4),
    write: (name: string, value: number) =>
      bank.write(at[name]!, MAP.registers.find(r => r.name === name)!.width ?? 4, value),
  }
}

describe('access words', () => {
  test('ro: reads its value; a write changes nothing and is reported unless it is 0', () => {
    const { read, write, reports } = bench()
    write('RO', 0xffff)
    expect(read('RO')).toBe(0x1234)
    expect(reports()).toEqual([[DiagnosticCode.ReadOnlyWritten, 0x00, 0xffff, 4]])
    write('RO', 0)
    expect(read('RO')).toBe(0x1234)
    expect(reports()).toEqual([])
  })

  test('rw: reads what was written', () => {
    const { read, write, reports } = bench()
    expect(read('RW')).toBe(0x5678)
    write('RW', 0xa5a5)
    expect(read('RW')).toBe(0xa5a5)
    expect(reports()).toEqual([])
  })

  test('wo: is not stored and reads 0, which is reported', () => {
    const { read, write, reports, bank } = bench()
    write('WO', 0xffff)
    expect(bank.values[bank.index('WO')]).toBe(0)
    expect(reports()).toEqual([])
    expect(read('WO')).toBe(0)
    expect(reports()).toEqual([[DiagnosticCode.WriteOnlyRead, 0x08, 0, 4]])
  })

  test('rc: is 0 after the first read; a write changes nothing', () => {
    const { read, write, reports } = bench()
    write('RC', 0xffff)
    expect(reports()).toEqual([[DiagnosticCode.ReadOnlyWritten, 0x0c, 0xffff, 4]])
    expect(read('RC')).toBe(0xff)
    expect(read('RC')).toBe(0)
  })

  test('rw1c: ones clear, zeros leave', () => {
    const { read, write, reports } = bench()
    write('W1C', 0x00f0)
    expect(read('W1C')).toBe(0xf000)
    write('W1C', 0)
    expect(read('W1C')).toBe(0xf000)
    write('W1C', 0x0f0f)
    expect(read('W1C')).toBe(0xf000)
    expect(reports()).toEqual([])
  })

  test('rw1s: ones set, zeros leave', () => {
    const { read, write, reports } = bench()
    write('W1S', 0x0f00)
    expect(read('W1S')).toBe(0x0f0f)
    write('W1S', 0)
    expect(read('W1S')).toBe(0x0f0f)
    expect(reports()).toEqual([])
  })

  test('all in one register keep out of each other’s way', () => {
    const { read, write, bank } = bench()
    // 0xa into every field but the unimplemented one
    write('MIX', 0x03aa_aaaa)
    expect(bank.values[bank.index('MIX')]).toBe(0x03b5_f0a9)
    expect(read('MIX')).toBe(0x03b5_f0a9)
    expect(read('MIX')).toBe(0x03b5_00a9)
  })
})

describe('reserved and unimplemented are two different sins', () => {
  test('reserved bits that are written 1 are reported, with the bits, and dropped; the rest is written', () => {
    const { read, write, reports } = bench()
    write('RW', 0x8003_0001 | 0)
    expect(reports()).toEqual([[DiagnosticCode.ReservedBitsWritten, 0x04, 0x8003_0000 | 0, 4]])
    expect(read('RW')).toBe(1)
  })

  test('unimplemented fields are reported when written with another value, and keep theirs', () => {
    const { read, write, reports } = bench()
    write('UN', 0x00aa)
    expect(reports()).toEqual([])
    write('UN', 0x00ab)
    expect(reports()).toEqual([[DiagnosticCode.Unimplemented, 0x18, 0x0001, 4]])
    expect(read('UN')).toBe(0x00aa)
    expect(reports()).toEqual([])
  })

  test('one write can commit both', () => {
    const { write, reports } = bench()
    write('MIX', 0xf000_0000 | 0)
    expect(reports()).toEqual([
      [DiagnosticCode.ReservedBitsWritten, 0x1c, 0xf000_0000 | 0, 4],
      [DiagnosticCode.Unimplemented, 0x1c, 0x0300_0000, 4],
    ])
  })
})

describe('width and alignment', () => {
  test('each width at each offset across the window and beyond: taken whole or refused with the right reason', () => {
    for (const widthBytes of [0, 1, 2, 3, 4, 8, -4, Number.NaN])
      for (let offset = -4; offset < 72; offset++) {
        const { bank, reports } = bench()
        const before = bank.values.slice()
        const match = MAP.registers.find(r => r.offset === offset && (r.width ?? 4) === widthBytes)
        const inside = MAP.registers.find(r => offset >= r.offset && offset < r.offset + (r.width ?? 4))
        const value = bank.read(offset, widthBytes)
        const codes = reports().map(([code]) => code)
        if (match) {
          expect(codes).toEqual(match.name === 'WO' ? [DiagnosticCode.WriteOnlyRead] : [])
          continue
        }
        let code: number = DiagnosticCode.BadAccessWidth
        if ([1, 2, 4].includes(widthBytes)) {
          if (offset % widthBytes !== 0) code = DiagnosticCode.Unaligned
          else if (!inside) code = DiagnosticCode.NoRegister
        }
        expect(codes).toEqual([code])
        expect(value).toBe(allOnes(widthBytes))
        bank.write(offset, widthBytes, 0x55)
        expect(reports()).toEqual([[code, offset, 0x55, widthBytes]])
        expect(bank.values).toEqual(before)
      }
  })

  test('narrow registers take and give their own bits only', () => {
    const { read, write, bank, reports } = bench()
    write('BYTE', 0x1ff)
    write('WORD', -1)
    expect([read('BYTE'), read('WORD')]).toEqual([0xff, 0xffff])
    bank.values[bank.index('BYTE')] = 0x7
    expect(read('BYTE')).toBe(7)
    expect(reports()).toEqual([])
  })

  test('a register of 32 bits gives and takes bit patterns', () => {
    const { read, write } = bench()
    write('FULL', 0xffff_fffe)
    expect(read('FULL')).toBe(-2)
    write('FULL', -3)
    expect(read('FULL')).toBe(-3)
  })
})

describe('hooks', () => {
  test('onRead changes what the driver sees, not what is stored', () => {
    const { read, bank } = bench({ RW: { onRead: value => value + 1 } })
    expect(read('RW')).toBe(0x5679)
    expect(bank.values[bank.index('RW')]).toBe(0x5678)
  })

  test('onRead sees an rc field before it is cleared', () => {
    const seen: number[] = []
    const { read } = bench({
      RC: {
        onRead(value) {
          seen.push(value)
          return value
        },
      },
    })
    expect([read('RC'), read('RC')]).toEqual([0xff, 0])
    expect(seen).toEqual([0xff, 0])
  })

  test('onRead of a narrow register answers within its width', () => {
    expect(bench({ BYTE: { onRead: () => -1 } }).read('BYTE')).toBe(0xff)
  })

  test('a write passes beforeWrite, is stored, passes afterWrite; both see what was written', () => {
    const calls: unknown[] = []
    const { bank, write } = bench({
      MIX: {
        beforeWrite(next, old, written) {
          calls.push(['before', next, old, written])
          return next & ~0x10
        },
        afterWrite(next, old, written) {
          calls.push(['after', next, old, written, bank.values[bank.index('MIX')]])
        },
      },
    })
    write('MIX', 0x0300_0f50)
    expect(calls).toEqual([
      ['before', 0x031f_f059, 0x031f_f069, 0x0300_0f50],
      ['after', 0x031f_f049, 0x031f_f069, 0x0300_0f50, 0x031f_f049],
    ])
  })

  test('are not called for a refused access, nor for a register that cannot be written, nor on reset', () => {
    const no = () => expect.unreachable('hook called') as never
    const { bank, write } = bench({
      RW: { onRead: no, beforeWrite: no, afterWrite: no },
      RO: { beforeWrite: no, afterWrite: no },
    })
    bank.read(0x04, 2)
    bank.write(0x04, 2, 1)
    bank.write(0x06, 4, 1)
    write('RO', 1)
    bank.reset()
  })

  test('may reset the bank', () => {
    let reset = () => {}
    const { bank, read, write } = bench({ RW: { afterWrite: () => reset() } })
    reset = () => bank.reset()
    write('FULL', 77)
    write('RW', 1)
    expect([read('RW'), read('FULL')]).toEqual([0x5678, 0])
  })

  test('for an unknown register are refused at construction', () => {
    expect(() => bench({ NO_SUCH: {}, RW: {} })).toThrow(RegisterMapError)
    expect(() => bench({ NO_SUCH: {} })).toThrow("register map 'Test chip': hooks for unknown register NO_SUCH")
  })
})

describe('set-up', () => {
  test('reset puts every register back', () => {
    const { bank, read } = bench()
    const fresh = bank.values.slice()
    bank.values.fill(0x0101_0101)
    bank.reset()
    expect(bank.values).toEqual(fresh)
    expect(read('RW')).toBe(0x5678)
  })

  test('index and field answer by name and refuse unknown names', () => {
    const { bank } = bench()
    bank.values[bank.index('RW')] = 3
    expect(bank.read(0x04, 4)).toBe(3)
    expect(bank.field('MIX', 'W1C')).toEqual({ mask: 0xf_0000, shift: 16 })
    expect(() => bank.index('NOPE')).toThrow('no register NOPE')
    expect(() => bank.field('MIX', 'NOPE')).toThrow('no field MIX.NOPE')
    expect(() => bank.field('NOPE', 'A')).toThrow('no register NOPE')
  })

  test('a map that contradicts itself is refused', () => {
    const bad = { ...MAP, registers: [...MAP.registers, MAP.registers[0]!] }
    expect(() => new RegisterBank(bad, {}, () => {})).toThrow('the name is used twice')
  })
})

test('any sequence of accesses neither throws nor leaves the rules', () => {
  const step = fc.record({
    offset: fc.oneof(fc.integer({ min: -8, max: 80 }), fc.double(), fc.integer()),
    widthBytes: fc.constantFrom(1, 2, 4, 4, 4, 8, 0, -1),
    value: fc.integer({ min: -(2 ** 31), max: 2 ** 32 - 1 }),
    read: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 50 }), steps => {
      const { bank, reports } = bench()
      const ro = bank.index('RO')
      const mix = bank.index('MIX')
      let mixW1s = 0x10_0000
      for (const { offset, widthBytes, value, read } of steps) {
        if (read) {
          const got = bank.read(offset, widthBytes)
          expect(got).toBe(got | 0)
        } else bank.write(offset, widthBytes, value)
        for (const [code] of reports()) expect(code).toBeGreaterThan(0)
        expect(bank.values[ro]).toBe(0x1234)
        expect(bank.values[bank.index('WO')]).toBe(0)
        expect(bank.values[bank.index('UN')]).toBe(0xaa)
        expect(bank.values[mix]! & 0xff00_0f0f).toBe(0x0300_0009)
        expect(bank.values[mix]! & mixW1s).toBe(mixW1s) // set bits are never lost
        mixW1s = bank.values[mix]! & 0xf0_0000
      }
    }),
  )
})

test('two registers at one offset: one is read, the other written', () => {
  const reports: number[][] = []
  const written: number[] = []
  const map: RegisterMapInput = {
    prefix: 'X',
    title: 'Two sides',
    description: '',
    sizeBytes: 4,
    registers: [
      {
        name: 'STATUS',
        offset: 0,
        width: 1,
        side: 'read',
        description: '',
        fields: [{ name: 'F', bits: '7:0', access: 'ro', reset: 0x30, description: '' }],
      },
      {
        name: 'CONTROL',
        offset: 0,
        width: 1,
        side: 'write',
        description: '',
        fields: [{ name: 'F', bits: '7:4', access: 'wo', description: '' }],
      },
    ],
  }
  const bank = new RegisterBank(map, { CONTROL: { afterWrite: (_n, _o, value) => written.push(value) } }, (...report) =>
    reports.push(report),
  )
  bank.write(0, 1, 0x80)
  expect(written).toEqual([0x80])
  expect(bank.read(0, 1)).toBe(0x30)
  expect(reports).toEqual([])
  bank.write(0, 1, 0x81)
  expect(reports).toEqual([[DiagnosticCode.ReservedBitsWritten, 0, 1, 1]])
})
