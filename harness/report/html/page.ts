// The frame of every HTML report: one file, no network (its own policy forbids it), readable without script.
import { client } from './client.ts'
import { drawDistribution } from './draw-distribution.ts'
import { drawSpans } from './draw-spans.ts'
import { drawWave } from './draw-wave.ts'
import { html, type Inner, type Markup, raw } from './markup.ts'
import { STYLE } from './style.ts'

export interface Section {
  id: string
  title: string
  body: Inner
}

/** The functions of the charts are put in as they are: what runs in the page is what ran here. */
const script = (): string =>
  `(${client})({wave:${drawWave},spans:${drawSpans},distribution:${drawDistribution}})`.replaceAll('</', '<\\/')

const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

export const VERDICTS = { pass: 'PASS', fail: 'FAIL', 'no-data': 'NO DATA' } as const

/** @param head what stands before everything: the verdict. @returns the whole file */
export function page(title: string, head: Markup, sections: readonly (Section | undefined)[], foot: Markup): string {
  const shown = sections.filter(section => section !== undefined)
  const body = html`<a class="skip" href="#main">To the report</a>
<main id="main">
${head}
<nav aria-label="Sections"><ul>${shown.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
${shown.map(({ id, title, body }) => html`<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>\n${body}\n</section>\n`)}
</main>
<footer class="muted">${foot}</footer>`
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta http-equiv="Content-Security-Policy" content="${POLICY}"/>
<meta name="color-scheme" content="light dark"/>
<meta name="generator" content="wasm-hba"/>
<title>${html`${title}`}</title>
<style>${STYLE}</style>
</head>
<body>
${body}
<script>${raw(script())}</script>
</body>
</html>
`
}

export interface Column {
  title: string
  /** Numbers stand to the right. */
  right?: boolean
  wide?: boolean
  /** On a narrow screen it stands below the other cells of its row. */
  below?: boolean
}

interface Row {
  cells: readonly Inner[]
  /** For the filter of the table. */
  status?: string
  id?: string
}

/** Wide tables scroll by themselves, by keyboard too. */
export function table(label: string, columns: readonly Column[], rows: readonly Row[], id?: string): Markup {
  const css = ({ right, wide, below }: Column): string =>
    right ? ' class="n"' : wide ? ` class="wide${below ? ' below' : ''}"` : ''
  const folds = columns.some(({ below }) => below)
  const named = (column: Column): Inner =>
    folds && (column.right || column.below) && html` data-title="${column.title}"`
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${label}"><table${folds && html` class="folds"`}${id === undefined ? '' : html` id="${id}"`}>
<thead><tr>${columns.map(column => html`<th scope="col"${raw(css(column))}>${column.title}</th>`)}</tr></thead>
<tbody>
${rows.map(
  ({ cells, status, id: rowId }) =>
    html`<tr${rowId === undefined ? '' : html` id="${rowId}"`}${status === undefined ? '' : html` data-status="${status}"`}>${columns.map((column, n) => html`<td${raw(css(column))}${named(column)}>${cells[n]}</td>`)}</tr>\n`,
)}</tbody></table></div>`
}

export const tag = (status: string, words = status.replaceAll('-', ' ')): Markup =>
  html`<span class="tag ${status}">${words}</span>`

/** Long texts from outside: a page is for people, and has a size. */
export const clipped = (text: string, most = 2000): string =>
  text.length <= most ? text : `${text.slice(0, most)}… (${text.length - most} characters more)`

/** The first of a list, and how many are left out. */
export const some = <T>(list: readonly T[], most: number, show: (one: T, n: number) => Inner): Inner => [
  ...list.slice(0, most).map((one, n) => show(one, n)),
  list.length > most ? html`<li class="muted">… and ${list.length - most} more</li>` : '',
]
