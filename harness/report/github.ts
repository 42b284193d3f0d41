// The GitHub reporter: annotations as workflow commands on standard output, and a table for the job summary.
import type { Check, Checks } from './checks.ts'
import { count, percent, plain } from './format.ts'

/** As the runner's own toolkit escapes them. */
const data = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')

const property = (text: string): string => data(plain(text)).replaceAll(':', '%3A').replaceAll(',', '%2C')

/** One line for each check that failed or warned; nothing when all is well. */
export function annotations({ checks }: Checks): string {
  return checks
    .flatMap(check => {
      if (check.outcome !== 'failed' && check.outcome !== 'warned') return []
      const { file, line, name, title, message, rerun, seed } = check
      const properties = [
        ...(file === '' ? [] : [`file=${property(file)}`]),
        ...(line === undefined ? [] : [`line=${line}`]),
        `title=${property(title === '' ? name : `${name}: ${title}`)}`,
      ]
      // Of a rule the first violation says it all; a scenario may fail for several reasons.
      const reasons =
        check.group === 'scenarios' ? check.details.filter(reason => !/^seed \d+$/.test(reason)) : [message]
      const text = plain(
        `${(reasons.length > 0 ? reasons : [message]).join('\n')}\n${seed === undefined ? '' : `seed ${seed}, `}again: ${rerun}`,
      )
      return [`::${check.outcome === 'failed' ? 'error' : 'warning'} ${properties.join(',')}::${data(text)}\n`]
    })
    .join('')
}

/** Text in a cell of a Markdown table: no markup, no columns of its own. */
const cell = (text: string): string =>
  plain(text)
    .replaceAll(/[\\`*_{}[\]<>|#&~]/g, c => `\\${c}`)
    .replaceAll('\n', ' ')

const code = (text: string): string =>
  `\`${plain(text).replaceAll('`', "'").replaceAll('|', '\\|').replaceAll('\n', ' ')}\``

const VERDICTS = { pass: '✅ pass', fail: '❌ fail', 'no-data': '❌ no data' } as const

export function jobSummary({ name, verdict, seed, checks, coverage }: Checks): string {
  const rules = checks.filter(check => check.group === 'rules')
  const of = (outcome: Check['outcome']) => rules.filter(check => check.outcome === outcome).length
  const skipped = rules.filter(check => check.outcome === 'skipped')
  const foreign = skipped.filter(check => check.message.startsWith('not applicable')).length
  const bad = checks.filter(check => check.outcome === 'failed' || check.outcome === 'warned')
  const lines = [
    `### wasm-hba: ${cell(name)}: ${VERDICTS[verdict]}`,
    '',
    '| rules held | violated | not exercised | not applicable | driver blocks reached | seed |',
    '|---:|---:|---:|---:|---:|---:|',
    `| ${count(of('passed'))} | ${count(of('failed') + of('warned'))} | ${count(skipped.length - foreign)} | ${count(foreign)} | ${coverage === undefined ? '–' : percent(coverage.blocks.reached, coverage.blocks.total)} | ${seed} |`,
    '',
  ]
  if (bad.length > 0) {
    lines.push('| | what is wrong | again |', '|---|---|---|')
    for (const { name: id, outcome, message, rerun } of bad)
      lines.push(`| ${outcome === 'failed' ? '❌' : '⚠️'} ${cell(id)} | ${cell(message)} | ${code(rerun)} |`)
    lines.push('')
  }
  return `${lines.join('\n')}\n`
}

/** Of `hba test`. */
export function caseSummary({ name, verdict, checks, rerun }: Checks): string {
  const of = (outcome: Check['outcome']) => count(checks.filter(check => check.outcome === outcome).length)
  const bad = checks.filter(check => check.outcome === 'failed')
  const lines = [
    `### wasm-hba: ${cell(name)}: ${VERDICTS[verdict]}`,
    '',
    `${of('passed')} passed, ${of('failed')} failed, ${of('skipped')} not run. All of it again: ${code(rerun)}`,
    '',
  ]
  if (bad.length > 0) {
    lines.push('| case | what is wrong | seed | again |', '|---|---|---:|---|')
    for (const { name: id, message, seed, rerun: again } of bad)
      lines.push(`| ❌ ${cell(id)} | ${cell(message)} | ${seed ?? '–'} | ${code(again)} |`)
    lines.push('')
  }
  return `${lines.join('\n')}\n`
}
