// Compiles the AssemblyScript drivers: every folder with a driver.ts becomes dist/drivers/<folder>.wasm, faulty/<RULE-ID>,
// hostile/<name> and bench/<name> likewise below dist/drivers/. One warm compiler for all of them; what did not change comes from .cache/.
// Beside each module its source map, <folder>.wasm.map: by it coverage finds the lines.
//
//   node guest-drivers/build.mjs [name …]     for example: reference-dma faulty/INT-5
import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const HERE = path.dirname(fileURLToPath(import.meta.url))
const ROOT = path.dirname(HERE)
const CACHE = path.join(ROOT, '.cache', 'guest-drivers')
const OUTPUT = path.join(ROOT, 'dist', 'drivers')
/** Folders of folders; the others hold a driver themselves. */
const GROUPS = ['faulty', 'hostile', 'bench']

/**
 * No heap (stub runtime, nothing allocates), one page of memory that never grows, function names kept, table exported.
 * `--noAssert` and no bounds-checked types: `env.abort` is not imported.
 */
const OPTIONS = [
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

/** The compiler said no. The message is the compiler's own. */
export class DriverBuildError extends Error {
  name = 'DriverBuildError'
}

/** Names of all drivers there are, sorted: `reference-dma`, `faulty/INT-5`, … */
export async function driverNames() {
  const names = []
  for (const folder of ['', ...GROUPS]) {
    for (const entry of await readdir(path.join(HERE, folder), { withFileTypes: true })) {
      if (!entry.isDirectory()) continue
      const name = path.posix.join(folder, entry.name)
      const files = await readdir(path.join(HERE, name))
      if (files.includes('driver.ts')) names.push(name)
    }
  }
  return names.sort()
}

/**
 * Builds drivers that are not built yet.
 * @param {{ only?: readonly string[], log?: (line: string) => void }} [options] only: names as `driverNames` gives them
 * @returns {Promise<{ name: string, file: string, bytes: number, cached: boolean }[]>} in the order of the names
 */
export async function buildDrivers({ only, log } = {}) {
  const known = await driverNames()
  const unknown = (only ?? []).filter(name => !known.includes(name))
  if (unknown.length > 0) throw new DriverBuildError(`no driver ${unknown.join(', ')}: there are ${known.join(', ')}`)
  const built = []
  for (const name of only ?? known) {
    const result = await buildDriver(name)
    log?.(`${name.padEnd(24)} ${String(result.bytes).padStart(6)} bytes${result.cached ? '  (unchanged)' : ''}`)
    built.push(result)
  }
  return built
}

async function buildDriver(name) {
  const entry = `${name}/driver.ts`
  const sources = await sourcesOf(entry)
  const key = createHash('sha256')
    .update(compilerVersion())
    .update(OPTIONS.join(' '))
    .update(JSON.stringify([...sources]))
    .update('source map')
  const cached = path.join(CACHE, `${key.digest('hex')}.wasm`)
  let wasm = await readFile(cached).catch(() => undefined)
  let map = await readFile(`${cached}.map`).catch(() => undefined)
  const fromCache = wasm !== undefined && map !== undefined
  if (wasm === undefined || map === undefined) {
    ;({ wasm, map } = await compileMapped(entry, sources))
    await put(`${cached}.map`, map)
    await put(cached, wasm)
  }
  const file = path.join(OUTPUT, `${name}.wasm`)
  await put(`${file}.map`, map)
  await put(file, wasm)
  return { name, file, bytes: wasm.length, cached: fromCache }
}

/** Never a half-written file, even with two builds at once. */
async function put(file, bytes) {
  await mkdir(path.dirname(file), { recursive: true })
  const draft = `${file}.${randomUUID()}.tmp`
  await writeFile(draft, bytes)
  await rename(draft, file)
}

/** Every source file an entry needs, by its path below guest-drivers/, in a fixed order. */
async function sourcesOf(entry) {
  const found = new Map()
  const todo = [entry]
  for (let name = todo.pop(); name !== undefined; name = todo.pop()) {
    if (found.has(name)) continue
    const text = await readFile(path.join(HERE, name), 'utf8')
    found.set(name, text)
    for (const [, from] of text.matchAll(/\bfrom\s+['"](\.[^'"]*)['"]/g)) {
      const target = path.posix.join(path.posix.dirname(name), from)
      const isFile = await readFile(path.join(HERE, `${target}.ts`)).catch(() => undefined)
      todo.push(isFile === undefined ? `${target}/index.ts` : `${target}.ts`)
    }
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)))
}

function compilerVersion() {
  return createRequire(import.meta.url)('assemblyscript/package.json').version
}

/**
 * Compiles one module in this process.
 * @param {string} entry path below guest-drivers/
 * @param {Map<string, string>} sources texts by path below guest-drivers/
 * @returns {Promise<Uint8Array>}
 */
export async function compile(entry, sources) {
  return (await compileMapped(entry, sources)).wasm
}

/**
 * Compiles one module and tells which line its code comes from.
 * @param {string} entry
 * @param {Map<string, string>} sources
 * @returns {Promise<{ wasm: Uint8Array, map: string }>} the module as without a map, and its source map
 */
export async function compileMapped(entry, sources) {
  // Loading the compiler takes seconds: only when there is something to compile.
  const { default: asc } = await import('assemblyscript/asc')
  let wasm
  let map
  const messages = []
  const { error } = await asc.main([entry, ...OPTIONS, '--sourceMap', '--outFile', 'driver.wasm'], {
    readFile: name => sources.get(path.posix.normalize(name)) ?? null,
    writeFile: (name, contents) => {
      if (name.endsWith('.map')) map = contents
      else wasm = contents
    },
    listFiles: () => [],
    stdout: { write: () => true },
    stderr: { write: text => messages.push(text) },
  })
  const text = messages.join('').trim()
  if (error || wasm === undefined || map === undefined)
    throw new DriverBuildError(`${entry} does not compile:\n${text || error?.message}`)
  if (text !== '') throw new DriverBuildError(`${entry} compiles with warnings:\n${text}`)
  const { version, sources: files, names, mappings } = JSON.parse(map)
  return { wasm: withoutMapUrl(wasm), map: JSON.stringify({ version, sources: files, names, mappings }) }
}

/** Takes off the section `sourceMappingURL`, the last one: with it the module would not be the one that people compile. */
function withoutMapUrl(wasm) {
  const label = '\x10sourceMappingURL'
  let last = wasm.length
  for (let at = 8; at < wasm.length; ) {
    last = at++
    let length = 0
    for (let shift = 0, byte = 0x80; byte & 0x80; shift += 7) {
      byte = wasm[at++]
      length |= (byte & 0x7f) << shift
    }
    if (wasm[last] === 0 && String.fromCharCode(...wasm.subarray(at, at + label.length)) === label)
      return wasm.slice(0, last)
    at += length
  }
  return wasm
}

if (process.argv[1] !== undefined && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const only = process.argv.slice(2)
  try {
    await buildDrivers({ ...(only.length > 0 ? { only } : {}), log: line => console.log(line) })
  } catch (error) {
    if (!(error instanceof DriverBuildError)) throw error
    console.error(error.message)
    process.exitCode = 1
  }
}
