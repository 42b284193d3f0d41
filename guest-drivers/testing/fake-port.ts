// A port driver small enough to read: it hands a driver zeroed structures, plain registers and identity-free physical
// addresses, and writes down everything the driver does. It decides nothing. The real one lives in harness/port.
import { readFileSync } from 'node:fs'
import abi from '../assembly/abi.json' with { type: 'json' }

/** Physical address = address in guest memory + this: above 4 GiB, so that a truncated address is seen. */
export const PHYSICAL_OFFSET = 0x1_2000_0000
export const REGISTERS = 0x7000_0000
export const GONE = -1

/** A driver in C has its stack in this page, too: it grows down from the end. */
const MEMORY = {
  config: 0x1000,
  ranges: 0x1100,
  again: 0x1180,
  extension: 0x1200,
  srbs: 0x2000,
  sense: 0x2400,
  srbExtensions: 0x2800,
}
/** Room for one SRB extension. */
const SRB_EXTENSION_BYTES = 256
const TABLES = 0x4000
/** Data buffers begin here; bytes up to the end of the page are free. */
export const BUFFER = 0xc000

export type Access = { kind: 'read' | 'write'; offset: number; value: number }
export type Notification = { type: number; args: number[] }
type Imports = Record<string, (...args: number[]) => number | undefined>

export const Notify = {
  complete: 0,
  next: 1,
  nextLu: 2,
  resetDetected: 3,
  timer: 6,
  busChange: 7,
} as const

/** Offsets in HW_INITIALIZATION_DATA of the routines. */
const ROUTINES = {
  initialize: 8,
  startIo: 12,
  interrupt: 16,
  findAdapter: 20,
  resetBus: 24,
  dmaStarted: 28,
  adapterControl: 76,
} as const

export class FakePort {
  readonly memory: WebAssembly.Memory
  readonly view: DataView
  readonly u8: Uint8Array
  /** Register contents by offset; what is not there reads 0. */
  readonly registers = new Map<number, number>()
  /** Called after each access is noted, before a read answers. */
  onAccess: ((access: Access) => void) | undefined
  accesses: Access[] = []
  notifications: Notification[] = []
  /** Every other call, in order: name and arguments. */
  calls: [string, ...number[]][] = []
  /** What is contiguous on the bus from an address on, in bytes. */
  contiguous = (_va: number) => 0x10000
  /** What ScsiPortGetSrb answers. */
  activeSrb = 0
  mapDevice = true
  /** Physical minus virtual address, for drivers of adapters that know 32 bits only. */
  physicalOffset = PHYSICAL_OFFSET
  readonly hwid: DataView
  readonly #table: WebAssembly.Table
  #srbs = 0

  constructor(file: string) {
    const imports: Imports = {}
    for (const name of Object.keys(abi.imports)) {
      imports[name] = (...args) => {
        this.calls.push([name, ...args])
        return 0
      }
    }
    let initializationData = 0
    Object.assign(imports, {
      ScsiPortInitialize: (_a: number, _b: number, data: number) => {
        initializationData = data
        return 0
      },
      ScsiPortReadRegisterUlong: (address: number) => this.#read(address),
      ScsiPortWriteRegisterUlong: (address: number, value: number) => this.#write(address, value),
      ScsiPortReadRegisterBufferUlong: (address: number, buffer: number, count: number) => {
        for (let i = 0; i < count; i++) this.view.setInt32(buffer + 4 * i, this.#read(address + 4 * i), true)
      },
      ScsiPortWriteRegisterBufferUlong: (address: number, buffer: number, count: number) => {
        for (let i = 0; i < count; i++) this.#write(address + 4 * i, this.view.getInt32(buffer + 4 * i, true))
      },
      ScsiPortReadPortUchar: (address: number) => this.#read(address) & 0xff,
      ScsiPortWritePortUchar: (address: number, value: number) => this.#write(address, value & 0xff),
      ScsiPortNotification: (type: number, _ext: number, block: number) => {
        const count = [1, 0, 3, 0, 1, 1, 2, 1][type] ?? 0
        const args = Array.from({ length: count }, (_, i) => this.view.getUint32(block + 4 * i, true))
        this.notifications.push({ type, args })
      },
      ScsiPortGetDeviceBase: () => (this.mapDevice ? REGISTERS : 0),
      ScsiPortGetUncachedExtension: () => TABLES,
      ScsiPortGetSrb: () => this.activeSrb,
      ScsiPortGetPhysicalAddress: (result: number, _ext: number, _srb: number, va: number, length: number) => {
        this.view.setBigUint64(result, BigInt(va + this.physicalOffset), true)
        this.view.setUint32(length, this.contiguous(va), true)
      },
      ScsiPortGetVirtualAddress: (_ext: number, address: number) => {
        const va = Number(this.view.getBigUint64(address, true)) - this.physicalOffset
        return va >= MEMORY.srbExtensions && va < BUFFER ? va : 0
      },
      ScsiPortMoveMemory: (to: number, from: number, bytes: number) => {
        this.u8.copyWithin(to, from, from + bytes)
      },
    })
    const instance = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(file)), { env: imports })
    this.memory = instance.exports.memory as WebAssembly.Memory
    this.#table = (instance.exports.table ?? instance.exports.__indirect_function_table) as WebAssembly.Table
    this.view = new DataView(this.memory.buffer)
    this.u8 = new Uint8Array(this.memory.buffer)
    ;(instance.exports.DriverEntry as (a: number, b: number) => number)(1, 2)
    this.hwid = new DataView(this.memory.buffer.slice(initializationData, initializationData + 80))
  }

  /** Calls a routine out of HW_INITIALIZATION_DATA with the device extension before the other arguments. */
  call(routine: keyof typeof ROUTINES, ...args: number[]): number {
    return this.callIndex(this.hwid.getUint32(ROUTINES[routine], true), ...args)
  }

  callIndex(index: number, ...args: number[]): number {
    const fn = this.#table.get(index) as ((...args: number[]) => number) | null
    if (fn === null) throw new Error(`no routine at table index ${index}`)
    return fn(MEMORY.extension, ...args)
  }

  /** Fills PORT_CONFIGURATION_INFORMATION with the port driver's defaults and calls HwFindAdapter. @returns SP_RETURN_… */
  findAdapter(changes: { length?: number; rangeLength?: number; dma64?: boolean; inMemory?: boolean } = {}): number {
    this.u8.fill(0, MEMORY.config, MEMORY.config + 140)
    for (const at of [24, 28, 32, 36]) this.view.setUint32(MEMORY.config + at, 0xffffffff, true)
    this.configure(0, 4, changes.length ?? 140)
    this.configure(8, 4, 5)
    this.configure(52, 4, 1)
    this.configure(56, 4, MEMORY.ranges)
    this.configure(82, 1, this.hwid.getUint8(57))
    this.configure(83, 1, this.hwid.getUint8(58))
    this.configure(84, 1, this.hwid.getUint8(59))
    this.configure(85, 1, this.hwid.getUint8(60))
    this.configure(136, 1, changes.dma64 === true ? 0x80 : 0)
    this.view.setBigUint64(MEMORY.ranges, 0xfebf_0000n, true)
    this.view.setUint32(MEMORY.ranges + 8, changes.rangeLength ?? 4096, true)
    this.view.setUint8(MEMORY.ranges + 12, changes.inMemory === false ? 0 : 1)
    this.view.setUint8(MEMORY.again, 0xcc)
    return this.call('findAdapter', 0, 0, 0, MEMORY.config, MEMORY.again)
  }

  configure(offset: number, width: 1 | 4, value: number): void {
    if (width === 1) this.view.setUint8(MEMORY.config + offset, value)
    else this.view.setUint32(MEMORY.config + offset, value, true)
  }

  config(offset: number, width: 1 | 4): number {
    return width === 1 ? this.view.getUint8(MEMORY.config + offset) : this.view.getUint32(MEMORY.config + offset, true)
  }

  get again(): number {
    return this.view.getUint8(MEMORY.again)
  }

  /** A new SRB with everything else 0. @returns its address */
  srb(fields: Partial<SrbFields> = {}): number {
    const slot = this.#srbs++ % 16
    const at = MEMORY.srbs + 64 * slot
    const s = { ...SRB_DEFAULTS, ...fields }
    this.u8.fill(0, at, at + 64)
    this.view.setUint16(at, 64, true)
    for (const [offset, value] of [
      [2, s.function],
      [6, s.target],
      [7, s.lun],
      [8, s.queueTag],
      [9, s.queueAction],
      [10, s.cdb.length],
      [11, s.senseBytes],
    ] as const)
      this.u8[at + offset] = value
    this.view.setUint32(at + 12, s.flags, true)
    this.view.setUint32(at + 16, s.bytes, true)
    this.view.setUint32(at + 24, s.buffer, true)
    this.view.setUint32(at + 28, s.senseBytes > 0 ? MEMORY.sense : 0, true)
    this.view.setUint32(at + 32, s.nextSrb, true)
    const extension = MEMORY.srbExtensions + SRB_EXTENSION_BYTES * slot
    this.u8.fill(0xa5, extension, extension + SRB_EXTENSION_BYTES)
    this.view.setUint32(at + 40, extension, true)
    this.u8.set(s.cdb, at + 48)
    return at
  }

  status(srb: number): { srb: number; scsi: number; bytes: number; senseBytes: number } {
    return {
      srb: this.view.getUint8(srb + 3),
      scsi: this.view.getUint8(srb + 4),
      bytes: this.view.getUint32(srb + 16, true),
      senseBytes: this.view.getUint8(srb + 11),
    }
  }

  get sense(): Uint8Array {
    return this.u8.subarray(MEMORY.sense, MEMORY.sense + 64)
  }

  /** Forgets what was noted so far. */
  clear(): void {
    this.accesses = []
    this.notifications = []
    this.calls = []
  }

  /** What was noted of one routine's calls: the arguments behind the device extension. */
  callsOf(name: string): number[][] {
    return this.calls.filter(c => c[0] === name).map(c => c.slice(2) as number[])
  }

  /** Register accesses as short words: `read 10`, `write 98=5`, in hexadecimal. */
  get accessWords(): string[] {
    return this.accesses.map(a =>
      a.kind === 'read' ? `read ${a.offset.toString(16)}` : `write ${a.offset.toString(16)}=${a.value.toString(16)}`,
    )
  }

  #read(address: number): number {
    const access: Access = { kind: 'read', offset: address - REGISTERS, value: 0 }
    this.accesses.push(access)
    this.onAccess?.(access)
    access.value = this.registers.get(access.offset) ?? 0
    return access.value
  }

  #write(address: number, value: number): void {
    const access: Access = { kind: 'write', offset: address - REGISTERS, value: value >>> 0 }
    this.accesses.push(access)
    this.onAccess?.(access)
  }
}

export interface SrbFields {
  function: number
  target: number
  lun: number
  queueTag: number
  queueAction: number
  cdb: readonly number[]
  flags: number
  bytes: number
  buffer: number
  senseBytes: number
  nextSrb: number
}

const SRB_DEFAULTS: SrbFields = {
  function: 0,
  target: 0,
  lun: 0,
  queueTag: 0xff,
  queueAction: 0,
  cdb: [0, 0, 0, 0, 0, 0],
  flags: 0,
  bytes: 0,
  buffer: BUFFER,
  senseBytes: 0,
  nextSrb: 0,
}
