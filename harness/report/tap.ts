// The TAP reporter: Test Anything Protocol, version 14, with a YAML block for each test point that did not pass.
import type { Check, Checks } from './checks.ts'
import { plain } from './format.ts'

/** A description is one line, and '#' in it would begin a directive. */
const description = (text: string): string =>
  plain(text).replaceAll('\n', ' ').replaceAll('\\', '\\\\').replaceAll('#', '\\#')

/** A YAML double-quoted scalar; JSON's strings are a part of them. */
const scalar = (text: string): string => JSON.stringify(plain(text))

export function tapReport({ checks, verdict, rerun }: Checks): string {
  return `${[
    'TAP version 14',
    `1..${checks.length}`,
    ...checks.flatMap((check, n) => point(check, n + 1)),
    `# verdict: ${verdict}`,
    ...(rerun === '' ? [] : [`# rerun: ${description(rerun)}`]),
  ].join('\n')}\n`
}

function point(check: Check, number: number): string[] {
  const { name, title, outcome, message, details, rerun, seed } = check
  const label = description(title === '' ? name : `${name}: ${title}`)
  if (outcome === 'skipped') return [`ok ${number} - ${label} # SKIP ${description(message)}`]
  const line = `${outcome === 'failed' ? 'not ok' : 'ok'} ${number} - ${label}`
  if (outcome === 'passed') return [line]
  return [
    line,
    '  ---',
    `  message: ${scalar(message)}`,
    `  severity: ${outcome === 'failed' ? 'fail' : 'comment'}`,
    ...(seed === undefined ? [] : [`  seed: ${seed}`]),
    `  again: ${scalar(rerun)}`,
    ...(details.length === 0 ? [] : ['  details:', ...details.map(detail => `    - ${scalar(detail)}`)]),
    '  ...',
  ]
}
