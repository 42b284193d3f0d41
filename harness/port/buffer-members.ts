// The members of PORT_CONFIGURATION_INFORMATION that ScsiPortGetUncachedExtension reads: as they were at the call, and whether they
// are the same when HwFindAdapter returns. Source: WDK ScsiPortGetUncachedExtension.
import { CONFIG, CONFIG_FIELDS } from '../../schemas/scsiport.ts'
import type { Guest } from '../guest/guest.ts'
import { Event, Finding } from '../trace/events.ts'
import type { Trace } from '../trace/trace.ts'
import { fieldOf } from './guest-memory.ts'

const READ: ReadonlySet<number> = new Set([
  CONFIG.DmaChannel,
  CONFIG.DmaPort,
  CONFIG.DmaWidth,
  CONFIG.DmaSpeed,
  CONFIG.MaximumTransferLength,
  CONFIG.NumberOfPhysicalBreaks,
  CONFIG.ScatterGather,
  CONFIG.Master,
  CONFIG.Dma32BitAddresses,
  CONFIG.Dma64BitAddresses,
  CONFIG.AutoRequestSense,
  CONFIG.SrbExtensionSize,
])
const MEMBERS = CONFIG_FIELDS.filter(([, offset]) => READ.has(offset))

interface Owner {
  readonly index: number
  readonly trace: Trace
  readonly guest: Guest
}

export class BufferMembers {
  readonly #owner: Owner
  /** Values at the first call since HwFindAdapter began, in the order of `MEMBERS`. */
  #values: number[] = []

  constructor(owner: Owner) {
    this.#owner = owner
  }

  forget(): void {
    this.#values = []
  }

  /** ScsiPortGetUncachedExtension is called. */
  read(config: number): void {
    const { trace, index, guest } = this.#owner
    const at = config >>> 0
    if (this.#values.length > 0 || at + CONFIG.bytes > guest.u8.length) return
    this.#values = MEMBERS.map(([, offset, bytes]) => fieldOf(guest.view, at + offset, bytes))
    if (guest.u8[at + CONFIG.Master] === 0) trace.emit(Event.Finding, index, Finding.BufferMember, -1, CONFIG.Master, 0)
  }

  /** HwFindAdapter has returned. */
  compare(config: number): void {
    const { trace, index, guest } = this.#owner
    for (const [n, value] of this.#values.entries()) {
      const [, offset, bytes] = MEMBERS[n]!
      const left = fieldOf(guest.view, config + offset, bytes)
      if (left !== value) trace.emit(Event.Finding, index, Finding.BufferMemberLate, -1, offset, left | 0)
    }
  }
}
