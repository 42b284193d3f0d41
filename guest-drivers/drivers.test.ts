import { existsSync, readFileSync } from 'node:fs'
import binaryen from 'binaryen'
import { beforeAll, describe, expect, it } from 'vitest'
import abi from './assembly/abi.json' with { type: 'json' }
import { type BuiltDriver, buildDrivers, compile, DriverBuildError, driverNames } from './build.mjs'

/** Drivers in C. All others are in AssemblyScript. */
const C = new Set(['buslogic-c', 'nvme-c', 'reference-c'])

/** Drivers whose whole point is an import that is not ScsiPort's. */
const OUTSIDERS = new Set(['faulty/LD-1', 'hostile/unknown-import', 'hostile/wrong-signature'])

/** Twins made of edits are sample drivers but for a line or two. */
const isEdited = (name: string): boolean => /^faulty\/[a-z]/.test(name)

const names = await driverNames()
let built: BuiltDriver[]
beforeAll(async () => {
  built = await buildDrivers()
}, 120_000)

const modules = new Map<string, binaryen.Module>()

function module(name: string): binaryen.Module {
  let found = modules.get(name)
  if (found === undefined) {
    found = binaryen.readBinary(readFileSync(built.find(b => b.name === name)!.file))
    modules.set(name, found)
  }
  return found
}

function functions(m: binaryen.Module): binaryen.FunctionInfo[] {
  return Array.from({ length: m.getNumFunctions() }, (_, i) => binaryen.getFunctionInfo(m.getFunctionByIndex(i)))
}

const i32s = (types: binaryen.Type): number[] => binaryen.expandType(types)

describe('build', () => {
  it('builds both sample drivers', () => {
    expect(names).toEqual(expect.arrayContaining(['reference-dma', 'reference-queued']))
    expect(built.map(b => b.name)).toEqual(names)
  })

  it('takes unchanged drivers from the cache', async () => {
    const [again] = await buildDrivers({ only: ['reference-dma'] })
    expect(again!.cached).toBe(true)
  })

  it('names a driver that does not exist', async () => {
    await expect(buildDrivers({ only: ['no-such'] })).rejects.toThrow(/no driver no-such: there are .*reference-dma/)
  })

  it('hands on what the compiler says', async () => {
    const sources = new Map([['x/driver.ts', 'export function DriverEntry(): u32 { return missing }']])
    await expect(compile('x/driver.ts', sources)).rejects.toThrow(DriverBuildError)
    await expect(compile('x/driver.ts', sources)).rejects.toThrow(/Cannot find name 'missing'/)
  })

  it('puts a source map beside each module, and nothing of it into the module', () => {
    for (const { name, file } of built) {
      expect(readFileSync(file).includes('sourceMappingURL'), file).toBe(false)
      if (isEdited(name) || existsSync(new URL(`${name}/driver.c`, import.meta.url))) continue // it carries DWARF instead
      const { sources, mappings } = JSON.parse(readFileSync(`${file}.map`, 'utf8'))
      expect(sources, file).toContainEqual(expect.stringMatching(/driver\.ts$/))
      expect(mappings, file).toMatch(/^[\w+/]+,/)
    }
  })

  it('gives the same bytes for the same source', async () => {
    const sources = new Map([['x/driver.ts', 'export function DriverEntry(a: u32, b: u32): u32 { return a + b }']])
    expect(await compile('x/driver.ts', sources)).toEqual(await compile('x/driver.ts', sources))
  })
})

describe.each(names.filter(name => !isEdited(name)))('%s', name => {
  it.skipIf(OUTSIDERS.has(name))('imports ScsiPort routines only, with the signatures of the ABI', () => {
    for (const f of functions(module(name)).filter(f => f.module !== '')) {
      expect(f.module).toBe('env')
      const known = abi.imports[f.base as keyof typeof abi.imports]
      expect(known, `import ${f.base}`).toBeDefined()
      expect(i32s(f.params), `parameters of ${f.base}`).toEqual(Array(known.parameters).fill(binaryen.i32))
      expect(i32s(f.results), `results of ${f.base}`).toEqual(Array(known.results).fill(binaryen.i32))
    }
  })

  it('exports DriverEntry, its small memory, and its table', () => {
    const wasm = new WebAssembly.Module(readFileSync(built.find(b => b.name === name)!.file))
    const exports = WebAssembly.Module.exports(wasm)
    expect(exports.sort((a, b) => (a.kind < b.kind ? -1 : 1))).toEqual([
      { name: 'DriverEntry', kind: 'function' },
      { name: 'memory', kind: 'memory' },
      { name: C.has(name) ? '__indirect_function_table' : 'table', kind: 'table' },
    ])
    const memory = module(name).getMemoryInfo()
    // C has a page of stack below its data.
    if (C.has(name)) expect(memory.initial).toBe(2)
    else expect([memory.initial, memory.max]).toEqual([1, 1])
  })

  it('neither allocates nor runs code when it is instantiated', () => {
    const text = module(name).emitText()
    expect(text).not.toMatch(/memory\.grow/)
    expect(text).not.toMatch(/^ \(start/m)
  })

  it('keeps the names of its functions', () => {
    const own = functions(module(name)).filter(f => f.module === '')
    expect(own.length).toBeGreaterThan(0)
    const named = C.has(name) ? /^([A-Z][a-z]+)+$|^mem\w+$/ : /^(assembly|reference|faulty|hostile|bench)[\w-]*\//
    for (const f of own) expect(f.name).toMatch(named)
  })
})
