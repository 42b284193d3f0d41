// The SDK against the facts: structure offsets, constants and import signatures of abi.json, which were taken from the public
// headers srb.h and scsi.h as a 32-bit compiler lays them out.
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import binaryen from 'binaryen'
import { beforeAll, describe, expect, it } from 'vitest'
import abi from './assembly/abi.json' with { type: 'json' }
import { compile } from './build.mjs'

const FOLDER = path.join(import.meta.dirname, 'assembly')
const SDK = new Map(
  readdirSync(FOLDER)
    .filter(f => f.endsWith('.ts'))
    .map(f => [`assembly/${f}`, readFileSync(path.join(FOLDER, f), 'utf8')]),
)

/** Class and, where its member has another name than C's, the member. */
const CLASSES = {
  SCSI_REQUEST_BLOCK: {
    class: 'ScsiRequestBlock',
    members: { Cdb: 'cdb0', QueueSortKey: 'InternalStatus', LinkTimeoutValue: 'InternalStatus' },
  },
  SRB_IO_CONTROL: { class: 'SrbIoControl', members: { Signature: 'signature0' } },
  HW_INITIALIZATION_DATA: { class: 'HwInitializationData', members: { PortVersionFlags: 'ReservedUshort' } },
  PORT_CONFIGURATION_INFORMATION: {
    class: 'PortConfigurationInformation',
    members: { ReservedUchars: 'reserved0' },
  },
  ACCESS_RANGE: { class: 'AccessRange', members: {} },
  SENSE_DATA: {
    class: 'SenseData',
    members: {
      Valid: 'ErrorCode',
      Reserved: 'SenseKey',
      IncorrectLength: 'SenseKey',
      EndOfMedia: 'SenseKey',
      FileMark: 'SenseKey',
      Information: 'information0',
      CommandSpecificInformation: 'specific0',
      SenseKeySpecific: 'keySpecific0',
    },
  },
  SCSI_SUPPORTED_CONTROL_TYPE_LIST: { class: 'SupportedControlTypeList', members: { SupportedTypeList: '' } },
} as const satisfies Record<keyof typeof abi.layouts, { class: string; members: Record<string, string> }>

/** Compiles a module whose functions return the values of expressions. */
async function evaluate(expressions: Record<string, string>): Promise<Record<string, number>> {
  const lines = ["import * as sdk from './assembly'"]
  for (const [name, expression] of Object.entries(expressions)) {
    lines.push(`export function ${name}(): u32 { return <u32>(${expression}) }`)
  }
  const wasm = await compile('probe.ts', new Map([...SDK, ['probe.ts', lines.join('\n')]]))
  const instance = new WebAssembly.Instance(new WebAssembly.Module(wasm), {})
  return Object.fromEntries(
    Object.keys(expressions).map(name => [name, (instance.exports[name] as () => number)() >>> 0]),
  )
}

describe.each(Object.keys(CLASSES) as (keyof typeof CLASSES)[])('%s', name => {
  const view = CLASSES[name]
  const layout = abi.layouts[name]

  it('has the size and offsets of the header', async () => {
    const expressions: Record<string, string> = { size: `offsetof<sdk.${view.class}>()` }
    for (const field of Object.keys(layout.fields)) {
      const member = (view.members as Record<string, string>)[field] ?? field
      expressions[`at_${field}`] =
        member === '' ? `offsetof<sdk.${view.class}>()` : `offsetof<sdk.${view.class}>('${member}')`
    }
    const wanted: Record<string, number> = { size: layout.sizeBytes }
    for (const [field, offset] of Object.entries(layout.fields)) wanted[`at_${field}`] = offset
    expect(await evaluate(expressions)).toEqual(wanted)
  })
})

describe('constants', () => {
  it('have the values of the headers', async () => {
    const names = Object.keys(abi.constants)
    const found = await evaluate(Object.fromEntries(names.map(name => [name, `sdk.${name}`])))
    expect(found).toEqual(abi.constants)
  })
})

describe('imports', () => {
  let imported: Map<string, { parameters: number; results: number; types: Set<number> }>
  beforeAll(async () => {
    const source = SDK.get('assembly/scsiport.ts')!
    const declared = [...source.matchAll(/export declare function (\w+)\(([^)]*)\): (\w+)/g)]
    const calls = declared.map(([, name, parameters]) => {
      const args = parameters!.split(',').map(p => `changetype<${p.split(':')[1]!.trim()}>(0)`)
      // Numbers are cast, structures are views: one of the two fits each parameter.
      const cast = args.map(a => (/changetype<(u8|u16|bool)>/.test(a) ? a.replace('changetype', '') : a))
      return `sdk.${name}(${cast.join(', ')})`
    })
    const text = `import * as sdk from './assembly'\nimport { HwInitializationData, MiniportExtension, PortConfigurationInformation, ScsiRequestBlock } from './assembly'\nexport function all(): void {\n${calls.join('\n')}\n}`
    const module = binaryen.readBinary(await compile('probe.ts', new Map([...SDK, ['probe.ts', text]])))
    imported = new Map()
    for (let i = 0; i < module.getNumFunctions(); i++) {
      const f = binaryen.getFunctionInfo(module.getFunctionByIndex(i))
      if (f.module !== 'env') continue
      const parameters = binaryen.expandType(f.params)
      const results = binaryen.expandType(f.results)
      imported.set(f.base ?? '', {
        parameters: parameters.length,
        results: results.length,
        types: new Set([...parameters, ...results]),
      })
    }
  })

  it('are all 46, by name', () => {
    expect([...imported.keys()].sort()).toEqual(Object.keys(abi.imports))
    expect(imported.size).toBe(46)
  })

  it('have the wasm signatures clang gives them', () => {
    for (const [name, { parameters, results }] of Object.entries(abi.imports)) {
      expect(imported.get(name), name).toEqual({ parameters, results, types: new Set([binaryen.i32]) })
    }
  })
})
