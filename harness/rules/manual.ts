// The manual of the rules as Markdown (docs/rules.md is made from it).
import type { Rule, Severity } from './rule.ts'

export const SEVERITY_WORDS: Readonly<Record<Severity, string>> = {
  F: 'fatal',
  E: 'error',
  W: 'warning',
  I: 'information',
}

/** What the letters of an id stand for. */
const FAMILIES: Readonly<Record<string, string>> = {
  LD: 'Loading',
  FA: 'HwFindAdapter',
  IN: 'HwInitialize',
  IO: 'Requests',
  INT: 'Interrupts',
  RB: 'Bus resets',
  TM: 'Timers',
  ST: 'Stalls',
  DM: 'System DMA',
  MM: 'Memory and addresses',
  LG: 'The error log',
  ER: 'Status of failed requests',
  AC: 'HwAdapterControl',
  BC: 'Changes on the bus',
  GN: 'Everywhere',
}

const family = ({ id }: Rule): string => FAMILIES[id.split('-')[0]!] ?? id.split('-')[0]!

const LEGEND = [
  '* **fatal**: on a real machine it crashes, hangs, or damages data',
  '* **error**: against the contract',
  '* **warning**: fails a run only when it is strict',
]

const HEAD = [
  '<!-- Made from harness/rules/ by scripts/generate.mjs. Do not edit. -->',
  '',
  '# The rules',
  '',
  'What a miniport must do and must never do, as every run checks it. `hba rules` prints this list on a terminal, `hba rules INT-5` one rule.',
  'For each rule a report says *held*, *violated*, *not exercised* (what it takes never happened, so nothing is known) or *not applicable*',
  '(it does not concern this driver).',
  '',
]

/** No markup in prose, and no columns of its own. */
const prose = (text: string): string => text.replaceAll(/[\\`*_<>|[\]]/g, c => `\\${c}`)

/** Lines without the indentation they have in common, and without empty ones around them. */
export function codeLines(text: string): string[] {
  const lines = text
    .replaceAll('\t', '  ')
    .replace(/^(\s*\n)+|\s+$/g, '')
    .split('\n')
  const common = Math.min(...lines.filter(line => line.trim() !== '').map(line => line.search(/\S/)))
  return lines.map(line => line.slice(Number.isFinite(common) ? common : 0).trimEnd())
}

export function rulesManual(rules: readonly Rule[]): string {
  const families = [...new Set(rules.map(family))]
  return `${[
    ...HEAD,
    ...LEGEND,
    ...families.flatMap(name => {
      const own = rules.filter(rule => family(rule) === name)
      return ['', `## ${name}`, '', ...table(own), ...own.flatMap(section)]
    }),
  ].join('\n')}\n`
}

const table = (rules: readonly Rule[]): string[] => [
  '| rule | severity | what must be so |',
  '|---|---|---|',
  ...rules.map(
    ({ id, severity, title }) => `| [${id}](#${id.toLowerCase()}) | ${SEVERITY_WORDS[severity]} | ${prose(title)} |`,
  ),
]

function section({ id, title, severity, source, why, instead, precondition, example }: Rule): string[] {
  return [
    '',
    `### ${id}`,
    '',
    `**${prose(title)}** (${SEVERITY_WORDS[severity]})`,
    '',
    prose(why),
    '',
    `*Instead:* ${prose(instead)}`,
    '',
    `*Exercised when* ${prose(precondition)}. *Source:* ${prose(source)}. *Faulty twin:* [${id}](../guest-drivers/faulty/${id}/driver.ts).`,
    ...(example === undefined
      ? []
      : [
          ...['', 'Faulty:', '', '```c', ...codeLines(example.faulty), '```'],
          ...['', 'Right:', '', '```c', ...codeLines(example.right), '```'],
        ]),
  ]
}
