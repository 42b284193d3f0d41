// Finds every file a C source may include, the way Windows finds it: upper and lower case are the same, a backslash is a slash, and
// a quoted name is also looked for beside the files that led to the one that asks for it. Conditions are not evaluated: what comes out is a superset, good for a content hash and for a compiler that sees only the files
// it is given. Names that are not spelled as on the disk come out as aliases.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'

export interface Alias {
  /** Absolute path under which the compiler will look. */
  path: string
  /** Absolute path of the file that is meant. */
  file: string
}

export interface Scan {
  /** Contents by absolute path, the source itself first. */
  files: Map<string, Buffer<ArrayBuffer>>
  aliases: Alias[]
  /** Names that were found nowhere, as spelled. */
  missing: Set<string>
}

interface Wanted {
  name: string
  from: string
  quoted: boolean
}

/** What a file defines as the name of a file, and what it includes. */
interface Directives {
  defines: { macro: string; name: string }[]
  includes: (Wanted | { macro: string; from: string })[]
}

const INCLUDE = /^[ \t]*#[ \t]*include(?:_next)?[ \t]*(?:"([^"\n]+)"|<([^>\n]+)>|([A-Za-z_]\w*))/gm
const DEFINE = /^[ \t]*#[ \t]*define[ \t]+([A-Za-z_]\w*)[ \t]+(?:"([^"\n]+)"|<([^>\n]+)>)/gm

export class IncludeScanner {
  readonly #folders: readonly string[]
  readonly #traceHeader: string
  readonly #listings = new Map<string, Map<string, string>>()
  readonly #contents: Map<string, Buffer<ArrayBuffer>>
  readonly #directives = new Map<string, Directives>()

  /** @param folders absolute, in the order of the search @param instead contents that stand for those on the disk, by absolute path */
  constructor(folders: readonly string[], traceHeader: string, instead: ReadonlyMap<string, string> = new Map()) {
    this.#contents = new Map([...instead].map(([file, text]) => [file, Buffer.from(text)]))
    this.#folders = folders
    this.#traceHeader = traceHeader
  }

  /** @param defines NAME="file.h" among them: an include may name it */
  scan(source: string, defines: readonly string[] = []): Scan {
    const scan: Scan = { files: new Map(), aliases: [], missing: new Set() }
    const macros = new Map<string, Set<string>>()
    const define = (macro: string, name: string) => macros.set(macro, (macros.get(macro) ?? new Set()).add(name))
    const wanted: Wanted[] = []
    const missing: Wanted[] = []
    const byMacro: { macro: string; from: string }[] = []
    for (const text of defines) {
      const [, macro, name] = /^(\w+)=["<](.+)[">]$/.exec(text) ?? []
      if (name !== undefined) define(macro!, name)
    }
    /** Folders of the files that were opened: any of them may have led here. */
    const folders = new Set<string>()
    const open = (file: string) => {
      if (scan.files.has(file)) return
      const content = this.#read(file)
      scan.files.set(file, content)
      folders.add(dirname(file))
      const { defines, includes } = this.#directivesOf(file, content)
      for (const { macro, name } of defines) define(macro, name)
      for (const include of includes) {
        if ('macro' in include) byMacro.push(include)
        else wanted.push(include)
      }
    }
    open(source)
    for (let seen = -1; seen !== scan.files.size; ) {
      seen = scan.files.size
      // A macro may be defined in a file that is found later.
      for (const { macro, from } of byMacro)
        for (const name of macros.get(macro) ?? []) wanted.push({ name, from, quoted: true })
      for (let next = wanted.shift(); next !== undefined; next = wanted.shift()) {
        const all = this.#find(next, folders)
        if (all.length === 0) missing.push(next)
        for (const found of all) {
          if (found.path !== found.file && !scan.aliases.some(a => a.path === found.path)) scan.aliases.push(found)
          open(found.file)
        }
      }
      // So may a folder.
      if (seen !== scan.files.size) wanted.push(...missing.splice(0))
    }
    for (const { name } of missing) scan.missing.add(name)
    return scan
  }

  #read(file: string): Buffer<ArrayBuffer> {
    let content = this.#contents.get(file)
    if (content === undefined) {
      content = readFileSync(file)
      this.#contents.set(file, content)
    }
    return content
  }

  #directivesOf(file: string, content: Buffer): Directives {
    let found = this.#directives.get(file)
    if (found === undefined) {
      const text = content.toString('latin1')
      found = {
        defines: Array.from(text.matchAll(DEFINE), ([, macro, quoted, angled]) => ({
          macro: macro!,
          name: (quoted ?? angled)!,
        })),
        includes: Array.from(text.matchAll(INCLUDE), ([, quoted, angled, macro]) =>
          macro === undefined
            ? { name: (quoted ?? angled)!, from: file, quoted: quoted !== undefined }
            : { macro, from: file },
        ),
      }
      this.#directives.set(file, found)
    }
    return found
  }

  /** @returns all that may be meant: which of them depends on how the asking file was reached */
  #find({ name, from, quoted }: Wanted, opened: ReadonlySet<string>): Alias[] {
    const spelled = name.replaceAll('\\', '/')
    const at = (folder: string): Alias[] => {
      const file = this.#onDisk(folder, spelled)
      return file === undefined ? [] : [{ path: resolve(folder, spelled), file }]
    }
    const beside = quoted ? at(dirname(from)) : []
    if (beside.length > 0) return beside
    const found = quoted ? [...opened].filter(folder => !this.#folders.includes(folder)).flatMap(at) : []
    for (const folder of this.#folders) {
      const named = at(folder)
      if (named.length > 0) return [...found, ...named]
    }
    if (found.length > 0 || !/\.tmh$/i.test(spelled)) return found
    return [{ path: resolve(dirname(from), spelled), file: this.#traceHeader }]
  }

  /** @returns the file's real path */
  #onDisk(folder: string, spelled: string): string | undefined {
    let at = resolve(folder, spelled)
    if (this.#listing(dirname(at)).get(basename(at).toLowerCase()) === basename(at)) return isFile(at) ? at : undefined
    at = folder
    for (const part of spelled.split('/')) {
      if (part === '' || part === '.') continue
      if (part === '..') at = dirname(at)
      else {
        const exact = join(at, part)
        const real = existsSync(exact) ? (this.#exact(at, part) ?? part) : this.#listing(at).get(part.toLowerCase())
        if (real === undefined) return undefined
        at = join(at, real)
      }
    }
    return isFile(at) ? at : undefined
  }

  /** How a name that exists is really spelled: on a disk that does not care about case it may be another. */
  #exact(folder: string, name: string): string | undefined {
    const listing = this.#listing(folder)
    return [...listing.values()].includes(name) ? name : listing.get(name.toLowerCase())
  }

  #listing(folder: string): Map<string, string> {
    let listing = this.#listings.get(folder)
    if (listing === undefined) {
      listing = new Map()
      try {
        for (const name of readdirSync(folder).sort())
          if (!listing.has(name.toLowerCase())) listing.set(name.toLowerCase(), name)
      } catch {}
      this.#listings.set(folder, listing)
    }
    return listing
  }
}

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() === true
