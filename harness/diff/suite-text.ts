// What `hba diff` says of two suites on a terminal of 100 columns: the answer, the first difference, then the others.
import type { DiffFigure } from '../../schemas/diff.ts'
import type { CaseDiff, CaseState, SuiteDiff } from '../../schemas/suite-diff.ts'
import { clip, count, plain, table, wrap } from '../report/format.ts'
import { plainStyle, type Style } from '../report/style.ts'
import { figures, shown } from './text.ts'

const WIDTH = 100
/** Cases shown; JSON has all of them. */
const SHOWN = 40
const VERDICTS = { pass: 'PASS', fail: 'FAIL', 'no-data': 'NO DATA' } as const

export function suiteDiffText(diff: SuiteDiff, style: Style = plainStyle): string {
  const sections = [head(diff, style), first(diff, style), rules(diff, style), cases(diff, style)]
  return `${sections
    .filter(lines => lines.length > 0)
    .map(lines => lines.join('\n'))
    .join('\n\n')}\n`
}

/** The first line of it. */
export const shortSuiteDiff = (diff: SuiteDiff, style: Style = plainStyle): string => `${head(diff, style)[0]}\n`

function head({ result, ignored, a, b, cases: all, different, rules: changed }: SuiteDiff, style: Style): string[] {
  const kinds = (['behaviour', 'timing'] as const).filter(kind => different.some(one => one[kind] === 'different'))
  const what = kinds.length > 0 ? ` in ${kinds.join(' and ')}` : changed.length > 0 ? ' in rules' : ' in verdicts'
  const title = result === 'same' ? style('good', 'SAME') : style('bad', `DIFFERENT${what}`)
  const number = result === 'same' ? `${count(all)} cases` : `${count(different.length)} of ${count(all)} cases`
  const side = (name: string, { path, sha256, verdict, cases: own }: SuiteDiff['a']): string =>
    `  ${name}  ${plain(path)}${sha256 === null ? '' : `, driver sha256 ${sha256.slice(0, 12)}`}, ${count(own)} cases, ${VERDICTS[verdict]}`
  return [
    `${title}  ${style('dim', `${number}${ignored.includes('timing') ? ', timing ignored' : ''}`)}`,
    side('a', a),
    side('b', b),
  ]
}

const wrapped = (text: string): string[] =>
  wrap(plain(text), WIDTH - 4).map((line, i) => `${i === 0 ? '  ' : '    '}${line}`)

/** The first case that differs, with all that does. */
function first({ different: [one] }: SuiteDiff, style: Style): string[] {
  if (one === undefined) return []
  const { name, a, b, reason, incomparable } = one
  return [
    `${style('strong', 'The first that differs')}${style('dim', `: ${plain(name)}`)}`,
    ...(a === b ? [] : wrapped(`${words(a)} in a, ${words(b)} in b`)),
    ...(reason === null ? [] : wrapped(`${reason.side}: ${reason.message}`)),
    ...(incomparable === null ? [] : wrapped(`figures cannot be compared: ${incomparable}`)),
    ...figures(one, style).slice(1),
  ]
}

function rules({ rules: changed }: SuiteDiff, style: Style): string[] {
  if (changed.length === 0) return []
  const status = (of: string | null): string => of?.replaceAll('-', ' ') ?? 'off'
  return [
    style('strong', 'Rules that changed'),
    ...table(
      [{ title: 'rule' }, { title: 'a' }, { title: 'b' }],
      changed.map(({ id, a, b }) => [id, status(a), status(b)]),
    ),
  ]
}

function cases({ different }: SuiteDiff, style: Style): string[] {
  if (different.length === 0) return []
  const rows = different.slice(0, SHOWN).map(one => [one.name, words(one.a), words(one.b), gist(one)])
  return [
    style('strong', 'Cases that differ'),
    ...table([{ title: 'case' }, { title: 'a' }, { title: 'b' }, { title: 'what changed' }], rows).map(line =>
      clip(plain(line), WIDTH).trimEnd(),
    ),
    ...(different.length > SHOWN ? [style('dim', `  and ${different.length - SHOWN} more, in --json`)] : []),
  ]
}

const words = (state: CaseState): string => state.replaceAll('-', ' ')

function gist({ reason, incomparable, figures: all }: CaseDiff): string {
  if (incomparable !== null) return incomparable
  const wanted = all.filter(({ name }) => name !== 'verdict')
  // A rule says most, then behaviour; the whole run takes a little longer whatever it is.
  const figure =
    wanted.find(({ name, unit }) => name.startsWith('rule ') && unit === 'text') ??
    wanted.find(({ kind }) => kind === 'behaviour') ??
    wanted.find(({ guest }) => guest !== null) ??
    wanted[0]
  if (figure === undefined) return reason === null ? '' : reason.message
  const more = all.length > 1 ? `, and ${all.length - 1} more` : ''
  return `${figure.name} ${value(figure, 'a')} → ${value(figure, 'b')}${more}`
}

const value = (figure: DiffFigure, side: 'a' | 'b'): string => shown(figure[side], figure.unit)
