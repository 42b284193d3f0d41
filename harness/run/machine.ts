// Builds the machine of a scenario: one clock, the lines, the buses, and for each adapter its disks, its guest and its
// port driver. Nothing runs here.
import type { Adapter } from '../../device/adapters/adapter.ts'
import { AddressSpace, type IoTarget } from '../../device/address-space.ts'
import { ErrorStore } from '../../device/block/error-store.ts'
import { RamStore } from '../../device/block/ram-store.ts'
import { type BlockStore, fixedLatency, StoreResult } from '../../device/block/store.ts'
import { BusMemory } from '../../device/bus-memory.ts'
import type { Bytes } from '../../device/bytes.ts'
import { Clock } from '../../device/clock.ts'
import { InterruptLine } from '../../device/interrupt-line.ts'
import { PciBus, slotNumber } from '../../device/pci.ts'
import { PostedWrites } from '../../device/posted-writes.ts'
import { ScsiBus } from '../../device/scsi/bus.ts'
import { Disk } from '../../device/scsi/disk.ts'
import { SystemDmaChannel } from '../../device/system-dma.ts'
import type { AdapterConfig, Drive } from '../../schemas/machine.ts'
import type { Scenario } from '../../schemas/scenario.ts'
import type { IologConfig, Workload } from '../../schemas/workload.ts'
import { FaultPlan, unitFaults } from '../faults/plan.ts'
import type { LoadedGuest, MeterCache } from '../guest/guest.ts'
import { loadGuest } from '../guest/load.ts'
import { Arena, GUARD_BYTES } from '../port/arena.ts'
import type { HwInitializationData } from '../port/configuration.ts'
import { Cpu, type HostStopwatch } from '../port/cpu.ts'
import { bindImports } from '../port/imports.ts'
import { MAX_DATA_BYTES, makeSlots, scsiPortInitialize } from '../port/life-cycle.ts'
import { Port } from '../port/port.ts'
import { GuestStop } from '../port/stop.ts'
import { AccessWatch } from '../port/watch.ts'
import { Event, Finding, StopKind } from '../trace/events.ts'
import { Trace } from '../trace/trace.ts'
import { type DriveGeometry, type FittedLog, fitIolog, LARGEST_BYTES, readIolog } from '../workload/index.ts'
import { createAdapter } from './adapters.ts'
import { faultTarget } from './fault-target.ts'
import { limitsAt, rulesOff } from './verify-level.ts'

/** Where drivers and images come from. The core reads no files. */
export interface Supply {
  /** The bytes of a driver, by the path as typed. */
  driver(path: string): Promise<Bytes>
  /** Opens an image file. @throws StoreError */
  image(drive: Drive & { store: { kind: 'file' } }): { store: BlockStore; zeroAtStart: boolean }
  /** The bytes of a log of I/Os, by the path as typed. */
  iolog?(path: string): Bytes
  /** The source map of a driver, by the path of the driver as typed; for coverage by line. */
  driverMap?(path: string): Promise<string | undefined>
  cache?: MeterCache
  /** Drivers mark which of their basic blocks they enter. Changes nothing else. */
  coverage?: boolean
}

/** A scenario that cannot be built, for a reason that its schema cannot see. */
export class MachineError extends Error {
  override name = 'MachineError'
}

export interface BuiltDrive {
  readonly config: Drive
  readonly label: string
  readonly store: BlockStore
  readonly disk: Disk
  readonly zeroAtStart: boolean
}

/** One adapter with its driver. */
export interface Station {
  readonly index: number
  readonly name: string
  readonly config: AdapterConfig
  readonly adapter: Adapter
  readonly bus: ScsiBus
  readonly drives: readonly BuiltDrive[]
  readonly guest: LoadedGuest
  readonly port: Port
  readonly found: HwInitializationData[]
  /** Of a workload that is a log of I/Os. */
  readonly log: FittedLog | undefined
}

export interface Machine {
  readonly scenario: Scenario
  readonly clock: Clock
  readonly trace: Trace
  readonly cpu: Cpu
  readonly lines: readonly InterruptLine[]
  readonly stations: readonly Station[]
  /** The faults of the scenario; undefined: none. */
  readonly faults: FaultPlan | undefined
  close(): void
}

const FIRST_PCI_DEVICE = 3
const FIRST_INTERRUPT = 10
/** The channel the reference adapter is wired to (CAPS.DMA_CHANNEL). */
const DMA_CHANNEL = 5
const SCAN_BYTES = 4096

/** @param watched guests every load and store of which is seen, by index; 'open': their data buffers have addresses, whatever MapBuffers says */
export async function buildMachine(
  scenario: Scenario,
  supply: Supply,
  listen: (trace: Trace) => HostStopwatch | undefined,
  watched: ReadonlyMap<number, 'closed' | 'open'> = new Map(),
): Promise<Machine> {
  const clock = new Clock()
  const trace = new Trace(clock, scenario.trace.ring)
  const { cost } = scenario.machine
  const limits = limitsAt(scenario.machine.limits, scenario.rules.level)
  const cpu = new Cpu(clock, trace, cost, limits, {
    rotating: scenario.machine.chain === 'rotating',
    host: listen(trace),
  })
  const spaces = { memory: new AddressSpace('memory', trace), port: new AddressSpace('port', trace) }
  const pci = new PciBus()
  const busMemory = new BusMemory(trace)
  const lines = new Map<string, InterruptLine>()
  const stations: Station[] = []
  const units = unitFaults(scenario.faults)
  const stores: BlockStore[] = []
  const close = (): void => {
    for (const store of stores) store.close()
  }
  const names = guestNames(scenario.machine.adapters)
  const stranger = scenario.budgets.find(b => b.guest !== undefined && !names.includes(b.guest))
  if (stranger !== undefined)
    throw new MachineError(
      `budget ${stranger.name} is for '${stranger.guest}', but the adapters are called ${names.join(', ')}`,
    )
  try {
    for (const [index, config] of scenario.machine.adapters.entries()) {
      const name = names[index]!
      let line = lines.get(config.line)
      if (line === undefined) {
        line = new InterruptLine(config.line)
        lines.set(config.line, line)
        cpu.addLine(line)
      }
      const pin = line.connect(name, index)
      const systemDma = new SystemDmaChannel(DMA_CHANNEL)
      const bus = new ScsiBus()
      const drives = config.drives.map((drive, d) => buildDrive(drive, `${name}:${d}`, supply, stores, index))
      for (const { config: at, disk } of drives)
        bus.attach(at.target, at.lun, units === undefined ? disk : units.wrap(disk))

      const off = new Set(rulesOff(scenario.rules))
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
        settings: scenario.machine.port,
        seed: scenario.seed,
        above4GiB: scenario.machine.memory.above4GiB,
        mappedBuffers: off.has('IO-12'),
        argumentString: config.arguments,
      })
      const found: HwInitializationData[] = []
      const workload = config.workload ?? scenario.workload
      const slots = Math.min(scenario.machine.port.numberOfRequests, workload.depth + 4)
      const log = workload.kind === 'iolog' ? fittedLog(workload, drives, supply) : undefined
      const dataBytes = Math.max(SCAN_BYTES, largestTransfer(workload, log))
      if (dataBytes > MAX_DATA_BYTES)
        throw new MachineError(
          `the workload of ${name} moves ${dataBytes} bytes at once, at most ${MAX_DATA_BYTES} are possible`,
        )
      const look = watched.get(index)
      const watch = look === undefined ? undefined : new AccessWatch(port, look === 'open')
      port.watch = watch
      const guest = await loadGuest({
        name: config.driver,
        bytes: await supply.driver(config.driver),
        imports: bindImports(port, (a1, a2, hwid, context) => scsiPortInitialize(port, a1, a2, hwid, context, found)),
        onUnknownImport: importName => {
          throw new GuestStop(StopKind.UnknownImport, `the driver called '${importName}', which is no ScsiPort routine`)
        },
        deadline: cpu.deadline,
        depthExceeded: () => {
          throw new GuestStop(StopKind.DepthLimit, `more than ${limits.callDepth} nested calls`)
        },
        arenaBytes: arenaBytes(slots, dataBytes),
        maxCallDepth: limits.callDepth,
        wasi: {
          nowPs: () => clock.nowPs,
          seed: scenario.seed,
          write: (_fd, text) => {
            for (const line of text.split('\n')) if (line !== '') port.print(line)
          },
          exit: code => {
            throw new GuestStop(StopKind.Abort, `proc_exit(${code})`)
          },
        },
        ...(supply.cache === undefined ? {} : { cache: supply.cache }),
        ...(watch === undefined ? {} : { watch: watch.onAccess }),
        coverage: supply.coverage === true,
      })
      if (!off.has('LD-1'))
        for (const unknown of guest.unknownImports)
          trace.emit(Event.Finding, index, Finding.UnknownImport, -1, trace.intern(unknown), 0)
      const arena = new Arena(guest)
      const slice = busMemory.addSlice(name, guest.u8, guest.arenaOffset, guest.arenaBytes)
      const adapter = createAdapter(
        { index, label: name, clock, pin, memory: slice.dmaPort(index), systemDma, bus, probe: trace },
        config,
        {
          spaces,
          interruptLine: FIRST_INTERRUPT + [...lines.keys()].indexOf(config.line),
          wrap:
            cost.postedWriteDelayPs === 0
              ? undefined
              : (registers: IoTarget) => new PostedWrites(registers, clock, cost.postedWriteDelayPs),
        },
      )
      const slot = { device: config.slot ?? FIRST_PCI_DEVICE + index, fn: 0 }
      pci.add(slot, adapter.pci!)
      adapter.pci!.enable({ busMaster: true })
      port.attach(guest, arena, slice, adapter, slotNumber(slot))
      makeSlots(port, slots, dataBytes)
      port.inspector.guardNull(guest.nullBytes)
      stations.push({ index, name, config, adapter, bus, drives, guest, port, found, log })
    }
    const faults =
      scenario.faults.length === 0
        ? undefined
        : new FaultPlan(scenario.faults, {
            clock,
            trace,
            targets: stations.map(station => faultTarget(station, cpu, lines.get(station.config.line)!)),
            seed: scenario.seed,
            units,
          })
    if (faults !== undefined) for (const { index, port } of stations) port.faults = faults.portFaults(index)
    return { scenario, clock, trace, cpu, lines: [...lines.values()], stations, faults, close }
  } catch (error) {
    close()
    throw error
  }
}

/** Names as in the scenario, else the driver file without its extension; a number behind what occurs twice. */
export function guestNames(adapters: readonly AdapterConfig[]): string[] {
  const taken = new Set<string>()
  return adapters.map(config => {
    const base = config.name ?? (config.driver.split(/[\\/]/).pop() ?? 'driver').replace(/\.wasm$/, '')
    let name = base
    for (let n = 2; taken.has(name); n++) name = `${base}-${n}`
    taken.add(name)
    return name
  })
}

function largestTransfer(workload: Workload, log: FittedLog | undefined): number {
  if (workload.kind === 'iolog') return Math.min(log!.largestBytes, LARGEST_BYTES)
  return workload.kind === 'generator'
    ? Math.max(...workload.blockSizes.map(s => s.sizeBytes))
    : Math.max(...workload.steps.map(s => s.lengthBytes))
}

/** @throws ConfigError with the line of the log */
function fittedLog(workload: IologConfig, drives: readonly BuiltDrive[], supply: Supply): FittedLog {
  if (supply.iolog === undefined) throw new MachineError(`there is nothing to read the iolog ${workload.path} with`)
  return fitIolog(readIolog(supply.iolog(workload.path), workload.path), workload, drives.map(geometryOf))
}

/** The drive as the workload sees it. */
export const geometryOf = ({ config, label, store, zeroAtStart }: BuiltDrive): DriveGeometry => ({
  label,
  target: config.target,
  lun: config.lun,
  blockBytes: config.blockBytes,
  blocks: store.blocks,
  readOnly: config.readOnly,
  unmaps: store.unmap !== undefined,
  zeroAtStart,
  errors: config.errors,
})

/** Room for what the port driver puts into the guest: SRBs, data buffers, and up to 8 MiB of extensions. */
function arenaBytes(slots: number, dataBytes: number): number {
  return slots * (((dataBytes + 2 * 4096 - 1) & ~4095) + 128) + 8 * 1024 * 1024 + 64 * GUARD_BYTES
}

function buildDrive(config: Drive, fallback: string, supply: Supply, stores: BlockStore[], index: number): BuiltDrive {
  const label = config.name ?? fallback
  let store: BlockStore
  let zeroAtStart = true
  if (config.store.kind === 'ram')
    store = new RamStore({
      label,
      blockBytes: config.blockBytes,
      blocks: config.store.sizeBytes / config.blockBytes,
      readOnly: config.readOnly,
    })
  else {
    const opened = supply.image(config as Drive & { store: { kind: 'file' } })
    store = opened.store
    zeroAtStart = opened.zeroAtStart
  }
  stores.push(store)
  const bad = config.errors.flatMap(e =>
    (e.on === 'both' ? (['read', 'write'] as const) : [e.on]).map(on => ({
      lba: e.lba,
      blocks: e.blocks,
      on,
      result: StoreResult.mediumError,
    })),
  )
  const behind = bad.length > 0 ? new ErrorStore(store, bad) : store
  const { latency } = config
  const disk = new Disk({
    label,
    store: behind,
    readOnly: config.readOnly,
    latency: fixedLatency({
      readPs: latency.readPs,
      writePs: latency.writePs,
      blockPs: latency.perBlockPs,
      otherPs: latency.otherPs,
    }),
    ...(config.serial === undefined
      ? { serial: `${index}-${config.target}-${config.lun}` }
      : { serial: config.serial }),
    ...(config.vendor === undefined ? {} : { vendor: config.vendor }),
    ...(config.product === undefined ? {} : { product: config.product }),
    ...(config.revision === undefined ? {} : { revision: config.revision }),
  })
  return { config, label, store, disk, zeroAtStart }
}
