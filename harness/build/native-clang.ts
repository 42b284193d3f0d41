// A clang of the author's own, with a wasm target and wasm-ld beside it.
import { execFile } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join, relative, resolve } from 'node:path'
import { BuildError } from './build-error.ts'
import { type CompileJob, type LinkJob, overlayOf, type Toolchain, type ToolResult } from './toolchain.ts'

const NEWEST = 30
const OLDEST = 14
const EXE = process.platform === 'win32' ? '.exe' : ''
const suffixes = ['', ...Array.from({ length: NEWEST - OLDEST + 1 }, (_, i) => `-${NEWEST - i}`)]

interface Ran {
  ok: boolean
  text: string
}

const run = (program: string, args: readonly string[], cwd: string): Promise<Ran> =>
  new Promise(done => {
    execFile(program, args, { cwd, maxBuffer: 64 << 20 }, (error, stdout, stderr) =>
      done({ ok: error === null, text: `${stdout}${stderr}`.trimEnd() || (error?.message ?? '') }),
    )
  })

export class NativeClang implements Toolchain {
  readonly version: string
  readonly #clang: string
  readonly #linker: string
  readonly #cwd: string

  private constructor(version: string, clang: string, linker: string, cwd: string) {
    this.version = version
    this.#clang = clang
    this.#linker = linker
    this.#cwd = cwd
  }

  /** @param where a clang, a folder with one, or undefined: the first on PATH that has a wasm target @throws BuildError */
  static async find(where: string | undefined, cwd: string): Promise<NativeClang> {
    const tried = candidates(where, cwd)
    for (const clang of tried) {
      const linker = linkerBeside(clang)
      if (linker === undefined) continue
      const version = await run(clang, ['--version'], cwd)
      if (!version.ok) continue
      const targets = await run(clang, ['--print-targets'], cwd)
      if (/\bwasm32\b/.test(targets.text)) return new NativeClang(version.text.split('\n')[0]!, clang, linker, cwd)
    }
    throw new BuildError(
      where === undefined
        ? 'no clang with a wasm target and no wasm-ld on PATH: install clang and lld, or leave --toolchain away'
        : `--toolchain ${where}: no clang with a wasm target there${tried.length > 0 ? ', or no wasm-ld beside it' : ''}`,
    )
  }

  async compile(job: CompileJob): Promise<ToolResult> {
    return inFolder(async folder => {
      const output = join(folder, 'output.o')
      const overlay = overlayOf(
        job,
        file => file,
        file => this.#name(file),
      )
      const overlayFile = join(folder, 'overlay.json')
      if (overlay !== undefined) await writeFile(overlayFile, overlay)
      const args = [
        ...(/\.c$/i.test(job.source) ? [] : ['--driver-mode=g++']),
        ...job.flags,
        ...job.includeFolders.flatMap(f => ['-I', this.#name(f)]),
        ...job.systemFolders.flatMap(f => ['-isystem', f]),
        ...(overlay === undefined ? [] : ['-ivfsoverlay', overlayFile]),
        `-ffile-prefix-map=${this.#cwd}=`,
        ...job.renamed.map(({ folder, name }) => `-ffile-prefix-map=${folder}=${name}`),
        '-c',
        this.#name(job.source),
        '-o',
        output,
      ]
      const { ok, text } = await run(this.#clang, args, this.#cwd)
      return { output: ok ? new Uint8Array(await readFile(output)) : undefined, messages: text }
    })
  }

  async link({ objects, flags, imports }: LinkJob): Promise<ToolResult> {
    return inFolder(async folder => {
      const output = join(folder, 'output.wasm')
      await writeFile(join(folder, 'imports.txt'), `${imports.join('\n')}\n`)
      for (const { name, bytes } of objects) await writeFile(join(folder, name), bytes)
      const args = [...flags, '--allow-undefined-file=imports.txt', ...objects.map(o => o.name), '-o', output]
      const { ok, text } = await run(this.#linker, args, folder)
      return { output: ok ? new Uint8Array(await readFile(output)) : undefined, messages: text }
    })
  }

  /** As short as it can be said from the working folder. */
  #name(file: string): string {
    const inside = relative(this.#cwd, file)
    return inside.startsWith('..') ? file : inside || '.'
  }
}

function candidates(where: string | undefined, cwd: string): string[] {
  const folders =
    where === undefined ? (process.env.PATH ?? '').split(delimiter).filter(f => f !== '') : [resolve(cwd, where)]
  const named = folders.flatMap(folder => suffixes.map(suffix => join(folder, `clang${suffix}${EXE}`)))
  return [...(where === undefined ? [] : [resolve(cwd, where)]), ...named].filter(f => existsSync(f) && !isFolder(f))
}

const isFolder = (path: string): boolean => statSync(path).isDirectory()

function linkerBeside(clang: string): string | undefined {
  const suffix = /clang(-\d+)?(\.exe)?$/.exec(clang)?.[1] ?? ''
  const folders = [dirname(clang), ...(process.env.PATH ?? '').split(delimiter).filter(f => f !== '')]
  return folders
    .flatMap(folder => [`wasm-ld${suffix}${EXE}`, `wasm-ld${EXE}`].map(name => join(folder, name)))
    .find(path => existsSync(path))
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'hba-build-'))
  try {
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
