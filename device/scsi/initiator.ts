// The other end of the cable: sends CDBs to a unit or a bus and reads the answer, without any adapter. For tests and tools.
import type { Bytes } from '../bytes.ts'
import { be32, be64 } from './big-endian.ts'
import { cdbBytes } from './cdb.ts'
import { ScsiStatus } from './status.ts'
import { ScsiTask } from './task.ts'

export interface CommandEndpoint {
  begin(task: ScsiTask): void
  execute(task: ScsiTask): void
}

export interface DecodedSense {
  format: 'fixed' | 'descriptor'
  key: number
  /** Additional sense code and qualifier, 16 bits. */
  asc: number
  /** undefined when the field is not valid. */
  information: number | undefined
  /** Field pointer of ILLEGAL REQUEST; undefined when there is none. */
  pointer: { inCdb: boolean; byte: number; bit: number | undefined } | undefined
}

export interface Answer {
  status: number
  /** Data-in, a copy. */
  data: Bytes
  sense: DecodedSense | undefined
  /** What `begin` asked for. */
  direction: ScsiTask['direction']
  askedBytes: number
  latencyPs: number
}

export class Initiator {
  readonly task = new ScsiTask()
  readonly #endpoint: CommandEndpoint

  constructor(endpoint: CommandEndpoint) {
    this.#endpoint = endpoint
  }

  /**
   * Sends one command.
   * @param cdb bytes of the CDB; its length is the CDB length unless the group fixes a longer one
   * @param out data-out; more than the unit asks for is not sent
   */
  send(cdb: ArrayLike<number>, out?: ArrayLike<number>, address: { target?: number; lun?: number } = {}): Answer {
    const { task } = this
    task.target = address.target ?? 0
    task.lun = address.lun ?? 0
    task.cdb.fill(0)
    for (let i = 0; i < Math.min(16, cdb.length); i++) task.cdb[i] = cdb[i]!
    task.cdbLength = Math.min(16, Math.max(cdb.length, cdbBytes(task.cdb[0]!)))
    task.receivedBytes = 0
    this.#endpoint.begin(task)
    const { direction, transferBytes: askedBytes } = task
    if (task.status === ScsiStatus.good) {
      if (direction === 'out') {
        task.receivedBytes = Math.min(askedBytes, out?.length ?? 0)
        for (let i = 0; i < task.receivedBytes; i++) task.data[i] = out![i]!
      }
      this.#endpoint.execute(task)
    }
    return {
      status: task.status,
      data: direction === 'in' ? task.data.slice(0, task.transferBytes) : new Uint8Array(0),
      sense: task.senseLength > 0 ? decodeSense(task.sense.slice(0, task.senseLength)) : undefined,
      direction,
      askedBytes,
      latencyPs: task.latencyPs,
    }
  }
}

/** Reads sense data of either format. @throws RangeError for a response code that is neither 70h nor 72h */
export function decodeSense(sense: Bytes): DecodedSense {
  const code = sense[0]! & 0x7f
  if (code === 0x70)
    return {
      format: 'fixed',
      key: sense[2]! & 0x0f,
      asc: (sense[12]! << 8) | sense[13]!,
      information: (sense[0]! & 0x80) !== 0 ? be32(sense, 3) : undefined,
      pointer: decodePointer(sense, 15),
    }
  if (code !== 0x72) throw new RangeError(`sense data with response code ${code.toString(16)}h`)
  const decoded: DecodedSense = {
    format: 'descriptor',
    key: sense[1]! & 0x0f,
    asc: (sense[2]! << 8) | sense[3]!,
    information: undefined,
    pointer: undefined,
  }
  for (let at = 8; at < 8 + sense[7]!; at += 2 + sense[at + 1]!) {
    if (sense[at] === 0x00) decoded.information = be64(sense, at + 4)
    if (sense[at] === 0x02) decoded.pointer = decodePointer(sense, at + 4)
  }
  return decoded
}

function decodePointer(sense: Bytes, at: number): DecodedSense['pointer'] {
  const flags = sense[at]!
  if ((flags & 0x80) === 0) return undefined
  return {
    inCdb: (flags & 0x40) !== 0,
    byte: (sense[at + 1]! << 8) | sense[at + 2]!,
    bit: (flags & 0x08) !== 0 ? flags & 0x07 : undefined,
  }
}
