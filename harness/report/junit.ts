// The JUnit reporter: two test suites, one test case a rule and one a scenario. A rule that was not exercised or does not concern the
// driver counts as skipped. A broken rule fails its own test case and no scenario's; what fails a scenario's is no rule's. Times are virtual.
import type { Check, Checks } from './checks.ts'

/** XML 1.0 has no place for control characters, even escaped; nor for halves of surrogate pairs. */
const text = (value: string): string =>
  value
    .replaceAll(/[^\P{Cc}\t\n]|[\p{Cs}\uFFFE\uFFFF]/gu, '\uFFFD')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')

const attribute = (value: string): string =>
  text(value).replaceAll('"', '&quot;').replaceAll('\n', '&#10;').replaceAll('\t', '&#9;')

export function junitReport({ name, seed, rerun, checks }: Checks): string {
  const groups = (['rules', 'scenarios'] as const).map(group => checks.filter(check => check.group === group))
  return `${[
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="${attribute(`wasm-hba ${name}`.trim())}" ${totals(checks)}>`,
    ...groups.filter(group => group.length > 0).flatMap(group => suite(group, seed, rerun)),
    '</testsuites>',
  ].join('\n')}\n`
}

function totals(checks: readonly Check[]): string {
  const of = (outcome: Check['outcome']) => checks.filter(check => check.outcome === outcome).length
  return `tests="${checks.length}" failures="${of('failed')}" errors="0" skipped="${of('skipped')}" time="${seconds(checks)}"`
}

const seconds = (checks: readonly Check[]): string => checks.reduce((sum, check) => sum + check.seconds, 0).toFixed(6)

function suite(checks: readonly Check[], seed: number | undefined, rerun: string): string[] {
  return [
    `  <testsuite name="${checks[0]!.group}" ${totals(checks)}>`,
    '    <properties>',
    ...(seed === undefined ? [] : [`      <property name="seed" value="${seed}"/>`]),
    `      <property name="rerun" value="${attribute(rerun)}"/>`,
    '    </properties>',
    ...checks.flatMap(testCase),
    '  </testsuite>',
  ]
}

function testCase(check: Check): string[] {
  const { group, name, title, outcome, message, details, rerun } = check
  const label = title === '' ? name : `${name}: ${title}`
  const head = `<testcase classname="hba.${group}" name="${attribute(label)}" time="${seconds([check])}"`
  const body = text([...details, `again: ${rerun}`].join('\n'))
  switch (outcome) {
    case 'passed':
      return [`    ${head}/>`]
    case 'skipped':
      return [`    ${head}>`, `      <skipped message="${attribute(message)}"/>`, '    </testcase>']
    case 'warned':
      return [`    ${head}>`, `      <system-out>${text(message)}\n${body}</system-out>`, '    </testcase>']
    case 'failed':
      return [
        `    ${head}>`,
        `      <failure type="${attribute(name)}" message="${attribute(message)}">${body}</failure>`,
        '    </testcase>',
      ]
  }
}
