// After tsc: the program `hba` in a few files instead of some 500, which is most of what its start costs. The modules stay where they are, for
// those who import the package; the program is loaded from dist/hba. What is heavy and seldom needed stays outside, and is loaded when it is.
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { rolldown } from 'rolldown'

const OUTSIDE = ['binaryen', /^assemblyscript/, '@wasmer/wasi', '@yowasp/clang']
const CLI = 'harness/cli'

/** What `hba run` loads. */
const RUN = [`${CLI}/run-command.js`, 'harness/run.js']

function reachable(from, importsOf) {
  const found = new Set(from)
  for (const id of found) for (const next of importsOf(id)) found.add(next)
  return found
}

/** @param dist what tsc made @returns its chunks, with the modules in each */
export async function bundleProgram(dist) {
  const folder = join(dist, 'hba')
  rmSync(folder, { recursive: true, force: true })
  let needed
  const bundle = await rolldown({
    // A worker thread begins at a file of its own.
    input: { program: join(dist, CLI, 'program.js'), 'campaign-worker': join(dist, CLI, 'campaign-worker.js') },
    platform: 'node',
    external: OUTSIDE,
    plugins: [
      {
        name: 'needs-of-a-run',
        buildEnd() {
          needed = reachable(
            RUN.map(file => join(dist, file)),
            id => this.getModuleInfo(id).importedIds,
          )
        },
      },
    ],
    onLog: (level, log) => {
      if (level === 'warn') throw new Error(`bundling hba: ${log.message}`)
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
        // One file for all that a run needs: each costs a millisecond.
        { name: 'run', test: id => needed.has(id) },
      ],
    },
  })
  await bundle.close()
  const main = join(dist, CLI, 'main.js')
  writeFileSync(main, readFileSync(main, 'utf8').replace("'./program.js'", "'../../hba/program.js'"))
  return output.filter(file => file.type === 'chunk')
}
