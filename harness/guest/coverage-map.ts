// What of a module there is to be covered: its functions, their basic blocks, the lines these come from.
//
// The compiler's runtime is told from the driver by names: those reserved to it ('~lib/…' of AssemblyScript, '__…' and 'std::…'
// of C and C++), and those of the C library one by one.
import type { CoverageMap, SourceLine } from './coverage.ts'
import type { BasicBlock } from './coverage-section.ts'
import type { LineTable } from './line-table.ts'
import { functionName, type WasmModule } from './wasm-binary.ts'

/** Names reserved to compilers and their libraries. */
const RESERVED = /^(start:)?~|^__|^std::|^operator (new|delete)|^_ZN?K?S[tabsiod]|^_Z(nw|na|dl|da)/

/** The C library as far as it ends up in freestanding modules and under printf. */
const C_LIBRARY = new Set(
  [
    ['memset', 'memcpy', 'memmove', 'memcmp', 'memchr', 'memrchr', 'strlen', 'strnlen', 'strcmp', 'strncmp', 'strcpy'],
    [
      'strncpy',
      'strcat',
      'strncat',
      'strchr',
      'strrchr',
      'strstr',
      'stpcpy',
      'stpncpy',
      'strerror',
      'strtol',
      'strtoul',
    ],
    ['malloc', 'calloc', 'realloc', 'free', 'dlmalloc', 'dlcalloc', 'dlrealloc', 'dlfree', 'dispose_chunk', 'sbrk'],
    ['prepend_alloc', 'abort', 'exit', '_Exit', '_start', '_initialize', 'atexit', 'undefined_weak', 'dummy', 'errno'],
    ['printf', 'vprintf', 'fprintf', 'vfprintf', 'sprintf', 'vsprintf', 'snprintf', 'vsnprintf', 'sn_write', 'puts'],
    ['putchar', 'fputs', 'fputc', 'fwrite', 'fflush', 'printf_core', 'pop_arg', 'pad', 'fmt_u', 'fmt_fp', 'getint'],
    ['out', 'wctomb', 'wcrtomb', 'mbtowc', 'mbrtowc', 'mbsinit', 'frexp', 'fputwc', 'long_double_not_supported'],
    [
      'isdigit',
      'isspace',
      'isalpha',
      'toupper',
      'tolower',
      'qsort',
      'bsearch',
      'abs',
      'labs',
      'writev',
      'close',
      'lseek',
    ],
  ].flat(),
)

export function isRuntimeFunction(name: string): boolean {
  return RESERVED.test(name) || C_LIBRARY.has(name)
}

/** @param blocks in order of their numbers */
export function mapCoverage(
  module: WasmModule,
  sha256: string,
  blocks: readonly BasicBlock[],
  table: LineTable | undefined,
): CoverageMap {
  const lines: SourceLine[] = []
  const known = new Map<string, number>()
  const lineIndex = (offset: number): number => {
    const found = table?.find(offset)
    if (found === undefined || found.file.startsWith('~lib/')) return -1
    const key = `${found.line} ${found.file}`
    let index = known.get(key)
    if (index === undefined) {
      index = lines.length
      lines.push(found)
      known.set(key, index)
    }
    return index
  }
  const first = module.importedFunctions
  return {
    sha256,
    functions: module.bodies.map((_, i) => {
      const name = functionName(module, first + i)
      return { name, runtime: isRuntimeFunction(name) }
    }),
    blocks: blocks.map(({ func, operators, offsets }) => ({
      func: func - first,
      codeOffset: offsets[0] ?? module.bodies[func - first]!.offset,
      operators,
      lines: [...new Set(offsets.map(lineIndex))].filter(line => line >= 0),
    })),
    lines,
    lineSource: table?.source ?? null,
  }
}
