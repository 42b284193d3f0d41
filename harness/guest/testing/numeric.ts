// Numeric operators of wasm for the interpreter: i32 as signed numbers, i64 as signed bigints, f32 and f64 as numbers.
// NaN payloads are not kept. Source: WebAssembly Core Specification, chapter "Numerics".

export class Trap extends Error {}

type Value = number | bigint
type Unary = (x: never) => Value
type Binary = (x: never, y: never) => Value

const scratch = new DataView(new ArrayBuffer(8))
const f = Math.fround
const s64 = (x: bigint): bigint => BigInt.asIntN(64, x)
const u64 = (x: bigint): bigint => BigInt.asUintN(64, x)
const bool = (x: boolean): number => (x ? 1 : 0)

function nearest(x: number): number {
  if (!Number.isFinite(x) || x === 0) return x
  const low = Math.floor(x)
  const rest = x - low
  const rounded = rest < 0.5 ? low : rest > 0.5 ? low + 1 : low % 2 === 0 ? low : low + 1
  return rounded === 0 && x < 0 ? -0 : rounded
}

function divide(x: number, y: number): number {
  if (y === 0 || (x === -0x8000_0000 && y === -1)) throw new Trap('divide')
  return (x / y) | 0
}

function divideBig(x: bigint, y: bigint): bigint {
  if (y === 0n || (x === -(1n << 63n) && y === -1n)) throw new Trap('divide')
  return x / y
}

function nonZero<T extends Value>(y: T): T {
  if (y === 0 || y === 0n) throw new Trap('divide by zero')
  return y
}

/** Float to integer within [low, high]; saturating or trapping. */
function truncate(x: number, low: bigint, high: bigint, saturate: boolean): bigint {
  if (Number.isNaN(x)) {
    if (saturate) return 0n
    throw new Trap('invalid conversion')
  }
  if (!Number.isFinite(x)) {
    if (saturate) return x > 0 ? high : low
    throw new Trap('overflow')
  }
  const whole = BigInt(Math.trunc(x))
  if (whole >= low && whole <= high) return whole
  if (saturate) return whole < low ? low : high
  throw new Trap('overflow')
}

const I32 = [-(1n << 31n), (1n << 31n) - 1n] as const
const U32 = [0n, (1n << 32n) - 1n] as const
const I64 = [-(1n << 63n), (1n << 63n) - 1n] as const
const U64 = [0n, (1n << 64n) - 1n] as const
const to32 = (x: number, range: readonly [bigint, bigint], saturate = false): number =>
  Number(truncate(x, range[0], range[1], saturate)) | 0
const to64 = (x: number, range: readonly [bigint, bigint], saturate = false): bigint =>
  s64(truncate(x, range[0], range[1], saturate))

function clz64(x: bigint): bigint {
  return BigInt(64 - (u64(x) === 0n ? 0 : u64(x).toString(2).length))
}

function ctz64(x: bigint): bigint {
  let n = 0n
  while (n < 64n && ((x >> n) & 1n) === 0n) n++
  return n
}

function popcount(x: bigint): number {
  return x.toString(2).replaceAll('0', '').length
}

function min(x: number, y: number): number {
  return Number.isNaN(x) || Number.isNaN(y) ? Number.NaN : Math.min(x, y)
}

function max(x: number, y: number): number {
  return Number.isNaN(x) || Number.isNaN(y) ? Number.NaN : Math.max(x, y)
}

function copySign(x: number, y: number): number {
  const negative = Object.is(y, -0) || y < 0
  return negative ? -Math.abs(x) : Math.abs(x)
}

/** BigInt to f32, rounded once (through f64 it would be rounded twice). */
function bigToF32(x: bigint): number {
  const magnitude = x < 0n ? -x : x
  const bits = magnitude.toString(2).length
  if (bits <= 53) return f(Number(x))
  const drop = BigInt(bits - 26)
  const sticky = (magnitude & ((1n << drop) - 1n)) === 0n ? 0n : 1n
  const kept = Number((magnitude >> drop) | sticky) * 2 ** Number(drop)
  return f(x < 0n ? -kept : kept)
}

function run(first: number, operators: readonly Unary[]): [number, Unary][]
function run(first: number, operators: readonly Binary[]): [number, Binary][]
function run(first: number, operators: readonly (Unary | Binary)[]): [number, Unary | Binary][] {
  return operators.map((operator, i) => [first + i, operator])
}

const floats = (round: (x: number) => number): Unary[] => [
  (x: number) => Math.abs(x),
  (x: number) => -x,
  (x: number) => Math.ceil(x),
  (x: number) => Math.floor(x),
  (x: number) => Math.trunc(x),
  (x: number) => nearest(x),
  (x: number) => round(Math.sqrt(x)),
]

const floatPairs = (round: (x: number) => number): Binary[] => [
  (x: number, y: number) => round(x + y),
  (x: number, y: number) => round(x - y),
  (x: number, y: number) => round(x * y),
  (x: number, y: number) => round(x / y),
  min,
  max,
  copySign,
]

const floatComparisons: Binary[] = [
  (x: number, y: number) => bool(x === y),
  (x: number, y: number) => bool(x !== y),
  (x: number, y: number) => bool(x < y),
  (x: number, y: number) => bool(x > y),
  (x: number, y: number) => bool(x <= y),
  (x: number, y: number) => bool(x >= y),
]

export const unary: ReadonlyMap<number, (x: Value) => Value> = new Map([
  ...run(0x45, [(x: number) => bool(x === 0)]),
  ...run(0x50, [(x: bigint) => bool(x === 0n)]),
  ...run(0x67, [
    (x: number) => Math.clz32(x),
    (x: number) => (x === 0 ? 32 : 31 - Math.clz32(x & -x)),
    (x: number) => popcount(BigInt(x >>> 0)),
  ]),
  ...run(0x79, [clz64, ctz64, (x: bigint) => BigInt(popcount(u64(x)))]),
  ...run(0x8b, floats(f)),
  ...run(
    0x99,
    floats(x => x),
  ),
  ...run(0xa7, [
    (x: bigint) => Number(BigInt.asIntN(32, x)),
    (x: number) => to32(x, I32),
    (x: number) => to32(x, U32),
    (x: number) => to32(x, I32),
    (x: number) => to32(x, U32),
    (x: number) => BigInt(x),
    (x: number) => BigInt(x >>> 0),
    (x: number) => to64(x, I64),
    (x: number) => to64(x, U64),
    (x: number) => to64(x, I64),
    (x: number) => to64(x, U64),
    (x: number) => f(x),
    (x: number) => f(x >>> 0),
    (x: bigint) => bigToF32(x),
    (x: bigint) => bigToF32(u64(x)),
    (x: number) => f(x),
    (x: number) => x,
    (x: number) => x >>> 0,
    (x: bigint) => Number(x),
    (x: bigint) => Number(u64(x)),
    (x: number) => x,
    (x: number) => {
      scratch.setFloat32(0, x)
      return scratch.getInt32(0)
    },
    (x: number) => {
      scratch.setFloat64(0, x)
      return scratch.getBigInt64(0)
    },
    (x: number) => {
      scratch.setInt32(0, x)
      return scratch.getFloat32(0)
    },
    (x: bigint) => {
      scratch.setBigInt64(0, x)
      return scratch.getFloat64(0)
    },
    (x: number) => (x << 24) >> 24,
    (x: number) => (x << 16) >> 16,
    (x: bigint) => BigInt.asIntN(8, x),
    (x: bigint) => BigInt.asIntN(16, x),
    (x: bigint) => BigInt.asIntN(32, x),
  ]),
  ...run(0xfc00, [
    (x: number) => to32(x, I32, true),
    (x: number) => to32(x, U32, true),
    (x: number) => to32(x, I32, true),
    (x: number) => to32(x, U32, true),
    (x: number) => to64(x, I64, true),
    (x: number) => to64(x, U64, true),
    (x: number) => to64(x, I64, true),
    (x: number) => to64(x, U64, true),
  ]),
]) as unknown as ReadonlyMap<number, (x: Value) => Value>

export const binary: ReadonlyMap<number, (x: Value, y: Value) => Value> = new Map([
  ...run(0x46, [
    (x: number, y: number) => bool(x === y),
    (x: number, y: number) => bool(x !== y),
    (x: number, y: number) => bool(x < y),
    (x: number, y: number) => bool(x >>> 0 < y >>> 0),
    (x: number, y: number) => bool(x > y),
    (x: number, y: number) => bool(x >>> 0 > y >>> 0),
    (x: number, y: number) => bool(x <= y),
    (x: number, y: number) => bool(x >>> 0 <= y >>> 0),
    (x: number, y: number) => bool(x >= y),
    (x: number, y: number) => bool(x >>> 0 >= y >>> 0),
  ]),
  ...run(0x51, [
    (x: bigint, y: bigint) => bool(x === y),
    (x: bigint, y: bigint) => bool(x !== y),
    (x: bigint, y: bigint) => bool(x < y),
    (x: bigint, y: bigint) => bool(u64(x) < u64(y)),
    (x: bigint, y: bigint) => bool(x > y),
    (x: bigint, y: bigint) => bool(u64(x) > u64(y)),
    (x: bigint, y: bigint) => bool(x <= y),
    (x: bigint, y: bigint) => bool(u64(x) <= u64(y)),
    (x: bigint, y: bigint) => bool(x >= y),
    (x: bigint, y: bigint) => bool(u64(x) >= u64(y)),
  ]),
  ...run(0x5b, floatComparisons),
  ...run(0x61, floatComparisons),
  ...run(0x6a, [
    (x: number, y: number) => (x + y) | 0,
    (x: number, y: number) => (x - y) | 0,
    (x: number, y: number) => Math.imul(x, y),
    divide,
    (x: number, y: number) => ((x >>> 0) / nonZero(y >>> 0)) | 0,
    (x: number, y: number) => (x % nonZero(y)) | 0,
    (x: number, y: number) => ((x >>> 0) % nonZero(y >>> 0)) | 0,
    (x: number, y: number) => x & y,
    (x: number, y: number) => x | y,
    (x: number, y: number) => x ^ y,
    (x: number, y: number) => x << y,
    (x: number, y: number) => x >> y,
    (x: number, y: number) => (x >>> y) | 0,
    (x: number, y: number) => (x << y) | (x >>> -y),
    (x: number, y: number) => (x >>> y) | (x << -y),
  ]),
  ...run(0x7c, [
    (x: bigint, y: bigint) => s64(x + y),
    (x: bigint, y: bigint) => s64(x - y),
    (x: bigint, y: bigint) => s64(x * y),
    divideBig,
    (x: bigint, y: bigint) => s64(u64(x) / nonZero(u64(y))),
    (x: bigint, y: bigint) => s64(x % nonZero(y)),
    (x: bigint, y: bigint) => s64(u64(x) % nonZero(u64(y))),
    (x: bigint, y: bigint) => x & y,
    (x: bigint, y: bigint) => x | y,
    (x: bigint, y: bigint) => x ^ y,
    (x: bigint, y: bigint) => s64(x << (y & 63n)),
    (x: bigint, y: bigint) => x >> (y & 63n),
    (x: bigint, y: bigint) => s64(u64(x) >> (y & 63n)),
    (x: bigint, y: bigint) => s64((u64(x) << (y & 63n)) | (u64(x) >> (64n - (y & 63n)))),
    (x: bigint, y: bigint) => s64((u64(x) >> (y & 63n)) | (u64(x) << (64n - (y & 63n)))),
  ]),
  ...run(0x92, floatPairs(f)),
  ...run(
    0xa0,
    floatPairs(x => x),
  ),
]) as unknown as ReadonlyMap<number, (x: Value, y: Value) => Value>
