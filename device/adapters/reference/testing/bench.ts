// A reference adapter on a small machine, and a tiny driver's side of it: for the tests of this folder.
// Real clock, bus memory, SCSI bus, RAM disk and PCI function; nothing is faked.

import { AddressSpace } from '../../../address-space.ts'
import { RamStore } from '../../../block/ram-store.ts'
import type { LatencyModel } from '../../../block/store.ts'
import { BusMemory, GrantAccess, PAGE_BYTES } from '../../../bus-memory.ts'
import type { Bytes } from '../../../bytes.ts'
import { Clock } from '../../../clock.ts'
import { InterruptLine } from '../../../interrupt-line.ts'
import { le32, putLe32 } from '../../../little-endian.ts'
import { DeviceEvent, type Probe } from '../../../probe.ts'
import { ScsiBus } from '../../../scsi/bus.ts'
import { Disk } from '../../../scsi/disk.ts'
import { SystemDmaChannel } from '../../../system-dma.ts'
import { createReferenceAdapter } from '../adapter.ts'
import { Control, K, offsetOf } from '../format.ts'
import type { ReferenceTiming } from '../timing.ts'

const BAR_BASE = 0x7000_0000
const MEMORY_BYTES = 4 * 1024 * 1024
/** Driver's tables in linear memory, one contiguous common buffer. */
export const TABLES = 0x10_0000
const RING = TABLES + 0x1000
const LISTS = TABLES + 0x5000
const LIST_BYTES = 128 * 16
const SENSE = LISTS + 64 * LIST_BYTES
const SENSE_BYTES = 256
export const TABLES_BYTES = 0x40_000
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

export interface Entry {
  tag: number
  host: number
  scsi: number
  flags: number
  bytes: number
  senseBytes: number
  sequence: number
}

export interface Request {
  tag?: number
  target?: number
  lun?: number
  cdb: readonly number[]
  /** BLOCK_FLAG_… */
  flags?: number
  /** Index in linear memory. */
  data?: number
  bytes?: number
  senseBytes?: number
}

export interface BenchOptions {
  autosense?: boolean
  timing?: Partial<ReferenceTiming>
  latency?: LatencyModel
  blocks?: number
  /** Units at target 0 besides LUN 0. */
  moreLuns?: number
  channel?: boolean
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
  readonly space = new AddressSpace('memory', this.probe)
  readonly busMemory = new BusMemory(this.probe)
  readonly slice = this.busMemory.addSlice('driver', this.memory, 0x1_0000, MEMORY_BYTES - 0x1_0000)
  readonly dma = this.slice.dmaPort(0)
  readonly line = new InterruptLine('INTA')
  readonly pin = this.line.connect('hba', 0)
  readonly bus = new ScsiBus()
  readonly store: RamStore
  readonly disk: Disk
  readonly channel = new SystemDmaChannel(5)
  readonly adapter
  #head = 0
  #phase = 1
  #entries = 0
  #nextBuffer = BUFFERS

  constructor(options: BenchOptions = {}) {
    this.store = new RamStore({ blocks: options.blocks ?? 256 })
    const latency = options.latency ? { latency: options.latency } : {}
    this.disk = new Disk({ label: 'disk0', store: this.store, ...latency })
    this.bus.attach(0, 0, this.disk)
    for (let lun = 1; lun <= (options.moreLuns ?? 0); lun++)
      this.bus.attach(0, lun, new Disk({ label: `disk${lun}`, store: new RamStore({ blocks: 64 }), ...latency }))
    this.adapter = createReferenceAdapter(
      {
        index: 0,
        label: 'hba',
        clock: this.clock,
        pin: this.pin,
        memory: this.dma,
        systemDma: options.channel === false ? undefined : this.channel,
        bus: this.bus,
        probe: this.probe,
      },
      {
        autosense: options.autosense ?? true,
        ...(options.timing ? { timing: options.timing } : {}),
        pci: { spaces: { memory: this.space, port: new AddressSpace('port', this.probe) }, base: BAR_BASE },
      },
    )
    this.adapter.pci!.enable({ busMaster: true })
    this.slice.makeContiguous(TABLES, TABLES_BYTES)
    this.slice.grant(TABLES, TABLES_BYTES, GrantAccess.both)
  }

  /** Unsigned. */
  read(register: string): number {
    return this.space.read(BAR_BASE + offsetOf(register), 4) >>> 0
  }

  write(register: string, value: number): void {
    this.space.write(BAR_BASE + offsetOf(register), 4, value)
  }

  /** A field of a register. */
  field(register: string, name: string): number {
    const [high, low] = this.adapter.map.registers
      .find(r => r.name === register)!
      .fields.find(f => f.name === name)!
      .bits.split(':')
      .map(Number) as [number, number?]
    return Math.floor(this.read(register) / 2 ** (low ?? high)) % 2 ** (high - (low ?? high) + 1)
  }

  writeAddress(register: string, pa: number): void {
    this.write(`${register}_HIGH`, Math.floor(pa / 0x1_0000_0000))
    this.write(`${register}_LOW`, pa | 0)
  }

  /** Fires alarms until none is set. */
  settle(limit = 10_000): void {
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

  /** Scattered memory that the adapter may reach. @returns its index in linear memory */
  buffer(bytes: number, access: number = GrantAccess.both, skip = 0): number {
    const at = this.#nextBuffer + skip
    this.#nextBuffer += Math.ceil((bytes + skip) / PAGE_BYTES) * PAGE_BYTES
    if (access !== 0) this.slice.grant(at, bytes, access)
    return at
  }

  // ---- queued mode

  startQueued(entries = 128, ready = true): void {
    this.memory.fill(0, RING, RING + entries * 16)
    this.writeAddress('COMMAND_TABLE', this.slice.physicalOf(TABLES))
    this.writeAddress('RING_BASE', this.slice.physicalOf(RING))
    this.resizeRing(entries)
    this.write('CONTROL', Control.enable | Control.queued)
    this.write('INT_ENABLE', 0x3f)
    if (!ready) return
    for (let lun = 0; this.bus.unit(0, lun) !== undefined; lun++) this.command({ lun, cdb: TEST_UNIT_READY })
    this.ack()
    this.events.length = 0
  }

  resizeRing(entries: number): void {
    this.write('RING_SIZE', entries)
    this.#entries = entries
    this.#head = 0
    this.#phase = 1
  }

  blockAt(tag: number): number {
    return TABLES + tag * K.COMMAND_BLOCK_SIZE
  }

  listAt(tag: number): number {
    return LISTS + tag * LIST_BYTES
  }

  senseAt(tag: number): number {
    return SENSE + tag * SENSE_BYTES
  }

  /** Writes the command block and the scatter/gather list of a request. */
  build(request: Request): number {
    const { tag = 0, target = 0, lun = 0, cdb, data = 0, bytes = 0, senseBytes = 252 } = request
    const at = this.blockAt(tag)
    this.memory.fill(0, at, at + K.COMMAND_BLOCK_SIZE)
    let count = 0
    for (let va = data, left = bytes; left > 0; count++) {
      const length = Math.min(left, this.slice.contiguousBytes(va))
      this.element(tag, count, this.slice.physicalOf(va), length)
      va += length
      left -= length
    }
    this.memory[at + K.BLOCK_TARGET] = target
    this.memory[at + K.BLOCK_LUN] = lun
    this.memory[at + K.BLOCK_CDB_LENGTH] = cdb.length
    this.memory[at + K.BLOCK_FLAGS] = request.flags ?? 0
    putLe32(this.memory, at + K.BLOCK_DATA_LENGTH, bytes)
    this.memory.set(cdb, at + K.BLOCK_CDB)
    this.#put64(at + K.BLOCK_SG_ADDRESS, this.slice.physicalOf(this.listAt(tag)))
    putLe32(this.memory, at + K.BLOCK_SG_COUNT, count)
    putLe32(this.memory, at + K.BLOCK_SENSE_LENGTH, senseBytes)
    this.#put64(at + K.BLOCK_SENSE_ADDRESS, this.slice.physicalOf(this.senseAt(tag)))
    return tag
  }

  element(tag: number, i: number, address: number, length: number): void {
    const at = this.listAt(tag) + i * K.SG_SIZE
    this.#put64(at, address)
    putLe32(this.memory, at + K.SG_LENGTH, length)
    putLe32(this.memory, at + K.SG_RESERVED, 0)
  }

  /** Builds it and rings the doorbell. */
  start(request: Request): void {
    this.write('DOORBELL', this.build(request))
  }

  /** Starts it, lets time pass until nothing happens any more, and returns its completion. */
  command(request: Request): Entry {
    this.start(request)
    this.settle()
    const entries = this.take()
    if (entries.length !== 1) throw new Error(`${entries.length} completions instead of one`)
    return entries[0]!
  }

  /** New entries of the ring, by their phase bit. @param consume tell the adapter with RING_HEAD */
  take(consume = true): Entry[] {
    const taken: Entry[] = []
    while (this.#entries > 0) {
      const at = RING + this.#head * K.RING_ENTRY_SIZE
      if ((this.memory[at + K.ENTRY_FLAGS]! & K.ENTRY_FLAG_PHASE) !== this.#phase) break
      taken.push({
        tag: this.memory[at + K.ENTRY_TAG]!,
        host: this.memory[at + K.ENTRY_HOST_STATUS]!,
        scsi: this.memory[at + K.ENTRY_SCSI_STATUS]!,
        flags: this.memory[at + K.ENTRY_FLAGS]!,
        bytes: le32(this.memory, at + K.ENTRY_BYTES),
        senseBytes: le32(this.memory, at + K.ENTRY_SENSE_LENGTH),
        sequence: le32(this.memory, at + K.ENTRY_SEQUENCE),
      })
      if (++this.#head === this.#entries) {
        this.#head = 0
        this.#phase ^= 1
      }
    }
    if (consume && taken.length > 0) this.write('RING_HEAD', this.#head)
    return taken
  }

  /** Acknowledges everything pending. @returns what was pending */
  ack(): number {
    const pending = this.read('INT_STATUS')
    this.write('INT_ACK', pending)
    return pending
  }

  // ---- data-phase mode

  startDataPhase(ready = true): void {
    this.write('CONTROL', Control.enable)
    this.write('INT_ENABLE', 0x3f)
    if (!ready) return
    this.issue(TEST_UNIT_READY)
    this.settle()
    this.ack()
    this.events.length = 0
  }

  /** Writes the command registers and starts. */
  issue(
    cdb: readonly number[],
    options: { target?: number; lun?: number; tag?: number; cdbLength?: number } = {},
  ): void {
    const { target = 0, lun = 0, tag = 7, cdbLength = cdb.length } = options
    this.write('CMD_TARGET', target | (lun << 8) | (tag << 16) | (cdbLength << 24))
    const bytes: Bytes = new Uint8Array(16)
    bytes.set(cdb)
    for (let i = 0; i < 4; i++) this.write(`CMD_CDB${i}`, le32(bytes, 4 * i))
    this.write('CMD_CONTROL', 1)
  }

  /** IoMapTransfer and HwDmaStarted: programs the channel, then the adapter. */
  transfer(at: number, bytes: number, toMemory: boolean): void {
    this.channel.program(this.memory, at, bytes, toMemory)
    this.write('DMA_COUNT', bytes)
    this.write('DMA_CONTROL', 1)
  }

  #put64(at: number, address: number): void {
    putLe32(this.memory, at, address | 0)
    putLe32(this.memory, at + 4, Math.floor(address / 0x1_0000_0000))
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

/** Index of the first byte that differs, −1 when there is none. */
export function firstDifference(a: Bytes, b: Bytes): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) if (a[i] !== b[i]) return i
  return -1
}
