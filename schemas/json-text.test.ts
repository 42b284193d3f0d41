import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseJson } from './json-text.ts'

describe('parseJson', () => {
  it('reads what JSON.stringify writes (property)', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), fc.nat(4), (value, indent) => {
        fc.pre(!JSON.stringify(value).includes('"__proto__"'))
        const text = JSON.stringify(value, null, indent)
        expect(parseJson(text).value).toStrictEqual(JSON.parse(text))
      }),
    )
  })

  it('takes exactly the texts JSON.parse takes, but for repeated keys (property)', () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '"b"',
      '1',
      '-0.5e3',
      '01',
      'true',
      'null',
      ' ',
      '\n',
      '"\\u00e9"',
      '"\\x"',
      '.5',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 9 }), pieces => {
        const text = pieces.join('')
        let right: unknown
        let valid = true
        try {
          right = JSON.parse(text)
        } catch {
          valid = false
        }
        let read: { value: unknown } | undefined
        let message = ''
        try {
          read = parseJson(text)
        } catch (error) {
          message = (error as Error).message
          expect((error as Error).name).toBe('JsonError')
        }
        if (message.includes('given twice')) return
        expect(read !== undefined).toBe(valid)
        if (valid) expect(read!.value).toStrictEqual(right)
      }),
      { numRuns: 2000 },
    )
  })

  it.each([
    ['{\n  "a": 1,\n  "a": 2\n}', "the key 'a' is given twice", 3, 3],
    ['{"a": 1,}', "a comma before '}' is not allowed in JSON", 1, 9],
    ['{"a" 1}', "found '1', expected ':' after the key 'a'", 1, 6],
    ['[1, 2', "found the end of the text, expected ',' or ']'", 1, 6],
    ['// hello\n{}', 'comments are not allowed in JSON', 1, 1],
    ["{'a': 1}", "found ''', expected a key in double quotes", 1, 2],
    ['{"a": "x\ny"}', 'this string has no end', 1, 7],
    ['', 'found the end of the text, expected a JSON value', 1, 1],
    ['{} x', 'more text after the end', 1, 4],
    ['{"__proto__": {}}', "'__proto__' is not allowed", 1, 2],
    ['['.repeat(200), 'nested deeper than 100 levels', 1, 102],
  ])('%j: %s', (text, message, line, column) => {
    expect(() => parseJson(text)).toThrow(
      expect.objectContaining({ message: expect.stringContaining(message), line, column }),
    )
  })

  it('knows where each value stands, and its key', () => {
    const json = parseJson('{\n  "a": [1,\n    {"b": 2}]\n}')
    expect(json.positionOf(['a', 1, 'b'])).toEqual({ line: 3, column: 6 })
    expect(json.positionOf(['a', 0])).toEqual({ line: 2, column: 9 })
    // Of what is not there, the object that lacks it.
    expect(json.positionOf(['a', 1, 'missing'])).toEqual({ line: 3, column: 5 })
  })
})
