// After tsc: `Table.member` becomes the number it stands for, where Table is an exported table of constants. For V8 an imported binding is
// no constant: it reads the module's cell, checks the table and its member, and checks that it is a number, again at every use.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { pieces } from './plain-fields.mjs'

const IMPORTS = /^import \{([^}]*)\} from '(\.[^']*)';$/gms
const DECLARED = name => new RegExp(`\\b(?:const|let|var|function|class)\\s+${name}\\b`, 'g')
const CHANGED = name => new RegExp(`(?<![\\w$.])${name}(?:\\.\\w+|\\[[^\\]]*\\])\\s*(?:[-+*/|&^]?=(?!=)|\\+\\+|--)`)

const isTable = (name, value) =>
  /^[A-Z]/.test(name) &&
  value !== null &&
  typeof value === 'object' &&
  Object.getPrototypeOf(value) === Object.prototype

/** @param tables by the name they have in this source; lines stay where they are @returns the source with numbers instead of their members */
export function inlineConstants(source, tables) {
  const parts = pieces(source)
  return parts.map((text, n) => (n % 2 === 0 ? inlineCode(text, tables) : text)).join('')
}

function inlineCode(text, tables) {
  return text.replace(/(?<![\w$.#])([A-Z]\w*)\.(\w+)\b(?!\s*\()/g, (written, name, member) => {
    const value = Object.hasOwn(tables, name) ? tables[name][member] : undefined
    if (typeof value !== 'number' || !Number.isFinite(value)) return written
    return value < 0 || Object.is(value, -0) ? `(${value})` : String(value)
  })
}

/** @param within folders of `root` whose modules can be imported without doing anything */
export async function inlineFolders(root, within) {
  const files = within.flatMap(folder =>
    readdirSync(join(root, folder), { recursive: true })
      .filter(file => file.endsWith('.js'))
      .map(file => join(root, folder, file)),
  )
  const sources = new Map(files.map(file => [file, readFileSync(file, 'utf8')]))
  const modules = new Map()
  for (const file of files) modules.set(file, await import(pathToFileURL(file).href))
  const code = [...sources.values()].map(source =>
    pieces(source)
      .filter((_, n) => n % 2 === 0)
      .join(' '),
  )
  const known = new Map()
  const changed = name => {
    if (!known.has(name))
      known.set(
        name,
        code.some(text => CHANGED(name).test(text)),
      )
    return known.get(name)
  }
  for (const [file, source] of sources) {
    const tables = {}
    const add = (name, value, declarations) => {
      if (isTable(name, value) && [...source.matchAll(DECLARED(name))].length === declarations && !changed(name))
        tables[name] = value
    }
    for (const [, list, from] of source.matchAll(IMPORTS)) {
      const module = modules.get(resolve(dirname(file), from))
      if (module === undefined) continue
      for (const part of list.split(',')) {
        const [exported, local = exported] = part.trim().split(/\s+as\s+/)
        if (exported !== '') add(local, module[exported], 0)
      }
    }
    for (const [name, value] of Object.entries(modules.get(file))) add(name, value, 1)
    const inlined = inlineConstants(source, tables)
    if (inlined !== source) writeFileSync(file, inlined)
  }
}
