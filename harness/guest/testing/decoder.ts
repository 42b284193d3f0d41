// A second decoder of the wasm binary format, for the interpreter that checks the meter. Shares no code with the loader, so
// that a mistake in one is not repeated in the other. Trusts its input: modules that an engine has already accepted.
// Source: WebAssembly Core Specification, chapter "Binary Format".

export interface Operator {
  code: number
  /** Immediates: indices, constants (bigint for i64), memory offset, br_table targets (default last). */
  a: number
  value: number | bigint
  targets: number[]
  /** block, loop, if: index of its end; if: also of its else (−1 none); results and parameters of its type. */
  end: number
  otherwise: number
  arity: number
}

export interface FunctionType {
  params: number[]
  results: number[]
}

export interface Body {
  type: FunctionType
  /** Types of the declared locals, parameters not included. */
  locals: number[]
  operators: Operator[]
}

export interface Program {
  types: FunctionType[]
  imports: { module: string; name: string; type: FunctionType }[]
  bodies: Body[]
  /** Type of each function, imports first. */
  functionTypes: FunctionType[]
  memoryPages: number
  tableSize: number
  globals: { type: number; init: Operator[] }[]
  exports: Map<string, { kind: number; index: number }>
  start: number
  elements: { active: boolean; offset: Operator[]; functions: number[] }[]
  data: { active: boolean; offset: Operator[]; bytes: Uint8Array }[]
}

class Reader {
  at = 0
  readonly bytes: Uint8Array
  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }
  byte(): number {
    const value = this.bytes[this.at++]
    if (value === undefined) throw new Error('decoder: ran off the end')
    return value
  }
  big(signed: boolean): bigint {
    let result = 0n
    let shift = 0n
    for (;;) {
      const byte = this.byte()
      result |= BigInt(byte & 127) << shift
      shift += 7n
      if (byte & 128) continue
      return signed && byte & 64 ? result - (1n << shift) : result
    }
  }
  unsigned(): number {
    return Number(this.big(false))
  }
  signed(): number {
    return Number(this.big(true))
  }
  take(length: number): Uint8Array {
    this.at += length
    return this.bytes.slice(this.at - length, this.at)
  }
  text(): string {
    return new TextDecoder().decode(this.take(this.unsigned()))
  }
  many<T>(read: () => T): T[] {
    return Array.from({ length: this.unsigned() }, read)
  }
}

export function decode(bytes: Uint8Array): Program {
  const reader = new Reader(bytes)
  reader.at = 8
  const program: Program = {
    types: [],
    imports: [],
    bodies: [],
    functionTypes: [],
    memoryPages: 0,
    tableSize: 0,
    globals: [],
    exports: new Map(),
    start: -1,
    elements: [],
    data: [],
  }
  while (reader.at < bytes.length) {
    const id = reader.byte()
    const end = reader.unsigned() + reader.at
    if (id === 1) program.types = reader.many(() => functionType(reader))
    else if (id === 2) reader.many(() => importEntry(program, reader))
    else if (id === 3)
      for (const type of reader.many(() => reader.unsigned())) program.functionTypes.push(program.types[type]!)
    else if (id === 4) reader.many(() => tableEntry(program, reader))
    else if (id === 5) reader.many(() => memoryEntry(program, reader))
    else if (id === 6)
      program.globals = reader.many(() => {
        const type = reader.byte()
        reader.byte()
        return { type, init: expression(program, reader) }
      })
    else if (id === 7)
      reader.many(() => program.exports.set(reader.text(), { kind: reader.byte(), index: reader.unsigned() }))
    else if (id === 8) program.start = reader.unsigned()
    else if (id === 9) program.elements = reader.many(() => elementEntry(program, reader))
    else if (id === 10) reader.many(() => program.bodies.push(bodyEntry(program, reader)))
    else if (id === 11) program.data = reader.many(() => dataEntry(program, reader))
    reader.at = end
  }
  return program
}

function functionType(reader: Reader): FunctionType {
  reader.byte()
  return { params: reader.many(() => reader.byte()), results: reader.many(() => reader.byte()) }
}

function importEntry(program: Program, reader: Reader): void {
  const module = reader.text()
  const name = reader.text()
  if (reader.byte() !== 0) throw new Error('decoder: only functions are imported')
  const type = program.types[reader.unsigned()]!
  program.imports.push({ module, name, type })
  program.functionTypes.push(type)
}

function tableEntry(program: Program, reader: Reader): void {
  reader.byte()
  const limited = reader.byte()
  program.tableSize = reader.unsigned()
  if (limited) reader.unsigned()
}

function memoryEntry(program: Program, reader: Reader): void {
  const limited = reader.byte()
  program.memoryPages = reader.unsigned()
  if (limited) reader.unsigned()
}

function elementEntry(program: Program, reader: Reader): Program['elements'][number] {
  const flags = reader.unsigned()
  const active = flags % 2 === 0
  if (active && flags & 2) reader.unsigned()
  const offset = active ? expression(program, reader) : []
  if (flags & 3) reader.byte()
  const functions = reader.many(() => {
    if ((flags & 4) === 0) return reader.unsigned()
    const item = expression(program, reader)[0]!
    return item.code === 0xd2 ? item.a : -1
  })
  return { active, offset, functions }
}

function dataEntry(program: Program, reader: Reader): Program['data'][number] {
  const flags = reader.unsigned()
  if (flags === 2) reader.unsigned()
  const offset = flags === 1 ? [] : expression(program, reader)
  return { active: flags !== 1, offset, bytes: reader.take(reader.unsigned()) }
}

function bodyEntry(program: Program, reader: Reader): Body {
  const type = program.functionTypes[program.imports.length + program.bodies.length]!
  const end = reader.unsigned() + reader.at
  const locals: number[] = []
  reader.many(() => {
    const count = reader.unsigned()
    const local = reader.byte()
    for (let i = 0; i < count; i++) locals.push(local)
  })
  const operators = expression(program, reader)
  if (reader.at !== end) throw new Error('decoder: a body does not end where it says')
  return { type, locals, operators }
}

/** Operators up to and with the end that closes them. */
function expression(program: Program, reader: Reader): Operator[] {
  const operators: Operator[] = []
  const open: number[] = []
  for (;;) {
    const index = operators.length
    const op: Operator = { code: reader.byte(), a: 0, value: 0, targets: [], end: -1, otherwise: -1, arity: 0 }
    operators.push(op)
    if (op.code === 0x0b) {
      const start = open.pop()
      if (start === undefined) return operators
      operators[start]!.end = index
    } else if (op.code === 0x05) operators[open[open.length - 1]!]!.otherwise = index
    else immediates(op, program, reader)
    if (op.code >= 0x02 && op.code <= 0x04) open.push(index)
  }
}

function immediates(op: Operator, program: Program, reader: Reader): void {
  const { code } = op
  if (code >= 0x02 && code <= 0x04) {
    const type = reader.signed()
    op.arity = type >= 0 ? program.types[type]!.results.length : type === -64 ? 0 : 1
  } else if (code === 0x0e) op.targets = [...reader.many(() => reader.unsigned()), reader.unsigned()]
  else if (code === 0x11) {
    op.a = reader.unsigned()
    reader.unsigned()
  } else if (code === 0x1c) reader.many(() => reader.byte())
  else if (code >= 0x28 && code <= 0x3e) {
    reader.unsigned()
    op.a = reader.unsigned()
  } else if (code === 0x3f || code === 0x40) reader.byte()
  else if (code === 0x41) op.value = reader.signed() | 0
  else if (code === 0x42) op.value = BigInt.asIntN(64, reader.big(true))
  else if (code === 0x43) op.value = new DataView(reader.take(4).buffer).getFloat32(0, true)
  else if (code === 0x44) op.value = new DataView(reader.take(8).buffer).getFloat64(0, true)
  else if (code === 0xd0) reader.byte()
  else if (code === 0xfc) {
    op.code = 0xfc00 + reader.unsigned()
    if (op.code === 0xfc08) {
      op.a = reader.unsigned()
      reader.byte()
    } else if (op.code === 0xfc09) op.a = reader.unsigned()
    else if (op.code === 0xfc0a) reader.take(2)
    else if (op.code === 0xfc0b) reader.byte()
    else if (op.code > 0xfc0b) throw new Error(`decoder: operator ${op.code.toString(16)}`)
  } else if ([0x0c, 0x0d, 0x10, 0x20, 0x21, 0x22, 0x23, 0x24, 0xd2].includes(code)) op.a = reader.unsigned()
  else if (code > 0xc4) throw new Error(`decoder: operator ${code.toString(16)}`)
}
