// The faults of a scenario at work: compiled once into a table a seam, asked by the seams, told of the occasions by the trace.
//
// An occasion (a command, an access, a routine, a phase …) makes a fault look; when everything else in its `when` holds and its turn
// has come, it acts. What happens to hardware starts from an alarm at the same instant, what calls the miniport waits for the run
// loop (`work`): nothing is ever called from inside an import. Without faults there is no plan, and nothing listens.
import type { CommandFault, CommandFaults } from '../../device/adapters/faults.ts'
import type { Alarm } from '../../device/clock.ts'
import type { ScsiTask } from '../../device/scsi/task.ts'
import type { Fault, FaultAction } from '../../schemas/faults.ts'
import { AdapterPhase, Event, ROUTINE_NAMES } from '../trace/events.ts'
import { type Broken, Checks } from './checks.ts'
import { Claims } from './claims.ts'
import { commandFault } from './command-seam.ts'
import { describeFault } from './describe.ts'
import { FaultPlanError, type Occasion, occasionOf, SEAM_OF } from './kinds.ts'
import { LineFaults } from './line-seam.ts'
import { Matcher } from './matcher.ts'
import { type PhaseName, Phases } from './phases.ts'
import type { Planned } from './planned.ts'
import type { FaultMachine, FaultTarget } from './target.ts'
import { Triggers } from './triggers.ts'
import { UnitFaults } from './unit-seam.ts'

/** Decorators for the logical units, when a plan needs them. */
export const unitFaults = (faults: readonly Fault[]): UnitFaults | undefined =>
  faults.some(fault => fault.then.some(action => SEAM_OF[action.do] === 'unit')) ? new UnitFaults() : undefined

/** Something that will be done: a fault, the adapter it is about, the SRB it is about (−1 none). */
interface Due {
  planned: Planned
  target: FaultTarget
  serial: number
}

/** Events of a plan without a single request coming back: a reset in every HwInterrupt would keep the run busy for ever. */
const BARREN_LIMIT = 200
/** An unknown tag, and a target and LUN that are there. */
const UNKNOWN_TAG = 0xfe

export class FaultPlan {
  readonly claims: Claims
  readonly phases: Phases
  readonly planned: readonly Planned[]
  /** The bench has something to do, see `work`. */
  due = false
  readonly #machine: FaultMachine
  readonly #units: UnitFaults | undefined
  readonly #checks: Checks
  readonly #lines = new Map<string, LineFaults>()
  readonly #byCommand: readonly Planned[]
  readonly #alarm: Alarm
  /** Faults that kept the run from going on, and were held back. */
  readonly heldBack = new Set<number>()
  /** Events since a request came back last. */
  #barren = 0
  readonly #device: Due[] = []
  readonly #bench: Due[] = []

  /** @throws FaultPlanError for a plan that cannot be carried out on this machine */
  constructor(faults: readonly Fault[], machine: FaultMachine) {
    this.#machine = machine
    const { clock, trace, targets } = machine
    this.planned = faults.map((fault, index) => compile(fault, index, machine))
    this.claims = new Claims(
      targets.length,
      targets.map(target => target.passesSense),
    )
    this.#checks = new Checks(this.planned, machine)
    this.#units = machine.units
    if (this.#units !== undefined)
      this.#units.acted = (guest, fault, tag) => this.#tell(this.planned[fault]!, guest, tag)
    this.#byCommand = this.planned.filter(
      p => p.occasion === 'command' || (p.occasion === 'access' && (p.command !== undefined || p.unit !== undefined)),
    )
    const told = (kind: number, key: number | undefined, tell: (index: number, guest: number) => void): void =>
      trace.subscribe({
        kind,
        ...(key === undefined ? {} : { key }),
        reader: {
          on: index => {
            const guest = trace.guest[index]!
            if (guest < targets.length) tell(index, guest)
          },
        },
      })
    told(Event.SrbCompleted, undefined, (index, guest) => this.claims.returned(guest, trace.a[index]!, clock.nowPs))
    told(Event.ResetHold, 0, (_index, guest) => this.claims.settled(guest, clock.nowPs))
    told(Event.SrbCompleted, undefined, () => {
      this.#barren = 0
    })
    this.#alarm = clock.createAlarm('faults', () => this.#carryOut())
    this.phases = new Phases(this.planned, machine, (planned, target) => this.#occasion(planned, target, -1))
    new Triggers(this.planned, machine, (planned, target, serial) => {
      if (this.#holds(planned, target)) this.#occasion(planned, target, serial)
    })
    for (const { line } of targets) {
      const drawn = this.planned.some(p => p.device.some(a => a.do === 'spurious-interrupt' || a.do === 'stuck-line'))
      if (!drawn || this.#lines.has(line.label)) continue
      const guests = new Set(targets.filter(t => t.line === line).map(t => t.index))
      this.#lines.set(line.label, new LineFaults(line, clock, trace, guests))
    }
    if (this.#byCommand.length > 0)
      for (const target of targets)
        if (target.adapter.faults === undefined) target.adapter.faults = this.#seamOf(target)
    for (const planned of this.planned) {
      if (planned.occasion !== 'instant') continue
      clock
        .createAlarm(`fault ${planned.index}`, () => {
          for (const target of targets)
            if (planned.guests[target.index]! && planned.matcher.take()) this.#act(planned, target, -1)
          this.#carryOut()
        })
        .scheduleAt(planned.fault.when.atPs!)
    }
  }

  enter(guest: number, phase: PhaseName): void {
    this.phases.enter(guest, phase)
  }

  /** From the run loop, when nothing runs: carries out what calls the miniport. @param restart stops and restarts an adapter */
  work(restart: (guest: number) => void): void {
    this.due = false
    for (let next = this.#bench.shift(); next !== undefined; next = this.#bench.shift()) {
      const { planned, target, serial } = next
      for (const action of planned.bench) {
        if (action.do === 'abort') this.#abort(planned, target, serial)
        else restart(target.index)
      }
    }
  }

  /** The SRB that the occasion was about, else the oldest. */
  #abort(planned: Planned, target: FaultTarget, serial: number): void {
    const victim = serial >= 0 ? serial : target.oldest()
    if (victim < 0) return
    this.claims.hit(target.index, [victim], planned.index, planned.bench, -1, this.#machine.clock.nowPs)
    target.abort(victim)
  }

  /** What the miniport did not do, although a fault said it must. To be called when the run is over. */
  broken(): readonly Broken[] {
    return this.#checks.broken
  }

  report(): { index: number; description: string; fired: number }[] {
    return this.planned.map(({ index, fault, fired }) => ({ index, description: describeFault(fault), fired }))
  }

  #seamOf(target: FaultTarget): CommandFaults {
    return { decide: task => this.#decide(target, task) }
  }

  /** A command was fetched. At most one fault a seam befalls it; the first in the plan wins. */
  #decide(target: FaultTarget, task: ScsiTask): CommandFault | undefined {
    const { clock } = this.#machine
    let command: Planned | undefined
    let unit: Planned | undefined
    let serials: number[] | undefined
    const present = target.bus.unit(task.target, task.lun) !== undefined
    for (const planned of this.#byCommand) {
      const suffers = planned.command !== undefined || planned.unit !== undefined
      if (!matchesCommand(planned.fault, task)) continue
      if (planned.unit !== undefined && (!present || unit !== undefined)) continue
      if (planned.command !== undefined && command !== undefined) continue
      if (planned.occasion === 'access') {
        if (planned.armed === 0 || !planned.guests[target.index]) continue
        planned.armed--
      } else if (!this.#holds(planned, target) || !planned.matcher.take()) continue
      serials ??= target.serialsOf(task.target, task.lun, task.cdb, task.cdbLength)
      if (suffers) {
        if (planned.command !== undefined) command = planned
        if (planned.unit !== undefined) unit = planned
        this.claims.hit(target.index, serials, planned.index, planned.fault.then, task.cdb[0]!, clock.nowPs)
        if (this.phases.phase(target.index) === 'scan') this.claims.spoiled(target.index, planned.index)
      }
      this.#act(planned, target, serials[0] ?? -1, suffers)
    }
    this.#units?.choose(task, target.index, unit?.index ?? -1, unit?.unit)
    if (command === undefined && unit === undefined && this.claims.open)
      this.claims.again(target.serialsOf(task.target, task.lun, task.cdb, task.cdbLength))
    if (command === undefined) return undefined
    command.fired++
    return commandFault(command.command!, command.index)
  }

  /** The conditions that are no occasion of their own. */
  #holds({ fault: { when }, guests, routine }: Planned, target: FaultTarget): boolean {
    if (!guests[target.index]) return false
    if (when.atPs !== undefined && this.#machine.clock.nowPs < when.atPs) return false
    if (routine >= 0 && target.routine() !== routine) return false
    return this.phases.holds(when, target)
  }

  #occasion(planned: Planned, target: FaultTarget, serial: number): void {
    if (!planned.matcher.take()) return
    if (planned.command !== undefined || planned.unit !== undefined) planned.armed++
    else this.#act(planned, target, serial)
  }

  /** @param counted the fault is counted where the command suffers */
  #act(planned: Planned, target: FaultTarget, serial: number, counted = false): void {
    if ((planned.device.length > 0 || planned.bench.length > 0) && ++this.#barren > BARREN_LIMIT) {
      this.heldBack.add(planned.index)
      return
    }
    const due = { planned, target, serial }
    if (!this.phases.running(target.index)) this.claims.scanned(target.index, planned.index, planned.fault.then)
    if (!counted) this.#tell(planned, target.index, -1)
    if (planned.checks.length > 0) this.#checks.begin(planned, target)
    if (planned.device.length > 0) {
      this.#device.push(due)
      if (!this.#alarm.pending) this.#alarm.scheduleIn(0)
    }
    if (planned.bench.length > 0) {
      this.#bench.push(due)
      this.due = true
      this.claims.disturbed(target.index, planned.index, planned.bench, this.#machine.clock.nowPs)
    }
  }

  /** A fault acts: counted and traced. Command faults are traced by their adapter. */
  #tell(planned: Planned, guest: number, tag: number): void {
    planned.fired++
    this.#machine.trace.emit(Event.FaultInjected, guest, planned.index, tag, 0, 0)
  }

  #carryOut(): void {
    const { nowPs } = this.#machine.clock
    for (let next = this.#device.shift(); next !== undefined; next = this.#device.shift()) {
      const { planned, target } = next
      this.claims.disturbed(target.index, planned.index, planned.device, nowPs)
      for (const action of planned.device) this.#device1(action, target)
    }
  }

  #device1(action: FaultAction, target: FaultTarget): void {
    const { adapter, line } = target
    switch (action.do) {
      case 'spurious-interrupt':
        this.#lines.get(line.label)!.spurious()
        return
      case 'stuck-line':
        this.#lines.get(line.label)!.stick(action.forPs)
        return
      case 'lost-interrupt':
        adapter.pin.losesNext = true
        return
      case 'bus-reset':
        adapter.injectBusReset()
        return
      case 'surprise-removal':
        this.#machine.trace.emit(Event.Adapter, target.index, AdapterPhase.Removed, 0, 0, 0)
        adapter.remove()
        return
      case 'several-causes':
        adapter.injectCauses()
        return
      case 'reselect-unknown-tag':
        adapter.injectReselection(0, 0, UNKNOWN_TAG)
        return
    }
  }

  // --- the port driver's seam (harness/port/port-faults.ts) ---

  /** What the port driver of one miniport asks. */
  portFaults(guest: number) {
    const answer = (does: FaultAction['do'], fits: (action: FaultAction) => boolean): FaultAction | undefined => {
      const target = this.#machine.targets[guest]!
      for (const planned of this.planned) {
        if (planned.occasion !== 'answer') continue
        const action = planned.port.find(a => a.do === does && fits(a))
        if (action === undefined || !this.#holds(planned, target) || !planned.matcher.take()) continue
        this.#act(planned, target, -1)
        this.claims.disturbed(guest, planned.index, planned.port, this.#machine.clock.nowPs)
        return action
      }
      return undefined
    }
    return {
      connected: (): void => {
        this.phases.enter(guest, 'connected')
        // The port driver's own code runs now, no import: what is due happens before anybody looks at the line.
        this.#alarm.cancel()
        this.#carryOut()
      },
      nullResult: (routine: string): boolean =>
        answer('null-result', a => a.do === 'null-result' && a.routine === routine) !== undefined,
      refusesRange: (): boolean => answer('refuse-range', () => true) !== undefined,
      configBytes: (bytes: number): number => {
        const action = answer('short-config-info', () => true)
        return action?.do === 'short-config-info' ? action.bytes : bytes
      },
      timerDelayPs: (): number => {
        const action = answer('timer-jitter', () => true)
        return action?.do === 'timer-jitter' ? action.forPs : 0
      },
    }
  }
}

function compile(fault: Fault, index: number, { targets, seed }: FaultMachine): Planned {
  const { when } = fault
  const of = (seam: string): FaultAction[] => fault.then.filter(action => SEAM_OF[action.do] === seam)
  const meant = targets.filter(t => when.adapter === undefined || t.name === when.adapter)
  if (meant.length === 0)
    throw new FaultPlanError(
      `fault ${index} is for '${when.adapter}', but the adapters are called ${targets.map(t => t.name).join(', ')}`,
    )
  const able = meant.filter(t => immunity(fault, t) === undefined)
  if (able.length === 0)
    throw new FaultPlanError(`fault ${index}: ${meant.map(target => immunity(fault, target)).join('; ')}`)
  const guests = targets.map(t => able.includes(t))
  let occasion: Occasion
  try {
    occasion = occasionOf(fault)
  } catch (error) {
    if (error instanceof FaultPlanError) throw new FaultPlanError(`fault ${index}: ${error.message}`)
    throw error
  }
  return {
    index,
    fault,
    occasion,
    matcher: new Matcher(fault, seed, index),
    command: of('command')[0],
    unit: of('unit')[0],
    device: of('device'),
    bench: of('bench'),
    port: of('port'),
    checks: of('check'),
    routine: when.routine === undefined ? -1 : ROUTINE_NAMES.indexOf(when.routine),
    guests,
    armed: 0,
    fired: 0,
  }
}

/** Why an adapter cannot suffer a fault, undefined when it can. */
function immunity({ then }: Fault, { name, adapter, immune }: FaultTarget): string | undefined {
  const spared = then.find(action => immune[action.do] !== undefined)
  return spared === undefined
    ? undefined
    : `the adapter '${name}' (${adapter.kind}) cannot suffer '${spared.do}': ${immune[spared.do]}`
}

function matchesCommand({ when }: Fault, task: ScsiTask): boolean {
  return (
    (when.opcode === undefined || when.opcode === task.cdb[0]) &&
    (when.target === undefined || when.target === task.target) &&
    (when.lun === undefined || when.lun === task.lun) &&
    (when.tag === undefined || when.tag === task.tag)
  )
}
