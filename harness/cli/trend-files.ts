// Earlier measurements, for the trend in the HTML report: reports of `hba run`, baselines of `hba bench`. Of each file only what is drawn is read.
import { basename } from 'node:path'
import { z } from 'zod'
import { BASELINE_SCHEMA, BaselineCell, BaselineSetup } from '../../schemas/baseline.ts'
import { Percentiles, REPORT_SCHEMA } from '../../schemas/report.ts'
import type { Workload } from '../../schemas/workload.ts'
import { cellName } from '../measure/cells.ts'
import type { TrendPoint } from '../report/html/trend.ts'
import { readInput } from './files.ts'
import { UsageError } from './io.ts'

/** The rest of a report is left alone: a later version may have more in it. */
const Earlier = z.object({
  schema: z.literal(REPORT_SCHEMA),
  isr: z.object({ virtualNs: Percentiles.nullable() }),
})

const EarlierBaseline = z.object({
  schema: z.literal(BASELINE_SCHEMA),
  setup: z.object({ readPercent: BaselineSetup.shape.readPercent }),
  cells: z.array(z.object({ ...BaselineCell.pick({ name: true, kind: true, isr: true }).shape })),
})

/** A load as `hba bench` has them; undefined: none that it has. */
interface Load {
  cell: string
  readPercent: number
}

const usage = (message: string): never => {
  throw new UsageError(`--trend: ${message}`, 'run')
}

export interface Trend {
  points: TrendPoint[]
  /** Of baselines: figures are of the load alone, those of a report of the ISRs while the driver starts as well. */
  ofLoad: boolean
}

/** @param files as typed, oldest first @param workload of the run: of a baseline that measurement is taken that had the same @throws UsageError */
export function trendOf(files: readonly string[], cwd: string, workload: Workload): Trend {
  const read = files.map(typed => ({ typed, ...pointOf(typed, cwd, loadOf(workload)) }))
  const report = read.find(({ ofLoad }) => !ofLoad)
  const baseline = read.find(({ ofLoad }) => ofLoad)
  if (report !== undefined && baseline !== undefined)
    usage(
      `'${report.typed}' is a report, '${baseline.typed}' a baseline, whose figures are of the load alone: give either reports or baselines`,
    )
  return { points: read.map(({ point }) => point), ofLoad: baseline !== undefined }
}

function pointOf(typed: string, cwd: string, load: Load | undefined): { point: TrendPoint; ofLoad: boolean } {
  const text = readInput('earlier report', typed, cwd).toString('utf8')
  const label = basename(typed).replace(/\.json$/, '')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return usage(`'${typed}' is no JSON`)
  }
  const report = Earlier.safeParse(value)
  if (report.success) return { point: { label, isr: report.data.isr.virtualNs }, ofLoad: false }
  const baseline = EarlierBaseline.safeParse(value)
  if (baseline.success) return { point: { label, isr: isrOf(baseline.data, typed, load) }, ofLoad: true }
  return usage(
    `'${typed}' is no report of 'hba run --json' (expected schema '${REPORT_SCHEMA}') and no baseline of 'hba bench' (expected schema '${BASELINE_SCHEMA}')`,
  )
}

function loadOf(workload: Workload): Load | undefined {
  if (workload.kind !== 'generator' || workload.pattern !== 'random' || workload.blockSizes.length !== 1)
    return undefined
  return { cell: cellName(workload.blockSizes[0]!.sizeBytes, workload.depth), readPercent: workload.read }
}

/** Figures of another load would be no trend. */
function isrOf(
  { setup, cells }: z.output<typeof EarlierBaseline>,
  typed: string,
  load: Load | undefined,
): TrendPoint['isr'] {
  const measured = cells.filter(({ kind }) => kind === 'load')
  const has = `the baseline '${typed}' has ${measured.map(({ name }) => `'${name}'`).join(', ')} with ${setup.readPercent} % reads`
  if (load === undefined) return usage(`${has}, this run's load is not random with one size`)
  const found = measured.find(({ name }) => name === load.cell)
  if (found === undefined || setup.readPercent !== load.readPercent)
    return usage(
      `${has}, this run has '${load.cell}' with ${load.readPercent} %: give it a load of the baseline's, with --workload`,
    )
  return found.isr
}
