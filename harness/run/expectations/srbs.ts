// Requests that a scenario expects to come back in a certain way, and how long requests take; counted on the trace after the bus scan.
import type { ExpectedSrbs } from '../../../schemas/expectations.ts'
import { SENSE_KEYS } from '../../../schemas/numbers.ts'
import { SRB_STATUS } from '../../../schemas/workload.ts'
import { Distribution } from '../../latency/distribution.ts'
import { AdapterPhase, Event } from '../../trace/events.ts'
import type { Machine } from '../machine.ts'
import { guestsOf } from './accesses.ts'

/** Without the flags SRB_STATUS_AUTOSENSE_VALID and SRB_STATUS_QUEUE_FROZEN. */
const STATUS_MASK = 0x3f

interface Request {
  target: number
  lun: number
  /** −1: it has none, its function is another. */
  opcode: number
  startedPs: number
}

const hex = (value: number): string => `0x${value.toString(16).padStart(2, '0')}`

class SrbCount {
  readonly words: string
  count = 0
  readonly #expected: ExpectedSrbs
  readonly #guests: ReadonlySet<number>

  constructor(machine: Machine, expected: ExpectedSrbs, path: string) {
    this.#expected = expected
    this.#guests = guestsOf(machine, expected.adapter, path)
    const { status, opcode, target, lun, sense } = expected
    const more = (name: string, value: number | undefined): string =>
      value === undefined ? '' : ` ${name} ${hex(value)}`
    this.words = [
      'SRBs',
      ...(status === undefined ? [] : [`with status '${status}'`]),
      ...(opcode === undefined ? [] : [`of opcode ${hex(opcode)}`]),
      ...(target === undefined ? [] : [`to target ${target}`]),
      ...(lun === undefined ? [] : [`to LUN ${lun}`]),
      ...(sense === undefined
        ? []
        : [`with sense key '${sense.key}'${more('ASC', sense.asc)}${more('ASCQ', sense.ascq)}`]),
    ].join(' ')
  }

  done(guest: number, request: Request, status: number, senseCode: number): void {
    const { status: name, opcode, target, lun, sense } = this.#expected
    if (!this.#guests.has(guest)) return
    if (name !== undefined && SRB_STATUS[name] !== status) return
    if (opcode !== undefined && opcode !== request.opcode) return
    if (target !== undefined && target !== request.target) return
    if (lun !== undefined && lun !== request.lun) return
    if (sense !== undefined) {
      if (senseCode < 0 || SENSE_KEYS[sense.key] !== senseCode >> 16) return
      if (sense.asc !== undefined && sense.asc !== ((senseCode >> 8) & 0xff)) return
      if (sense.ascq !== undefined && sense.ascq !== (senseCode & 0xff)) return
    }
    this.count++
  }
}

export class SrbReader {
  readonly counts: readonly SrbCount[]
  /** By guest: from HwStartIo to completion, in ps. */
  readonly latencies: readonly Distribution[]
  readonly #open: Map<number, Request>[]
  readonly #scanned: boolean[]

  constructor(machine: Machine, expected: readonly ExpectedSrbs[]) {
    const { trace, stations } = machine
    this.counts = expected.map((one, n) => new SrbCount(machine, one, `expect.srbs[${n}]`))
    this.latencies = stations.map(() => new Distribution())
    this.#open = stations.map(() => new Map())
    this.#scanned = stations.map(() => false)
    const scanned = (index: number): void => {
      this.#scanned[trace.guest[index]!] = true
    }
    const queued = (index: number): void => {
      const guest = trace.guest[index]!
      if (!this.#scanned[guest]) return
      const address = trace.b[index]!
      const words = trace.c[index]!
      this.#open[guest]!.set(trace.a[index]!, {
        target: (address >> 8) & 0xff,
        lun: address & 0xff,
        opcode: words >>> 8 === 0 ? words & 0xff : -1,
        startedPs: -1,
      })
    }
    const started = (index: number): void => {
      const request = this.#open[trace.guest[index]!]?.get(trace.a[index]!)
      if (request !== undefined) request.startedPs = trace.psAt(index)
    }
    const completed = (index: number): void => {
      const guest = trace.guest[index]!
      const request = this.#open[guest]?.get(trace.a[index]!)
      if (request === undefined || request.startedPs < 0) return
      this.latencies[guest]!.add(trace.psAt(index) - request.startedPs)
      request.startedPs = -1
    }
    const done = (index: number): void => {
      const guest = trace.guest[index]!
      const serial = trace.a[index]!
      const request = this.#open[guest]?.get(serial)
      if (request === undefined) return
      this.#open[guest]!.delete(serial)
      for (const count of this.counts) count.done(guest, request, trace.b[index]! & STATUS_MASK, trace.c[index]!)
    }
    trace.subscribe(
      { kind: Event.Adapter, key: AdapterPhase.Scanned, reader: { on: scanned } },
      { kind: Event.SrbQueued, reader: { on: queued } },
      { kind: Event.SrbStarted, reader: { on: started } },
      { kind: Event.SrbCompleted, reader: { on: completed } },
      { kind: Event.SrbDone, reader: { on: done } },
    )
  }
}
