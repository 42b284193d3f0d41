// A BusLogic adapter on a small machine, and a tiny driver's side of it: for the tests of this folder.
// Real clock, bus memory, SCSI bus, RAM disks and PCI function; nothing is faked.

import { AddressSpace } from '../../../address-space.ts'
import { RamStore } from '../../../block/ram-store.ts'
import type { LatencyModel } from '../../../block/store.ts'
import { BusMemory, GrantAccess, PAGE_BYTES } from '../../../bus-memory.ts'
import type { Bytes } from '../../../bytes.ts'
import { Clock, PS } from '../../../clock.ts'
import { InterruptLine } from '../../../interrupt-line.ts'
import { le32, putLe32 } from '../../../little-endian.ts'
import { DeviceEvent, type Probe } from '../../../probe.ts'
import { be24, putBe24 } from '../../../scsi/big-endian.ts'
import { ScsiBus } from '../../../scsi/bus.ts'
import { Disk } from '../../../scsi/disk.ts'
import { createBusLogicAdapter } from '../adapter.ts'
import { Cause, Control, K, Offset, Status } from '../format.ts'
import type { BusLogicTiming } from '../timing.ts'

export const PORT = 0xe800
export const MEMORY_WINDOW = 0x7000_0000
const MEMORY_BYTES = 4 * 1024 * 1024
const LOW_BASE = 0x40_0000
/** Driver's tables in linear memory, one contiguous common buffer: mailboxes, CCBs, lists, sense buffers. */
export const TABLES = 0x10_0000
export const CCBS = TABLES + 0x2000
const CCB_STRIDE = 64
const LISTS = TABLES + 0x8000
const LIST_BYTES = 1024
const SENSE = TABLES + 0x2_0000
const SENSE_BYTES = 256
export const TABLES_BYTES = 0x4_0000
/** Data buffers: page-scattered memory, granted by `buffer`. */
const BUFFERS = 0x20_0000

export interface ProbeEvent {
  kind: number
  a: number
  b: number
  c: number
  d: number
  atPs: number
}

/** An incoming mailbox. */
export interface Mail {
  /** Slot of `ccbAt`, or the address when it is none. */
  slot: number
  address: number
  btstat: number
  status: number
  completion: number
}

export interface Request {
  /** Which of the driver's CCBs. */
  slot?: number
  target?: number
  lun?: number
  cdb?: readonly number[]
  opcode?: number
  /** CONTROL_… */
  direction?: number
  /** TAG_… */
  tag?: number
  /** Index in linear memory. */
  data?: number
  bytes?: number
  /** CCB_SENSE_LENGTH as it stands in the CCB. */
  sense?: number
}

export interface BenchOptions {
  timing?: Partial<BusLogicTiming>
  latency?: LatencyModel
  /** Units beside target 0 LUN 0. */
  units?: readonly (readonly [target: number, lun: number])[]
  isa?: number
  is24Bit?: boolean
}

export class Bench {
  readonly clock = new Clock()
  readonly events: ProbeEvent[] = []
  readonly probe: Probe = {
    emit: (kind, _adapter, a, b, c, d) => {
      this.events.push({ kind, a, b, c, d, atPs: this.clock.nowPs })
    },
  }
  readonly memory: Bytes = new Uint8Array(MEMORY_BYTES)
  readonly ports = new AddressSpace('port', this.probe)
  readonly space = new AddressSpace('memory', this.probe)
  readonly busMemory = new BusMemory(this.probe)
  readonly slice = this.busMemory.addSlice('driver', this.memory, 0x1_0000, MEMORY_BYTES - 0x1_0000)
  readonly dma = this.slice.dmaPort(0)
  readonly line = new InterruptLine('INTA')
  readonly pin = this.line.connect('hba', 0)
  readonly bus = new ScsiBus()
  readonly store = new RamStore({ blocks: 256 })
  readonly disk: Disk
  readonly adapter
  readonly is24Bit: boolean
  /** Mailboxes each way, as last initialized. */
  count = 0
  wide = false
  #outgoing = 0
  #incoming = 0
  #nextBuffer = BUFFERS

  constructor(options: BenchOptions = {}) {
    const latency = options.latency ? { latency: options.latency } : {}
    this.is24Bit = options.is24Bit ?? false
    // Bus memory begins beyond what 24 bits reach.
    if (this.is24Bit) this.slice.base = LOW_BASE
    this.disk = new Disk({ label: 'disk0', store: this.store, ...latency })
    this.bus.attach(0, 0, this.disk)
    for (const [target, lun] of options.units ?? [])
      this.bus.attach(
        target,
        lun,
        new Disk({ label: `${target}:${lun}`, store: new RamStore({ blocks: 64 }), ...latency }),
      )
    this.adapter = createBusLogicAdapter(
      {
        index: 0,
        label: 'hba',
        clock: this.clock,
        pin: this.pin,
        memory: this.dma,
        systemDma: undefined,
        bus: this.bus,
        probe: this.probe,
      },
      {
        ...(options.timing ? { timing: options.timing } : {}),
        ...(options.isa === undefined ? {} : { isa: options.isa }),
        pci: {
          spaces: { memory: this.space, port: this.ports },
          port: PORT,
          memory: MEMORY_WINDOW,
          interruptLine: 11,
        },
      },
    )
    this.adapter.pci.enable({ busMaster: true })
    this.slice.makeContiguous(TABLES, TABLES_BYTES)
    this.slice.grant(TABLES, TABLES_BYTES, GrantAccess.both)
  }

  // ---- registers

  get status(): number {
    return this.ports.read(PORT + Offset.status, 1)
  }

  get interrupt(): number {
    return this.ports.read(PORT + Offset.interrupt, 1)
  }

  control(bits: number): void {
    this.ports.write(PORT + Offset.control, 1, bits)
  }

  write(byte: number): void {
    this.ports.write(PORT + Offset.commandParameter, 1, byte)
  }

  readData(): number {
    return this.ports.read(PORT + Offset.dataIn, 1)
  }

  /** Fires alarms until none is set. */
  settle(limit = 20_000): void {
    for (let i = 0; this.clock.advanceToNextAlarm(); i++) if (i > limit) throw new Error('alarms without end')
  }

  advance(ps: number): void {
    this.clock.advanceTo(this.clock.nowPs + ps)
  }

  eventsOf(kind: number): ProbeEvent[] {
    return this.events.filter(event => event.kind === kind)
  }

  diagnostics(): number[] {
    return this.eventsOf(DeviceEvent.Diagnostic).map(event => event.a)
  }

  // ---- commands to the adapter, with the handshake of the open drivers

  /** @returns the answer, and how it ended */
  order(
    opcode: number,
    ...parameters: number[]
  ): { answer: number[]; invalid: boolean; causes: number; accepted: number } {
    this.write(opcode)
    let accepted = 0
    for (const parameter of parameters) {
      this.advance(100 * PS.us)
      if ((this.interrupt & Cause.commandComplete) !== 0 || (this.status & Status.commandParameterBusy) !== 0) break
      this.write(parameter)
      accepted++
    }
    const answer: number[] = []
    for (let i = 0; i < 100_000; i++) {
      const { status } = this
      if ((status & Status.dataInReady) !== 0) answer.push(this.readData())
      else if ((status & Status.hostAdapterReady) !== 0) break
      this.advance(100 * PS.us)
    }
    const invalid = (this.status & Status.commandInvalid) !== 0
    const causes = this.interrupt
    this.control(Control.interruptReset)
    return { answer, invalid, causes, accepted }
  }

  initialize(count = 8, options: { strict?: boolean; wide?: boolean; ready?: boolean } = {}): void {
    const pa = this.slice.physicalOf(TABLES)
    this.memory.fill(0, TABLES, TABLES + 0x2000)
    if (this.is24Bit) this.order(K.CMD_INITIALIZE_MAILBOX, count, (pa >>> 16) & 0xff, (pa >>> 8) & 0xff, pa & 0xff)
    else
      this.order(K.CMD_INITIALIZE_EXTENDED_MAILBOX, count, pa & 0xff, (pa >>> 8) & 0xff, (pa >>> 16) & 0xff, pa >>> 24)
    this.count = count
    this.#outgoing = 0
    this.#incoming = 0
    this.order(K.CMD_ENABLE_STRICT_ROUND_ROBIN, options.strict === false ? 0 : 1)
    this.wide = options.wide ?? false
    if (this.wide) this.order(K.CMD_SET_CCB_FORMAT, 1)
    if (options.ready === false) return
    for (let target = 0; target < 16; target++)
      for (let lun = 0; lun < 64; lun++)
        if (this.bus.unit(target, lun) !== undefined && (lun < 8 || this.wide)) this.command({ target, lun })
    this.events.length = 0
  }

  // ---- mailboxes and CCBs

  ccbAt(slot: number): number {
    return CCBS + slot * CCB_STRIDE
  }

  physicalCcb(slot: number): number {
    return this.slice.physicalOf(this.ccbAt(slot))
  }

  listAt(slot: number): number {
    return LISTS + slot * LIST_BYTES
  }

  senseAt(slot: number): number {
    return SENSE + slot * SENSE_BYTES
  }

  get #boxBytes(): number {
    return this.is24Bit ? K.MAILBOX24_SIZE : K.MAILBOX_SIZE
  }

  outgoingAt(index: number): number {
    return TABLES + index * this.#boxBytes
  }

  incomingAt(index: number): number {
    return TABLES + (this.count + index) * this.#boxBytes
  }

  /** Writes the CCB and the list of a request. A buffer in one piece gets no list unless the opcode asks for one. */
  build(request: Request): number {
    const { slot = 0, target = 0, lun = 0, cdb = TEST_UNIT_READY, data = 0, bytes = 0, tag = 0 } = request
    const at = this.ccbAt(slot)
    const { memory } = this
    memory.fill(0, at, at + CCB_STRIDE)
    const pieces = this.#pieces(data, bytes)
    const opcode = request.opcode ?? (pieces.length > 1 ? K.OPCODE_INITIATOR_SG : K.OPCODE_INITIATOR)
    const hasList = opcode === K.OPCODE_INITIATOR_SG || opcode === K.OPCODE_INITIATOR_SG_RESIDUAL
    const listBytes = pieces.length * (this.is24Bit ? K.SG24_SIZE : K.SG_SIZE)
    if (hasList) for (const [i, [address, length]] of pieces.entries()) this.element(slot, i, address, length)
    const length = hasList ? listBytes : bytes
    const address = hasList ? this.slice.physicalOf(this.listAt(slot)) : (pieces[0]?.[0] ?? 0)
    memory[at + K.CCB_OPCODE] = opcode
    memory[at + K.CCB_CDB_LENGTH] = cdb.length
    memory[at + K.CCB_SENSE_LENGTH] = request.sense ?? 252
    memory.set(cdb, at + K.CCB_CDB)
    const direction = request.direction ?? 0
    if (this.is24Bit) {
      memory[at + K.CCB24_TARGET] = (target << 5) | direction | lun
      putBe24(memory, at + K.CCB24_DATA_LENGTH, length)
      putBe24(memory, at + K.CCB24_DATA_ADDRESS, address)
      return slot
    }
    memory[at + K.CCB_CONTROL] = direction | (this.wide ? tag : 0)
    memory[at + K.CCB_TARGET] = target
    memory[at + K.CCB_LUN] = lun | (this.wide ? 0 : tag)
    putLe32(memory, at + K.CCB_DATA_LENGTH, length)
    putLe32(memory, at + K.CCB_DATA_ADDRESS, address)
    putLe32(memory, at + K.CCB_SENSE_ADDRESS, this.slice.physicalOf(this.senseAt(slot)))
    return slot
  }

  element(slot: number, i: number, address: number, length: number): void {
    if (this.is24Bit) {
      const at = this.listAt(slot) + i * K.SG24_SIZE
      putBe24(this.memory, at + K.SG24_LENGTH, length)
      putBe24(this.memory, at + K.SG24_ADDRESS, address)
    } else {
      const at = this.listAt(slot) + i * K.SG_SIZE
      putLe32(this.memory, at + K.SG_LENGTH, length)
      putLe32(this.memory, at + K.SG_ADDRESS, address)
    }
  }

  #pieces(data: number, bytes: number): [address: number, length: number][] {
    const pieces: [number, number][] = []
    for (let va = data, left = bytes; left > 0; ) {
      const length = Math.min(left, this.slice.contiguousBytes(va))
      pieces.push([this.slice.physicalOf(va), length])
      va += length
      left -= length
    }
    return pieces
  }

  /** Loads the next outgoing mailbox in turn, or the one named, without telling the adapter. */
  load(slot: number, action: number = K.ACTION_START, index = this.#outgoing): void {
    this.loadAddress(this.physicalCcb(slot), action, index)
  }

  loadAddress(address: number, action: number = K.ACTION_START, index = this.#outgoing): void {
    const at = this.outgoingAt(index)
    if (this.is24Bit) {
      putBe24(this.memory, at + K.MAILBOX24_CCB, address)
      this.memory[at + K.MAILBOX24_CODE] = action
    } else {
      putLe32(this.memory, at + K.MAILBOX_CCB, address)
      this.memory[at + K.OUTGOING_ACTION] = action
    }
    this.#outgoing = (index + 1) % this.count
  }

  isLoaded(index: number): boolean {
    return this.memory[this.outgoingAt(index) + (this.is24Bit ? K.MAILBOX24_CODE : K.OUTGOING_ACTION)] !== K.ACTION_FREE
  }

  ring(): void {
    this.write(K.CMD_START_MAILBOX)
  }

  /** Builds it, loads a mailbox and rings. */
  start(request: Request): void {
    this.load(this.build(request))
    this.ring()
  }

  /** Starts it, lets time pass until nothing happens any more, and returns its mail. */
  command(request: Request): Mail {
    this.start(request)
    this.settle()
    const mail = this.take()
    this.control(Control.interruptReset)
    if (mail.length !== 1) throw new Error(`${mail.length} incoming mailboxes instead of one`)
    return mail[0]!
  }

  /** New incoming mailboxes in turn. @param giveBack frees them */
  take(giveBack = true): Mail[] {
    const taken: Mail[] = []
    const { memory, is24Bit } = this
    for (let n = 0; n < this.count; n++) {
      const at = this.incomingAt(this.#incoming)
      const code = at + (is24Bit ? K.MAILBOX24_CODE : K.INCOMING_COMPLETION)
      if (memory[code] === K.COMPLETION_FREE) break
      const address = is24Bit ? be24(memory, at + K.MAILBOX24_CCB) : le32(memory, at + K.MAILBOX_CCB)
      const slot = (address - this.physicalCcb(0)) / CCB_STRIDE
      const ccb = this.ccbAt(slot)
      taken.push({
        slot,
        address,
        btstat: is24Bit ? memory[ccb + K.CCB_BTSTAT]! : memory[at + K.INCOMING_BTSTAT]!,
        status: is24Bit ? memory[ccb + K.CCB_STATUS]! : memory[at + K.INCOMING_STATUS]!,
        completion: memory[code]!,
      })
      if (giveBack) memory[code] = K.COMPLETION_FREE
      this.#incoming = (this.#incoming + 1) % this.count
    }
    return taken
  }

  /** CCB_DATA_LENGTH as it stands now, signed. */
  residual(slot = 0): number {
    const at = this.ccbAt(slot)
    return this.is24Bit ? be24(this.memory, at + K.CCB24_DATA_LENGTH) : le32(this.memory, at + K.CCB_DATA_LENGTH) | 0
  }

  /** Scattered memory that the adapter may reach. @returns its index in linear memory */
  buffer(bytes: number, access: number = GrantAccess.both, skip = 0): number {
    const at = this.#nextBuffer + skip
    this.#nextBuffer += Math.ceil((bytes + skip) / PAGE_BYTES) * PAGE_BYTES
    if (access !== 0) this.slice.grant(at, bytes, access)
    return at
  }
}

export const TEST_UNIT_READY = [0, 0, 0, 0, 0, 0]

export function inquiry(bytes: number): number[] {
  return [0x12, 0, 0, 0, bytes, 0]
}

export function read10(lba: number, blocks: number): number[] {
  return [0x28, 0, lba >>> 24, lba >>> 16, lba >>> 8, lba, 0, blocks >>> 8, blocks, 0].map(b => b & 0xff)
}

export function write10(lba: number, blocks: number): number[] {
  return [0x2a, ...read10(lba, blocks).slice(1)]
}

/** Bytes that differ from block to block and from seed to seed. */
export function pattern(length: number, seed: number): Bytes {
  const bytes: Bytes = new Uint8Array(length)
  for (let i = 0, x = seed * 2654435761 + 1; i < length; i++) {
    x = Math.imul(x ^ (x >>> 15), 0x2c1b3c6d) + i
    bytes[i] = x >>> 8
  }
  return bytes
}
