// A bench to be held in a test: a driver booted on its adapter, which is sent requests one by one or a whole workload.
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Bytes } from '../../device/bytes.ts'
import { mergeBudgets, parseBudgetFlag } from '../../schemas/budget.ts'
import { ConfigError, unknownWord } from '../../schemas/errors.ts'
import type { AdapterInput, DriveInput } from '../../schemas/machine.ts'
import { parseAdapterOption } from '../../schemas/options.ts'
import type { BudgetReport, Report, RuleReport } from '../../schemas/report.ts'
import { checkScenario, Scenario, type ScenarioInput } from '../../schemas/scenario.ts'
import { QUEUE_ACTION, SRB, SRB_FLAGS, SRB_STATUS } from '../../schemas/scsiport.ts'
import { parseDurationPs } from '../../schemas/units.ts'
import { fileSupply, readInput } from '../cli/files.ts'
import { version } from '../cli/version.ts'
import { FileMeterCache } from '../guest/file-meter-cache.ts'
import { judge } from '../latency/budgets.ts'
import type { SrbSlot } from '../port/srb.ts'
import { describeEvent, evidence } from '../rules/evidence.ts'
import { Bench } from '../run/bench.ts'
import { buildMachine, type Machine, type Station } from '../run/machine.ts'
import { adapterOption, pickAdapter } from '../run/pick-adapter.ts'
import { assemble, feed, listen, type Readers } from '../run.ts'
import type { RunIo } from '../run-io.ts'
import type { Trace } from '../trace/trace.ts'
import type { Command } from './commands.ts'
import { type Deed, DeedRecord } from './record.ts'

type MachineInput = ScenarioInput['machine']
type AdapterParts<T> = T extends unknown ? Partial<Omit<T, 'driver' | 'drives'>> : never

/** Parts of a scenario; the machine without its adapters. */
export interface BenchOptions extends Omit<ScenarioInput, 'machine' | '$schema'> {
  /** A compiled driver: a path from the working folder on, a file URL, or the module itself. */
  driver: string | URL | Uint8Array
  /** Default: what the driver asks for. 'buslogic,isa=0x330', or as in a scenario. */
  adapter?: string | AdapterParts<AdapterInput>
  /** Default: a disk of 64 MiB in memory at target 0, LUN 0. */
  drives?: DriveInput[]
  machine?: Partial<Omit<MachineInput, 'adapters'>>
  /** Other adapters of the machine; those on line INTA share the driver's interrupt. */
  neighbours?: AdapterInput[]
}

/** A request that came back. */
export interface SrbResult {
  serial: number
  /** For example `SRB #17 (READ(10) to target 0 LUN 0, 512 bytes)`. */
  name: string
  /** SRB_STATUS_… without flags: 'SUCCESS', 'TIMEOUT'; 'LOST' when it never came back. */
  status: SrbStatusName | 'LOST'
  srbStatus: number
  scsiStatus: number
  /** What came from the target; empty for other requests. */
  data: Bytes
  /** Bytes moved. */
  transferred: number
  /** Sense key, additional sense code and qualifier. */
  sense: { key: number; asc: number; ascq: number } | null
  queuedNs: number
  doneNs: number
  /** What driver and adapter did last before it was given back, in words. */
  evidence: string[]
}

export type SrbStatusName = Exclude<keyof typeof SRB_STATUS, 'QUEUE_FROZEN' | 'AUTOSENSE_VALID' | 'MASK'>

const STATUS_NAMES = new Map(
  Object.entries(SRB_STATUS)
    .filter(([name]) => !['QUEUE_FROZEN', 'AUTOSENSE_VALID', 'MASK'].includes(name))
    .map(([name, value]) => [value as number, name as SrbStatusName]),
)

const OPTIONS: readonly string[] = [
  ...['driver', 'adapter', 'drives', 'machine', 'neighbours'],
  ...Object.keys(Scenario.shape).filter(key => !['machine', '$schema'].includes(key)),
]

/** What `toHaveSrbStatus` may be asked for. */
export const SRB_STATUS_NAMES: readonly string[] = [...STATUS_NAMES.values(), 'LOST']

/** @throws ConfigError, GuestLoadError, MachineError, and what a driver or image that cannot be read leads to */
export async function openBench(options: BenchOptions): Promise<OpenBench> {
  const { driver, adapter, drives, machine, neighbours = [], ...rest } = options
  for (const key of Object.keys(rest))
    if (!OPTIONS.includes(key))
      throw new ConfigError('openBench', [{ path: '$', message: unknownWord('option', key, OPTIONS) }])
  const module = typeof driver === 'string' || driver instanceof URL ? undefined : (driver as Bytes)
  const path = driver instanceof URL ? fileURLToPath(driver) : typeof driver === 'string' ? driver : 'driver.wasm'
  const base = process.cwd()
  const supply = fileSupply(base)
  if (module === undefined) readInput('driver', path, base)
  const io: RunIo = {
    ...supply,
    ...(module === undefined ? {} : { driver: async typed => (typed === path ? module : supply.driver(typed)) }),
    ...(process.env.HBA_NO_CACHE ? {} : { cache: new FileMeterCache() }),
    rerun: `openBench of ${basename(path)}`,
    version: version(),
  }
  const chosen = await adapterOf(adapter, path, io)
  const own = { ...chosen, ...(drives === undefined ? {} : { drives }) }
  const scenario = checkScenario({ ...rest, machine: { ...machine, adapters: [own, ...neighbours] } }, 'openBench')
  return await OpenBench.open(scenario, io)
}

async function adapterOf(adapter: BenchOptions['adapter'], driver: string, io: RunIo): Promise<AdapterInput> {
  if (typeof adapter === 'string') return parseAdapterOption(adapter, driver)
  if (adapter?.kind !== undefined) return { ...adapter, driver } as AdapterInput
  const choice = await pickAdapter(driver, io)
  return { ...parseAdapterOption(adapterOption(choice), driver, choice), ...adapter, driver } as AdapterInput
}

/** A request that was sent. */
interface Pending {
  result: SrbResult | undefined
  lost(): SrbResult
}

/** Longer than any time-out of a request, resets and retries included. */
const PATIENCE_PS = 600 * 1e12

/** Not every realm of Node 20 has the symbol; this is the one that compilers take instead. */
const DISPOSE: typeof Symbol.dispose = Symbol.dispose ?? Symbol.for('Symbol.dispose')

export class OpenBench implements Disposable {
  readonly scenario: Scenario
  readonly machine: Machine
  readonly #io: RunIo
  readonly #bench: Bench
  readonly #readers: Readers
  readonly #record: DeedRecord
  #report: Report | undefined
  #closed = false

  private constructor(scenario: Scenario, io: RunIo, machine: Machine, readers: Readers, record: DeedRecord) {
    this.scenario = scenario
    this.machine = machine
    this.#io = io
    this.#bench = new Bench(machine)
    this.#readers = readers
    this.#record = record
  }

  /** @internal */
  static async open(scenario: Scenario, io: RunIo): Promise<OpenBench> {
    let readers!: Readers
    let record!: DeedRecord
    const machine = await buildMachine(scenario, io, trace => {
      readers = listen(scenario, trace, io)
      record = new DeedRecord(trace, readers.names, 0)
      return readers.host
    })
    readers.names.know(machine)
    const bench = new OpenBench(scenario, io, machine, readers, record)
    try {
      for (const station of machine.stations) bench.#bench.boot(station)
    } catch (error) {
      bench.close()
      throw error
    }
    return bench
  }

  get #station(): Station {
    return this.machine.stations[0]!
  }

  /** Name of the driver in reports. */
  get name(): string {
    return this.#station.name
  }

  /** Why the adapter did not come up; undefined: it did. */
  get bootFailure(): string | undefined {
    return this.#bench.bootFailures.get(0)
  }

  /** Why the driver was stopped, in words; undefined: it was not. */
  get stopped(): string | undefined {
    return this.machine.cpu.stops.get(0)?.message
  }

  /** Every event of the run, as far as its ring has it. */
  get trace(): Trace {
    return this.machine.trace
  }

  /** Virtual time. */
  get nowNs(): number {
    return this.machine.clock.nowPs / 1000
  }

  /** What the driver did to its adapter, in order; since `forget` when that was called. */
  get deeds(): readonly Deed[] {
    return this.#record.deeds
  }

  /** Deeds that are not kept any more. */
  get deedsOmitted(): number {
    return this.#record.forgotten
  }

  /** Registers and causes are asserted on from here on. */
  forget(): void {
    this.#record.clear()
  }

  /** Names of the adapter's registers. */
  get registers(): string[] {
    return this.#station.adapter.map.registers.map(register => register.name)
  }

  /** The causes of interrupts by name, as bits of the status register; none: the driver finds out in memory. */
  get causes(): Map<string, number> {
    const { registers, interruptStatus } = this.#station.adapter.map
    const fields = registers.find(register => register.name === interruptStatus[0])?.fields ?? []
    return new Map(fields.filter(f => /^\d+$/.test(f.bits)).map(f => [f.name, (1 << Number(f.bits)) >>> 0]))
  }

  /** Sends one request and lets things happen until it is back. */
  send(command: Command): SrbResult {
    return this.sendAll([command])[0]!
  }

  /** Sends requests at once, and lets things happen until all are back. */
  sendAll(commands: readonly Command[]): SrbResult[] {
    this.#mustBeOpen()
    const pending = commands.map(command => this.#submit(command))
    const { clock } = this.machine
    const untilPs = clock.nowPs + PATIENCE_PS
    while (pending.some(({ result }) => result === undefined) && clock.nowPs < untilPs) if (!this.#bench.step()) break
    return pending.map(({ result, lost }) => result ?? lost())
  }

  #submit(command: Command): Pending {
    const { port } = this.#station
    const { cdb, data, length = 0, target = 0, lun = 0, path = 0, tag = 'simple', timeoutSeconds = 10 } = command
    if (this.bootFailure !== undefined) throw new Error(`${this.name} did not come up: ${this.bootFailure}`)
    if (!(cdb.length >= 6 && cdb.length <= 16)) throw new RangeError(`a CDB has 6 to 16 bytes, found ${cdb.length}`)
    const free = port.free.head ?? undefined
    if (free === undefined) throw new Error(`no SRB is left: ${port.slots.length} are with ${this.name}`)
    const bytes = data?.length ?? length
    const room = free.dataCapacity - (free.dataAt - free.roomAt)
    if (bytes > room)
      throw new RangeError(
        `a request of this bench moves at most ${room} bytes, found ${bytes}: say openBench({ workload: { blockSizes: '…KiB' } })`,
      )
    const slot = port.take()!
    const pending: Pending = { result: undefined, lost: () => this.#lost(slot, queuedNs) }
    const queuedNs = this.nowNs
    const direction = data !== undefined ? 'out' : length > 0 ? 'in' : 'none'
    const owner = {
      completed: (done: SrbSlot): void => {
        pending.result = this.#resultOf(done, queuedNs)
        if (done.frozeQueue) port.releaseQueue(done.lu!)
      },
    }
    port.prepare(slot, port.lu(path, target, lun), owner, direction, bytes, cdb.length, timeoutSeconds)
    const { u8 } = port.guest
    u8.fill(0, slot.at + SRB.Cdb, slot.at + SRB.Cdb + 16)
    u8.set(Uint8Array.from(cdb), slot.at + SRB.Cdb)
    if (tag !== 'untagged') {
      slot.flags |= SRB_FLAGS.QUEUE_ACTION_ENABLE
      slot.queueAction = QUEUE_ACTION[tag]
    }
    if (data !== undefined) u8.set(Uint8Array.from(data), slot.dataAt)
    else u8.fill(0, slot.dataAt, slot.dataAt + bytes)
    port.submit(slot)
    return pending
  }

  #resultOf(slot: SrbSlot, queuedNs: number): SrbResult {
    const { port } = this.#station
    const code = slot.autosenseValid && slot.senseLength > 2 ? port.completion.senseCode(slot) : -1
    const status = slot.srbStatus & SRB_STATUS.MASK
    const { trace } = this
    return {
      serial: slot.serial,
      name: this.#readers.names.describeSrb(slot.serial),
      status: STATUS_NAMES.get(status) ?? 'INTERNAL_ERROR',
      srbStatus: status,
      scsiStatus: slot.scsiStatus,
      data:
        slot.direction === 'in'
          ? port.guest.u8.slice(slot.dataAt, slot.dataAt + Math.min(slot.transferred, slot.bytes))
          : new Uint8Array(0),
      transferred: slot.transferred,
      sense: code < 0 ? null : { key: code >> 16, asc: (code >> 8) & 0xff, ascq: code & 0xff },
      queuedNs,
      doneNs: this.nowNs,
      evidence: evidence(trace, this.#readers.names, 0, trace.count - 1),
    }
  }

  #lost(slot: SrbSlot, queuedNs: number): SrbResult {
    return { ...this.#resultOf(slot, queuedNs), status: 'LOST', data: new Uint8Array(0), transferred: 0, sense: null }
  }

  /** Lets things happen until so much virtual time has passed, for example '10ms'. */
  wait(duration: string): void {
    this.#mustBeOpen()
    const { clock } = this.machine
    const untilPs = clock.nowPs + parseDurationPs(duration)
    let due = false
    const alarm = clock.createAlarm('wait', () => {
      due = true
    })
    alarm.scheduleAt(untilPs)
    while (!due && this.#bench.step());
  }

  /** Runs the workload of the scenario to its end, shuts the adapter down. The bench is closed afterwards. */
  run(): Report {
    this.#mustBeOpen()
    feed(this.#bench, this.scenario)
    this.#bench.run()
    return this.report()
  }

  /** Shuts the adapter down and says what was found. The bench is closed afterwards. */
  report(): Report {
    if (this.#report !== undefined) return this.#report
    this.#mustBeOpen()
    this.#bench.shutdown()
    this.#readers.rules.finish()
    this.close()
    this.#report = assemble(this.scenario, this.#io, this.#bench, this.#readers, undefined)
    return this.#report
  }

  /** The rules as they stand now; some are judged only at the end, in the report. */
  get rules(): RuleReport[] {
    return this.#readers.rules.report(0)
  }

  /** Budgets as they stand now. @param flags for example 'isr.max=10us'; none: those of the scenario */
  budgets(flags: readonly string[] = []): BudgetReport[] {
    const asked = flags.map(flag => parseBudgetFlag(flag, 'toMeetBudget'))
    const budgets = asked.length === 0 ? this.scenario.budgets : mergeBudgets([], asked)
    return judge(budgets, this.#readers.latency.guests[0]!, this.#readers.names)
  }

  /** The last things that driver and adapter did, in words, oldest first. */
  history(lines = 12): string[] {
    const said: string[] = []
    const { trace } = this
    for (let number = trace.count - 1; number >= 0 && said.length < lines; number--) {
      const index = trace.indexOf(number)
      if (index < 0) break
      if (trace.guest[index] !== 0) continue
      const words = describeEvent(trace, this.#readers.names, 0, index)
      if (words !== undefined) said.push(words)
    }
    return said.reverse()
  }

  close(): void {
    if (!this.#closed) this.machine.close()
    this.#closed = true
  }

  [DISPOSE](): void {
    this.close()
  }

  #mustBeOpen(): void {
    if (this.#closed) throw new Error('this bench is closed: its adapter was shut down; open another one')
  }
}
