// From sources to modules: what MSVC takes is taken, what cannot work is said so that the author knows what to change, and
// what did not change is not compiled again.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MemoryMeterCache } from '../guest/memory-meter-cache.ts'
import { readWasm } from '../guest/wasm-binary.ts'
import { type BuildOptions, type Built, buildModule } from './build.ts'
import { NativeClang } from './native-clang.ts'

const ENTRY = 'unsigned long DriverEntry(void *a, void *b) { return 0; }\n'
let folder: string
/** Holds the runtime for all tests. */
const cache = new MemoryMeterCache()

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hba-build-test-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

async function build(files: Record<string, string>, options: Partial<BuildOptions> = {}): Promise<Built> {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  const sources = options.sources ?? Object.keys(files).filter(name => /\.(c|cpp|ts)$/.test(name))
  return buildModule({ optimization: '1', cache, ...options, sources, cwd: folder })
}

const refusal = (files: Record<string, string>, options: Partial<BuildOptions> = {}): Promise<string> =>
  build(files, options).then(
    () => 'it was built',
    (error: Error) => `${error.name}: ${error.message}`,
  )

function call(bytes: Uint8Array<ArrayBuffer>, name: string, env: WebAssembly.ModuleImports = {}): number {
  const imports = { env: { ScsiDebugPrint: () => {}, ...env } }
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), imports)
  return (exports[name] as () => number)()
}

const EXPORT = (name: string) => `__attribute__((export_name("${name}")))`

describe('what MSVC takes', () => {
  it('compiles several files in C and C++ to one module, with names and line numbers', async () => {
    const { bytes, messages } = await build({
      'driver.c': `#include <srb.h>\nint helper(int);\n${ENTRY}${EXPORT('probe')} int probe(void) { return helper(20); }\n`,
      'sub/helper.cpp': [
        'struct Adder { int by; explicit Adder(int n) : by(n) {} virtual int add(int x) { return x + by; } };',
        'static Adder adder(22);',
        'extern "C" int helper(int x) { Adder *volatile a = &adder; return a->add(x); }',
      ].join('\n'),
    })
    expect(messages).toEqual([])
    const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: {} })
    ;(instance.exports._initialize as () => void)()
    expect((instance.exports.probe as () => number)()).toBe(42)
    const sections = (name: string) => WebAssembly.Module.customSections(new WebAssembly.Module(bytes), name).length
    expect([sections('name'), sections('.debug_line'), sections('.debug_info')]).toEqual([1, 1, 1])
    expect(Buffer.from(bytes).toString('latin1')).not.toContain(folder)
  }, 60_000)

  it('finds headers as Windows does, answers trace headers, knows -I, -D and the Windows version', async () => {
    const { bytes, messages } = await build(
      {
        'driver.c': [
          '#include <MiniPort.h>',
          '#include "SUB\\Local.H"',
          '#include <Extra.h>',
          '#include "driver.tmh"',
          '#include NAMED',
          '__inline int twice(int x) { TraceEvents(1, 2, "no"); return 2 * x; }',
          '__forceinline int thrice(int x) { return 3 * x; }',
          '__declspec(align(16)) static char Buffer[3];',
          'typedef struct { USHORT s; struct { ULONG a : 4; }; } T; /* bit fields of another size begin anew */',
          ENTRY,
          `${EXPORT('probe')} int probe(void) { return twice(LOCAL) + thrice(EXTRA) + FLAG + VALUE + NAME + sizeof(T) + sizeof(L'x') +`,
          '  (_WIN32_WINNT == 0x0500) + (__int64)1 + ((ULONG_PTR)Buffer & 15); }',
        ].join('\n'),
        'sub/local.h': '#pragma once\n#define LOCAL 1\n#include "LOCAL.H"\n',
        'inc/EXTRA.H': '#define EXTRA 10\n#define DUMMY "named.h"\n',
        'named.h': '#define NAME 1000\n',
      },
      { includeFolders: ['inc'], defines: ['FLAG', 'VALUE=100', 'NAMED="named.h"'], windows: 0x0500 },
    )
    expect(messages).toEqual([])
    expect(call(bytes, 'probe')).toBe(2 + 30 + 1 + 100 + 1000 + 8 + 2 + 1 + 1)
  }, 60_000)

  it('looks for a quoted header beside the files that led to the one that asks, and without regard to case there', async () => {
    const { bytes, messages } = await build({
      'driver.cpp': [
        '#include "inc/first.h"',
        'extern "C" unsigned long DriverEntry(void *a, void *b) { return 0; }',
        `extern "C" ${EXPORT('probe')} int probe(void) { return TOP + LATE; }`,
      ].join('\n'),
      'inc/first.h': '#include "sub/second.h"\n',
      'inc/sub/second.h': '#include "Top.h"\n#include "late.h"\n',
      'inc/late.h': '#define LATE 2\n',
      'top.h': '#define TOP 40\n',
    })
    expect(messages).toEqual([])
    expect(call(bytes, 'probe')).toBe(42)
  }, 60_000)

  it('says nothing about old habits that do no harm', async () => {
    const c = ['#ifdef X', '#endif X', 'typedef struct nameless { int x; };', ENTRY].join('\n')
    const cpp =
      'struct P { unsigned long a; unsigned char b; }; P both = { -1, -1 }; int f(int n) { register int m = n; return m; }\n'
    expect((await build({ 'driver.c': c, 'other.cpp': cpp })).messages).toEqual([])
  }, 60_000)

  it('has what old drivers find in the kernel’s headers', async () => {
    const { bytes, messages } = await build({
      'driver.c': [
        '#include <ntddk.h>',
        '#include <evntrace.h>',
        '#include <ntstrsafe.h>',
        'typedef unsigned int BOOL; /* the kernel has none */',
        'static KSPIN_LOCK lock; extern PDRIVER_OBJECT driver; PDEVICE_OBJECT *unused(PCCH name);',
        ENTRY,
        `${EXPORT('probe')} int probe(void) {`,
        '  char text[8]; SIZE_T length; PCI_COMMON_HEADER header; LONG flags = 1;',
        '  if (RtlStringCbPrintfA(text, sizeof(text), "%d|%s", 42, "abcdef") != STATUS_BUFFER_OVERFLOW || strcmp(text, "42|abcd")) return 1;',
        '  if (RtlStringCchCopyA(text, 4, "abc") != STATUS_SUCCESS || RtlStringCchCatA(text, 8, "de") != STATUS_SUCCESS) return 2;',
        '  if (RtlStringCchLengthA(text, 8, &length) != STATUS_SUCCESS || length != 5 || RtlStringCchCopyA(text, 3, "abc") == STATUS_SUCCESS) return 3;',
        '  if (InterlockedOr(&flags, 6) != 1 || flags != 7 || ROUND_TO_PAGES(PAGE_SIZE + 1) != 0x2000) return 4;',
        '  return ADDRESS_AND_SIZE_TO_SPAN_PAGES(0x1fff, 2) == 2 && sizeof(header) == 64 ? TRACE_LEVEL_ERROR : 5;',
        '}',
      ].join('\n'),
    })
    expect(messages).toEqual([])
    expect(call(bytes, 'probe')).toBe(2)
  }, 60_000)

  it('has the C library a driver needs, and gives way to the driver’s own', async () => {
    const { bytes } = await build({
      'driver.c': [
        '#include <miniport.h>',
        '#include <stdio.h>',
        '#include <stdlib.h>',
        'char *strrchr(const char *in, int character) { return (char *)77; }',
        ENTRY,
        `${EXPORT('probe')} int probe(void) {`,
        '  char line[80], copy[80] = "";',
        '  static const unsigned short wide[] = { 104, 105, 0 };',
        '  int n = sprintf(line, "%5d|%-5d|%05d|%x|%08lX|%c|%.2s|%I64d|%ws|%+d|%%|%#x", 42, -7, 42, 0xbeef, 0xabcUL, 67, "xyz", -5000000000LL, wide, 3, 255);',
        '  const char *wanted = "   42|-7   |00042|beef|00000ABC|C|xy|-5000000000|hi|+3|%|0xff";',
        '  if (strcmp(line, wanted) != 0) return 1;',
        '  if (snprintf(copy, 4, "abcdef") != 6 || strcmp(copy, "abc") != 0) return 2;',
        '  if (strtoul("0x1fz", NULL, 0) != 31 || atoi(" -12") != -12) return 3;',
        '  if (strstr("miniport", "port") == NULL || strchr("abc", 100) != NULL || _stricmp("SrB", "sRb") != 0) return 4;',
        '  RtlMoveMemory(line + 1, line, 4);',
        '  if (memcmp(line, "    4", 5) != 0) return 5;',
        '  printf("%d of %s\\n", n, "it");',
        '  return (int)strrchr("own", 0);',
        '}',
      ].join('\n'),
    })
    const printed: number[] = []
    expect(call(bytes, 'probe', { ScsiDebugPrint: (level: number) => void printed.push(level) })).toBe(77)
    expect(printed).toEqual([0])
    const names = new Set(readWasm(bytes).imports.map(i => `${i.module}.${i.name}`))
    expect([...names]).toEqual(['env.ScsiDebugPrint'])
  }, 60_000)
})

describe('what cannot work', () => {
  it.each<[string, string, RegExp[]]>([
    [
      'an error, with file and line',
      'int f(void) {\n  return missing;\n}',
      [/BuildError: driver\.c:2:10: error: use of undeclared identifier 'missing'/],
    ],
    [
      'a header that is nowhere',
      '#include <nowhere.h>',
      [
        /driver\.c:1:10: fatal error: 'nowhere\.h' file not found/,
        /hint: driver\.c:1: 'nowhere\.h' is neither in a folder given with -I/,
      ],
    ],
    [
      'a definition that differs from its prototype',
      '#include <miniport.h>\ntypedef struct { int x; } EXT;\nBOOLEAN Work(PVOID ext);\nBOOLEAN Work(EXT *ext) { return TRUE; }',
      [
        /conflicting types for 'Work'/,
        /hint: driver\.c:4: Work is defined with other types than it is declared with at driver\.c:3\..*Smallest change/,
      ],
    ],
    [
      'a cast on the left of an assignment',
      '#include <miniport.h>\nvoid f(PVOID p) { (PUCHAR)p += 4; }',
      [/lvalue casts are not supported/, /hint: driver\.c:2: .*write p = \(T \*\)p \+ n/],
    ],
    [
      'a type of ours that the driver has, too',
      '#include <scsi.h>\ntypedef struct _UNMAP_LIST_HEADER { int mine; } UNMAP_LIST_HEADER;',
      [
        /redefinition of '_UNMAP_LIST_HEADER'/,
        /hint: driver\.c:2: .*from _WIN32_WINNT 0x0601 on\..*--winver vista, or older/,
      ],
    ],
    [
      'StorPort',
      '#include <StorPort.h>',
      [/hint: driver\.c:1: 'StorPort\.h' is neither .* It is of StorPort: wasm-hba plays ScsiPort/],
    ],
    [
      'many things at once, each line named',
      [
        '#include <srb.h>',
        'typedef struct { PVOID p; } EXT;',
        'BOOLEAN A(PVOID ext); BOOLEAN B(PVOID ext);',
        'BOOLEAN A(EXT *ext) { return TRUE; }',
        'BOOLEAN B(EXT *ext) { return TRUE; }',
        'void f(PVOID p, PUCHAR q) { (PUCHAR)p += 4; ((PULONG)q)++; }',
        'void g(PVOID p) { (ULONG)p = 3; }',
        'typedef int ULONG;',
        'STOR_DPC dpc;',
        'OBJECT_ATTRIBUTES attributes;',
        'int n = MOST_TAGS + (int)HalGetBusData + localName;',
        'void h(void) { __asm { cli } }',
        '__declspec(naked) void i(void) {}',
        'void j(void) { __try { g(0); } __except (1) { g(0); } }',
        'C_ASSERT(sizeof(EXT) == 8);',
      ].join('\n'),
      [
        /hint: driver\.c:4: A is defined .* declared with at driver\.c:3\./,
        /hint: driver\.c:5: B is defined/,
        /hint: driver\.c:6, driver\.c:7: MSVC lets a cast stand on the left/,
        /hint: driver\.c:8: the driver has a type of its own that ntdef\.h has, too, /,
        /hint: driver\.c:9: STOR_DPC belongs to StorPort/,
        /hint: driver\.c:10: neither the driver nor the headers of wasm-hba have OBJECT_ATTRIBUTES.*-D/,
        /hint: driver\.c:11: .*MOST_TAGS\. If its makefile/,
        /hint: driver\.c:11: Use ScsiPortGetBusData/,
        /hint: driver\.c:11: nothing declares localName/,
        /hint: driver\.c:12: inline assembly is for one processor.*ScsiPortReadPortUchar/,
        /hint: driver\.c:13: a naked function/,
        /hint: driver\.c:14: structured exceptions .*-D '__try=if\(1\)'/,
        /hint: driver\.c:15: sizeof\(EXT\) == 8 does not hold\..*pointers, long/,
      ],
    ],
    ['inline assembly as GCC has it', 'void f(void) {\n  __asm__("cli");\n}', [/hint: driver\.c:2: inline assembly/]],
    [
      'a function of the kernel, and where it is called',
      `#include <wdm.h>\n${ENTRY}${EXPORT('f')} void f(void) {\n  // KeBugCheckEx(2)\n  KeBugCheckEx(1, 0, 0, 0, 0);\n}`,
      [
        /undefined symbol: KeBugCheckEx/,
        /hint: driver\.c:5: KeBugCheckEx is no ScsiPort routine, .*LD-1\)\. Log with ScsiPortLogError/,
        /hint: --allow-undefined builds it all the same/,
      ],
    ],
    [
      'a function that nobody defines',
      `int lost(int);\n${ENTRY}${EXPORT('f')} int f(void) { return lost(1); }`,
      [/undefined symbol: lost/, /hint: driver\.c:1, driver\.c:3: lost: no source defines it, .*LD-1/],
    ],
    [
      'a variable in a header without extern',
      `int shared = 1;\n${ENTRY}`,
      [/duplicate symbol: shared/, /hint: shared is defined in two of the sources/],
    ],
    [
      'no DriverEntry',
      'int x;',
      [/symbol exported via --export not found: DriverEntry/, /hint: no source defines DriverEntry/],
    ],
  ])(
    '%s',
    async (_, text, wanted) => {
      const other = /\bshared\b/.test(text) ? { 'other.c': 'int shared = 2;' } : {}
      const said = await refusal({ 'driver.c': text, ...other })
      for (const pattern of wanted) expect(said).toMatch(pattern)
    },
    60_000,
  )

  it('sources of unknown or mixed kinds', async () => {
    expect(await refusal({ 'driver.ts': '', 'x.c': '' })).toMatch(/do not go into one module/)
    expect(await refusal({}, { sources: ['driver.rs'] })).toMatch(/found a source of type '\.rs': expected \.c, \.cpp/)
    expect(await refusal({ 'driver.ts': 'export function DriverEntry(): u32 { return x }' })).toMatch(
      /driver\.ts does not compile:\n.*Cannot find name 'x'/s,
    )
  }, 60_000)
})

describe('calls through pointers of another type', () => {
  const files = {
    'driver.c': [
      '#include <miniport.h>',
      'typedef void (*KICK)(PVOID, int);',
      'static int kicked;',
      'static BOOLEAN Kick(PVOID p) { kicked = (int)p; return TRUE; }',
      'static KICK volatile kick = (KICK)Kick;',
      ENTRY,
      `${EXPORT('probe')} int probe(void) { kick((PVOID)42, 7); return kicked; }`,
    ].join('\n'),
  }

  it('trap', async () => {
    const { bytes } = await build(files)
    expect(() => call(bytes, 'probe')).toThrow(WebAssembly.RuntimeError)
  }, 60_000)

  it('pass when asked for, and the host still sees the real types', async () => {
    const { bytes } = await build(files, { functionCasts: true })
    expect(call(bytes, 'probe')).toBe(42)
    const module = readWasm(bytes)
    const table = module.exports.find(e => e.kind === 'table')!
    const types = module.elements
      .filter(e => e.table === table.index)
      .flatMap(e => e.functions.map(f => module.types[module.functions[f]!]!.params))
    expect(table.name).toBe('__indirect_function_table')
    expect(types).toEqual([['i32']])
  }, 60_000)
})

describe('the cache', () => {
  it('compiles what changed and nothing else', async () => {
    const own = new MemoryMeterCache()
    const compiled: string[] = []
    const again = (files: Record<string, string>, options: Partial<BuildOptions> = {}) => {
      compiled.length = 0
      return build(files, {
        cache: own,
        sources: ['a.c', 'b.c'],
        progress: f => compiled.push(f.slice(-3)),
        ...options,
      })
    }
    const files = { 'a.c': `#include "a.h"\n${ENTRY}`, 'a.h': '/* 1 */', 'b.c': 'int b;' }
    expect((await again(files)).cached).toBe(false)
    expect(compiled).toEqual(['a.c', 'b.c'])
    expect((await again({})).cached).toBe(true)
    await again({ 'a.h': '/* 2 */' })
    expect(compiled).toEqual(['a.c'])
    await again({ 'b.c': 'int c;' })
    expect(compiled).toEqual(['b.c'])
    await again({}, { defines: ['X'] })
    expect(compiled).toEqual(['a.c', 'b.c'])
  }, 60_000)

  it('says warnings again', async () => {
    const files = { 'driver.c': `${ENTRY}int f(char *p) { int *q = p; return *q; }` }
    for (const _ of [1, 2])
      expect((await build(files)).messages.join('\n')).toMatch(/driver\.c:2:\d+: warning: incompatible/)
  }, 60_000)
})

const native = await NativeClang.find(undefined, process.cwd()).catch(() => undefined)

describe.skipIf(native === undefined)('a native clang', () => {
  it('builds the same driver, and speaks of the same lines', async () => {
    const { bytes } = await build(
      {
        'driver.c': `#include "Some.H"\n${ENTRY}${EXPORT('probe')} int probe(void) { return SOME; }`,
        'some.h': '#define SOME 42',
      },
      { toolchain: 'native' },
    )
    expect(call(bytes, 'probe')).toBe(42)
    expect(await refusal({ 'driver.c': 'int f(void) { return x; }' }, { toolchain: 'native' })).toMatch(
      /driver\.c:1:22: error: use of undeclared identifier 'x'/,
    )
  }, 60_000)
})

it('a toolchain that is not there is named', async () => {
  expect(await refusal({ 'driver.c': ENTRY }, { toolchain: '/nowhere/clang' })).toMatch(
    /--toolchain \/nowhere\/clang: no clang with a wasm target there/,
  )
})
