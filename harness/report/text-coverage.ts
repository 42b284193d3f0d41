// What of a driver's own code was reached, for a terminal: figures, functions never called, the largest gaps in the others.
import type { CoverageReport } from '../../schemas/report.ts'
import { clip, clipStart, count, percent, plain, wrap } from './format.ts'
import type { Style } from './style.ts'

const WIDTH = 100
/** Gaps shown, the largest first. */
const GAPS_SHOWN = 10
const NAMES_SHOWN = 30

const SOURCES = { dwarf: 'by DWARF', 'source-map': 'by the source map' } as const

interface Gap {
  where: string
  functionName: string
  blocks: number
  operators: number
}

/** @returns no lines without coverage */
export function coverage(name: string, report: CoverageReport | undefined, style: Style, width = WIDTH): string[] {
  if (report === undefined) return []
  const { functions, blocks, lines, lineSource, runtime, perFunction, unreachedOmitted } = report
  const parts = [
    `functions ${of(functions)}`,
    `blocks ${of(blocks)} (${percent(blocks.reached, blocks.total)})`,
    lines === null || lineSource === null
      ? 'lines unknown: no DWARF in the module, no source map beside it'
      : `lines ${of(lines)} (${percent(lines.reached, lines.total)}, ${SOURCES[lineSource]})`,
  ]
  const indented = (text: string): string[] =>
    wrap(text, width - 4).map((line, i) => `${i === 0 ? '  ' : '    '}${line}`)
  const out = [style('strong', `Coverage of ${name}`), ...indented(parts.join(', '))]
  if (runtime.functions.total > 0)
    out.push(
      ...indented(`not counted: ${count(runtime.functions.total)} functions of the compiler's runtime and C library`),
    )
  const never = perFunction.filter(row => row.reached === 0)
  if (never.length > 0) {
    const names = never.slice(0, NAMES_SHOWN).map(row => `${shortName(row.name)}${place(row)}`)
    const more = never.length > NAMES_SHOWN ? `, and ${count(never.length - NAMES_SHOWN)} more` : ''
    out.push(...indented(`functions never reached: ${names.join(', ')}${more}`))
  }
  const gaps = gapsOf(report, new Set(never.map(row => row.name)))
  if (gaps.length > 0) out.push('  blocks not reached, the largest first:')
  for (const { where, functionName, blocks: n, operators } of gaps.slice(0, GAPS_SHOWN)) {
    const size = `${count(operators)} instructions${n > 1 ? ` in ${count(n)} blocks` : ''}`
    out.push(clip(`    ${clipStart(plain(where), 44)} in ${clipStart(shortName(functionName), 30)}: ${size}`, width))
  }
  const hidden = Math.max(0, gaps.length - GAPS_SHOWN) + unreachedOmitted
  if (hidden > 0) out.push(style('dim', `    … and ${count(hidden)} more places; --json has them all`))
  return out
}

/** Blocks of one line stand together: an optimiser makes several of one. */
function gapsOf({ unreached }: CoverageReport, never: ReadonlySet<string>): Gap[] {
  const gaps = new Map<string, Gap>()
  for (const { functionName, codeOffset, operators, file, line } of unreached) {
    if (never.has(functionName)) continue
    const where = file === undefined ? `0x${codeOffset.toString(16)}` : `${file}:${line}`
    const key = `${where} ${functionName}`
    const gap = gaps.get(key)
    if (gap === undefined) gaps.set(key, { where, functionName, blocks: 1, operators })
    else {
      gap.blocks++
      gap.operators += operators
    }
  }
  return [...gaps.values()].sort((a, b) => b.operators - a.operators)
}

/** AssemblyScript puts the file in front, which is said already. */
const shortName = (name: string): string => plain(/^[\w-]+(\/[\w-]+)+$/.test(name) ? name.split('/').pop()! : name)

const of = ({ reached, total }: { reached: number; total: number }): string => `${count(reached)} of ${count(total)}`

const place = ({ file, line }: { file?: string | undefined; line?: number | undefined }): string =>
  file === undefined ? '' : ` (${plain(file)}:${line})`
