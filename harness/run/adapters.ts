// From the configuration of an adapter to the adapter itself, in its place on the bus.
import type { Adapter, AdapterPorts } from '../../device/adapters/adapter.ts'
import { createBusLogicAdapter } from '../../device/adapters/buslogic/adapter.ts'
import { createNvmeAdapter } from '../../device/adapters/nvme/adapter.ts'
import { createReferenceAdapter } from '../../device/adapters/reference/adapter.ts'
import type { AddressSpace, IoTarget } from '../../device/address-space.ts'
import type { AdapterConfig } from '../../schemas/machine.ts'

/** Where an adapter sits. */
export interface Place {
  spaces: { memory: AddressSpace; port: AddressSpace }
  interruptLine: number
  /** Puts something between bus and memory-mapped registers, for example posted writes; undefined: nothing. */
  wrap: ((registers: IoTarget) => IoTarget) | undefined
}

const BAR_BASE = 0x7000_0000
const BAR_STEP = 0x0001_0000
const PORT_BASE = 0xe800
const PORT_STEP = 0x40

/** @throws PciError for an impossible base */
export function createAdapter(ports: AdapterPorts, config: AdapterConfig, place: Place): Adapter {
  const { spaces, interruptLine, wrap } = place
  const pci = { spaces, interruptLine, ...(wrap === undefined ? {} : { wrap }) }
  switch (config.kind) {
    case 'reference': {
      const base = config.base ?? BAR_BASE + ports.index * BAR_STEP
      return createReferenceAdapter(ports, { autosense: config.autosense, pci: { ...pci, base } })
    }
    case 'nvme': {
      const base = config.base ?? BAR_BASE + ports.index * BAR_STEP
      return createNvmeAdapter(ports, { pci: { ...pci, base } })
    }
    case 'buslogic': {
      const port = config.port ?? PORT_BASE + ports.index * PORT_STEP
      const memory = BAR_BASE + ports.index * BAR_STEP
      const isa = config.isa === 'off' ? {} : { isa: Number(config.isa) }
      return createBusLogicAdapter(ports, { ...isa, pci: { ...pci, port, memory } })
    }
  }
}
