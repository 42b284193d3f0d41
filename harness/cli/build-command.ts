// `hba build`: a driver's sources to one wasm module.
import { mkdirSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { performance } from 'node:perf_hooks'
import { type BuildOptions, buildModule } from '../build/build.ts'
import { DEFAULT_VERSION, OPTIMIZATIONS, type Optimization, windowsVersion } from '../build/c-options.ts'
import { defaultMeterFolder, FileMeterCache } from '../guest/file-meter-cache.ts'
import { type Arguments, HELP_OPTION, type Options } from './arguments.ts'
import type { Command } from './command.ts'
import { readInput } from './files.ts'
import { type CliIo, EXIT, UsageError } from './io.ts'

const OPTIONS = {
  output: { type: 'string', short: 'o', value: 'FILE', help: 'the module (default: the first source, with .wasm)' },
  include: {
    type: 'string',
    short: 'I',
    value: 'DIR',
    multiple: true,
    help: 'folder with headers, searched before ours',
  },
  define: { type: 'string', short: 'D', value: 'NAME[=VALUE]', multiple: true, help: 'preprocessor macro' },
  winver: {
    type: 'string',
    value: 'VERSION',
    help: `Windows the driver is written for: nt4, win2k, xp, ws03, vista, win7, win8, win81, win10, or _WIN32_WINNT (default ${DEFAULT_VERSION})`,
  },
  optimize: { type: 'string', short: 'O', value: 'LEVEL', help: `${OPTIMIZATIONS.join(', ')} (default 2)` },
  toolchain: {
    type: 'string',
    value: 'WHICH',
    help: 'npm: clang from npm (default); native: the first on PATH with a wasm target; or a path to clang or its folder',
  },
  fpcast: {
    type: 'boolean',
    help: "let the driver's own calls through pointers of another function type pass, as x86 does",
  },
  'allow-undefined': { type: 'boolean', help: 'functions nobody defines become imports (rule LD-1) instead of errors' },
  quiet: { type: 'boolean', short: 'q', help: 'errors only' },
  ...HELP_OPTION,
} as const satisfies Options

async function run(args: Arguments, io: CliIo): Promise<number> {
  const sources = args.positionals
  if (sources.length === 0) throw new UsageError('no source: hba build FILE … -o driver.wasm', 'build')
  const options = optionsOf(args)
  for (const source of sources) readInput('source', source, io.cwd)
  const quiet = args.flag('quiet')
  const start = performance.now()
  const { bytes, map, messages, cached } = await buildModule({
    ...options,
    sources,
    cwd: io.cwd,
    ...(io.env.HBA_NO_CACHE ? {} : { cache: new FileMeterCache(join(defaultMeterFolder(), 'build')) }),
    progress: file => {
      if (!quiet) io.stderr.write(`  ${relative(io.cwd, file)}\n`)
    },
  })
  if (!quiet) for (const message of messages) io.stderr.write(`${message}\n`)
  const typed = args.value('output') ?? `${basename(sources[0]!).replace(/\.\w+$/, '')}.wasm`
  const output = resolve(io.cwd, typed)
  try {
    mkdirSync(dirname(output), { recursive: true })
    writeFileSync(output, bytes)
    if (map !== undefined) writeFileSync(`${output}.map`, map)
  } catch (error) {
    throw new UsageError(`'${typed}' cannot be written: ${(error as NodeJS.ErrnoException).code}`)
  }
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  if (!quiet) io.stdout.write(`${typed}: ${bytes.length} bytes${cached ? ', unchanged' : ''}, ${seconds} s\n`)
  return EXIT.pass
}

function optionsOf(args: Arguments): Partial<BuildOptions> {
  const optimization = args.value('optimize') ?? '2'
  if (!(OPTIMIZATIONS as readonly string[]).includes(optimization))
    throw new UsageError(`-O '${optimization}': expected ${OPTIMIZATIONS.join(', ')}`, 'build')
  const toolchain = args.value('toolchain')
  return {
    includeFolders: args.values('include'),
    defines: args.values('define'),
    windows: windowsVersion(args.value('winver') ?? DEFAULT_VERSION),
    optimization: optimization as Optimization,
    ...(toolchain === undefined ? {} : { toolchain }),
    functionCasts: args.flag('fpcast'),
    allowUndefined: args.flag('allow-undefined'),
  }
}

export const BUILD: Command = {
  name: 'build',
  summary: "compiles a driver's sources to one module",
  usage: ['hba build FILE … [-o driver.wasm] [options]'],
  text: [
    'FILE is C (.c), C++ (.cpp), or AssemblyScript (.ts). Several files become one module.',
    '',
    'Headers like miniport.h, srb.h and scsi.h come with wasm-hba, and so does the compiler. Objects are kept in the',
    "user's cache folder by the hash of what they are made from.",
  ],
  options: OPTIONS,
  examples: [
    'hba build driver.c -o driver.wasm',
    'hba build src/*.c -I inc -D DBG=1 --winver win2k -o driver.wasm',
    'hba build driver.c --toolchain native && hba run driver.wasm',
  ],
  run,
}
