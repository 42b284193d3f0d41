// The PCI bus: which function sits in which slot, and configuration access by slot number.
//
// Models: one bus, slots of 32 devices with 8 functions; no two windows in one range.
// Does not model: bridges and further buses, configuration mechanism ports (0xCF8).
//
// Source: WDK (NT DDK reference, archived): HalGetBusData, HalGetBusDataByOffset, PCI_SLOT_NUMBER.
import { conflict, overlap } from './address-space.ts'
import type { Bytes } from './bytes.ts'
import { PciError, type PciFunction } from './pci-function.ts'

export {
  type BarOptions,
  PciCommand,
  PciError,
  PciFunction,
  type PciFunctionOptions,
  PciOffset,
} from './pci-function.ts'

export interface PciSlot {
  /** 0…31 */
  device: number
  /** 0…7 */
  fn: number
}

/** PCI_SLOT_NUMBER.u.AsULONG: bits 0-4 device, bits 5-7 function (WDK: PCI_SLOT_NUMBER). */
export function slotNumber(slot: PciSlot): number {
  return slot.device | (slot.fn << 5)
}

export class PciBus {
  readonly #functions = new Map<number, PciFunction>()

  /**
   * @throws PciError when the slot is taken or impossible
   * @throws AddressConflictError when two windows are assigned one range, decoded or not
   */
  add(slot: PciSlot, added: PciFunction): void {
    if (!(slot.device >= 0 && slot.device < 32 && slot.fn >= 0 && slot.fn < 8))
      throw new PciError(`no PCI slot ${slot.device}.${slot.fn}`)
    const number = slotNumber(slot)
    const holder = this.#functions.get(number)
    if (holder) throw new PciError(`${added.label}: PCI slot ${slot.device}.${slot.fn} holds ${holder.label} already`)
    for (const other of this.#functions.values()) checkWindows(added, other)
    checkWindows(added, added)
    this.#functions.set(number, added)
  }

  function(slotNumber: number): PciFunction | undefined {
    return this.#functions.get(slotNumber)
  }

  *functions(): IterableIterator<{ slotNumber: number; function: PciFunction }> {
    for (const [slotNumber, found] of [...this.#functions].sort((a, b) => a[0] - b[0]))
      yield { slotNumber, function: found }
  }

  /** @returns bytes copied to `into[at…]`; 0 when the slot is empty */
  readConfig(slotNumber: number, offset: number, into: Bytes, at: number, length: number): number {
    return this.#functions.get(slotNumber)?.readConfig(offset, into, at, length) ?? 0
  }

  /** @returns bytes taken from `from[at…]`; 0 when the slot is empty */
  writeConfig(slotNumber: number, offset: number, from: Bytes, at: number, length: number): number {
    return this.#functions.get(slotNumber)?.writeConfig(offset, from, at, length) ?? 0
  }
}

function checkWindows(a: PciFunction, b: PciFunction): void {
  for (const [i, one] of a.bars.entries())
    for (const [j, two] of b.bars.entries()) {
      if (!one || !two || one.base === 0 || two.base === 0 || one.space !== two.space || (a === b && j <= i)) continue
      if (overlap(one, two))
        throw conflict(one.space, { ...one, label: `${a.label} BAR${i}` }, { ...two, label: `${b.label} BAR${j}` })
    }
}
