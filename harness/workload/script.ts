// A script: SCSI commands in order, each with what must come back.
import type { ScriptConfig, ScriptStep } from '../../schemas/workload.ts'
import {
  endText,
  IoCounters,
  IoRequest,
  isSuccess,
  Outcome,
  requestText,
  srbStatusText,
  type Workload,
  WorkloadError,
} from './workload.ts'

const hex = (value: number) => `0x${value.toString(16).padStart(2, '0')}`
const senseText = (sense: number) =>
  sense < 0 ? 'none' : `${hex(sense >>> 16)}/${hex((sense >>> 8) & 0xff)}/${hex(sense & 0xff)}`
const STATUS_MASK = 0x3f

export class Script implements Workload {
  readonly counters = new IoCounters()
  readonly total: number
  issued = 0
  inFlight = 0
  readonly readyAtPs = Number.POSITIVE_INFINITY
  readonly #steps: readonly ScriptStep[]
  readonly #free: IoRequest[]
  readonly #depth: number
  #step = 0
  #repeat = 0
  #stopped = false

  constructor(config: ScriptConfig) {
    this.#steps = config.steps
    this.#depth = config.depth
    this.#free = Array.from({ length: config.depth }, (_, slot) => new IoRequest(slot)).reverse()
    this.total = config.steps.reduce((sum, step) => sum + step.repeat, 0)
  }

  get done(): boolean {
    return this.inFlight === 0 && (this.#stopped || this.#step >= this.#steps.length)
  }

  next(): IoRequest | undefined {
    if (this.#stopped || this.#step >= this.#steps.length || this.inFlight >= this.#depth) return undefined
    const request = this.#free.pop()!
    const step = this.#steps[this.#step]!
    request.kind = this.#step
    request.number = ++this.issued
    request.drive = -1
    request.path = step.path
    request.target = step.target
    request.lun = step.lun
    request.cdb.fill(0)
    request.cdb.set(step.cdb)
    request.cdbLength = step.cdb.length
    request.direction = step.direction
    request.tag = step.tag
    request.srbFunction = step.srbFunction
    request.srbFlags = step.srbFlags
    request.bytes = step.lengthBytes
    request.reserve(step.lengthBytes)
    request.data.fill(0, 0, step.lengthBytes)
    if (step.data !== undefined) request.data.set(step.data)
    request.position = 0
    if (step.direction === 'out') this.counters.writes++
    if (step.direction === 'in') this.counters.reads++
    this.counters.submitted++
    this.inFlight++
    if (++this.#repeat >= step.repeat) {
      this.#repeat = 0
      this.#step++
    }
    return request
  }

  complete(request: IoRequest, srbStatus: number, scsiStatus: number, bytesMoved: number, sense = -1): Outcome {
    if (this.#stopped) return Outcome.Failed
    if (request.position < 0) throw new WorkloadError(`request #${request.number} came back twice`)
    request.position = -1
    this.inFlight--
    this.#free.push(request)
    const step = this.#steps[request.kind]!
    const wrong = judge(step, srbStatus, scsiStatus, bytesMoved, sense)
    const { excuse } = request
    if (wrong !== undefined && excuse?.why !== undefined) {
      this.counters.completed++
      this.counters.expectedErrors++
      return Outcome.ExpectedError
    }
    if (wrong !== undefined) {
      this.counters.failed++
      this.counters.problem(
        `${this.#name(request, step)}: ${wrong} (came back with ${endText(srbStatus, scsiStatus, bytesMoved, request.bytes, sense)})`,
      )
      return Outcome.Failed
    }
    this.counters.completed++
    this.counters.bytes += bytesMoved
    if (step.direction === 'out') this.counters.writtenBytes += bytesMoved
    if (step.expect.data === undefined) return Outcome.Done
    for (let i = 0; i < step.expect.data.length; i++) {
      const expected = step.expect.data[i]!
      const found = i < bytesMoved ? request.data[i]! : -1
      if (found === expected) continue
      this.counters.miscompares++
      this.counters.problem(
        `${this.#name(request, step)}: byte ${i} is ${found < 0 ? 'missing' : hex(found)}, expected ${hex(expected)}`,
      )
      return Outcome.Miscompare
    }
    this.counters.verifiedBytes += step.expect.data.length
    return Outcome.Verified
  }

  #name(request: IoRequest, step: ScriptStep): string {
    return `${step.name === undefined ? '' : `'${step.name}', `}step ${request.kind + 1}, ${requestText(request)}`
  }

  abandon(reason: string, excused = false): void {
    this.counters.abandon(this.inFlight, excused)
    if (this.inFlight > 0 && !excused)
      this.counters.problem(`${this.inFlight} command${this.inFlight === 1 ? '' : 's'} never came back: ${reason}`)
    this.inFlight = 0
    this.#stopped = true
  }

  report() {
    return this.counters.report(0)
  }

  notes(): string[] {
    return []
  }
}

/** @returns what is not as expected, undefined when all is */
function judge(
  step: ScriptStep,
  srbStatus: number,
  scsiStatus: number,
  moved: number,
  sense: number,
): string | undefined {
  const { expect } = step
  if (expect.any) return undefined
  if (scsiStatus !== expect.scsiStatus) return `SCSI status is ${hex(scsiStatus)}, expected ${hex(expect.scsiStatus)}`
  if (expect.srbStatus !== undefined) {
    if ((srbStatus & STATUS_MASK) !== expect.srbStatus)
      return `${srbStatusText(srbStatus)}, expected ${srbStatusText(expect.srbStatus)}`
  } else if (isSuccess(srbStatus) !== (expect.scsiStatus === 0)) {
    return `${srbStatusText(srbStatus)} does not belong to SCSI status ${hex(scsiStatus)}`
  }
  if (expect.sense !== undefined) {
    const wanted = (expect.sense.key << 16) | (expect.sense.asc << 8) | expect.sense.ascq
    if (sense !== wanted) return `sense data is ${senseText(sense)}, expected ${senseText(wanted)}`
  }
  const bytes = expect.bytes ?? (expect.scsiStatus === 0 ? step.lengthBytes : undefined)
  return bytes === undefined || moved === bytes ? undefined : `${moved} bytes moved, expected ${bytes}`
}
