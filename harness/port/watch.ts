// The second look: a run in which every load and store of the guest is seen, to find out who touched what it must not.
// Made only after a first run of the same scenario and seed ended in a memory fault or a memory finding.
import type { AccessWatcher, Guest } from '../guest/guest.ts'
import { Finding } from '../trace/events.ts'
import type { Arena } from './arena.ts'
import { GUARD_BYTES } from './arena.ts'
import { hex } from './guest-memory.ts'
import type { Mapping } from './mapping.ts'
import { NOISE_TAG, POISON_BYTE } from './srb-guard.ts'

const STORE = 0x100
const CULPRITS_KEPT = 64

/** Whose accesses are watched. */
export interface Watched {
  readonly guest: Guest
  readonly arena: Arena
  readonly mappings: readonly Mapping[]
  /** The guest itself reads or writes a data buffer that it was told to leave alone. */
  dataTouched(address: number): void
}

export class AccessWatch {
  /** Address of the latest load or store. */
  address = 0
  /** The function that first wrote to a byte nobody may write to, by address. */
  readonly #culprits = new Map<number, string>()
  readonly #owner: Watched
  /** Buffers have addresses for the processor although MapBuffers is FALSE: a driver that dereferences them goes on, as it does on Windows. */
  readonly opens: boolean
  /** A trap was at the address of a buffer that is opaque. */
  metOpaque = false
  #dataFrom = 0
  #dataTo = 0

  constructor(owner: Watched, opens = false) {
    this.#owner = owner
    this.opens = opens
  }

  /** Where the data buffers lie that are open and should not be. */
  watchData(from: number, to: number): void {
    this.#dataFrom = from
    this.#dataTo = to
  }

  readonly onAccess: AccessWatcher = (address, access) => {
    const at = address >>> 0
    this.address = at
    if (at >= this.#dataFrom && at < this.#dataTo) this.#owner.dataTouched(at)
    if ((access & STORE) !== 0 && this.#forbidden(at, access & 0xff)) this.#blame(at, access & 0xff)
  }

  /** The function that wrote there, undefined when it was not seen (bulk memory operators, imports). */
  culprit(address: number): string | undefined {
    return this.#culprits.get(address)
  }

  /** What lies at the address of an access that trapped. */
  explain(): { text: string; finding: number | undefined } {
    const { mappings, guest } = this.#owner
    const at = this.address
    const mapping = mappings.find(m => !m.port && at >= m.logical && at < m.logical + m.bytes)
    if (mapping !== undefined) {
      const text = `${hex(at)} is a register address (offset ${hex(at - mapping.logical)}): registers are reached with ScsiPortReadRegister… and ScsiPortWriteRegister… only`
      return { text, finding: Finding.RegisterDereference }
    }
    const top = at >>> 24
    // A member of a structure lies a little behind the pointer.
    if (at >= POISON_POINTER && at < POISON_POINTER + NEAR_BYTES)
      return {
        text: `${hex(at)} was read from an SRB that had been completed: after RequestComplete neither the SRB nor its extension may be touched`,
        finding: Finding.TouchedAfterCompletion,
      }
    if (top === NOISE_TAG)
      return {
        text: `${hex(at)} stood in an SRB extension before the driver had written to it: SRB extensions are not initialised`,
        finding: Finding.ExtensionNotWritten,
      }
    if (at >= OPAQUE_FROM && !this.opens) {
      this.metOpaque = true
      return {
        text: `${hex(at)} is a DataBuffer address: without MapBuffers it is opaque, only ScsiPortGetPhysicalAddress takes it`,
        finding: Finding.OpaqueDereference,
      }
    }
    if (at >= HW_CONTEXT_POISON && at < HW_CONTEXT_POISON + NEAR_BYTES) {
      const text = `${hex(at)} is HwContext, offset ${hex(at - HW_CONTEXT_POISON)}: it points nowhere while access ranges are supplied`
      return { text, finding: Finding.HwContextUsed }
    }
    return { text: `${hex(at)} lies outside the ${guest.u8.length} bytes of memory there are`, finding: undefined }
  }

  #forbidden(at: number, bytes: number): boolean {
    const { guest, arena } = this.#owner
    if (at < guest.nullBytes) return true
    if (at < guest.arenaOffset) return false
    return arena.objects.some(
      o =>
        (at + bytes > o.at - GUARD_BYTES && at < o.at) ||
        (at + bytes > o.at + o.bytes && at < o.at + o.bytes + GUARD_BYTES),
    )
  }

  #blame(at: number, bytes: number): void {
    if (this.#culprits.size > CULPRITS_KEPT) return
    const name = this.#owner.guest.locate(new Error())?.functionName
    if (name === undefined) return
    for (let n = at; n < at + bytes; n++) if (!this.#culprits.has(n)) this.#culprits.set(n, name)
  }
}

/** HwContext of HwFindAdapter with `hwContext: 'poison'`: beyond every memory. */
export const HW_CONTEXT_POISON = 0x6100_0000

/** DataBuffer addresses of miniports without MapBuffers lie from here on (life-cycle.ts). */
const OPAQUE_FROM = 0xc000_0000
const POISON_POINTER = (POISON_BYTE * 0x0101_0101) >>> 0
const NEAR_BYTES = 0x1_0000
