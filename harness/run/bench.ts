// The bench at work: boots every miniport, feeds the workload, and lets events follow each other until all is done.
// One CPU: interrupts first, then DPCs and timers, then new requests; when nothing is left to do, time jumps.
import type { Limits } from '../../schemas/machine.ts'
import type { FaultPlan } from '../faults/plan.ts'
import { ready, scan } from '../port/bus-scan.ts'
import { flushCaches } from '../port/cache-flush.ts'
import { boot, restart, stop } from '../port/life-cycle.ts'
import type { Port } from '../port/port.ts'
import { SlotState, type SrbSlot } from '../port/srb.ts'
import { BootFailure } from '../port/stop.ts'
import { type Feeder, SPARE } from './feeder.ts'
import type { Machine, Station } from './machine.ts'

/** Steps between two looks at the progress. */
const PROGRESS_STEPS = 4096

export class Bench {
  readonly machine: Machine
  readonly feeders: Feeder[] = []
  /** Why a station has no running adapter. */
  readonly bootFailures = new Map<number, string>()
  /** Stations whose drives the bus scan did not find, or not all of them. */
  readonly unfound = new Set<number>()
  /** Set when the run was given up. */
  givenUp = ''
  readonly #limits: Limits
  readonly #faults: FaultPlan | undefined

  constructor(machine: Machine) {
    this.machine = machine
    this.#limits = machine.scenario.machine.limits
    this.#faults = machine.faults
  }

  /** Boots one miniport and scans its bus, while the others go on. */
  boot(station: Station): void {
    const { port } = station
    try {
      boot(port, station.found)
      const pump = (slot: SrbSlot): void => this.#until(slot)
      if (!port.dead) scan(port, pump)
      if (!port.dead) ready(port, pump)
    } catch (error) {
      if (!(error instanceof BootFailure)) throw error
      this.bootFailures.set(station.index, error.message)
    }
    this.#settle()
  }

  /** One step. @returns false when nothing can ever happen again, or virtual time is up */
  step(): boolean {
    const { cpu, clock, stations } = this.machine
    if (cpu.assertedLines > 0) {
      cpu.dispatchInterrupts()
      if (cpu.assertedLines === 0 || this.#nobodyListens()) return true
    }
    if (this.#faults?.due) {
      this.#faults.work(guest => this.stopAndRestart(stations[guest]!))
      return true
    }
    for (let n = 0; n < this.#held.length; n++) if (this.#restartHeld(this.#held[n]!)) return true
    for (let n = 0; n < stations.length; n++) if (stations[n]!.port.work()) return true
    for (let n = 0; n < this.feeders.length; n++) if (this.feeders[n]!.feed()) return true
    if (clock.nowPs > this.#limits.runPs) {
      this.givenUp = `the run took more than ${this.#limits.runPs / 1e12} s of virtual time`
      return false
    }
    return clock.advanceToNextAlarm()
  }

  /** Runs the workload to its end. */
  run(progress?: () => void): void {
    for (const { index } of this.machine.stations) this.#faults?.enter(index, 'run')
    let steps = 0
    while (this.#busy() || !this.#done()) {
      if (!this.step()) break
      if (++steps % PROGRESS_STEPS === 0) progress?.()
    }
    const reason = this.givenUp === '' ? 'nothing was left that could happen' : this.givenUp
    for (const feeder of this.feeders) if (!feeder.done) feeder.abandon(reason)
    this.#settle()
  }

  /** Is every live feeder waiting for requests that are in flight? Then nothing can be done yet. */
  #busy(): boolean {
    for (let n = 0; n < this.feeders.length; n++) {
      const feeder = this.feeders[n]!
      if (!feeder.waiting || feeder.port.dead || feeder.port.outstanding === 0) return false
    }
    return this.feeders.length > 0
  }

  #done(): boolean {
    let done = true
    for (let n = 0; n < this.feeders.length; n++) {
      const feeder = this.feeders[n]!
      if (feeder.done) continue
      if (feeder.port.dead) feeder.abandon('the driver was stopped')
      else if (feeder.port.outstanding === 0 && !feeder.port.latched && starved(feeder))
        feeder.abandon('no SRB is left: the miniport never gave them back')
      else done = false
    }
    return done
  }

  /** Stops every adapter: HwAdapterControl(ScsiStopAdapter). */
  shutdown(): void {
    this.#awaitResetHolds()
    for (const { port, index } of this.machine.stations) {
      this.#faults?.enter(index, 'shutdown')
      this.#flush(port)
      stop(port)
    }
    this.#settle()
    for (const { port } of this.machine.stations) {
      if (port.dead) continue
      port.guard.sweep()
      port.inspector.sweep()
      port.moduleData.compare()
    }
  }

  /** An adapter is not stopped in the middle of a reset hold: it may be resetting still. Not waited for longer than one hold. */
  #awaitResetHolds(): void {
    const { stations, clock } = this.machine
    const heldPs = Math.max(...stations.map(({ port }) => port.parts.settings.resetHoldPs))
    const untilPs = clock.nowPs + heldPs
    const holds = (): boolean => stations.some(({ port }) => !port.dead && port.inResetHold)
    while (holds() && clock.nowPs <= untilPs) if (!this.step()) break
  }

  #flush(port: Port): void {
    try {
      flushCaches(port, slot => this.#until(slot))
    } catch (error) {
      if (!(error instanceof BootFailure)) throw error
      if (this.givenUp === '') this.givenUp = `${port.name}: ${error.message}`
    }
  }

  /** Adapters that are stopped and restarted as soon as they are quiet. */
  readonly #held: Station[] = []

  /** Holds new requests back; when what is with the miniport has come back, the adapter is stopped and restarted. */
  stopAndRestart(station: Station): void {
    const { port } = station
    if (port.dead || port.stopped || port.held || this.bootFailures.has(station.index)) return
    port.held = true
    this.#held.push(station)
  }

  /** @returns whether something was done */
  #restartHeld(station: Station): boolean {
    const { port } = station
    if (port.activeCount > 0 || port.latched || port.inResetHold) return false
    this.#held.splice(this.#held.indexOf(station), 1)
    port.held = false
    if (port.dead) return false
    stop(port)
    try {
      restart(port)
    } catch (error) {
      if (!(error instanceof BootFailure)) throw error
      this.bootFailures.set(station.index, error.message)
      for (const feeder of this.feeders) if (feeder.port === port) feeder.abandon(error.message)
    }
    port.dispatch()
    return true
  }

  stop(station: Station): void {
    stop(station.port)
  }

  restart(station: Station): void {
    restart(station.port)
  }

  /** Works off interrupts and DPCs that are due now, without letting time jump. */
  #settle(): void {
    const { cpu, stations } = this.machine
    for (let rounds = 0; rounds < 100_000; rounds++) {
      let glitch = false
      if (cpu.assertedLines > 0) {
        cpu.dispatchInterrupts()
        if (cpu.assertedLines > 0) glitch = !this.#nobodyListens()
      }
      let worked = false
      for (const { port } of stations) if (port.work()) worked = true
      if (!worked && (cpu.assertedLines === 0 || glitch)) return
    }
  }

  #until(slot: SrbSlot): void {
    const { serial } = slot
    while (slot.serial === serial && slot.state !== SlotState.free && slot.state !== SlotState.lost) {
      if (!this.step()) {
        throw new BootFailure(
          this.givenUp === '' ? 'everything came to a halt: a request never came back' : this.givenUp,
        )
      }
    }
  }

  /** A line is asserted and no ISR may be called: the adapters that hold it are masked off. @returns false when it is held by no adapter, see faults/line-seam.ts */
  #nobodyListens(): boolean {
    let any = false
    for (const line of this.machine.lines) {
      if (!line.level) continue
      for (const pin of line.pins) {
        if (!pin.level || pin.masked || pin.lost) continue
        const station = this.machine.stations[pin.adapter]
        if (station === undefined) continue
        any = true
        const { port } = station
        if (!port.interruptsDisabled) pin.mask()
        else if (!port.work()) pin.mask()
      }
    }
    return any
  }
}

function starved(feeder: Feeder): boolean {
  return feeder.port.free.length <= SPARE && feeder.workload.inFlight === 0
}
