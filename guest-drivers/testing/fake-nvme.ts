// An NVMe controller small enough to read, behind the registers of a FakePort: it becomes ready when it is told to, answers the admin
// commands of a start, and keeps I/O commands until the test ends them.
import { NVME_REGISTERS } from '../../device/adapters/nvme/registers.ts'
import { type Access, type FakePort, PHYSICAL_OFFSET } from './fake-port.ts'

export const K = Object.fromEntries(NVME_REGISTERS.constants.map(c => [c.name, c.value])) as Record<string, number>
export const at = (name: string) => NVME_REGISTERS.registers.find(r => r.name === name)!.offset

export interface FakeNamespace {
  blocks: number
  /** Block size as a power of two. */
  shift?: number
  writeProtected?: boolean
  eui64?: number[]
}

export interface FakeController {
  namespaces: FakeNamespace[]
  /** Queue entries, less one. */
  mqes?: number
  /** CAP.DSTRD. */
  stride?: number
  mdts?: number
  oncs?: number
  vwc?: number
  version?: number
  cssNvm?: boolean
}

export interface Command {
  queue: number
  opcode: number
  id: number
  nsid: number
  prp1: bigint
  prp2: bigint
  cdw: number[]
}

interface Queue {
  base: number
  entries: number
  index: number
  phase: number
}

export class FakeNvme {
  readonly port: FakePort
  readonly controller: FakeController
  /** Commands in the order of their doorbells, admin commands of the start among them. */
  commands: Command[] = []
  /** CSTS follows CC. */
  follows = true
  /** The controller answers admin commands by itself. */
  answers = true
  /** Status of the nth admin command of a start, from 0. */
  failAdmin: { nth: number; status: number } | undefined
  #admins = 0
  #sq: Queue[] = []
  #cq: Queue[] = []

  constructor(port: FakePort, controller: FakeController) {
    this.port = port
    this.controller = controller
    const set = (name: string, value: number) => port.registers.set(at(name), value)
    set('CAP_LOW', (1 << 24) | (1 << 16) | (controller.mqes ?? 1023))
    set('CAP_HIGH', (controller.cssNvm === false ? 0 : 1 << 5) | (controller.stride ?? 0))
    set('VS', controller.version ?? 0x10400)
    set('CSTS', 0)
    port.onAccess = access => this.#onAccess(access)
  }

  /** Commands of the I/O queue so far. */
  get io(): Command[] {
    return this.commands.filter(c => c.queue === 1)
  }

  /** Doorbell offset. */
  doorbell(queue: number, head: boolean): number {
    return 0x1000 + (2 * queue + (head ? 1 : 0)) * (4 << (this.controller.stride ?? 0))
  }

  /** Posts a completion entry. @param status type and code, with flags */
  complete(command: Pick<Command, 'queue' | 'id'>, status = 0, result = 0): void {
    const queue = this.#cq[command.queue]!
    const entry = queue.base + 16 * queue.index
    const { view } = this.port
    view.setUint32(entry, result, true)
    view.setUint16(entry + 10, command.queue, true)
    view.setUint16(entry + 12, command.id, true)
    view.setUint16(entry + 14, (status << 1) | queue.phase, true)
    if (++queue.index === queue.entries) {
      queue.index = 0
      queue.phase ^= 1
    }
  }

  #onAccess({ kind, offset, value }: Access): void {
    if (kind === 'read') return
    this.port.registers.set(offset, value)
    if (offset === at('CC')) this.#configure(value)
    else if (offset === this.doorbell(0, false)) this.#fetch(0, value)
    else if (offset === this.doorbell(1, false)) this.#fetch(1, value)
  }

  #configure(cc: number): void {
    const shutdown = ((cc >> 14) & 3) === 0 ? 0 : 8
    if (this.follows) this.port.registers.set(at('CSTS'), (cc & 1) | shutdown)
    if ((cc & 1) === 0) {
      this.#sq = []
      this.#cq = []
      return
    }
    if (this.#cq[0] !== undefined) return
    const register = (name: string) => this.port.registers.get(at(name)) ?? 0
    const base = (name: string) =>
      Number(BigInt(register(`${name}_LOW`)) + (BigInt(register(`${name}_HIGH`)) << 32n)) - PHYSICAL_OFFSET
    const aqa = register('AQA')
    this.#admins = 0
    this.#sq[0] = { base: base('ASQ'), entries: (aqa & 0xfff) + 1, index: 0, phase: 1 }
    this.#cq[0] = { base: base('ACQ'), entries: ((aqa >> 16) & 0xfff) + 1, index: 0, phase: 1 }
  }

  #fetch(number: number, tail: number): void {
    const queue = this.#sq[number]!
    while (queue.index !== tail) {
      const entry = queue.base + 64 * queue.index
      queue.index = (queue.index + 1) % queue.entries
      const { view } = this.port
      const command: Command = {
        queue: number,
        opcode: view.getUint8(entry),
        id: view.getUint16(entry + 2, true),
        nsid: view.getUint32(entry + 4, true),
        prp1: view.getBigUint64(entry + 24, true),
        prp2: view.getBigUint64(entry + 32, true),
        cdw: Array.from({ length: 6 }, (_, n) => view.getUint32(entry + 40 + 4 * n, true)),
      }
      this.commands.push(command)
      if (number === 0 && this.answers && command.opcode !== K.ADMIN_ABORT) this.#administer(command)
    }
  }

  #administer(command: Command): void {
    const failure = this.failAdmin?.nth === this.#admins++ ? this.failAdmin.status : 0
    const [cdw10] = command.cdw as [number]
    const memory = Number(command.prp1) - PHYSICAL_OFFSET
    if (command.opcode === K.ADMIN_IDENTIFY) this.#identify(command, memory)
    else if (command.opcode === K.ADMIN_CREATE_CQ)
      this.#cq[cdw10 & 0xffff] = { base: memory, entries: (cdw10 >>> 16) + 1, index: 0, phase: 1 }
    else if (command.opcode === K.ADMIN_CREATE_SQ)
      this.#sq[cdw10 & 0xffff] = { base: memory, entries: (cdw10 >>> 16) + 1, index: 0, phase: 1 }
    this.complete(command, failure)
  }

  #identify(command: Command, memory: number): void {
    const { u8, view } = this.port
    const { namespaces, mdts = 0, oncs = 0x0d, vwc = 1 } = this.controller
    u8.fill(0, memory, memory + 4096)
    if ((command.cdw[0]! & 0xff) === K.CNS_CONTROLLER) {
      const text = (offset: number, length: number, words: string) =>
        u8.set(new TextEncoder().encode(words.padEnd(length)), memory + offset)
      text(K.CTRL_SERIAL!, 20, 'SN0001')
      text(K.CTRL_MODEL!, 40, 'Fake controller of the tests')
      text(K.CTRL_FIRMWARE!, 8, '1.0')
      view.setUint8(memory + K.CTRL_MDTS!, mdts)
      view.setUint32(memory + K.CTRL_NN!, namespaces.length, true)
      view.setUint16(memory + K.CTRL_ONCS!, oncs, true)
      view.setUint8(memory + K.CTRL_VWC!, vwc)
      return
    }
    const namespace = namespaces[command.nsid - 1]
    if (namespace === undefined) return
    view.setBigUint64(memory + K.NS_NSZE!, BigInt(namespace.blocks), true)
    view.setUint8(memory + K.NS_NSATTR!, namespace.writeProtected === true ? 1 : 0)
    u8.set(namespace.eui64 ?? [], memory + K.NS_EUI64!)
    view.setUint32(memory + K.NS_LBAF0!, (namespace.shift ?? 9) << 16, true)
  }
}
