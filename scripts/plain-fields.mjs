// After tsc: makes fields of classes cheap. A field that is declared and gets its value in the constructor exists twice for V8: first as
// undefined, then as what it is. From then on the compiler knows nothing of its type and checks at every access. So in dist/
// declarations without a value are left out, and private names, which must be declared, become properties with an underscore.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Before a regular expression; anything else makes a slash a division. */
const BEFORE_PATTERN =
  /(?:^|[(,=:[!&|?{};+\-*%<>~^]|=>|\b(?:return|typeof|case|in|of|delete|void|throw|new|else|do))\s*$/

/** @returns the pieces of a source, code and other (comments, strings, text of templates, regular expressions) in turns, code first */
export function pieces(source) {
  const found = []
  let from = 0
  let at = 0
  /** Open braces in each template expression that is open. */
  const templates = []
  const other = end => {
    found.push(source.slice(from, at), source.slice(at, end))
    from = at = end
  }
  const ending = (start, close) => {
    let end = start
    while (end < source.length && source[end] !== close) end += source[end] === '\\' ? 2 : 1
    return end + 1
  }
  const template = start => {
    let end = start
    for (; end < source.length; end++) {
      if (source[end] === '\\') end++
      else if (source[end] === '`') return end + 1
      else if (source[end] === '$' && source[end + 1] === '{') {
        templates.push(0)
        return end + 2
      }
    }
    throw new Error('a template without an end')
  }
  while (at < source.length) {
    const c = source[at]
    if (c === '"' || c === "'") other(ending(at + 1, c))
    else if (c === '`') other(template(at + 1))
    else if (source.startsWith('//', at)) other(`${source}\n`.indexOf('\n', at))
    else if (source.startsWith('/*', at)) other(source.indexOf('*/', at) + 2)
    else if (c === '/' && BEFORE_PATTERN.test(source.slice(Math.max(from, at - 40), at))) {
      let end = at + 1
      for (let inClass = false; source[end] !== '/' || inClass; end++) {
        if (source[end] === '\\') end++
        else if (source[end] === '[') inClass = true
        else if (source[end] === ']') inClass = false
        else if (source[end] === '\n') throw new Error(`a regular expression without an end: ${source.slice(at, end)}`)
      }
      other(end + 1)
    } else if (c === '{' && templates.length > 0) {
      templates[templates.length - 1]++
      at++
    } else if (c === '}' && templates.length > 0 && templates[templates.length - 1]-- === 0) {
      templates.pop()
      other(template(at + 1))
    } else at++
  }
  found.push(source.slice(from))
  return found
}

/** Lines stay where they are. @throws Error when a private name would become one that is there already */
export function plainFields(source) {
  const parts = pieces(source)
  const code = parts.filter((_, n) => n % 2 === 0).join(' ')
  const taken = new Set([...code.matchAll(/\._\w+/g)].map(match => match[0].slice(1)))
  return parts.map((text, n) => (n % 2 === 0 ? plainCode(text, taken) : text)).join('')
}

function plainCode(text, taken) {
  return text
    .replace(/^ {4}(?:#\w+|(?!return;|break;|continue;|debugger;)\w+);$/gm, '')
    .replace(/#(\w+)(\s+in\b)?/g, (_name, name, within) => {
      if (taken.has(`_${name}`)) throw new Error(`private name #${name}: there is a property _${name}`)
      return within === undefined ? `_${name}` : `'_${name}'${within}`
    })
}

/** All modules below a folder. @throws Error when a class and the one it extends share a private name */
export function plainFolder(folder) {
  const files = readdirSync(folder, { recursive: true }).filter(file => file.endsWith('.js'))
  const sources = files.map(file => readFileSync(join(folder, file), 'utf8'))
  const names = new Map()
  for (const source of sources)
    for (const [body, name, base] of source.matchAll(/^(?:export )?class (\w+)(?: extends (\w+))?.*?^\}$/gms))
      names.set(name, { base, own: new Set([...body.matchAll(/this\.#(\w+)/g)].map(match => match[1])) })
  for (const [name, { base, own }] of names)
    for (let above = base; names.has(above); above = names.get(above).base)
      for (const field of own)
        if (names.get(above).own.has(field)) throw new Error(`${name} and ${above} both have a #${field}`)
  files.forEach((file, n) => {
    const plain = plainFields(sources[n])
    if (plain !== sources[n]) writeFileSync(join(folder, file), plain)
  })
}
