// HTML from templates in which everything that is put in is escaped: names, messages and printed lines come from drivers nobody trusts.
import { plain } from '../format.ts'

/** Markup that is what it says. */
export class Markup {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }

  toString(): string {
    return this.text
  }
}

export type Inner = Markup | string | number | null | undefined | false | readonly Inner[]

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Control characters become their codes, half surrogates the replacement character. */
export const escaped = (text: string): string =>
  plain(text)
    .replaceAll(/[\p{Cs}\u2028\u2029\uFFFE\uFFFF]/gu, '\uFFFD')
    .replaceAll(/[&<>"']/g, c => ENTITIES[c]!)

function markupOf(inner: Inner): string {
  if (inner instanceof Markup) return inner.text
  if (typeof inner === 'string') return escaped(inner)
  if (typeof inner === 'number') return String(inner)
  if (inner === null || inner === undefined || inner === false) return ''
  return inner.map(markupOf).join('')
}

/** A template; values may be text, markup, lists of these, or nothing. */
export const html = (strings: TemplateStringsArray, ...values: readonly Inner[]): Markup =>
  new Markup(strings.reduce((text, part, n) => text + markupOf(values[n - 1]) + part))

/** Markup made by hand, for what is no text: style, script, drawings that escape by themselves. */
export const raw = (text: string): Markup => new Markup(text)

/** Data for the script of the page: JSON that cannot end its element. */
export const dataIsland = (id: string, value: unknown): Markup =>
  raw(
    `<script type="application/json" id="${id}">${JSON.stringify(value).replaceAll(/[<>&\u2028\u2029]/g, c => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)}</script>`,
  )
