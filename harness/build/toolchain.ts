// What a compiler for C and C++ must be able to do, wherever it comes from.
import type { Alias } from './include-scan.ts'

export interface CompileJob {
  /** Absolute paths, all of them. */
  source: string
  includeFolders: readonly string[]
  systemFolders: readonly string[]
  /** Everything the source may include, itself too. */
  files: ReadonlyMap<string, Uint8Array>
  aliases: readonly Alias[]
  /** Folders that debug information calls by another name, the same on every machine. */
  renamed: readonly { folder: string; name: string }[]
  /** Flags without paths. */
  flags: readonly string[]
}

export interface LinkJob {
  /** In order; the names appear in messages. */
  objects: readonly { name: string; bytes: Uint8Array }[]
  flags: readonly string[]
  /** Symbols that may stay undefined: they become imports of module env. */
  imports: readonly string[]
}

export interface ToolResult {
  /** None: it failed. */
  output: Uint8Array<ArrayBuffer> | undefined
  /** The tool's own words. Files below the working folder are named relative to it. */
  messages: string
}

export interface Toolchain {
  /** Name and version: part of every cache key. */
  readonly version: string
  compile(job: CompileJob): Promise<ToolResult>
  link(job: LinkJob): Promise<ToolResult>
}

/**
 * A clang file that lets names be found in any case, and aliases under their names; undefined when nothing asks for it. Messages
 * name the real files.
 * @param name absolute, for the compiler @param shown as messages shall have it
 */
export function overlayOf(
  { files, aliases }: Pick<CompileJob, 'files' | 'aliases'>,
  name: (file: string) => string,
  shown: (file: string) => string,
): string | undefined {
  if (aliases.length === 0) return undefined
  const all = [...[...files.keys()].map(file => ({ path: file, file })), ...aliases]
  // One of several spellings is enough.
  const byName = new Map(all.map(({ path, file }) => [name(path).toLowerCase(), { path, file }]))
  const roots = [...byName.values()].map(({ path, file }) => ({
    type: 'file',
    name: name(path),
    'external-contents': shown(file),
  }))
  return JSON.stringify({ version: 0, 'case-sensitive': 'false', roots })
}
