// Files with results: checked before the run, written whole or not at all.
import { closeSync, mkdirSync, openSync, renameSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
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

const reason = (error: unknown): string => {
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
    throw new UsageError(`'${label}' cannot be written: ${reason(error)}`)
  }
}

/** Makes a directory and those above it. @throws UsageError */
export function makeDirectory({ label, path }: OutputFile): void {
  try {
    mkdirSync(path, { recursive: true })
  } catch (error) {
    throw new UsageError(`the directory '${label}' cannot be made: ${reason(error)}`)
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
    throw new UsageError(`'${label}' cannot be written: ${reason(error)}`)
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
