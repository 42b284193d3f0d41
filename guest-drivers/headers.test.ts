// The C headers: each compiles alone, in C and in C++, without a warning; structures and constants have the values of the public
// headers srb.h and scsi.h (WDK: SCSI_REQUEST_BLOCK, PORT_CONFIGURATION_INFORMATION, HW_INITIALIZATION_DATA and their pages).
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { runLLVM } from '@yowasp/clang'
import { beforeAll, describe, expect, it } from 'vitest'
import { buildModule } from '../harness/build/build.ts'
import { compileFlags } from '../harness/build/c-options.ts'
import { BuildCache } from '../harness/build/index.ts'
import { findSdk } from '../harness/build/sdk.ts'

const ROOT = join(import.meta.dirname, '..')
const sdk = findSdk()
const folders = ['include', 'crt'].map((name, i) => ({ name, path: sdk.includeFolders[i]! }))
const tree = Object.fromEntries(
  folders.map(({ name, path }) => {
    const files = readdirSync(path).filter(f => f.endsWith('.h'))
    return [name, Object.fromEntries(files.map(f => [f, readFileSync(join(path, f), 'utf8')]))]
  }),
)
/** Two halves of one thing: what one begins the other ends. */
const HALVES = /^pshpack\d\.h$|^poppack\.h$/
const headers = Object.values(tree).flatMap(files => Object.keys(files).filter(name => !HALVES.test(name)))

async function run(args: string[], files: Record<string, string>): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  const sink = (bytes: Uint8Array | null) => {
    if (bytes !== null) text += decoder.decode(bytes)
  }
  try {
    await runLLVM(args, { ...tree, ...files }, { stdout: sink, stderr: sink, decodeASCII: false })
  } catch {}
  return text
}

/** @returns what the compiler says about some files, '' when nothing. It begins afresh with each: a file sees no other. */
async function complaints(cpp: boolean, files: Record<string, string>, windows = 0x0601): Promise<string> {
  const flags = compileFlags(cpp, { windows, optimization: '0', defines: [] })
  const names = Object.keys(files)
  // As the author's own folders: warnings in ours would be hidden.
  const include = folders.flatMap(({ name }) => ['-I', name])
  const warnings = ['-Wall', '-Wextra', '-Wno-unused-function', '-Wno-unused-parameter']
  const plan = await run(['clang', '-###', ...flags, ...include, ...warnings, '-g0', '-fsyntax-only', names[0]!], files)
  // The compiler proper takes any number of files in one go, which the command in front of it does not.
  const line = plan.split('\n').find(l => l.startsWith(' "'))!
  const args = [...line.matchAll(/"((?:[^"\\$]|\\["\\$])*)"/g)].map(([, arg]) => arg!.replace(/\\(["$\\])/g, '$1'))
  return run([...(args[0] === '-cc1' ? ['clang'] : []), ...args.filter(a => a !== ''), ...names.slice(1)], files)
}

beforeAll(async () => {
  await runLLVM(undefined, {}, { fetchProgress: () => {} })
}, 60_000)

describe.each([
  ['C', '.c'],
  ['C++', '.cpp'],
])('headers in %s', (_, extension) => {
  const cpp = extension === '.cpp'

  it('compile each alone, twice in a row', async () => {
    expect(headers).toEqual(
      expect.arrayContaining(['miniport.h', 'srb.h', 'scsi.h', 'ntddscsi.h', 'whba.h', 'stdio.h']),
    )
    const files = headers.map(h => [`alone-${h}${extension}`, `#include <${h}>\n#include <${h}>\nint nothing;\n`])
    expect(await complaints(cpp, Object.fromEntries(files))).toBe('')
  }, 60_000)

  it('compile together, in any order, for old and new Windows', async () => {
    const all = headers.map(h => `#include <${h}>\n`)
    const files = { [`forth${extension}`]: all.join(''), [`back${extension}`]: all.toReversed().join('') }
    expect(await complaints(cpp, files, 0x0400)).toBe('')
    expect(await complaints(cpp, files, 0x0a00)).toBe('')
  }, 60_000)

  it('are really looked at', async () => {
    const files = {
      [`good${extension}`]: '#include <srb.h>\nC_ASSERT(offsetof(SCSI_REQUEST_BLOCK, Cdb) == 48);\n',
      [`bad${extension}`]: '#include <srb.h>\nC_ASSERT(offsetof(SCSI_REQUEST_BLOCK, Cdb) == 47);\n',
      [`needs${extension}`]: 'PSCSI_REQUEST_BLOCK srb;\n',
    }
    const text = await complaints(cpp, files)
    expect(text).toMatch(new RegExp(`bad\\${extension}:2:\\d+: error: static assertion failed`))
    expect(text).toMatch(new RegExp(`needs\\${extension}:1:\\d+: error: unknown type name 'PSCSI_REQUEST_BLOCK'`))
    expect(text).not.toContain('good')
  }, 60_000)

  it('pack structures between pshpack1.h and poppack.h', async () => {
    const text =
      '#include <ntdef.h>\n#include <pshpack1.h>\ntypedef struct { UCHAR a; ULONG b; } T;\n#include <poppack.h>\n' +
      'typedef struct { UCHAR a; ULONG b; } U;\nC_ASSERT(sizeof(T) == 5);\nC_ASSERT(sizeof(U) == 8);\n'
    expect(await complaints(cpp, { [`pack${extension}`]: text })).toBe('')
  }, 60_000)
})

describe('the contract', () => {
  const file = join(import.meta.dirname, 'testing', 'contract.c')

  it.each([0x0400, 0x0602, 0x0a00])(
    'has its sizes, offsets and constants (_WIN32_WINNT %i)',
    async windows => {
      expect(await complaints(false, { [basename(file)]: readFileSync(file, 'utf8') }, windows)).toBe('')
    },
    60_000,
  )

  it('has its bit fields where they belong', async () => {
    const cache = new BuildCache(join(ROOT, '.cache', 'guest-drivers'))
    const { bytes, messages } = await buildModule({ sources: [file], cwd: ROOT, optimization: '0', cache })
    expect(messages).toEqual([])
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes))
    expect((exports.bit_fields as () => number)(), 'line of contract.c').toBe(0)
  }, 60_000)
})
