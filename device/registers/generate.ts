// Which files are made from which register map. `node scripts/generate.mjs` writes them; a test fails when one is stale.
import type { RegisterMapInput } from '../../schemas/register-map.ts'
import { BUSLOGIC_REGISTERS } from '../adapters/buslogic/registers.ts'
import { NVME_REGISTERS } from '../adapters/nvme/registers.ts'
import { REFERENCE_REGISTERS } from '../adapters/reference/registers.ts'
import { assemblyScriptModule } from './assemblyscript.ts'
import { cHeader } from './c-header.ts'
import { markdownManual } from './markdown.ts'

export interface GeneratedFile {
  /** From the root of the repository, with forward slashes. */
  readonly path: string
  readonly text: string
}

interface Source {
  map: RegisterMapInput
  source: string
  header: string
  /** For drivers in AssemblyScript; none: drivers of this adapter are written in C. */
  module?: string
  manual: string
  guide: string
}

const SOURCES: readonly Source[] = [
  {
    map: REFERENCE_REGISTERS,
    source: 'device/adapters/reference/registers.ts',
    header: 'guest-drivers/include/whba.h',
    module: 'guest-drivers/assembly/whba.ts',
    manual: 'device/adapters/reference/README.md',
    guide: 'programmers-guide.md',
  },
  {
    map: BUSLOGIC_REGISTERS,
    source: 'device/adapters/buslogic/registers.ts',
    header: 'guest-drivers/include/buslogic.h',
    manual: 'device/adapters/buslogic/README.md',
    guide: 'programmers-guide.md',
  },
  {
    map: NVME_REGISTERS,
    source: 'device/adapters/nvme/registers.ts',
    header: 'guest-drivers/include/nvme.h',
    manual: 'device/adapters/nvme/README.md',
    guide: 'programmers-guide.md',
  },
]

export function generatedFiles(): GeneratedFile[] {
  return SOURCES.flatMap(({ map, source, header, module, manual, guide }) => [
    { path: header, text: cHeader(map, source) },
    ...(module === undefined ? [] : [{ path: module, text: assemblyScriptModule(map, source) }]),
    { path: manual, text: markdownManual(map, { source, guide }) },
  ])
}
