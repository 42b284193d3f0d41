// What surrounds the latency figures on a terminal: verdict, machine, I/O, rules, what drivers said, how to run it again.
import type { GuestReport, Report, RuleReport } from '../../schemas/report.ts'
import { clip, clipStart, count, duration, hex, plain, size, table, wrap } from './format.ts'
import type { Emphasis, Style } from './style.ts'
import { brokenBudget } from './text-isr.ts'

export const WIDTH = 100

const VERDICTS = { pass: 'PASS', fail: 'FAIL', 'no-data': 'NO DATA' } as const

export function headline(report: Report, style: Style): string[] {
  const { verdict } = report
  const name = report.name === undefined ? '' : `  ${plain(report.name)}`
  const lines = [
    `${style(verdict === 'pass' ? 'good' : 'bad', VERDICTS[verdict])}${name}  ${style('dim', `seed ${report.seed}, ${duration(report.virtual.durationNs)} of virtual time, cost model '${report.costModel.preset}'`)}`,
  ]
  if (verdict !== 'pass') for (const reason of reasons(report)) lines.push(...bullet(reason))
  return lines
}

/** Why it failed: what the bench says, and what is not said there about budgets. */
function reasons(report: Report): string[] {
  if (report.reasons.length > 0) return report.reasons
  return report.guests.flatMap(guest => guest.budgets.filter(b => !b.pass).map(budget => brokenBudget(guest, budget)))
}

const bullet = (text: string, indent = '  '): string[] => {
  const [first, ...more] = wrap(plain(text), WIDTH - indent.length - 2)
  return [`${indent}- ${first}`, ...more.map(line => `${indent}  ${line}`)]
}

export function machine({ guests, lines }: Report, style: Style): string[] {
  const rows = guests.map(({ name, driver, adapter }) => [
    name,
    clipStart(plain(driver.path), 40),
    driver.sha256.slice(0, 12),
    adapter.label === adapter.kind || adapter.label === name ? adapter.kind : `${adapter.kind} '${adapter.label}'`,
    adapter.line ?? '',
  ])
  const columns = ['driver', 'file', 'sha256', 'adapter', 'line'].map(title => ({ title }))
  return [
    style('strong', 'Drivers'),
    ...table(columns, rows),
    ...lines.flatMap(({ name, guests: chain, raised, assertedNs, storms }) => {
      const whose = chain.length > 1 ? `shared by ${chain.join(', ')}` : (chain[0] ?? 'nobody')
      const text = `line ${name}: ${whose}; raised ${count(raised)} times, high for ${duration(assertedNs)}`
      return [
        ...wrap(plain(text), WIDTH - 4).map((line, i) => `${i === 0 ? '  ' : '    '}${line}`),
        ...(storms > 0 ? [style('bad', `    interrupt storms: ${count(storms)}`)] : []),
      ]
    }),
  ]
}

export function io(report: Report, style: Style): string[] {
  const rows = report.guests.map(({ name, io: done }) => [
    name,
    count(done.submitted),
    count(done.completed),
    count(done.failed),
    size(done.bytes),
    size(done.writtenBytes),
    size(done.verifiedBytes),
    count(done.miscompares),
  ])
  const titles = ['submitted', 'completed', 'failed', 'moved', 'written', 'verified', 'wrong']
  const columns = [{ title: 'driver' }, ...titles.map(title => ({ title, right: true }))]
  return [
    style('strong', 'I/O'),
    ...table(columns, rows),
    ...report.guests.flatMap(({ name, io: { unverifiedBytes, expectedErrors, problems } }) => [
      ...(expectedErrors > 0
        ? [
            style(
              'dim',
              `  ${name}: ${count(expectedErrors)} of the completed failed as the scenario's errors and faults explain`,
            ),
          ]
        : []),
      ...(unverifiedBytes > 0
        ? [style('warning', `  ${name}: ${size(unverifiedBytes)} written and never read back`)]
        : []),
      ...problems.flatMap(problem => bullet(`${name}: ${problem}`)),
    ]),
    ...report.images.flatMap(({ drive, bytes, comparedBytes, miscompares, problems }) => [
      `  image compared: ${plain(drive)}, ${size(comparedBytes)} of ${size(bytes)}, ${style(miscompares === 0 ? 'good' : 'bad', `${count(miscompares)} differences`)}`,
      ...problems.flatMap(problem => bullet(problem)),
    ]),
  ]
}

const SEVERITIES = { F: 'fatal', E: 'error', W: 'warning', I: 'information' } as const
const SEVERITY_STYLE: Record<RuleReport['severity'], Emphasis> = { F: 'bad', E: 'bad', W: 'warning', I: 'dim' }

export function rules({ rules: all }: Report, style: Style): string[] {
  if (all.length === 0) return []
  const held = all.filter(rule => rule.status === 'held')
  const violated = all.filter(rule => rule.status === 'violated')
  const idle = all.filter(rule => rule.status === 'not-exercised')
  const foreign = all.filter(rule => rule.status === 'not-applicable')
  const lines = [
    style('strong', 'Rules'),
    `  ${count(held.length)} held, ${count(violated.length)} violated, ${count(idle.length)} not exercised${foreign.length > 0 ? `, ${count(foreign.length)} not applicable` : ''}`,
  ]
  for (const rule of violated) {
    const by = rule.guests === undefined ? '' : ` by ${rule.guests.join(', ')}`
    lines.push(
      `  ${style(SEVERITY_STYLE[rule.severity], rule.id)} ${SEVERITIES[rule.severity]}, ${count(rule.count)} times${by}: ${plain(rule.title)}`,
    )
    const { first } = rule
    if (first === undefined) continue
    const srb = first.srb === null ? '' : `, SRB #${first.srb}`
    lines.push(...bullet(`${first.message} (in ${first.entryPoint}${srb}, at ${duration(first.atNs)})`, '    '))
    for (const evidence of first.evidence ?? []) lines.push(`        ${clip(plain(evidence), WIDTH - 8)}`)
  }
  if (held.length > 0) lines.push(...named('held', held, style))
  if (idle.length > 0) lines.push(...named('not exercised', idle, style))
  if (foreign.length > 0) lines.push(...named('not applicable', foreign, style))
  return lines
}

const named = (what: string, of: readonly RuleReport[], style: Style): string[] =>
  wrap(`${what}: ${of.map(rule => rule.id).join(' ')}`, WIDTH - 4).map((line, i) =>
    style('dim', `${i === 0 ? '  ' : '    '}${line}`),
  )

/** What went wrong in a guest beside the rules, and what it had to say. */
export function said(guest: GuestReport, style: Style): string[] {
  const { name, stopped, adapter, log, debugPrint, debugPrintOmitted } = guest
  const lines: string[] = []
  if (stopped !== undefined) {
    const { functionName, routine } = stopped
    const where = functionName === null || functionName === routine ? routine : `${routine} (function ${functionName})`
    const srb = stopped.srb === null ? '' : `, SRB #${stopped.srb}`
    const text = `Stopped: ${name}, ${stopped.kind} in ${where} at ${duration(stopped.atNs)}${srb}`
    lines.push(...wrap(plain(text), WIDTH).map(line => style('bad', line)))
    lines.push(...wrap(plain(stopped.message), WIDTH - 2).map(line => `  ${line}`))
  }
  if (adapter.diagnostics.length > 0) {
    lines.push(style('strong', `Diagnostics of ${adapter.label} (${name})`))
    for (const { message, count: times, routine } of adapter.diagnostics)
      lines.push(
        ...bullet(
          `${message}${routine === null ? '' : `, first in ${routine}`}${times > 1 ? ` (${count(times)} times)` : ''}`,
        ),
      )
  }
  if (log.length > 0) {
    const rows = log.map(entry => [
      entry.name,
      hex(entry.code),
      entry.uniqueId === undefined ? '' : hex(entry.uniqueId),
      count(entry.count),
      duration(entry.atNs),
    ])
    const columns = [
      { title: 'error' },
      { title: 'code' },
      { title: 'unique id' },
      { title: 'count', right: true },
      { title: 'first at', right: true },
    ]
    lines.push(style('strong', `ScsiPortLogError of ${name}`), ...table(columns, rows))
  }
  if (debugPrint.length > 0) {
    lines.push(style('strong', `Output of ${name}`))
    for (const text of debugPrint) lines.push(`  ${clip(plain(text.trimEnd()), WIDTH - 2)}`)
    if (debugPrintOmitted > 0) lines.push(style('dim', `  … and ${count(debugPrintOmitted)} more lines`))
  }
  return lines
}

const FINDING_STYLE: Record<string, Emphasis> = { error: 'bad', warning: 'warning', note: 'dim' }

export function findings({ findings: all, faults }: Report, style: Style): string[] {
  const lines = all.map(({ severity, message, guest }) =>
    style(FINDING_STYLE[severity] ?? 'dim', `${severity}: ${guest === undefined ? '' : `${guest}: `}${plain(message)}`),
  )
  for (const { description, fired } of faults)
    lines.push(`fault: ${plain(description)}: fired ${count(fired)} ${fired === 1 ? 'time' : 'times'}`)
  return lines
}

export const rerunLine = ({ rerun }: Report): string => `rerun: ${plain(rerun)}`

export function foot(report: Report, style: Style): string[] {
  const { trace, metering, tool } = report
  return [
    style(
      'dim',
      `${tool.name} ${tool.version}, metering ${metering.version}; trace: ${count(trace.events)} events, events lost: ${count(trace.lost)}, hash ${trace.hash}`,
    ),
    rerunLine(report),
  ]
}

/** What the scenario expects: how much of it is met, and what is not. */
export function expectations({ expectations: all = [] }: Report, style: Style): string[] {
  if (all.length === 0) return []
  const met = all.filter(row => row.pass).length
  return [
    `${style('strong', 'Expectations')}${style('dim', ` (${count(met)} of ${count(all.length)} met)`)}`,
    ...all.flatMap(({ path, expected, found, pass }) => {
      const text = `${path.replace(/^expect\./, '')}: ${expected}${pass ? '' : `, found ${found}`}`
      const [first, ...more] = wrap(plain(text), WIDTH - 9)
      const word = pass ? style('good', 'met ') : style('bad', 'NOT ')
      return [`  ${word}   ${first}`, ...more.map(line => `         ${line}`)]
    }),
  ]
}
