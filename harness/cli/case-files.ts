// The cases of `hba test`: scenario files found, selected, put in order, read.
import { type Dirent, readdirSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { parseScenario, type Scenario } from '../../schemas/scenario.ts'
import { byName } from '../verify/case-suite.ts'
import { isExpected } from './expected-errors.ts'
import { readInput } from './files.ts'
import { UsageError } from './io.ts'

const ENDING = '.hba.json'

const usage = (message: string): never => {
  throw new UsageError(message, 'test')
}

/** A scenario file. */
export interface CaseFile {
  /** Its path seen from the current directory, with '/' on every system: the case's name. */
  name: string
  path: string
}

/** A case that can be run, or why it cannot. */
export interface Case extends CaseFile {
  scenario: Scenario | undefined
  /** Directory that the paths in it start from. */
  base: string
  /** Why there is no scenario. */
  problem: string
}

/** @param typed files and folders; none: the current directory @returns each file once, by name @throws UsageError */
export function findCases(typed: readonly string[], cwd: string): CaseFile[] {
  const found = new Map<string, CaseFile>()
  for (const word of typed.length === 0 ? ['.'] : typed) {
    if (word === '') usage('a path is empty')
    const path = resolve(cwd, word)
    const folder = isFolder(path, word)
    const files = folder ? inFolder(path, word) : [path]
    if (files.length === 0)
      usage(`there is no scenario file (*${ENDING}) in '${word}'; a folder is searched with those in it`)
    if (!folder && !/\.json$/i.test(path))
      usage(`found '${word}', expected a scenario file (${ENDING}) or a folder with some`)
    for (const file of files) {
      const name = relative(cwd, file).split(sep).join('/')
      found.set(name, { name, path: file })
    }
  }
  return [...found.values()].sort(byName)
}

/** @throws UsageError */
function isFolder(path: string, typed: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error)
    return usage(
      code === 'ENOENT' || code === 'ENOTDIR' ? `'${typed}' does not exist` : `'${typed}' cannot be read: ${code}`,
    )
  }
}

/** Folders that begin with a dot, and node_modules, are left out. */
function inFolder(path: string, typed: string): string[] {
  let entries: Dirent[]
  try {
    entries = readdirSync(path, { withFileTypes: true })
  } catch (error) {
    return usage(`the folder '${typed}' cannot be read: ${(error as NodeJS.ErrnoException).code ?? error}`)
  }
  return entries.flatMap(entry => {
    const inner = join(path, entry.name)
    if (entry.isDirectory())
      return entry.name.startsWith('.') || entry.name === 'node_modules' ? [] : inFolder(inner, join(typed, entry.name))
    return entry.name.endsWith(ENDING) ? [inner] : []
  })
}

/** @param words a part of the file's path each, `*` stands for anything; one must match @throws UsageError */
export function filterCases(files: readonly CaseFile[], words: readonly string[]): CaseFile[] {
  if (words.length === 0) return [...files]
  const wanted = words.flatMap(word => word.split(',').map(part => part.trim()))
  const patterns = wanted.map(word => new RegExp(word.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')))
  const idle = wanted.find((_, n) => !files.some(({ name }) => patterns[n]!.test(name)))
  if (idle !== undefined)
    usage(`--filter: no case has '${idle}' in its name; there are ${files.length}: ${someNames(files)}`)
  return files.filter(({ name }) => patterns.some(pattern => pattern.test(name)))
}

const NAMES_SHOWN = 5

const someNames = (files: readonly CaseFile[]): string =>
  `${files
    .slice(0, NAMES_SHOWN)
    .map(({ name }) => name)
    .join(', ')}${files.length > NAMES_SHOWN ? ', …' : ''}`

/** Reads scenarios. A file that is none is a case with a problem. */
export function readCases(files: readonly CaseFile[]): Case[] {
  const writers = new Map<string, string>()
  return files.map(({ name, path }): Case => {
    const base = dirname(path)
    try {
      const scenario = parseScenario(readInput('scenario', path, '/').toString('utf8'), name)
      for (const image of writtenImages(scenario, base)) {
        const other = writers.get(image)
        if (other !== undefined && other !== name)
          throw new UsageError(
            `${name}: it writes the image '${relative(base, image)}', as '${other}' does: cases run at once, so each needs its own`,
          )
        writers.set(image, name)
      }
      return { name, path, scenario, base, problem: '' }
    } catch (error) {
      if (!isExpected(error)) throw error
      return { name, path, scenario: undefined, base, problem: error.message.replaceAll(path, name) }
    }
  })
}

const writtenImages = ({ machine }: Scenario, base: string): string[] =>
  machine.adapters.flatMap(({ drives }) =>
    drives.flatMap(({ store, readOnly }) =>
      store.kind === 'file' && !store.readOnly && !readOnly ? [resolve(base, store.path)] : [],
    ),
  )
