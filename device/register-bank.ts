// The register bank: the registers of one window, made from a register map.
//
// Models: the access words ro rw wo rc rw1c rw1s by masks, then up to three hooks a register; reserved bits and
// unimplemented fields as two different diagnostics, the driver's sin and ours.
// Does not model: what the registers do (the adapter's engine does), accesses narrower or wider than the register.
//
// A write:  next = (written & rw) | (old & ~rw);  next &= ~(written & rw1c);  next |= written & rw1s
//           next = beforeWrite(next, old, written);  stored;  afterWrite(next, old, written)
// A read:   stored → onRead(stored) → returned;  rc fields are 0 afterwards
// What is refused reads all ones and swallows the write. No sequence of accesses throws, as long as no hook does.
import type { RegisterMap, RegisterMapInput } from '../schemas/register-map.ts'
import { allOnes, type IoTarget } from './address-space.ts'
import { DiagnosticCode } from './probe.ts'
import { type CompiledRegister, compileRegisterMap, RegisterMapError } from './register-map.ts'

/** At most three hooks a register. They are called as functions of their table, so they must not need `this`. */
export interface RegisterHooks {
  /** @returns what the driver reads */
  onRead?(value: number): number
  /** @returns what is stored. `written` holds the write-only fields, which `next` does not. */
  beforeWrite?(next: number, old: number, written: number): number
  afterWrite?(next: number, old: number, written: number): void
}

/** Told of every access that was refused or partly ignored: DiagnosticCode, byte offset, value or bits, width in bytes. */
export type RegisterReport = (code: number, offset: number, value: number, widthBytes: number) => void

interface Row {
  readonly register: CompiledRegister
  readonly offset: number
  readonly widthBytes: number
  /** Bits a write takes over. */
  readonly rw: number
  readonly w1c: number
  readonly w1s: number
  readonly rc: number
  readonly reserved: number
  readonly unimplemented: number
  /** No write changes anything: a non-zero write is reported. */
  readonly readOnly: boolean
  /** Nothing can be read: a read is reported. */
  readonly writeOnly: boolean
  readonly onRead: ((value: number) => number) | undefined
  readonly beforeWrite: ((next: number, old: number, written: number) => number) | undefined
  readonly afterWrite: ((next: number, old: number, written: number) => void) | undefined
}

export class RegisterBank implements IoTarget {
  readonly map: RegisterMap
  /** Stored values by register index, 32-bit patterns. The engine reads and sets them; nothing is checked here. */
  readonly values: Int32Array
  readonly #rows: readonly Row[]
  /** Register index of each byte of the window, −1 none; for reads and for writes. */
  readonly #readAt: Int16Array
  readonly #writeAt: Int16Array
  readonly #report: RegisterReport

  /**
   * @param hooks by register name
   * @throws RegisterMapError for a map that contradicts itself, or hooks for an unknown register
   */
  constructor(map: RegisterMapInput, hooks: Record<string, RegisterHooks>, report: RegisterReport) {
    const compiled = compileRegisterMap(map)
    const strangers = Object.keys(hooks).filter(name => !compiled.registers.some(register => register.name === name))
    if (strangers.length > 0)
      throw new RegisterMapError(
        map.title,
        strangers.map(name => `hooks for unknown register ${name}`),
      )
    this.map = compiled.map
    this.#report = report
    this.#rows = compiled.registers.map(register => row(register, hooks[register.name]))
    this.values = new Int32Array(this.#rows.length)
    const last = compiled.registers.at(-1)!
    this.#readAt = new Int16Array(last.offset + last.widthBytes).fill(-1)
    this.#writeAt = this.#readAt.slice()
    for (const [index, { offset, widthBytes, side }] of compiled.registers.entries()) {
      if (side !== 'write') this.#readAt.fill(index, offset, offset + widthBytes)
      if (side !== 'read') this.#writeAt.fill(index, offset, offset + widthBytes)
    }
    this.reset()
  }

  /**
   * Index of a register in `values`. For set-up, not for hot paths.
   * @throws RegisterMapError for an unknown name
   */
  index(name: string): number {
    const index = this.#rows.findIndex(row => row.register.name === name)
    if (index < 0) throw new RegisterMapError(this.map.title, [`no register ${name}`])
    return index
  }

  /**
   * Where a field lies. For set-up, not for hot paths.
   * @throws RegisterMapError for an unknown name
   */
  field(register: string, field: string): { mask: number; shift: number } {
    const found = this.#rows[this.index(register)]!.register.fields.find(f => f.name === field)
    if (!found) throw new RegisterMapError(this.map.title, [`no field ${register}.${field}`])
    return { mask: found.mask, shift: found.shift }
  }

  /** Every register to its reset value; no hook is called. */
  reset(): void {
    for (let i = 0; i < this.values.length; i++) this.values[i] = this.#rows[i]!.register.reset
  }

  read(offset: number, widthBytes: number): number {
    const index = this.#indexOf(this.#readAt, offset, widthBytes, 0)
    if (index < 0) return allOnes(widthBytes)
    const row = this.#rows[index]!
    if (row.writeOnly) this.#report(DiagnosticCode.WriteOnlyRead, offset, 0, widthBytes)
    if (row.onRead === undefined && row.rc === 0) return this.values[index]!
    const stored = this.values[index]!
    const value = row.onRead === undefined ? stored : row.onRead(stored) | 0
    if (row.rc !== 0) this.values[index]! &= ~row.rc
    return widthBytes === 4 ? value : value & allOnes(widthBytes)
  }

  write(offset: number, widthBytes: number, value: number): void {
    const index = this.#indexOf(this.#writeAt, offset, widthBytes, value)
    if (index < 0) return
    const row = this.#rows[index]!
    const written = widthBytes === 4 ? value | 0 : value & allOnes(widthBytes)
    const old = this.values[index]!
    if (row.readOnly) {
      if (written !== 0) this.#report(DiagnosticCode.ReadOnlyWritten, offset, written, widthBytes)
      return
    }
    if ((written & row.reserved) !== 0)
      this.#report(DiagnosticCode.ReservedBitsWritten, offset, written & row.reserved, widthBytes)
    if (((written ^ old) & row.unimplemented) !== 0)
      this.#report(DiagnosticCode.Unimplemented, offset, (written ^ old) & row.unimplemented, widthBytes)
    let next = (written & row.rw) | (old & ~row.rw)
    next &= ~(written & row.w1c)
    next |= written & row.w1s
    if (row.beforeWrite !== undefined) next = row.beforeWrite(next, old, written) | 0
    this.values[index] = next
    if (row.afterWrite !== undefined) row.afterWrite(next, old, written)
  }

  #indexOf(table: Int16Array, offset: number, widthBytes: number, value: number): number {
    const index = offset >= 0 && offset < table.length ? table[offset]! : -1
    if (index >= 0) {
      const row = this.#rows[index]!
      if (row.offset === offset && row.widthBytes === widthBytes) return index
    }
    this.#refuse(index, offset, widthBytes, value)
    return -1
  }

  /** @param index of the register there, −1 none */
  #refuse(index: number, offset: number, widthBytes: number, value: number): void {
    let code: number = DiagnosticCode.BadAccessWidth
    if (widthBytes === 1 || widthBytes === 2 || widthBytes === 4) {
      if (offset % widthBytes !== 0) code = DiagnosticCode.Unaligned
      else if (!(index >= 0)) code = DiagnosticCode.NoRegister
    }
    this.#report(code, offset, value | 0, widthBytes)
  }
}

function row(register: CompiledRegister, hooks: RegisterHooks | undefined): Row {
  const { ro, rw, wo, rc, w1c, w1s, reserved, unimplemented } = register
  return {
    register,
    offset: register.offset,
    widthBytes: register.widthBytes,
    rw,
    w1c,
    w1s,
    rc,
    reserved,
    unimplemented,
    readOnly: (rw | wo | w1c | w1s | unimplemented) === 0,
    writeOnly: wo !== 0 && (ro | rw | rc | w1c | w1s | unimplemented) === 0,
    onRead: hooks?.onRead,
    beforeWrite: hooks?.beforeWrite,
    afterWrite: hooks?.afterWrite,
  }
}
