// After tsc: the program `hba` in a few files instead of some 500, which is most of what its start costs. The modules stay where they are, for
// those who import the package; the program is loaded from dist/hba. What is heavy and seldom needed stays outside, and is loaded when it is.
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { rolldown } from 'rolldown'

const OUTSIDE = ['binaryen', /^assemblyscript/, '@wasmer/wasi', '@yowasp/clang']
const CLI = 'harness/cli'

const PACKAGE = /^.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/g

/** Loaded at once, the program itself apart: a worker thread begins in this file, too. */
const START = [`${CLI}/campaign-worker.js`, 'harness/guest/file-meter-cache.js', `${CLI}/version.js`]
/** What `hba run` loads then. */
const RUN = [`${CLI}/cli.js`, `${CLI}/files.js`, `${CLI}/run-command.js`, 'harness/run.js']

function reachable(from, importsOf) {
  const found = new Set(from)
  for (const id of found) for (const next of importsOf(id)) found.add(next)
  return found
}

/** @param dist what tsc made */
export async function bundleProgram(dist) {
  const folder = join(dist, 'hba')
  rmSync(folder, { recursive: true, force: true })
  let start
  let run
  const bundle = await rolldown({
    input: join(dist, CLI, 'program.js'),
    platform: 'node',
    external: OUTSIDE,
    plugins: [
      {
        name: 'needs',
        buildEnd() {
          const needs = files =>
            reachable(
              files.map(file => join(dist, file)),
              id => this.getModuleInfo(id).importedIds,
            )
          start = needs(START)
          run = needs(RUN)
        },
      },
    ],
    onLog: (level, log) => {
      // Commands import each other; what a run needs is in one file anyhow.
      if (level === 'warn' && log.code !== 'INEFFECTIVE_DYNAMIC_IMPORT') throw new Error(`bundling hba: ${log.message}`)
    },
  })
  const { output } = await bundle.write({
    dir: folder,
    format: 'esm',
    sourcemap: true,
    // The sources are beside it.
    sourcemapExcludeSources: true,
    chunkFileNames: '[name].js',
    comments: false,
    codeSplitting: {
      groups: [
        // Few files: each costs a millisecond.
        { name: 'start', test: id => start.has(id), priority: 1 },
        { name: 'run', test: id => run.has(id) },
      ],
    },
  })
  await bundle.close()
  // What is taken in keeps its licence.
  const ids = output.flatMap(file => (file.type === 'chunk' ? file.moduleIds : []))
  for (const [path, name] of new Map(ids.flatMap(id => [...id.matchAll(PACKAGE)].map(match => [match[0], match[1]]))))
    copyFileSync(join(path, 'LICENSE'), join(folder, `${name.replace('/', '-')}.LICENSE`))
  const main = join(dist, CLI, 'main.js')
  writeFileSync(main, readFileSync(main, 'utf8').replace('./program.js', '../../hba/program.js'))
}
