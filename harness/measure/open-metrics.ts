// The figures as OpenMetrics text: gauges and summaries in seconds, with cell, entry point and clock as labels, for a push gateway or a
// textfile collector.
import type { Baseline, EntryFigures } from '../../schemas/baseline.ts'

const QUANTILES = [
  ['p50', '0.5'],
  ['p90', '0.9'],
  ['p99', '0.99'],
  ['p999', '0.999'],
  ['max', '1'],
] as const

/** In label values only these three are escaped. */
const escaped = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')

const labels = (pairs: Readonly<Record<string, string>>): string =>
  `{${Object.entries(pairs)
    .map(([name, value]) => `${name}="${escaped(value)}"`)
    .join(',')}}`

/** Nanoseconds as seconds, exactly: the decimal point moves, nothing is rounded. */
export function secondsOf(ns: number): string {
  const ps = Math.round(ns * 1000)
  const digits = String(ps).padStart(13, '0')
  const whole = digits.slice(0, -12)
  const fraction = digits.slice(-12).replace(/0+$/, '')
  return fraction === '' ? `${whole}.0` : `${whole}.${fraction}`
}

interface Family {
  name: string
  type: 'summary' | 'gauge' | 'info'
  unit?: string
  help: string
  samples: string[]
}

export function openMetrics({ cells, driver, setup, metering, host, tool }: Baseline): string {
  const name = { driver: driver.name, adapter: setup.adapter }
  const virtual: Family = {
    name: 'wasm_hba_entry_virtual_seconds',
    type: 'summary',
    unit: 'seconds',
    help: 'Virtual time of the calls of an entry point, exact.',
    samples: [],
  }
  const onHost: Family = {
    name: 'wasm_hba_entry_host_seconds',
    type: 'gauge',
    unit: 'seconds',
    help: "Host time of the calls of an entry point: median of the rounds' quantiles.",
    samples: [],
  }
  const counts = (['instructions', 'reads', 'writes'] as const).map(
    (figure): Family & { figure: keyof EntryFigures } => ({
      figure,
      name: `wasm_hba_entry_${figure}`,
      type: 'gauge',
      help: `${figure === 'instructions' ? 'Instructions' : `Register ${figure}`} of all calls of an entry point.`,
      samples: [],
    }),
  )
  const inDriver: Family = {
    name: 'wasm_hba_driver_virtual_seconds',
    type: 'gauge',
    unit: 'seconds',
    help: 'Virtual time in the driver over a cell.',
    samples: [],
  }
  const workload: Family = {
    name: 'wasm_hba_workload_virtual_seconds',
    type: 'gauge',
    unit: 'seconds',
    help: 'Virtual time of the workload of a cell.',
    samples: [],
  }
  for (const cell of cells) {
    const at = { ...name, cell: cell.name }
    inDriver.samples.push(`${inDriver.name}${labels(at)} ${secondsOf(cell.driverNs)}`)
    workload.samples.push(`${workload.name}${labels(at)} ${secondsOf(cell.durationNs)}`)
    for (const entry of cell.entries) {
      const of = { ...at, entry: entry.name }
      for (const [key, quantile] of QUANTILES)
        virtual.samples.push(`${virtual.name}${labels({ ...of, quantile })} ${secondsOf(entry.virtualNs[key])}`)
      virtual.samples.push(`${virtual.name}_count${labels(of)} ${entry.calls}`)
      virtual.samples.push(`${virtual.name}_sum${labels(of)} ${secondsOf(entry.totalNs)}`)
      for (const family of counts) family.samples.push(`${family.name}${labels(of)} ${entry[family.figure]}`)
      for (const key of ['p50', 'p99'] as const)
        if (entry.hostNs !== undefined)
          onHost.samples.push(
            `${onHost.name}${labels({ ...of, quantile: key === 'p50' ? '0.5' : '0.99' })} ${secondsOf(entry.hostNs[key].median)}`,
          )
    }
  }
  const noise: Family = {
    name: 'wasm_hba_host_noise_floor_seconds',
    type: 'gauge',
    unit: 'seconds',
    help: 'Host time around a routine that does nothing.',
    samples:
      host === null
        ? []
        : (['p50', 'p99', 'max'] as const).map(
            key =>
              `wasm_hba_host_noise_floor_seconds${labels({ quantile: key === 'max' ? '1' : `0.${key.slice(1)}` })} ${secondsOf(host.noiseFloorNs[key])}`,
          ),
  }
  const info: Family = {
    name: 'wasm_hba_bench',
    type: 'info',
    help: 'What was measured.',
    samples: [
      `wasm_hba_bench_info${labels({
        ...name,
        sha256: driver.sha256,
        version: tool.version,
        metering: String(metering.version),
        seed: String(setup.seed),
        cost_model: setup.costModel.preset,
      })} 1`,
    ],
  }
  const families = [info, virtual, onHost, ...counts, inDriver, workload, noise].filter(f => f.samples.length > 0)
  return `${families.flatMap(familyLines).join('\n')}\n# EOF\n`
}

const familyLines = ({ name, type, unit, help, samples }: Family): string[] => [
  `# TYPE ${name} ${type}`,
  ...(unit === undefined ? [] : [`# UNIT ${name} ${unit}`]),
  `# HELP ${name} ${escaped(help)}`,
  ...samples,
]
