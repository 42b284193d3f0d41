// What `hba diff` says on a terminal of 100 columns: the answer first, then the place, then the figures.
import type { Diff, DiffFigure, DiffLine, Parting } from '../../schemas/diff.ts'
import { clip, count, duration, plain, size, table, wrap } from '../report/format.ts'
import { plainStyle, type Style } from '../report/style.ts'
import { time } from '../rules/text.ts'

const WIDTH = 100
/** Figures shown; JSON has all of them. */
const SHOWN = 40

const VERDICTS = { pass: 'PASS', fail: 'FAIL', 'no-data': 'NO DATA' } as const

export function diffText(diff: Diff, style: Style = plainStyle): string {
  const sections = [
    head(diff, style),
    diff.parting === null ? [] : place('Where behaviour parts', diff.parting, style),
    diff.timingParting === null ? [] : place('Where timing parts', diff.timingParting, style),
    figures(diff, style),
  ]
  return `${sections
    .filter(lines => lines.length > 0)
    .map(lines => lines.join('\n'))
    .join('\n\n')}\n`
}

/** The first line of it. */
export const shortDiff = (diff: Diff, style: Style = plainStyle): string => `${head(diff, style)[0]}\n`

function head(diff: Diff, style: Style): string[] {
  const { result, a, b, seed, costModel, behaviour, timing, compared, ignored, parting, timingParting } = diff
  const what = [...(behaviour === 'different' ? ['behaviour'] : []), ...(timing === 'different' ? ['timing'] : [])]
  const title = result === 'same' ? style('good', 'SAME') : style('bad', `DIFFERENT in ${what.join(' and ')}`)
  const priced = ignored.includes('timing') ? ', timing ignored' : ''
  const side = (name: string, { path, sha256, verdict }: Diff['a']): string =>
    `  ${name}  ${plain(path)}${sha256 === null ? '' : `, sha256 ${sha256.slice(0, 12)}`}, ${VERDICTS[verdict]}`
  const lines = [
    `${title}  ${style('dim', `seed ${seed}, cost model '${costModel}'${priced}`)}`,
    side('a', a),
    side('b', b),
  ]
  if (compared === 'reports')
    return [
      ...lines,
      ...indented('Two reports: figures and the hash of the trace. Give the drivers to see where traces part.'),
    ]
  lines.push(...indented(`behaviour: ${behaviourWords(behaviour, parting)}`))
  if (parting !== null)
    lines.push(`    a: ${clip(plain(parting.a), WIDTH - 7)}`, `    b: ${clip(plain(parting.b), WIDTH - 7)}`)
  if (!ignored.includes('timing'))
    lines.push(
      ...indented(
        `timing: ${timingParting !== null ? `parts at ${at(timingParting)}` : timing === 'same' ? 'the same' : 'parts where behaviour does'}`,
      ),
    )
  if (timingParting !== null)
    lines.push(`    a: ${clip(plain(timingParting.a), WIDTH - 7)}`, `    b: ${clip(plain(timingParting.b), WIDTH - 7)}`)
  return lines
}

function behaviourWords(behaviour: Diff['behaviour'], parting: Parting | null): string {
  if (behaviour === 'same') return 'the same'
  if (parting === null) return 'not the same'
  const where = `parts at ${at(parting)}`
  if (behaviour === 'follows-timing')
    return `${where}, because of the timing: where instructions cost nothing both do the same`
  return parting.by === 'world' ? `${where}: ${parting.guest} is given something else` : where
}

const at = ({ atNs, routine, guest }: Parting): string =>
  `${instant(atNs)}${routine === null ? '' : `, in ${routine} of ${guest}`}`

const indented = (text: string): string[] =>
  wrap(plain(text), WIDTH - 4).map((line, i) => `${i === 0 ? '  ' : '    '}${line}`)

const MARKS: Record<DiffLine['side'], string> = { both: ' ', a: 'a', b: 'b' }
const STREAMS = {
  driver: 'of what the driver does',
  adapter: 'of what reaches the adapter',
  results: 'of what comes of requests',
} as const satisfies Record<Parting['stream'], string>

/** Times count from the first line, in both alike. */
function place(title: string, { lines, stream, event }: Parting, style: Style): string[] {
  const fromNs = Math.min(...lines.map(({ aNs, bNs }) => aNs ?? bNs!))
  const since = (ns: number | null): string => (ns === null ? '' : `+${time((ns - fromNs) * 1000)}`)
  const width = (of: 'aNs' | 'bNs'): number => Math.max(4, ...lines.map(line => since(line[of]).length))
  const [a, b] = [width('aNs'), width('bNs')]
  const row = (mark: string, left: string, right: string, text: string): string =>
    clip(`  ${mark} ${left.padStart(a)}  ${right.padStart(b)}  ${text}`, WIDTH).trimEnd()
  return [
    `${style('strong', title)}${style('dim', `: event ${count(event)} ${STREAMS[stream]}; times from ${instant(fromNs)} on`)}`,
    style('dim', row(' ', 'in a', 'in b', '')),
    ...lines.map(({ side, aNs, bNs, text }) => {
      const line = row(MARKS[side], since(aNs), since(bNs), plain(text))
      return side === 'both' ? line : style('warning', line)
    }),
  ]
}

/** To the nanosecond: 3.500412345 s, 37.602 µs. */
function instant(ns: number): string {
  if (ns < 1e3) return time(ns * 1000)
  const [unit, step, decimals] =
    ns >= 1e9 ? (['s', 1e9, 9] as const) : ns >= 1e6 ? (['ms', 1e6, 6] as const) : (['µs', 1e3, 3] as const)
  return `${(ns / step).toFixed(decimals).replace(/\.?0+$/, '')} ${unit}`
}

export const shown = (value: DiffFigure['a'], unit: DiffFigure['unit']): string => {
  if (value === null) return '–'
  if (typeof value === 'string') return value
  return unit === 'ns' ? duration(value) : unit === 'bytes' ? size(value) : count(value)
}

function change({ a, b, unit }: DiffFigure): string {
  if (typeof a !== 'number' || typeof b !== 'number') return ''
  const sign = b > a ? '+' : '−'
  const difference = Math.abs(b - a)
  const parts = a === 0 ? '' : `, ${sign}${((100 * difference) / a).toFixed(1)} %`
  return `${sign}${shown(unit === 'ns' ? Math.round(difference * 1000) / 1000 : difference, unit)}${parts}`
}

export function figures({ figures: all }: Pick<Diff, 'figures'>, style: Style): string[] {
  if (all.length === 0) return []
  const several = new Set(all.map(figure => figure.guest)).size > 2
  const rows = all
    .slice(0, SHOWN)
    .map(figure => [
      several && figure.guest !== null ? `${figure.guest}: ${figure.name}` : figure.name,
      shown(figure.a, figure.unit),
      shown(figure.b, figure.unit),
      change(figure),
    ])
  const columns = [{ title: 'figure' }, ...['a', 'b', 'change'].map(title => ({ title, right: true }))]
  return [
    style('strong', 'Figures that changed'),
    ...table(columns, rows).map(line => plain(line)),
    ...(all.length > SHOWN ? [style('dim', `  and ${all.length - SHOWN} more, in --json`)] : []),
  ]
}
