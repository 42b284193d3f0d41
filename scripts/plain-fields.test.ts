import { describe, expect, test } from 'vitest'
import { pieces, plainFields } from './plain-fields.mjs'

describe('fields of built classes', () => {
  test('private names become properties, declarations without a value go, lines stay', () => {
    const source = `class A {
    name;
    #clock;
    #count = 0;
    static #made = 0;
    constructor(clock) {
        this.#clock = clock;
    }
    get #now() {
        return this.#clock.now;
    }
    #tick() { A.#made++; }
    is(other) { return #clock in other; }
}
`
    expect(plainFields(source)).toBe(`class A {


    _count = 0;
    static _made = 0;
    constructor(clock) {
        this._clock = clock;
    }
    get _now() {
        return this._clock.now;
    }
    _tick() { A._made++; }
    is(other) { return '_clock' in other; }
}
`)
  })

  test.each([
    "const a = 'SRB #id'",
    'const a = "#id"',
    `const a = \`SRB #id \${b.c} and #id\``,
    `const a = \`\${f({ d: \`#id\` })} #id\``,
    '// as in #id',
    '/* as in\n    name;\n#id */',
    'const a = /[/#]#id/g',
    "const a = '\\'#id'",
  ])('%s stays', source => {
    expect(plainFields(source)).toBe(source)
    expect(pieces(source).join('')).toBe(source)
  })

  test('code in a template is code, a division begins no pattern', () => {
    expect(plainFields(`\`#a \${this.#b} #c\``)).toBe(`\`#a \${this._b} #c\``)
    expect(plainFields('x = a / this.#b / c')).toBe('x = a / this._b / c')
  })

  test('a name that is taken is refused', () => {
    expect(() => plainFields('this.#a = this._a')).toThrow('there is a property _a')
  })
})
