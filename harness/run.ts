// One scenario in, one report out.
import {
  type GuestReport,
  type IoReport,
  REPORT_SCHEMA,
  type Report,
  type StopReport,
  ZERO_IO,
} from '../schemas/report.ts'
import type { Scenario } from '../schemas/scenario.ts'
import { GuestLoadError } from './guest/guest.ts'
import { METERING_VERSION } from './guest/meter.ts'
import { judge, nothingMeasured } from './latency/budgets.ts'
import { isrReport, routineReports } from './latency/figures.ts'
import { HostMeter } from './latency/host-time.ts'
import { LatencyReader } from './latency/reader.ts'
import { OUT_OF_BOUNDS } from './port/cpu.ts'
import type { Recording } from './report/trace-export/recording.ts'
import { DiagnosticReader, LineReader } from './report/wire-reader.ts'
import { RuleEngine } from './rules/engine.ts'
import { Bench } from './run/bench.ts'
import { coverageReport } from './run/coverage.ts'
import { ExpectationReader, withExpectations } from './run/expectations/expectations.ts'
import { Feeder } from './run/feeder.ts'
import { buildMachine, geometryOf, guestNames, type Machine, type Station } from './run/machine.ts'
import { RunNames } from './run/names.ts'
import { outcome } from './run/outcome.ts'
import { PictureReader } from './run/pictures.ts'
import { refusedReport } from './run/refused.ts'
import { rulesOff } from './run/verify-level.ts'
import type { GuestCoverage, Progress, RunIo, RunResult } from './run-io.ts'
import { ROUTINE_NAMES, STOP_NAMES } from './trace/events.ts'
import type { Trace } from './trace/trace.ts'
import { CheckedStream, createWorkload, type Workload } from './workload/index.ts'

/** Everything that listens to the trace of one run. */
export interface Readers {
  names: RunNames
  latency: LatencyReader
  rules: RuleEngine
  lines: LineReader
  diagnostics: DiagnosticReader
  host: HostMeter | undefined
  pictures: PictureReader | undefined
}

/**
 * Boots every driver of the scenario, runs the workload, judges.
 * @throws GuestLoadError, StoreError, MachineError, AddressConflictError and their like: nothing ran
 */
export async function runScenario(scenario: Scenario, io: RunIo): Promise<RunResult> {
  const { expect } = scenario
  try {
    return await runWatched(scenario, io)
  } catch (error) {
    // A driver that must be refused.
    if (!(error instanceof GuestLoadError) || expect?.exitCode !== EXIT_REFUSED) throw error
    return withExpectations(refusedReport(scenario, io, error), EXIT_REFUSED, expect, [])
  }
}

const EXIT_REFUSED = 2

async function runWatched(scenario: Scenario, io: RunIo): Promise<RunResult> {
  let result = await runOnce(scenario, io, NOBODY)
  // Somebody touched memory that is not his: the same run once more, with every access watched, tells who and where.
  if (result.suspects.size > 0) result = await runOnce(scenario, io, result.suspects)
  // It was a DataBuffer, which has an address on Windows: once more, so that what comes after it is judged, too.
  while (result.openers.size > 0) result = await runOnce(scenario, io, new Map([...result.suspects, ...result.openers]))
  return result
}

type Watched = ReadonlyMap<number, 'closed' | 'open'>
const NOBODY: Watched = new Map()

async function runOnce(
  scenario: Scenario,
  io: RunIo,
  watched: Watched,
): Promise<RunResult & { suspects: Watched; openers: Watched }> {
  let readers!: Readers
  const machine = await buildMachine(
    scenario,
    io,
    trace => {
      readers = listen(scenario, trace, io)
      io.listener?.begin(trace, readers.names)
      return io.listener?.stopwatch ?? readers.host
    },
    watched,
  )
  readers.names.know(machine)
  const { expect } = scenario
  const expected = expect === undefined ? undefined : new ExpectationReader(machine, expect)
  const bench = new Bench(machine)
  try {
    for (const [n, station] of machine.stations.entries()) {
      io.progress?.({ phase: 'boot', done: n, total: machine.stations.length, virtualPs: machine.clock.nowPs })
      bench.boot(station)
    }
    feed(bench, scenario)
    io.listener?.workload?.(true)
    bench.run(io.progress === undefined ? undefined : () => io.progress!(progressOf(bench)))
    io.listener?.workload?.(false)
    bench.shutdown()
    readers.rules.finish()
    readers.host?.calibrate()
  } finally {
    machine.close()
  }
  const coverage = io.coverage ? await coverageOf(machine, io) : undefined
  const own = assemble(scenario, io, bench, readers, coverage)
  const stopped = machine.cpu.stops.size > 0
  const ownCode = stopped ? 3 : own.verdict === 'pass' ? 0 : 1
  const { report, exitCode } =
    expected === undefined
      ? { report: own, exitCode: ownCode }
      : withExpectations(own, ownCode, expect!, expected.judge(own, readers.latency))
  const recording = recordingOf(machine, readers)
  return {
    report,
    exitCode,
    images: images(bench),
    suspects: suspects(machine, watched),
    openers: openers(machine),
    ...(coverage === undefined ? {} : { coverage }),
    ...(readers.pictures === undefined
      ? {}
      : { pictures: readers.pictures.pictures(readers.latency, readers.host, recording) }),
    ...(io.recording ? { recording } : {}),
  }
}

function recordingOf({ trace, stations, lines, cpu }: Machine, { names }: Readers): Recording {
  const lineNames = lines.map(line => line.label)
  return {
    trace,
    names,
    wiring: { lines: lineNames, lineOf: stations.map(s => lineNames.indexOf(s.config.line)) },
    costs: cpu.costs,
    guests: stations.map(s => s.name),
  }
}

/** Puts everything that listens in a run to a trace. */
export function listen(scenario: Scenario, trace: Trace, io: RunIo): Readers {
  const { adapters, cost } = scenario.machine
  const guests = guestNames(adapters)
  const names = new RunNames(trace, guests)
  const lineNames = [...new Set(adapters.map(a => a.line))]
  const limit = (name: string): number | undefined =>
    scenario.budgets.find(b => b.name === name && b.guest === undefined)?.limitPs
  const isrPs = limit('isr.max')
  const spuriousPs = limit('isr.unclaimed.max')
  const pictures = io.pictures ? new PictureReader(trace, adapters.length) : undefined
  return {
    names,
    pictures,
    latency: new LatencyReader(trace, adapters.length, pictures?.scenes),
    rules: new RuleEngine(trace, {
      guests: adapters.length,
      off: rulesOff(scenario.rules),
      names: {
        registerName: (guest, offset, side) => names.registerName(guest, offset, side),
        causeNames: (guest, bits) => names.causeNames(guest, bits),
        describeSrb: serial => names.describeSrb(serial),
        functionName: (guest, tableIndex) => names.functionName(guest, tableIndex),
        isStatusRegister: (guest, offset) => names.isStatusRegister(guest, offset),
        adapter: guest => names.adapter(guest),
      },
      limits: { ...(isrPs === undefined ? {} : { isrPs }), ...(spuriousPs === undefined ? {} : { spuriousPs }) },
      postedWrites: cost.postedWriteDelayPs > 0,
    }),
    lines: new LineReader(
      trace,
      lineNames.length,
      adapters.map(a => lineNames.indexOf(a.line)),
    ),
    diagnostics: new DiagnosticReader(trace, names),
    host: io.hostTimer === undefined ? undefined : new HostMeter(io.hostTimer, adapters.length),
  }
}

/** Guests whose memory accesses want a second look: a fault, an overwritten red zone, a write through NULL. */
function suspects({ stations, cpu }: Machine, before: Watched): Watched {
  const faulted = (index: number): boolean => OUT_OF_BOUNDS.test(cpu.stops.get(index)?.message ?? '')
  const found = stations.filter(s => s.port.inspector.found || faulted(s.index))
  return new Map([...found.map(s => [s.index, 'closed'] as const), ...before])
}

/** Guests that were stopped because they dereferenced a DataBuffer. */
const openers = ({ stations }: Machine): Watched =>
  new Map(stations.filter(s => s.port.watch?.metOpaque).map(s => [s.index, 'open'] as const))

/** Gives every adapter that came up its workload. A workload that does not fit is the bench's finding, not a crash. */
export function feed(bench: Bench, scenario: Scenario): void {
  const seconds = scenario.machine.port.srbTimeoutSeconds
  for (const station of bench.machine.stations) {
    if (station.port.dead || bench.bootFailures.has(station.index)) continue
    const present = station.drives.filter(d =>
      station.port.units.some(u => u.lu.target === d.config.target && u.lu.lun === d.config.lun),
    )
    if (present.length < station.drives.length) {
      const missing = station.drives
        .filter(d => !present.includes(d))
        .map(d => `target ${d.config.target} LUN ${d.config.lun}`)
      bench.unfound.add(station.index)
      bench.bootFailures.set(station.index, `the bus scan through the driver did not find ${missing.join(', ')}`)
      // A log is for all of its drives.
      if (present.length === 0 || station.log !== undefined) continue
    }
    bench.feeders.push(
      new Feeder(station.port, workloadOf(station, scenario, present), seconds, bench.machine.faults?.claims),
    )
  }
}

function workloadOf(station: Station, scenario: Scenario, drives: Station['drives']): Workload {
  const { capabilities } = station.port
  return createWorkload(station.config.workload ?? scenario.workload, {
    seed: scenario.seed,
    guest: station.index,
    drives: drives.map(geometryOf),
    ...(station.log === undefined ? {} : { log: station.log }),
    maxTransferBytes: maxTransferBytes(capabilities),
  })
}

/** What one request may carry: MaximumTransferLength, and a scatter/gather list that covers it wherever it starts in a page. */
function maxTransferBytes(capabilities: Station['port']['capabilities']): number {
  const byBreaks =
    capabilities.master && capabilities.physicalBreaks !== 0xffffffff
      ? (Math.max(capabilities.physicalBreaks, 2) - 1) * 4096
      : Number.POSITIVE_INFINITY
  return Math.min(capabilities.maximumTransferBytes, byBreaks)
}

function progressOf(bench: Bench): Progress {
  let done = 0
  let total = 0
  for (const { workload } of bench.feeders) {
    done += workload.issued
    total += workload.total
  }
  return { phase: 'run', done, total, virtualPs: bench.machine.clock.nowPs }
}

function images(bench: Bench): NonNullable<RunResult['images']> {
  return bench.feeders.flatMap(({ port, workload }) => {
    if (!(workload instanceof CheckedStream)) return []
    const station = bench.machine.stations[port.index]!
    return workload.models.flatMap((model, n) => {
      const { store } = station.drives.find(d => d.label === workload.drives[n]!.label)!.config
      return store.kind === 'file' ? [{ path: store.path, model }] : []
    })
  })
}

async function coverageOf({ stations }: Machine, io: RunIo): Promise<GuestCoverage[]> {
  const found: GuestCoverage[] = []
  for (const { name, guest, config } of stations) {
    const map = guest.coverageMap(await io.driverMap?.(config.driver))
    const hits = guest.coverageHits()
    if (map !== undefined && hits !== undefined) found.push({ guest: name, map, hits })
  }
  return found
}

/** What all readers have found, as a report. */
export function assemble(
  scenario: Scenario,
  io: RunIo,
  bench: Bench,
  readers: Readers,
  coverage: readonly GuestCoverage[] | undefined,
): Report {
  const { machine } = bench
  const { names, latency, rules } = readers
  const guests = machine.stations.map(station => {
    const own = coverage?.find(c => c.guest === station.name)
    return {
      ...guestReport(scenario, bench, station, readers),
      ...(own === undefined ? {} : { coverage: coverageReport(own.map, own.hits) }),
    }
  })
  const guestNamesList = machine.stations.map(s => s.name)
  const judged = outcome(scenario, bench, guests, nothingMeasured(latency.guests))
  const { preset, ...values } = scenario.machine.cost
  return {
    schema: REPORT_SCHEMA,
    tool: { name: 'wasm-hba', version: io.version },
    ...(scenario.name === undefined ? {} : { name: scenario.name }),
    verdict: judged.verdict,
    reasons: judged.reasons,
    seed: scenario.seed,
    rerun: io.rerun,
    metering: { version: Number(METERING_VERSION) },
    costModel: {
      preset,
      values: Object.fromEntries(
        Object.entries(values).map(([key, ps]) => [key.replace(/Ps$/, 'Ns'), (ps as number) / 1000]),
      ),
    },
    virtual: { durationNs: machine.clock.nowPs / 1000 },
    lines: machine.lines.map((line, n) =>
      readers.lines.report(
        n,
        line.label,
        machine.stations.filter(s => s.config.line === line.label).map(s => s.name),
      ),
    ),
    guests,
    isr: isrReport(latency.guests, names, readers.host),
    io: guests.map(g => g.io).reduce(sumIo, { ...ZERO_IO, problems: [] }),
    budgets: guests.flatMap(g => g.budgets.map(b => ({ ...b, guest: g.name }))),
    rules: rules.summary(guestNamesList),
    images: [],
    faults: machine.faults?.report() ?? [],
    trace: { events: machine.trace.count, lost: 0, hash: machine.trace.hash },
    findings: judged.findings,
  }
}

function guestReport(scenario: Scenario, bench: Bench, station: Station, readers: Readers): GuestReport {
  const { names, latency, rules, host } = readers
  const { index, port, guest } = station
  const own = latency.guests[index]!
  const stopped = stopReport(bench.machine, index)
  return {
    name: station.name,
    driver: { path: station.config.driver, sha256: guest.sha256 },
    adapter: {
      kind: station.adapter.kind,
      label: station.adapter.label,
      line: station.config.line,
      diagnostics: readers.diagnostics.report(index),
    },
    isr: isrReport([own], names, host),
    routines: routineReports(own, host),
    budgets: judge(scenario.budgets, own, names),
    rules: rules.report(index),
    io: bench.feeders.find(f => f.port === port)?.workload.report() ?? { ...ZERO_IO, problems: [] },
    log: [...port.log.values()].map(e => ({
      atNs: e.atPs / 1000,
      code: e.code >>> 0,
      name: LOG_NAMES[e.code] ?? `error 0x${(e.code >>> 0).toString(16)}`,
      uniqueId: e.uniqueId,
      count: e.count,
    })),
    ...(stopped === undefined ? {} : { stopped }),
    debugPrint: port.debugPrint.slice(0, PRINT_SHOWN),
    debugPrintOmitted: port.debugPrintDropped + Math.max(0, port.debugPrint.length - PRINT_SHOWN),
  }
}

const PRINT_SHOWN = 200

/** ScsiPortLogError codes (WDK: ScsiPortLogError). */
const LOG_NAMES: Readonly<Record<number, string>> = {
  1: 'SP_BUS_PARITY_ERROR',
  2: 'SP_UNEXPECTED_DISCONNECT',
  3: 'SP_INVALID_RESELECTION',
  4: 'SP_BUS_TIME_OUT',
  5: 'SP_PROTOCOL_ERROR',
  6: 'SP_INTERNAL_ADAPTER_ERROR',
  7: 'SP_REQUEST_TIMEOUT',
  8: 'SP_IRQ_NOT_RESPONDING',
  9: 'SP_BAD_FW_WARNING',
  10: 'SP_BAD_FW_ERROR',
  11: 'SP_LOST_WMI_MINIPORT_REQUEST',
}

function stopReport(machine: Machine, index: number): StopReport | undefined {
  const stop = machine.cpu.stops.get(index)
  if (stop === undefined) return undefined
  return {
    kind: STOP_NAMES[stop.kind] ?? `stop ${stop.kind}`,
    routine: ROUTINE_NAMES[stop.routine]!,
    functionName: stop.functionName,
    atNs: stop.atPs / 1000,
    srb: stop.srb < 0 ? null : stop.srb,
    message: stop.message,
  }
}

function sumIo(a: IoReport, b: IoReport): IoReport {
  const sum: Record<string, unknown> = { ...a }
  for (const [key, value] of Object.entries(b))
    if (typeof value === 'number') sum[key] = (a[key as keyof IoReport] as number) + value
  return { ...(sum as IoReport), problems: [...a.problems, ...b.problems] }
}
