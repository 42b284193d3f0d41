// Several C and C++ files to one module. Objects and the module are kept by content hash: what did not change is not done again.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, extname, join } from 'node:path'
import type { MeterCache } from '../guest/guest.ts'
import { SCSIPORT_ABI } from '../port/abi.ts'
import { BuildError } from './build-error.ts'
import { type CFlags, compileFlags, LINK_FLAGS } from './c-options.ts'
import { hintsFor, undefinedHints, undefinedSymbols } from './diagnostics.ts'
import { IncludeScanner } from './include-scan.ts'
import type { Sdk } from './sdk.ts'
import type { CompileJob, Toolchain } from './toolchain.ts'

export interface CModuleOptions {
  /** Absolute paths. */
  sources: readonly string[]
  includeFolders: readonly string[]
  flags: CFlags
  allowUndefined: boolean
  /** See `BuildOptions.instead`. */
  instead?: ReadonlyMap<string, string>
  sdk: Sdk
  toolchain: Toolchain
  cache: MeterCache | undefined
  /** Called before each file that must be compiled. */
  progress?(file: string): void
}

export interface CModule {
  bytes: Uint8Array<ArrayBuffer>
  /** What the compiler and the linker had to say, and what to do about it. */
  messages: string[]
  compiled: number
}

interface Unit {
  source: string
  job: CompileJob
  key: string
}

const RUNTIME = 'runtime.c'
const RUNTIME_CPP = 'cplusplus.cpp'

/** @throws BuildError with the compiler's own words */
export async function buildCModule(options: CModuleOptions): Promise<CModule> {
  const { sdk, toolchain, cache, flags } = options
  const scanner = new IncludeScanner(
    [...options.includeFolders, ...sdk.includeFolders],
    sdk.traceHeader,
    options.instead,
  )
  const cpp = options.sources.some(isCpp)
  const runtime = [RUNTIME, ...(cpp ? [RUNTIME_CPP] : [])].map(name => join(sdk.runtime, name))
  const units = [
    ...options.sources.map(source => unitOf(source, flags, options.includeFolders)),
    // The runtime is the same whatever the driver is built with.
    ...runtime.map(source => unitOf(source, { windows: 0x0601, optimization: '2', defines: [] }, [])),
  ]

  function unitOf(source: string, its: CFlags, folders: readonly string[]): Unit {
    const scan = scanner.scan(source, its.defines)
    const job: CompileJob = {
      source,
      includeFolders: folders,
      systemFolders: sdk.includeFolders,
      files: scan.files,
      aliases: scan.aliases,
      renamed: sdk.renamed,
      flags: compileFlags(isCpp(source), its),
    }
    return { source, job, key: keyOf(toolchain, job) }
  }

  const imports = SCSIPORT_ABI.map(row => row.name)
  const linkFlags = [...LINK_FLAGS, ...(options.allowUndefined ? ['--allow-undefined'] : [])]
  const moduleKey = createHash('sha256')
    .update(JSON.stringify([toolchain.version, linkFlags, imports, units.map(u => u.key)]))
    .digest('hex')
  const linked = await cache?.get(`module-${moduleKey}`)
  if (linked !== undefined) return { bytes: linked, messages: [], compiled: 0 }

  const messages: string[] = []
  const objects: { name: string; bytes: Uint8Array }[] = []
  let compiled = 0
  for (const { source, job, key } of units) {
    let bytes: Uint8Array<ArrayBuffer> | undefined = await cache?.get(`object-${key}`)
    if (bytes === undefined) {
      if (!runtime.includes(source)) options.progress?.(source)
      compiled++
      const result = await toolchain.compile(job)
      bytes = result.output
      if (result.messages !== '') messages.push(result.messages)
      // The next file would most likely say the same once more.
      if (bytes === undefined) throw new BuildError(withHints(messages, sdk).join('\n'))
      // An object with warnings is not kept: the next build must say them again.
      if (result.messages === '') await cache?.put(`object-${key}`, bytes)
    }
    objects.push({ name: objectName(source, objects), bytes })
  }
  const result = await toolchain.link({ objects, flags: linkFlags, imports })
  if (result.output === undefined) throw new BuildError(linkFailure(result.messages, units, sdk))
  if (result.messages !== '') messages.push(result.messages)
  if (messages.length === 0) await cache?.put(`module-${moduleKey}`, result.output)
  return { bytes: result.output, messages: withHints(messages, sdk), compiled }
}

export const isCpp = (source: string): boolean => extname(source).toLowerCase() !== '.c'

/** The units of a module share their headers. */
const digests = new WeakMap<Uint8Array, string>()

function digestOf(content: Uint8Array): string {
  let digest = digests.get(content)
  if (digest === undefined) {
    digest = createHash('sha256').update(content).digest('hex')
    digests.set(content, digest)
  }
  return digest
}

function keyOf(toolchain: Toolchain, job: CompileJob): string {
  const hash = createHash('sha256').update(
    JSON.stringify([toolchain.version, job.flags, job.includeFolders, job.renamed]),
  )
  for (const [file, content] of job.files) hash.update(`\0${file}\0${digestOf(content)}`)
  for (const { path, file } of job.aliases) hash.update(`\0${path}\0${file}`)
  return hash.digest('hex')
}

/** Two folders may each have a `util.c`. */
function objectName(source: string, others: readonly { name: string }[]): string {
  const stem = basename(source)
  for (let n = 1; ; n++) {
    const name = `${stem}${n === 1 ? '' : `-${n}`}.o`
    if (!others.some(o => o.name === name)) return name
  }
}

const withHints = (messages: readonly string[], sdk: Sdk): string[] => {
  const hints = [...new Set(messages.flatMap(m => hintsFor(m, headersOf(sdk))))]
  return [...messages, ...hints.map(hint => `hint: ${hint}`)]
}

const headersOf =
  ({ includeFolders }: Sdk) =>
  (name: string): string => {
    const file = join(includeFolders[0]!, name)
    return existsSync(file) ? readFileSync(file, 'latin1') : ''
  }

function linkFailure(messages: string, units: readonly Unit[], sdk: Sdk): string {
  const hints = [
    ...hintsFor(messages, headersOf(sdk)),
    ...undefinedHints(undefinedSymbols(messages), name => placesOf(name, units, sdk)),
  ]
  return [messages, ...hints.map(hint => `hint: ${hint}`)].join('\n')
}

/** Where the author's files name a function, as file:line: the linker only knows objects. */
function placesOf(name: string, units: readonly Unit[], sdk: Sdk): string[] {
  const ours = [...sdk.includeFolders, sdk.runtime]
  const files = new Map(units.flatMap(({ job }) => [...job.files]).filter(([file]) => !ours.includes(dirname(file))))
  const call = new RegExp(`(?<!\\w)${name.replace(/\W/g, '\\$&')}\\s*\\(`)
  return [...files].flatMap(([file, content]) =>
    Buffer.from(content)
      .toString('latin1')
      .split('\n')
      .flatMap((line, i) =>
        call.test(line) && !/^\s*(?:\/\/|\*|\/\*)/.test(line) ? [`${basename(file)}:${i + 1}`] : [],
      ),
  )
}
