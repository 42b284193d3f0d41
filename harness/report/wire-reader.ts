// What happened on the interrupt lines and what the adapters complained about, read from the trace.

import type { DiagnosticReport, LineReport } from '../../schemas/report.ts'
import { BAD_ACCESS, BENCH, DiagnosticCode, Event, ROUTINE_NAMES } from '../trace/events.ts'
import type { Trace, TraceReader } from '../trace/trace.ts'

/** Different complaints kept for each guest. */
const KINDS_KEPT = 200

interface Complaint {
  code: string
  register: string
  count: number
  message: string
  routine: string | null
}

export interface RegisterNames {
  register(guest: number, offset: number, side: 'read' | 'write'): string
}

/** Raised and asserted time of each line. `lineOf` gives the index of the line an adapter is wired to. */
export class LineReader implements TraceReader {
  readonly raised: Float64Array
  readonly assertedPs: Float64Array
  readonly storms: Uint32Array
  readonly #since: Float64Array
  readonly #lineOf: readonly number[]
  readonly #trace: Trace

  constructor(trace: Trace, lines: number, lineOf: readonly number[]) {
    this.#trace = trace
    this.#lineOf = lineOf
    this.raised = new Float64Array(lines)
    this.assertedPs = new Float64Array(lines)
    this.storms = new Uint32Array(lines)
    this.#since = new Float64Array(lines).fill(-1)
    trace.subscribe({ kind: Event.Line, reader: this }, { kind: Event.Storm, reader: this })
  }

  on(i: number): void {
    const trace = this.#trace
    const line = this.#lineOf[trace.guest[i]!]
    if (line === undefined) return
    if (trace.kind[i] === Event.Storm) {
      this.storms[line]!++
      return
    }
    const high = trace.a[i] !== 0
    const since = this.#since[line]!
    if (high && since < 0) {
      this.raised[line]!++
      this.#since[line] = trace.psAt(i)
    } else if (!high && since >= 0) {
      this.assertedPs[line]! += trace.psAt(i) - since
      this.#since[line] = -1
    }
  }

  report(line: number, name: string, guests: readonly string[]): LineReport {
    return {
      name,
      guests: [...guests],
      raised: this.raised[line]!,
      assertedNs: this.assertedPs[line]! / 1000,
      storms: this.storms[line]!,
    }
  }
}

const DIAGNOSTIC_NAMES = new Map<number, string>(Object.entries(DiagnosticCode).map(([name, code]) => [code, name]))
const BAD_ACCESS_NAMES = new Map<number, string>(Object.entries(BAD_ACCESS).map(([name, code]) => [code, name]))

const WORDS: Readonly<Record<string, string>> = {
  ReservedBitsWritten: 'reserved bits written',
  Unimplemented: 'a field was written that this model does not act on',
  ReadOnlyWritten: 'a read-only register was written',
  WriteOnlyRead: 'a write-only register was read',
  BadAccessWidth: 'an access of a width that the register does not take',
  Unaligned: 'an unaligned access',
  NoRegister: 'there is no register',
  Unmapped: 'nothing is mapped there',
  DecodeDisabled: 'the window is not decoded',
  BusMasterDisabled: 'DMA while bus mastering is off',
  IgnoredWhileBusy: 'ignored while busy or not ready',
  BadDoorbell: 'a doorbell for a tag that is busy or does not exist',
  BadSetting: 'a setting that makes no sense',
}

/** Collects the adapters' diagnostics and the accesses that reached no register. */
export class DiagnosticReader implements TraceReader {
  readonly #trace: Trace
  readonly #names: RegisterNames
  readonly #byGuest = new Map<number, Map<string, Complaint>>()

  constructor(trace: Trace, names: RegisterNames) {
    this.#trace = trace
    this.#names = names
    trace.subscribe({ kind: Event.Diagnostic, reader: this }, { kind: Event.BadAccess, reader: this })
  }

  on(i: number): void {
    const trace = this.#trace
    const guest = trace.guest[i]!
    let code: string
    let register: string
    let detail: string
    if (trace.kind[i] === Event.BadAccess) {
      if (trace.d[i]! >>> 16 === BAD_ACCESS.probed) return
      code = BAD_ACCESS_NAMES.get(trace.d[i]! >>> 16) ?? 'unmapped'
      register = `0x${(trace.a[i]! >>> 0).toString(16)}`
      detail = `an access that reaches no register (${code})`
    } else {
      code = DIAGNOSTIC_NAMES.get(trace.a[i]!) ?? `diagnostic ${trace.a[i]}`
      register =
        guest === BENCH
          ? `0x${(trace.b[i]! >>> 0).toString(16)}`
          : this.#names.register(
              guest,
              trace.b[i]! >>> 0,
              trace.a[i] === DiagnosticCode.WriteOnlyRead ? 'read' : 'write',
            )
      detail = `${WORDS[code] ?? code}, value 0x${(trace.c[i]! >>> 0).toString(16)}`
    }
    const key = `${code} ${register}`
    let kinds = this.#byGuest.get(guest)
    if (kinds === undefined) {
      kinds = new Map()
      this.#byGuest.set(guest, kinds)
    }
    const known = kinds.get(key)
    if (known !== undefined) known.count++
    else if (kinds.size < KINDS_KEPT) {
      const routine = this.#routineAt(trace.numberAt(i), guest)
      kinds.set(key, {
        code,
        register,
        count: 1,
        message: detail,
        routine: routine < 0 ? null : ROUTINE_NAMES[routine]!,
      })
    }
  }

  /** The routine of the guest that runs at an event, −1 for none: looked up in the ring, for complaints are rare. */
  #routineAt(number: number, guest: number): number {
    const trace = this.#trace
    for (let n = number; trace.indexOf(n) >= 0; n--) {
      const i = trace.indexOf(n)
      if (trace.guest[i] !== guest) continue
      if (trace.kind[i] === Event.Enter) return trace.a[i]!
      if (trace.kind[i] === Event.Exit) return -1
    }
    return -1
  }

  report(guest: number): DiagnosticReport[] {
    return [...(this.#byGuest.get(guest)?.values() ?? [])]
  }
}
