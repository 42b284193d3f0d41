// A miniport written in TypeScript, for tests: it stands where a loaded guest stands, with real memory, a function table
// with declared types, a counter of instructions, and the bound imports as plain calls.
//
// A routine that a test does not give does the least that keeps the port happy: HwFindAdapter fills what is needed,
// HwStartIo keeps the SRB in `active`, HwInterrupt runs the next piece of `isr` and claims, or returns FALSE.
import type { Bytes } from '../../../device/bytes.ts'
import { CONFIG, HWID, INTERFACE, SP_RETURN, SRB, SRB_STATUS } from '../../../schemas/scsiport.ts'
import type { Guest, Signature } from '../../guest/guest.ts'
import { Notification, ROUTINE_NAMES, Routine } from '../../trace/events.ts'
import { ENTRY_TYPES } from '../abi.ts'
import type { Cpu } from '../cpu.ts'
import type { BoundImport } from '../imports.ts'

export type RoutineFn = (m: FakeMiniport, ...args: number[]) => number | boolean | void

export interface MiniportSpec {
  name?: string
  driverEntry?: RoutineFn
  findAdapter?: RoutineFn
  initialize?: RoutineFn
  startIo?: RoutineFn
  /** null: HwInterrupt is NULL. */
  interrupt?: RoutineFn | null
  resetBus?: RoutineFn
  dmaStarted?: RoutineFn
  adapterControl?: RoutineFn
  /** Fields of HW_INITIALIZATION_DATA. */
  hwid?: Partial<Record<Exclude<keyof typeof HWID, 'bytes' | 'bytesNt4'>, number>>
  /** Ids to match, default the toy adapter's. */
  vendorId?: string
  deviceId?: string
  /** Fields the default HwFindAdapter sets in PORT_CONFIGURATION_INFORMATION. */
  config?: Partial<Record<Exclude<keyof typeof CONFIG, 'bytes'>, number>>
  /** Default HwFindAdapter: bytes of uncached extension to ask for. */
  uncachedBytes?: number
}

/** One entry into the miniport, or what a test noted. */
export interface Call {
  routine: string
  irql: number
  atPs: number
  args: number[]
}

const GUEST_BYTES = 0x1_0000
/** Bytes at address 0 that the guest puts nothing into. */
const NULL_BYTES = 64

/** Bytes of a field: 4 when it stands alone in its word, else 1; the few USHORTs are named. */
function fieldBytes(layout: Readonly<Record<string, number>>, field: string): 1 | 2 | 4 {
  if (field === 'VendorIdLength' || field === 'DeviceIdLength' || (layout === SRB && field === 'Length')) return 2
  const offset = layout[field]!
  const near = Object.values(layout).some(at => at > offset && at < offset + 4)
  return offset % 4 === 0 && !near ? 4 : 1
}

export class FakeMiniport implements Guest {
  readonly name: string
  readonly sha256 = ''
  readonly usesWasi = false
  readonly unknownImports: readonly string[] = []
  readonly memory: WebAssembly.Memory
  readonly u8: Bytes
  readonly i32: Int32Array<ArrayBuffer>
  readonly view: DataView<ArrayBuffer>
  readonly arenaOffset = GUEST_BYTES
  readonly arenaBytes: number
  readonly nullBytes = NULL_BYTES
  readonly stack = undefined
  readonly dataEnd = 0
  /** A test may keep anything there. */
  readonly variableBytes = 0
  readonly globals = []
  readonly spec: MiniportSpec
  readonly calls: Call[] = []
  /** SRBs that HwStartIo got and nobody completed yet, oldest first. */
  readonly active: number[] = []
  /** What the next interrupts do. */
  readonly isr: ((m: FakeMiniport) => number | boolean | void)[] = []
  /** Device extension, once known. */
  extension = 0
  /** HwStartIo was called, and no Next* was said since. */
  owesNext = false
  cpu!: Cpu
  readonly #imports = new Map<string, (...args: number[]) => number | void>()
  readonly #table: ({ fn: (...args: number[]) => number | undefined; type: Signature; name: string } | undefined)[] = [
    undefined,
  ]
  readonly #callbacks = new Map<RoutineFn, number>()
  #counter = 0
  #deadline = 256
  #top = NULL_BYTES

  constructor(spec: MiniportSpec, arenaBytes: number, deadline: (counter: number) => number) {
    this.spec = spec
    this.name = spec.name ?? 'fake'
    this.arenaBytes = arenaBytes
    const pages = Math.ceil((GUEST_BYTES + arenaBytes) / 65_536)
    this.memory = new WebAssembly.Memory({ initial: pages, maximum: pages })
    const { buffer } = this.memory as { buffer: ArrayBuffer }
    this.u8 = new Uint8Array(buffer)
    this.i32 = new Int32Array(buffer)
    this.view = new DataView(buffer)
    this.#onDeadline = deadline
  }

  readonly #onDeadline: (counter: number) => number

  bind(imports: readonly BoundImport[]): void {
    for (const { name, fn } of imports) this.#imports.set(name, fn)
  }

  // --- what a miniport does ---

  /** Executes instructions. */
  spend(instructions: number): void {
    for (let left = instructions; left > 0; ) {
      const ahead = Math.max((this.#deadline - this.#counter) | 0, 0)
      const step = Math.min(left, ahead)
      this.#counter = (this.#counter + step) | 0
      left -= step
      if (((this.#deadline - this.#counter) | 0) <= 0) this.#deadline = this.#onDeadline(this.#counter)
    }
  }

  /** Calls an import; the call is one instruction. */
  call(name: string, ...args: number[]): number {
    const fn = this.#imports.get(name)
    if (fn === undefined) throw new Error(`no import ${name}`)
    this.#counter = (this.#counter + 1) | 0
    return (fn(...args.map(a => a | 0), this.#counter) ?? 0) as number
  }

  /** A piece of the guest's own memory; never freed. */
  alloc(bytes: number): number {
    const at = (this.#top + 7) & ~7
    this.#top = at + bytes
    if (this.#top > GUEST_BYTES) throw new Error('the fake miniport is out of memory')
    return at
  }

  text(value: string): number {
    const at = this.alloc(value.length + 1)
    for (let n = 0; n < value.length; n++) this.u8[at + n] = value.charCodeAt(n)
    return at
  }

  /** Runs something with the guest's memory given back afterwards. */
  scratch<T>(work: () => T): T {
    const top = this.#top
    try {
      return work()
    } finally {
      this.#top = top
    }
  }

  notify(type: number, ...args: number[]): void {
    this.scratch(() => {
      const at = args.length === 0 ? 0 : this.alloc(4 * args.length)
      for (const [n, value] of args.entries()) this.view.setInt32(at + 4 * n, value | 0, true)
      this.call('ScsiPortNotification', type, this.extension, at)
    })
  }

  /** RequestComplete with a status, for the oldest active SRB unless told. */
  complete(srb: number = this.active[0]!, status: number = SRB_STATUS.SUCCESS, scsiStatus = 0): void {
    const at = this.active.indexOf(srb)
    if (at >= 0) this.active.splice(at, 1)
    this.u8[srb + SRB.SrbStatus] = status
    this.u8[srb + SRB.ScsiStatus] = scsiStatus
    this.notify(Notification.RequestComplete, srb)
  }

  next(): void {
    this.owesNext = false
    this.notify(Notification.NextRequest)
  }

  nextLu(path = 0, target = 0, lun = 0): void {
    this.owesNext = false
    this.notify(Notification.NextLuRequest, path, target, lun)
  }

  /** RequestTimerCall. */
  timer(fn: RoutineFn, us: number): void {
    this.notify(Notification.RequestTimerCall, this.callback(fn, Routine.Timer), us)
  }

  srb(at: number, field: Exclude<keyof typeof SRB, 'bytes'>): number {
    return this.#get(SRB, at, field)
  }

  config(at: number, field: Exclude<keyof typeof CONFIG, 'bytes'>, value?: number): number {
    if (value !== undefined) this.#set(CONFIG, at, field, value)
    return this.#get(CONFIG, at, field)
  }

  read32(at: number): number {
    return this.view.getUint32(at, true)
  }

  /** An address as a pointer to its 8 bytes, as by-value structures are passed. */
  address(value: number): number {
    const at = this.alloc(8)
    this.view.setUint32(at, value >>> 0, true)
    this.view.setUint32(at + 4, Math.floor(value / 2 ** 32), true)
    return at
  }

  physical(srb: number, va: number): { pa: number; length: number } {
    return this.scratch(() => {
      const out = this.alloc(8)
      const length = this.alloc(4)
      this.call('ScsiPortGetPhysicalAddress', out, this.extension, srb, va, length)
      return { pa: this.read32(out) + this.read32(out + 4) * 2 ** 32, length: this.read32(length) }
    })
  }

  /** ScsiPortGetDeviceBase. */
  base(bus: number, bytes: number, inIoSpace: boolean): number {
    return this.scratch(() =>
      this.call(
        'ScsiPortGetDeviceBase',
        this.extension,
        INTERFACE.PCIBus,
        0,
        this.address(bus),
        bytes,
        inIoSpace ? 1 : 0,
      ),
    )
  }

  /** Table index of a routine that is handed over in a notification. */
  callback(fn: RoutineFn, routine: Routine, type: Signature = ENTRY_TYPES[routine]!): number {
    let index = this.#callbacks.get(fn)
    if (index === undefined) {
      index = this.#add(routine, fn, type)
      this.#callbacks.set(fn, index)
    }
    return index
  }

  /** Fills HW_INITIALIZATION_DATA. @returns its address */
  hwid(): number {
    const { spec } = this
    const at = this.alloc(HWID.bytes)
    const set = (field: keyof typeof HWID, value: number): void => this.#set(HWID, at, field, value)
    set('HwInitializationDataSize', HWID.bytes)
    set('AdapterInterfaceType', INTERFACE.PCIBus)
    set('HwInitialize', this.#add(Routine.Initialize, spec.initialize ?? (() => 1)))
    set('HwStartIo', this.#add(Routine.StartIo, spec.startIo ?? keep))
    if (spec.interrupt !== null) set('HwInterrupt', this.#add(Routine.Interrupt, spec.interrupt ?? scripted))
    set('HwFindAdapter', this.#add(Routine.FindAdapter, spec.findAdapter ?? found))
    set('HwResetBus', this.#add(Routine.ResetBus, spec.resetBus ?? giveBack))
    if (spec.dmaStarted !== undefined) set('HwDmaStarted', this.#add(Routine.DmaStarted, spec.dmaStarted))
    if (spec.adapterControl !== undefined)
      set('HwAdapterControl', this.#add(Routine.AdapterControl, spec.adapterControl))
    set('DeviceExtensionSize', 64)
    set('NumberOfAccessRanges', 2)
    const vendorId = spec.vendorId ?? '1abc'
    const deviceId = spec.deviceId ?? '00fe'
    set('VendorIdLength', vendorId.length)
    set('VendorId', this.text(vendorId))
    set('DeviceIdLength', deviceId.length)
    set('DeviceId', this.text(deviceId))
    for (const [field, value] of Object.entries(spec.hwid ?? {})) set(field as keyof typeof HWID, value)
    return at
  }

  /** Notes something among the calls. */
  note(what: string, ...args: number[]): void {
    this.calls.push({ routine: what, irql: this.cpu.irql, atPs: this.cpu.clock.nowPs, args })
  }

  // --- Guest ---

  counter(): number {
    return this.#counter
  }

  setCounter(value: number): void {
    this.#counter = value | 0
    this.#deadline = (value + 256) | 0
  }

  setDeadline(counter: number): void {
    this.#deadline = counter
  }

  resetDepth(): void {}

  driverEntry(argument1: number, argument2: number): number {
    this.note('DriverEntry', argument1, argument2)
    const result = (this.spec.driverEntry ?? register)(this, argument1, argument2)
    return Number(result ?? 0)
  }

  entry(index: number): ((...args: number[]) => number | undefined) | undefined {
    return this.#table[index]?.fn
  }

  signature(index: number): Signature | undefined {
    return this.#table[index]?.type
  }

  functionName(index: number): string {
    return this.#table[index]?.name ?? `function ${index}`
  }

  locate(): undefined {
    return undefined
  }

  #add(routine: Routine, fn: RoutineFn, type: Signature = ENTRY_TYPES[routine]!): number {
    const name = ROUTINE_NAMES[routine]
    const entered = (...args: number[]): number | undefined => {
      if (routine === Routine.FindAdapter) this.extension = args[0]!
      if (routine === Routine.StartIo) this.owesNext = true
      this.note(name, ...args.slice(0, type.params.length))
      const result = fn(this, ...args)
      return type.results.length === 0 ? undefined : Number(result ?? 1)
    }
    return this.#table.push({ fn: entered, type, name }) - 1
  }

  #get(layout: Readonly<Record<string, number>>, at: number, field: string): number {
    const p = at + layout[field]!
    const bytes = fieldBytes(layout, field)
    return bytes === 4 ? this.view.getUint32(p, true) : bytes === 2 ? this.view.getUint16(p, true) : this.u8[p]!
  }

  #set(layout: Readonly<Record<string, number>>, at: number, field: string, value: number): void {
    const p = at + layout[field]!
    const bytes = fieldBytes(layout, field)
    if (bytes === 4) this.view.setUint32(p, value >>> 0, true)
    else if (bytes === 2) this.view.setUint16(p, value, true)
    else this.u8[p] = value
  }
}

/** DriverEntry: one ScsiPortInitialize. */
export const register: RoutineFn = (m, a1, a2) => m.call('ScsiPortInitialize', a1!, a2!, m.hwid(), 0)

/** HwFindAdapter: what every bus needs, then the test's own settings. */
export const found: RoutineFn = (m, _ext, _context, _bus, _arguments, config) => {
  m.config(config!, 'NumberOfBuses', 1)
  m.config(config!, 'InitiatorBusId', 7)
  for (const [field, value] of Object.entries(m.spec.config ?? {})) m.config(config!, field as 'Master', value)
  if (m.spec.uncachedBytes !== undefined)
    m.note('uncached', m.call('ScsiPortGetUncachedExtension', m.extension, config!, m.spec.uncachedBytes))
  return SP_RETURN.FOUND
}

/** HwStartIo: the SRB is kept until the test completes it. */
export const keep: RoutineFn = (m, _ext, srb) => {
  m.active.push(srb!)
  return true
}

/** HwInterrupt: the next piece of script. */
export const scripted: RoutineFn = m => {
  const step = m.isr.shift()
  return step === undefined ? false : (step(m) ?? true)
}

/** HwResetBus: every SRB comes back with BUS_RESET, and the adapter can take more. */
export const giveBack: RoutineFn = (m, ext, path) => {
  const others = m.active.filter(srb => m.srb(srb, 'PathId') !== path)
  m.active.splice(0, m.active.length, ...others)
  m.call('ScsiPortCompleteRequest', ext!, path!, 0xff, 0xff, SRB_STATUS.BUS_RESET)
  if (m.owesNext) m.next()
  return true
}

/** HwStartIo of a miniport that answers at once with SUCCESS. */
export const answer: RoutineFn = (m, _ext, srb) => {
  m.complete(srb!)
  m.next()
  return true
}
