import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { ConfigError, editDistance, jsonPath, nearest, parseConfig, parseConfigText } from './errors.ts'

describe('editDistance', () => {
  it.each([
    ['', 'abc', 3],
    ['line', 'lien', 1],
    ['kitten', 'sitting', 3],
    ['driver', 'driver', 0],
  ])('%s → %s is %d', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance)
  })

  it('is symmetric, 0 only for equals, and never more than the longer length (property)', () => {
    const word = fc.string({ maxLength: 8, unit: fc.constantFrom('a', 'b', 'c') })
    fc.assert(
      fc.property(word, word, (a, b) => {
        const d = editDistance(a, b)
        expect(d).toBe(editDistance(b, a))
        expect(d === 0).toBe(a === b)
        expect(d).toBeLessThanOrEqual(Math.max(a.length, b.length))
        expect(d).toBeGreaterThanOrEqual(Math.abs(a.length - b.length))
      }),
    )
  })
})

describe('nearest', () => {
  const keys = ['adapters', 'autosense', 'drives', 'readOnly', 'line']
  it.each([
    ['adapter', 'adapters'],
    ['auto-sense', 'autosense'],
    ['READONLY', 'readOnly'],
    ['lnie', 'line'],
    ['banana', undefined],
  ])('%s → %s', (found, key) => {
    expect(nearest(found, keys)).toBe(key)
  })
})

it.each([
  [[], '$'],
  [['adapters', 0, 'irq'], '$.adapters[0].irq'],
  [['budgets', 'isr.max'], '$.budgets["isr.max"]'],
])('jsonPath(%j) is %s', (path, text) => {
  expect(jsonPath(path)).toBe(text)
})

describe('parseConfig', () => {
  const Schema = z.strictObject({
    line: z.string(),
    count: z.int().min(1).max(4).multipleOf(2).optional(),
    mode: z.enum(['fast', 'slow']).optional(),
    list: z.array(z.strictObject({ id: z.number() })).optional(),
    either: z
      .union([z.strictObject({ left: z.int() }), z.strictObject({ right: z.strictObject({ deep: z.int() }) })])
      .optional(),
  })
  const problems = (value: unknown) => {
    try {
      parseConfig(Schema, value, 'a.json')
    } catch (error) {
      if (error instanceof ConfigError) return error.problems.map(p => `${p.path}: ${p.message}`)
      throw error
    }
    return []
  }

  it.each([
    [
      { line: 'A', lines: 1 },
      "$.lines: unknown key 'lines': did you mean 'line'? Allowed: line, count, mode, list, either",
    ],
    [{ line: 'A', zzzzz: 1 }, "$.zzzzz: unknown key 'zzzzz'. Allowed: line, count, mode, list, either"],
    [{}, '$.line: is missing: expected a text'],
    [{ line: 5 }, '$.line: found 5, expected a text'],
    [{ line: null }, '$.line: found null, expected a text'],
    [{ line: 'A', count: 0 }, '$.count: found 0, expected at least 1'],
    [{ line: 'A', count: 6 }, '$.count: found 6, expected at most 4'],
    [{ line: 'A', count: 3 }, '$.count: found 3, expected a multiple of 2'],
    [{ line: 'A', count: 1.5 }, '$.count: found 1.5, expected a whole number'],
    [{ line: 'A', mode: 'fsat' }, "$.mode: found 'fsat', expected one of 'fast', 'slow'; did you mean 'fast'?"],
    [{ line: 'A', list: {} }, '$.list: found an object, expected a list'],
    [{ line: 'A', list: [{ id: 1 }, { id: 'x' }] }, "$.list[1].id: found 'x', expected a number"],
    [{ line: 'A', either: { right: { deep: 'x' } } }, "$.either.right.deep: found 'x', expected a number"],
    [[], '$: found a list of 0, expected an object'],
  ])('%j: %s', (value, message) => {
    expect(problems(value)).toContain(message)
  })

  it('reports everything at once, with file, line and column', () => {
    const text = '{\n  "lin": "A",\n  "count": 9,\n  "mode": 7\n}'
    expect(() => parseConfigText(Schema, text, 'dir/a.json')).toThrow(
      [
        'dir/a.json:1:1: $.line: is missing: expected a text',
        'dir/a.json:3:3: $.count: found 9, expected at most 4',
        'dir/a.json:3:3: $.count: found 9, expected a multiple of 2',
        "dir/a.json:4:3: $.mode: found 7, expected one of 'fast', 'slow'",
        "dir/a.json:2:3: $.lin: unknown key 'lin': did you mean 'line'? Allowed: line, count, mode, list, either",
      ].join('\n'),
    )
  })

  it('text that is no JSON is a ConfigError too', () => {
    expect(() => parseConfigText(Schema, '{"line": }', 'a.json')).toThrow(
      "a.json:1:10: not JSON: found '}', expected a JSON value",
    )
  })

  it('any JSON value gives the parsed value or a ConfigError with at least one problem (property)', () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        try {
          parseConfig(Schema, value, 'x')
        } catch (error) {
          expect(error).toBeInstanceOf(ConfigError)
          expect((error as ConfigError).problems.length).toBeGreaterThan(0)
          expect((error as ConfigError).message).not.toContain('undefined')
        }
      }),
    )
  })
})
