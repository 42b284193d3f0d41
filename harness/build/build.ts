// `hba build` as a function: sources to one wasm module.
import { extname, resolve } from 'node:path'
import type { MeterCache } from '../guest/guest.ts'
import { buildAscModule } from './asc-module.ts'
import { BuildError } from './build-error.ts'
import { buildCModule } from './c-module.ts'
import type { Optimization } from './c-options.ts'
import { emulateFunctionCasts } from './function-casts.ts'
import { NativeClang } from './native-clang.ts'
import { NpmClang } from './npm-clang.ts'
import { findSdk, type Sdk } from './sdk.ts'
import type { Toolchain } from './toolchain.ts'

export interface BuildOptions {
  /** Paths from `cwd` on: .c, .cpp, or .ts. */
  sources: readonly string[]
  cwd: string
  includeFolders?: readonly string[]
  /** NAME or NAME=VALUE. */
  defines?: readonly string[]
  /** As in _WIN32_WINNT. Default: Windows 7. */
  windows?: number
  optimization?: Optimization
  /** `npm`, `native`, or a path. Default: npm. */
  toolchain?: string
  /** Calls through pointers of another function type work as on x86. */
  functionCasts?: boolean
  allowUndefined?: boolean
  /** Of C and C++: texts that stand for those on the disk, by absolute path. */
  instead?: ReadonlyMap<string, string>
  /** Where objects and modules are kept between builds. */
  cache?: MeterCache
  /** Called before each file that must be compiled. */
  progress?: (file: string) => void
}

export interface Built {
  bytes: Uint8Array<ArrayBuffer>
  /** Source map of an AssemblyScript module, as JSON; modules from C carry DWARF. */
  map?: string
  /** Warnings, and what to do about them. */
  messages: string[]
  /** Nothing had to be compiled. */
  cached: boolean
}

export const SOURCE_TYPES = ['.c', '.cpp', '.cc', '.cxx', '.ts'] as const

/** @throws BuildError when the author has something to put right */
export async function buildModule(options: BuildOptions): Promise<Built> {
  const { cwd, cache, progress } = options
  const sources = options.sources.map(s => resolve(cwd, s))
  const types = new Set(sources.map(s => extname(s).toLowerCase()))
  for (const type of types)
    if (!(SOURCE_TYPES as readonly string[]).includes(type))
      throw new BuildError(`found a source of type '${type}': expected ${SOURCE_TYPES.join(', ')}`)
  if (types.has('.ts')) {
    if (types.size > 1)
      throw new BuildError('AssemblyScript and C do not go into one module: build them one after the other')
    let cached = true
    const { wasm, map } = await buildAscModule({
      sources,
      cache,
      progress: file => {
        cached = false
        progress?.(file)
      },
    })
    return { bytes: wasm, map, messages: [], cached }
  }
  const sdk = findSdk()
  const { bytes, messages, compiled } = await buildCModule({
    sources,
    includeFolders: (options.includeFolders ?? []).map(f => resolve(cwd, f)),
    flags: {
      windows: options.windows ?? 0x0601,
      optimization: options.optimization ?? '2',
      defines: options.defines ?? [],
    },
    allowUndefined: options.allowUndefined ?? false,
    ...(options.instead === undefined ? {} : { instead: options.instead }),
    sdk,
    toolchain: await toolchainOf(options.toolchain ?? 'npm', cwd, sdk),
    cache,
    ...(progress === undefined ? {} : { progress }),
  })
  const casts = options.functionCasts ?? false
  return { bytes: casts ? await emulateFunctionCasts(bytes) : bytes, messages, cached: compiled === 0 }
}

async function toolchainOf(wanted: string, cwd: string, sdk: Sdk): Promise<Toolchain> {
  if (wanted === 'npm') return new NpmClang(cwd, sdk.compilerVersion)
  return NativeClang.find(wanted === 'native' ? undefined : wanted, cwd)
}
