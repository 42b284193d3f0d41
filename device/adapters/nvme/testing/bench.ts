// An NVMe controller with everything around it, and a driver's side of it: for the tests of this folder.
// Real clock, bus memory, SCSI bus, RAM disk and PCI function; nothing is faked.

import { AddressSpace } from '../../../address-space.ts'
import { RamStore } from '../../../block/ram-store.ts'
import type { BlockStore, LatencyModel } from '../../../block/store.ts'
import { BusMemory, GrantAccess, PAGE_BYTES } from '../../../bus-memory.ts'
import type { Bytes } from '../../../bytes.ts'
import { Clock } from '../../../clock.ts'
import { InterruptLine } from '../../../interrupt-line.ts'
import { le16, le32, putLe16, putLe32, putLe64 } from '../../../little-endian.ts'
import { DeviceEvent, type Probe } from '../../../probe.ts'
import { ScsiBus } from '../../../scsi/bus.ts'
import { Disk } from '../../../scsi/disk.ts'
import { createNvmeAdapter, type NvmeConfig } from '../adapter.ts'
import { K } from '../format.ts'

export const BAR_BASE = 0x7000_0000
const MEMORY_BYTES = 8 * 1024 * 1024
/** Queues: one contiguous common buffer, 64 KiB for each (a submission queue, then its completion queue). */
export const QUEUE_MEMORY = 0x10_0000
const QUEUE_BYTES = 0x1_0000
const QUEUE_MEMORY_BYTES = 20 * 2 * QUEUE_BYTES
/** Page-scattered memory, granted by `buffer`. */
const BUFFERS = 0x40_0000

export interface ProbeEvent {
  kind: number
  a: number
  b: number
  c: number
  d: number
  atPs: number
}

export interface Completion {
  result: number
  sqHead: number
  sqId: number
  cid: number
  /** STATUS_… without flags. */
  code: number
  /** STATUS_MORE, STATUS_DNR. */
  flags: number
}

export interface Entry {
  opcode: number
  cid?: number
  nsid?: number
  flags?: number
  prp1?: number
  prp2?: number
  cdw10?: number
  cdw11?: number
  cdw12?: number
  cdw13?: number
  /** Index in linear memory: PRPs are made for it. */
  data?: number
  bytes?: number
}

export interface BenchOptions extends Omit<NvmeConfig, 'pci'> {
  latency?: LatencyModel
  blocks?: number
  blockBytes?: number
  store?: BlockStore
  readOnly?: boolean
  /** LUNs beside 0 that have a drive. */
  moreLuns?: readonly number[]
  drives?: boolean
}

interface Ring {
  tail: number
  sqSize: number
  head: number
  phase: number
  cqSize: number
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
  readonly store: BlockStore
  readonly disk: Disk
  readonly adapter
  readonly rings: Ring[] = []
  #nextBuffer = BUFFERS
  #cid = 100

  constructor(options: BenchOptions = {}) {
    const { blocks = 256, blockBytes = 512, latency, moreLuns = [], drives = true, ...config } = options
    this.store = options.store ?? new RamStore({ blocks, blockBytes })
    const more = { ...(latency ? { latency } : {}), readOnly: options.readOnly === true }
    this.disk = new Disk({ label: 'disk0', store: this.store, ...more })
    if (drives) this.bus.attach(0, 0, this.disk)
    for (const lun of moreLuns)
      this.bus.attach(0, lun, new Disk({ label: `disk${lun}`, store: new RamStore({ blocks: 64 }), ...more }))
    this.adapter = createNvmeAdapter(
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
        ...(config.timing ? { timing: config.timing } : {}),
        ...(config.stride === undefined ? {} : { stride: config.stride }),
        ...(config.mdts === undefined ? {} : { mdts: config.mdts }),
        pci: { spaces: { memory: this.space, port: new AddressSpace('port', this.probe) }, base: BAR_BASE },
      },
    )
    this.adapter.pci!.enable({ busMaster: true })
    this.slice.makeContiguous(QUEUE_MEMORY, QUEUE_MEMORY_BYTES)
    this.slice.grant(QUEUE_MEMORY, QUEUE_MEMORY_BYTES, GrantAccess.both)
  }

  // ---- registers

  offsetOf(register: string): number {
    return this.adapter.map.registers.find(r => r.name === register)!.offset
  }

  /** Unsigned. */
  read(register: string): number {
    return this.space.read(BAR_BASE + this.offsetOf(register), 4) >>> 0
  }

  write(register: string, value: number): void {
    this.space.write(BAR_BASE + this.offsetOf(register), 4, value)
  }

  writeAddress(register: string, pa: number): void {
    this.write(`${register}_LOW`, pa | 0)
    this.write(`${register}_HIGH`, Math.floor(pa / 0x1_0000_0000))
  }

  // ---- time

  /** Fires alarms until none is set. */
  settle(limit = 100_000): void {
    for (let i = 0; this.clock.advanceToNextAlarm(); i++) if (i > limit) throw new Error('alarms without end')
  }

  advance(ps: number): void {
    this.clock.advanceTo(this.clock.nowPs + ps)
  }

  // ---- events

  eventsOf(kind: number): ProbeEvent[] {
    return this.events.filter(event => event.kind === kind)
  }

  diagnostics(): number[] {
    return this.eventsOf(DeviceEvent.Diagnostic).map(event => event.a)
  }

  // ---- memory

  /** Scattered memory that the controller may reach. @returns its index in linear memory */
  buffer(bytes: number, access: number = GrantAccess.both, skip = 0): number {
    const at = this.#nextBuffer + skip
    this.#nextBuffer += Math.ceil((bytes + skip) / PAGE_BYTES) * PAGE_BYTES
    if (access !== 0) this.slice.grant(at, bytes, access)
    return at
  }

  pa(at: number): number {
    return this.slice.physicalOf(at)
  }

  sqMemory(id: number): number {
    return QUEUE_MEMORY + id * 2 * QUEUE_BYTES
  }

  cqMemory(id: number): number {
    return this.sqMemory(id) + QUEUE_BYTES
  }

  /** PRP entries for a buffer; a list, where one is needed, in memory of its own that begins at `listSkip` in its page. */
  prps(at: number, bytes: number, listSkip = 0): { prp1: number; prp2: number } {
    const prp1 = this.pa(at)
    const first = PAGE_BYTES - (at % PAGE_BYTES)
    if (bytes <= first) return { prp1, prp2: 0 }
    if (bytes <= first + PAGE_BYTES) return { prp1, prp2: this.pa(at + first) }
    const pages: number[] = []
    for (let done = first; done < bytes; done += PAGE_BYTES) pages.push(this.pa(at + done))
    return { prp1, prp2: this.list(pages, listSkip) }
  }

  /** A PRP list, in as many pages as it needs. @returns its physical address */
  list(pages: readonly number[], skip = 0): number {
    const room = (PAGE_BYTES - skip) / 8
    const here = this.buffer(Math.min(pages.length, room) * 8, GrantAccess.read, skip)
    if (pages.length <= room) {
      for (const [i, page] of pages.entries()) putLe64(this.memory, here + i * 8, page)
      return this.pa(here)
    }
    for (let i = 0; i < room - 1; i++) putLe64(this.memory, here + i * 8, pages[i]!)
    putLe64(this.memory, here + (room - 1) * 8, this.list(pages.slice(room - 1)))
    return this.pa(here)
  }

  // ---- controller

  /** Sets the admin queues and enables the controller. @param cc further bits of CC */
  enable(options: { sqSize?: number; cqSize?: number; cc?: number } = {}): void {
    const { sqSize = 32, cqSize = 32, cc = 0x46_0000 } = options
    this.#ring(0, sqSize, cqSize)
    this.write('AQA', (sqSize - 1) | ((cqSize - 1) << 16))
    this.writeAddress('ASQ', this.pa(this.sqMemory(0)))
    this.writeAddress('ACQ', this.pa(this.cqMemory(0)))
    this.write('CC', cc | 1)
    this.settle()
  }

  /** Enables the controller and makes I/O queue pair 1. Events up to here are forgotten. */
  start(options: { sqSize?: number; cqSize?: number; interrupts?: boolean } = {}): void {
    this.enable()
    this.createPair(1, options)
    this.events.length = 0
  }

  createPair(
    id: number,
    options: { sqSize?: number; cqSize?: number; interrupts?: boolean; cqid?: number } = {},
  ): void {
    const { sqSize = 64, cqSize = 64, interrupts = true, cqid = id } = options
    if (cqid === id) {
      const cq = this.admin({
        opcode: K.ADMIN_CREATE_CQ,
        prp1: this.pa(this.cqMemory(id)),
        cdw10: id | ((cqSize - 1) << 16),
        cdw11: K.QUEUE_CONTIGUOUS | (interrupts ? K.QUEUE_INTERRUPTS : 0),
      })
      if (cq.code !== 0) throw new Error(`create completion queue: ${cq.code.toString(16)}`)
    }
    const sq = this.admin({
      opcode: K.ADMIN_CREATE_SQ,
      prp1: this.pa(this.sqMemory(id)),
      cdw10: id | ((sqSize - 1) << 16),
      cdw11: K.QUEUE_CONTIGUOUS | (cqid << 16),
    })
    if (sq.code !== 0) throw new Error(`create submission queue: ${sq.code.toString(16)}`)
    this.#ring(id, sqSize, cqSize)
  }

  #ring(id: number, sqSize: number, cqSize: number): void {
    this.memory.fill(0, this.cqMemory(id), this.cqMemory(id) + cqSize * 16)
    this.rings[id] = { tail: 0, sqSize, head: 0, phase: 1, cqSize }
  }

  // ---- commands

  /** Writes an entry at the tail without telling the controller. @returns its command identifier */
  put(queue: number, entry: Entry): number {
    const ring = this.rings[queue]!
    const at = this.sqMemory(queue) + ring.tail * 64
    const { memory } = this
    const cid = entry.cid ?? this.#cid++ & 0xffff
    const { prp1, prp2 } = entry.data === undefined ? { prp1: 0, prp2: 0 } : this.prps(entry.data, entry.bytes ?? 4096)
    memory.fill(0, at, at + 64)
    memory[at + K.SQE_OPCODE] = entry.opcode
    memory[at + K.SQE_FLAGS] = entry.flags ?? 0
    putLe16(memory, at + K.SQE_CID, cid)
    putLe32(memory, at + K.SQE_NSID, entry.nsid ?? 0)
    putLe64(memory, at + K.SQE_PRP1, entry.prp1 ?? prp1)
    putLe64(memory, at + K.SQE_PRP2, entry.prp2 ?? prp2)
    putLe32(memory, at + K.SQE_CDW10, entry.cdw10 ?? 0)
    putLe32(memory, at + K.SQE_CDW11, entry.cdw11 ?? 0)
    putLe32(memory, at + K.SQE_CDW12, entry.cdw12 ?? 0)
    putLe32(memory, at + K.SQE_CDW13, entry.cdw13 ?? 0)
    ring.tail = (ring.tail + 1) % ring.sqSize
    return cid
  }

  ring(queue: number): void {
    this.write(`SQ${queue}_TAIL`, this.rings[queue]!.tail)
  }

  submit(queue: number, entry: Entry): number {
    const cid = this.put(queue, entry)
    this.ring(queue)
    return cid
  }

  /** New entries of a completion queue, by their phase. @param consume tell the controller */
  take(queue: number, consume = true): Completion[] {
    const ring = this.rings[queue]!
    const taken: Completion[] = []
    for (;;) {
      const at = this.cqMemory(queue) + ring.head * 16
      const status = le16(this.memory, at + K.CQE_STATUS)
      if ((status & 1) !== ring.phase) break
      taken.push({
        result: le32(this.memory, at + K.CQE_RESULT),
        sqHead: le16(this.memory, at + K.CQE_SQ_HEAD),
        sqId: le16(this.memory, at + K.CQE_SQ_ID),
        cid: le16(this.memory, at + K.CQE_CID),
        code: (status >> 1) & 0x7ff,
        flags: (status >> 1) & (K.STATUS_MORE | K.STATUS_DNR),
      })
      ring.head = (ring.head + 1) % ring.cqSize
      if (ring.head === 0) ring.phase ^= 1
    }
    if (consume && taken.length > 0) this.write(`CQ${queue}_HEAD`, ring.head)
    return taken
  }

  /** Submits a command, lets time pass until nothing happens any more, and returns its completion. */
  command(queue: number, entry: Entry): Completion {
    this.submit(queue, entry)
    this.settle()
    const taken = this.take(queue)
    if (taken.length !== 1) throw new Error(`${taken.length} completions instead of one`)
    return taken[0]!
  }

  admin(entry: Entry): Completion {
    return this.command(0, entry)
  }

  io(entry: Entry): Completion {
    return this.command(1, { nsid: 1, ...entry })
  }

  /** Identify and the like: 4096 bytes. */
  page(entry: Entry): { completion: Completion; data: Bytes } {
    const data = this.buffer(4096)
    this.memory.fill(0xee, data, data + 4096)
    const completion = this.admin({ ...entry, data, bytes: 4096 })
    return { completion, data: this.memory.slice(data, data + 4096) }
  }
}

/** An I/O entry for blocks. */
export function rw(opcode: number, lba: number, blocks: number, more: Partial<Entry> = {}): Entry {
  return {
    opcode,
    nsid: 1,
    cdw10: lba | 0,
    cdw11: Math.floor(lba / 0x1_0000_0000),
    cdw12: blocks - 1,
    bytes: blocks * 512,
    ...more,
  }
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
