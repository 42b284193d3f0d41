// Why a transfer was refused, for messages. Made only when something went wrong.
import type { BusMemory, DmaPort } from './bus-memory.ts'

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

export class DmaFaultReport {
  readonly refusal: DmaRefusal
  readonly adapter: number
  /** The transfer as asked: physical address, bytes, direction. */
  readonly address: number
  readonly lengthBytes: number
  readonly write: boolean
  /** First address of the part that was refused. */
  readonly faultAddress: number
  /** Whom the page was last granted for (see BusSlice.grant), −1 nobody in particular or never granted. */
  readonly owner: number
  /** One sentence for the driver's author. */
  readonly text: string

  constructor(
    bus: BusMemory,
    port: DmaPort,
    refusal: DmaRefusal,
    address: number,
    lengthBytes: number,
    write: boolean,
    faultAddress: number,
  ) {
    this.refusal = refusal
    this.adapter = port.adapter
    this.address = address
    this.lengthBytes = lengthBytes
    this.write = write
    this.faultAddress = faultAddress
    const page = port.slice.pageAt(faultAddress)
    this.owner = page < 0 ? -1 : port.slice.grantOwner[page]!
    this.text = `DMA ${write ? 'write to' : 'read from'} ${hex(address)}, ${lengthBytes} bytes, refused: ${reason(this, bus, port)}`
  }
}

function reason(fault: DmaFaultReport, bus: BusMemory, port: DmaPort): string {
  const { slice } = port
  const at = hex(fault.faultAddress)
  switch (fault.refusal) {
    case DmaRefusal.busMasterDisabled:
      return 'bus mastering is off in the PCI command register'
    case DmaRefusal.foreign:
      return `${at} is memory of another guest (${bus.sliceAt(fault.faultAddress)?.label})`
    case DmaRefusal.neverGranted:
      return `the page at ${at} was never granted to the adapter`
    case DmaRefusal.revoked:
      return `the page at ${at} was granted${whom(fault.owner)} and has been revoked: its request is over`
    case DmaRefusal.direction:
      return `the page at ${at} is granted${whom(fault.owner)} for the other direction only`
    case DmaRefusal.beyondGrant:
      return `the page at ${at} is granted${whom(fault.owner)}, but not all of these bytes`
    case DmaRefusal.noMemory: {
      const looksVirtual = fault.faultAddress >= slice.offset && fault.faultAddress < slice.offset + slice.pages * 4096
      return looksVirtual ? `${at} is no physical address; it looks like a virtual one` : `there is no memory at ${at}`
    }
  }
}

function whom(owner: number): string {
  return owner < 0 ? '' : ` for request #${owner}`
}

function hex(n: number): string {
  return `0x${n.toString(16).padStart(8, '0')}`
}
