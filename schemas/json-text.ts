// Reads JSON as RFC 8259 defines it and remembers where each value stands, so that an error can name line and column.
// Unlike JSON.parse it refuses a key given twice, which would otherwise silently drop the first.

export class JsonError extends Error {
  override name = 'JsonError'
  readonly line: number
  readonly column: number
  constructor(message: string, line: number, column: number) {
    super(message)
    this.line = line
    this.column = column
  }
}

export interface Position {
  /** From 1. */
  line: number
  column: number
}

export interface JsonText {
  value: unknown
  /** Where the value at a path stands. A key that is not there: where its object stands. */
  positionOf(path: readonly PropertyKey[]): Position
}

const MAX_DEPTH = 100
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON strings must not hold raw control characters
const PLAIN = /[^"\\\u0000-\u001f]*/y
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
}

class Reader {
  readonly #text: string
  #at = 0
  /** Offset of each value (and `key:` of each key), by JSON-encoded path. */
  readonly offsets = new Map<string, number>()

  constructor(text: string) {
    this.#text = text.startsWith('\ufeff') ? ` ${text.slice(1)}` : text
  }

  whole(): unknown {
    const value = this.#value([], 0)
    this.#space()
    if (this.#at < this.#text.length) throw this.#error('more text after the end of the JSON value')
    return value
  }

  position(offset: number): Position {
    const before = this.#text.slice(0, offset)
    return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') }
  }

  #error(message: string, offset = this.#at): JsonError {
    const { line, column } = this.position(offset)
    return new JsonError(message, line, column)
  }

  #found(): string {
    return this.#at >= this.#text.length
      ? 'the end of the text'
      : `'${String.fromCodePoint(this.#text.codePointAt(this.#at)!)}'`
  }

  #space(): void {
    for (; this.#at < this.#text.length; this.#at++) {
      const c = this.#text[this.#at]
      if (c !== ' ' && c !== '\n' && c !== '\r' && c !== '\t') {
        if (c === '/' && (this.#text[this.#at + 1] === '/' || this.#text[this.#at + 1] === '*'))
          throw this.#error('comments are not allowed in JSON')
        return
      }
    }
  }

  #value(path: PropertyKey[], depth: number): unknown {
    this.#space()
    if (depth > MAX_DEPTH) throw this.#error(`nested deeper than ${MAX_DEPTH} levels`)
    this.offsets.set(JSON.stringify(path), this.#at)
    const c = this.#text[this.#at]
    if (c === '{') return this.#object(path, depth)
    if (c === '[') return this.#array(path, depth)
    if (c === '"') return this.#string()
    for (const [word, value] of [
      ['true', true],
      ['false', false],
      ['null', null],
    ] as const) {
      if (this.#text.startsWith(word, this.#at)) {
        this.#at += word.length
        return value
      }
    }
    NUMBER.lastIndex = this.#at
    const number = NUMBER.exec(this.#text)
    if (number === null) throw this.#error(`found ${this.#found()}, expected a JSON value`)
    this.#at = NUMBER.lastIndex
    return Number(number[0])
  }

  #object(path: PropertyKey[], depth: number): unknown {
    const object: Record<string, unknown> = {}
    this.#at++
    this.#space()
    if (this.#text[this.#at] === '}') {
      this.#at++
      return object
    }
    for (;;) {
      this.#space()
      if (this.#text[this.#at] !== '"') throw this.#error(`found ${this.#found()}, expected a key in double quotes`)
      const start = this.#at
      const key = this.#string()
      if (key === '__proto__') throw this.#error("the key '__proto__' is not allowed", start)
      if (Object.hasOwn(object, key)) throw this.#error(`the key '${key}' is given twice`, start)
      this.#space()
      if (this.#text[this.#at] !== ':') throw this.#error(`found ${this.#found()}, expected ':' after the key '${key}'`)
      this.#at++
      path.push(key)
      object[key] = this.#value(path, depth + 1)
      this.offsets.set(`key:${JSON.stringify(path)}`, start)
      path.pop()
      if (this.#more('}')) return object
    }
  }

  #array(path: PropertyKey[], depth: number): unknown {
    const array: unknown[] = []
    this.#at++
    this.#space()
    if (this.#text[this.#at] === ']') {
      this.#at++
      return array
    }
    for (;;) {
      path.push(array.length)
      array.push(this.#value(path, depth + 1))
      path.pop()
      if (this.#more(']')) return array
    }
  }

  /** After an element: a comma (false) or the closing bracket (true). */
  #more(close: '}' | ']'): boolean {
    this.#space()
    const c = this.#text[this.#at]
    if (c !== ',' && c !== close) throw this.#error(`found ${this.#found()}, expected ',' or '${close}'`)
    this.#at++
    if (c === close) return true
    this.#space()
    if (this.#text[this.#at] === close) throw this.#error(`a comma before '${close}' is not allowed in JSON`)
    return false
  }

  #string(): string {
    const start = this.#at++
    let text = ''
    for (;;) {
      PLAIN.lastIndex = this.#at
      PLAIN.exec(this.#text)
      text += this.#text.slice(this.#at, PLAIN.lastIndex)
      this.#at = PLAIN.lastIndex
      const c = this.#text[this.#at]
      if (c === '"') {
        this.#at++
        return text
      }
      if (c !== '\\') throw this.#error('this string has no end', start)
      const letter = this.#text[this.#at + 1] ?? ''
      const hex = letter === 'u' ? /^[0-9a-fA-F]{4}$/.exec(this.#text.slice(this.#at + 2, this.#at + 6)) : null
      if (hex === null && ESCAPES[letter] === undefined) throw this.#error(`'\\${letter}' is no escape of JSON`)
      text += hex === null ? ESCAPES[letter] : String.fromCharCode(Number.parseInt(hex[0], 16))
      this.#at += hex === null ? 2 : 6
    }
  }
}

/** @throws JsonError with line and column */
export function parseJson(text: string): JsonText {
  const reader = new Reader(text)
  const value = reader.whole()
  return {
    value,
    positionOf(path) {
      const parts = [...path]
      const key = reader.offsets.get(`key:${JSON.stringify(parts)}`)
      if (key !== undefined) return reader.position(key)
      for (; parts.length > 0; parts.pop()) {
        const offset = reader.offsets.get(JSON.stringify(parts))
        if (offset !== undefined) return reader.position(offset)
      }
      return reader.position(reader.offsets.get('[]') ?? 0)
    },
  }
}
