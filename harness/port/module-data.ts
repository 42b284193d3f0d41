// The module's own data: variables that outlive a call. A miniport keeps its state in extensions, so what lies here must not change once
// DriverEntry has returned. Memory below the host's arena is compared after the first calls of each routine and at the end of the run; the
// shadow stack of C is left out. Before DriverEntry that stack is filled with noise, as stacks are.
import type { Guest } from '../guest/guest.ts'
import { Event, Finding, ROUTINE_NAMES, type Routine } from '../trace/events.ts'
import type { Trace } from '../trace/trace.ts'

/** Calls of each routine after which memory is compared. */
const LOOKS = 3
/** What wasm-ld gives the shadow stack unless told otherwise. */
const STACK_BYTES = 65_536
/** Of very large modules the beginning is compared. */
const COMPARED_BYTES = 1 << 20
const NOISE = 0x5ca1ab1e

interface Owner {
  readonly index: number
  readonly trace: Trace
  readonly guest: Guest
}

export class ModuleData {
  /** Somebody is still to be looked at. */
  looking = false
  readonly #owner: Owner
  readonly #looks = new Uint8Array(ROUTINE_NAMES.length)
  #before: Int32Array = new Int32Array(0)
  #globals: (number | bigint)[] = []
  #stackFrom = 0
  #stackTo = 0

  constructor(owner: Owner) {
    this.#owner = owner
  }

  /** Before DriverEntry. */
  fillStack(): void {
    const { stack, i32, dataEnd } = this.#owner.guest
    if (stack === undefined) return
    this.#stackTo = stack
    this.#stackFrom = Math.max(stack > dataEnd ? dataEnd : 0, stack - STACK_BYTES)
    const first = Math.max((this.#stackFrom + 3) >> 2, this.#owner.guest.nullBytes >> 2)
    for (let w = first; w < stack >> 2; w++) i32[w] = (NOISE ^ Math.imul(w, 0x9e3779b1)) | 1
  }

  /** DriverEntry has returned. */
  remember(): void {
    const { i32, variableBytes, globals } = this.#owner.guest
    this.#before = i32.slice(0, Math.min(variableBytes, COMPARED_BYTES) >> 2)
    this.#globals = globals.map(global => global.value())
    this.looking = true
    this.#looks.fill(LOOKS)
  }

  afterRoutine(routine: Routine): void {
    if (this.#looks[routine] === 0) return
    this.#looks[routine]!--
    this.compare()
  }

  /** Something changed: said once. */
  compare(): void {
    if (!this.looking) return
    const { trace, index, guest } = this.#owner
    const at = this.#changed()
    const global = at >= 0 ? undefined : guest.globals.find((g, n) => !Object.is(g.value(), this.#globals[n]))
    if (at < 0 && global === undefined) return
    this.looking = false
    const name = global === undefined ? -1 : trace.intern(global.name)
    trace.emit(Event.Finding, index, Finding.ModuleDataChanged, -1, at, name)
  }

  #changed(): number {
    const { i32, u8, nullBytes } = this.#owner.guest
    const before = this.#before
    const stackFrom = this.#stackFrom >> 2
    const stackTo = (this.#stackTo + 3) >> 2
    for (let w = nullBytes >> 2; w < before.length; w++) {
      if (i32[w] === before[w] || (w >= stackFrom && w < stackTo)) continue
      const old = new Uint8Array(before.buffer)
      let at = w << 2
      while (u8[at] === old[at]) at++
      return at
    }
    return -1
  }
}
