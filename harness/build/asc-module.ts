// AssemblyScript files to one module: finds what they import, and compiles it unless that has been done.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import type { MeterCache } from '../guest/guest.ts'
import { ASC_OPTIONS, type AscModule, ascVersion, compileAsc } from './asc-compiler.ts'

export interface AscModuleOptions {
  /** Absolute paths. */
  sources: readonly string[]
  cache: MeterCache | undefined
  progress?(file: string): void
}

/** @throws BuildError with the compiler's own words */
export async function buildAscModule({ sources, cache, progress }: AscModuleOptions): Promise<AscModule> {
  const files = new Map<string, string>()
  const todo = [...sources]
  for (let file = todo.pop(); file !== undefined; file = todo.pop()) {
    if (files.has(file)) continue
    const text = readFileSync(file, 'utf8')
    files.set(file, text)
    for (const [, from] of text.matchAll(/\bfrom\s+['"](\.[^'"]*)['"]/g)) {
      const target = resolve(dirname(file), from!)
      const found = [`${target}.ts`, join(target, 'index.ts')].find(existsSync)
      // What is missing, the compiler says with file and line.
      if (found !== undefined) todo.push(found)
    }
  }
  const base = commonFolder([...files.keys()])
  const name = (file: string) => relative(base, file).split(sep).join('/')
  const named = new Map(
    [...files].map(([file, text]) => [name(file), text] as const).sort(([a], [b]) => (a < b ? -1 : 1)),
  )
  const entries = sources.map(name)
  const key = createHash('sha256')
    .update(JSON.stringify([ascVersion(), ASC_OPTIONS, entries, [...named]]))
    .digest('hex')
  const wasm = await cache?.get(`module-${key}`)
  const map = await cache?.get(`map-${key}`)
  if (wasm !== undefined && map !== undefined) return { wasm, map: new TextDecoder().decode(map) }
  progress?.(sources[0]!)
  const built = await compileAsc(entries, named)
  await cache?.put(`map-${key}`, new TextEncoder().encode(built.map))
  await cache?.put(`module-${key}`, built.wasm)
  return built
}

/** The folder that all files lie below. */
export function commonFolder(files: readonly string[]): string {
  let folder = dirname(files[0]!)
  while (!files.every(f => f.startsWith(folder.endsWith(sep) ? folder : folder + sep))) folder = dirname(folder)
  return folder
}
