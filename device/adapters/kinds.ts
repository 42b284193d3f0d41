// The adapters there are, as data: what the command line lists, what generators print, what the campaign asks.
import type { RegisterMapInput } from '../../schemas/register-map.ts'
import type { Immunity } from './adapter.ts'
import { BUSLOGIC_IMMUNITY, ISA_BASES } from './buslogic/adapter.ts'
import { K as BUSLOGIC } from './buslogic/format.ts'
import { BUSLOGIC_REGISTERS } from './buslogic/registers.ts'
import { K as NVME } from './nvme/format.ts'
import { NVME_IMMUNITY } from './nvme/immunity.ts'
import { NVME_REGISTERS } from './nvme/registers.ts'
import { REFERENCE_IMMUNITY } from './reference/adapter.ts'
import { K as REFERENCE } from './reference/format.ts'
import { REFERENCE_REGISTERS } from './reference/registers.ts'

export interface AdapterKind {
  readonly map: RegisterMapInput
  /** Where the map is written. */
  readonly source: string
  /** PCI vendor and device id. */
  readonly vendor: number
  readonly device: number
  /** I/O bases of an ISA card of this kind, in the order drivers try them; none: it exists on PCI only. */
  readonly isaBases: readonly number[]
  readonly immune: Immunity
  /** Its commands are no CDBs: a driver translates, and answers for its drives what no command of the adapter asks. */
  readonly translated?: boolean
  /** Bytes of the longest CDB its commands have room for; default: 16. */
  readonly longestCdb?: number
  /** No command can forbid its target to disconnect. */
  readonly disconnectsFreely?: boolean
  /** It can be subordinate: the system's DMA controller moves the data. */
  readonly systemDma?: boolean
}

/** By the `kind` that scenarios use. */
export const ADAPTER_KINDS: Readonly<Record<string, AdapterKind>> = {
  reference: {
    map: REFERENCE_REGISTERS,
    source: 'device/adapters/reference/registers.ts',
    vendor: REFERENCE.PCI_VENDOR,
    device: REFERENCE.PCI_DEVICE,
    isaBases: [],
    immune: REFERENCE_IMMUNITY,
    systemDma: true,
  },
  buslogic: {
    map: BUSLOGIC_REGISTERS,
    source: 'device/adapters/buslogic/registers.ts',
    vendor: BUSLOGIC.PCI_VENDOR,
    device: BUSLOGIC.PCI_DEVICE,
    isaBases: ISA_BASES,
    immune: BUSLOGIC_IMMUNITY,
    disconnectsFreely: true,
    longestCdb: BUSLOGIC.MAX_CDB,
  },
  nvme: {
    map: NVME_REGISTERS,
    source: 'device/adapters/nvme/registers.ts',
    vendor: NVME.PCI_VENDOR,
    device: NVME.PCI_DEVICE,
    isaBases: [],
    immune: NVME_IMMUNITY,
    translated: true,
  },
}
