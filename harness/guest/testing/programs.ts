// Random guests for the proof of the meter: structured functions that call each other, an import, and the function table.
// Every program ends: loops count down, functions call only later ones.
import fc from 'fast-check'

type Type = 'i32' | 'i64' | 'f64'

const TYPES: readonly Type[] = ['i32', 'i64', 'f64']
const FUNCTIONS = 4
/** Locals: one parameter, two of each type, then one countdown for each loop nesting level. */
const LOCALS: Record<Type, readonly string[]> = { i32: ['$p', '$a', '$b'], i64: ['$c', '$d'], f64: ['$e', '$f'] }
const MAX_NESTING = 3

/** What an expression may refer to where it stands. */
interface Scope {
  func: number
  loops: number
  /** Labels of blocks without a value that enclose it. */
  labels: readonly string[]
  depth: number
}

const BINARY: Record<Type, readonly string[]> = {
  i32: ['add', 'sub', 'mul', 'and', 'or', 'xor', 'shl', 'shr_u', 'rotl', 'div_s', 'rem_u'],
  i64: ['add', 'sub', 'mul', 'and', 'xor', 'shr_s', 'rotr', 'div_u'],
  f64: ['add', 'sub', 'mul', 'div', 'min', 'copysign'],
}

const COMPARE = [
  ['i32', 'i32.lt_s'],
  ['i32', 'i32.ge_u'],
  ['i64', 'i64.eq'],
  ['i64', 'i64.gt_u'],
  ['f64', 'f64.lt'],
] as const

/** Draws from a list of numbers that fast-check shrinks. */
class Dice {
  #at = 0
  readonly #values: readonly number[]
  constructor(values: readonly number[]) {
    this.#values = values
  }
  roll(sides: number): number {
    const value = this.#values[this.#at++]
    return value === undefined ? 0 : value % sides
  }
  pick<T>(items: readonly T[]): T {
    return items[this.roll(items.length)]!
  }
}

let labels = 0

function constant(dice: Dice, type: Type): string {
  const value = dice.pick([0, 1, -1, 2, 7, 31, 255, 65_536, 0x7fff_ffff])
  return `(${type}.const ${value})`
}

function expression(dice: Dice, type: Type, scope: Scope): string {
  if (scope.depth <= 0) return dice.roll(2) === 0 ? constant(dice, type) : `(local.get ${dice.pick(LOCALS[type])})`
  const inner = { ...scope, depth: scope.depth - 1 }
  const sub = (t: Type = type) => expression(dice, t, inner)
  switch (dice.roll(type === 'i32' ? 18 : 11)) {
    case 0:
      return constant(dice, type)
    case 1:
      return `(local.get ${dice.pick(LOCALS[type])})`
    case 2:
    case 3:
      return `(${type}.${dice.pick(BINARY[type])} ${sub()} ${sub()})`
    case 4:
      return `(select ${sub()} ${sub()} ${sub('i32')})`
    case 5:
      return `(local.tee ${dice.pick(LOCALS[type])} ${sub()})`
    case 6:
      return `(if (result ${type}) ${sub('i32')} (then ${statement(dice, inner)} ${sub()}) (else ${sub()}))`
    case 7: {
      const label = `$v${labels++}`
      return `(block ${label} (result ${type}) ${statement(dice, inner)} (br_if ${label} ${sub()} ${sub('i32')}))`
    }
    case 8: {
      const label = `$v${labels++}`
      return `(block ${label} (result ${type}) ${statement(dice, inner)} (br ${label} ${sub()}))`
    }
    case 9:
      return `(${type}.load offset=${dice.roll(64)} (i32.and ${sub('i32')} (i32.const 1023)))`
    case 10:
      if (type === 'i64') return `(i64.extend_i32_u ${sub('i32')})`
      if (type === 'f64') return `(f64.convert_i32_s ${sub('i32')})`
      return `(i32.wrap_i64 ${sub('i64')})`
    case 11:
      return `(call $ask ${sub()} ${sub()})`
    case 12:
      return scope.func + 1 < FUNCTIONS
        ? `(call $f${scope.func + 1 + dice.roll(FUNCTIONS - scope.func - 1)} ${sub()})`
        : `(call $ask ${sub()} ${sub()})`
    case 13: {
      // Table: 0 the import that takes one argument, then the functions behind this one, 7 is null.
      const index = dice.roll(4) === 0 ? 0 : scope.func + 1 < FUNCTIONS ? scope.func + 2 : 0
      return `(call_indirect (type $one) ${sub()} (i32.const ${index}))`
    }
    case 14: {
      const [t, operator] = dice.pick(COMPARE)
      return `(${operator} ${sub(t)} ${sub(t)})`
    }
    case 15:
      return '(memory.size)'
    case 16:
      return `(memory.grow ${sub()})`
    default:
      return `(i32.trunc_sat_f64_s ${sub('f64')})`
  }
}

function statement(dice: Dice, scope: Scope): string {
  if (scope.depth <= 0) return '(nop)'
  const inner = { ...scope, depth: scope.depth - 1 }
  const sub = (t: Type) => expression(dice, t, inner)
  const body = (s: Scope) => Array.from({ length: 1 + dice.roll(3) }, () => statement(dice, s)).join(' ')
  const type = dice.pick(TYPES)
  switch (dice.roll(16)) {
    case 0:
    case 1:
      return `(local.set ${dice.pick(LOCALS[type])} ${sub(type)})`
    case 2:
      return `(${type}.store offset=${dice.roll(64)} (i32.and ${sub('i32')} (i32.const 1023)) ${sub(type)})`
    case 3:
      return `(if ${sub('i32')} (then ${body(inner)}))`
    case 4:
      return `(if ${sub('i32')} (then ${body(inner)}) (else ${body(inner)}))`
    case 5: {
      const label = `$b${labels++}`
      return `(block ${label} ${body({ ...inner, labels: [...scope.labels, label] })})`
    }
    case 6:
    case 7: {
      if (scope.loops >= MAX_NESTING) return `(call $note ${sub('i32')})`
      const label = `$l${labels++}`
      const counter = `$n${scope.loops}`
      const again = `(br_if ${label} (local.tee ${counter} (i32.sub (local.get ${counter}) (i32.const 1))))`
      const inside = body({ ...inner, loops: scope.loops + 1 })
      return `(block (local.set ${counter} (i32.const ${1 + dice.roll(5)})) (loop ${label} ${inside} ${again}))`
    }
    case 8:
      return `(call $note ${sub('i32')})`
    case 9:
      return scope.labels.length > 0 ? `(br_if ${dice.pick(scope.labels)} ${sub('i32')})` : `(drop ${sub(type)})`
    case 10:
      return scope.labels.length > 0 ? `(br ${dice.pick(scope.labels)})` : `(drop ${sub(type)})`
    case 11:
      return scope.labels.length > 1
        ? `(br_table ${dice.pick(scope.labels)} ${dice.pick(scope.labels)} ${dice.pick(scope.labels)} ${sub('i32')})`
        : `(drop ${sub(type)})`
    case 12:
      return dice.roll(3) === 0 ? `(return ${sub('i32')})` : `(drop ${sub(type)})`
    case 13:
      return `(memory.fill (i32.const 2048) ${sub('i32')} (i32.and ${sub('i32')} (i32.const 255)))`
    case 14:
      return `(memory.copy (i32.const 4096) ${`(i32.and ${sub('i32')} (i32.const 1023))`} (i32.and ${sub('i32')} (i32.const 127)))`
    default:
      return dice.roll(8) === 0 ? '(unreachable)' : `(drop ${sub(type)})`
  }
}

function program(values: readonly number[]): string {
  labels = 0
  const dice = new Dice(values)
  const functions = Array.from({ length: FUNCTIONS }, (_, func) => {
    const scope: Scope = { func, loops: 0, labels: [], depth: 5 }
    const body = Array.from({ length: 2 + dice.roll(4) }, () => statement(dice, scope)).join('\n    ')
    return `(func $f${func} (type $one) (param $p i32) (result i32)
    (local $a i32) (local $b i32) (local $c i64) (local $d i64) (local $e f64) (local $f f64)
    (local $n0 i32) (local $n1 i32) (local $n2 i32)
    ${body}
    ${expression(dice, 'i32', scope)})`
  })
  return `(module
  (type $one (func (param i32) (result i32)))
  (import "env" "ask" (func $ask (param i32 i32) (result i32)))
  (import "env" "note" (func $note (param i32)))
  (import "env" "one" (func $imported (param i32) (result i32)))
  (memory (export "memory") 1)
  (table (export "table") 8 8 funcref)
  (elem (i32.const 0) $imported $f0 $f1 $f2 $f3)
  ${functions.join('\n  ')}
  (func (export "DriverEntry") (param i32 i32) (result i32)
    (i32.add (call $f0 (local.get 0)) (call_indirect (type $one) (local.get 1) (i32.const 1)))))`
}

/** Text of a random guest. */
export const programs: fc.Arbitrary<string> = fc
  .array(fc.nat({ max: 10_000 }), { minLength: 50, maxLength: 600, size: 'max' })
  .map(program)
