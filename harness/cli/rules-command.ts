// `hba rules`: what a miniport must never do, and why.
import { table, wrap } from '../report/format.ts'
import { findRule, RULES, UnknownRuleError } from '../rules/catalogue.ts'
import type { Rule } from '../rules/rule.ts'
import { type Arguments, HELP_OPTION, type Options } from './arguments.ts'
import type { Command } from './command.ts'
import { type CliIo, EXIT, UsageError } from './io.ts'
import { styleFor } from './terminal.ts'

const OPTIONS = {
  json: { type: 'boolean', help: 'as JSON' },
  ...HELP_OPTION,
} as const satisfies Options

const SEVERITIES = { F: 'fatal', E: 'error', W: 'warning', I: 'information' } as const
const WIDTH = 100

const asData = ({ id, title, severity, source, why, instead, precondition }: Rule) => ({
  id,
  title,
  severity,
  source,
  why,
  instead,
  precondition,
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
  const rules = args.positionals.length === 0 ? RULES : args.positionals.map(ruleOf)
  const style = styleFor(io.stdout, io.env)
  if (args.flag('json')) {
    io.stdout.write(`${JSON.stringify(rules.map(asData), null, 2)}\n`)
  } else if (args.positionals.length === 0) {
    const rows = rules.map(({ id, severity, title }) => [id, SEVERITIES[severity], title])
    io.stdout.write(
      `${table([{ title: 'rule' }, { title: 'severity' }, { title: 'what must be so' }], rows, '').join('\n')}\n`,
    )
  } else {
    const pages = rules.map(rule =>
      [
        `${style('strong', `${rule.id}  ${rule.title}`)}  (${SEVERITIES[rule.severity]})`,
        ...part('Why', rule.why),
        ...part('Instead', rule.instead),
        ...part('Checked when', rule.precondition),
        ...part('Source', rule.source),
      ].join('\n'),
    )
    io.stdout.write(`${pages.join('\n\n')}\n`)
  }
  return EXIT.pass
}

const part = (title: string, text: string): string[] => [
  '',
  `${title}:`,
  ...wrap(text, WIDTH - 2).map(line => `  ${line}`),
]

export const RULES_COMMAND: Command = {
  name: 'rules',
  summary: 'the rules, and why they are',
  usage: ['hba rules [ID …] [--json]'],
  text: ['Lists the rules that every run checks, or explains some of them.'],
  options: OPTIONS,
  examples: ['hba rules', 'hba rules INT-5'],
  run,
}
