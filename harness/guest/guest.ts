// A guest: a loaded, metered miniport, and the ways to call into it. Knows no SCSI.
import type { Bytes } from '../../device/bytes.ts'
import type { CoverageHits, CoverageMap } from './coverage.ts'

/** wasm value types a host import or an entry point may have. */
export type ValueType = 'i32' | 'i64' | 'f32' | 'f64'

/** One import the host offers: a row of the ABI table. The metering pass appends the counter as one more i32 argument. */
export interface ImportSpec {
  name: string
  params: readonly ValueType[]
  results: readonly ValueType[]
}

/** An import with its implementation, which gets the counter as its last argument. */
export interface HostImport extends ImportSpec {
  fn: (...args: number[]) => number | void
}

export interface Signature {
  params: readonly ValueType[]
  results: readonly ValueType[]
}

/** Called at loop heads and function entries once the counter passes the deadline; returns the new deadline (a counter value). May throw a `GuestStop`. */
export type DeadlineHandler = (counter: number) => number

/** Why a module cannot be loaded: everything that is wrong with it, at once. */
export class GuestLoadError extends Error {
  override name = 'GuestLoadError'
  readonly problems: readonly LoadProblem[]
  constructor(name: string, problems: readonly LoadProblem[]) {
    super(`${name} cannot be loaded:\n${problems.map(p => `  ${p.message}`).join('\n')}`)
    this.problems = problems
  }
}

export interface LoadProblem {
  kind:
    | 'not-wasm'
    | 'malformed'
    | 'feature'
    | 'unknown-import'
    | 'import-signature'
    | 'missing-export'
    | 'export-signature'
    | 'memory'
    | 'start'
  message: string
}

export interface LoadOptions {
  /** Shown in messages: the path as typed. */
  name: string
  bytes: Bytes
  /** Every import of module `env` the host offers, with its implementation. The implementation gets the counter as its last argument. */
  imports: readonly HostImport[]
  /** Unknown `env` imports: refuse the module, or bind a stub that calls this with the name (and must throw). */
  onUnknownImport?: (name: string) => never
  deadline: DeadlineHandler
  depthExceeded: () => never
  /** Bytes of host arena behind the guest's own pages; rounded up to 64 KiB. */
  arenaBytes: number
  maxCallDepth: number
  /** For WASI guests. */
  wasi: { nowPs: () => number; seed: number; write: (fd: number, text: string) => void; exit: (code: number) => never }
  /** Where metered modules are kept between runs; none: metered afresh each time. */
  cache?: MeterCache
  /** Called before every load and store of the guest (not counted, slow: for the second run that finds out who did it). */
  watch?: AccessWatcher
  /** The guest marks which of its basic blocks it enters. Nothing else changes: counter, traps and limits are the same. */
  coverage?: boolean
}

/** @param address first byte, as the operator computes it (modulo 2^32) @param access bytes, plus 0x100 for a store */
export type AccessWatcher = (address: number, access: number) => void

/** A store of metered modules by content hash. Implementations that touch files live outside the core. */
export interface MeterCache {
  get(key: string): Promise<Bytes | undefined>
  put(key: string, value: Bytes): Promise<void>
}

/** Operators of a function that run together or not at all, charged at once. */
export interface CountingBlock {
  functionName: string
  /** Offset of its first operator in the module as given. */
  codeOffset: number
  operators: number
}

/** A variable of the module that does not lie in memory. */
export interface GuestGlobal {
  readonly name: string
  value(): number | bigint
}

export interface Guest {
  readonly name: string
  /** Of the module as given. */
  readonly sha256: string
  readonly usesWasi: boolean
  /** Names of `env` imports that nobody knows (only with `onUnknownImport`). */
  readonly unknownImports: readonly string[]
  /** Guest pages first, host arena behind; does not grow. */
  readonly memory: WebAssembly.Memory
  /** The whole of it; never detached. */
  readonly u8: Bytes
  readonly i32: Int32Array<ArrayBuffer>
  readonly view: DataView<ArrayBuffer>
  /** First byte of the host arena = size of the guest's own memory. */
  readonly arenaOffset: number
  readonly arenaBytes: number
  /** Where the shadow stack of C begins (it grows down); undefined when the module has none. */
  readonly stack: number | undefined
  /** End of what the module's data segments fill. */
  readonly dataEnd: number
  /** Bytes from address 0 on in which the module's variables lie, and its shadow stack. */
  readonly variableBytes: number
  /** The module's own mutable globals, without the stack pointer. */
  readonly globals: readonly GuestGlobal[]
  /** Bytes from address 0 on that the module puts nothing into: a write there went through NULL. At most 64, a multiple of 4. */
  readonly nullBytes: number
  /** Instructions counted so far, modulo 2^32, as an i32. */
  counter(): number
  /** Sets the counter value at which the deadline handler is called next. Compared modulo 2^32: at most 2^31 − 1 ahead. */
  setDeadline(counter: number): void
  /** To be called before every entry from the host: resets the call depth. */
  resetDepth(): void
  /** DriverEntry. */
  driverEntry(argument1: number, argument2: number): number
  /** The function at a table index, undefined when the index is out of range or null. */
  entry(tableIndex: number): ((...args: number[]) => number | undefined) | undefined
  /** Its type, undefined likewise. */
  signature(tableIndex: number): Signature | undefined
  /** Name of the function at a table index, from the name section, else `function 12`. */
  functionName(tableIndex: number): string
  /** Names the function in which a trap, or any error thrown out of wasm, happened: innermost guest function and its offset in the original module's code. */
  locate(error: unknown): { functionName: string; codeOffset: number | undefined } | undefined
}

export interface LoadedGuest extends Guest {
  /** The counting blocks of the metering pass; a block's number is its index. Read from the module at each call. */
  blocks(): readonly CountingBlock[]
  /** Which basic blocks were entered so far; undefined without coverage. */
  coverageHits(): CoverageHits | undefined
  /** What there is to be covered; undefined without coverage. Read from the module at each call. @param sourceMap text of the module's source map */
  coverageMap(sourceMap?: string): CoverageMap | undefined
}
