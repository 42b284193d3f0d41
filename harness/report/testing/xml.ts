// As much of an XML parser as it takes to find out whether a document is well-formed, and to look at it.

export interface XmlElement {
  name: string
  attributes: Record<string, string>
  children: XmlElement[]
  text: string
}

const NAME = '[A-Za-z_][\\w.-]*'
const TAG = new RegExp(`^<(/?)(${NAME})((?:\\s+${NAME}="[^"<]*")*)\\s*(/?)>`)
/** XML 1.0, production Char. */
const ALLOWED = /^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u
const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

function unescaped(text: string): string {
  return text.replaceAll(/&([^;]*;?)/g, (all, body: string) => {
    const name = /^(\w+);$/.exec(body)?.[1]
    if (name !== undefined && name in ENTITIES) return ENTITIES[name]!
    const code = /^#(\d+);$/.exec(body)?.[1]
    if (code === undefined) throw new Error(`bad entity '${all}'`)
    return String.fromCodePoint(Number(code))
  })
}

/** @returns the root element @throws when it is not well-formed */
export function parseXml(document: string): XmlElement {
  if (!ALLOWED.test(document)) throw new Error('a character that XML does not allow')
  const declaration = /^<\?xml version="1\.0" encoding="UTF-8"\?>\n/.exec(document)
  if (declaration === null) throw new Error('no XML declaration')
  const top: XmlElement = { name: '', attributes: {}, children: [], text: '' }
  const open = [top]
  let rest = document.slice(declaration[0].length)
  while (rest !== '') {
    const inside = open.at(-1)!
    if (!rest.startsWith('<')) {
      const end = rest.indexOf('<')
      inside.text += unescaped(end < 0 ? rest : rest.slice(0, end))
      rest = end < 0 ? '' : rest.slice(end)
      continue
    }
    const [all, closing, name, attributes, empty] = TAG.exec(rest) ?? []
    if (all === undefined) throw new Error(`no tag: ${rest.slice(0, 40)}`)
    rest = rest.slice(all.length)
    if (closing === '/') {
      if (open.pop()!.name !== name) throw new Error(`</${name}> closes nothing`)
      continue
    }
    const element: XmlElement = { name: name!, attributes: {}, children: [], text: '' }
    for (const [, key, value] of attributes!.matchAll(new RegExp(`(${NAME})="([^"]*)"`, 'g'))) {
      if (key! in element.attributes) throw new Error(`${key} is given twice`)
      element.attributes[key!] = unescaped(value!)
    }
    inside.children.push(element)
    if (empty !== '/') open.push(element)
  }
  if (open.length > 1 || top.children.length !== 1 || top.text.trim() !== '') throw new Error('not one root element')
  return top.children[0]!
}

export const elements = (of: XmlElement, name: string): XmlElement[] => [
  ...(of.name === name ? [of] : []),
  ...of.children.flatMap(child => elements(child, name)),
]
