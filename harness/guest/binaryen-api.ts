// The part of binaryen's JavaScript API that the meter uses, typed. binaryen's own declarations lack the accessors of
// expressions; the accessors by number (`_Binaryen…`) are used because they neither allocate nor convert strings.
import type binaryen from 'binaryen'

export type BinaryenModule = binaryen.Module
export type Expression = number
export type Type = number

type Getter = (expression: Expression) => number
type Setter = (expression: Expression, child: Expression) => void

export type Binaryen = Omit<typeof binaryen, 'readBinary'> & {
  readBinary(data: Uint8Array, features?: number): binaryen.Module
  _BinaryenExpressionGetId: Getter
  _BinaryenExpressionGetType: Getter
  _BinaryenBlockGetName: Getter
  _BinaryenBlockGetNumChildren: Getter
  _BinaryenBlockGetChildAt(block: Expression, index: number): Expression
  _BinaryenBlockSetChildAt(block: Expression, index: number, child: Expression): void
  _BinaryenBreakGetName: Getter
  _BinaryenSwitchGetNumNames: Getter
  _BinaryenSwitchGetNameAt(expression: Expression, index: number): number
  _BinaryenSwitchGetDefaultName: Getter
  _BinaryenCallGetNumOperands: Getter
  _BinaryenCallGetOperandAt(call: Expression, index: number): Expression
  _BinaryenCallSetOperandAt(call: Expression, index: number, child: Expression): void
  _BinaryenCallAppendOperand: Setter
  _BinaryenCallIndirectGetNumOperands: Getter
  _BinaryenCallIndirectGetOperandAt(call: Expression, index: number): Expression
  _BinaryenCallIndirectSetOperandAt(call: Expression, index: number, child: Expression): void
  _BinaryenFunctionAddVar(func: number, type: Type): number
  _BinaryenFunctionGetBody: Getter
  _BinaryenFunctionSetBody: Setter
  _BinaryenFunctionGetNumLocals: Getter
  _BinaryenMemoryGrowGetDelta: Getter
  _BinaryenLoadGetOffset: Getter
  _BinaryenLoadGetBytes: Getter
  _BinaryenStoreGetOffset: Getter
  _BinaryenStoreGetBytes: Getter
  Call: { getTarget(call: Expression): string; setTarget(call: Expression, target: string): void }
}

/** `['Binary', 'Left']` → its getter and setter. */
export function accessor(api: Binaryen, kind: string, child: string): { get: Getter; set: Setter } {
  const table = api as unknown as Record<string, unknown>
  const get = table[`_Binaryen${kind}Get${child}`]
  const set = table[`_Binaryen${kind}Set${child}`]
  if (typeof get !== 'function' || typeof set !== 'function') throw new Error(`binaryen has no ${kind}.${child}`)
  return { get: get as Getter, set: set as Setter }
}
