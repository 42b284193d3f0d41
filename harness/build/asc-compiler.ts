// The AssemblyScript compiler, with the options every driver of the bench is built with.
import { createRequire } from 'node:module'
import { posix } from 'node:path'
import { BuildError } from './build-error.ts'

/**
 * No heap (stub runtime, nothing allocates), one page of memory that never grows, function names kept, table exported.
 * `--noAssert` and no bounds-checked types: `env.abort` is not imported.
 */
export const ASC_OPTIONS: readonly string[] = [
  '-O3',
  '--runtime',
  'stub',
  '--exportTable',
  '--debug',
  '--noAssert',
  '--initialMemory',
  '1',
  '--maximumMemory',
  '1',
]

export function ascVersion(): string {
  return (createRequire(import.meta.url)('assemblyscript/package.json') as { version: string }).version
}

export interface AscModule {
  /** The same with and without a source map. */
  wasm: Uint8Array<ArrayBuffer>
  /** Its source map, as JSON. */
  map: string
}

/**
 * Compiles one module in this process.
 * @param entries paths as in `sources` @param sources texts by path, whose folders imports start from
 * @throws BuildError with the compiler's own words; a warning is an error
 */
export async function compileAsc(entries: readonly string[], sources: ReadonlyMap<string, string>): Promise<AscModule> {
  // Loading the compiler takes seconds: only when there is something to compile.
  const { default: asc } = await import('assemblyscript/asc')
  let wasm: Uint8Array<ArrayBuffer> | undefined
  let map: string | undefined
  const messages: string[] = []
  const { error } = await asc.main([...entries, ...ASC_OPTIONS, '--sourceMap', '--outFile', 'driver.wasm'], {
    readFile: name => sources.get(posix.normalize(name)) ?? null,
    writeFile: (name, contents) => {
      if (name.endsWith('.map')) map = String(contents)
      else wasm = contents as Uint8Array<ArrayBuffer>
    },
    listFiles: () => [],
    stdout: { write: () => true },
    stderr: {
      write: text => {
        messages.push(String(text))
        return true
      },
    },
  })
  const text = messages.join('').trim()
  const what = entries.join(', ')
  if (error || wasm === undefined || map === undefined)
    throw new BuildError(`${what} does not compile:\n${text || error?.message}`)
  if (text !== '') throw new BuildError(`${what} compiles with warnings:\n${text}`)
  const { version, sources: files, names, mappings } = JSON.parse(map)
  return { wasm: withoutMapUrl(wasm), map: JSON.stringify({ version, sources: files, names, mappings }) }
}

/** Takes off the section `sourceMappingURL`, the last one: with it the module would not be the one that people compile. */
function withoutMapUrl(wasm: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const label = '\x10sourceMappingURL'
  let last = wasm.length
  for (let at = 8; at < wasm.length; ) {
    last = at++
    let length = 0
    for (let shift = 0, byte = 0x80; (byte & 0x80) !== 0; shift += 7) {
      byte = wasm[at++]!
      length |= (byte & 0x7f) << shift
    }
    if (wasm[last] === 0 && String.fromCharCode(...wasm.subarray(at, at + label.length)) === label)
      return wasm.slice(0, last)
    at += length
  }
  return wasm
}
