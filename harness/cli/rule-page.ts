// One rule in full, for a terminal: why, what to do instead, and the mistake beside its cure.
import { wrap } from '../report/format.ts'
import { type Emphasis, plainStyle, type Style } from '../report/style.ts'
import { codeLines, SEVERITY_WORDS } from '../rules/manual.ts'
import type { Rule, RuleExample, Severity } from '../rules/rule.ts'

export const DEFAULT_COLUMNS = 100
const SEVERITY_STYLE: Readonly<Record<Severity, Emphasis>> = { F: 'bad', E: 'bad', W: 'warning', I: 'dim' }

/** @param columns width of the terminal */
export function rulePage(rule: Rule, style: Style = plainStyle, columns = DEFAULT_COLUMNS): string[] {
  const width = Math.max(40, Math.min(columns, DEFAULT_COLUMNS))
  const part = (title: string, text: string): string[] => [
    '',
    style('strong', title),
    ...wrap(text, width - 2).map(line => `  ${line}`),
  ]
  const [head, ...more] = wrap(`${rule.id}  ${rule.title} (${SEVERITY_WORDS[rule.severity]})`, width)
  return [
    style(SEVERITY_STYLE[rule.severity], rule.id) + style('strong', head!.slice(rule.id.length)),
    ...more.map(line => style('strong', line)),
    ...part('Why', rule.why),
    ...part('Instead', rule.instead),
    ...part('Exercised when', rule.precondition),
    ...part('Source', rule.source),
    ...(rule.example === undefined ? [] : ['', ...compare(rule.example, style, columns)]),
  ]
}

const GAP = ' │ '

/** Side by side where both fit, otherwise one below the other. */
function compare({ faulty, right }: RuleExample, style: Style, columns: number): string[] {
  const left = codeLines(faulty)
  const other = codeLines(right)
  const leftWidth = Math.max('Faulty'.length, ...left.map(line => line.length))
  const otherWidth = Math.max('Right'.length, ...other.map(line => line.length))
  if (2 + leftWidth + GAP.length + otherWidth > columns) {
    const indent = (line: string): string => (line === '' ? '' : `  ${line}`)
    return [style('bad', 'Faulty'), ...left.map(indent), '', style('good', 'Right'), ...other.map(indent)]
  }
  const rows = Array.from({ length: Math.max(left.length, other.length) }, (_, n) =>
    `  ${(left[n] ?? '').padEnd(leftWidth)}${GAP}${other[n] ?? ''}`.trimEnd(),
  )
  return [`  ${style('bad', 'Faulty'.padEnd(leftWidth))}${GAP}${style('good', 'Right')}`, ...rows]
}
