// Guests written as text, for the tests of this folder.
import type { Bytes } from '../../../device/bytes.ts'
import type { HostImport, LoadOptions } from '../guest.ts'

/** binaryen's numbers for features that every guest is refused. */
export const Features = {
  atomics: 1 << 0,
  simd: 1 << 3,
  exceptionHandling: 1 << 6,
  tailCall: 1 << 7,
  gc: 1 << 10,
  memory64: 1 << 11,
} as const

/** Assembles a module in binaryen's s-expression format. @param extra features beyond those every guest may use */
export async function assemble(text: string, extra = 0): Promise<Bytes> {
  const api = (await import('binaryen')).default
  const module = api.parseText(text)
  const f = api.Features
  module.setFeatures(
    f.MutableGlobals |
      f.BulkMemory |
      f.BulkMemoryOpt |
      f.SignExt |
      f.NontrappingFPToInt |
      f.ReferenceTypes |
      f.Multivalue |
      extra,
  )
  if (module.validate() !== 1) throw new Error('the test module is not valid')
  const bytes = new Uint8Array(module.emitBinary())
  module.dispose()
  return bytes
}

/** Thrown by the hosts below. */
export class HostStop extends Error {}

/** A host without limits but for `limit` operators, with the imports given. */
export function hostFor(
  bytes: Bytes,
  imports: readonly HostImport[],
  limit = 1_000_000,
  wanted: Partial<LoadOptions> = {},
): LoadOptions {
  return {
    name: 'test.wasm',
    bytes,
    imports,
    deadline: counter => {
      if (counter >>> 0 >= limit) throw new HostStop('limit')
      return limit
    },
    depthExceeded: () => {
      throw new HostStop('too deep')
    },
    arenaBytes: 65_536,
    maxCallDepth: 512,
    wasi: {
      nowPs: () => 0,
      seed: 1,
      write: () => {},
      exit: code => {
        throw new HostStop(`exit ${code}`)
      },
    },
    ...wanted,
  }
}
