import { describe, expect, test } from 'vitest'
import type { RegisterMapInput } from '../schemas/register-map.ts'
import { compileRegisterMap, RegisterMapError } from './register-map.ts'

type Field = RegisterMapInput['registers'][number]['fields'][number]
type Register = Partial<RegisterMapInput['registers'][number]>

const field = (more: Partial<Field> = {}): Field => ({ name: 'F', bits: '0', access: 'rw', description: '', ...more })
const register = (more: Register = {}) => ({ name: 'R', offset: 0, description: '', fields: [field()], ...more })
const map = (...registers: Register[]): RegisterMapInput => ({
  prefix: 'T',
  title: 'Test chip',
  description: '',
  sizeBytes: 64,
  registers: registers.map(register),
})

describe('a map that contradicts itself is refused, naming register and field', () => {
  const cases: [string, RegisterMapInput, string][] = [
    ['overlapping registers', map({}, { name: 'S', offset: 0 }), 'S overlaps R'],
    [
      'two registers of one side at one offset',
      map(
        { side: 'read', fields: [field({ access: 'ro' })] },
        { name: 'S', side: 'read', fields: [field({ access: 'ro' })] },
      ),
      'S overlaps R',
    ],
    [
      'a register of both sides over one of one side',
      map({ side: 'read', fields: [field({ access: 'ro' })] }, { name: 'S' }),
      'S overlaps R',
    ],
    ['a writable field on the read side', map({ side: 'read' }), "R.F: 'rw' on the read side"],
    ['a readable field on the write side', map({ side: 'write' }), "R.F: 'rw' on the write side"],
    ['an interrupt status register that does not exist', { ...map({}), interruptStatus: ['X'] }, 'X: no such register'],
    ['a narrow register inside a wide one', map({}, { name: 'S', offset: 2, width: 2 }), 'S overlaps R'],
    [
      'overlapping fields',
      map({ fields: [field({ bits: '7:4' }), field({ name: 'G', bits: '4' })] }),
      'R.G: bits 4 overlap',
    ],
    ['a register beyond the window', map({ offset: 64 }), 'R: offset 0x40 is outside a window of 64 bytes'],
    ['an unaligned register', map({ offset: 2 }), 'R: offset 0x2 is not aligned to 4 bytes'],
    [
      'a field beyond its register',
      map({ width: 1, fields: [field({ bits: '8' })] }),
      'R.F: bit 8 is outside a register of 8 bits',
    ],
    ['a field beyond 32 bits', map({ fields: [field({ bits: '32:31' })] }), 'R.F: bit 32 is outside'],
    ['bits the wrong way round', map({ fields: [field({ bits: '0:7' })] }), 'R.F: bits 0:7 are the wrong way round'],
    ['two registers of one name', map({}, { offset: 4 }), 'R: the name is used twice'],
    ['two fields of one name', map({ fields: [field(), field({ bits: '1' })] }), 'R.F: the name is used twice'],
    [
      'a reset value too large',
      map({ fields: [field({ bits: '3:0', reset: 16 })] }),
      'R.F: reset value 0x10 does not fit 4 bits',
    ],
    [
      'a reset value of a write-only field',
      map({ fields: [field({ access: 'wo', reset: 1 })] }),
      'R.F: a write-only field reads 0',
    ],
    [
      'a named value too large',
      map({ fields: [field({ values: { BIG: 2 } })] }),
      'R.F: value BIG = 2 does not fit 1 bits',
    ],
    ['a window that is no power of two', { ...map({}), sizeBytes: 48 }, 'window of 48 bytes: not a power of two'],
    [
      'two constants of one name',
      { ...map({}), constants: [1, 2].map(value => ({ name: 'C', value, description: '' })) },
      'constant C: the name is used twice',
    ],
    ['a width that does not exist', map({ width: 3 as 4 }), 'registers.0.width'],
    [
      'an access word that does not exist',
      map({ fields: [field({ access: 'rx' as 'rw' })] }),
      'registers.0.fields.0.access',
    ],
    ['a name in small letters', map({ name: 'r' }), 'expected an upper-case name'],
    ['a register without fields', map({ fields: [] }), 'registers.0.fields'],
    ['a map without registers', map(), 'registers'],
  ]
  test.each(cases)('%s', (_, bad, message) => {
    expect(() => compileRegisterMap(bad)).toThrow(RegisterMapError)
    expect(() => compileRegisterMap(bad)).toThrow(message)
    expect(() => compileRegisterMap(bad)).toThrow("register map 'Test chip'")
  })

  test('with everything that is wrong at once', () => {
    try {
      compileRegisterMap(map({ offset: 2 }, { offset: 64 }))
      expect.unreachable()
    } catch (error) {
      expect((error as RegisterMapError).problems).toEqual([
        'R: offset 0x2 is not aligned to 4 bytes',
        'R: the name is used twice',
        'R: offset 0x40 is outside a window of 64 bytes',
      ])
    }
  })

  test('even when it is no map at all', () => {
    expect(() => compileRegisterMap(undefined as never)).toThrow(RegisterMapError)
    expect(() => compileRegisterMap({} as never)).toThrow("register map '?'")
  })
})

test('masks, reset value and reserved bits follow from the fields', () => {
  const compiled = compileRegisterMap(
    map({
      fields: [
        field({ name: 'A', bits: '3:0', access: 'rw', reset: 5 }),
        field({ name: 'B', bits: '31', access: 'ro', reset: 1 }),
        field({ name: 'C', bits: '8', access: 'rw1c' }),
        field({ name: 'D', bits: '9', access: 'rw1s' }),
        field({ name: 'E', bits: '15:12', access: 'wo' }),
        field({ name: 'G', bits: '16', access: 'rc' }),
        field({ name: 'H', bits: '20', access: 'rw', unimplemented: true, reset: 1 }),
      ],
    }),
  ).registers[0]!
  expect(compiled).toMatchObject({
    rw: 0xf,
    ro: 0x8000_0000 | 0,
    w1c: 0x100,
    w1s: 0x200,
    wo: 0xf000,
    rc: 0x1_0000,
    unimplemented: 0x10_0000,
    reset: 0x8010_0005 | 0,
    reserved: ~(0x8011_f30f | 0),
  })
  expect(compiled.fields.map(f => f.name)).toEqual(['B', 'H', 'G', 'E', 'D', 'C', 'A'])
})

test('a narrow register has no reserved bits beyond its width', () => {
  const [byte, word] = compileRegisterMap(map({ width: 1 }, { name: 'S', offset: 2, width: 2 })).registers
  expect([byte!.reserved, word!.reserved]).toEqual([0xfe, 0xfffe])
})

test('registers may stand in any order; they come out by offset', () => {
  const { registers } = compileRegisterMap(map({ name: 'B', offset: 8 }, { name: 'A', offset: 4 }))
  expect(registers.map(r => r.name)).toEqual(['A', 'B'])
})

test('the same map is compiled once', () => {
  const one = map({})
  expect(compileRegisterMap(one)).toBe(compileRegisterMap(one))
})
