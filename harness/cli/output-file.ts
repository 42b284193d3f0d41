// Files with results: checked before the run, written whole or not at all.
import {
  closeSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { UsageError } from './io.ts'

export interface OutputFile {
  /** As typed, for messages. */
  label: string
  path: string
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'the directory does not exist',
  ENOTDIR: 'its directory is a file',
  EACCES: 'no permission',
  EPERM: 'no permission',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space left',
  EEXIST: 'it exists and is no directory',
  EISDIR: 'it is a directory',
  ENAMETOOLONG: 'the name is too long',
}

/** Why something could not be written, in words. */
export const writeReason = (error: unknown): string => {
  const code = (error as NodeJS.ErrnoException).code ?? ''
  return REASONS[code] ?? (code || String(error))
}

const temporary = (path: string): string => join(dirname(path), `.${basename(path)}.${process.pid}.tmp`)

const statOf = (path: string) => {
  try {
    return statSync(path)
  } catch {
    return undefined
  }
}

/** A device, a pipe: written to as it is. */
const isSpecial = (path: string): boolean => {
  const stat = statOf(path)
  return stat !== undefined && !stat.isFile() && !stat.isDirectory()
}

/** Can it be written? @throws UsageError that names the file as typed */
export function checkOutput({ label, path }: OutputFile): void {
  if (statOf(path)?.isDirectory()) throw new UsageError(`'${label}' cannot be written: it is a directory`)
  if (isSpecial(path)) return
  try {
    const probe = temporary(path)
    closeSync(openSync(probe, 'w'))
    rmSync(probe)
  } catch (error) {
    throw new UsageError(`'${label}' cannot be written: ${writeReason(error)}`)
  }
}

/**
 * Each result has a file of its own, and none takes the place of what is read.
 * @param inputs as typed
 * @throws UsageError that names the file as typed
 */
export function checkApart(files: readonly OutputFile[], inputs: readonly string[], cwd: string): void {
  const read = new Set(inputs.map(typed => realPath(resolve(cwd, typed))))
  const written = new Set<string>()
  for (const { label, path } of files) {
    const real = realPath(path)
    if (read.has(real)) throw new UsageError(`'${label}' cannot be written: it is what this command reads`)
    // Devices take what comes.
    if (written.has(real) && !isSpecial(path))
      throw new UsageError(`'${label}' is given for two results: the second would take the place of the first`)
    written.add(real)
  }
}

const realPath = (path: string): string => {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}

/** Makes a directory and those above it. @throws UsageError */
export function makeDirectory({ label, path }: OutputFile): void {
  try {
    mkdirSync(path, { recursive: true })
  } catch (error) {
    throw new UsageError(`the directory '${label}' cannot be made: ${writeReason(error)}`)
  }
}

/** Writes beside the file, then moves it into place. @param text whole, or in pieces when it may be long. @throws UsageError */
export function writeOutput({ label, path }: OutputFile, text: string | Iterable<string>): void {
  try {
    if (isSpecial(path)) {
      writeTo(path, text)
      return
    }
    const beside = temporary(path)
    try {
      writeTo(beside, text)
      renameSync(beside, path)
    } catch (error) {
      rmSync(beside, { force: true })
      throw error
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error
    throw new UsageError(`'${label}' cannot be written: ${writeReason(error)}`)
  }
}

function writeTo(path: string, text: string | Iterable<string>): void {
  if (typeof text === 'string') {
    writeFileSync(path, text)
    return
  }
  const file = openSync(path, 'w')
  try {
    for (const piece of text) {
      const bytes = Buffer.from(piece)
      for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at)
    }
  } finally {
    closeSync(file)
  }
}
