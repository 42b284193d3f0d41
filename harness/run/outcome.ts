// The verdict of a run and the reasons for it.
import type { FindingReport, GuestReport, Verdict } from '../../schemas/report.ts'
import type { Scenario } from '../../schemas/scenario.ts'
import { INTERFACE, SP_RETURN } from '../../schemas/scsiport.ts'
import { resultName } from '../port/find-adapter.ts'
import { duration } from '../report/format.ts'
import { fails, ruleReason } from '../report/reasons.ts'
import { ROUTINE_NAMES, STOP_NAMES } from '../trace/events.ts'
import type { Bench } from './bench.ts'
import type { Station } from './machine.ts'

export interface Outcome {
  verdict: Verdict
  reasons: string[]
  findings: FindingReport[]
}

/**
 * HwFindAdapter has nothing to look for itself. Before Plug and Play, too, the port driver looks through the PCI bus for the ids in
 * HW_INITIALIZATION_DATA and assigns what it finds there (ReactOS drivers/storage/port/scsiport/scsiport.c, ScsiPortInitialize).
 */
const leavesFindingToWindows = (scenario: Scenario, { found }: Station, message: string): boolean =>
  scenario.machine.port.resources === 'none' &&
  message === `HwFindAdapter returned ${resultName(SP_RETURN.NOT_FOUND)}` &&
  found.length > 0 &&
  found.every(r => r.interfaceType === INTERFACE.PCIBus && r.vendorId !== '' && r.deviceId !== '')

/** "No data" is a failure, not a pass: a run without a single interrupt or I/O says nothing. */
export function outcome(
  scenario: Scenario,
  bench: Bench,
  guests: readonly GuestReport[],
  noInterrupts: boolean,
): Outcome {
  const reasons: string[] = []
  const findings: FindingReport[] = []
  const { stations, cpu } = bench.machine
  const { faults } = bench.machine
  /** Guests that could not come up, or not stay up, because of a planned fault: nothing is expected of them. */
  const excused = new Set<number>()
  for (const [index, message] of bench.bootFailures) {
    const guest = stations[index]!.name
    const fault = bench.unfound.has(index)
      ? (faults?.claims.spoiledBy(index) ?? -1)
      : (faults?.claims.refusedBy(index) ?? -1)
    if (fault >= 0) {
      excused.add(index)
      findings.push({
        severity: 'note',
        guest,
        message: `${message}; fault ${fault} is to blame, so this is as it should be`,
      })
      continue
    }
    if (leavesFindingToWindows(scenario, stations[index]!, message)) {
      excused.add(index)
      findings.push({
        severity: 'note',
        guest,
        message: `${message} without resources: the driver names PCI ids, so Windows finds its adapter for it and always assigns them`,
      })
      continue
    }
    reasons.push(`${guest}: ${message}`)
    findings.push({ severity: 'error', guest, message })
  }
  for (const { index } of stations) if (faults?.claims.gone(index)) excused.add(index)
  for (const { index, description, fired } of faults?.report() ?? []) {
    if (fired === 0) findings.push({ severity: 'note', message: `fault ${index} never acted: ${description}` })
    if (faults!.heldBack.has(index)) {
      const message = `fault ${index} was held back now and then: it acted again and again, and no request came back`
      findings.push({ severity: 'note', message })
    }
  }
  for (const { guest: index, atPs, message } of faults?.broken() ?? []) {
    const guest = stations[index]!.name
    reasons.push(`${guest}: ${message}`)
    findings.push({ severity: 'error', guest, message, atNs: atPs / 1000 })
  }
  for (const { port, name } of stations) {
    for (const { atPs, severity, message } of port.notes) {
      findings.push({ severity, guest: name, message, atNs: atPs / 1000 })
      if (scenario.rules.strict && severity === 'warning') reasons.push(`${name}: ${message}`)
    }
  }
  for (const { port, workload } of bench.feeders)
    for (const message of workload.notes()) findings.push({ severity: 'note', guest: port.name, message })
  if (bench.givenUp !== '' && !stations.some(({ index }) => faults?.claims.gone(index))) reasons.push(bench.givenUp)
  for (const guest of guests) {
    const stop = cpu.stops.get(guests.indexOf(guest))
    if (stop !== undefined) {
      const srb = stop.srb < 0 ? '' : `, SRB #${stop.srb}`
      reasons.push(
        `${guest.name} was stopped (${STOP_NAMES[stop.kind]}) in ${ROUTINE_NAMES[stop.routine]}, function ${stop.functionName}, at ${duration(stop.atPs / 1000)}${srb}: ${stop.message}`,
      )
    }
    for (const rule of guest.rules) if (fails(rule, scenario.rules.strict)) reasons.push(ruleReason(guest.name, rule))
    for (const budget of guest.budgets) {
      if (budget.pass || (budget.actualNs === null && excused.has(guests.indexOf(guest)))) continue
      const worst = budget.worst === undefined ? '' : ` (${budget.worst.routine} #${budget.worst.number})`
      reasons.push(
        budget.actualNs === null
          ? `${guest.name}: budget ${budget.name} has no data`
          : `${guest.name}: budget ${budget.name} of ${duration(budget.limitNs)} is exceeded: ${duration(budget.actualNs)}${worst}`,
      )
    }
    const { io } = guest
    if (io.miscompares > 0)
      reasons.push(`${guest.name}: ${io.miscompares} blocks read back differ from what was written`)
    if (io.failed > 0) reasons.push(`${guest.name}: ${io.failed} of ${io.submitted} I/Os failed`)
  }
  const submitted = guests.reduce((sum, g) => sum + g.io.submitted, 0)
  const noData = (noInterrupts || submitted === 0) && excused.size < guests.length
  if (noData && reasons.length === 0) reasons.push('nothing was measured')
  const verdict =
    reasons.length === 0 ? 'pass' : noData && cpu.stops.size === 0 && bench.bootFailures.size === 0 ? 'no-data' : 'fail'
  return { verdict, reasons, findings }
}
