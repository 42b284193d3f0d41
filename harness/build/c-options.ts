// How C and C++ are compiled: as MSVC does it where that changes what a driver means.
import { BuildError } from './build-error.ts'

/** For one 32-bit little-endian machine with the features the bench can meter. */
const MACHINE = ['--target=wasm32-unknown-unknown', '-mcpu=mvp', '-mbulk-memory', '-msign-ext', '-mmutable-globals']

const LANGUAGE = [
  '-nostdlibinc',
  '-ffreestanding',
  '-fms-extensions',
  '-fms-compatibility',
  '-fdeclspec',
  '-fshort-wchar',
  '-mms-bitfields',
  '-fno-strict-aliasing',
  '-fwrapv',
  // A NULL that is followed must stay in the code: the bench sees it.
  '-fno-delete-null-pointer-checks',
  // One loop in the source is one loop in the module: coverage counts blocks.
  '-fno-unroll-loops',
  '-D_WIN32=1',
  '-D_X86_=1',
]

/** MSVC emits an `__inline` function wherever it is used; C says that somebody else does. */
const C = [
  '-std=gnu17',
  '-D__inline=static __inline__',
  '-D_inline=static __inline__',
  '-D__forceinline=static __inline__',
]
const CPP = [
  '-std=gnu++17',
  '-fno-exceptions',
  '-fno-rtti',
  '-fno-threadsafe-statics',
  '-nostdinc++',
  '-D__forceinline=inline',
  // Older than C++11, and no harm.
  '-Wno-register',
  '-Wno-c++11-narrowing',
]

/** Said of sound code, or of what MSVC has no words for. */
const QUIET = [
  'unknown-warning-option',
  'unknown-pragmas',
  'ignored-pragmas',
  'pragma-pack',
  'ignored-attributes',
  'unknown-attributes',
  'microsoft',
  'multichar',
  'extra-tokens',
  'missing-declarations',
  'nonportable-include-path',
  'nonportable-system-include-path',
  'duplicate-decl-specifier',
  'unused-command-line-argument',
].map(name => `-Wno-${name}`)

/** Errors of C that MSVC takes: they stay warnings, and a call that cannot work fails at the link. */
const LENIENT = [
  'implicit-function-declaration',
  'implicit-int',
  'int-conversion',
  'incompatible-pointer-types',
  'incompatible-function-pointer-types',
  'return-type',
].map(name => `-Wno-error=${name}`)

export const OPTIMIZATIONS = ['0', '1', '2', '3', 's', 'z'] as const
export type Optimization = (typeof OPTIMIZATIONS)[number]

/** Windows versions by the names people use; the numbers are those of _WIN32_WINNT. */
const VERSIONS: Readonly<Record<string, number>> = {
  nt4: 0x0400,
  win2k: 0x0500,
  xp: 0x0501,
  ws03: 0x0502,
  vista: 0x0600,
  win7: 0x0601,
  win8: 0x0602,
  win81: 0x0603,
  win10: 0x0a00,
}
export const DEFAULT_VERSION = 'win7'

/** The name of the newest version before this one. */
export const versionBefore = (version: number): string | undefined =>
  Object.entries(VERSIONS).findLast(([, number]) => number < version)?.[0]

/** @param text a name, or the number of _WIN32_WINNT (0x0601) @throws BuildError */
export function windowsVersion(text: string): number {
  const version = VERSIONS[text.toLowerCase()] ?? (/^0x[\da-f]{3,4}$/i.test(text) ? Number(text) : undefined)
  if (version !== undefined) return version
  throw new BuildError(
    `--winver '${text}' is no Windows version: expected ${Object.keys(VERSIONS).join(', ')}, or a number like 0x0601`,
  )
}

export interface CFlags {
  windows: number
  optimization: Optimization
  defines: readonly string[]
}

export function compileFlags(cpp: boolean, { windows, optimization, defines }: CFlags): string[] {
  return [
    ...MACHINE,
    ...LANGUAGE,
    ...(cpp ? CPP : C),
    ...QUIET,
    ...(cpp ? [] : LENIENT),
    `-D_WIN32_WINNT=0x${windows.toString(16).padStart(4, '0')}`,
    `-O${optimization}`,
    '-g',
    ...defines.map(d => `-D${d}`),
  ]
}

/** The stack lies below the data, so that an overflow traps instead of destroying it. */
const STACK_BYTES = 64 * 1024

export const LINK_FLAGS: readonly string[] = [
  '--no-entry',
  '--export=DriverEntry',
  '--export-table',
  '--stack-first',
  '-z',
  `stack-size=${STACK_BYTES}`,
]
