// `hba rules`: what a miniport must never do, and why.
import { table } from '../report/format.ts'
import type { Style } from '../report/style.ts'
import { findRule, RULES, UnknownRuleError } from '../rules/catalogue.ts'
import { rulesManual, SEVERITY_WORDS } from '../rules/manual.ts'
import type { Rule } from '../rules/rule.ts'
import { type Arguments, HELP_OPTION, type Options } from './arguments.ts'
import type { Command } from './command.ts'
import { type CliIo, EXIT, UsageError } from './io.ts'
import { DEFAULT_COLUMNS, rulePage } from './rule-page.ts'
import { styleFor } from './terminal.ts'

const OPTIONS = {
  json: { type: 'boolean', help: 'as JSON' },
  md: { type: 'boolean', help: 'as Markdown: docs/rules.md is made that way' },
  ...HELP_OPTION,
} as const satisfies Options

const asData = ({ id, title, severity, source, why, instead, precondition, example }: Rule) => ({
  id,
  title,
  severity,
  source,
  why,
  instead,
  precondition,
  ...(example === undefined ? {} : { example }),
})

function ruleOf(id: string): Rule {
  try {
    return findRule(id)
  } catch (error) {
    if (error instanceof UnknownRuleError) throw new UsageError(error.message, 'rules')
    throw error
  }
}

function run(args: Arguments, io: CliIo): number {
  if (args.flag('json') && args.flag('md')) throw new UsageError('--json and --md exclude each other', 'rules')
  const rules = args.positionals.length === 0 ? RULES : args.positionals.map(ruleOf)
  io.stdout.write(render(args, rules, styleFor(io.stdout, io.env), io.stdout.columns || DEFAULT_COLUMNS))
  return EXIT.pass
}

function render(args: Arguments, rules: readonly Rule[], style: Style, columns: number): string {
  if (args.flag('json')) return `${JSON.stringify(rules.map(asData), null, 2)}\n`
  if (args.flag('md')) return rulesManual(rules)
  if (args.positionals.length === 0) return list(rules)
  return `${rules.map(rule => rulePage(rule, style, columns).join('\n')).join('\n\n')}\n`
}

const list = (rules: readonly Rule[]): string => {
  const rows = rules.map(({ id, severity, title }) => [id, SEVERITY_WORDS[severity], title])
  return `${table([{ title: 'rule' }, { title: 'severity' }, { title: 'what must be so' }], rows, '').join('\n')}\n`
}

export const RULES_COMMAND: Command = {
  name: 'rules',
  summary: 'the rules, and why they are',
  usage: ['hba rules [ID …] [--json|--md]'],
  text: ['Lists the rules that every run checks, or explains some of them, with faulty and right code side by side.'],
  options: OPTIONS,
  examples: ['hba rules', 'hba rules INT-5'],
  run,
}
