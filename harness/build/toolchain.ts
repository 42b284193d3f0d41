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

/** A clang file that makes aliases true: `path` shows the contents of `file`. */
export function overlayOf(aliases: readonly Alias[], name: (file: string) => string): string {
  const roots = aliases.map(({ path, file }) => ({
    type: 'file',
    name: name(path),
    'external-contents': name(file),
    'use-external-name': true,
  }))
  return JSON.stringify({ version: 0, 'case-sensitive': 'true', roots })
}
