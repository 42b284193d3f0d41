// Weaves the meter into one function: walks the expression tree in order of evaluation, cuts it into counting blocks, then
// hangs each block's charge in front of it. See meter.ts for what is counted.
import { accessor, type Binaryen, type BinaryenModule, type Expression, type Type } from './binaryen-api.ts'

/** Names under which the metered module exports its own globals and functions, and imports from the host. */
export const Hba = {
  module: 'hba',
  counter: 'hba.counter',
  deadline: 'hba.deadline',
  depth: 'hba.depth',
  /** The counter, and the depth back to 0: functions, since the host reads and writes globals several times as slowly as it calls. */
  count: 'hba.count',
  surface: 'hba.surface',
  start: 'hba.start',
  watch: 'hba.watch',
  /** Followed by the number of the word: bit b of word w is set when basic block 32w + b was entered. */
  reached: 'hba.reached.',
  /** Followed by the index of a global of the guest. */
  global: 'hba.global.',
} as const

/** Internal name of an import from env, whose old name belongs to its thunk. */
export function importName(name: string): string {
  return `import:${name}`
}

/** Each so many slots (locals and operands) of a function weigh one level of call depth: the host's stack is finite. */
const SLOTS_PER_LEVEL = 128

/** Bytes per unit of charge of a bulk memory operator: 2^3. */
const BULK_SHIFT = 3

/** Operands in order of evaluation, for expressions that only compute. */
const OPERANDS: Record<string, readonly string[]> = {
  LocalGet: [],
  GlobalGet: [],
  Const: [],
  MemorySize: [],
  DataDrop: [],
  LocalSet: ['Value'],
  GlobalSet: ['Value'],
  Load: ['Ptr'],
  Store: ['Ptr', 'Value'],
  Unary: ['Value'],
  Binary: ['Left', 'Right'],
  Select: ['IfTrue', 'IfFalse', 'Condition'],
  Drop: ['Value'],
  MemoryInit: ['Dest', 'Offset', 'Size'],
  MemoryCopy: ['Dest', 'Source', 'Size'],
  MemoryFill: ['Dest', 'Value', 'Size'],
}

const BULK = ['MemoryInit', 'MemoryCopy', 'MemoryFill']

type Accessor = ReturnType<typeof accessor>

/** Where an expression hangs. Read anew when an edit is applied: an earlier edit may have wrapped it. */
interface Slot {
  get(): Expression
  set(expression: Expression): void
}

/** A counting block: operators that run together or not at all. */
export interface Segment {
  /** Operators of the function counted before it, in order of emission. */
  first: number
  count: number
  /** Nothing but an `unreachable`. */
  traps: boolean
  /** The basic block it belongs to; the first one of a block has no others before it. */
  block: Block
}

/** A basic block under way: counting blocks that follow each other without a branch or a merge. */
interface Block {
  segments: Segment[]
  /** Number in the module, −1 for one that is no block of the driver. */
  number: number
}

export interface FunctionMeterOptions {
  /** Names of the imports that take the counter. */
  envImports: ReadonlySet<string>
  /** Functions `f0` … `f<n−1>` are imports. */
  importedFunctions: number
  /** What memory.size answers. */
  ownPages: number
  maxCallDepth: number
  /** Call `hba.watch` before every load and store, and before memory.copy and memory.fill with their addresses and 0 for the access. */
  watch: boolean
  /** Mark every basic block that is entered. */
  coverage: boolean
}

/** One function as the meter cut it. */
export interface MeteredFunction {
  /** In order of emission. */
  segments: Segment[]
  /** Basic blocks with the counting blocks each consists of, in order of their numbers. Empty without coverage. */
  blocks: (readonly Segment[])[]
}

export class FunctionMeter {
  readonly #api: Binaryen
  readonly #module: BinaryenModule
  readonly #options: FunctionMeterOptions
  readonly #operands = new Map<number, readonly Accessor[]>()
  readonly #bulkSize = new Map<number, Accessor>()
  readonly #child: Record<
    | 'ifCondition'
    | 'ifTrue'
    | 'ifFalse'
    | 'loopBody'
    | 'breakValue'
    | 'breakCondition'
    | 'switchValue'
    | 'switchCondition'
    | 'returnValue'
    | 'indirectTarget'
    | 'growDelta'
    | 'dropValue',
    Accessor
  >

  // State of the function under way.
  #function = 0
  /** Undefined where the emitter will not emit: code after a branch. */
  #segment: Segment | undefined
  #segments: Segment[] = []
  #blocks: Block[] = []
  /** Number of the next basic block of the module. */
  #nextBlock = 0
  #operators = 0
  /** Labels of blocks that a branch leads to; binaryen counts branches in dead code, too. Names are interned: equal by address. */
  #targets = new Set<number>()
  #edits: (() => void)[] = []
  #temporaries = new Map<Type, number>()
  #depthLocal = -1
  #calls = false

  constructor(api: Binaryen, module: BinaryenModule, options: FunctionMeterOptions) {
    this.#api = api
    this.#module = module
    this.#options = options
    const ids = api as unknown as Record<string, number>
    for (const [kind, children] of Object.entries(OPERANDS)) {
      const accessors = children.map(child => accessor(api, kind, child))
      this.#operands.set(ids[`${kind}Id`]!, accessors)
      if (BULK.includes(kind)) this.#bulkSize.set(ids[`${kind}Id`]!, accessors[2]!)
    }
    this.#child = {
      ifCondition: accessor(api, 'If', 'Condition'),
      ifTrue: accessor(api, 'If', 'IfTrue'),
      ifFalse: accessor(api, 'If', 'IfFalse'),
      loopBody: accessor(api, 'Loop', 'Body'),
      breakValue: accessor(api, 'Break', 'Value'),
      breakCondition: accessor(api, 'Break', 'Condition'),
      switchValue: accessor(api, 'Switch', 'Value'),
      switchCondition: accessor(api, 'Switch', 'Condition'),
      returnValue: accessor(api, 'Return', 'Value'),
      indirectTarget: accessor(api, 'CallIndirect', 'Target'),
      growDelta: accessor(api, 'MemoryGrow', 'Delta'),
      dropValue: accessor(api, 'Drop', 'Value'),
    }
  }

  /**
   * Meters one defined function.
   * @param slots locals and operands it may hold at a time
   */
  run(func: number, slots: number): MeteredFunction {
    const api = this.#api
    const module = this.#module
    const weight = 1 + Math.floor(slots / SLOTS_PER_LEVEL)
    this.#function = func
    this.#edits = []
    this.#temporaries = new Map()
    this.#depthLocal = -1
    this.#calls = false
    const body: Slot = {
      get: () => api._BinaryenFunctionGetBody(func),
      set: expression => api._BinaryenFunctionSetBody(func, expression),
    }
    this.#segments = []
    this.#blocks = []
    this.#operators = 0
    this.#targets = new Set()
    const entry = this.#begin()
    this.#visit(body)
    const blocks = this.#options.coverage ? this.#numberBlocks() : []
    for (const edit of this.#edits) edit()

    const i32 = api.i32
    const deeper = module.i32.add(module.global.get(Hba.depth, i32), module.i32.const(weight))
    const limit = module.i32.const(this.#options.maxCallDepth)
    const prologue: Expression[] = []
    if (this.#calls) {
      const local = this.#depth()
      const tooDeep = module.i32.gt_u(module.local.tee(local, deeper, i32), limit)
      prologue.push(module.if(tooDeep, module.call(Hba.depth, [], api.none)))
      prologue.push(module.global.set(Hba.depth, module.local.get(local, i32)))
    } else {
      prologue.push(module.if(module.i32.gt_u(deeper, limit), module.call(Hba.depth, [], api.none)))
    }
    prologue.push(...this.#charge(entry), this.#checkDeadline(), ...this.#mark(entry))
    this.#prepend(body, prologue)
    return { segments: this.#segments.filter(segment => segment.count > 0), blocks }
  }

  /** @param block of the counting block before, when control can come from nowhere else */
  #begin(block?: Block): Segment {
    const segment: Segment = {
      first: this.#operators,
      count: 0,
      traps: false,
      block: block ?? { segments: [], number: -1 },
    }
    if (block === undefined) this.#blocks.push(segment.block)
    segment.block.segments.push(segment)
    this.#segments.push(segment)
    this.#segment = segment
    return segment
  }

  /**
   * Numbers the basic blocks that are code of the driver: not those without operators, and not those that are a single
   * `unreachable`, by which compilers mark what cannot be reached. A function without any other block has its entry.
   */
  #numberBlocks(): (readonly Segment[])[] {
    const [entry, ...others] = this.#blocks
    const holds = ({ segments: [first] }: Block): boolean => first!.count > 0 && !(first!.count === 1 && first!.traps)
    const counted = [entry!, ...others].filter(holds)
    if (counted.length === 0) counted.push(entry!)
    for (const block of counted) block.number = this.#nextBlock++
    return counted.map(block => block.segments)
  }

  /** Walks the expression in `slot`; `#segment` is the counting block before it, and afterwards the one behind it. */
  #visit(slot: Slot): void {
    const api = this.#api
    const expression = slot.get()
    const id = api._BinaryenExpressionGetId(expression)
    const operands = this.#operands.get(id)
    if (operands !== undefined) {
      for (const operand of operands) this.#visitChild(expression, operand)
      this.#count()
      if (this.#options.watch && this.#segment !== undefined) this.#watch(expression, id, operands)
      if (id === api.MemorySizeId) slot.set(this.#module.i32.const(this.#options.ownPages))
      else if (this.#segment !== undefined && this.#bulkSize.has(id)) {
        this.#chargeBulk(expression, this.#bulkSize.get(id)!)
        this.#cutAfter(slot, true)
      }
      return
    }
    switch (id) {
      case api.MemoryGrowId:
        this.#visitGrow(slot, expression)
        return
      case api.NopId:
        return
      case api.UnreachableId:
        this.#count()
        if (this.#segment?.count === 1) this.#segment.traps = true
        this.#segment = undefined
        return
      case api.BlockId:
        this.#visitBlock(slot, expression)
        return
      case api.IfId:
        this.#visitIf(slot, expression)
        return
      case api.LoopId:
        this.#visitLoop(expression)
        return
      case api.BreakId:
        this.#visitChild(expression, this.#child.breakValue)
        this.#visitChild(expression, this.#child.breakCondition)
        this.#count()
        if (this.#segment !== undefined) this.#targets.add(api._BinaryenBreakGetName(expression))
        if (this.#child.breakCondition.get(expression) !== 0) this.#cutAfter(slot, false)
        else this.#segment = undefined
        return
      case api.SwitchId:
        this.#visitChild(expression, this.#child.switchValue)
        this.#visitChild(expression, this.#child.switchCondition)
        this.#count()
        if (this.#segment !== undefined) this.#noteTargets(expression)
        this.#segment = undefined
        return
      case api.ReturnId:
        this.#visitChild(expression, this.#child.returnValue)
        this.#count()
        this.#segment = undefined
        return
      case api.CallId:
        this.#visitCall(slot, expression)
        return
      case api.CallIndirectId:
        this.#visitIndirectCall(slot, expression)
        return
      default:
        throw new Error(`the meter does not know binaryen's expression kind ${id}`)
    }
  }

  #visitChild(parent: Expression, child: Accessor): void {
    if (child.get(parent) !== 0)
      this.#visit({ get: () => child.get(parent), set: expression => child.set(parent, expression) })
  }

  #visitBlock(slot: Slot, block: Expression): void {
    const api = this.#api
    const n = api._BinaryenBlockGetNumChildren(block)
    for (let i = 0; i < n; i++)
      this.#visit({
        get: () => api._BinaryenBlockGetChildAt(block, i),
        set: expression => api._BinaryenBlockSetChildAt(block, i, expression),
      })
    const name = api._BinaryenBlockGetName(block)
    if (name === 0) return
    const joined = this.#targets.has(name)
    this.#mergeAfter(slot, joined || this.#segment !== undefined, joined)
  }

  #noteTargets(expression: Expression): void {
    const api = this.#api
    this.#targets.add(api._BinaryenSwitchGetDefaultName(expression))
    for (let n = api._BinaryenSwitchGetNumNames(expression) - 1; n >= 0; n--)
      this.#targets.add(api._BinaryenSwitchGetNameAt(expression, n))
  }

  #visitIf(slot: Slot, expression: Expression): void {
    this.#visitChild(expression, this.#child.ifCondition)
    this.#count()
    const live = this.#segment !== undefined
    let reached = live && this.#child.ifFalse.get(expression) === 0
    for (const arm of [this.#child.ifTrue, this.#child.ifFalse]) {
      if (arm.get(expression) === 0) continue
      this.#segment = undefined
      if (live) {
        const segment = this.#begin()
        const inner: Slot = { get: () => arm.get(expression), set: e => arm.set(expression, e) }
        this.#edits.push(() => this.#prepend(inner, [...this.#charge(segment), ...this.#mark(segment)]))
      }
      this.#visitChild(expression, arm)
      reached ||= this.#segment !== undefined
    }
    this.#segment = undefined
    if (live) this.#mergeAfter(slot, reached, true)
  }

  #visitLoop(loop: Expression): void {
    const body = this.#child.loopBody
    if (this.#segment !== undefined) {
      const segment = this.#begin()
      const inner: Slot = { get: () => body.get(loop), set: e => body.set(loop, e) }
      this.#edits.push(() =>
        this.#prepend(inner, [...this.#charge(segment), this.#checkDeadline(), ...this.#mark(segment)]),
      )
    }
    this.#visitChild(loop, body)
  }

  #visitCall(slot: Slot, call: Expression): void {
    const api = this.#api
    const n = api._BinaryenCallGetNumOperands(call)
    for (let i = 0; i < n; i++)
      this.#visit({
        get: () => api._BinaryenCallGetOperandAt(call, i),
        set: expression => api._BinaryenCallSetOperandAt(call, i, expression),
      })
    this.#count()
    const target = api.Call.getTarget(call)
    if (this.#options.envImports.has(target)) {
      api.Call.setTarget(call, importName(target))
      api._BinaryenCallAppendOperand(call, this.#module.global.get(Hba.counter, api.i32))
    }
    const imported = Number(target.slice(1)) < this.#options.importedFunctions
    this.#cutAfter(slot, true, !imported)
  }

  #visitIndirectCall(slot: Slot, call: Expression): void {
    const api = this.#api
    const n = api._BinaryenCallIndirectGetNumOperands(call)
    for (let i = 0; i < n; i++)
      this.#visit({
        get: () => api._BinaryenCallIndirectGetOperandAt(call, i),
        set: expression => api._BinaryenCallIndirectSetOperandAt(call, i, expression),
      })
    this.#visitChild(call, this.#child.indirectTarget)
    this.#count()
    this.#cutAfter(slot, true, true)
  }

  #count(): void {
    if (this.#segment === undefined) return
    this.#segment.count++
    this.#operators++
  }

  /**
   * A new counting block begins where other paths join, unless nothing gets there.
   * @param joined whether another path really leads there: else the basic block goes on
   */
  #mergeAfter(slot: Slot, reached: boolean, joined: boolean): void {
    if (reached) this.#beginAfter(slot, !joined, false)
    else this.#segment = undefined
  }

  /**
   * Ends the counting block behind the expression in `slot` and begins the next; after a guest call the depth is put back.
   * @param continues the basic block goes on: nothing branches here
   */
  #cutAfter(slot: Slot, continues: boolean, restoreDepth = false): void {
    if (this.#segment !== undefined) this.#beginAfter(slot, continues, restoreDepth)
  }

  #beginAfter(slot: Slot, continues: boolean, restoreDepth: boolean): void {
    const segment = this.#begin(continues ? this.#segment?.block : undefined)
    if (restoreDepth) this.#calls = true
    this.#edits.push(() => {
      const statements = [...this.#charge(segment), ...this.#mark(segment)]
      if (restoreDepth)
        statements.push(this.#module.global.set(Hba.depth, this.#module.local.get(this.#depth(), this.#api.i32)))
      if (statements.length > 0) this.#append(slot, statements)
    })
  }

  /** memory.grow: its operand is evaluated, the answer is −1. */
  #visitGrow(slot: Slot, grow: Expression): void {
    const module = this.#module
    const drop = module.drop(this.#child.growDelta.get(grow))
    const type = this.#api._BinaryenExpressionGetType(grow)
    slot.set(module.block(null, [drop, module.i32.const(-1)], type))
    this.#visitChild(drop, this.#child.dropValue)
    this.#count()
  }

  /** Tells the host of an access to memory before it runs: the address of a load or store is its first operand plus its offset. */
  #watch(expression: Expression, id: number, operands: readonly Accessor[]): void {
    const api = this.#api
    if (id === api.MemoryCopyId || id === api.MemoryFillId) {
      this.#watchBulk(expression, operands.slice(0, id === api.MemoryCopyId ? 2 : 1), operands[2]!)
      return
    }
    const store = id === api.StoreId
    if (!store && id !== api.LoadId) return
    const pointer = operands[0]!
    const offset = store ? api._BinaryenStoreGetOffset(expression) : api._BinaryenLoadGetOffset(expression)
    const bytes = store ? api._BinaryenStoreGetBytes(expression) : api._BinaryenLoadGetBytes(expression)
    this.#edits.push(() => {
      const module = this.#module
      const { i32 } = api
      const local = this.#temporary(i32)
      const address = module.i32.add(module.local.get(local, i32), module.i32.const(offset | 0))
      const call = module.call(Hba.watch, [address, module.i32.const(bytes | (store ? 0x100 : 0))], api.none)
      const statements = [module.local.set(local, pointer.get(expression)), call, module.local.get(local, i32)]
      pointer.set(expression, module.block(null, statements, i32))
    })
  }

  /** The same for a bulk memory operator, when all its operands are there: of two addresses the higher last, as it traps at that. */
  #watchBulk(expression: Expression, pointers: readonly Accessor[], size: Accessor): void {
    this.#edits.push(() => {
      const module = this.#module
      const { i32, none } = this.#api
      const addresses = pointers.map(pointer => {
        const local = this.#api._BinaryenFunctionAddVar(this.#function, i32)
        pointer.set(expression, module.local.tee(local, pointer.get(expression), i32))
        return () => module.local.get(local, i32)
      })
      const watch = (address: Expression): Expression => module.call(Hba.watch, [address, module.i32.const(0)], none)
      const [to, from] = addresses
      const highest = from === undefined ? [] : [watch(module.select(module.i32.gt_u(to!(), from()), to!(), from()))]
      const local = this.#temporary(i32)
      size.set(
        expression,
        module.block(
          null,
          [
            module.local.set(local, size.get(expression)),
            ...addresses.map(address => watch(address())),
            ...highest,
            module.local.get(local, i32),
          ],
          i32,
        ),
      )
    })
  }

  /** Charges a bulk memory operator by length, and checks the deadline, before it runs: its size operand comes last. */
  #chargeBulk(expression: Expression, size: Accessor): void {
    this.#edits.push(() => {
      const module = this.#module
      const i32 = this.#api.i32
      const local = this.#temporary(i32)
      const length = () => module.local.get(local, i32)
      const eighths = module.i32.shr_u(length(), module.i32.const(BULK_SHIFT))
      const rest = module.i32.ne(module.i32.and(length(), module.i32.const(2 ** BULK_SHIFT - 1)), module.i32.const(0))
      size.set(
        expression,
        module.block(
          null,
          [
            module.local.set(local, size.get(expression)),
            this.#advance(module.i32.add(eighths, rest)),
            this.#checkDeadline(),
            length(),
          ],
          i32,
        ),
      )
    })
  }

  #charge(segment: Segment): Expression[] {
    return segment.count === 0 ? [] : [this.#advance(this.#module.i32.const(segment.count))]
  }

  /** What marks the basic block as reached, where the counting block is the first of one. */
  #mark(segment: Segment): Expression[] {
    const { number, segments } = segment.block
    if (number < 0 || segments[0] !== segment) return []
    const module = this.#module
    const word = `${Hba.reached}${number >>> 5}`
    const bit = module.i32.const(1 << (number & 31))
    return [module.global.set(word, module.i32.or(module.global.get(word, this.#api.i32), bit))]
  }

  #advance(amount: Expression): Expression {
    const module = this.#module
    return module.global.set(Hba.counter, module.i32.add(module.global.get(Hba.counter, this.#api.i32), amount))
  }

  /** `if (counter − deadline ≥ 0) deadline = host(counter)`; the difference is signed, so that both may wrap. */
  #checkDeadline(): Expression {
    const module = this.#module
    const i32 = this.#api.i32
    const late = module.i32.sub(module.global.get(Hba.counter, i32), module.global.get(Hba.deadline, i32))
    const call = module.call(Hba.deadline, [module.global.get(Hba.counter, i32)], i32)
    return module.if(module.i32.ge_s(late, module.i32.const(0)), module.global.set(Hba.deadline, call))
  }

  #prepend(slot: Slot, statements: Expression[]): void {
    if (statements.length === 0) return
    const expression = slot.get()
    const type = this.#api._BinaryenExpressionGetType(expression)
    slot.set(this.#module.block(null, [...statements, expression], type))
  }

  /** Puts statements behind the expression, its value kept in a local meanwhile. */
  #append(slot: Slot, statements: Expression[]): void {
    const module = this.#module
    const expression = slot.get()
    const type = this.#api._BinaryenExpressionGetType(expression)
    if (type === this.#api.none) {
      slot.set(module.block(null, [expression, ...statements], type))
      return
    }
    const local = this.#temporary(type)
    slot.set(
      module.block(null, [module.local.set(local, expression), ...statements, module.local.get(local, type)], type),
    )
  }

  #temporary(type: Type): number {
    const known = this.#temporaries.get(type)
    if (known !== undefined) return known
    const local = this.#api._BinaryenFunctionAddVar(this.#function, type)
    this.#temporaries.set(type, local)
    return local
  }

  #depth(): number {
    if (this.#depthLocal < 0) this.#depthLocal = this.#api._BinaryenFunctionAddVar(this.#function, this.#api.i32)
    return this.#depthLocal
  }
}
