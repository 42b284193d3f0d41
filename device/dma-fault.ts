// Why a transfer was refused, for messages. Made only when something went wrong.

export const DmaRefusal = {
  /** No memory at this address. */
  noMemory: 'no-memory',
  /** An address of another guest's memory. */
  foreign: 'foreign',
  neverGranted: 'never-granted',
  revoked: 'revoked',
  /** Granted for the other direction only. */
  direction: 'direction',
  /** The page is granted, but not all of these bytes. */
  beyondGrant: 'beyond-grant',
  busMasterDisabled: 'bus-master-disabled',
} as const

export type DmaRefusal = (typeof DmaRefusal)[keyof typeof DmaRefusal]

export interface DmaFault {
  readonly refusal: DmaRefusal
  /** Index of the adapter in the machine. */
  readonly adapter: number
  /** The transfer as asked: physical address, bytes, direction. */
  readonly address: number
  readonly lengthBytes: number
  /** Adapter to memory. */
  readonly write: boolean
  /** First address of the part that was refused. */
  readonly faultAddress: number
  /** Whom the page was last granted for (see PageTable.grant), −1 nobody in particular or never granted. */
  readonly owner: number
  /** The address would be a valid index into the guest's window. */
  readonly looksVirtual: boolean
}

export class DmaFaultReport implements DmaFault {
  readonly refusal: DmaRefusal
  readonly adapter: number
  readonly address: number
  readonly lengthBytes: number
  readonly write: boolean
  readonly faultAddress: number
  readonly owner: number
  readonly looksVirtual: boolean
  /** Label of the guest whose memory was meant, when it was another guest's. */
  readonly foreign: string | undefined

  /** @param foreign label of the slice that holds the address when it is not the adapter's own */
  constructor(fault: DmaFault, foreign: string | undefined) {
    this.refusal = foreign !== undefined && fault.refusal === DmaRefusal.noMemory ? DmaRefusal.foreign : fault.refusal
    this.adapter = fault.adapter
    this.address = fault.address
    this.lengthBytes = fault.lengthBytes
    this.write = fault.write
    this.faultAddress = fault.faultAddress
    this.owner = fault.owner
    this.looksVirtual = fault.looksVirtual
    this.foreign = foreign
  }

  /** One sentence for the driver's author. */
  get text(): string {
    return `DMA ${this.write ? 'write to' : 'read from'} ${hex(this.address)}, ${this.lengthBytes} bytes, refused: ${this.#reason()}`
  }

  #reason(): string {
    const at = hex(this.faultAddress)
    const whom = this.owner < 0 ? '' : ` for request #${this.owner}`
    switch (this.refusal) {
      case DmaRefusal.busMasterDisabled:
        return 'bus mastering is off in the PCI command register'
      case DmaRefusal.foreign:
        return `${at} is memory of another guest (${this.foreign})`
      case DmaRefusal.neverGranted:
        return `the page at ${at} was never granted to the adapter`
      case DmaRefusal.revoked:
        return `the page at ${at} was granted${whom} and has been revoked: its request is over`
      case DmaRefusal.direction:
        return `the page at ${at} is granted${whom} for the other direction only`
      case DmaRefusal.beyondGrant:
        return `the page at ${at} is granted${whom}, but not all of these bytes`
      case DmaRefusal.noMemory:
        return this.looksVirtual
          ? `${at} is no physical address; it looks like a virtual one`
          : `there is no memory at ${at}`
    }
  }
}

function hex(n: number): string {
  return `0x${n.toString(16).padStart(8, '0')}`
}
