// Where the package keeps what drivers are made of: headers and runtime for C, the SDK for AssemblyScript.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { BuildError } from './build-error.ts'

export interface Sdk {
  /** Searched after the author's own folders, in this order. */
  includeFolders: readonly string[]
  /** Stands in for trace headers (NAME.tmh) that only Microsoft's preprocessor makes. */
  traceHeader: string
  /** Folder of the runtime's sources. */
  runtime: string
  /** Its folders, and what debug information calls them. */
  renamed: readonly { folder: string; name: string }[]
  /** Version of the compiler from npm that this package was tested with. */
  compilerVersion: string
}

/** Walks up from this file: built or not, it lies inside the package. */
function guestFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  for (;;) {
    const guest = join(folder, 'guest-drivers')
    if (existsSync(join(guest, 'include', 'miniport.h'))) return guest
    if (dirname(folder) === folder) throw new BuildError('the headers of wasm-hba are missing: the package is damaged')
    folder = dirname(folder)
  }
}

export function findSdk(): Sdk {
  const guest = guestFolder()
  const include = join(guest, 'include')
  return {
    includeFolders: [include, join(include, 'crt')],
    traceHeader: join(include, 'tmh', 'no-trace.h'),
    runtime: join(guest, 'runtime'),
    renamed: ['include', 'runtime'].map(name => ({ folder: join(guest, name), name: `wasm-hba/${name}` })),
    compilerVersion: compilerVersion(join(dirname(guest), 'package.json')),
  }
}

/** Asked of our own package: to ask the compiler it would have to be loaded, which takes seconds. */
function compilerVersion(packageFile: string): string {
  const { optionalDependencies } = JSON.parse(readFileSync(packageFile, 'utf8')) as {
    optionalDependencies: Record<string, string>
  }
  return optionalDependencies['@yowasp/clang']!
}
