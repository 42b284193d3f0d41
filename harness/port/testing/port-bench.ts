// A little bench around the port driver: clock, trace, CPU, one interrupt line, bus memory, PCI, and for each fake
// miniport a toy adapter and a port. Costs are those of the preset 'ideal' (1 ns an instruction, all else free) unless told.
import { AddressSpace } from '../../../device/address-space.ts'
import { BusMemory } from '../../../device/bus-memory.ts'
import { Clock, PS } from '../../../device/clock.ts'
import { InterruptLine } from '../../../device/interrupt-line.ts'
import { PciBus, slotNumber } from '../../../device/pci.ts'
import { SystemDmaChannel } from '../../../device/system-dma.ts'
import { COST_PRESETS, type CostValues } from '../../../schemas/cost.ts'
import type { Limits, PortSettings } from '../../../schemas/machine.ts'
import { checkScenario } from '../../../schemas/scenario.ts'
import { SRB, SRB_FLAGS } from '../../../schemas/scsiport.ts'
import { Bench } from '../../run/bench.ts'
import type { Machine } from '../../run/machine.ts'
import { Event } from '../../trace/events.ts'
import { Trace } from '../../trace/trace.ts'
import { Arena } from '../arena.ts'
import { ready, scan } from '../bus-scan.ts'
import type { HwInitializationData } from '../configuration.ts'
import { Cpu } from '../cpu.ts'
import { bindImports } from '../imports.ts'
import { boot, makeSlots, scsiPortInitialize } from '../life-cycle.ts'
import { Port } from '../port.ts'
import type { Direction, SrbOwner, SrbSlot } from '../srb.ts'
import { FakeMiniport, type MiniportSpec } from './fake-miniport.ts'
import { ToyAdapter } from './toy-adapter.ts'

export interface BenchOptions {
  cost?: Partial<CostValues>
  limits?: Partial<Limits>
  settings?: Partial<PortSettings>
  slots?: number
  dataBytes?: number
  rotating?: boolean
  /** A line of its own for each miniport. */
  ownLines?: boolean
  /** ISA addresses of the adapters, in their order. */
  isa?: readonly number[]
}

export interface RequestSpec {
  path?: number
  target?: number
  lun?: number
  cdb?: readonly number[]
  direction?: Direction
  bytes?: number
  timeout?: number
  tagged?: boolean
  /** On top of direction and tag. */
  flags?: number
  /** Called when the request comes back; may submit again. */
  onDone?: (io: Io, slot: SrbSlot) => void
}

/** A request as its owner sees it. */
export interface Io {
  slot: SrbSlot
  /** Address of the SRB. */
  at: number
  serial: number
  done: boolean
  status: number
  scsiStatus: number
  transferred: number
  frozen: boolean
  autosense: boolean
  senseLength: number
  /** 0xKKAAQQ, −1 none. */
  sense: number
}

export interface TraceEvent {
  atPs: number
  guest: number
  a: number
  b: number
  c: number
  d: number
}

export interface Station {
  index: number
  port: Port
  guest: FakeMiniport
  adapter: ToyAdapter
  found: HwInitializationData[]
  systemDma: SystemDmaChannel
  busMemory: BusMemory
}

const DEFAULTS = checkScenario({ machine: { adapters: [{ kind: 'reference', driver: 'x' }] } }, 'test').machine
const CHANNEL = 5

export class PortBench {
  readonly clock = new Clock()
  readonly trace: Trace
  readonly cpu: Cpu
  readonly stations: Station[]
  readonly line: InterruptLine
  readonly pci = new PciBus()
  readonly bench: Bench

  constructor(miniports: readonly MiniportSpec[], options: BenchOptions = {}) {
    const { clock, pci } = this
    const trace = new Trace(clock, 1 << 14)
    this.trace = trace
    const limits = { ...DEFAULTS.limits, ...options.limits }
    const cpu = new Cpu(clock, trace, { ...COST_PRESETS.ideal, ...options.cost }, limits, {
      rotating: options.rotating === true,
    })
    this.cpu = cpu
    const lines: InterruptLine[] = []
    const spaces = { memory: new AddressSpace('memory', trace), port: new AddressSpace('port', trace) }
    const busMemory = new BusMemory(trace)
    const slots = options.slots ?? 8
    const dataBytes = options.dataBytes ?? 4096
    this.stations = miniports.map((spec, index): Station => {
      const name = spec.name ?? `fake-${index}`
      if (index === 0 || options.ownLines === true) {
        const line = new InterruptLine(`INT${index}`)
        cpu.addLine(line)
        lines.push(line)
      }
      const line = lines.at(-1)!
      const pin = line.connect(name, index)
      const systemDma = new SystemDmaChannel(CHANNEL)
      const port = new Port({
        index,
        name,
        cpu,
        clock,
        trace,
        line,
        pin,
        memorySpace: spaces.memory,
        portSpace: spaces.port,
        pci,
        systemDma,
        settings: { ...DEFAULTS.port, ...options.settings },
        seed: 1,
      })
      const found: HwInitializationData[] = []
      const arenaBytes = (slots * (dataBytes + 3 * 4096) + 0x10_0000 + 0xffff) & ~0xffff
      const guest = new FakeMiniport({ ...spec, name }, arenaBytes, cpu.deadline)
      guest.cpu = cpu
      guest.bind(bindImports(port, (a1, a2, hwid, context) => scsiPortInitialize(port, a1, a2, hwid, context, found)))
      const arena = new Arena(guest)
      const slice = busMemory.addSlice(name, guest.u8, guest.arenaOffset, guest.arenaBytes)
      const adapter = new ToyAdapter({
        index,
        label: name,
        clock,
        pin,
        probe: trace,
        spaces,
        isa: options.isa?.[index],
      })
      const slot = { device: 3 + index, fn: 0 }
      pci.add(slot, adapter.pci)
      adapter.pci.enable({ busMaster: true })
      port.attach(guest, arena, slice, adapter, slotNumber(slot))
      makeSlots(port, slots, dataBytes)
      port.inspector.guardNull(guest.nullBytes)
      return { index, port, guest, adapter, found, systemDma, busMemory }
    })
    this.line = lines[0]!
    const machine = { scenario: { machine: { limits } }, clock, trace, cpu, lines, stations: this.stations }
    this.bench = new Bench(machine as unknown as Machine)
  }

  // --- the first station, for tests with one miniport ---

  get port(): Port {
    return this.stations[0]!.port
  }

  get guest(): FakeMiniport {
    return this.stations[0]!.guest
  }

  get adapter(): ToyAdapter {
    return this.stations[0]!.adapter
  }

  /** Boots every miniport up to the initialized adapter, without a bus scan. @throws BootFailure */
  boot(): this {
    for (const { port, found } of this.stations) boot(port, found)
    this.settle()
    return this
  }

  /** @throws BootFailure */
  scan(station = this.stations[0]!): void {
    scan(station.port, slot => this.back(slot))
  }

  ready(station = this.stations[0]!): void {
    ready(station.port, slot => this.back(slot))
  }

  back(slot: SrbSlot): void {
    const { serial } = slot
    let steps = 0
    while (slot.serial === serial) if (!this.bench.step() || ++steps > 10_000) throw new Error('it never came back')
  }

  /** Submits a request and works off what follows at once. */
  request(spec: RequestSpec = {}, station = this.stations[0]!): Io {
    const io = this.submit(spec, station)
    this.settle()
    return io
  }

  submit(spec: RequestSpec = {}, { port, guest }: Station = this.stations[0]!): Io {
    const { path = 0, target = 0, lun = 0, cdb = [0], direction = 'none', bytes = 0, timeout = 10 } = spec
    const slot = port.take()
    if (slot === undefined) throw new Error('no slot is free')
    const io: Io = {
      slot,
      at: slot.at,
      serial: -1,
      done: false,
      status: -1,
      scsiStatus: -1,
      transferred: -1,
      frozen: false,
      autosense: false,
      senseLength: 0,
      sense: -1,
    }
    const owner: SrbOwner = {
      completed: back => {
        io.done = true
        io.status = back.srbStatus
        io.scsiStatus = back.scsiStatus
        io.transferred = back.transferred
        io.frozen = back.frozeQueue
        io.autosense = back.autosenseValid
        io.senseLength = back.senseLength
        io.sense = back.autosenseValid ? port.completion.senseCode(back) : -1
        spec.onDone?.(io, back)
      },
    }
    port.prepare(slot, port.lu(path, target, lun), owner, direction, bytes, Math.max(cdb.length, 6), timeout)
    guest.u8.fill(0, slot.at + SRB.Cdb, slot.at + SRB.bytes)
    guest.u8.set(cdb, slot.at + SRB.Cdb)
    if (spec.tagged === true) {
      slot.flags |= SRB_FLAGS.QUEUE_ACTION_ENABLE
      slot.queueAction = 0x20
    }
    slot.flags |= spec.flags ?? 0
    port.submit(slot)
    io.serial = slot.serial
    return io
  }

  /** The adapter interrupts; HwInterrupt does `work`, the line goes low, and what follows is worked off. */
  interrupt(work: (m: FakeMiniport) => number | boolean | void, { guest, adapter }: Station = this.stations[0]!): void {
    guest.isr.push(m => {
      const result = work(m)
      adapter.lower()
      return result
    })
    adapter.raise()
    this.settle()
  }

  /** Works off interrupts, DPCs and timers that are due now. Time does not jump. */
  settle(): void {
    for (let rounds = 0; rounds < 10_000; rounds++) {
      if (this.cpu.assertedLines > 0) this.cpu.dispatchInterrupts()
      let worked = false
      for (const { port } of this.stations) if (port.work()) worked = true
      if (!worked) return
    }
    throw new Error('the bench never settles')
  }

  /** Lets time pass, and everything that falls due happen. */
  pass(ps: number): void {
    let over = false
    this.clock
      .createAlarm('test: over', () => {
        over = true
      })
      .scheduleIn(ps)
    for (let steps = 0; !over; steps++)
      if (!this.bench.step() || steps > 1_000_000) throw new Error('time stands still')
    this.settle()
  }

  seconds(count: number): void {
    this.pass(count * PS.s)
  }

  /** Events of a kind, oldest first. */
  events(kind: number, guest?: number): TraceEvent[] {
    const { trace } = this
    const list: TraceEvent[] = []
    for (let n = trace.overwritten; n < trace.count; n++) {
      const i = trace.indexOf(n)
      if (trace.kind[i] !== kind || (guest !== undefined && trace.guest[i] !== guest)) continue
      const [a, b, c, d] = [trace.a[i]!, trace.b[i]!, trace.c[i]!, trace.d[i]!]
      list.push({ atPs: trace.psAt(i), guest: trace.guest[i]!, a, b, c, d })
    }
    return list
  }

  /** Finding codes so far, oldest first. */
  findings(guest?: number): number[] {
    return this.events(Event.Finding, guest).map(e => e.a)
  }

  /** Serials of SRBs in the order in which HwStartIo got them. */
  started(): number[] {
    return this.events(Event.SrbStarted).map(e => e.a)
  }

  /** Names of routines in the order of their calls, of one miniport. */
  routines(station = this.stations[0]!): string[] {
    return station.guest.calls.map(c => c.routine)
  }
}
