// The manual of the rules on a terminal: a list, and one rule in full.
import type { Rule, Severity } from './rule.ts'

const SEVERITY_WORDS: Record<Severity, string> = { F: 'fatal', E: 'error', W: 'warning', I: 'information' }

const GAP = ' │ '

/** One line a rule. */
export function listRules(rules: readonly Rule[]): string {
  const width = Math.max(0, ...rules.map(rule => rule.id.length))
  return rules.map(rule => `${rule.id.padEnd(width)}  ${rule.severity}  ${rule.title}\n`).join('')
}

/** Faulty and right code that show a rule, and where they come from. */
export interface RuleExample {
  faulty: string
  right: string
}

/** One rule in full. @param columns width of the terminal */
export function explainRule(rule: Rule, example?: RuleExample, columns = 100): string {
  const lines = [
    `${rule.id}: ${rule.title}`,
    '',
    `  severity   ${SEVERITY_WORDS[rule.severity]}`,
    `  source     ${rule.source}`,
    `  exercised  when ${rule.precondition}`,
    '',
    'Why',
    ...wrap(rule.why, columns),
    '',
    'Instead',
    ...wrap(rule.instead, columns),
  ]
  if (example !== undefined) lines.push('', ...compare(example, columns))
  return `${lines.join('\n')}\n`
}

/** Side by side where both fit, otherwise one below the other. */
function compare({ faulty, right }: RuleExample, columns: number): string[] {
  const left = code(faulty)
  const other = code(right)
  const leftWidth = Math.max(6, ...left.map(line => line.length))
  const otherWidth = Math.max(5, ...other.map(line => line.length))
  if (leftWidth + GAP.length + otherWidth > columns)
    return ['Faulty', ...left.map(indent), '', 'Right', ...other.map(indent)]
  const rows = [`${'Faulty'.padEnd(leftWidth)}${GAP}Right`]
  for (let n = 0; n < Math.max(left.length, other.length); n++)
    rows.push(`${(left[n] ?? '').padEnd(leftWidth)}${GAP}${other[n] ?? ''}`.trimEnd())
  return rows
}

const indent = (line: string): string => (line === '' ? '' : `  ${line}`)

/** Lines without the indentation they have in common, and without empty ones around them. */
function code(text: string): string[] {
  const lines = text
    .replaceAll('\t', '  ')
    .replace(/^(\s*\n)+|\s+$/g, '')
    .split('\n')
  const common = Math.min(...lines.filter(line => line.trim() !== '').map(line => line.search(/\S/)))
  return lines.map(line => line.slice(Number.isFinite(common) ? common : 0).trimEnd())
}

function wrap(text: string, columns: number): string[] {
  const width = Math.max(20, Math.min(columns, 100) - 2)
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(`  ${line}`)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, `  ${line}`]
}
