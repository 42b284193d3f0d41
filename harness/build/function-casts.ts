// On x86 a call through a pointer of another function type works as long as caller and callee agree about the stack; on wasm
// it traps. Binaryen's fpcast-emu gives every function in the table a twin with one type for all, and lets the module's own calls
// go to the twins. The host must not: it calls entry points with their real types, and checks them. So the module gets a second
// table, which has the originals, and exports that one.
import { BuildError } from './build-error.ts'

const TABLE = '__indirect_function_table'
const HOST_TABLE = 'host_function_table'

export async function emulateFunctionCasts(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const { default: binaryen } = await import('binaryen')
  const module = binaryen.readBinary(bytes)
  try {
    const segments = Array.from({ length: module.getNumElementSegments() }, (_, i) => {
      const segment = binaryen.getElementSegmentInfo(module.getElementSegmentByIndex(i))
      return { ...segment, data: [...segment.data] }
    })
    const table = module.getTable(segments[0]?.table ?? TABLE)
    if (table === 0) return bytes
    const { initial, max } = binaryen.getTableInfo(table)
    module.setFeatures(module.getFeatures() | binaryen.Features.ReferenceTypes)
    module.runPasses(['strip-dwarf', 'fpcast-emu'])
    module.addTable(HOST_TABLE, initial, max ?? initial)
    for (const [i, { offset, data }] of segments.entries())
      module.addActiveElementSegment(HOST_TABLE, `host-${i}`, data, module.i32.const(constantOf(offset)))
    module.removeExport(TABLE)
    module.addTableExport(HOST_TABLE, TABLE)
    if (!module.validate()) throw new BuildError('--fpcast made a module that is not valid: please report this')
    binaryen.setDebugInfo(true)
    return new Uint8Array(module.emitBinary())
  } finally {
    module.dispose()
  }

  function constantOf(offset: number): number {
    const info = binaryen.getExpressionInfo(offset) as { value?: number }
    return info.value ?? 0
  }
}
