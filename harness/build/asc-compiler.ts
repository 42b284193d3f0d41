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

/**
 * Compiles one module in this process.
 * @param entries paths as in `sources` @param sources texts by path, whose folders imports start from
 * @throws BuildError with the compiler's own words; a warning is an error
 */
export async function compileAsc(
  entries: readonly string[],
  sources: ReadonlyMap<string, string>,
): Promise<Uint8Array<ArrayBuffer>> {
  // Loading the compiler takes seconds: only when there is something to compile.
  const { default: asc } = await import('assemblyscript/asc')
  let wasm: Uint8Array<ArrayBuffer> | undefined
  const messages: string[] = []
  const { error } = await asc.main([...entries, ...ASC_OPTIONS, '--outFile', 'driver.wasm'], {
    readFile: name => sources.get(posix.normalize(name)) ?? null,
    writeFile: (_name, contents) => {
      wasm = contents as Uint8Array<ArrayBuffer>
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
  if (error || wasm === undefined) throw new BuildError(`${what} does not compile:\n${text || error?.message}`)
  if (text !== '') throw new BuildError(`${what} compiles with warnings:\n${text}`)
  return wasm
}
