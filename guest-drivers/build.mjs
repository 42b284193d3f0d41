// Compiles the drivers: every folder with a driver.ts or a driver.c becomes dist/drivers/<folder>.wasm, faulty/<RULE-ID>,
// hostile/<name> and bench/<name> likewise below dist/drivers/. faulty/<adapter>/<RULE-ID>.json is a driver, too: <adapter>-c with a few
// edits. Warm compilers in two threads; what did not change comes from .cache/. Beside each module from AssemblyScript its source map,
// <folder>.wasm.map: by it coverage finds the lines.
//
//   node guest-drivers/build.mjs [name …]     for example: reference-dma faulty/INT-5
import { createHash, randomUUID } from 'node:crypto'
import { access, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'

const HERE = path.dirname(fileURLToPath(import.meta.url))
const ROOT = path.dirname(HERE)
const CACHE = path.join(ROOT, '.cache', 'guest-drivers')
const OUTPUT = path.join(ROOT, 'dist', 'drivers')
/** Folders of folders; the others hold a driver themselves. */
const GROUPS = ['faulty', 'hostile', 'bench']

/** The sources where TypeScript can be imported (tests, newer Node), else what tsc made of them. */
const { ASC_OPTIONS, BuildCache, BuildError, ascVersion, buildModule, compileAsc } = await import(
  '../harness/build/index.ts'
).catch(error => {
  if (error.code !== 'ERR_UNKNOWN_FILE_EXTENSION') throw error
  return import('../dist/harness/build/index.js')
})

/** The compiler said no. The message is the compiler's own. */
export const DriverBuildError = BuildError

/** Names of all drivers there are, sorted: `reference-dma`, `faulty/INT-5`, … */
export async function driverNames() {
  const names = []
  for (const folder of ['', ...GROUPS]) {
    for (const entry of await readdir(path.join(HERE, folder), { withFileTypes: true })) {
      if (!entry.isDirectory()) continue
      const name = path.posix.join(folder, entry.name)
      const files = await readdir(path.join(HERE, name))
      for (const file of files) {
        const [, rule] = folder === 'faulty' ? (/^([A-Z]+-\d+)\.json$/.exec(file) ?? []) : []
        if (rule !== undefined) names.push(`${name}/${rule}`)
      }
      if (files.includes('driver.ts') || files.includes('driver.c')) names.push(name)
    }
  }
  return names.sort()
}

/**
 * Builds drivers that are not built yet.
 * @param {{ only?: readonly string[] }} [options] only: names as `driverNames` gives them
 * @returns {Promise<{ name: string, file: string, bytes: number, cached: boolean }[]>} in the order of the names
 */
export async function buildDrivers({ only } = {}) {
  const known = await driverNames()
  const unknown = (only ?? []).filter(name => !known.includes(name))
  if (unknown.length > 0) throw new DriverBuildError(`no driver ${unknown.join(', ')}: there are ${known.join(', ')}`)
  const built = []
  for (const name of only ?? known) {
    built.push(await buildDriver(name))
  }
  return built
}

/** Folder of the sample driver that a twin made of edits is of; undefined for other names. */
const sampleOf = name => {
  const [, adapter] = /^faulty\/([a-z]+)\/[A-Z]+-\d+$/.exec(name) ?? []
  return adapter === undefined ? undefined : `${adapter}-c`
}

async function buildDriver(name) {
  const sample = sampleOf(name)
  const folder = sample ?? name
  const files = await readdir(path.join(HERE, folder))
  const { bytes, map, cached } = await (files.includes('driver.c')
    ? buildC(folder, files, sample === undefined ? new Map() : await editedSources(name, folder))
    : buildAsc(name))
  const file = path.join(OUTPUT, `${name}.wasm`)
  if (map !== undefined) await put(`${file}.map`, map)
  await put(file, bytes)
  return { name, file, bytes: bytes.length, cached }
}

/**
 * Sources of a sample driver as a twin has them, by absolute path.
 * @throws DriverBuildError for an edit that finds its text not exactly once
 */
async function editedSources(name, folder) {
  const { edits } = JSON.parse(await readFile(path.join(HERE, `${name}.json`), 'utf8'))
  const texts = new Map()
  for (const { file, find, replace } of edits) {
    const source = path.join(HERE, folder, file)
    const text = texts.get(source) ?? (await readFile(source, 'utf8'))
    const found = text.split(find).length - 1
    if (found !== 1)
      throw new DriverBuildError(`${name}: in ${folder}/${file} there is ${found} times instead of once: ${find}`)
    texts.set(
      source,
      text.replace(find, () => replace),
    )
  }
  return texts
}

async function buildC(name, files, instead) {
  const sources = files.filter(file => file.endsWith('.c')).sort()
  const built = await buildModule({
    sources: sources.map(file => path.join(HERE, name, file)),
    cwd: ROOT,
    cache: new BuildCache(CACHE),
    instead,
  })
  // It would be compiled every time again.
  if (built.messages.length > 0) throw new DriverBuildError(built.messages.join('\n'))
  return built
}

async function buildAsc(name) {
  const entry = `${name}/driver.ts`
  const sources = await sourcesOf(entry)
  const key = createHash('sha256')
    .update(ascVersion())
    .update(ASC_OPTIONS.join(' '))
    .update(JSON.stringify([...sources]))
  const kept = path.join(CACHE, `${key.digest('hex')}.wasm`)
  const wasm = await readFile(kept).catch(() => undefined)
  const map = await readFile(`${kept}.map`, 'utf8').catch(() => undefined)
  if (wasm !== undefined && map !== undefined) return { bytes: wasm, map, cached: true }
  const built = await compileAsc([entry], sources)
  await put(`${kept}.map`, built.map)
  await put(kept, built.wasm)
  return { bytes: built.wasm, map: built.map, cached: false }
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

/**
 * Compiles one module in this process.
 * @param {string} entry path below guest-drivers/
 * @param {Map<string, string>} sources texts by path below guest-drivers/
 * @returns {Promise<Uint8Array>}
 */
export async function compile(entry, sources) {
  return (await compileAsc([entry], sources)).wasm
}

/** Drivers by themselves, those of a folder of folders together. */
function grouped(names) {
  const byFolder = new Map()
  for (const name of names) {
    const folder = path.posix.dirname(name)
    const key = folder === '.' ? name : folder
    byFolder.set(key, [...(byFolder.get(key) ?? []), name])
  }
  return [...byFolder.values()]
}

/** One compiler for C and one for AssemblyScript would be idle half of the time: the drivers are dealt out one by one. */
const THREADS = 2

/**
 * The same as `buildDrivers` with the work spread over threads. Those with a driver.c go to one of them: the compiler for C is large.
 * @param {readonly string[]} names
 */
async function buildOnThreads(names) {
  const isC = await Promise.all(
    names.map(name =>
      access(path.join(HERE, sampleOf(name) ?? name, 'driver.c')).then(
        () => true,
        () => false,
      ),
    ),
  )
  const forC = names.filter((_, n) => isC[n])
  const others = names.filter((_, n) => !isC[n])
  const results = new Map()
  await Promise.all(
    Array.from({ length: Math.min(THREADS, names.length) }, (_, thread) => {
      const next = () => (thread === 0 ? forC.shift() : undefined) ?? others.shift()
      return new Promise((resolve, reject) => {
        const worker = new Worker(new URL(import.meta.url), { workerData: { wasmHbaBuild: true } })
        const go = () => {
          const name = next()
          if (name === undefined) void worker.terminate().then(resolve)
          else worker.postMessage(name)
        }
        worker.on('error', reject)
        worker.on('message', ({ built, problem }) => {
          if (problem !== undefined) return reject(new DriverBuildError(problem))
          results.set(built.name, built)
          go()
        })
        go()
      })
    }),
  )
  return names.map(name => results.get(name))
}

if (!isMainThread && workerData?.wasmHbaBuild === true) {
  parentPort.on('message', async name => {
    try {
      parentPort.postMessage({ built: (await buildDrivers({ only: [name] }))[0] })
    } catch (error) {
      if (!(error instanceof DriverBuildError)) throw error
      parentPort.postMessage({ problem: error.message })
    }
  })
}

if (isMainThread && process.argv[1] !== undefined && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const only = process.argv.slice(2)
  try {
    const known = await driverNames()
    const all = only.length > 0 ? only : known
    const unknown = all.filter(name => !known.includes(name))
    if (unknown.length > 0) throw new DriverBuildError(`no driver ${unknown.join(', ')}: there are ${known.join(', ')}`)
    const built = new Map((await buildOnThreads(all)).map(b => [b.name, b]))
    // A line for each driver asked for, and one for each folder of folders when it is everything.
    const groups = only.length > 0 ? all.map(name => [name]) : grouped(all)
    for (const names of groups) {
      const fresh = names.filter(name => !built.get(name).cached).length
      const bytes = names.reduce((sum, name) => sum + built.get(name).bytes, 0)
      const label = names.length === 1 ? names[0] : `${path.posix.dirname(names[0])}/ (${names.length})`
      console.log(`${label.padEnd(24)} ${String(bytes).padStart(7)} bytes, ${fresh === 0 ? 'unchanged' : 'compiled'}`)
    }
  } catch (error) {
    if (!(error instanceof DriverBuildError)) throw error
    console.error(error.message)
    process.exitCode = 1
  }
}
