// clang and wasm-ld as wasm, from npm: they see only the files they are given, in a file system of their own.

import { basename, isAbsolute, relative, sep } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { BuildError } from './build-error.ts'
import { type CompileJob, type LinkJob, overlayOf, type Toolchain, type ToolResult } from './toolchain.ts'

interface Tree {
  [name: string]: Tree | string | Uint8Array
}

type Command = (
  args: string[],
  files: Tree,
  options: { stdout: Sink; stderr: Sink; decodeASCII: boolean },
) => Promise<Tree>
type Sink = (bytes: Uint8Array | null) => void

/** Where files outside the working folder lie in the compiler's file system. */
const OUTSIDE = '/host'
const PACKAGE = '@yowasp/clang'
/** clang without its driver program. */
const COMPILER = 'cc1'
/** Stand for the path and the name of a source. */
const PLACES = ['\0path', '\0name']

export class NpmClang implements Toolchain {
  readonly version: string
  readonly #cwd: string
  #commands: Promise<Record<string, Command>> | undefined
  /** What the driver program makes of a command line, by that line. */
  readonly #compilations = new Map<string, string[] | undefined>()

  constructor(cwd: string, version: string) {
    this.#cwd = cwd
    this.version = `${PACKAGE} ${version}`
  }

  async compile(job: CompileJob): Promise<ToolResult> {
    const tree: Tree = {}
    for (const [file, content] of job.files) put(tree, this.#name(file), content)
    const shown = (file: string) => this.#name(file).replace(/^\/(?!host\/)/, '')
    const overlay = overlayOf(job, file => this.#name(file), shown)
    if (overlay !== undefined) put(tree, '/overlay.json', overlay)
    for (const folder of [...job.includeFolders, ...job.systemFolders]) folderIn(tree, this.#name(folder))
    const args = [
      ...job.flags,
      ...job.includeFolders.flatMap(f => ['-I', this.#name(f)]),
      ...job.systemFolders.flatMap(f => ['-isystem', this.#name(f)]),
      ...(overlay === undefined ? [] : ['-ivfsoverlay', '/overlay.json']),
      `-ffile-prefix-map=${OUTSIDE}=`,
      ...job.renamed.map(({ folder, name }) => `-ffile-prefix-map=${this.#name(folder)}=${name}`),
      '-c',
      shown(job.source),
      '-o',
      'output.o',
    ]
    const command = /\.c$/i.test(job.source) ? 'clang' : 'clang++'
    const direct = await this.#compilation(command, args, shown(job.source), tree)
    return direct === undefined
      ? this.#run(command, args, tree, 'output.o')
      : this.#run(COMPILER, direct, tree, 'output.o')
  }

  /**
   * The driver program of clang only turns a command line into that of the compiler. To load it for each file takes a third of the time, and
   * the answer is always the same but for the name of the file.
   * @returns undefined when the driver program has something to say, or wants more than one step
   */
  async #compilation(command: string, args: string[], source: string, tree: Tree): Promise<string[] | undefined> {
    const key = JSON.stringify([command, ...args.map(arg => (arg === source ? '' : arg))])
    if (!this.#compilations.has(key)) {
      const { text } = await this.#execute(command, ['-###', ...args], tree)
      const steps = text.split('\n').filter(line => line.startsWith(' "'))
      const words = Array.from(steps[0]?.matchAll(/"((?:[^"\\]|\\.)*)"/g) ?? [], ([, word]) =>
        word!.replaceAll(/\\(.)/g, '$1'),
      )
      const first = words.indexOf('-cc1')
      const clear = steps.length === 1 && first >= 0 && !/^[^ ]*clang[^ ]*: /m.test(text)
      const of = [source, basename(source)]
      this.#compilations.set(key, clear ? words.slice(first).map(word => PLACES[of.indexOf(word)] ?? word) : undefined)
    }
    const places = this.#compilations.get(key)
    return places?.map(word => (word === PLACES[0] ? source : word === PLACES[1] ? basename(source) : word))
  }

  async link({ objects, flags, imports }: LinkJob): Promise<ToolResult> {
    const tree: Tree = { 'imports.txt': `${imports.join('\n')}\n` }
    for (const { name, bytes } of objects) tree[name] = bytes
    const args = [...flags, '--allow-undefined-file=imports.txt', ...objects.map(o => o.name), '-o', 'output.wasm']
    return this.#run('wasm-ld', args, tree, 'output.wasm')
  }

  async #run(command: string, args: string[], tree: Tree, output: string): Promise<ToolResult> {
    const { files, text } = await this.#execute(command, args, tree)
    const bytes = files?.[output]
    return {
      output: bytes instanceof Uint8Array ? new Uint8Array(bytes) : undefined,
      messages: text.replaceAll(`${OUTSIDE}/`, '/').trimEnd(),
    }
  }

  /** @returns the files there are afterwards, none when the command failed, and what it said */
  async #execute(command: string, args: string[], tree: Tree): Promise<{ files: Tree | undefined; text: string }> {
    this.#commands ??= loadCommands()
    const run = (await this.#commands)[command]!
    const decoder = new TextDecoder()
    let text = ''
    const sink: Sink = bytes => {
      if (bytes !== null) text += decoder.decode(bytes, { stream: true })
    }
    let files: Tree | undefined
    try {
      files = await quickly(() => run(args, tree, { stdout: sink, stderr: sink, decodeASCII: false }))
    } catch (error) {
      // Its Exit is an error with a code. Anything else is a failure of the compiler itself.
      if (typeof (error as { code?: unknown }).code !== 'number')
        throw new BuildError(`${command} broke down: ${error}`)
    }
    return { files, text }
  }

  /** `/driver.c` for a file below the working folder, `/host/…` for any other. */
  #name(file: string): string {
    const inside = relative(this.#cwd, file)
    const outside = inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)
    const path = (outside ? file : inside).split(sep).join('/')
    return outside ? `${OUTSIDE}/${path.replace(/^\//, '')}` : `/${path}`
  }
}

async function loadCommands(): Promise<Record<string, Command>> {
  try {
    const { commands, runLLVM } = await import('@yowasp/clang')
    // Loads it, and without this says so on the console.
    await quickly(async () => runLLVM(undefined, {}, { fetchProgress: () => {} }))
    const compiler: Command = async (args, files, options) =>
      (await runLLVM(['clang', ...args], files, options)) as Tree
    return { ...(commands as unknown as Record<string, Command>), [COMPILER]: compiler }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error
    throw new BuildError(
      `the C compiler is not installed: npm install ${PACKAGE}, or take a clang of your own with --toolchain native`,
    )
  }
}

/**
 * V8 compiles a function of the compiler when it is first called. To optimize it as well would pay only after many files: without, the
 * first build takes half the time. The flags are back as they were afterwards: guests of the same process are not concerned.
 */
async function quickly<T>(work: () => Promise<T>): Promise<T> {
  const flags = ['wasm-tier-up', 'wasm-dynamic-tiering']
  for (const flag of flags) setFlagsFromString(`--no-${flag}`)
  try {
    return await work()
  } finally {
    for (const flag of flags) setFlagsFromString(`--${flag}`)
  }
}

function folderIn(tree: Tree, path: string): Tree {
  let at = tree
  for (const part of path.split('/')) {
    if (part === '') continue
    at[part] ??= {}
    at = at[part] as Tree
  }
  return at
}

function put(tree: Tree, path: string, content: string | Uint8Array): void {
  const cut = path.lastIndexOf('/')
  folderIn(tree, path.slice(0, cut))[path.slice(cut + 1)] = content
}
